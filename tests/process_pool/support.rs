//! Runs of topic 2, and what is checked of each.

use crate::common::live::Live;
use concurrency_lab::replay::Replay;
use concurrency_lab::topics::runner::{Finished, run_to_end};
use concurrency_lab::topics::{Outcome, Params, Topic, find};
use concurrency_lab::trace::{ActorId, ActorKind, EventKind, Trace};
use serde_json::Value;
use std::time::{Duration, Instant};

/// Only so that a broken test does not hang for ever.
pub const PATIENCE: Duration = Duration::from_secs(100);

pub fn topic() -> &'static dyn Topic {
    concurrency_lab::workers::use_program(env!("CARGO_BIN_EXE_concurrency-lab"));
    find("process-pool").unwrap()
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

/// Nothing lost or odd; every process ended on record, and is gone.
pub fn check(trace: &Trace, replay: &Replay) {
    assert_eq!(trace.dropped(), 0);
    assert_eq!(trace.warnings(), []);
    assert_eq!(replay.oddities(), []);
    for (actor, state) in trace.meta().actors.iter().zip(&replay.latest().actors) {
        assert!(state.end.is_some(), "{} did not end", actor.name);
    }
    for pid in pids(trace) {
        assert!(!exists(pid), "{pid} is still there, if only as a zombie");
    }
}

pub fn outcome(finished: &Finished) -> &Outcome {
    finished.result.as_ref().unwrap()
}

pub fn ints(value: &Value) -> Vec<i64> {
    let all = value.as_array().unwrap().iter();
    all.map(|v| v.as_i64().unwrap()).collect()
}

/// The PIDs of all processes that said they started.
pub fn pids(trace: &Trace) -> Vec<u32> {
    let started = trace.events().iter().filter_map(|e| match e.kind {
        EventKind::Started { os_id } => Some((e.actor, os_id as u32)),
        _ => None,
    });
    let processes =
        started.filter(|(a, _)| trace.meta().actors[a.index()].kind == ActorKind::Process);
    processes.map(|(_, pid)| pid).collect()
}

pub fn exists(pid: u32) -> bool {
    // SAFETY: signal 0 is not sent.
    unsafe { libc::kill(pid as i32, 0) == 0 }
}

pub fn until(what: &str, mut so: impl FnMut() -> bool) {
    let start = Instant::now();
    while !so() {
        assert!(start.elapsed() < PATIENCE, "in vain: {what}");
        std::thread::sleep(Duration::from_millis(1));
    }
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
