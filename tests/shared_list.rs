//! Topic 4 in depth: real runs, checked event by event.

#![allow(clippy::unwrap_used)]

mod common;

use common::runs::{self, of_kind, params};
use concurrency_lab::replay::{State, lost_updates};
use concurrency_lab::topics::Topic;
use concurrency_lab::topics::runner::{Finished, RunError, run_to_end};
use concurrency_lab::trace::{EventKind, Item, Nanos, ResourceId, ResourceKind, Trace, WaitOp};
use proptest::prelude::*;
use std::collections::{HashSet, VecDeque};
use std::time::Duration;

fn shared_list() -> &'static dyn Topic {
    runs::topic("shared-list")
}

fn run(preset: &str, sets: &[&str]) -> Finished {
    runs::run(shared_list(), preset, sets)
}

fn number(finished: &Finished, field: &str) -> i64 {
    finished.result.as_ref().unwrap()[field].as_i64().unwrap()
}

/// At every event: at most one holder, released by the holder only, waits end in an acquire, removal in the order of
/// insertion. Answers with how many operations there were on the list.
fn check_guarded(trace: &Trace) -> usize {
    let lock = of_kind(trace, ResourceKind::Lock).unwrap();
    let list = of_kind(trace, ResourceKind::List).unwrap();
    let mut holder = None;
    let mut waiting = HashSet::new();
    let mut items: VecDeque<Item> = VecDeque::new();
    let mut operations = 0;
    let mut last = None;
    for (index, event) in trace.events().iter().enumerate() {
        assert!(last <= Some(event.key()), "sorted");
        last = Some(event.key());
        match event.kind {
            EventKind::WaitBegan { res, op } if res == lock => {
                assert_eq!(op, WaitOp::Acquire);
                assert_ne!(holder, Some(event.actor), "event {index}: waits for what it has");
                assert!(waiting.insert(event.actor), "event {index}: waits twice");
            }
            EventKind::WaitEnded { res, .. } if res == lock => {
                panic!("event {index}: a wait ended in no acquire")
            }
            EventKind::Acquired { res } if res == lock => {
                assert_eq!(holder, None, "event {index}: two holders");
                holder = Some(event.actor);
                waiting.remove(&event.actor);
            }
            EventKind::Released { res } if res == lock => {
                assert_eq!(holder, Some(event.actor), "event {index}: released by another");
                holder = None;
            }
            EventKind::Inserted { res, index: at, item } if res == list => {
                assert_eq!(holder, Some(event.actor), "event {index}: added without the lock");
                assert_eq!(at as usize, items.len());
                items.push_back(item);
                operations += 1;
            }
            EventKind::Removed { res, index: at, item } if res == list => {
                assert_eq!(holder, Some(event.actor), "event {index}: removed without the lock");
                assert_eq!(at, 0);
                assert_eq!(items.pop_front(), Some(item), "event {index}: not the oldest");
                operations += 1;
            }
            EventKind::FoundEmpty { res } if res == list => {
                assert_eq!(holder, Some(event.actor));
                assert!(items.is_empty(), "event {index}: it was not empty");
                operations += 1;
            }
            _ if waiting.contains(&event.actor) => panic!("event {index}: {event:?} while waiting"),
            _ => {}
        }
    }
    assert_eq!(holder, None);
    assert!(waiting.is_empty(), "a wait never ended");
    operations
}

#[test]
fn thirty_two_threads_and_a_hundred_thousand_operations() {
    let finished =
        run("contended", &["adders=16", "removers=16", "adds=3125", "attempts=3125", "hold=0"]);
    assert_eq!(finished.trace.dropped(), 0);
    assert_eq!(check_guarded(&finished.trace), 100_000);
    assert!(finished.replay.oddities().is_empty());
    assert_eq!(number(&finished, "added"), 50_000);
    assert_eq!(number(&finished, "removed") + number(&finished, "empty_attempts"), 50_000);
    assert_eq!(number(&finished, "expected"), number(&finished, "actual"));
    assert_eq!(finished.trace.meta().actors.len(), 33);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn whatever_the_parameters_the_lock_keeps_its_promises(
        adders in 1..=6_i64,
        removers in 1..=6,
        adds in 1..60_i64,
        attempts in 0..60,
        hold in 0..3,
        before in any::<bool>(),
        in_turn in any::<bool>(),
        until in 0..3_usize,
        seed in 0..1000,
    ) {
        let sets = [
            format!("adders={adders}"),
            format!("removers={removers}"),
            format!("adds={adds}"),
            format!("attempts={attempts}"),
            format!("hold={}", f64::from(hold) * 20e-6),
            format!("pause={}", if before { "before" } else { "after" }),
            format!("start={}", if in_turn { "in-turn" } else { "together" }),
            format!("until={}", ["attempts", "empty", "flag"][until]),
            format!("seed={seed}"),
            "pace=random".to_owned(),
            "random_min=0".to_owned(),
            "random_max=0.0002".to_owned(),
        ];
        let sets: Vec<&str> = sets.iter().map(String::as_str).collect();
        let finished = run("contended", &sets);
        check_guarded(&finished.trace);
        prop_assert!(finished.replay.oddities().is_empty());
        prop_assert_eq!(number(&finished, "added"), adders * adds);
        prop_assert_eq!(number(&finished, "expected"), number(&finished, "actual"));
        prop_assert_eq!(number(&finished, "lost_updates"), 0);
        let left = finished.result.as_ref().unwrap()["final_list"].as_array().unwrap().len();
        prop_assert_eq!(left as i64, number(&finished, "actual"));
        if until == 2 {
            prop_assert_eq!(left, 0, "with a flag nothing is left behind");
        }
    }
}

/// Each witness must be a true one: the overwriter had read before the lost write, and wrote after it.
fn check_witnesses(trace: &Trace) -> usize {
    let registers = trace.meta().resources.iter().enumerate();
    let registers = registers.filter(|(_, r)| r.kind == ResourceKind::Value);
    let mut count = 0;
    for (index, _) in registers {
        let res = ResourceId::from_index(index);
        for lost in lost_updates(trace, res) {
            count += 1;
            assert_ne!(lost.lost.actor, lost.by.actor);
            for access in [lost.lost, lost.by] {
                let (read, write) = (&trace.events()[access.read], &trace.events()[access.write]);
                assert_eq!((read.actor, write.actor), (access.actor, access.actor));
                let EventKind::ValueRead { res: r, version, value } = read.kind else {
                    panic!("{read:?} is no read")
                };
                assert_eq!((r, version), (res, access.read_version));
                let EventKind::ValueChanged { res: r, version, new, .. } = write.kind else {
                    panic!("{write:?} is no write")
                };
                assert_eq!((r, version), (res, access.write_version));
                assert_eq!(
                    new.as_int().unwrap(),
                    value.as_int().unwrap() + 1,
                    "based on what it read"
                );
            }
            assert!(
                lost.by.read_version < lost.lost.write_version,
                "the overwriter had not seen it"
            );
            assert!(lost.lost.write_version < lost.by.write_version);
            assert!(
                lost.by.read < lost.lost.write && lost.lost.write < lost.by.write,
                "in that order"
            );
        }
    }
    count
}

#[test]
fn without_the_lock_updates_are_lost_and_each_witness_is_true() {
    let mut with_losses = 0;
    for _ in 0..10 {
        let finished = run("no-lock", &[]);
        let lost = check_witnesses(&finished.trace);
        assert_eq!(number(&finished, "lost_updates"), lost as i64);
        assert!(finished.replay.oddities().is_empty(), "{:?}", finished.replay.oddities());
        with_losses += usize::from(lost > 0);
        // What the replay shows in the end is what the list really held.
        let state: &State = finished.replay.latest();
        let end = |name: &str| {
            let position =
                finished.trace.meta().resources.iter().position(|r| r.name == name).unwrap();
            state.resources[position].contents[0].as_int().unwrap()
        };
        let list = of_kind(&finished.trace, ResourceKind::Array).unwrap();
        let array = state.resource(list).unwrap();
        let cells = &array.contents;
        let shown: Vec<i64> =
            (end("head")..end("tail")).map(|i| cells[i as usize].as_int().unwrap()).collect();
        assert_eq!(finished.result.as_ref().unwrap()["final_list"], serde_json::json!(shown));
        // Its length is followed from the first instant to the last, and each number has the last thread that put it there.
        let length = &finished.replay.lanes().resources[list.index()].length;
        assert_eq!((length[0].at, length[0].value), (Nanos::ZERO, 0));
        assert_eq!(length[length.len() - 1].value as usize, shown.len());
        let slots = finished.trace.events().iter().filter_map(|event| match event.kind {
            EventKind::SlotChanged { res, index, .. } if res == list => Some((index, event.actor)),
            _ => None,
        });
        let writers: std::collections::HashMap<u32, _> = slots.collect();
        for (index, writer) in writers {
            assert_eq!(array.maker(index as usize), Some(writer));
        }
    }
    assert!(with_losses >= 9, "only {with_losses} of 10 runs lost an update");
}

/// The lengths of a thread's sleeps, as planned.
fn sleeps(finished: &Finished, actor: &str) -> Vec<Nanos> {
    let meta = finished.trace.meta();
    let its = finished.trace.events().iter().filter(|e| meta.actor_name(e.actor) == actor);
    let planned = its.filter_map(|e| match e.kind {
        EventKind::SleepBegan { planned } => Some(planned),
        _ => None,
    });
    planned.collect()
}

/// Threads that stay equally long between reading and writing go in step, and lose every second update exactly.
#[test]
fn the_race_stays_for_random_times_that_its_seed_gives_again() {
    let holds = |seed: &str| {
        let finished = run("no-lock", &[&format!("seed={seed}"), "hold=0.002"]);
        ["adder 1", "adder 2", "remover 1", "remover 2"].map(|actor| sleeps(&finished, actor))
    };
    let first = holds("1");
    assert_eq!(first, holds("1"));
    assert_ne!(first, holds("2"));
    for (place, lengths) in first.iter().enumerate() {
        assert!(lengths.len() > 40, "twice in each round, unless it is too short to sleep");
        let different: HashSet<_> = lengths.iter().collect();
        assert!(different.len() > 40, "{lengths:?}");
        assert!(lengths.iter().all(|length| *length <= Nanos::from_millis(4)));
        assert!(first[..place].iter().all(|other| other != lengths), "each has its own");
    }
}

/// What `random.Random(1).uniform(0.001, 0.005)` and `random.Random(2)…` give in CPython.
#[test]
fn random_pauses_are_those_of_the_python_program_with_the_same_seed() {
    let sets = ["seed=1", "random_min=0.001", "random_max=0.005", "adds=3", "attempts=3"];
    let finished = run("random-pace", &sets);
    assert_eq!(sleeps(&finished, "adder"), [1_537_457, 4_389_735, 4_055_098].map(Nanos));
    assert_eq!(sleeps(&finished, "remover"), [4_824_137, 4_791_310, 1_226_205].map(Nanos));
}

#[test]
fn with_the_lock_no_update_is_lost_in_a_hundred_runs() {
    for _ in 0..100 {
        let finished = run("no-lock", &["lock=with", "hold=0.00001"]);
        check_guarded(&finished.trace);
        assert_eq!(number(&finished, "lost_updates"), 0);
        assert_eq!(number(&finished, "expected"), number(&finished, "actual"));
    }
}

#[test]
fn both_worlds_run_side_by_side() {
    let finished = run("no-lock", &["lock=both"]);
    check_guarded(&finished.trace);
    check_witnesses(&finished.trace);
    let outcome = finished.result.as_ref().unwrap();
    assert_eq!(outcome["with_lock"]["expected"], outcome["with_lock"]["actual"]);
    assert_eq!(outcome["with_lock"]["added"], 48);
    assert_eq!(finished.trace.meta().actors.len(), 9);
}

/// A run stopped at any moment keeps the lock's promises up to there, and every thread has ended.
#[test]
fn a_stopped_crowd_keeps_its_promises() {
    let topic = shared_list();
    for limit in [1, 5, 20, 40] {
        let params = params(
            topic,
            "contended",
            &["adders=8", "removers=8", "adds=100000", "attempts=100000"],
        );
        let finished = run_to_end(topic, params, Some(Duration::from_millis(limit))).unwrap();
        assert!(matches!(finished.result, Err(RunError::TimedOut { .. })));
        assert!(finished.replay.oddities().is_empty());
        assert!(finished.replay.latest().actors.iter().all(|a| a.end.is_some()));
        if of_kind(&finished.trace, ResourceKind::Lock).is_some() {
            check_guarded(&finished.trace);
        }
    }
}

#[test]
fn a_run_that_takes_too_long_is_stopped_and_its_threads_end() {
    let topic = shared_list();
    let params = params(topic, "take-turns", &["add_pause=60"]);
    let finished = run_to_end(topic, params, Some(Duration::from_millis(50))).unwrap();
    assert!(matches!(finished.result, Err(RunError::TimedOut { .. })));
    assert!(finished.replay.latest().actors.iter().all(|a| a.end.is_some()));
}
