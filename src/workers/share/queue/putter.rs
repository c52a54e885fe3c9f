//! A process that puts: its buffer, and the thread that feeds the pipe from it.

use super::Queue;
use crate::trace::{EventKind, Item as Shown, ResourceId, WaitEnd, WaitOp};
use crate::workers::Value;
use crate::workers::share::parcel;
use crate::workers::share::wait::Wait;
use crate::workers::share::{Feeder, ShareError, Who};
use crate::workers::soon::Soon;
use std::collections::VecDeque;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// The most bytes of messages that are written at once: so many go into a pipe whole.
const AT_ONCE: usize = 4096;

/// Numbers that may change after they were put: what arrives is what they are when the feeder thread writes them.
pub type Live = Arc<Mutex<Vec<i64>>>;

/// What is put.
#[derive(Clone, Debug)]
pub enum Item {
    /// A value.
    Value(Value),
    /// Numbers that may still change.
    Live(Live),
}

impl From<Value> for Item {
    fn from(value: Value) -> Self {
        Self::Value(value)
    }
}

impl From<i64> for Item {
    fn from(value: i64) -> Self {
        Self::Value(Value::Int(value))
    }
}

impl From<Live> for Item {
    fn from(numbers: Live) -> Self {
        Self::Live(numbers)
    }
}

impl Item {
    /// What it is now.
    fn now(self) -> Value {
        match self {
            Self::Value(value) => value,
            Self::Live(numbers) => {
                Value::Ints(numbers.lock().unwrap_or_else(PoisonError::into_inner).clone())
            }
        }
    }

    /// As a trace shows it now.
    fn shown(&self, who: &dyn Who) -> Shown {
        match self {
            _ if !who.records() => Shown::NOTHING,
            Self::Value(value) => parcel::item(who, value),
            Self::Live(_) => parcel::item(who, &self.clone().now()),
        }
    }
}

/// The putting side of a process. It is to be [finished](Putter::finish) before the process ends: what is in its buffer then is
/// lost.
#[derive(Debug)]
pub struct Putter {
    queue: Queue,
    buffer: Arc<Buffer>,
    feeder: Option<Feeder>,
    name: String,
}

#[derive(Debug)]
struct Buffer {
    res: Option<ResourceId>,
    /// The last stamp: it is nobody else's.
    last: AtomicU64,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    /// What was put, and as what it was shown then.
    items: VecDeque<(Item, Shown)>,
    closed: bool,
    /// Whether the feeder thread sleeps.
    idle: bool,
    /// Why the feeder thread has ended, if it has.
    failed: Option<ShareError>,
}

impl Buffer {
    fn enter(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tell(&self, who: &dyn Who, kind: impl FnOnce(ResourceId) -> EventKind) {
        if let Some(res) = self.res {
            who.tell(&self.last, kind(res));
        }
    }
}

impl Queue {
    /// The putting side of a process. `buffer`: its [buffer](Queue::buffer) in the trace; `feeder`: what its feeder thread is
    /// called.
    pub fn putter(&self, buffer: Option<ResourceId>, feeder: &str) -> Putter {
        let buffer = Arc::new(Buffer {
            res: buffer,
            last: AtomicU64::new(0),
            state: Mutex::default(),
            changed: Condvar::new(),
        });
        Putter { queue: self.clone(), buffer, feeder: None, name: feeder.to_owned() }
    }
}

impl Putter {
    /// Puts an item into the buffer, waiting no longer than `limit` where the queue has a bound. The first one starts the
    /// feeder thread.
    ///
    /// # Errors
    /// `TimedOut`, `Stopped`, or the feeder thread could not be started, or has failed.
    pub fn put(
        &mut self,
        who: &dyn Who,
        item: impl Into<Item>,
        limit: Option<Duration>,
    ) -> Result<(), ShareError> {
        if let Some(permits) = self.queue.permits() {
            let mut wait = Wait::new(&self.queue.object, who, WaitOp::Put, limit);
            wait.until(|slice| {
                permits.sleep(slice);
                permits.take().then_some(())
            })?;
            wait.done();
        }
        if self.feeder.is_none() {
            let (queue, buffer) = (self.queue.clone(), Arc::clone(&self.buffer));
            let feed = move |who: &dyn Who| feed(&queue, &buffer, who);
            self.feeder = Some(who.start_feeder(&self.name, Box::new(feed))?);
        }
        let item = item.into();
        let shown = item.shown(who);
        let mut state = self.buffer.enter();
        if let Some(error) = &state.failed {
            return Err(error.clone());
        }
        self.buffer.tell(who, |res| EventKind::Put { res, item: shown });
        state.items.push_back((item, shown));
        if state.idle {
            self.buffer.changed.notify_one();
        }
        Ok(())
    }

    /// Waits, on record, until the feeder thread has written everything.
    ///
    /// # Errors
    /// It has failed.
    pub fn finish(mut self, who: &dyn Who) -> Result<(), ShareError> {
        self.close();
        let feeder = self.feeder.take();
        feeder.map_or(Ok(()), |feeder| who.join_feeder(feeder).map_err(ShareError::Failed))
    }

    fn close(&self) {
        self.buffer.enter().closed = true;
        self.buffer.changed.notify_one();
    }
}

impl Drop for Putter {
    fn drop(&mut self) {
        // The thread writes what there is, and ends; nobody waits for it.
        self.close();
    }
}

fn feed(queue: &Queue, buffer: &Buffer, who: &dyn Who) -> Result<(), String> {
    let fed = feed_all(queue, buffer, who);
    if let Err(error) = &fed {
        buffer.enter().failed = Some(error.clone());
    }
    match fed {
        // It ends with the run.
        Err(ShareError::Stopped) | Ok(()) => Ok(()),
        Err(error) => Err(error.to_string()),
    }
}

fn feed_all(queue: &Queue, buffer: &Buffer, who: &dyn Who) -> Result<(), ShareError> {
    let (mut messages, mut items) = (Vec::new(), Vec::new());
    let mut taken = VecDeque::new();
    let soon = Soon::default();
    loop {
        if taken.is_empty() {
            let next = soon.await_next();
            let mut state = buffer.enter();
            while state.items.is_empty() && !state.closed && next.looks_again() {
                drop(state);
                std::thread::yield_now();
                state = buffer.enter();
            }
            if state.items.is_empty() && !state.closed {
                buffer.tell(who, |res| EventKind::WaitBegan { res, op: WaitOp::Get });
                state.idle = true;
                while state.items.is_empty() && !state.closed {
                    state = buffer.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
                }
                state.idle = false;
                let how = if state.items.is_empty() { WaitEnd::Broken } else { WaitEnd::Woken };
                buffer.tell(who, |res| EventKind::WaitEnded { res, how });
            }
            soon.came(&next);
            std::mem::swap(&mut taken, &mut state.items);
        }
        let Some((item, shown)) = taken.pop_front() else {
            return Ok(());
        };
        buffer.tell(who, |res| EventKind::Got { res, item: shown });
        // Only now: what was put may have changed since.
        let value = item.now();
        let behind = parcel::write(&mut messages, &value)?;
        items.push(parcel::item(who, &value));
        if taken.is_empty() || messages.len() >= AT_ONCE || !behind.is_empty() {
            queue.write(who, (&messages, behind), &items)?;
            messages.clear();
            items.clear();
        }
    }
}
