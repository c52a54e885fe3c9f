//! Real children: looked for while they live, killed, and gone when they should be.

use super::support::*;
use concurrency_lab::replay::Replay;
use concurrency_lab::trace::{End, EventKind};
use std::process::{Command, Stdio};

#[test]
fn workers_are_children_of_this_process_while_they_live() {
    let mut live = Live::new(&long("backend=workers"));
    let pids = [live.process("worker 1"), live.process("worker 2")];
    let all = processes();
    for pid in pids {
        assert_eq!(all[&pid].0, std::process::id());
    }
    assert_ne!(pids[0], pids[1]);
    let finished = live.finish();
    check_trace(&finished);
    assert!(pids.iter().all(|pid| !processes().contains_key(pid)));
}

#[test]
fn a_worker_killed_in_a_trial_costs_time_and_no_results() {
    let mut live = Live::new(&long("backend=workers"));
    let victim = live.process("worker 1");
    // Only once it has begun to square: its chunk must be done again.
    until("it is at work", || {
        live.update();
        let started = |e: &concurrency_lab::trace::Event| {
            matches!(e.kind, EventKind::TaskStarted { .. })
                && live.trace.meta().actor_name(e.actor) == "worker 1"
        };
        live.trace.events().iter().any(started).then_some(())
    });
    kill(victim);
    until("the end", || {
        live.update();
        live.ended
    });
    assert_eq!(
        live.ended,
        Some(true),
        "the results were checked by the run"
    );
    let killed = live
        .trace
        .events()
        .iter()
        .filter(|e| matches!(e.kind, EventKind::Ended(End::Killed(9))));
    assert_eq!(killed.count(), 1);
}

#[test]
fn a_stopped_run_leaves_no_child() {
    for backend in ["workers", "threads", "cpython", "sequential"] {
        if backend == "cpython" && !has_python() {
            continue;
        }
        let mut live = Live::new(&long(&format!("backend={backend}")));
        let mut children = Vec::new();
        match backend {
            "workers" => children.push(live.process("worker 2")),
            "cpython" => {
                let python = live.process("CPython");
                // Itself, its guard and two workers.
                children = until("its pool", || Some(group(python)).filter(|g| g.len() >= 4));
            }
            _ => until("the trial", || {
                live.update();
                let meta = live.trace.meta();
                meta.texts
                    .iter()
                    .any(|t| t.starts_with("trial"))
                    .then_some(())
            }),
        }
        live.handle.stop();
        until("it ends", || {
            live.update();
            live.ended
        });
        assert_eq!(live.ended, Some(false), "{backend}");
        until("nobody is left", || {
            (!children.iter().any(|pid| runs(*pid))).then_some(())
        });
        let replay = Replay::new(&live.trace);
        assert!(
            replay.latest().actors.iter().all(|a| a.end.is_some()),
            "{backend}"
        );
        assert_eq!(replay.oddities(), [], "{backend}");
    }
}

#[test]
fn cpython_killed_in_a_trial_is_left_out_and_the_others_go_on() {
    if !has_python() {
        return;
    }
    let mut live = Live::new(&[
        "numbers=8",
        "work=50000",
        "trials=2",
        "warm_up=0",
        "sizes=2",
    ]);
    let python = live.process("CPython");
    let members = until("its pool", || Some(group(python)).filter(|g| g.len() >= 4));
    kill(python);
    until("the end", || {
        live.update();
        live.ended
    });
    assert_eq!(live.ended, Some(true));
    let texts = &live.trace.meta().texts;
    let said = texts
        .iter()
        .find(|t| t.starts_with("CPython is left out"))
        .unwrap();
    assert_eq!(said, "CPython is left out: python3 was killed by signal 9");
    until("its pool is gone", || {
        (!members.iter().any(|pid| runs(*pid))).then_some(())
    });
}

#[test]
fn nothing_of_cpython_outlives_a_killed_program() {
    if !has_python() {
        return;
    }
    let sets = long("backend=cpython");
    let mut command = Command::new(PROGRAM);
    command.args(["run", "pool-size"]);
    for set in &sets {
        command.args(["--set", set]);
    }
    let mut program = command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let members = until("its pool", || {
        let all = processes();
        let mine = all
            .iter()
            .filter(|(_, (parent, ..))| *parent == program.id());
        let groups = mine.map(|(pid, _)| group(*pid));
        groups.into_iter().find(|group| group.len() >= 4)
    });
    program.kill().unwrap();
    program.wait().unwrap();
    until("nobody is left", || {
        (!members.iter().any(|pid| runs(*pid))).then_some(())
    });
}
