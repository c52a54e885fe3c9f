//! The watchdog of a run: asks whether anybody can go on when nothing has been heard for a while.

use super::standstill::is_stuck;
use super::state::State;
use crate::trace::{Meta, Nanos};
use std::cell::Cell;

/// How long nothing is heard of a run before anybody asks.
const QUIET: Nanos = Nanos::from_millis(500);

/// Asks whether anybody can go on: once for each quiet.
#[derive(Debug, Default)]
pub struct Watchdog {
    /// After how many events it was asked last.
    asked: Cell<Option<usize>>,
}

impl Watchdog {
    /// Whether nobody can go on, of a run of which everything up to `until` is in `state`. Takes a time that grows with the
    /// number of actors: a millisecond for ten thousand.
    pub fn finds_stuck(&self, meta: &Meta, state: &State, until: Nanos) -> bool {
        let is_quiet = until.since(state.at) >= QUIET;
        is_quiet
            && self.asked.replace(Some(state.applied)) != Some(state.applied)
            && is_stuck(meta, state)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::{
        Actor, ActorId, Event, EventKind, Resource, ResourceId, ResourceKind, SourceId, WaitOp,
    };

    #[test]
    fn it_asks_once_for_each_quiet() {
        let meta = Meta {
            actors: vec![Actor::process("program", "P")],
            resources: vec![Resource::new("lock", ResourceKind::Lock)],
            ..Meta::default()
        };
        let (mut state, dog) = (State::new(&meta), Watchdog::default());
        let (source, actor, res) = (SourceId::NONE, ActorId(0), ResourceId(0));
        let mut happens = |at: u64, kind: EventKind| {
            let at = Nanos::from_millis(at);
            state.apply(&meta, &Event { at, seq: 0, actor, source, kind });
            state.clone()
        };
        happens(1, EventKind::Started { os_id: 1 });
        happens(2, EventKind::Acquired { res });
        let holds = happens(3, EventKind::At);
        let waits = happens(4, EventKind::WaitBegan { res, op: WaitOp::Acquire });
        let later = happens(900, EventKind::At);
        let asks = |state: &State, until| dog.finds_stuck(&meta, state, Nanos::from_millis(until));
        assert!(!asks(&holds, 800), "it runs");
        assert!(!asks(&waits, 503), "it has not been quiet for long");
        assert!(asks(&waits, 504), "it waits for itself");
        assert!(!asks(&waits, 800), "it was asked already");
        assert!(asks(&later, 1400), "something has happened since");
    }
}
