//! Runs of topics, and what holds after every run.

use concurrency_lab::replay::{Replay, findings};
use concurrency_lab::topics::runner::{Finished, run_to_end};
use concurrency_lab::topics::{Outcome, Params, Topic, find};
use concurrency_lab::trace::{ActorKind, EventKind, ResourceId, ResourceKind, Trace};
use std::time::{Duration, Instant};

/// The program under test.
pub const PROGRAM: &str = env!("CARGO_BIN_EXE_concurrency-lab");
/// The longest time that anything is waited for, only so that a broken test does not hang for ever.
pub const PATIENCE: Duration = Duration::from_secs(120);

/// A topic, whose workers are the program under test.
pub fn topic(id: &str) -> &'static dyn Topic {
    #[cfg(unix)]
    concurrency_lab::workers::use_program(PROGRAM);
    find(id).unwrap()
}

/// The parameters of a preset, with some set otherwise: "workers=3".
pub fn params(topic: &dyn Topic, preset: &str, sets: &[&str]) -> Params {
    let mut params = topic.preset(preset).unwrap();
    for set in sets {
        params.set_pair(set).unwrap();
    }
    params
}

/// A run to its end, whatever comes of it.
pub fn run(topic: &'static dyn Topic, preset: &str, sets: &[&str]) -> Finished {
    run_to_end(topic, params(topic, preset, sets), Some(PATIENCE)).unwrap()
}

pub fn outcome(finished: &Finished) -> &Outcome {
    finished.result.as_ref().unwrap()
}

/// The streams fit together, nothing is lost, everybody has ended (or nobody could go on), and no child is left.
pub fn check(trace: &Trace, replay: &Replay) {
    assert_eq!(trace.warnings(), []);
    assert_eq!(replay.oddities(), []);
    assert_eq!(trace.dropped(), 0);
    for (actor, state) in trace.meta().actors.iter().zip(&replay.latest().actors) {
        let stuck = trace.stuck().is_some();
        assert!(state.end.is_some() || stuck, "{} has not ended", actor.name);
    }
    for pid in children(trace) {
        assert!(!exists(pid), "{pid} is still there, if only as a zombie");
    }
}

/// That nobody could go on was found within two seconds, and a finding and the outcome say who waits.
pub fn is_found_soon(finished: &Finished) {
    let stuck = finished.trace.stuck().expect("somebody waits for ever");
    let last = finished.trace.events().last().unwrap().at;
    let after = stuck.since(last);
    assert!(after.0 <= 2_000_000_000, "found after {after}");
    assert!(!findings(&finished.trace, &finished.replay).is_empty());
    assert!(!outcome(finished)["stuck"].as_array().unwrap().is_empty());
}

/// The PIDs of the child processes of a trace, in the order they said that they run.
pub fn children(trace: &Trace) -> Vec<u64> {
    let started = trace.events().iter().filter_map(|event| match event.kind {
        EventKind::Started { os_id } => Some((trace.meta().actor(event.actor)?, os_id)),
        _ => None,
    });
    let children =
        started.filter(|(actor, _)| actor.kind == ActorKind::Process && actor.parent.is_some());
    children.map(|(_, pid)| pid).collect()
}

/// Whether the system has a process with this PID.
#[cfg(unix)]
pub fn exists(pid: u64) -> bool {
    // SAFETY: signal 0 is not sent.
    unsafe { libc::kill(pid as i32, 0) == 0 }
}

/// Whether the system has a process with this PID: there are no worker processes here.
#[cfg(not(unix))]
pub fn exists(_: u64) -> bool {
    false
}

/// The first resource of a kind.
pub fn of_kind(trace: &Trace, kind: ResourceKind) -> Option<ResourceId> {
    trace.meta().resources_of(kind).next()
}

/// Looks again until there is something.
pub fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(start.elapsed() < PATIENCE, "in vain: {what}");
        std::thread::yield_now();
    }
}
