//! Of whom nothing is heard.

use crate::trace::{Meta, Nanos, Silence};

/// "nothing heard of worker 1 for 4 s", at an instant of a run that goes on.
pub fn silence(meta: &Meta, silence: &Silence, now: Nanos) -> String {
    // Whole seconds: it is said once a second has passed, and counts on.
    let seconds = now.since(silence.since).0 / 1_000_000_000;
    format!("nothing heard of {} for {seconds} s", meta.actor_name(silence.actor))
}
