//! A pipe between processes.

use super::object::Object;
use super::parcel::{self, HEAD, Head, LONG};
use super::wait::Wait;
use super::{ShareError, Space, Who};
use crate::record::{Recorder, refused};
use crate::trace::{EventKind, Home, Item, Resource, ResourceId, ResourceKind, WaitOp};
use crate::workers::soon::Soon;
use crate::workers::{Value, sys};
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

const KIND: u32 = 7;
const SIZE: usize = 16;
/// Bytes that a [`Receiver`] reads at once.
const AT_ONCE: usize = 2 * LONG;

/// A one-way channel of the operating system, as one end of CPython's `Pipe(duplex=False)`: messages of a length and that
/// many bytes. It has room for some 64 KB; who sends more waits until somebody receives.
///
/// Nothing but the system's own keeps senders, or receivers, from getting into each other's messages: each end is for one.
/// Whoever reads parts of two messages is told that they are corrupt.
#[derive(Clone, Debug)]
pub struct Pipe {
    object: Object,
    reader: Arc<OwnedFd>,
    writer: Arc<OwnedFd>,
}

impl Pipe {
    /// A new one. `room`: for so many bytes at least, where the system grants it.
    ///
    /// # Errors
    /// The system has none.
    pub fn new(
        space: &Arc<Space>,
        recorder: &Recorder,
        name: &str,
        room: Option<usize>,
    ) -> io::Result<Self> {
        let resource = Resource::new(name, ResourceKind::Pipe).at_home(Home::Shared);
        let object = Object::new(space, KIND, SIZE, recorder.resource(resource))?;
        let [reader, writer] = ends(space, room)?;
        object.word(0).store(reader, Ordering::Release);
        object.word(1).store(writer, Ordering::Release);
        let end = |number| space.end(number).map_err(io::Error::other);
        Ok(Self { reader: end(reader)?, writer: end(writer)?, object })
    }

    /// The one with this handle.
    ///
    /// # Errors
    /// There is none.
    pub fn open(space: &Arc<Space>, handle: i64) -> Result<Self, ShareError> {
        let object = Object::open(space, KIND, SIZE, handle)?;
        let end = |word| space.end(object.word(word).load(Ordering::Acquire));
        Ok(Self { reader: end(0)?, writer: end(1)?, object })
    }

    /// The number that stands for it in the argument of a job.
    pub fn handle(&self) -> i64 {
        self.object.handle()
    }

    /// Its id in the trace.
    pub fn id(&self) -> ResourceId {
        self.object.res()
    }

    /// Sends a message, waiting no longer than `limit` for room. On record it is in the pipe as soon as its first bytes may be;
    /// the wait for room for the rest follows, and for that the limit does not count: nobody could read what is torn.
    ///
    /// # Errors
    /// `TimedOut`, `Stopped`, or nobody has the other end. Part of it may be in the pipe where the run was stopped.
    pub fn send(
        &self,
        who: &dyn Who,
        value: &Value,
        limit: Option<Duration>,
    ) -> Result<(), ShareError> {
        let mut bytes = Vec::with_capacity(32);
        let behind = parcel::write(&mut bytes, value)?;
        let (res, item) = (self.id(), parcel::item(who, value));
        self.object.tell(who, EventKind::Put { res, item });
        let mut wait = Wait::new(&self.object, who, WaitOp::Put, limit);
        write_all(&self.writer, &bytes, &mut wait)?;
        write_all(&self.writer, behind, &mut wait)?;
        wait.done();
        Ok(())
    }

    /// Receives a message as CPython does, in two steps: its length, then the rest. `between` is called between them: where
    /// two receive at one end, each may get a part of the other's. The limit no longer counts once a part of it has come, as
    /// in CPython, whose `poll` has one and whose `recv` has none.
    ///
    /// # Errors
    /// `TimedOut`, `Stopped`, `Closed`, or what arrived is no message: nothing that follows can be trusted.
    pub fn receive(
        &self,
        who: &dyn Who,
        limit: Option<Duration>,
        between: &dyn Fn(),
    ) -> Result<Value, ShareError> {
        let mut wait = Wait::new(&self.object, who, WaitOp::Get, limit);
        let mut head = [0; HEAD];
        read_exact(&self.reader, &mut head, &mut wait)?;
        // A new one for the rest: the pipe may be empty again.
        wait.done();
        wait.hold(true);
        between();
        let received = parcel::head(head).and_then(|head| {
            let mut body = vec![0; head.length];
            read_exact(&self.reader, &mut body, &mut wait)?;
            parcel::read_owned(head, body)
        });
        self.told(who, &mut wait, received)
    }

    /// The end of somebody who is the only one to receive: it reads many messages at once.
    pub fn receiver(&self) -> Receiver {
        Receiver { pipe: self.clone(), messages: Messages::default() }
    }

    fn told(
        &self,
        who: &dyn Who,
        wait: &mut Wait<'_>,
        received: Result<Value, ShareError>,
    ) -> Result<Value, ShareError> {
        let item = match &received {
            Ok(value) => parcel::item(who, value),
            Err(error @ ShareError::Corrupt(_)) => Item::text(who.text(&error.to_string())),
            Err(_) => return received,
        };
        wait.done();
        let res = self.id();
        self.object.tell(who, EventKind::Got { res, item });
        received
    }
}

/// The receiving end of a pipe that nobody else receives from.
#[derive(Debug)]
pub struct Receiver {
    pipe: Pipe,
    messages: Messages,
}

impl Receiver {
    /// Receives a message, waiting no longer than `limit` for its beginning.
    ///
    /// # Errors
    /// `TimedOut`, `Stopped`, `Closed`, or what arrived is no message.
    pub fn receive(&mut self, who: &dyn Who, limit: Option<Duration>) -> Result<Value, ShareError> {
        let pipe = &self.pipe;
        let mut wait = Wait::new(&pipe.object, who, WaitOp::Get, limit);
        let received = self.messages.next(&pipe.reader, &mut wait, &|| false);
        pipe.told(who, &mut wait, received)
    }
}

/// What somebody has received of whom nobody else receives.
#[derive(Debug, Default)]
pub(super) struct Messages {
    bytes: Vec<u8>,
    /// How many of the bytes have been handed out, and how many have been received.
    read: usize,
    received: usize,
    soon: Soon,
}

impl Messages {
    /// The next message. The wait's limit does not count once a part of it has come.
    ///
    /// # Errors
    /// Those of the wait, `Closed`, or what arrived is no message; `TimedOut` also where it waits and `ended`.
    pub(super) fn next(
        &mut self,
        end: &OwnedFd,
        wait: &mut Wait<'_>,
        ended: &dyn Fn() -> bool,
    ) -> Result<Value, ShareError> {
        loop {
            let there = &self.bytes[self.read..self.received];
            if let Some((head, rest)) = there.split_first_chunk::<HEAD>() {
                let head = parcel::head(*head)?;
                if let Some(body) = rest.get(..head.length) {
                    self.read += HEAD + head.length;
                    return parcel::read(head, body);
                }
                if head.length > LONG {
                    wait.hold(true);
                    return self.next_long(head, end, wait);
                }
            }
            // Whoever has begun to send one sends the rest.
            wait.hold(!there.is_empty());
            // Whole messages are never moved.
            self.bytes.copy_within(self.read..self.received, 0);
            self.received -= self.read;
            self.read = 0;
            if self.bytes.is_empty() {
                self.bytes.resize(AT_ONCE, 0);
            }
            let room = &mut self.bytes[self.received..];
            self.received += read_soon(&self.soon, end, room, wait, ended)?;
        }
    }
}

impl Messages {
    /// The message of which only a part has been received: the rest goes to where it stays.
    fn next_long(
        &mut self,
        head: Head,
        end: &OwnedFd,
        wait: &mut Wait<'_>,
    ) -> Result<Value, ShareError> {
        let mut body = vec![0; head.length];
        let there = &self.bytes[self.read + HEAD..self.received];
        body[..there.len()].copy_from_slice(there);
        let mut done = there.len();
        (self.read, self.received) = (0, 0);
        while done < body.len() {
            done += read_some(end, &mut body[done..], wait)?;
        }
        parcel::read_owned(head, body)
    }
}

/// Reads what there is. Where messages have come soon it polls for the next one.
fn read_soon(
    soon: &Soon,
    end: &OwnedFd,
    bytes: &mut [u8],
    wait: &mut Wait<'_>,
    ended: &dyn Fn() -> bool,
) -> Result<usize, ShareError> {
    let next = soon.await_next();
    loop {
        match sys::read(end.as_fd(), bytes) {
            Ok(0) => return Err(ShareError::Closed),
            Ok(read) => {
                soon.came(&next);
                return Ok(read);
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock && ended() => {
                return Err(ShareError::TimedOut);
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock && next.looks_again() => {
                wait.begin();
                std::thread::yield_now();
            }
            Err(error) => await_end(end, sys::READABLE, &error, wait)?,
        }
    }
}

/// A new pipe of the system's, whose ends do not block: their numbers in the space, the reader's first.
pub(super) fn ends(space: &Space, room: Option<usize>) -> io::Result<[u32; 2]> {
    let (reader, writer) = io::pipe()?;
    sys::set_nonblocking(reader.as_fd())?;
    sys::set_nonblocking(writer.as_fd())?;
    if let Some(room) = room {
        sys::widen(writer.as_fd(), room);
    }
    Ok([space.add(reader.into()), space.add(writer.into())])
}

/// Writes all of it, waiting for room. The wait's limit does not count once a part of it is written.
pub(super) fn write_all(
    end: &OwnedFd,
    mut bytes: &[u8],
    wait: &mut Wait<'_>,
) -> Result<(), ShareError> {
    while !bytes.is_empty() {
        match sys::write(end.as_fd(), bytes) {
            Ok(written) => {
                bytes = &bytes[written..];
                wait.hold(true);
            }
            Err(error) => await_end(end, sys::WRITABLE, &error, wait)?,
        }
    }
    Ok(())
}

/// Reads what there is, waiting until there is something.
pub(super) fn read_some(
    end: &OwnedFd,
    bytes: &mut [u8],
    wait: &mut Wait<'_>,
) -> Result<usize, ShareError> {
    loop {
        match sys::read(end.as_fd(), bytes) {
            Ok(0) => return Err(ShareError::Closed),
            Ok(read) => return Ok(read),
            Err(error) => await_end(end, sys::READABLE, &error, wait)?,
        }
    }
}

fn read_exact(end: &OwnedFd, bytes: &mut [u8], wait: &mut Wait<'_>) -> Result<(), ShareError> {
    let mut done = 0;
    while done < bytes.len() {
        done += read_some(end, &mut bytes[done..], wait)?;
        wait.hold(true);
    }
    Ok(())
}

/// After an error: waits until the end can be used, where that is all that is wrong.
fn await_end(
    end: &OwnedFd,
    events: i16,
    error: &io::Error,
    wait: &mut Wait<'_>,
) -> Result<(), ShareError> {
    match error.kind() {
        io::ErrorKind::Interrupted => Ok(()),
        io::ErrorKind::WouldBlock => {
            wait.begin();
            let slice = wait.slice()?;
            Ok(sys::poll(&mut [sys::poll_fd(end.as_fd(), events)], Some(slice))?)
        }
        io::ErrorKind::BrokenPipe | io::ErrorKind::ConnectionReset => Err(ShareError::Closed),
        _ => Err(ShareError::Failed(refused::why(error))),
    }
}
