//! A lock with nothing in it.

use super::WaitError;
use super::monitor::{Inside, Line, Monitor};
use crate::record::clock::Deadline;
use crate::record::{Cancelled, Log, Recorder};
use crate::trace::{EventKind, Resource, ResourceId, ResourceKind};
use std::time::Duration;

/// A lock as Python's `threading.Lock`: it guards nothing by itself, does not know its owner, and can be waited for with
/// a time-out, or in vain. Whoever comes when it is free takes it, also before one who waits has woken up.
pub struct BareLock {
    monitor: Monitor<State>,
}

#[derive(Default)]
struct State {
    held: bool,
    line: Line,
}

impl BareLock {
    /// A free one.
    pub fn new(recorder: &Recorder, name: &str) -> Self {
        let res = recorder.resource(Resource::new(name, ResourceKind::Lock));
        Self { monitor: Monitor::new(res, State::default()) }
    }

    /// Its id in the trace.
    pub fn id(&self) -> ResourceId {
        self.monitor.id()
    }

    /// Takes it, waiting for as long as it takes: for ever, where the caller has it already.
    ///
    /// # Errors
    /// The run was stopped while it was held.
    pub fn acquire<'a>(&'a self, log: &'a Log) -> Result<BareGuard<'a>, Cancelled> {
        self.take(log, Deadline::NEVER).map_err(|_| Cancelled)
    }

    /// [`BareLock::acquire`], waiting no longer than `timeout`.
    ///
    /// # Errors
    /// `TimedOut` or `Cancelled`.
    pub fn acquire_within<'a>(
        &'a self,
        log: &'a Log,
        timeout: Duration,
    ) -> Result<BareGuard<'a>, WaitError> {
        self.take(log, Deadline::after(timeout))
    }

    /// Takes it if it is free.
    pub fn try_acquire<'a>(&'a self, log: &'a Log) -> Option<BareGuard<'a>> {
        let inside = self.monitor.enter();
        (!inside.held).then(|| self.acquired(inside, log))
    }

    fn take<'a>(&'a self, log: &'a Log, deadline: Deadline) -> Result<BareGuard<'a>, WaitError> {
        let mut inside = self.monitor.enter();
        if inside.held {
            inside = (self.monitor).acquire(inside, log, deadline, |s| &mut s.line, |s| !s.held)?;
        }
        Ok(self.acquired(inside, log))
    }

    fn acquired<'a>(&'a self, mut inside: Inside<'_, State>, log: &'a Log) -> BareGuard<'a> {
        inside.held = true;
        inside.acquired(log);
        BareGuard { lock: self, log }
    }
}

/// A [`BareLock`] that is held; dropping it gives the lock back.
#[must_use = "the lock is given back at once otherwise"]
pub struct BareGuard<'a> {
    lock: &'a BareLock,
    log: &'a Log,
}

impl Drop for BareGuard<'_> {
    fn drop(&mut self) {
        let mut inside = self.lock.monitor.enter();
        let res = self.lock.id();
        inside.record(self.log, EventKind::Released { res });
        inside.held = false;
        inside.line.grant_first();
    }
}
