//! A number of permits.

use super::WaitError;
use super::monitor::{Inside, Line, Monitor};
use crate::record::clock::Deadline;
use crate::record::{Cancelled, Log, Recorder};
use crate::trace::{EventKind, Resource, ResourceId, ResourceKind};
use std::time::Duration;

/// A number of permits, given to those who wait in the order of waiting.
pub struct Semaphore {
    monitor: Monitor<State>,
}

struct State {
    free: u32,
    line: Line,
}

impl Semaphore {
    /// With this many permits, all free.
    pub fn new(recorder: &Recorder, name: &str, permits: u32) -> Self {
        let resource = Resource::new(name, ResourceKind::Semaphore).with_capacity(permits);
        let (free, line) = (permits, Line::default());
        Self { monitor: Monitor::new(recorder.resource(resource), State { free, line }) }
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
        let inside = (self.monitor).acquire(inside, log, deadline, |s| &mut s.line)?;
        Ok(self.acquired(inside, log))
    }

    fn acquired<'a>(&'a self, mut inside: Inside<'_, State>, log: &'a Log) -> Permit<'a> {
        let res = self.id();
        inside.record(log, EventKind::Acquired { res });
        Permit { semaphore: self, log }
    }
}

/// A permit of a [`Semaphore`]; dropping it gives it back.
#[must_use = "the permit is given back at once otherwise"]
pub struct Permit<'a> {
    semaphore: &'a Semaphore,
    log: &'a Log,
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        let mut inside = self.semaphore.monitor.enter();
        let res = self.semaphore.id();
        inside.record(self.log, EventKind::Released { res });
        if inside.line.grant_first().is_none() {
            inside.free += 1;
        }
    }
}
