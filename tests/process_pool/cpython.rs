//! The same tasks on CPython's own two pools, run for real.

use super::support::*;
use crate::common::python;
use concurrency_lab::topics::Outside;
use concurrency_lab::topics::runner::run_to_end_with;
use concurrency_lab::trace::{End, EventKind};
use concurrency_lab::workers::python::Which;
use serde_json::{Value, json};
use std::time::Duration;

/// The part of CPython in a run with these parameters; every event of it is in its place.
fn cpython(preset: &str, sets: &[&str]) -> (Value, concurrency_lab::topics::runner::Finished) {
    let sets = [&["against=cpython"], sets].concat();
    let finished = run(preset, &sets);
    let outcome = outcome(&finished);
    (outcome["cpython"].clone(), finished)
}

/// However it starts its workers: its map waits for ever for the result of the killed one, and its executor fails all that is open.
#[test]
fn a_killed_worker_costs_cpythons_pools_more_than_its_task() {
    if !python::is_there() {
        return;
    }
    for method in ["fork", "forkserver", "spawn"] {
        let sets = ["time_scale=0.05", &format!("start_method={method}")];
        let (cpython, finished) = cpython("kill-one", &sets);
        assert!(cpython["version"].as_str().unwrap().starts_with("CPython 3."), "{cpython}");
        assert_eq!(cpython["start_method"], method);
        assert_eq!(cpython["left_out"], Value::Null);
        let (pool, executor) = (&cpython["pool"], &cpython["executor"]);
        assert_eq!(pool["waits"], true, "{method}");
        assert_eq!((&pool["received"], &pool["failed"]), (&json!(0), &json!([])));
        assert_eq!((&pool["killed"], &executor["killed"]), (&json!(1), &json!(1)));
        // Another process took the place of the killed one, and did the rest.
        assert!(pool["processes"].as_u64().unwrap() >= 5, "{pool}");
        assert_eq!(executor["waits"], false);
        let failed = executor["failed"].as_array().unwrap();
        assert!(failed.iter().any(|task| task["task"] == 6), "{executor}");
        for task in failed {
            assert!(task["error"].as_str().unwrap().starts_with("BrokenProcessPool"), "{task}");
        }
        let received = executor["received"].as_u64().unwrap();
        assert_eq!(received + failed.len() as u64, 10);
        // Ours beside them.
        let ours = outcome(&finished);
        assert_eq!(ours["failed"].as_array().unwrap().len(), 1);
        // Each of the three was killed by whoever runs it, on record.
        let events = finished.trace.events().iter();
        let shots = events.filter(|e| matches!(e.kind, EventKind::SignalSent { signal: 9, .. }));
        assert_eq!(shots.count(), 3, "{method}");
    }
}

#[test]
fn without_a_kill_all_three_have_the_same_results() {
    if !python::is_there() {
        return;
    }
    for sets in [&["chunk=0"][..], &["chunk=5"], &["job=count-primes", "limit=200"]] {
        let (cpython, finished) = cpython("squares", sets);
        for pool in [&cpython["pool"], &cpython["executor"]] {
            assert_eq!(pool["received"], 10, "{sets:?}: {cpython}");
            assert_eq!((&pool["failed"], &pool["lost"]), (&json!([]), &json!([])));
            assert_eq!((&pool["waits"], &pool["killed"]), (&json!(false), &json!(0)));
        }
        // Task by task.
        let results = |pool: usize| -> Vec<i64> {
            let pools =
                finished.trace.meta().resources_of(concurrency_lab::trace::ResourceKind::Pool);
            let res = pools.into_iter().nth(pool).unwrap();
            let mut all: Vec<_> = (finished.trace.events().iter())
                .filter_map(|event| match event.kind {
                    EventKind::TaskFinished { res: of, task, item } if of == res => {
                        Some((task, item.as_int().unwrap()))
                    }
                    _ => None,
                })
                .collect();
            all.sort_unstable();
            all.into_iter().map(|(_, value)| value).collect()
        };
        assert_eq!(results(0), results(1), "{sets:?}");
        assert_eq!(results(0), results(2), "{sets:?}");
    }
}

/// `get(timeout)` ends the waiting, not the task.
#[test]
fn a_time_out_in_python_ends_no_task() {
    if !python::is_there() {
        return;
    }
    // Task by task it is waited for 0.2 s; each sleeps for a minute.
    let sets = ["tasks=3", "workers=3", "seconds=60", "timeout=0.2"];
    let (cpython, finished) = cpython("ten-sleepers", &sets);
    for pool in [&cpython["pool"], &cpython["executor"]] {
        assert_eq!(pool["received"], 0, "{cpython}");
        assert_eq!(pool["lost"], json!([0, 1, 2]), "{cpython}");
        assert_eq!(pool["waits"], false, "{cpython}");
    }
    let terminated = finished.replay.latest().actors.iter();
    let terminated = terminated.filter(|a| matches!(a.end, Some((End::Killed(15), _))));
    assert_eq!(terminated.count(), 6);
}

#[test]
fn without_python_ours_stands_alone() {
    let outside = Outside {
        python: Which {
            names: vec!["/nonexistent/python3".into()],
            answer: Duration::from_secs(1),
        },
    };
    let params = params("squares", &["against=cpython"]);
    let finished = run_to_end_with(topic(), params, None, outside, None).unwrap();
    check(&finished.trace, &finished.replay);
    let outcome = outcome(&finished);
    let left_out = &outcome["cpython"]["left_out"];
    assert_eq!(*left_out, "CPython is left out: python3 was not found");
    assert_eq!(outcome["results"].as_array().unwrap().len(), 10);
}
