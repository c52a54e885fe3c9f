//! A lock around a value.

use crate::record::{Log, Recorder};
use crate::trace::{EventKind, Item, Nanos, Resource, ResourceId, ResourceKind, WaitOp};
use std::ops::{Deref, DerefMut};
use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};

/// [`std::sync::Mutex`], on record. Who gets it is the mutex's business.
///
/// Waiting for it cannot be cancelled: it ends when the owner gives it back, and the owner is woken from its own waits. So it
/// is for programs in which owners wait for nothing but what can be cancelled; what may wait for itself, or in a circle, takes
/// a [`BareLock`](super::BareLock).
pub struct Lock<T> {
    res: ResourceId,
    name: String,
    mutex: Mutex<Kept<T>>,
}

struct Kept<T> {
    /// The last stamp used on the lock, protected by it.
    last: Nanos,
    /// The trace says that it is poisoned.
    told: bool,
    value: T,
}

impl<T> Lock<T> {
    /// A free lock around `value`.
    pub fn new(recorder: &Recorder, name: &str, value: T) -> Self {
        Self {
            res: recorder.resource(Resource::new(name, ResourceKind::Lock)),
            name: name.to_owned(),
            mutex: Mutex::new(Kept { last: Nanos::ZERO, told: false, value }),
        }
    }

    /// Its id in the trace.
    pub fn id(&self) -> ResourceId {
        self.res
    }

    /// What it guards, off the record: nobody else can hold it any more. Also of a poisoned one.
    pub fn into_inner(self) -> T {
        let guarded = self.mutex.into_inner();
        guarded.unwrap_or_else(PoisonError::into_inner).value
    }

    /// Takes the lock, and waits for it where another has it: only then is a wait recorded. Deadlocks where the caller
    /// has it already.
    ///
    /// A poisoned lock is taken too; [`Guard::poisoned`] says so, and so does, once, a message on record.
    pub fn acquire<'a>(&'a self, log: &'a Log) -> Guard<'a, T> {
        let (kept, poisoned) = match self.mutex.try_lock() {
            Ok(kept) => (kept, false),
            Err(TryLockError::Poisoned(poison)) => (poison.into_inner(), true),
            Err(TryLockError::WouldBlock) => {
                let (res, op) = (self.res, WaitOp::Acquire);
                log.record(EventKind::WaitBegan { res, op });
                let taken = self.mutex.lock();
                let poisoned = taken.is_err();
                (taken.unwrap_or_else(PoisonError::into_inner), poisoned)
            }
        };
        self.acquired(log, kept, poisoned)
    }

    /// Takes the lock if it is free.
    pub fn try_acquire<'a>(&'a self, log: &'a Log) -> Option<Guard<'a, T>> {
        match self.mutex.try_lock() {
            Ok(kept) => Some(self.acquired(log, kept, false)),
            Err(TryLockError::Poisoned(poison)) => {
                Some(self.acquired(log, poison.into_inner(), true))
            }
            Err(TryLockError::WouldBlock) => None,
        }
    }

    /// Whether an owner panicked while it had the lock.
    pub fn is_poisoned(&self) -> bool {
        self.mutex.is_poisoned()
    }

    fn acquired<'a>(
        &'a self,
        log: &'a Log,
        mut kept: MutexGuard<'a, Kept<T>>,
        poisoned: bool,
    ) -> Guard<'a, T> {
        let kind = EventKind::Acquired { res: self.res };
        kept.last = log.record_after(kept.last + Nanos(1), kind);
        if poisoned && !kept.told {
            kept.told = true;
            let text = format!("{} is poisoned: its owner panicked", self.name);
            log.say(log.recorder().text(&text), [Item::NOTHING; 2]);
        }
        Guard { lock: self, log, kept, poisoned }
    }
}

/// The right to use what a [`Lock`] protects; dropping it gives the lock back.
#[must_use = "the lock is given back at once otherwise"]
pub struct Guard<'a, T> {
    lock: &'a Lock<T>,
    log: &'a Log,
    kept: MutexGuard<'a, Kept<T>>,
    poisoned: bool,
}

impl<'a, T> Guard<'a, T> {
    /// Whether an earlier owner panicked while it had the lock: the value may be half-changed.
    pub fn poisoned(&self) -> bool {
        self.poisoned
    }

    /// The lock it belongs to.
    pub fn lock(&self) -> &'a Lock<T> {
        self.lock
    }

    /// The log of the owner.
    pub fn log(&self) -> &'a Log {
        self.log
    }
}

impl<T> Deref for Guard<'_, T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.kept.value
    }
}

impl<T> DerefMut for Guard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.kept.value
    }
}

impl<T> Drop for Guard<'_, T> {
    fn drop(&mut self) {
        // Stamped while it is still held; the mutex is given back when the fields are dropped.
        let kind = EventKind::Released { res: self.lock.res };
        self.kept.last = self.log.record_after(self.kept.last + Nanos(1), kind);
    }
}
