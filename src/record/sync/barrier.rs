//! A place where threads wait for each other.

use super::WaitError;
use super::monitor::{Inside, Line, Monitor, Woke};
use crate::record::clock::Deadline;
use crate::record::{Log, Recorder};
use crate::trace::{EventKind, Resource, ResourceId, ResourceKind, WaitOp};
use std::time::Duration;

/// Opens when all parties have arrived, and is then ready for the next generation.
pub struct Barrier {
    monitor: Monitor<State>,
    parties: u32,
}

#[derive(Default)]
struct State {
    broken: bool,
    generation: u32,
    line: Line,
}

impl Barrier {
    /// For this many threads; 0 counts as 1, which never waits.
    pub fn new(recorder: &Recorder, name: &str, parties: u32) -> Self {
        Self::of(recorder, Resource::new(name, ResourceKind::Barrier), parties)
    }

    /// A common start for so many threads: the program is about something else.
    pub fn gate(recorder: &Recorder, name: &str, parties: u32) -> Self {
        let resource = Resource::new(name, ResourceKind::Barrier);
        Self::of(recorder, Resource { is_aside: true, ..resource }, parties)
    }

    fn of(recorder: &Recorder, resource: Resource, parties: u32) -> Self {
        let parties = parties.max(1);
        let resource = resource.with_capacity(parties);
        Self { monitor: Monitor::new(recorder.resource(resource), State::default()), parties }
    }

    /// Its id in the trace.
    pub fn id(&self) -> ResourceId {
        self.monitor.id()
    }

    /// Whether somebody's time-out or [`Barrier::abort`] broke it.
    pub fn is_broken(&self) -> bool {
        self.monitor.enter().broken
    }

    /// Arrives, and waits for the others. The answer is the place in the order of arrival, from 0.
    ///
    /// # Errors
    /// `TimedOut`, which breaks the barrier; `Broken`, where another did, before or meanwhile; `Cancelled`.
    pub fn wait(&self, log: &Log, timeout: Option<Duration>) -> Result<u32, WaitError> {
        let mut inside = self.monitor.enter();
        if inside.broken {
            return Err(WaitError::Broken);
        }
        let place = u32::try_from(inside.line.len()).unwrap_or(u32::MAX);
        if place >= self.parties - 1 {
            self.pass(&mut inside, log);
            return Ok(place);
        }
        log.check()?;
        let deadline = Deadline::of(timeout);
        let wait = self.monitor.wait(inside, log, WaitOp::Wait, deadline, |s| &mut s.line);
        let (mut inside, woke) = wait;
        inside.end_wait(log, woke);
        if woke == Woke::TimedOut {
            self.break_up(&mut inside, log);
        }
        woke.granted(WaitError::Broken)?;
        Ok(place)
    }

    /// Breaks it: who waits, and who comes, gets `Broken`.
    pub fn abort(&self, log: &Log) {
        self.break_up(&mut self.monitor.enter(), log);
    }

    /// Makes it as new. Who waits gets `Broken`, as in CPython.
    pub fn reset(&self, log: &Log) {
        let mut inside = self.monitor.enter();
        if !inside.line.is_empty() {
            self.break_up(&mut inside, log);
        }
        let res = self.id();
        inside.record(log, EventKind::Cleared { res });
        inside.broken = false;
    }

    fn pass(&self, inside: &mut Inside<'_, State>, log: &Log) {
        let (res, generation) = (self.id(), inside.generation);
        inside.record(log, EventKind::BarrierPassed { res, generation });
        inside.generation = generation.wrapping_add(1);
        inside.line.grant_all();
    }

    fn break_up(&self, inside: &mut Inside<'_, State>, log: &Log) {
        let res = self.id();
        if !inside.broken {
            inside.record(log, EventKind::BarrierBroken { res });
        }
        inside.broken = true;
        inside.line.refuse_all();
    }
}
