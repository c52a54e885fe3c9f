//! What is missing in a recording: of whom nothing is heard, and events that were lost.

use super::{agree, count};
use crate::replay::state::State;
use crate::trace::{Meta, Nanos, Silence};

/// "nothing heard of worker 1 for 4 s", at an instant of a run that goes on.
pub fn silence(meta: &Meta, silence: &Silence, now: Nanos) -> String {
    // Whole seconds: it is said once a second has passed, and counts on.
    let seconds = now.since(silence.since).0 / 1_000_000_000;
    format!("nothing heard of {} for {seconds} s", meta.actor_name(silence.actor))
}

/// "1,200 events are missing: counted is only what was recorded", up to an instant; `None` where nothing is.
pub fn missing(state: &State) -> Option<String> {
    let lost: u64 = state.actors.iter().map(|actor| actor.dropped).sum();
    let unknown = state.actors.iter().filter(|actor| actor.incomplete).count();
    match (lost, unknown) {
        (0, 0) => None,
        (0, n) => Some(format!("The last moments of {} may be missing", count(n, "actor"))),
        (n, _) => Some(format!(
            "{} {} missing: counted is only what was recorded",
            count(n, "event"),
            agree(n, "is", "are")
        )),
    }
}
