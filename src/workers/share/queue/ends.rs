//! The two ends of a queue's pipe: what feeder threads write, and what whoever gets reads.

use super::{AHEAD, BUFFER, Queue, REST, ROOM, TAKEN, TORN};
use crate::trace::{EventKind, Item, WaitOp};
use crate::workers::Value;
use crate::workers::share::parcel::{self, HEAD, Head, LONG};
use crate::workers::share::pipe::{read_some, write_all};
use crate::workers::share::wait::Wait;
use crate::workers::share::{ShareError, Who};
use crate::workers::sys::{self, Took};
use std::io;
use std::os::fd::AsFd;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// The most that is read ahead at once, in bytes.
const AT_ONCE: usize = 16 << 10;

/// A message, and what is read ahead without it: where that begins and ends.
type Taken = (Result<Value, ShareError>, (usize, usize));

impl Queue {
    /// Writes messages, of which these are the items, one after another; the last one may have bytes `behind` it.
    pub(super) fn write(
        &self,
        who: &dyn Who,
        (messages, behind): (&[u8], &[u8]),
        items: &[Item],
    ) -> Result<(), ShareError> {
        let mut wait = Wait::new(&self.object, who, WaitOp::Put, None);
        let writers = self.writers();
        let took = wait.until(|slice| match writers.take(slice) {
            Took::Nothing => None,
            took => Some(took),
        })?;
        let written = self.write_holding(who, (messages, behind, items), took, &mut wait);
        writers.give();
        written
    }

    fn write_holding(
        &self,
        who: &dyn Who,
        (messages, behind, items): (&[u8], &[u8], &[Item]),
        took: Took,
        wait: &mut Wait<'_>,
    ) -> Result<(), ShareError> {
        let torn = self.object.word(TORN);
        if took == Took::ItFromTheDead {
            self.writers().mourn(who);
            // It may have written half a message: whoever gets throws that away when it has come to it.
            torn.store(1, Ordering::SeqCst);
        }
        if torn.load(Ordering::SeqCst) == 1 {
            wait.until(|slice| {
                sys::sleep_while(torn, 1, slice);
                (torn.load(Ordering::SeqCst) == 0).then_some(())
            })?;
        }
        self.writers().owned();
        wait.done();
        let res = self.id();
        for item in items {
            self.object.tell(who, EventKind::Put { res, item: *item });
        }
        let done = write_all(&self.writer, messages, wait)
            .and_then(|()| write_all(&self.writer, behind, wait));
        wait.done();
        done
    }

    /// Takes the oldest item, waiting for one no longer than `limit`. As in CPython, the limit no longer counts once a part of
    /// an item has come: whoever writes it may take longer. If that one is known to have died, it counts again.
    ///
    /// # Errors
    /// `TimedOut`, `Stopped`, or what was read is no message.
    pub fn get(&self, who: &dyn Who, limit: Option<Duration>) -> Result<Value, ShareError> {
        let mut wait = Wait::new(&self.object, who, WaitOp::Get, limit);
        let readers = self.readers();
        let shown = self.shown_lock();
        let take = |slice| match readers.take(slice) {
            Took::Nothing => None,
            Took::ItFromTheDead => {
                readers.mourn(who);
                Some(Took::ItFromTheDead)
            }
            Took::It => Some(Took::It),
        };
        let took = match &shown {
            None => wait.until(take)?,
            Some(lock) => {
                let mut wait = Wait::new(lock, who, WaitOp::Acquire, limit);
                let took = wait.until(take)?;
                wait.is_over();
                lock.tell(who, EventKind::Acquired { res: lock.res() });
                took
            }
        };
        readers.owned();
        let taken = self.take(&mut wait, took == Took::ItFromTheDead);
        let (got, ahead) = match taken {
            Ok((got, ahead)) => (got, Some(ahead)),
            Err(error) => (Err(error), None),
        };
        if let Some(ahead) = ahead {
            let item = match &got {
                Ok(value) => parcel::item(who, value),
                Err(error) => Item::text(who.text(&error.to_string())),
            };
            wait.done();
            let res = self.id();
            // Whoever dies here has taken the message, or has not told that it has.
            let told = || self.object.long(TAKEN).store(packed(ahead) + 1, Ordering::SeqCst);
            self.object.tell_and(who, EventKind::Got { res, item }, &told);
            self.settle();
        }
        if let Some(lock) = &shown {
            lock.tell(who, EventKind::Released { res: lock.res() });
        }
        readers.give();
        // A message that cannot be read has left the queue, too.
        if let Some(permits) = self.permits().filter(|_| ahead.is_some()) {
            permits.add();
            permits.wake();
        }
        got
    }

    /// The message that is on record as taken is no longer read ahead.
    fn settle(&self) {
        let taken = self.object.long(TAKEN);
        if let Some(ahead) = taken.load(Ordering::SeqCst).checked_sub(1) {
            self.object.long(AHEAD).store(ahead, Ordering::SeqCst);
            taken.store(0, Ordering::SeqCst);
        }
    }

    /// Reads a message, which may be corrupt, and says what is read ahead without it. The caller has the readers' lock.
    ///
    /// # Errors
    /// There is none: those of the wait, or `Closed`.
    fn take(&self, wait: &mut Wait<'_>, after_a_death: bool) -> Result<Taken, ShareError> {
        if after_a_death {
            self.settle();
        }
        self.throw_rest(wait)?;
        loop {
            let (start, end) = self.ahead();
            wait.hold(end > start);
            let mut long = None;
            if end - start >= HEAD {
                let mut head = [0; HEAD];
                self.copy(start, &mut head);
                let head = match parcel::head(head) {
                    Ok(head) => head,
                    // Nobody knows where the next one begins.
                    Err(error) => return Ok((Err(error), (0, 0))),
                };
                let length = head.length;
                if end - start >= HEAD + length {
                    let mut body = [0; 64];
                    let mut longer = Vec::new();
                    let body = match body.get_mut(..length) {
                        Some(body) => body,
                        None => {
                            longer.resize(length, 0);
                            &mut longer[..]
                        }
                    };
                    self.copy(start + HEAD, body);
                    let ahead = (start + HEAD + length, end);
                    return Ok((parcel::read(head, body), ahead));
                }
                long = Some(head).filter(|_| length > LONG);
            }
            if let Some(head) = long {
                match self.take_long(head, wait)? {
                    Some(body) => return Ok((parcel::read_owned(head, body), (0, 0))),
                    None => continue,
                }
            }
            self.read_ahead(wait)?;
        }
    }

    /// Throws away the rest of a long message that nobody will have: its reader has died, or was stopped.
    fn throw_rest(&self, wait: &mut Wait<'_>) -> Result<(), ShareError> {
        let rest = self.object.long(REST);
        let mut left = rest.load(Ordering::SeqCst) as usize;
        if left == 0 {
            return Ok(());
        }
        // What was read ahead is its beginning.
        self.set_ahead(0, 0);
        let mut thrown = vec![0; left.min(AT_ONCE)];
        while left > 0 {
            let most = left.min(thrown.len());
            let read = self.read(&mut thrown[..most], wait)?;
            left -= read.unwrap_or(left);
            rest.store(left as u64, Ordering::SeqCst);
            if read.is_none() {
                self.is_whole();
            }
        }
        Ok(())
    }

    /// Takes the body of a message of which only the beginning is read ahead. `None`: its writer has died.
    fn take_long(&self, head: Head, wait: &mut Wait<'_>) -> Result<Option<Vec<u8>>, ShareError> {
        let (start, end) = self.ahead();
        let length = head.length;
        let mut body = vec![0; length];
        let mut read = end - start - HEAD;
        self.copy(start + HEAD, &mut body[..read]);
        let rest = self.object.long(REST);
        rest.store((length - read) as u64, Ordering::SeqCst);
        self.set_ahead(0, 0);
        while read < length {
            let Some(more) = self.read(&mut body[read..], wait)? else {
                rest.store(0, Ordering::SeqCst);
                self.is_whole();
                return Ok(None);
            };
            read += more;
            rest.store((length - read) as u64, Ordering::SeqCst);
        }
        Ok(Some(body))
    }

    fn read_ahead(&self, wait: &mut Wait<'_>) -> Result<(), ShareError> {
        let (mut start, mut end) = self.ahead();
        if ROOM - end < AT_ONCE {
            // What is left is part of one message that is not long: it does not reach over its own beginning.
            let mut left = vec![0; end - start];
            self.copy(start, &mut left);
            self.object.space().arena().write(self.object.body() + BUFFER, &left);
            (start, end) = (0, left.len());
            self.set_ahead(start, end);
        }
        let mut bytes = [0; AT_ONCE];
        match self.read(&mut bytes, wait)? {
            Some(read) => {
                let place = self.object.body() + BUFFER + end;
                self.object.space().arena().write(place, &bytes[..read]);
                self.set_ahead(start, end + read);
            }
            None => {
                self.set_ahead(0, 0);
                self.is_whole();
            }
        }
        Ok(())
    }

    /// Reads from the pipe, waiting until there is something. `None`: the pipe is empty, and if the last message is not whole,
    /// its writer has died. It is then to be thrown away, and [that said](Self::is_whole).
    fn read(&self, bytes: &mut [u8], wait: &mut Wait<'_>) -> Result<Option<usize>, ShareError> {
        let next = self.soon.await_next();
        loop {
            // Before the read: who has set it has seen the end of all that the dead one wrote, and nobody writes behind that.
            let is_torn = self.object.word(TORN).load(Ordering::SeqCst) == 1;
            match sys::read(self.reader.as_fd(), bytes) {
                Ok(read) if read > 0 => {
                    self.soon.came(&next);
                    return Ok(Some(read));
                }
                Ok(_) => return Err(ShareError::Closed),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(_) => return read_some(&self.reader, bytes, wait).map(Some),
            }
            if is_torn {
                return Ok(None);
            }
            if next.looks_again() {
                wait.begin();
                std::thread::yield_now();
                continue;
            }
            self.look_for_the_dead();
            if self.object.word(TORN).load(Ordering::SeqCst) == 1 {
                continue;
            }
            wait.begin();
            let slice = wait.slice()?;
            sys::poll(&mut [sys::poll_fd(self.reader.as_fd(), sys::READABLE)], Some(slice))?;
        }
    }

    /// Looks whether the last writer has died while it had the lock: nobody writes then until the pipe is empty. The lock is
    /// touched only if so: a writer that finds it taken would wait for another one that is not there.
    fn look_for_the_dead(&self) {
        let writers = self.writers();
        if !writers.is_of_the_dead() {
            return;
        }
        match writers.take(Duration::ZERO) {
            Took::Nothing => {}
            took => {
                if took == Took::ItFromTheDead {
                    self.object.word(TORN).store(1, Ordering::SeqCst);
                }
                writers.give();
            }
        }
    }

    /// After the half message of a dead writer was thrown away: the next one may write.
    fn is_whole(&self) {
        let torn = self.object.word(TORN);
        torn.store(0, Ordering::SeqCst);
        sys::wake(torn, u32::MAX);
    }

    fn ahead(&self) -> (usize, usize) {
        let ahead = self.object.long(AHEAD).load(Ordering::Acquire);
        let (start, end) = (ahead as u32 as usize, (ahead >> 32) as usize);
        (start.min(end).min(ROOM), end.min(ROOM))
    }

    fn set_ahead(&self, start: usize, end: usize) {
        self.object.long(AHEAD).store(packed((start, end)), Ordering::Release);
    }

    fn copy(&self, from: usize, to: &mut [u8]) {
        self.object.space().arena().read(self.object.body() + BUFFER + from, to);
    }
}

fn packed((start, end): (usize, usize)) -> u64 {
    if start == end { 0 } else { start as u64 | (end as u64) << 32 }
}
