//! A flag to wait for.

use super::monitor::{Line, Monitor, Woke};
use crate::record::clock::Deadline;
use crate::record::{Cancelled, Log, Recorder};
use crate::trace::{EventKind, Resource, ResourceId, ResourceKind, WaitOp};
use std::time::Duration;

/// A flag that can be set, cleared and waited for.
pub struct Event {
    monitor: Monitor<State>,
}

#[derive(Default)]
struct State {
    set: bool,
    line: Line,
}

impl Event {
    /// Not set.
    pub fn new(recorder: &Recorder, name: &str) -> Self {
        let res = recorder.resource(Resource::new(name, ResourceKind::Event));
        Self { monitor: Monitor::new(res, State::default()) }
    }

    /// Its id in the trace.
    pub fn id(&self) -> ResourceId {
        self.monitor.id()
    }

    /// Whether it is set.
    pub fn is_set(&self) -> bool {
        self.monitor.enter().set
    }

    /// Sets it: all waiters wake, even if it is cleared right after.
    pub fn set(&self, log: &Log) {
        let mut inside = self.monitor.enter();
        let res = self.id();
        inside.record(log, EventKind::Set { res });
        inside.set = true;
        inside.line.grant_all();
    }

    /// Clears it.
    pub fn clear(&self, log: &Log) {
        let mut inside = self.monitor.enter();
        let res = self.id();
        inside.record(log, EventKind::Cleared { res });
        inside.set = false;
    }

    /// Waits until it is set, which may be now. Whether it was: otherwise `timeout` passed first.
    ///
    /// # Errors
    /// The run was stopped while it was not set.
    pub fn wait(&self, log: &Log, timeout: Option<Duration>) -> Result<bool, Cancelled> {
        let inside = self.monitor.enter();
        if inside.set {
            return Ok(true);
        }
        log.check()?;
        let deadline = Deadline::of(timeout);
        let wait = self.monitor.wait(inside, log, WaitOp::Wait, deadline, |s| &mut s.line);
        let (mut inside, woke) = wait;
        inside.end_wait(log, woke);
        match woke {
            Woke::Cancelled => Err(Cancelled),
            other => Ok(other == Woke::Granted),
        }
    }
}
