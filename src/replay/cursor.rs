//! The cursor: a position in a trace with the state there. It mostly moves forward, by a few events.

use super::keyframes::forward;
use super::{Replay, State};
use crate::trace::Trace;

/// A position in a trace with the state there. Moving forward applies the events passed; a jump clones a state kept at
/// most, and applies the events after it.
#[derive(Clone, Debug, Default)]
pub struct Cursor {
    state: State,
    epoch: u64,
}

/// The number of events that take as long to apply as a state of a few actors takes to clone. Each further actor of the
/// state takes about as long as one more event.
const CLONE: usize = 256;

impl Cursor {
    /// Moves to the position after the first `n_events` events of the trace, of which `replay` is the replay.
    pub fn seek(&mut self, replay: &Replay, trace: &Trace, n_events: usize) -> &State {
        let n_events = n_events.min(trace.events().len());
        let usable = self.epoch == replay.epoch() && self.state.applied <= n_events;
        let kept = replay.state_before(n_events);
        let reach = if usable { self.state.applied + CLONE + self.state.actors.len() } else { 0 };
        if !usable || kept.is_some_and(|kept| kept.applied > reach) {
            self.state = kept.cloned().unwrap_or_default();
            self.epoch = replay.epoch();
        }
        forward(&mut self.state, trace, n_events);
        &self.state
    }

    /// The state where it is.
    pub fn state(&self) -> &State {
        &self.state
    }
}
