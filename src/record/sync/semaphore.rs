//! A number of permits.

use super::monitor::{Inside, Line, Monitor};
use super::{TooOften, WaitError};
use crate::record::clock::Deadline;
use crate::record::{Cancelled, Log, Recorder};
use crate::trace::{EventKind, Resource, ResourceId, ResourceKind};
use std::time::Duration;

/// A number of permits. As in CPython they are not given out in the order of waiting: whoever comes when one is free takes
/// it, also before one who waits has woken up.
pub struct Semaphore {
    monitor: Monitor<State>,
    /// The most permits that may be free, where it is bounded.
    bound: Option<u32>,
}

struct State {
    free: u32,
    line: Line,
}

impl Semaphore {
    /// With this many permits, all free.
    pub fn new(recorder: &Recorder, name: &str, permits: u32) -> Self {
        Self::made(recorder, name, permits, None)
    }

    /// As Python's `BoundedSemaphore`: a release that would free more permits than there were is refused.
    pub fn bounded(recorder: &Recorder, name: &str, permits: u32) -> Self {
        Self::made(recorder, name, permits, Some(permits))
    }

    fn made(recorder: &Recorder, name: &str, permits: u32, bound: Option<u32>) -> Self {
        let named = Resource::new(name, ResourceKind::Semaphore).with_capacity(permits);
        let resource = Resource { is_bounded: bound.is_some(), ..named };
        let (free, line) = (permits, Line::default());
        let monitor = Monitor::new(recorder.resource(resource), State { free, line });
        Self { monitor, bound }
    }

    /// Its id in the trace.
    pub fn id(&self) -> ResourceId {
        self.monitor.id()
    }

    /// Takes a permit.
    ///
    /// # Errors
    /// The run was stopped while none was free.
    pub fn acquire<'a>(&'a self, log: &'a Log) -> Result<Permit<'a>, Cancelled> {
        self.take(log, Deadline::NEVER).map_err(|_| Cancelled)
    }

    /// Takes a permit, waiting no longer than `timeout`.
    ///
    /// # Errors
    /// `TimedOut` or `Cancelled`.
    pub fn acquire_within<'a>(
        &'a self,
        log: &'a Log,
        timeout: Duration,
    ) -> Result<Permit<'a>, WaitError> {
        self.take(log, Deadline::after(timeout))
    }

    /// Takes a permit if one is free.
    pub fn try_acquire<'a>(&'a self, log: &'a Log) -> Option<Permit<'a>> {
        let mut inside = self.monitor.enter();
        inside.free = inside.free.checked_sub(1)?;
        Some(self.acquired(inside, log))
    }

    fn take<'a>(&'a self, log: &'a Log, deadline: Deadline) -> Result<Permit<'a>, WaitError> {
        let mut inside = self.monitor.enter();
        if let Some(left) = inside.free.checked_sub(1) {
            inside.free = left;
            return Ok(self.acquired(inside, log));
        }
        let mut inside =
            (self.monitor).acquire(inside, log, deadline, |s| &mut s.line, |s| s.free > 0)?;
        inside.free -= 1;
        Ok(self.acquired(inside, log))
    }

    fn acquired<'a>(&'a self, mut inside: Inside<'_, State>, log: &'a Log) -> Permit<'a> {
        inside.acquired(log);
        Permit { semaphore: self, log }
    }

    /// Frees a permit, whoever took one: also one more than were taken, unless it is bounded.
    ///
    /// # Errors
    /// It is bounded, and nobody has a permit to give back.
    pub fn release(&self, log: &Log) -> Result<(), TooOften> {
        let mut inside = self.monitor.enter();
        if self.bound.is_some_and(|bound| inside.free >= bound) {
            inside.record(log, EventKind::Refused { res: self.id() });
            return Err(TooOften);
        }
        let res = self.id();
        inside.record(log, EventKind::Released { res });
        inside.free += 1;
        inside.line.grant_first();
        Ok(())
    }
}

/// A permit of a [`Semaphore`]; dropping it gives it back.
#[must_use = "the permit is given back at once otherwise"]
pub struct Permit<'a> {
    semaphore: &'a Semaphore,
    log: &'a Log,
}

impl Permit<'_> {
    /// Gives it back.
    ///
    /// # Errors
    /// The semaphore is bounded, and somebody else gave it back before.
    pub fn release(self) -> Result<(), TooOften> {
        let (semaphore, log) = (self.semaphore, self.log);
        std::mem::forget(self);
        semaphore.release(log)
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        // Where somebody else gave it back before, a bounded semaphore refuses it.
        let _ = self.semaphore.release(self.log);
    }
}
