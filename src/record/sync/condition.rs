//! A condition of a lock.

use super::monitor::{Line, Monitor, Woke};
use super::{Guard, Lock};
use crate::record::clock::Deadline;
use crate::record::{Cancelled, Log, Recorder};
use crate::trace::{EventKind, Resource, ResourceId, ResourceKind, WaitOp};
use std::time::Duration;

/// Where owners of a [`Lock`] wait for each other's notifications. As in CPython each waiter parks on its own, and
/// notifications go to those who have waited longest; there are no spurious wake-ups.
///
/// On record, a wait begins while the lock is still held, the lock is released during it, and acquired after it.
pub struct Condition {
    monitor: Monitor<Line>,
    lock: ResourceId,
}

impl Condition {
    /// A condition of this lock.
    pub fn new<T>(recorder: &Recorder, name: &str, lock: &Lock<T>) -> Self {
        let resource = Resource::new(name, ResourceKind::Condition).guarded_by(lock.id());
        Self {
            monitor: Monitor::new(recorder.resource(resource), Line::default()),
            lock: lock.id(),
        }
    }

    /// Its id in the trace.
    pub fn id(&self) -> ResourceId {
        self.monitor.id()
    }

    /// Gives the lock back, waits for a notification, and takes the lock again. Whether there was one: otherwise
    /// `timeout` passed first.
    ///
    /// # Errors
    /// The run was stopped. The lock has been given back and not taken again.
    ///
    /// # Panics
    /// Where the guard is of another lock than the condition's.
    pub fn wait<'a, T>(
        &self,
        guard: Guard<'a, T>,
        timeout: Option<Duration>,
    ) -> Result<(Guard<'a, T>, bool), Cancelled> {
        let (lock, log) = (guard.lock(), guard.log());
        self.assert_lock(lock);
        log.check()?;
        let deadline = Deadline::of(timeout);
        // In line before the lock is given back, so that no notification falls in between.
        self.monitor.enter().begin_wait(log, WaitOp::Wait, deadline, whole);
        drop(guard);
        let (mut inside, woke) = self.monitor.park(log, deadline, whole);
        inside.end_wait(log, woke);
        drop(inside);
        if woke == Woke::Cancelled {
            return Err(Cancelled);
        }
        Ok((lock.acquire(log), woke == Woke::Granted))
    }

    /// Wakes up to `n` of those who wait, and says how many. The guard shows that the caller owns the lock.
    ///
    /// # Panics
    /// Where the guard is of another lock than the condition's.
    pub fn notify<T>(&self, guard: &Guard<'_, T>, n: u32) -> u32 {
        self.assert_lock(guard.lock());
        self.wake(guard.log(), n)
    }

    /// Wakes everybody who waits, and says how many.
    ///
    /// # Panics
    /// Where the guard is of another lock than the condition's.
    pub fn notify_all<T>(&self, guard: &Guard<'_, T>) -> u32 {
        self.notify(guard, u32::MAX)
    }

    fn wake(&self, log: &Log, n: u32) -> u32 {
        let mut inside = self.monitor.enter();
        let woken = n.min(u32::try_from(inside.len()).unwrap_or(u32::MAX));
        let res = self.id();
        inside.record(log, EventKind::Notified { res, woken });
        for _ in 0..woken {
            inside.grant_first();
        }
        woken
    }

    fn assert_lock<T>(&self, lock: &Lock<T>) {
        assert_eq!(
            lock.id(),
            self.lock,
            "a condition is waited for and notified with its own lock"
        );
    }
}

fn whole(line: &mut Line) -> &mut Line {
    line
}
