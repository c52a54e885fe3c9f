//! First in, first out.

use super::monitor::{Inside, Line, Monitor, Woke};
use super::{TooOften, WaitError};
use crate::record::clock::Deadline;
use crate::record::{Cancelled, Log, Recorder};
use crate::trace::{EventKind, Item, Resource, ResourceId, ResourceKind, TextId, WaitOp};
use std::collections::VecDeque;
use std::time::Duration;

/// What travels through a [`Queue`], as the trace shows it.
pub trait AsItem {
    /// The item that stands for it.
    fn as_item(&self) -> Item;
}

impl AsItem for Item {
    fn as_item(&self) -> Item {
        *self
    }
}

impl AsItem for i32 {
    fn as_item(&self) -> Item {
        Item::int(*self)
    }
}

impl AsItem for TextId {
    fn as_item(&self) -> Item {
        Item::text(*self)
    }
}

/// Python's `None`, the usual "no more to come", or something.
impl<T: AsItem> AsItem for Option<T> {
    fn as_item(&self) -> Item {
        self.as_ref().map_or(Item::NOTHING, AsItem::as_item)
    }
}

/// Anything, with the item to show for it.
impl<T> AsItem for (Item, T) {
    fn as_item(&self) -> Item {
        self.0
    }
}

/// First in, first out; bounded or not. Both its waiting lines are served in the order of waiting.
pub struct Queue<T> {
    monitor: Monitor<State<T>>,
    capacity: usize,
}

struct State<T> {
    items: VecDeque<(Item, T)>,
    closed: bool,
    /// The number of items that were given to waiting getters which have not woken up yet.
    promised_items: usize,
    /// The number of places that were given to waiting putters which have not woken up yet.
    promised_room: usize,
    /// The number of items put in and not told to be done.
    unfinished: usize,
    getters: Line,
    putters: Line,
    joiners: Line,
}

/// How long to wait.
#[derive(Clone, Copy)]
enum Patience {
    None,
    Until(Deadline),
}

impl<T: AsItem> Queue<T> {
    /// An empty queue with a bound; without one for `None` or 0, as in Python.
    pub fn new(recorder: &Recorder, name: &str, capacity: Option<u32>) -> Self {
        let mut resource = Resource::new(name, ResourceKind::Queue);
        resource.capacity = capacity.filter(|bound| *bound > 0);
        let bound = resource.capacity;
        let state = State {
            items: VecDeque::new(),
            closed: false,
            promised_items: 0,
            promised_room: 0,
            unfinished: 0,
            joiners: Line::default(),
            getters: Line::default(),
            putters: Line::default(),
        };
        Self {
            monitor: Monitor::new(recorder.resource(resource), state),
            capacity: bound.map_or(usize::MAX, |bound| bound as usize),
        }
    }

    /// Its id in the trace.
    pub fn id(&self) -> ResourceId {
        self.monitor.id()
    }

    /// How many items are in it at this moment.
    pub fn len(&self) -> usize {
        self.monitor.enter().items.len()
    }

    /// Whether none is in it at this moment.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Puts an item in, waiting for room.
    ///
    /// # Errors
    /// `Closed` or `Cancelled`; the item is gone.
    pub fn put(&self, log: &Log, item: T) -> Result<(), WaitError> {
        self.put_item(log, item, Patience::Until(Deadline::NEVER))
    }

    /// Puts an item in, waiting no longer than `timeout` for room.
    ///
    /// # Errors
    /// `TimedOut`, `Closed` or `Cancelled`; the item is gone.
    pub fn put_within(&self, log: &Log, item: T, timeout: Duration) -> Result<(), WaitError> {
        self.put_item(log, item, Patience::Until(Deadline::after(timeout)))
    }

    /// Puts an item in if there is room.
    ///
    /// # Errors
    /// `Full` or `Closed`; the item is gone.
    pub fn try_put(&self, log: &Log, item: T) -> Result<(), WaitError> {
        self.put_item(log, item, Patience::None)
    }

    /// Takes the oldest item, waiting for one.
    ///
    /// # Errors
    /// `Closed`, where nothing is left in it, or `Cancelled`.
    pub fn get(&self, log: &Log) -> Result<T, WaitError> {
        self.get_item(log, Patience::Until(Deadline::NEVER))
    }

    /// Takes the oldest item, waiting no longer than `timeout` for one.
    ///
    /// # Errors
    /// `TimedOut`, `Closed`, where nothing is left in it, or `Cancelled`.
    pub fn get_within(&self, log: &Log, timeout: Duration) -> Result<T, WaitError> {
        self.get_item(log, Patience::Until(Deadline::after(timeout)))
    }

    /// Takes the oldest item if there is one; that there is none is on record.
    ///
    /// # Errors
    /// `Empty`, or `Closed`, where nothing is left in it.
    pub fn try_get(&self, log: &Log) -> Result<T, WaitError> {
        self.get_item(log, Patience::None)
    }

    /// Lets nothing more in. What is in it can still be taken; who waits, for room or for an item, gets `Closed`.
    pub fn close(&self, log: &Log) {
        let mut inside = self.monitor.enter();
        if inside.closed {
            return;
        }
        let res = self.id();
        inside.record(log, EventKind::Closed { res });
        inside.closed = true;
        inside.getters.refuse_all();
        inside.putters.refuse_all();
    }

    /// Tells that the work on an item that was taken out is done.
    ///
    /// # Errors
    /// It was told more often than items were put in.
    pub fn task_done(&self, log: &Log) -> Result<(), TooOften> {
        let mut inside = self.monitor.enter();
        inside.unfinished = inside.unfinished.checked_sub(1).ok_or(TooOften)?;
        let res = self.id();
        inside.record(log, EventKind::ItemDone { res });
        if inside.unfinished == 0 {
            inside.joiners.grant_all();
        }
        Ok(())
    }

    /// Waits until [`Queue::task_done`] was told of every item that was put in.
    ///
    /// # Errors
    /// The run was stopped before that.
    pub fn join(&self, log: &Log) -> Result<(), Cancelled> {
        let inside = self.monitor.enter();
        if inside.unfinished == 0 {
            return Ok(());
        }
        log.check()?;
        let never = Deadline::NEVER;
        let (mut inside, woke) =
            self.monitor.wait(inside, log, WaitOp::Join, never, |s| &mut s.joiners);
        inside.end_wait(log, woke);
        woke.granted(WaitError::Broken).map_err(|_| Cancelled)
    }

    fn put_item(&self, log: &Log, item: T, patience: Patience) -> Result<(), WaitError> {
        let shown = item.as_item();
        let mut inside = self.monitor.enter();
        if inside.closed {
            return Err(WaitError::Closed);
        }
        if inside.items.len() + inside.promised_room >= self.capacity {
            let Patience::Until(deadline) = patience else {
                return Err(WaitError::Full);
            };
            log.check()?;
            let wait = self.monitor.wait(inside, log, WaitOp::Put, deadline, |s| &mut s.putters);
            let (after, mut woke) = wait;
            inside = after;
            if woke == Woke::Granted {
                inside.promised_room -= 1;
                if inside.closed {
                    woke = Woke::Refused;
                }
            }
            inside.end_wait(log, woke);
            woke.granted(WaitError::Closed)?;
        }
        let res = self.id();
        inside.record(log, EventKind::Put { res, item: shown });
        inside.items.push_back((shown, item));
        inside.unfinished += 1;
        if inside.getters.grant_first().is_some() {
            inside.promised_items += 1;
        }
        Ok(())
    }

    fn get_item(&self, log: &Log, patience: Patience) -> Result<T, WaitError> {
        let mut inside = self.monitor.enter();
        if inside.items.len() <= inside.promised_items {
            inside = self.wait_for_item(inside, log, patience)?;
        }
        // The first waiter that wakes takes the front: the order of waiting decides who gets an item, not which one.
        let Some((item, value)) = inside.items.pop_front() else {
            unreachable!(
                "an item is promised only when it is there, and taken only by who it was promised"
            );
        };
        let res = self.id();
        inside.record(log, EventKind::Got { res, item });
        if inside.putters.grant_first().is_some() {
            inside.promised_room += 1;
        }
        Ok(value)
    }

    fn wait_for_item<'a>(
        &'a self,
        mut inside: Inside<'a, State<T>>,
        log: &Log,
        patience: Patience,
    ) -> Result<Inside<'a, State<T>>, WaitError> {
        if inside.closed {
            return Err(WaitError::Closed);
        }
        let Patience::Until(deadline) = patience else {
            let res = self.id();
            inside.record(log, EventKind::FoundEmpty { res });
            return Err(WaitError::Empty);
        };
        log.check()?;
        let wait = self.monitor.wait(inside, log, WaitOp::Get, deadline, |s| &mut s.getters);
        let (mut inside, woke) = wait;
        inside.end_wait(log, woke);
        woke.granted(WaitError::Closed)?;
        inside.promised_items -= 1;
        Ok(inside)
    }
}
