//! Crowds: threads or processes that a program has started for one piece of work, before it has waited for all of them.

use super::state::State;
use crate::trace::{ActorId, Nanos};

/// Those of one program that have begun, in the order in which they were started, crowd by crowd. Another crowd begins with who
/// has begun when all of the one before had ended and that was seen: who is only quick is no crowd of its own.
pub fn crowds(state: &State, started: impl IntoIterator<Item = ActorId>) -> Vec<Vec<ActorId>> {
    let mut crowds: Vec<Vec<ActorId>> = Vec::new();
    let mut until = None;
    for id in started {
        let Some((began, seen)) =
            state.actor(id).and_then(|actor| Some((actor.began?, actor.seen)))
        else {
            continue;
        };
        if until.is_none_or(|until| began > until) {
            crowds.push(Vec::new());
            until = None;
        }
        until = until.max(Some(seen.unwrap_or(Nanos(u64::MAX))));
        crowds.last_mut().into_iter().for_each(|crowd| crowd.push(id));
    }
    crowds
}
