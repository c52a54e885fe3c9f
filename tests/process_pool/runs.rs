//! What comes of each preset and call.

use super::support::*;
use concurrency_lab::trace::EventKind;
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::{BTreeSet, HashSet};

fn squares(tasks: i64) -> Value {
    json!((1..=tasks).map(|n| n * n).collect::<Vec<_>>())
}

#[test]
fn every_call_has_all_results_in_its_own_order() {
    for call in ["map", "imap", "imap_unordered", "apply", "apply_async"] {
        for chunk in ["chunk=0", "chunk=3"] {
            let finished = run("squares", &[&format!("call={call}"), chunk, "tasks=20"]);
            let outcome = outcome(&finished);
            assert_eq!(outcome["results"], squares(20), "{call}");
            assert_eq!(outcome["failed"], json!([]));
            let received = ints(&outcome["received_order"]);
            let completed = ints(&outcome["completion_order"]);
            let in_order: Vec<i64> = (0..20).collect();
            match call {
                "map" | "imap" | "apply" => assert_eq!(received, in_order, "{call}"),
                _ => {
                    let sorted: BTreeSet<i64> = received.iter().copied().collect();
                    assert_eq!(sorted.into_iter().collect::<Vec<_>>(), in_order, "{call}");
                }
            }
            if call == "apply" {
                assert_eq!(completed, in_order, "one after another");
            }
            let size = match (call, chunk) {
                ("apply" | "apply_async", _) | ("imap" | "imap_unordered", "chunk=0") => 1,
                (_, "chunk=0") => 2,
                _ => 3,
            };
            assert_eq!(outcome["chunk"], size, "{call}");
            let callbacks = finished.trace.events().iter().filter(|e| {
                matches!(e.kind, EventKind::SpanBegan { name } if finished.trace.meta().text(name) == "callback")
            });
            assert_eq!(callbacks.count(), if call == "apply_async" { 20 } else { 0 });
        }
    }
}

#[test]
fn apply_hands_in_a_task_only_when_the_one_before_is_done() {
    let finished = run("squares", &["call=apply"]);
    let mut open = 0;
    for event in finished.trace.events() {
        match event.kind {
            EventKind::TaskSubmitted { .. } => open += 1,
            EventKind::TaskFinished { .. } => open -= 1,
            _ => {}
        }
        assert!((0..=1).contains(&open));
    }
}

#[test]
fn ten_sleepers_are_done_by_exactly_four_processes_that_say_so() {
    let finished = run("ten-sleepers", &["time_scale=0.05"]);
    let outcome = outcome(&finished);
    let messages = outcome["messages"].as_array().unwrap();
    assert_eq!(messages.len(), 10);
    let said: HashSet<&str> =
        messages.iter().map(|m| m.as_str().unwrap().rsplit(' ').next().unwrap()).collect();
    assert_eq!(said.len(), 4, "{messages:?}");
    assert_eq!(outcome["results"], outcome["done_by"]);
    for (task, pid) in ints(&outcome["done_by"]).into_iter().enumerate() {
        let line = json!(format!("task {task} was done by PID {pid}"));
        assert!(messages.contains(&line), "{line}");
    }
    let started: HashSet<i64> =
        children(&finished.trace).into_iter().map(|pid| pid as i64).collect();
    assert_eq!(started, ints(&outcome["pids"]).into_iter().collect());
    assert_eq!(started, ints(&outcome["worker_pids"]).into_iter().collect());
    assert_eq!(outcome["processes"], 4);
    assert_eq!(outcome["tasks_per_worker"].as_array().unwrap().len(), 4);
    assert!(outcome["wall_ns"].as_u64().unwrap() >= 150_000_000, "three rounds of 50 ms");
    let memory = outcome["own_memory_bytes"].as_array();
    if cfg!(target_os = "linux") {
        assert!(memory.unwrap().iter().all(|m| m.as_u64().unwrap() > 4096));
    }
}

#[test]
fn one_process_per_image_is_one_process_per_image() {
    let finished = run("a-thousand-images", &["tasks=60", "workers=4", "side=8"]);
    let reused = outcome(&finished);
    let each = &reused["one_process_each"];
    assert_eq!(reused["results"].as_array().unwrap().len(), 60);
    assert_eq!(reused["processes"], 4);
    assert_eq!(ints(&reused["tasks_per_worker"]).iter().sum::<i64>(), 60);
    let per_worker = ints(&each["tasks_per_worker"]);
    assert_eq!(per_worker.iter().sum::<i64>(), 60);
    assert!(per_worker.iter().all(|tasks| *tasks <= 1));
    assert_eq!(each["processes"], 60);
    let wall = |o: &Value| o["wall_ns"].as_i64().unwrap();
    let saved = wall(each) - wall(&json!(reused));
    assert_eq!(reused["saved_by_reuse_ns"], saved);
    let all = children(&finished.trace);
    assert_eq!(all.len(), 64, "4 and one for each image");
}

#[test]
fn one_task_at_a_time_is_counted_against_one_worker() {
    let sets = ["call=apply", "against=one-process-each", "tasks=3", "seconds=0.6"];
    let finished = run("ten-sleepers", &sets);
    let outcome = outcome(&finished);
    let each = &outcome["one_process_each"];
    // The second process is started when the first task has been slept through; the pool was there with the first.
    assert!(each["start_ns"].as_i64().unwrap() < 600_000_000);
    let busy = each["busiest_ns"].as_i64().unwrap();
    assert!(busy >= 1_800_000_000, "one place did all: {busy}");
    assert_eq!(each["busiest_ns"], each["least_busy_ns"]);
}

#[test]
fn no_process_is_started_for_a_task_that_does_not_come() {
    for call in ["apply", "apply_async", "imap"] {
        let set = format!("call={call}");
        let finished = run("a-thousand-images", &["tasks=12", "workers=3", "side=8", &set]);
        let each = &outcome(&finished)["one_process_each"];
        assert_eq!(each["processes"], 12, "{call}");
        assert_eq!(ints(&each["tasks_per_worker"]), [1; 12], "{call}");
    }
}

#[test]
fn large_chunks_stay_with_their_workers() {
    let finished = run("uneven", &["time_scale=0.1"]);
    let outcome = outcome(&finished);
    assert_eq!(outcome["results"].as_array().unwrap().len(), 32);
    assert_eq!(outcome["chunk"], 1);
    let large = &outcome["large_chunks"];
    assert_eq!(large["tasks_per_worker"], json!([8, 8, 8, 8]));
    // A sleep is never shorter than planned: 0.01 s in the mean, 3x² of it for each of the last eight of 32.
    let planned: f64 =
        (24..32).map(|t| (f64::from(t) + 0.5) / 32.0).map(|x| 3.0 * x * x * 0.01).sum();
    assert!(large["busiest_ns"].as_f64().unwrap() >= planned * 1e9);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20))]
    #[test]
    fn whatever_the_parameters_every_task_is_done_once(
        workers in 1..=6_usize,
        tasks in 1..60_usize,
        call in 0..5_usize,
        chunk in 0..9_usize,
        job in 0..4_usize,
        costs in 0..3_usize,
        child in 0..4_usize,
        against in 0..3_usize,
        seed in 0..1000_u32,
    ) {
        let sets = [
            format!("workers={workers}"),
            format!("tasks={tasks}"),
            format!("call={}", ["map", "imap", "imap_unordered", "apply", "apply_async"][call]),
            format!("chunk={chunk}"),
            format!("job={}", ["square", "sleep", "count-primes", "image"][job]),
            format!("costs={}", ["equal", "random", "growing"][costs]),
            format!("tasks_per_child={child}"),
            format!("against={}", ["nothing", "one-process-each", "large-chunks"][against]),
            format!("seed={seed}"),
            "limit=100".to_owned(),
            "side=5".to_owned(),
            "seconds=0.0003".to_owned(),
        ];
        let sets: Vec<&str> = sets.iter().map(String::as_str).collect();
        let finished = run("squares", &sets);
        let outcome = outcome(&finished);
        prop_assert_eq!(&outcome["failed"], &json!([]));
        let results = outcome["results"].as_array().unwrap();
        prop_assert_eq!(results.len(), tasks);
        prop_assert!(results.iter().all(Value::is_i64));
        match job {
            0 => prop_assert_eq!(&outcome["results"], &squares(tasks as i64)),
            1 => prop_assert_eq!(&outcome["results"], &outcome["done_by"]),
            2 if costs == 0 => prop_assert!(results.iter().all(|r| *r == 25)),
            _ => {}
        }
        for order in ["received_order", "completion_order"] {
            let order: BTreeSet<i64> = ints(&outcome[order]).into_iter().collect();
            prop_assert_eq!(order.len(), tasks);
            prop_assert_eq!(order.last(), Some(&(tasks as i64 - 1)));
        }
        let pids: HashSet<i64> = ints(&outcome["pids"]).into_iter().collect();
        prop_assert!(ints(&outcome["done_by"]).iter().all(|pid| pids.contains(pid)));
        let second = ["", "one_process_each", "large_chunks"][against];
        for numbers in [Some(&json!(outcome)), outcome.get(second)].into_iter().flatten() {
            let per_worker = ints(&numbers["tasks_per_worker"]);
            prop_assert_eq!(per_worker.iter().sum::<i64>(), tasks as i64);
            prop_assert_eq!(per_worker.len() as u64, numbers["processes"].as_u64().unwrap());
            let utilisation = numbers["utilisation"].as_f64().unwrap();
            prop_assert!((0.0..=1.0).contains(&utilisation), "{}", utilisation);
            let wait = numbers["mean_queue_wait_ns"].as_u64().unwrap();
            prop_assert!(numbers["overhead_per_task_ns"].as_u64().unwrap() <= wait);
            prop_assert!(numbers["busiest_ns"].as_u64() >= numbers["least_busy_ns"].as_u64());
        }
    }
}
