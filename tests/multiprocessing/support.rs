//! Runs under test, and what the system knows of their processes.

use crate::common::runs;
pub use crate::common::runs::{PROGRAM, check, exists, outcome};
use concurrency_lab::topics::runner::Finished;
use concurrency_lab::topics::{Params, Topic};
use concurrency_lab::trace::{Actor, ActorId, End, EventKind, Trace};
use serde_json::Value;
use std::process::Command;

pub fn topic() -> &'static dyn Topic {
    runs::topic("multiprocessing")
}

pub fn params(preset: &str, sets: &[&str]) -> Params {
    runs::params(topic(), preset, sets)
}

pub fn run(preset: &str, sets: &[&str]) -> Finished {
    let finished = runs::run(topic(), preset, sets);
    check(&finished.trace, &finished.replay);
    finished
}

pub fn actor(trace: &Trace, id: ActorId) -> &Actor {
    &trace.meta().actors[id.index()]
}

pub fn ends(trace: &Trace) -> impl Iterator<Item = (&str, End)> {
    trace.events().iter().filter_map(|e| match e.kind {
        EventKind::Ended(end) => Some((actor(trace, e.actor).name.as_str(), end)),
        _ => None,
    })
}

/// What the real binary prints.
pub fn json(preset: &str, sets: &[&str]) -> Value {
    let mut command = Command::new(PROGRAM);
    command.args(["run", "multiprocessing", "--json", "--preset", preset]);
    for set in sets {
        command.args(["--set", set]);
    }
    let output = command.output().unwrap();
    assert!(output.status.success(), "{output:?}");
    serde_json::from_slice(&output.stdout).unwrap()
}

pub fn strings(value: &Value) -> Vec<&str> {
    let all = value.as_array().unwrap().iter();
    all.map(|text| text.as_str().unwrap()).collect()
}
