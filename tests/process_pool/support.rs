//! Runs of topic 2, and what is checked of each.

use crate::common::live::Live;
use crate::common::runs;
pub use crate::common::runs::{check, children, exists, outcome};
use concurrency_lab::topics::runner::Finished;
use concurrency_lab::topics::{Params, Topic};
use concurrency_lab::trace::ActorId;
use serde_json::Value;

pub fn topic() -> &'static dyn Topic {
    runs::topic("process-pool")
}

pub fn params(preset: &str, sets: &[&str]) -> Params {
    runs::params(topic(), preset, sets)
}

pub fn run(preset: &str, sets: &[&str]) -> Finished {
    let finished = runs::run(topic(), preset, sets);
    check(&finished.trace, &finished.replay);
    finished
}

pub fn ints(value: &Value) -> Vec<i64> {
    let all = value.as_array().unwrap().iter();
    all.map(|v| v.as_i64().unwrap()).collect()
}

/// Looks again until it is so.
pub fn until(what: &str, mut so: impl FnMut() -> bool) {
    runs::until(what, || so().then_some(()));
}

/// A run that goes on.
pub fn live(preset: &str, sets: &[&str]) -> Live {
    Live::start(topic(), params(preset, sets))
}

/// Who sleeps in a task.
pub fn asleep(live: &Live) -> Vec<ActorId> {
    let workers = live.at_work().into_iter().map(|(actor, _)| actor);
    let state = live.replay.latest();
    workers.filter(|actor| state.actor(*actor).unwrap().sleeping.is_some()).collect()
}
