//! A program that goes on and in which nobody can go on: what its trace proves by now.
//!
//! A topic's run that is stuck is ended; a student's program is not, for that is what it does. So its findings are worked out
//! while it hangs, from a copy of its trace.

use super::Session;
use crate::replay::{Finding, Replay, awaits_a_signal, findings, is_stuck};
use crate::trace::{Batch, Nanos, Trace};
use crossbeam::channel::{Receiver, bounded};

/// How long nothing has to happen before anybody asks.
const QUIET: Nanos = Nanos::from_millis(800);
/// Of a trace with more events no copy is made.
const MOST: usize = 300_000;

/// What is known of a hang.
#[derive(Default)]
pub(super) struct Hang {
    /// The revision of the trace that was asked last.
    asked: u64,
    told: Option<Receiver<Vec<Finding>>>,
    /// The revision that the findings are of.
    of: Option<u64>,
}

impl Session {
    /// Looks whether the program hangs, and takes in what that proves.
    pub(super) fn watch_hang(&mut self) {
        let (trace, until) = (&self.recording.trace, self.recording.until);
        let revision = trace.revision();
        if self.hang.asked != revision && self.hang.of.take().is_some() {
            // It has gone on.
            self.findings.clear();
        }
        let told = self.hang.told.as_ref().and_then(|told| told.try_recv().ok());
        if let Some(found) = told {
            self.hang.told = None;
            if self.hang.asked == revision {
                self.hang.of = Some(revision);
                self.findings = found;
            }
        }
        let is_quiet = until.since(trace.end()) >= QUIET && trace.events().len() <= MOST;
        if !is_quiet || self.hang.asked == revision || self.hang.told.is_some() {
            return;
        }
        self.hang.asked = revision;
        let (meta, latest) = (trace.meta(), self.recording.replay.latest());
        let is_stuck = is_stuck(meta, latest);
        if !is_stuck && !awaits_a_signal(meta, latest) {
            return;
        }
        let mut copy = Trace::clone(trace);
        let (send, told) = bounded(1);
        let thread = std::thread::Builder::new().name("hang".to_owned());
        let started = thread.spawn(move || {
            copy.apply(Batch { stuck: is_stuck.then_some(until), ..Batch::default() });
            let replay = Replay::new(&copy);
            // The session is gone when its window was closed.
            let _ = send.send(findings(&copy, &replay));
        });
        if started.is_ok() {
            self.hang.told = Some(told);
        }
    }

    /// Whether the run goes on and hangs, so that there are findings of it already.
    pub fn hangs(&self) -> bool {
        self.is_running() && self.hang.of.is_some()
    }
}
