//! Real children: looked for while they live, killed, and gone when they should be.

use super::support::*;
use crate::common::live::Live;
use crate::common::{proc, python};
use concurrency_lab::trace::{End, EventKind, Role};
use std::collections::HashSet;
use std::process::{Command, Stdio};

#[test]
fn workers_are_children_of_this_process_while_they_live() {
    let mut live = live(&long("backend=workers"));
    let pids = [process(&mut live, "worker 1"), process(&mut live, "worker 2")];
    for pid in pids {
        assert_eq!(proc::stat(pid).unwrap().parent, std::process::id());
    }
    assert_ne!(pids[0], pids[1]);
    let finished = live.finish();
    check_trace(&finished);
    assert!(pids.iter().all(|pid| proc::stat(*pid).is_none()));
}

#[test]
fn a_worker_killed_in_a_trial_costs_time_and_no_results() {
    let mut live = live(&long("backend=workers"));
    let victim = process(&mut live, "worker 1");
    // Only once it has begun to square: its chunk must be done again.
    live.until("it is at work", |live| {
        live.has(|e| {
            matches!(e.kind, EventKind::TaskStarted { .. })
                && live.trace.meta().actor_name(e.actor) == "worker 1"
        })
    });
    kill(victim);
    live.until("the end", Live::is_over);
    assert!(live.result.unwrap().is_ok(), "the results were checked by the run");
    let killed =
        live.trace.events().iter().filter(|e| matches!(e.kind, EventKind::Ended(End::Killed(9))));
    assert_eq!(killed.count(), 1);
}

#[test]
fn a_stopped_run_leaves_no_child() {
    for backend in ["workers", "threads", "cpython", "sequential"] {
        if backend == "cpython" && !python::is_there() {
            continue;
        }
        let mut live = live(&long(&format!("backend={backend}")));
        let mut children = Vec::new();
        match backend {
            "workers" => children.push(process(&mut live, "worker 2")),
            "cpython" => {
                let python = process(&mut live, "CPython");
                // Itself, its guard and two workers.
                children = until("its pool", || Some(group(python)).filter(|g| g.len() >= 4));
            }
            _ => live.until("the trial", |live| {
                live.has(|e| matches!(e.kind, EventKind::SectionBegan { .. }))
            }),
        }
        live.handle.stop();
        live.until("it ends", Live::is_over);
        assert!(live.result.is_some_and(|r| r.is_err()), "{backend}");
        until("nobody is left", || (!children.iter().any(|pid| runs(*pid))).then_some(()));
        let replay = live.replay;
        assert!(replay.latest().actors.iter().all(|a| a.end.is_some()), "{backend}");
        assert_eq!(replay.oddities(), [], "{backend}");
    }
}

#[test]
fn cpython_killed_in_a_trial_is_left_out_and_the_others_go_on() {
    if !python::is_there() {
        return;
    }
    let mut live = live(&["numbers=8", "work=50000", "trials=2", "warm_up=0", "sizes=2"]);
    let python = process(&mut live, "CPython");
    let members = until("its pool", || Some(group(python)).filter(|g| g.len() >= 4));
    kill(python);
    live.until("the end", Live::is_over);
    assert!(live.result.is_some_and(|r| r.is_ok()));
    let why = live.trace.meta().fact("cpython_missing");
    assert_eq!(why, Some("python3 was killed by SIGKILL"));
    // It does none of the work itself, and takes no worker's colour.
    let meta = live.trace.meta();
    let python = meta.actors_where(|actor| actor.name == "CPython").next().unwrap();
    assert_eq!(meta.actor(python).unwrap().role, Role::Helper);
    until("its pool is gone", || (!members.iter().any(|pid| runs(*pid))).then_some(()));
}

#[test]
fn nothing_of_cpython_outlives_a_killed_program() {
    if !python::is_there() {
        return;
    }
    let sets = long("backend=cpython");
    let mut command = Command::new(PROGRAM);
    command.args(["run", "pool-size"]);
    for set in &sets {
        command.args(["--set", set]);
    }
    let mut program = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let members = until("its pool", || {
        let mut groups = proc::children_of(program.id()).into_iter().map(group);
        groups.find(|group| group.len() >= 4)
    });
    program.kill().unwrap();
    program.wait().unwrap();
    until("nobody is left", || (!members.iter().any(|pid| runs(*pid))).then_some(()));
}

/// Semaphores that processes have opened by a name in the file system, which is there until somebody removes it.
fn semaphores(pids: &[u32]) -> HashSet<String> {
    let maps = pids.iter().map(|pid| std::fs::read_to_string(format!("/proc/{pid}/maps")));
    let maps: String = maps.map(Result::unwrap_or_default).collect();
    let names = maps.lines().filter_map(|line| line.find("/dev/shm/").map(|at| &line[at..]));
    let present = names.filter(|name| std::path::Path::new(name).exists());
    present.map(str::to_owned).collect()
}

/// Pools whose workers are no copies of CPython share semaphores by name, and one more process removes those.
#[test]
fn no_start_method_leaves_a_process_or_a_semaphore_behind() {
    if !python::is_there() {
        return;
    }
    for method in ["forkserver", "spawn"] {
        let method = format!("start_method={method}");
        let mut sets = long("backend=cpython");
        sets.push(&method);
        let mut live = live(&sets);
        let python = process(&mut live, "CPython");
        let mut members = until("its pool", || Some(group(python)).filter(|g| g.len() >= 4));
        let shared = until("its semaphores", || {
            Some(semaphores(&group(python))).filter(|shared| shared.len() >= 2)
        });
        // Among them the process that removes the semaphores.
        members.extend(proc::children_of(python));
        live.handle.stop();
        live.until("it ends", Live::is_over);
        until("nobody is left", || (!members.iter().any(|pid| runs(*pid))).then_some(()));
        let gone = || !shared.iter().any(|name| std::path::Path::new(name).exists());
        until("no semaphore is left", || gone().then_some(()));
    }
}
