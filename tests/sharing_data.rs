//! Topic 5: what each tool guarantees, checked over traces of real runs; the broken twins; the listings; the chooser.

#![allow(clippy::unwrap_used)]

mod common;
#[path = "sharing_data/listings.rs"]
mod listings;
#[path = "sharing_data/window.rs"]
mod window;

use common::runs::{self, check, of_kind, outcome, params};
use common::window::{app_on, frames_until_the_end};
use common::{lines, python};
use concurrency_lab::record::thread::Failure;
use concurrency_lab::replay::{Cursor, FindingKind, Replay, Scene, findings};
use concurrency_lab::topics::runner::{self, Finished, RunError, RunHandle, Update, run_to_end};
use concurrency_lab::topics::{Language, Preset, Topic};
use concurrency_lab::trace::{
    ActorId, Batch, Event, EventKind as K, Item, Nanos, ResourceId, ResourceKind, Role, Trace,
    WaitEnd, WaitOp,
};
use egui::Key;
use egui_kittest::kittest::{NodeT, Queryable};
use serde_json::Value;
use std::collections::{BTreeMap, HashSet};
use std::process::Command;
use std::time::{Duration, Instant};

/// Presets that cannot go on.
const STUCK: &[(&str, FindingKind)] = &[
    ("lock-twice", FindingKind::SelfDeadlock),
    ("deadlock", FindingKind::Deadlock),
    ("philosophers", FindingKind::Deadlock),
    ("notify-before-wait", FindingKind::LostNotification),
    ("event-cleared", FindingKind::Standstill),
    ("one-sentinel", FindingKind::MissingSentinel),
    ("task-done-missing", FindingKind::MissingTaskDone),
];

/// The programs of threads; `sharing_processes.rs` has the others.
fn of_threads() -> impl Iterator<Item = &'static Preset> {
    let is_of_threads = |preset: &&Preset| preset.tool.is_some_and(|tool| tool.group == "Threads");
    topic().about().presets.iter().filter(is_of_threads)
}

fn topic() -> &'static dyn Topic {
    runs::topic("sharing-data")
}

fn run(preset: &str, sets: &[&str]) -> Finished {
    let mut all = vec!["time_scale=0.03"];
    all.extend(sets);
    let topic = topic();
    let params = params(topic, preset, &[]);
    // Not every program has pauses.
    let all: Vec<&str> = all.into_iter().filter(|_| params.get("time_scale").is_some()).collect();
    let finished = runs::run(topic, preset, &all);
    check(&finished.trace, &finished.replay);
    assert!(finished.result.is_ok(), "{preset}: {:?}", finished.result.as_ref().err());
    finished
}

fn only(trace: &Trace, kind: ResourceKind) -> ResourceId {
    of_kind(trace, kind).unwrap()
}

/// The most actors that had a resource at once, each by its own account.
fn most_inside(trace: &Trace, of: ResourceId) -> usize {
    let (mut inside, mut most) = (BTreeMap::<ActorId, u32>::new(), 0);
    for event in trace.events() {
        match event.kind {
            K::Acquired { res } if res == of => *inside.entry(event.actor).or_default() += 1,
            K::Released { res } if res == of => {
                let left = inside.entry(event.actor).or_default();
                *left = left.saturating_sub(1);
            }
            _ => continue,
        }
        inside.retain(|_, times| *times > 0);
        most = most.max(inside.len());
    }
    most
}

fn number(finished: &Finished, field: &str) -> i64 {
    outcome(finished)[field].as_i64().unwrap_or_else(|| panic!("{field}"))
}

#[test]
fn a_lock_lets_one_in_and_the_count_is_right() {
    for threads in ["threads=1", "threads=3", "threads=8"] {
        let finished = run("lock", &[threads]);
        assert_eq!(most_inside(&finished.trace, only(&finished.trace, ResourceKind::Lock)), 1);
        assert_eq!(number(&finished, "count"), number(&finished, "expected"));
    }
}

#[test]
fn an_rlock_is_entered_three_times_by_its_owner() {
    let Finished { trace, replay, .. } = run("rlock", &[]);
    let lock = only(&trace, ResourceKind::RLock);
    assert_eq!(most_inside(&trace, lock), 1);
    let mut cursor = Cursor::default();
    let mut deepest = 0;
    for events in 0..=trace.events().len() {
        cursor.seek(&replay, &trace, events);
        let owners = &cursor.state().resource(lock).unwrap().owners;
        deepest = deepest.max(owners.iter().map(|(_, held)| held.depth).max().unwrap_or(0));
    }
    assert_eq!(deepest, 3);
}

#[test]
fn a_semaphore_never_lets_in_more_than_its_permits() {
    for (permits, threads) in [(1, 4), (3, 8), (5, 5)] {
        let sets = [format!("permits={permits}"), format!("threads={threads}")];
        let finished = run("semaphore", &[&sets[0], &sets[1], "work=0.05", "rounds=6"]);
        let semaphore = only(&finished.trace, ResourceKind::Semaphore);
        let most = most_inside(&finished.trace, semaphore);
        assert!(most <= permits, "{most} of {permits}");
        assert_eq!(finished.replay.latest().resource(semaphore).unwrap().permits as usize, permits);
    }
}

/// What went in and came out, in order.
fn moved(trace: &Trace, of: ResourceId) -> (Vec<Item>, Vec<Item>) {
    let (mut put, mut got) = (Vec::new(), Vec::new());
    for event in trace.events() {
        match event.kind {
            K::Put { res, item } | K::Inserted { res, item, .. } if res == of => put.push(item),
            K::Got { res, item } | K::Removed { res, item, .. } if res == of => got.push(item),
            _ => {}
        }
    }
    (put, got)
}

#[test]
fn a_queue_keeps_its_bound_and_its_order_and_loses_nothing() {
    let several =
        ["producers=3", "consumers=2", "items=20", "bound=2", "produce=0.01", "consume=0.02"];
    for (preset, sets) in [("queue", &[][..]), ("queue-several", &[]), ("queue-several", &several)]
    {
        let finished = run(preset, sets);
        let trace = &finished.trace;
        let queue = only(trace, ResourceKind::Queue);
        let bound = trace.meta().resource(queue).unwrap().capacity.unwrap() as usize;
        let (put, got) = moved(trace, queue);
        assert_eq!(put, got, "first in, first out, and all of it");
        let (mut len, mut most) = (0_usize, 0);
        for event in trace.events() {
            match event.kind {
                K::Put { .. } => len += 1,
                K::Got { .. } => len -= 1,
                _ => {}
            }
            most = most.max(len);
        }
        assert!(most <= bound, "{most} in a queue of {bound}");
        let done = trace.events().iter().filter(|e| matches!(e.kind, K::ItemDone { .. })).count();
        assert_eq!(done, put.len());
        let numbers: HashSet<Option<i64>> = put.iter().map(|item| item.as_int()).collect();
        let consumers = put.iter().filter(|item| **item == Item::NOTHING).count();
        assert_eq!(numbers.len(), put.len() - consumers + 1, "no item twice");
    }
    // One makes, one uses more slowly: each waits for the other.
    let trace = run("queue", &[]).trace;
    for op in [WaitOp::Put, WaitOp::Get] {
        let waits = |e: &Event| matches!(e.kind, K::WaitBegan { op: this, .. } if this == op);
        assert!(trace.events().iter().any(waits), "nobody waited to {op:?}");
    }
}

#[test]
fn a_condition_loses_no_item() {
    for notify in ["notify=one", "notify=all"] {
        let finished = run("condition", &[notify, "items=12", "produce=0.05"]);
        let (put, got) = moved(&finished.trace, only(&finished.trace, ResourceKind::List));
        assert_eq!((put.len(), &put), (12, &got));
        assert_eq!(outcome(&finished)["failed"], serde_json::json!({}));
    }
}

#[test]
fn an_event_wakes_all_who_wait() {
    let Finished { trace, .. } = run("event", &["threads=6"]);
    let event = only(&trace, ResourceKind::Event);
    let set = trace.events().iter().find(|e| e.kind == K::Set { res: event }).unwrap().at;
    let mut waiting: HashSet<ActorId> = HashSet::new();
    for e in trace.events() {
        match e.kind {
            K::WaitBegan { res, .. } if res == event => assert!(waiting.insert(e.actor)),
            K::WaitEnded { res, how } if res == event => {
                assert!(e.at > set && how == WaitEnd::Woken && waiting.remove(&e.actor));
            }
            _ => {}
        }
    }
    assert!(waiting.is_empty());
}

#[test]
fn a_barrier_lets_a_generation_go_together() {
    let Finished { trace, .. } = run("barrier", &["threads=5", "rounds=4"]);
    let barrier = only(&trace, ResourceKind::Barrier);
    // Who has arrived at this generation, and who of the one before has not left yet.
    let (mut here, mut leaving, mut opened) = (HashSet::new(), HashSet::new(), 0);
    for event in trace.events() {
        match event.kind {
            K::WaitBegan { res, .. } if res == barrier => assert!(here.insert(event.actor)),
            K::BarrierPassed { generation, .. } => {
                assert_eq!((here.len(), generation), (4, opened), "the fifth opens it");
                opened += 1;
                leaving.extend(here.drain());
            }
            K::WaitEnded { res, .. } if res == barrier => {
                assert!(leaving.remove(&event.actor), "nobody goes before all have come");
            }
            _ => {}
        }
    }
    assert_eq!((opened, here.len(), leaving.len()), (4, 0, 0));
}

#[test]
fn who_is_passed_over_is_counted() {
    let finished = run("semaphore", &["rounds=20", "pause=0", "work=0.01"]);
    let counted = number(&finished, "passed_over");
    let found = findings(&finished.trace, &finished.replay);
    let passed = found.iter().any(|finding| finding.kind == FindingKind::PassedOver);
    assert_eq!(counted > 0, passed, "{counted}");
}

/// Whatever the program itself says is no meal.
#[test]
fn meals_are_of_those_who_dine() {
    let finished = run("deadlock", &["way=order", "rounds=2"]);
    let meta = finished.trace.meta();
    let main = meta.actors_where(|actor| actor.role == Role::Main).next().unwrap();
    let mut events = finished.trace.events().to_vec();
    let said = events.iter().find(|event| matches!(event.kind, K::Message { .. })).unwrap().kind;
    // In the place of a step of its own, which is on record and nothing else.
    let step = |event: &&mut Event| event.actor == main && event.kind == K::At;
    events.iter_mut().find(step).unwrap().kind = said;
    let mut trace = Trace::new(meta.clone());
    trace.apply(Batch { events, ..Batch::default() });
    let replay = Replay::new(&trace);
    assert_eq!(topic().outcome(&trace, &replay)["meals"], number(&finished, "meals"));
}

#[test]
fn every_way_out_lets_all_of_them_eat() {
    for way in ["order", "timeout", "waiter", "try"] {
        for guests in [2, 3, 9] {
            let sets = [format!("way={way}"), format!("philosophers={guests}")];
            let finished = run("deadlock", &[&sets[0], &sets[1], "rounds=3"]);
            assert_eq!(number(&finished, "meals"), 3 * guests, "{way} of {guests}");
            assert_eq!(finished.trace.stuck(), None);
            let found = findings(&finished.trace, &finished.replay);
            assert!(found.iter().all(|finding| !finding.kind.is_fault()), "{way}: {found:#?}");
        }
    }
}

#[test]
fn what_cannot_go_on_is_named_and_ended_with_everybody_waiting() {
    for (preset, kind) in STUCK {
        let finished = run(preset, &[]);
        let (trace, replay) = (&finished.trace, &finished.replay);
        let stuck = trace.stuck().unwrap_or_else(|| panic!("{preset} was not ended"));
        let last = trace.events().last().unwrap().at;
        assert!(stuck.since(last) <= Nanos::from_millis(2_000), "{preset}");
        let found = findings(trace, replay);
        let named = found.iter().find(|finding| finding.kind == *kind);
        let named = named.unwrap_or_else(|| panic!("{preset}: {found:#?}"));
        let waits = |id: &ActorId| replay.latest().actor(*id).unwrap().waiting.is_some();
        assert!(named.actors.iter().any(waits), "{preset}: they still wait at the end");
        assert!(!outcome(&finished)["stuck"].as_array().unwrap().is_empty(), "{preset}");
    }
}

#[test]
fn who_waits_to_the_end_has_waited() {
    let finished = run("deadlock", &[]);
    let out = outcome(&finished);
    let locks = out["tools"].as_array().unwrap().iter().filter(|tool| tool["kind"] == "lock");
    let said: Vec<_> = locks.map(|lock| lock["waits"].as_u64()).collect();
    let meta = finished.trace.meta();
    // On a busy machine somebody may wait once and be served before.
    let began = meta.resources_of(ResourceKind::Lock).map(|lock| {
        let is_one = |event: &&Event| matches!(event.kind, K::WaitBegan { res, .. } if res == lock);
        finished.trace.events().iter().filter(is_one).count() as u64
    });
    let began: Vec<_> = began.map(Some).collect();
    assert!(began.len() == 2 && began.iter().all(|waits| *waits > Some(0)), "{began:?}");
    assert_eq!(said, began);
    let locks = out["tools"].as_array().unwrap().iter().filter(|tool| tool["kind"] == "lock");
    assert!(locks.map(|lock| lock["longest_wait_ns"].as_u64()).all(|longest| longest > Some(0)));
}

/// Quiet for longer than the watchdog waits, but somebody sleeps, or waits with a time-out.
#[test]
fn nobody_is_ended_who_can_still_go_on() {
    let asleep = run("event", &["time_scale=1", "pause=1.2", "work=0", "threads=2"]);
    assert_eq!((asleep.trace.stuck(), number(&asleep, "finished")), (None, 3));
    let sets = ["time_scale=1", "work=0", "patience=1.2"];
    let timed = run("barrier-one-missing", &sets);
    assert_eq!((timed.trace.stuck(), number(&timed, "finished")), (None, 4));
    assert!(timed.trace.end() > Nanos::from_millis(1_200));
}

#[test]
fn a_circle_names_its_members_and_stands_in_the_scene() {
    for guests in [2, 5, 9] {
        let set = format!("philosophers={guests}");
        let Finished { trace, replay, .. } = run("philosophers", &[&set]);
        let found = findings(&trace, &replay);
        let circle = found.iter().find(|finding| finding.kind == FindingKind::Deadlock).unwrap();
        assert_eq!((circle.actors.len(), circle.resources.len()), (guests, guests));
        let scene = Scene::at(trace.meta(), replay.latest());
        assert_eq!(scene.circle.unwrap().members.len(), guests);
    }
}

#[test]
fn broken_twins_show_their_fault() {
    let finished = run("lock-each-own", &[]);
    assert!(number(&finished, "count") < number(&finished, "expected"));
    let finished = run("semaphore-over-released", &[]);
    let semaphore = only(&finished.trace, ResourceKind::Semaphore);
    assert!(most_inside(&finished.trace, semaphore) > 3);
    assert_eq!(finished.replay.latest().resource(semaphore).unwrap().permits, 4);
    let found = findings(&finished.trace, &finished.replay);
    let found = found.iter().find(|found| found.kind == FindingKind::OverReleased).unwrap();
    let names: Vec<String> =
        found.actors.iter().map(|id| finished.trace.meta().actor_name(*id)).collect();
    assert_eq!(names, ["worker 1"]);
    let finished = run("semaphore-bounded", &[]);
    let failed = outcome(&finished)["failed"].as_object().unwrap();
    assert_eq!(failed.len(), 1, "exactly one release is refused: {failed:?}");
    let finished = run("if-not-while", &[]);
    assert!(outcome(&finished)["failed"].to_string().contains("IndexError"));
    // Patience for a second and more: at the first meeting a busy machine takes its time.
    let finished = run("barrier-one-missing", &["patience=40"]);
    let broken: Vec<&str> = vec!["BrokenBarrierError"; 3];
    assert_eq!(outcome(&finished)["messages"], serde_json::json!(broken));
}

#[test]
fn stop_ends_every_program_at_once() {
    for preset in topic().about().presets {
        let handle = runner::start(topic(), params(topic(), preset.id, &["time_scale=1"]), || ());
        let handle = handle.unwrap();
        // Under way: somebody has started.
        while handle.now() == Nanos::ZERO {
            std::thread::yield_now();
        }
        handle.stop();
        let start = Instant::now();
        let ended = runs::until("the end", || {
            handle.updates().find_map(|update| match update {
                Update::Ended { result, .. } => Some(result),
                Update::Batch(_) => None,
            })
        });
        // One that was done before is not stopped.
        assert!(matches!(ended, Err(Failure::Cancelled) | Ok(())), "{}: {ended:?}", preset.id);
        assert!(start.elapsed() < Duration::from_secs(20), "{}", preset.id);
    }
}

#[test]
fn a_time_limit_ends_a_run_that_would_take_longer() {
    let params = params(topic(), "queue", &["time_scale=10"]);
    let finished = run_to_end(topic(), params, Some(Duration::from_millis(200))).unwrap();
    assert!(matches!(finished.result, Err(RunError::TimedOut { .. })));
    // Who waited then might have gone on.
    let outcome = topic().conclude(&finished.trace, &finished.replay).fields();
    assert_eq!(outcome["stuck"], serde_json::json!([]));
}

#[test]
fn the_command_line_names_a_deadlock_and_exits_well() {
    let arguments =
        ["run", "sharing-data", "--preset", "deadlock", "--set", "time_scale=0.1", "--json"];
    let output =
        Command::new(runs::PROGRAM).args(arguments).args(["--timeout", "60"]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["findings"][0]["id"], "deadlock");
    assert_eq!(report["findings"][0]["actors"].as_array().unwrap().len(), 2);
    assert_eq!(report["outcome"]["stuck"], serde_json::json!(["Ada", "Bob"]));
    assert_eq!(report["actors"][1]["outcome"], "did not end");
    let output = Command::new(runs::PROGRAM).args(["topics", "--json"]).output().unwrap();
    let topics: Value = serde_json::from_slice(&output.stdout).unwrap();
    for kind in FindingKind::ALL {
        assert!(topics[4]["findings"].as_array().unwrap().contains(&kind.id().into()));
    }
    assert_eq!(topics[4]["presets"][1]["broken"], true);
}
