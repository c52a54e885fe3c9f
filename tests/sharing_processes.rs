//! Topic 5, processes: what each tool guarantees, checked over traces of real runs; the broken twins; the listings under each start
//! method; what is measured.

#![cfg(unix)]
#![allow(clippy::unwrap_used)]

mod common;

use common::runs::{self, check, of_kind, outcome, params};
use common::{lines, python};
use concurrency_lab::replay::{Finding, FindingKind, findings};
use concurrency_lab::topics::runner::Finished;
use concurrency_lab::topics::{Language, Preset, Topic};
use concurrency_lab::trace::{
    ActorKind, End, Event, EventKind as K, Home, Item, ResourceKind, Role,
};
use serde_json::{Value, json};
use std::collections::HashSet;
use std::time::Duration;

fn topic() -> &'static dyn Topic {
    runs::topic("sharing-data")
}

fn presets() -> impl Iterator<Item = &'static Preset> {
    let is_of_processes =
        |preset: &&Preset| preset.tool.is_some_and(|tool| tool.group == "Processes");
    topic().about().presets.iter().filter(is_of_processes)
}

fn run(preset: &str, sets: &[&str]) -> Finished {
    let mut all = vec!["time_scale=0.1"];
    all.extend(sets);
    let timed = topic().applies("time_scale", &params(topic(), preset, &[]));
    let all: Vec<&str> = all.into_iter().filter(|s| timed || !s.starts_with("time")).collect();
    let finished = runs::run(topic(), preset, &all);
    assert!(finished.result.is_ok(), "{preset}: {:?}", finished.result.as_ref().err());
    check(&finished.trace, &finished.replay);
    finished
}

fn found(finished: &Finished) -> Vec<Finding> {
    findings(&finished.trace, &finished.replay)
}

fn names(finished: &Finished, kind: FindingKind) -> bool {
    found(finished).iter().any(|finding| finding.kind == kind)
}

#[test]
fn what_is_used_right_has_no_fault() {
    for preset in presets().filter(|p| !p.tool.unwrap().broken && p.id != "compare") {
        let finished = run(preset.id, &[]);
        let faults: Vec<_> = found(&finished).into_iter().filter(|f| f.kind.is_fault()).collect();
        assert!(faults.is_empty(), "{}: {faults:#?}", preset.id);
        assert_eq!(finished.trace.stuck(), None, "{}", preset.id);
        let outcome = outcome(&finished);
        assert_eq!(outcome["failed"], json!({}), "{}", preset.id);
        if let Some(count) = outcome.get("count") {
            assert_eq!(*count, outcome["expected"], "{}", preset.id);
        }
    }
}

#[test]
fn each_broken_twin_shows_its_fault() {
    for (preset, kind) in [
        ("join-before-drain", FindingKind::UndrainedQueue),
        ("changed-after-put", FindingKind::ChangedAfterPut),
        ("two-readers", FindingKind::CorruptMessage),
        ("value-unlocked", FindingKind::LostUpdate),
        ("array-one-forgets", FindingKind::UnguardedUpdate),
        ("manager-read-modify-write", FindingKind::LostUpdate),
        ("holder-killed", FindingKind::LockLeftHeld),
    ] {
        let finished = run(preset, &[]);
        assert!(names(&finished, kind), "{preset}: {:#?}", found(&finished));
    }
    let torn = run("two-readers", &[]);
    let out = outcome(&torn);
    let came = torn.trace.events().iter().filter(|e| matches!(e.kind, K::Got { .. })).count();
    assert!(out["fragments"].as_u64().unwrap() > 0 && out.get("left").is_none(), "{out:?}");
    assert_eq!(out["got"].as_u64().unwrap() + out["fragments"].as_u64().unwrap(), came as u64);
    let nested = run("manager-nested", &[]);
    let said = outcome(&nested)["messages"].as_array().unwrap();
    assert_eq!(said.last(), Some(&json!("row 0 is []")));
}

/// While the feeder thread is at a message for which the pipe has no room, nothing of what was put after that is written.
#[test]
fn what_is_changed_after_put_arrives_changed_each_time() {
    for _ in 0..20 {
        let finished = run("changed-after-put", &[]);
        assert!(names(&finished, FindingKind::ChangedAfterPut));
        let said = &outcome(&finished)["messages"];
        assert!(said.as_array().unwrap().contains(&json!("got []")), "{said}");
    }
}

#[test]
fn a_queue_has_a_buffer_and_a_feeder_in_each_process_that_puts() {
    let Finished { trace, .. } = run("process-queue", &["processes=3", "items=5", "bound=2"]);
    let meta = trace.meta();
    let feeders = meta.actors_where(|a| a.kind == ActorKind::Thread && a.role == Role::Helper);
    let feeders: Vec<_> = feeders.filter(|id| meta.process_of(*id).is_some()).collect();
    assert_eq!(feeders.len(), 3);
    let jobs = meta.resources_of(ResourceKind::Queue);
    let jobs =
        jobs.into_iter().find(|id| meta.resource(*id).unwrap().home == Home::Shared).unwrap();
    let (mut inside, mut put, mut got) = (0_i32, Vec::new(), Vec::new());
    for event in trace.events() {
        match event.kind {
            K::Put { res, item } if res == jobs => {
                assert!(feeders.contains(&event.actor), "only feeders write");
                inside += 1;
                put.push(item);
            }
            K::Got { res, item } if res == jobs => {
                inside -= 1;
                got.push(item);
            }
            _ => {}
        }
        assert!((0..=2).contains(&inside));
    }
    assert_eq!((put.len(), &put), (15, &got), "first in, first out, and all of it");
    let numbers: HashSet<Option<i64>> = got.iter().map(|item: &Item| item.as_int()).collect();
    assert_eq!(numbers.len(), 15, "no item twice");
}

#[test]
fn whoever_dies_with_something_is_taken_over_from_or_stops_the_others() {
    let killed = |finished: &Finished| {
        let ends = |e: &Event| e.kind == K::Ended(End::Killed(9));
        assert!(finished.trace.events().iter().any(ends));
    };
    for tool in ["tool=lock", "tool=queue"] {
        let finished = run("holder-killed", &[tool, "recovery=robust"]);
        killed(&finished);
        if cfg!(target_os = "linux") {
            assert_eq!(finished.trace.stuck(), None, "{tool}");
            assert_eq!(outcome(&finished)["finished"], 2, "{tool}");
        }
        let finished = run("holder-killed", &[tool, "recovery=none"]);
        killed(&finished);
        runs::is_found_soon(&finished);
        assert_eq!(outcome(&finished)["stuck"].as_array().unwrap().len(), 2, "{tool}");
        let cause = findings(&finished.trace, &finished.replay)[0].kind;
        assert_eq!(
            cause,
            FindingKind::LockLeftHeld,
            "{tool}: the cause comes before the standstill"
        );
    }
    let of = |tool| params(topic(), "holder-killed", &[tool]);
    assert!(topic().applies("recovery", &of("tool=lock")));
    assert!(!topic().applies("recovery", &of("tool=semaphore")), "a permit is lost either way");
    let finished = run("holder-killed", &["tool=semaphore"]);
    killed(&finished);
    // Permits of the dead are lost.
    runs::is_found_soon(&finished);
    assert!(names(&finished, FindingKind::Standstill));
    assert!(!names(&finished, FindingKind::Deadlock), "there is no circle");
}

#[test]
fn what_went_in_and_came_out_is_of_all_channels_and_of_no_buffer() {
    let moved = |finished: &Finished| ["put", "got", "left"].map(|f| outcome(finished)[f].clone());
    let finished = run("holder-killed", &["tool=queue", "recovery=none"]);
    assert_eq!(moved(&finished), [json!(2), json!(0), json!(2)]);
    // Five and a None there, five back.
    let pipe = run("pipe", &["items=5"]);
    assert_eq!(moved(&pipe), [json!(10), json!(10), json!(0)]);
    assert_eq!(outcome(&pipe)["sentinels"], 1, "the None is none of them");
}

#[test]
fn compare_measures_every_way() {
    for measure in ["measure=hand-over", "measure=throughput", "measure=1 MB"] {
        let finished = run("compare", &[measure, "messages=20"]);
        let ways = outcome(&finished)["ways_ns"].as_object().unwrap();
        for way in ["queue", "pipe", "shared memory", "manager"] {
            assert!(ways[way].as_u64().is_some_and(|each| each > 0), "{measure}: {ways:?}");
            if python::is_there() {
                assert!(ways[&format!("CPython's {way}")].as_u64().unwrap() > 0);
            }
        }
        if python::is_there() {
            assert!(finished.trace.meta().fact("cpython_method").is_some());
        }
    }
    let without = run("compare", &["start_method=none", "messages=10"]);
    assert_eq!(outcome(&without)["ways_ns"].as_object().unwrap().len(), 4);
    assert_eq!(of_kind(&without.trace, ResourceKind::Manager).into_iter().count(), 1);
}

#[test]
fn the_listings_name_the_points_that_are_reached() {
    for preset in presets() {
        let listings = topic().listings(&params(topic(), preset.id, &[]));
        let sets: &[&str] = if preset.id == "compare" { &["messages=10"] } else { &[] };
        let finished = run(preset.id, sets);
        let mut reached = HashSet::new();
        for event in finished.trace.events() {
            reached.extend(lines::point(&finished, &listings, event));
        }
        assert!(reached.len() > 2, "{}: {reached:?}", preset.id);
        for listing in &listings {
            let text = listing.text();
            assert!(!text.contains("//@") && !text.contains("#@"), "{}", listing.file);
        }
    }
}

/// Whole programs: as copies of the parent, from a fork server, and from nothing.
#[test]
fn the_python_listings_run_under_each_start_method() {
    if !python::is_there() {
        return;
    }
    for preset in presets() {
        let sets: &[&str] =
            if preset.id == "compare" { &["messages=20"] } else { &["time_scale=1"] };
        let timed = topic().applies("time_scale", &params(topic(), preset.id, &[]));
        let sets = if timed || preset.id == "compare" { sets } else { &[] };
        let mut quick = params(topic(), preset.id, sets);
        for key in ["produce", "consume", "work", "pause"] {
            let shorter = quick.float(key) * 0.4;
            quick.set(key, &shorter.to_string()).unwrap();
        }
        let listings = topic().listings(&quick);
        let listing = listings.iter().find(|l| l.language == Language::Python).unwrap();
        for method in ["fork", "forkserver", "spawn"] {
            let choose = format!("    __import__('multiprocessing').set_start_method('{method}')");
            let program = format!("if __name__ == '__main__':\n{choose}\n{}", listing.text());
            let said = match preset.id {
                "join-before-drain" | "holder-killed" => {
                    let said = python::hangs(&program, Duration::from_secs(4));
                    assert!(!said.contains("all done"), "{} {method}: {said}", preset.id);
                    continue;
                }
                _ => python::printed(&program),
            };
            let wanted = match preset.id {
                "value" => "count: 18 of 18",
                "array" => "cells: [6, 6, 6, 6] each of 6",
                "manager" => "n: 9 of 9",
                "manager-nested" => "row 0 is []",
                "pipe" => "got 25",
                "two-readers" => "all sent",
                "value-unlocked" | "array-one-forgets" => "of",
                _ => "all done",
            };
            assert!(said.contains(wanted), "{} {method}: {said}", preset.id);
        }
    }
}

#[test]
fn numbers_of_a_run_are_told() {
    let finished = run("pipe", &["items=4"]);
    let messages = &outcome(&finished)["messages"];
    assert_eq!(*messages, json!(["got 1", "got 4", "got 9", "got 16"]));
    let finished = run("value-unlocked", &["rounds=10"]);
    let told = |field: &str| outcome(&finished).get(field).and_then(Value::as_i64).unwrap();
    assert!(told("count") < told("expected"));
}
