//! Findings in the window, and findings of real runs.
#![allow(clippy::unwrap_used)]

mod common;

use common::runs;
use common::window::{app_of, app_on, frames_until_the_end};
use concurrency_lab::app::session::Session;
use concurrency_lab::replay::{Finding, FindingKind, FindingKind as K, findings};
use concurrency_lab::topics::ALL;
use concurrency_lab::topics::runner::run_to_end;
use concurrency_lab::trace::{
    Actor, ActorId, Batch, End, Event, EventKind, Meta, Nanos, SourceId, Trace,
};
use egui_kittest::kittest::Queryable;

/// Presets in which something goes wrong, with what is found.
const FAULTS: &[(&str, &str, &[FindingKind])] = &[
    ("shared-list", "count", &[K::LostUpdate]),
    ("shared-list", "repeat-50", &[K::LostUpdate]),
    ("shared-list", "check-then-act", &[K::UnheardException]),
    ("shared-list", "one-side-locks", &[K::LostUpdate, K::UnguardedUpdate]),
    ("shared-list", "own-lock-each", &[K::LostUpdate]),
    ("shared-list", "no-lock", &[K::LostUpdate]),
    ("sharing-data", "lock-each-own", &[K::LostUpdate]),
    ("sharing-data", "lock-twice", &[K::SelfDeadlock]),
    ("sharing-data", "deadlock", &[K::Deadlock]),
    ("sharing-data", "philosophers", &[K::Deadlock]),
    ("sharing-data", "semaphore-over-released", &[K::OverReleased]),
    ("sharing-data", "semaphore-bounded", &[K::OverReleased, K::UnheardException]),
    ("sharing-data", "if-not-while", &[K::UnheardException]),
    ("sharing-data", "notify-before-wait", &[K::LostNotification]),
    ("sharing-data", "event-cleared", &[K::Standstill]),
    ("sharing-data", "barrier-one-missing", &[K::BrokenBarrier]),
    ("sharing-data", "one-sentinel", &[K::MissingSentinel]),
    ("sharing-data", "task-done-missing", &[K::MissingTaskDone, K::UnheardException]),
    ("sharing-data", "join-before-drain", &[K::UndrainedQueue]),
    ("sharing-data", "changed-after-put", &[K::ChangedAfterPut]),
    ("sharing-data", "two-readers", &[K::CorruptMessage]),
    ("sharing-data", "value-unlocked", &[K::LostUpdate]),
    ("sharing-data", "array-one-forgets", &[K::UnguardedUpdate]),
    ("sharing-data", "manager-read-modify-write", &[K::LostUpdate]),
    ("sharing-data", "manager-nested", &[K::ChangedCopy]),
    ("sharing-data", "holder-killed", &[K::LockLeftHeld]),
    ("exceptions", "unhandled", &[K::UnheardException]),
    ("exceptions", "logging", &[K::UnheardException]),
    ("exceptions", "never-asked", &[K::UnheardException]),
    ("exceptions", "leaked-lock", &[K::LockLeftHeld, K::UnheardException, K::Standstill]),
    ("exceptions", "finally", &[K::UnheardException]),
    ("exceptions", "half-changed", &[K::HalfChanged, K::UnheardException]),
    ("exceptions", "custom-error", &[K::UnheardException]),
    ("exceptions", "exit-in-task", &[K::LostTask]),
    ("exceptions", "broken-pool", &[K::LostTask]),
    ("exceptions", "who-learns", &[K::LostTask]),
    ("factorials", "nested-submit", &[K::PoolStarvation]),
    ("process-pool", "kill-one", &[K::LostTask]),
    ("process-pool", "kill-one-in-cpython", &[K::LostTask]),
    ("multiprocessing", "crash", &[K::LostTask]),
    ("threads-vs-processes", "isolation", &[K::LostTask]),
];

/// Runs a preset; which of its faults were not found, and what was found that is none of them.
fn faults(topic: &'static str, preset: &str) -> (Vec<FindingKind>, Vec<Finding>) {
    let sets: &[&str] = if topic == "pool-size" { &[] } else { &["time_scale=0.05"] };
    let of = runs::topic(topic);
    let finished = run_to_end(of, runs::params(of, preset, sets), Some(runs::PATIENCE)).unwrap();
    finished.result.as_ref().unwrap_or_else(|error| panic!("{topic} {preset}: {error}"));
    let mut found = findings(&finished.trace, &finished.replay);
    found.retain(|finding| finding.kind.is_fault());
    let own = FAULTS.iter().filter(|fault| (fault.0, fault.1) == (topic, preset));
    let own: Vec<FindingKind> = own.flat_map(|fault| fault.2).copied().collect();
    let missing = own.iter().filter(|kind| !found.iter().any(|fault| fault.kind == **kind));
    let missing = missing.copied().collect();
    found.retain(|fault| !own.contains(&fault.kind));
    (missing, found)
}

#[test]
fn a_right_preset_has_no_fault_and_a_wrong_one_has_its_own() {
    for topic in ALL {
        for preset in topic.about().presets {
            let (missing, others) = faults(topic.id(), preset.id);
            let name = format!("{} {}", topic.id(), preset.id);
            assert!(missing.is_empty() && others.is_empty(), "{name}: {missing:?} {others:#?}");
        }
    }
}

/// As above, twenty times: each fault in at least 19 of them, and never one that is none.
#[test]
#[ignore = "takes minutes: cargo test --test findings -- --ignored"]
fn twenty_runs_of_each_preset_find_its_faults_and_no_others() {
    let mut wrong = Vec::new();
    for topic in ["sharing-data", "factorials", "shared-list"] {
        for preset in runs::topic(topic).about().presets {
            let runs: Vec<_> = (0..20).map(|_| faults(topic, preset.id)).collect();
            let missing = runs.iter().filter(|(missing, _)| !missing.is_empty()).count();
            let others: Vec<_> = runs.iter().flat_map(|(_, others)| others).collect();
            if missing > 1 || !others.is_empty() {
                wrong.push(format!("{topic} {}: {missing} of 20 without; {others:#?}", preset.id));
            }
            println!("{topic} {}: {} of 20, others {}", preset.id, 20 - missing, others.len());
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_finding_leads_to_the_moment_that_shows_it() {
    let topic = runs::topic("shared-list");
    let params = runs::params(topic, "no-lock", &["time_scale=0.05"]);
    let finished = run_to_end(topic, params.clone(), Some(runs::PATIENCE)).unwrap();
    let mut harness = app_of(Session::finished(topic, params, finished));
    harness.run_steps(2);
    harness.get_by_label("Findings").click();
    harness.run_steps(2);
    let first = harness.state().session().findings[0].clone();
    assert_eq!(first.kind, FindingKind::LostUpdate);
    assert!(harness.query_all_by_label(first.kind.title()).next().is_some());
    harness.get_by_label(&first.sentence);
    let said = |harness: &egui_kittest::Harness<'_, concurrency_lab::app::App>| {
        harness.query_all_by_label_contains(&first.sentence.replace('`', "")).count()
    };
    let before = said(&harness);
    harness.get_by_label(&format!("Show the moment: {}", first.sentence)).click();
    harness.run_steps(2);
    assert_eq!(harness.state().session().now(), first.at);
    assert_eq!(said(&harness), before + 1, "the stage says it, too");
}

#[test]
fn the_page_says_why_it_is_empty() {
    let mut harness = app_on(runs::topic("shared-list"), "quick-ten", &["time_scale=0.05"]);
    harness.run_steps(2);
    harness.get_by_label("Findings").click();
    harness.run_steps(2);
    harness.get_by_label("No findings yet: press Run.");
    harness.get_by_label("Run").click();
    harness.run_steps(2);
    frames_until_the_end(&mut harness);
    let found = harness.state().session().findings.len();
    assert_eq!(harness.query_all_by_label_contains("Show the moment").count(), found);

    // A trace that proves nothing.
    let meta = Meta { actors: vec![Actor::thread("main", "M")], ..Meta::default() };
    let event = |seq, kind| Event {
        at: Nanos(u64::from(seq)),
        seq,
        actor: ActorId(0),
        source: SourceId::NONE,
        kind,
    };
    let mut trace = Trace::new(meta);
    let events =
        vec![event(0, EventKind::Started { os_id: 1 }), event(1, EventKind::Ended(End::Normal))];
    trace.apply(Batch { events, ..Batch::default() });
    let mut harness = app_of(Session::recorded("by hand", trace));
    harness.run_steps(2);
    harness.get_by_label("Findings").click();
    harness.run_steps(2);
    let kinds = FindingKind::ALL.len();
    let nothing = format!("Nothing found: of {kinds} kinds, from deadlocks to lost events");
    harness.get_by_label_contains(&nothing);
}
