//! Workers that are killed, runs that are stopped, and the program that dies.

use super::support::*;
use crate::common::live::Live;
use crate::common::proc;
use concurrency_lab::topics::runner::run_to_end;
use concurrency_lab::trace::{End, EventKind};
use serde_json::json;
use std::collections::HashSet;
use std::time::{Duration, Instant};

#[test]
fn a_killed_worker_costs_one_task_and_is_replaced() {
    for call in ["map", "imap", "imap_unordered", "apply", "apply_async"] {
        let finished = run("kill-one", &["time_scale=0.04", &format!("call={call}")]);
        let outcome = outcome(&finished);
        let failed = outcome["failed"].as_array().unwrap();
        assert_eq!(failed.len(), 1, "{call}: {failed:?}");
        assert_eq!(failed[0]["task"], 6);
        assert!(failed[0]["error"].as_str().unwrap().ends_with("was killed by SIGKILL"));
        assert_eq!(outcome["killed"], 1);
        assert_eq!(outcome["processes"], 5, "{call}");
        let results = outcome["results"].as_array().unwrap();
        assert_eq!(results.iter().filter(|r| r.is_null()).count(), 1);
        assert!(results[6].is_null());
        assert_eq!(outcome["messages"].as_array().unwrap().len(), 9);
        let killers: Vec<&str> = (finished.trace.events().iter())
            .filter(|e| matches!(e.kind, EventKind::SignalSent { signal: 9, .. }))
            .map(|e| finished.trace.meta().actors[e.actor.index()].name.as_str())
            .collect();
        assert_eq!(killers, ["killer"]);
    }
}

#[test]
fn a_task_may_be_begun_again_when_its_worker_was_killed() {
    let finished = run("kill-one", &["time_scale=0.05", "retries=2"]);
    let outcome = outcome(&finished);
    assert_eq!(outcome["failed"], json!([]));
    assert_eq!(outcome["results"], outcome["done_by"]);
}

#[test]
fn a_task_that_takes_too_long_costs_its_worker() {
    let sets = ["seconds=60", "tasks=3", "workers=2", "timeout=0.03"];
    let finished = run("ten-sleepers", &sets);
    let failed = outcome(&finished)["failed"].as_array().unwrap();
    assert_eq!(failed.len(), 3);
    for task in failed {
        assert_eq!(task["error"], "the task took longer than it was given");
    }
}

#[test]
fn a_worker_that_is_let_go_ends_by_itself() {
    // Tasks about as long as the time after which a worker tells how far it is: it may be telling its last result just then.
    let sets = [
        "job=count-primes",
        "limit=5000",
        "workers=4",
        "tasks=1000",
        "chunk=1",
        "tasks_per_child=1",
    ];
    let finished = run("squares", &sets);
    assert_eq!(outcome(&finished)["killed"], 0);
    let ends = finished.replay.latest().actors.iter().map(|a| a.end);
    let normal = ends.filter(|end| matches!(end, Some((End::Normal, _))));
    assert!(normal.count() >= 1000);
    check(&finished.trace, &finished.replay);
}

#[test]
fn a_comparison_says_what_failed_in_the_second_pool() {
    // In chunks of four a time-out counts for the whole chunk: two seconds of sleep. One task has 1.4 seconds to spare.
    let sets = [
        "job=sleep",
        "costs=equal",
        "tasks=8",
        "workers=2",
        "seconds=0.5",
        "time_scale=1",
        "chunk=1",
        "timeout=1.9",
    ];
    let finished = run("uneven", &sets);
    let outcome = outcome(&finished);
    assert_eq!(outcome["failed"], json!([]));
    let failed = outcome["large_chunks"]["failed"].as_array().unwrap();
    assert!(!failed.is_empty());
    // They sleep far longer than the machine may be busy: whoever looks late still finds them asleep.
    let sets = ["seconds=20", "tasks=3", "workers=3", "timeout=0.05"];
    let sets = [&sets[..], &["against=one-process-each"]].concat();
    let finished = run("ten-sleepers", &sets);
    let outcome = super::support::outcome(&finished);
    assert_eq!(outcome["failed"].as_array().unwrap().len(), 3);
    let other = &outcome["one_process_each"]["failed"];
    assert_eq!(other.as_array().unwrap().len(), 3);
    assert_eq!(outcome["saved_by_reuse_ns"], serde_json::Value::Null);
}

#[test]
fn the_processes_are_real_and_stop_ends_them_at_once() {
    for sets in [&["seconds=60"][..], &["seconds=60", "call=apply_async", "workers=7"]] {
        let mut live = live("ten-sleepers", sets);
        let size = if sets.len() == 1 { 4 } else { 7 };
        live.until("all work", |live| asleep(live).len() == size);
        let all = children(&live.trace);
        assert_eq!(all.iter().collect::<HashSet<_>>().len(), size);
        for pid in &all {
            assert!(exists(*pid));
            if cfg!(target_os = "linux") {
                let stat = proc::stat(*pid as u32).unwrap();
                assert_eq!(stat.parent, std::process::id(), "a child of this process");
            }
        }
        let stopped = Instant::now();
        live.handle.stop();
        live.until("the run ends", Live::is_over);
        // Whoever waits for the tasks under way waits for a minute.
        assert!(stopped.elapsed() < Duration::from_secs(20));
        check(&live.trace, &live.replay);
    }
}

#[test]
fn a_run_can_be_stopped_at_any_moment() {
    for preset in ["squares", "a-thousand-images", "kill-one", "uneven"] {
        for limit in [1, 4, 12, 40, 90] {
            let limit = Duration::from_millis(limit);
            // Sleepers go on for much longer than anybody waits: only a stop that stops ends them.
            let sets = ["tasks=400", "seconds=60", "time_scale=1"];
            let finished = run_to_end(topic(), params(preset, &sets), Some(limit)).unwrap();
            check(&finished.trace, &finished.replay);
            if finished.trace.meta().params.iter().any(|(k, v)| k == "job" && v == "sleep") {
                assert!(finished.result.is_err(), "{preset} was stopped");
            }
        }
    }
}

#[test]
fn the_user_can_kill_a_worker() {
    // Long enough that the click is in time on the busiest machine.
    let mut live = live("ten-sleepers", &["seconds=3"]);
    live.until("all work", |live| asleep(live).len() == 4);
    let victim = asleep(&live)[2];
    live.handle.signal(victim, 9);
    live.until("the run ends", Live::is_over);
    check(&live.trace, &live.replay);
    let end = live.replay.latest().actor(victim).unwrap().end.unwrap().0;
    assert_eq!(end, End::Killed(9));
    let sender =
        live.trace.events().iter().find(|e| matches!(e.kind, EventKind::SignalSent { .. }));
    assert_eq!(live.trace.meta().actor_name(sender.unwrap().actor), "you");
    let ends = live.trace.events().iter().filter(|e| {
        matches!(e.kind, EventKind::TaskFinished { .. } | EventKind::TaskFailed { .. })
    });
    assert_eq!(ends.count(), 10);
}

#[cfg(target_os = "linux")]
mod killed_program {
    use super::*;
    use std::process::{Command, Stdio};

    #[test]
    fn nobody_outlives_a_killed_program() {
        let mut program = Command::new(env!("CARGO_BIN_EXE_concurrency-lab"))
            .args(["run", "process-pool", "--preset", "ten-sleepers", "--set", "seconds=60"])
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let mut children = Vec::new();
        until("its workers are there", || {
            children = proc::children_of(program.id());
            // The fork server is one more.
            children.len() >= 5
        });
        program.kill().unwrap();
        program.wait().unwrap();
        let killed = Instant::now();
        until("all are gone", || !children.iter().any(|pid| proc::runs(*pid)));
        // Left to themselves they would sleep for a minute.
        assert!(killed.elapsed() < Duration::from_secs(20));
    }

    /// As some launchers and service managers leave it to what they start.
    #[test]
    fn ends_are_told_where_the_system_was_told_to_forget_children() {
        let program = env!("CARGO_BIN_EXE_concurrency-lab");
        let command = format!(
            "trap '' CHLD; exec '{program}' run process-pool --preset kill-one --set time_scale=0.05 --json"
        );
        let out = Command::new("sh").args(["-c", &command]).output().unwrap();
        assert!(out.status.success());
        let told: serde_json::Value = serde_json::from_slice(&out.stdout).unwrap();
        let failed = told["outcome"]["failed"][0]["error"].as_str().unwrap();
        assert!(failed.contains("killed by SIGKILL"), "{failed}");
        let actors = told["actors"].as_array().unwrap();
        let ends: Vec<_> = (actors.iter())
            .filter(|a| a["kind"] == "process")
            .map(|a| a["outcome"].as_str().unwrap())
            .collect();
        let normal = ends.iter().filter(|end| **end == "normal").count();
        assert_eq!((ends.len(), normal), (5, 4), "{ends:?}");
    }
}
