//! The scene that each preset of the built topics ends with: who stands in which process, with what in its memory.
#![allow(clippy::unwrap_used)]

mod common;

use concurrency_lab::replay::{ProcessAt, Scene, SectionAt};
use concurrency_lab::topics::runner::run_to_end;
use concurrency_lab::trace::{ActorId, Meta, ResourceId};
use std::time::Duration;

/// Topic and preset, and the scene of the run's end: sections by name, processes and threads by badge, resources by
/// kind. What one run has and another has not stands for itself: only who and what, not how.
const SCENES: &[(&str, &str, &str)] = &[
    ("process-pool", "squares", "4 processes reused: program{pool} W1 W2 W3 W4"),
    ("process-pool", "ten-sleepers", "4 processes reused: program{pool} W1 W2 W3 W4"),
    (
        "process-pool",
        "a-thousand-images",
        "one process per task: program{pool} new new new new new new new new",
    ),
    ("process-pool", "uneven", "chunks of 8: program{pool} C1 C2 C3 C4"),
    ("process-pool", "kill-one", "4 processes reused: program{pool} 3 old 1 new"),
    ("multiprocessing", "five-workers", "P{pool} W1 W2 W3 W4"),
    ("multiprocessing", "parallel-squares", "P{pool} W1 W2 W3 W4"),
    ("multiprocessing", "four-images", "P{pool} W1 W2 W3 W4"),
    (
        "multiprocessing",
        "own-memory",
        "a memory each: P{value pool} W1{value} W2{value} W3{value} | one memory for all: P{T1 T2 T3 lock value}",
    ),
    (
        "multiprocessing",
        "crash",
        "processes: P{pool} W1 W2 W3 W4 | threads of one process: P{pool} H1{T1 T2 T3 T4}",
    ),
    ("multiprocessing", "cpu-bound", "processes: P{value pool} W1 W2"),
    ("shared-list", "count", "program{A1 A2 value array barrier}"),
    ("shared-list", "count-locked", "program{A1 A2 lock value array barrier}"),
    (
        "shared-list",
        "repeat-50",
        "without the lock, run 50: program{A1 A2 value array barrier} | with the lock, run 50: program{a1 a2 lock value array barrier}",
    ),
    ("shared-list", "check-then-act", "program{R1 R2 lock list barrier}"),
    ("shared-list", "one-side-locks", "program{A1 A2 lock value array barrier}"),
    ("shared-list", "own-lock-each", "program{A1 A2 lock lock value array barrier}"),
    ("shared-list", "queue", "program{A1 R1 R2 queue}"),
    ("shared-list", "take-turns", "program{A1 R1 lock list}"),
    ("shared-list", "quick-ten", "program{A1 R1 lock list}"),
    ("shared-list", "five", "program{A1 R1 lock list}"),
    ("shared-list", "random-pace", "program{A1 R1 lock list}"),
    ("shared-list", "done-flag", "program{A1 R1 lock list event}"),
    ("shared-list", "contended", "program{A1 A2 R1 R2 lock list}"),
    ("shared-list", "no-lock", "program{A1 A2 R1 R2 value value array}"),
    ("factorials", "one-to-ten", "pool: program{T1 T2 T3 T4 pool}"),
    ("factorials", "four-threads", "program{T1 T2 T3 T4 pool}"),
    ("factorials", "as-completed", "program{T1 T2 T3 T4 pool}"),
    ("factorials", "big", "program{T1 T2 T3 T4 pool}"),
    ("factorials", "huge", "program{T1 T2 T3 T4 pool}"),
    ("factorials", "uneven", "program{T1 T2 T3 T4 pool}"),
    ("factorials", "nested-submit", "program{T1 T2 T3 T4 pool}"),
    ("factorials", "submit-result", "program{T1 T2 T3 T4 pool}"),
    ("factorials", "one-fails", "program{T1 T2 T3 T4 pool}"),
    ("factorials", "time-out", "program{T1 T2 T3 T4 pool}"),
    ("exceptions", "as-completed", "program{T1 T2 T3 pool}"),
    ("exceptions", "unhandled", "program{T1 T2 T3 queue}"),
    ("exceptions", "caught", "program{T1 T2 T3 queue}"),
    ("exceptions", "logging", "program{T1 T2 T3 queue}"),
    ("exceptions", "future", "program{T1 T2 T3 pool}"),
    ("exceptions", "never-asked", "program{T1 T2 T3 pool}"),
    (
        "exceptions",
        "leaked-lock",
        "acquire … release: program{B1 B2 B3 lock} | with lock: program{S1 S2 S3 lock}",
    ),
    ("exceptions", "finally", "program{S1 S2 S3 lock}"),
    ("exceptions", "half-changed", "program{M1 A1 lock value value}"),
    ("exceptions", "error-queue", "program{W1 W2 W3 W4 queue}"),
    ("exceptions", "error-event", "program{T1 T2 T3 event queue}"),
    ("exceptions", "custom-error", "program{T1 T2 pool}"),
    ("exceptions", "timeout-cancel", "program{T1 pool event}"),
    ("exceptions", "retry-fallback", "program{C1}"),
    ("exceptions", "pool-task", "program{pool} W1 W2 W3"),
    ("exceptions", "cannot-be-rebuilt", "program{pool} W1 W2 W3"),
    ("exceptions", "exit-in-task", "program{pool} 2 old 1 new"),
    ("exceptions", "broken-pool", "program{pool} 2 old 1 new"),
    ("exceptions", "crash-isolation", "program C1 C2 C3"),
    ("exceptions", "who-learns", "program{pool} P P P P W1"),
    ("exceptions", "signal", "program C1 C2 C3 semaphore"),
];

fn badge(meta: &Meta, id: ActorId) -> String {
    meta.actor(id).unwrap().badge.clone()
}

fn kind(meta: &Meta, id: &ResourceId) -> String {
    format!("{:?}", meta.resource(*id).unwrap().kind).to_lowercase()
}

fn process(meta: &Meta, at: &ProcessAt) -> String {
    // Which worker was killed differs from run to run.
    let name = match (at.process, at.before) {
        (Some(_), Some(_)) => "new".to_owned(),
        (Some(id), None) => badge(meta, id),
        (None, _) => "program".to_owned(),
    };
    let threads = at.threads.iter().map(|id| badge(meta, *id));
    let all: Vec<_> = threads.chain(at.resources.iter().map(|id| kind(meta, id))).collect();
    match all.is_empty() {
        true => name,
        false => format!("{name}{{{}}}", all.join(" ")),
    }
}

fn section(meta: &Meta, section: &SectionAt) -> String {
    let name = section.id.and_then(|id| meta.section(id));
    let name = name.map_or(String::new(), |section| format!("{}: ", section.name));
    let processes = section.processes.iter().map(|at| process(meta, at));
    let between = section.between.iter().map(|id| kind(meta, id));
    let all: Vec<_> = processes.chain(between).collect();
    match all.iter().filter(|process| *process == "new").count() {
        // Where it stands among the others differs, too.
        1 => format!("{name}{} {} old 1 new", all[0], all.len() - 2),
        _ => name + &all.join(" "),
    }
}

#[test]
fn every_preset_ends_with_its_scene() {
    let mut wrong = Vec::new();
    for id in ["process-pool", "multiprocessing", "shared-list", "factorials", "exceptions"] {
        let topic = common::runs::topic(id);
        for preset in topic.about().presets {
            let mut params = topic.preset(preset.id).unwrap();
            let _ = params.set("time_scale", "0.02");
            if params.get("against").is_some_and(|against| against.to_string() == "cpython") {
                // Its sections are named for the python3 that is there.
                continue;
            }
            // Whether there is a Python depends on the machine, too.
            let _ = params.set("start_method", "none");
            if id == "factorials" {
                // By default it depends on the machine.
                params.set("threads", "4").unwrap();
            }
            let done = run_to_end(topic, params, Some(Duration::from_secs(120))).unwrap();
            let meta = done.trace.meta();
            let scene = Scene::at(meta, done.replay.latest());
            let sections: Vec<_> = scene.sections.iter().map(|s| section(meta, s)).collect();
            let found = sections.join(" | ");
            let expected = SCENES.iter().find(|(t, p, _)| (*t, *p) == (id, preset.id));
            if expected.is_none_or(|(.., scene)| *scene != found) {
                wrong.push(format!("    (\"{id}\", \"{}\", \"{found}\"),", preset.id));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
