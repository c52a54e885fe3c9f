//! A place in a trace that moves, mostly forward and by little.

use super::keyframes::forward;
use super::{Replay, State};
use crate::trace::Trace;

/// The state at a place that moves. Going forward costs the events passed; a jump costs at most a keyframe and the
/// events since.
#[derive(Clone, Debug, Default)]
pub struct Cursor {
    state: State,
    epoch: u64,
}

/// Events about as costly to walk as a keyframe of few actors is to clone. An actor more costs about an event more.
const CLONE: usize = 256;

impl Cursor {
    /// Moves to after the first `n_events` events of the trace the replay is of.
    pub fn seek(&mut self, replay: &Replay, trace: &Trace, n_events: usize) -> &State {
        let n_events = n_events.min(trace.events().len());
        let usable = self.epoch == replay.epoch() && self.state.applied <= n_events;
        let keyframe = replay.state_before(n_events);
        let reach = if usable { self.state.applied + CLONE + self.state.actors.len() } else { 0 };
        if !usable || keyframe.is_some_and(|k| k.applied > reach) {
            self.state = keyframe.cloned().unwrap_or_default();
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
