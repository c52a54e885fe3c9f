//! Runs under test, and what the system knows of their processes.

use concurrency_lab::replay::Replay;
use concurrency_lab::topics::runner::{Finished, run_to_end};
use concurrency_lab::topics::{Outcome, Params, Topic, find};
use concurrency_lab::trace::{Actor, ActorId, ActorKind, End, EventKind, Trace};
use serde_json::Value;
use std::process::Command;
use std::time::Duration;

pub const PROGRAM: &str = env!("CARGO_BIN_EXE_concurrency-lab");
/// Only so that a broken test does not hang for ever.
pub const PATIENCE: Duration = Duration::from_secs(120);

pub fn topic() -> &'static dyn Topic {
    concurrency_lab::workers::use_program(PROGRAM);
    find("multiprocessing").unwrap()
}

pub fn params(preset: &str, sets: &[&str]) -> Params {
    let mut params = topic().preset(preset).unwrap();
    for set in sets {
        params.set_pair(set).unwrap();
    }
    params
}

pub fn run(preset: &str, sets: &[&str]) -> Finished {
    let finished = run_to_end(topic(), params(preset, sets), Some(PATIENCE)).unwrap();
    check(&finished.trace, &finished.replay);
    finished
}

pub fn outcome(finished: &Finished) -> &Outcome {
    finished.result.as_ref().unwrap()
}

/// The streams fit together, everybody has ended, and no child is left.
pub fn check(trace: &Trace, replay: &Replay) {
    assert_eq!(trace.warnings(), []);
    assert_eq!(replay.oddities(), []);
    assert_eq!(trace.dropped(), 0);
    for (actor, state) in trace.meta().actors.iter().zip(&replay.latest().actors) {
        assert!(state.end.is_some(), "{} has not ended", actor.name);
    }
    for pid in pids(trace) {
        assert!(!exists(pid), "{pid} is still there, if only as a zombie");
    }
}

/// The PIDs of the child processes of a trace.
pub fn pids(trace: &Trace) -> Vec<u64> {
    let started = trace.events().iter().filter_map(|e| match e.kind {
        EventKind::Started { os_id } => Some((actor(trace, e.actor), os_id)),
        _ => None,
    });
    let children = started.filter(|(a, _)| a.kind == ActorKind::Process && a.name != "parent");
    children.map(|(_, pid)| pid).collect()
}

pub fn actor(trace: &Trace, id: ActorId) -> &Actor {
    &trace.meta().actors[id.index()]
}

pub fn exists(pid: u64) -> bool {
    // SAFETY: signal 0 is not sent.
    unsafe { libc::kill(pid as i32, 0) == 0 }
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
