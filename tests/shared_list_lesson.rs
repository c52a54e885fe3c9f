//! The lesson of topic 4: what is broken shows its fault, what is right never does, and what each tool guarantees holds at
//! every event of real runs.

#![allow(clippy::unwrap_used)]

mod common;

use common::runs::{self, check, of_kind};
use concurrency_lab::replay::{Finding, FindingKind, findings};
use concurrency_lab::topics::runner::Finished;
use concurrency_lab::trace::{
    ActorId, End, EventKind, Item, ItemView, ResourceId, ResourceKind, Role, Trace,
};
use proptest::prelude::*;
use std::collections::{HashMap, VecDeque};

fn run(preset: &str, sets: &[&str]) -> Finished {
    let finished = runs::run(runs::topic("shared-list"), preset, sets);
    assert!(finished.result.is_ok(), "{preset}: {:?}", finished.result);
    check(&finished.trace, &finished.replay);
    finished
}

fn number(finished: &Finished, field: &str) -> u64 {
    finished.result.as_ref().unwrap()[field].as_u64().unwrap()
}

fn faults(finished: &Finished) -> Vec<Finding> {
    let all = findings(&finished.trace, &finished.replay).into_iter();
    all.filter(|finding| finding.kind.is_fault()).collect()
}

/// The presets in which something is wrong, and what is found in them.
const BROKEN: &[(&str, &[FindingKind])] = &[
    ("count", &[FindingKind::LostUpdate]),
    ("check-then-act", &[FindingKind::UnheardException]),
    ("one-side-locks", &[FindingKind::LostUpdate, FindingKind::UnguardedUpdate]),
    ("own-lock-each", &[FindingKind::LostUpdate]),
    ("no-lock", &[FindingKind::LostUpdate]),
    ("repeat-50", &[FindingKind::LostUpdate]),
];

/// Whether a broken preset shows its fault in a run at this scale of time; it never has another one.
fn shows_its_fault((preset, kinds): &(&str, &[FindingKind]), scale: &str) -> bool {
    let faults = faults(&run(preset, &[scale]));
    let others: Vec<_> = faults.iter().filter(|fault| !kinds.contains(&fault.kind)).collect();
    assert!(others.is_empty(), "{preset} at {scale}: {others:?}");
    kinds.iter().all(|kind| faults.iter().any(|fault| fault.kind == *kind))
}

/// Those whose threads begin together show it each time; of the others one run in twenty may come out right.
#[test]
fn a_broken_preset_shows_its_fault_in_20_runs() {
    for broken in BROKEN {
        let shown = (0..20).filter(|_| shows_its_fault(broken, "time_scale=1")).count();
        let least = if broken.0 == "no-lock" { 19 } else { 20 };
        assert!(shown >= least, "{}: {shown} of 20", broken.0);
    }
}

/// As it is for whoever has other programs running.
#[test]
fn a_broken_preset_shows_its_fault_on_a_busy_machine() {
    common::steady::in_a_row(1, &[a_broken_preset_shows_its_fault_in_20_runs]);
}

/// A run that is over within a few milliseconds may be over before its second thread has got a processor: how often that
/// is, the system decides.
#[test]
fn a_broken_preset_can_show_its_fault_at_any_scale() {
    for scale in ["time_scale=0.05", "time_scale=0.1"] {
        for broken in BROKEN {
            let shown = (0..20).filter(|_| shows_its_fault(broken, scale)).count();
            assert!(shown > 0, "{} at {scale}", broken.0);
        }
    }
}

#[test]
fn a_right_preset_has_no_fault_in_20_runs() {
    let topic = runs::topic("shared-list");
    let presets = topic.about().presets.iter().map(|preset| preset.id);
    let right = presets.filter(|id| BROKEN.iter().all(|(broken, _)| broken != id));
    let repaired: [(&str, &[&str]); 4] = [
        ("count", &["lock=with"]),
        ("own-lock-each", &["lock=with"]),
        ("check-then-act", &["test=inside"]),
        ("no-lock", &["lock=with"]),
    ];
    let none: &[&str] = &[];
    for (preset, sets) in right.map(|preset| (preset, none)).chain(repaired) {
        for _ in 0..20 {
            let finished = run(preset, &[&["time_scale=0.01"], sets].concat());
            let faults = faults(&finished);
            assert!(faults.is_empty(), "{preset} {sets:?}: {faults:?}");
            assert_eq!(number(&finished, "expected"), number(&finished, "actual"), "{preset}");
        }
    }
}

/// The preset that its tab begins with is one in which somebody waits at once.
#[test]
fn somebody_waits_in_the_first_preset() {
    let topic = runs::topic("shared-list");
    assert_eq!(topic.default_params().preset(), "contended");
    for scale in ["time_scale=0.05", "time_scale=1"] {
        let contended = (0..20).filter(|_| number(&run("contended", &[scale]), "waits") > 0);
        assert!(contended.count() >= 19, "{scale}");
    }
}

/// Every change of the list's cells and of where it ends is made by the one who holds the lock, on what is there, and the
/// end grows by one each time. Answers with the number of changes of the end.
fn check_cells(trace: &Trace) -> usize {
    let meta = trace.meta();
    let [lock, cells] =
        [ResourceKind::Lock, ResourceKind::Array].map(|kind| of_kind(trace, kind).unwrap());
    let [_, tail] = meta.resource(cells).unwrap().bounds.unwrap();
    assert_eq!(meta.resource(cells).unwrap().guard, Some(lock));
    assert_eq!(meta.resource(tail).unwrap().guard, Some(lock));
    let (mut holder, mut end, mut changes) = (None, 0, 0);
    for (index, event) in trace.events().iter().enumerate() {
        match event.kind {
            EventKind::Acquired { res } if res == lock => {
                assert_eq!(holder.replace(event.actor), None, "event {index}: two holders");
            }
            EventKind::Released { res } if res == lock => {
                assert_eq!(holder.take(), Some(event.actor), "event {index}");
            }
            EventKind::SlotChanged { res, index: at, .. } if res == cells => {
                assert_eq!((holder, i64::from(at)), (Some(event.actor), end), "event {index}");
            }
            EventKind::ValueRead { res, value, .. } if res == tail => {
                let read = (holder, value.as_int());
                assert_eq!(read, (Some(event.actor), Some(end)), "event {index}");
            }
            EventKind::ValueChanged { res, new, .. } if res == tail => {
                let wrote = (holder, new.as_int());
                assert_eq!(wrote, (Some(event.actor), Some(end + 1)), "event {index}");
                end += 1;
                changes += 1;
            }
            _ => {}
        }
    }
    assert_eq!(holder, None);
    changes
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn with_one_lock_for_all_every_number_is_there_once(
        adders in 1..=6_u64,
        adds in 1..40_u64,
        hold in 0..3_u64,
        seed in 0..1000_u64,
    ) {
        let sets = [
            format!("adders={adders}"),
            format!("adds={adds}"),
            format!("hold={}", hold as f64 * 20e-6),
            format!("seed={seed}"),
        ];
        let sets: Vec<&str> = sets.iter().map(String::as_str).collect();
        let finished = run("count-locked", &sets);
        prop_assert_eq!(check_cells(&finished.trace) as u64, adders * adds);
        let outcome = finished.result.as_ref().unwrap();
        let mut list: Vec<u64> =
            outcome["final_list"].as_array().unwrap().iter().map(|n| n.as_u64().unwrap()).collect();
        list.sort_unstable();
        prop_assert_eq!(list, (0..adders * adds).collect::<Vec<_>>());
        prop_assert_eq!(number(&finished, "lost_updates"), 0);
    }
}

/// Who took which lock how often.
fn taken(trace: &Trace) -> HashMap<ResourceId, HashMap<ActorId, usize>> {
    let mut taken: HashMap<_, HashMap<_, usize>> = HashMap::new();
    for event in trace.events() {
        if let EventKind::Acquired { res } = event.kind {
            *taken.entry(res).or_default().entry(event.actor).or_default() += 1;
        }
    }
    taken
}

#[test]
fn one_side_takes_the_lock_and_the_other_never_asks() {
    let finished = run("one-side-locks", &["time_scale=0.05"]);
    let taken = taken(&finished.trace);
    let by: Vec<_> = taken.values().collect();
    let [by] = by[..] else { panic!("{taken:?}") };
    assert_eq!(by.values().collect::<Vec<_>>(), [&24], "one thread, each time");
    assert_eq!(number(&finished, "waits"), 0);
    let list = finished.result.as_ref().unwrap()["final_list"].as_array().unwrap();
    assert_eq!(list.len() as u64 + number(&finished, "lost_updates"), 48);
}

#[test]
fn a_lock_of_ones_own_is_taken_by_nobody_else() {
    let finished = run("own-lock-each", &["time_scale=0.05", "adders=3"]);
    let taken = taken(&finished.trace);
    assert_eq!(taken.len(), 3);
    for by in taken.values() {
        assert_eq!(by.values().collect::<Vec<_>>(), [&24]);
    }
    assert_eq!(number(&finished, "waits"), 0);
}

/// Whatever goes wrong at the test: what is removed is removed under the lock, oldest first, and once.
#[test]
fn test_and_removal_keep_their_promises() {
    for test in ["test=outside", "test=inside"] {
        for _ in 0..20 {
            let finished = run("check-then-act", &["time_scale=0.05", "removers=4", test]);
            let trace = &finished.trace;
            let lock = of_kind(trace, ResourceKind::Lock).unwrap();
            let (mut holder, mut next) = (None, 0);
            for event in trace.events() {
                match event.kind {
                    EventKind::Acquired { res } if res == lock => holder = Some(event.actor),
                    EventKind::Released { res } if res == lock => holder = None,
                    EventKind::Removed { item, .. } => {
                        assert_eq!((holder, item), (Some(event.actor), Item::int(next)));
                        next += 1;
                    }
                    EventKind::Raised { .. } => assert_eq!((holder, next), (Some(event.actor), 24)),
                    _ => {}
                }
            }
            assert_eq!(next, 24);
            let ends = trace.meta().actors.iter().zip(&finished.replay.latest().actors);
            let workers = ends.filter(|(actor, _)| actor.role == Role::Work);
            let failed = workers.filter(|(_, state)| matches!(state.end, Some((End::Error(_), _))));
            let failed = failed.count() as u64;
            assert_eq!(number(&finished, "failed"), failed);
            // Whoever is the last to find it empty has not failed.
            assert!(failed <= 3 && (failed == 0 || test == "test=outside"), "{test}: {failed}");
        }
    }
}

/// First in, first out, each once; one `None` for each remover, which ends with it.
#[test]
fn a_queue_loses_nothing_and_doubles_nothing() {
    for (adders, removers) in [(1, 2), (2, 3), (4, 4)] {
        let sets = [format!("adders={adders}"), format!("removers={removers}")];
        let sets: Vec<&str> = sets.iter().map(String::as_str).chain(["time_scale=0.05"]).collect();
        let finished = run("queue", &sets);
        let queue = of_kind(&finished.trace, ResourceKind::Queue).unwrap();
        let (mut inside, mut got, mut over) = (VecDeque::new(), Vec::new(), Vec::new());
        for event in finished.trace.events() {
            match event.kind {
                EventKind::Put { res, item } if res == queue => inside.push_back(item),
                EventKind::Got { res, item } if res == queue => {
                    assert_eq!(inside.pop_front(), Some(item), "the oldest");
                    assert!(!over.contains(&event.actor), "after its None it gets no more");
                    match item.view() {
                        ItemView::Nothing => over.push(event.actor),
                        _ => got.push(item.as_int().unwrap()),
                    }
                }
                _ => {}
            }
        }
        assert!(inside.is_empty());
        assert_eq!(over.len(), removers);
        got.sort_unstable();
        assert_eq!(got, (0..adders * 24).collect::<Vec<i64>>());
        let shares = finished.result.as_ref().unwrap()["shares"].as_array().unwrap();
        let shares: Vec<i64> = shares.iter().map(|share| share.as_i64().unwrap()).collect();
        assert_eq!((shares.len(), shares.iter().sum::<i64>()), (removers, adders * 24));
    }
}

/// Each run is a section of its own, with its own threads and its own list, and counts as it ended.
#[test]
fn a_program_that_is_repeated_counts_each_of_its_runs() {
    let finished = run("repeat-50", &["time_scale=0.05"]);
    let outcome = finished.result.as_ref().unwrap();
    let runs = outcome["runs"].as_array().unwrap();
    assert_eq!(runs.len(), 100);
    for run in runs {
        assert_eq!(run["expected"], 4);
        assert!(run["actual"].as_u64().unwrap() <= 4);
        assert!(run["lock"] == false || run["actual"] == 4, "{run}");
    }
    let meta = finished.trace.meta();
    let tails = meta
        .resources_of(ResourceKind::Array)
        .map(|id| meta.resource(id).unwrap().bounds.unwrap()[1]);
    let last = |id: ResourceId| {
        finished.replay.latest().resource(id).unwrap().contents[0].as_int().unwrap()
    };
    let ends: i64 = tails.map(last).sum();
    let told: i64 = runs.iter().map(|run| run["actual"].as_i64().unwrap()).sum();
    assert_eq!(ends, told);
    let lost = 400 - told;
    assert_eq!(number(&finished, "lost_updates") as i64, lost);
    assert_eq!(
        finished
            .trace
            .events()
            .iter()
            .filter(|e| matches!(e.kind, EventKind::SectionBegan { .. }))
            .count(),
        100
    );
}

/// How many there should be is never fewer than none, also where the same number was removed again and again.
#[test]
fn what_is_expected_is_a_number_of_numbers() {
    for seed in 0..20 {
        let seed = format!("seed={seed}");
        let finished = run("no-lock", &["time_scale=0.05", "removers=8", "adds=4", &seed]);
        let [added, removed, expected] =
            ["added", "removed", "expected"].map(|field| number(&finished, field));
        assert_eq!(expected, added.saturating_sub(removed));
    }
}
