//! CPython's global interpreter lock, emulated.

use super::monitor::{Inside, Line, Monitor, Woke};
use crate::record::{Cancelled, Log, Recorder};
use crate::trace::{EventKind, Resource, ResourceId, ResourceKind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// One lock for all threads of an interpreter: only its holder may run.
///
/// A thread that has waited for the switch interval asks the holder to let go, and the holder does so at its next
/// [`GilGuard::check`] (CPython since 3.10: when it makes a call or jumps back in a loop). It then waits until somebody
/// else has had it: CPython's forced switch, without which the holder would mostly win its own lock back. Around a call
/// that blocks, the holder lets go of its own accord ([`GilGuard::without`]).
///
/// Two things differ from CPython: waiters are served in the order of waiting, where there the system chooses, and a check
/// is as often as the program says, not at each call and jump.
pub struct Gil {
    monitor: Monitor<State>,
    interval: Duration,
    /// Somebody has asked the holder to let go. Beside the state, because the holder looks at it all the time.
    wanted: AtomicBool,
}

#[derive(Default)]
struct State {
    held: bool,
    /// How often it has been taken, or given.
    taken: u64,
    line: Line,
}

impl Gil {
    /// How long a waiter waits before it asks: `sys.getswitchinterval()` unless it was set.
    pub const INTERVAL: Duration = Duration::from_millis(5);

    /// A free one, shown as "emulated GIL".
    pub fn new(recorder: &Recorder, interval: Duration) -> Self {
        let res = recorder.resource(Resource::new("emulated GIL", ResourceKind::Lock));
        Self {
            monitor: Monitor::new(res, State::default()),
            interval,
            wanted: AtomicBool::new(false),
        }
    }

    /// Its id in the trace.
    pub fn id(&self) -> ResourceId {
        self.monitor.id()
    }

    /// Takes it, as a thread does before it runs any Python.
    ///
    /// # Errors
    /// The run was stopped while another had it.
    pub fn acquire<'a>(&'a self, log: &'a Log) -> Result<GilGuard<'a>, Cancelled> {
        self.take(log)?;
        Ok(GilGuard { gil: self, log, held: true })
    }

    fn take(&self, log: &Log) -> Result<(), Cancelled> {
        let mut inside = self.monitor.enter();
        if inside.held {
            log.check()?;
            self.wait(inside, log)
        } else {
            inside.held = true;
            inside.taken += 1;
            self.taken(inside, log);
            Ok(())
        }
    }

    fn wait(&self, inside: Inside<'_, State>, log: &Log) -> Result<(), Cancelled> {
        let mut seen = inside.taken;
        let ask = |state: &mut State| {
            // As in CPython: only where one holder has had it for the whole interval.
            if state.taken == seen {
                self.wanted.store(true, Ordering::Relaxed);
            }
            seen = state.taken;
        };
        let wait = self.monitor.wait_in_turns(inside, log, self.interval, ask, |s| &mut s.line);
        let (mut inside, woke) = wait;
        if woke != Woke::Granted {
            inside.end_wait(log, woke);
            return Err(Cancelled);
        }
        self.taken(inside, log);
        Ok(())
    }

    fn taken(&self, mut inside: Inside<'_, State>, log: &Log) {
        self.wanted.store(false, Ordering::Relaxed);
        let res = self.id();
        inside.record(log, EventKind::Acquired { res });
    }

    /// Gives it to the first in line, if any: it stays held then.
    fn give(&self, inside: &mut Inside<'_, State>, log: &Log) {
        let res = self.id();
        inside.record(log, EventKind::Released { res });
        inside.held = inside.line.grant_first().is_some();
        // From now on the next thread holds it, though it has not woken up yet: new waiters wait for that one.
        inside.taken += u64::from(inside.held);
    }

    /// Gives it to the first in line and joins the line at its back; keeps it where nobody waits any more.
    fn switch(&self, log: &Log) -> Result<(), Cancelled> {
        let mut inside = self.monitor.enter();
        if inside.line.is_empty() {
            self.wanted.store(false, Ordering::Relaxed);
            return Ok(());
        }
        self.give(&mut inside, log);
        self.wait(inside, log)
    }
}

/// The right to run. Dropping it lets go.
#[must_use = "it is let go at once otherwise"]
pub struct GilGuard<'a> {
    gil: &'a Gil,
    log: &'a Log,
    held: bool,
}

impl GilGuard<'_> {
    /// Between two steps of the program: lets go if somebody has asked for it, and waits for the next turn.
    ///
    /// # Errors
    /// The run was stopped.
    pub fn check(&mut self) -> Result<(), Cancelled> {
        self.log.check()?;
        if self.gil.wanted.load(Ordering::Relaxed) {
            // If the run is stopped in the line, it is not held any more.
            self.held = false;
            self.gil.switch(self.log)?;
            self.held = true;
        }
        Ok(())
    }

    /// Lets go for a call that blocks (a sleep, input or output), and takes it again afterwards.
    ///
    /// # Errors
    /// The run was stopped.
    pub fn without<T>(&mut self, call: impl FnOnce(&Log) -> T) -> Result<T, Cancelled> {
        self.gil.give(&mut self.gil.monitor.enter(), self.log);
        self.held = false;
        let answer = call(self.log);
        self.gil.take(self.log)?;
        self.held = true;
        Ok(answer)
    }
}

impl Drop for GilGuard<'_> {
    fn drop(&mut self) {
        if self.held {
            self.gil.give(&mut self.gil.monitor.enter(), self.log);
        }
    }
}
