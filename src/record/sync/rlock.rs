//! A lock that its owner may take again.

use super::WaitError;
use super::monitor::{Inside, Line, Monitor};
use crate::record::clock::Deadline;
use crate::record::{Cancelled, Log, Recorder};
use crate::trace::{ActorId, EventKind, Resource, ResourceId, ResourceKind};
use std::time::Duration;

/// A lock that its owner may take again, and has to give back as often. As in CPython it is not served in order: whoever
/// comes when it is free takes it, also before one who waits has woken up.
pub struct RLock {
    monitor: Monitor<State>,
}

#[derive(Default)]
struct State {
    owner: Option<ActorId>,
    depth: u32,
    line: Line,
}

impl RLock {
    /// A free one.
    pub fn new(recorder: &Recorder, name: &str) -> Self {
        let res = recorder.resource(Resource::new(name, ResourceKind::RLock));
        Self { monitor: Monitor::new(res, State::default()) }
    }

    /// Its id in the trace.
    pub fn id(&self) -> ResourceId {
        self.monitor.id()
    }

    /// Takes it, once more where the caller is its owner.
    ///
    /// # Errors
    /// The run was stopped while another had it.
    pub fn acquire<'a>(&'a self, log: &'a Log) -> Result<RGuard<'a>, Cancelled> {
        self.take(log, Deadline::NEVER).map_err(|_| Cancelled)
    }

    /// [`RLock::acquire`], waiting no longer than `timeout`.
    ///
    /// # Errors
    /// `TimedOut` or `Cancelled`.
    pub fn acquire_within<'a>(
        &'a self,
        log: &'a Log,
        timeout: Duration,
    ) -> Result<RGuard<'a>, WaitError> {
        self.take(log, Deadline::after(timeout))
    }

    /// Takes it unless another has it.
    pub fn try_acquire<'a>(&'a self, log: &'a Log) -> Option<RGuard<'a>> {
        let inside = self.monitor.enter();
        let open = inside.owner.is_none_or(|owner| owner == log.id());
        open.then(|| self.acquired(inside, log))
    }

    fn take<'a>(&'a self, log: &'a Log, deadline: Deadline) -> Result<RGuard<'a>, WaitError> {
        let inside = self.monitor.enter();
        if inside.owner.is_none_or(|owner| owner == log.id()) {
            return Ok(self.acquired(inside, log));
        }
        let inside = (self.monitor).acquire(
            inside,
            log,
            deadline,
            |s| &mut s.line,
            |s| s.owner.is_none(),
        )?;
        Ok(self.acquired(inside, log))
    }

    fn acquired<'a>(&'a self, mut inside: Inside<'_, State>, log: &'a Log) -> RGuard<'a> {
        inside.owner = Some(log.id());
        inside.depth += 1;
        inside.acquired(log);
        RGuard { lock: self, log }
    }
}

/// One time of having taken an [`RLock`]; dropping it gives that one back.
#[must_use = "the lock is given back at once otherwise"]
pub struct RGuard<'a> {
    lock: &'a RLock,
    log: &'a Log,
}

impl Drop for RGuard<'_> {
    fn drop(&mut self) {
        let mut inside = self.lock.monitor.enter();
        let res = self.lock.id();
        inside.record(self.log, EventKind::Released { res });
        inside.depth -= 1;
        if inside.depth == 0 {
            inside.owner = None;
            inside.line.grant_first();
        }
    }
}
