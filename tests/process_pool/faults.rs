//! Workers that are killed, runs that are stopped, and the program that dies.

use super::support::*;
use crate::common::live::Live;
use concurrency_lab::topics::runner::run_to_end;
use concurrency_lab::trace::{End, EventKind};
use serde_json::json;
use std::collections::HashSet;
use std::time::Duration;

#[test]
fn a_killed_worker_costs_one_task_and_is_replaced() {
    for call in ["map", "imap", "imap_unordered", "apply", "apply_async"] {
        let finished = run("kill-one", &["time_scale=0.04", &format!("call={call}")]);
        let outcome = outcome(&finished);
        let failed = outcome["failed"].as_array().unwrap();
        assert_eq!(failed.len(), 1, "{call}: {failed:?}");
        assert_eq!(failed[0]["task"], 6);
        assert!(
            failed[0]["error"]
                .as_str()
                .unwrap()
                .ends_with("was killed by signal 9")
        );
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
fn the_processes_are_real_and_stop_ends_them_at_once() {
    for sets in [
        &["seconds=60"][..],
        &["seconds=60", "call=apply_async", "workers=7"],
    ] {
        let mut live = live("ten-sleepers", sets);
        let size = if sets.len() == 1 { 4 } else { 7 };
        live.until("all work", |live| asleep(live).len() == size);
        let all = pids(&live.trace);
        assert_eq!(all.iter().collect::<HashSet<_>>().len(), size);
        for pid in &all {
            assert!(exists(*pid));
            #[cfg(target_os = "linux")]
            {
                let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
                let parent = stat
                    .rsplit(')')
                    .next()
                    .unwrap()
                    .split_whitespace()
                    .nth(1)
                    .unwrap();
                assert_eq!(
                    parent,
                    std::process::id().to_string(),
                    "a child of this process"
                );
            }
        }
        live.handle.stop();
        live.until("the run ends", Live::is_over);
        check(&live.trace, &live.replay);
    }
}

#[test]
fn a_run_can_be_stopped_at_any_moment() {
    for preset in ["squares", "a-thousand-images", "kill-one", "uneven"] {
        for limit in [1, 4, 12, 40, 90] {
            let limit = Duration::from_millis(limit);
            let sets = ["tasks=400", "time_scale=0.1"];
            let finished = run_to_end(topic(), params(preset, &sets), Some(limit)).unwrap();
            check(&finished.trace, &finished.replay);
        }
    }
}

#[test]
fn the_user_can_kill_a_worker() {
    let mut live = live("ten-sleepers", &["time_scale=0.3"]);
    live.until("all work", |live| asleep(live).len() == 4);
    let victim = asleep(&live)[2];
    live.handle.signal(victim, 9);
    live.until("the run ends", Live::is_over);
    check(&live.trace, &live.replay);
    let end = live.replay.latest().actor(victim).unwrap().end.unwrap().0;
    assert_eq!(end, End::Killed(9));
    let sender = live
        .trace
        .events()
        .iter()
        .find(|e| matches!(e.kind, EventKind::SignalSent { .. }));
    assert_eq!(live.trace.meta().actor_name(sender.unwrap().actor), "you");
    let ends = live.trace.events().iter().filter(|e| {
        matches!(
            e.kind,
            EventKind::TaskFinished { .. } | EventKind::TaskFailed { .. }
        )
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
            .args([
                "run",
                "process-pool",
                "--preset",
                "ten-sleepers",
                "--set",
                "seconds=60",
            ])
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let mut children = Vec::new();
        until("its workers are there", || {
            children = children_of(program.id());
            // The fork server is one more.
            children.len() >= 4
        });
        program.kill().unwrap();
        program.wait().unwrap();
        until("all are gone", || !children.iter().any(|pid| runs(*pid)));
    }

    fn stat(pid: u32) -> Option<(char, u32)> {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        let mut fields = stat.rsplit(')').next()?.split_whitespace();
        Some((fields.next()?.chars().next()?, fields.next()?.parse().ok()?))
    }

    fn children_of(parent: u32) -> Vec<u32> {
        let all = std::fs::read_dir("/proc").into_iter().flatten().flatten();
        let pids = all.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
        pids.filter(|pid| stat(*pid).is_some_and(|(_, of)| of == parent))
            .collect()
    }

    /// Zombies of others do not count.
    fn runs(pid: u32) -> bool {
        stat(pid).is_some_and(|(state, _)| !matches!(state, 'Z' | 'X'))
    }
}
