//! A program that goes on and in which nobody can go on: what its trace proves by now.
//!
//! A topic's run that is stuck is ended; a student's program is not, for that is what it does. So its findings are worked out
//! while it hangs, from a copy of its trace.

use super::Session;
use crate::app::later::Later;
use crate::replay::{Finding, Replay, findings, is_stuck};
use crate::trace::{Batch, Nanos, Trace};
use std::task::Poll;

/// How long nothing has to happen before anybody asks.
const QUIET: Nanos = Nanos::from_millis(800);
/// Of a trace with more events no copy is made.
const MOST: usize = 300_000;

/// What is known of a hang.
#[derive(Default)]
pub(super) struct Hang {
    /// The revision of the trace that was asked last.
    asked: u64,
    told: Option<Later<Vec<Finding>>>,
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
        if let Some(Poll::Ready(found)) = self.hang.told.as_ref().map(Later::take) {
            self.hang.told = None;
            if let Some(found) = found.filter(|_| self.hang.asked == revision) {
                self.hang.of = Some(revision);
                self.findings = found;
            }
        }
        let is_quiet = until.since(trace.end()) >= QUIET && trace.events().len() <= MOST;
        if !is_quiet || self.hang.asked == revision || self.hang.told.is_some() {
            return;
        }
        self.hang.asked = revision;
        if !is_stuck(trace.meta(), self.recording.replay.latest()) {
            return;
        }
        let mut copy = Trace::clone(trace);
        let found = Later::begin("hang", None, move || {
            copy.apply(Batch { stuck: Some(until), ..Batch::default() });
            let replay = Replay::new(&copy);
            findings(&copy, &replay)
        });
        self.hang.told = found.ok();
    }

    /// Whether the run goes on and hangs, so that there are findings of it already.
    pub fn hangs(&self) -> bool {
        self.is_running() && self.hang.of.is_some()
    }
}
