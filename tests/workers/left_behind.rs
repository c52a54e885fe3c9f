//! Nothing is left behind when the program is killed.

use super::support::*;
use concurrency_lab::workers::{Job, Pool, PoolOptions, Start, TaskOptions, prepare, use_program};
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::sync::Barrier;
use std::time::{Duration, Instant};

const HELPER: &str = "CONCURRENCY_LAB_TEST_PARENT";

/// Not a test by itself: what [`nobody_outlives_a_killed_program`] runs and kills.
#[test]
fn parent() {
    let Ok(start) = std::env::var(HELPER) else {
        return;
    };
    let start = if start == "exec" { Start::Exec } else { Start::Fork };
    run(|log| {
        let pool = Pool::start(log, PoolOptions { start, ..PoolOptions::new(3) }).unwrap();
        let mut pids = Vec::new();
        if start == Start::Fork {
            let grandchild = pool.apply(log, Job::new("child", 1000)).unwrap();
            pids.push(grandchild.as_int().unwrap() as u32);
        }
        for _ in 0..2 {
            let _ = pool.submit(log, Job::new("loop", 0), TaskOptions::default()).unwrap();
        }
        until("all are ready", || pool.workers().iter().all(|w| w.ready));
        pids.extend(pool.workers().iter().map(|w| w.pid));
        println!("\npids {}", pids.iter().map(u32::to_string).collect::<Vec<_>>().join(" "));
        // Long enough to be killed in; and it ends by itself if its killer has died.
        std::thread::sleep(PATIENCE);
    });
}

#[test]
fn nobody_outlives_a_killed_program() {
    for start in ["fork", "exec"] {
        let mut program = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "left_behind::parent", "--nocapture"])
            .env(HELPER, start)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(program.stdout.take().unwrap()).lines();
        let mut lines = lines.map_while(Result::ok);
        let pids = lines.find_map(|l| l.strip_prefix("pids ").map(str::to_owned)).unwrap();
        let pids: Vec<u32> = pids.split(' ').map(|p| p.parse().unwrap()).collect();
        assert!(pids.len() >= 3 && pids.iter().all(|p| runs(*p)));
        program.kill().unwrap();
        program.wait().unwrap();
        until("all are gone", || !pids.iter().any(|p| runs(*p)));
    }
}

#[test]
fn a_grandchild_dies_with_its_worker() {
    let ((), _) = with_pool(PoolOptions::new(1), |log, pool| {
        let child =
            |_: u32| pool.apply(log, Job::new("child", 1000)).unwrap().as_int().unwrap() as u32;
        let (first, second) = (child(0), child(1));
        assert!(runs(first) && runs(second));
        assert!(pool.apply(log, Job::new("abort", 0)).is_err());
        until("both are gone", || !runs(first) && !runs(second));
    });
}

#[test]
fn the_worker_command_refuses_strangers() {
    let program = env!("CARGO_BIN_EXE_concurrency-lab");
    for args in [&["worker"][..], &["worker", "dance", "1"], &["worker", "serve", "x"]] {
        let done = Command::new(program).args(args).output().unwrap();
        assert_eq!(done.status.code(), Some(2));
        assert_eq!(String::from_utf8(done.stderr).unwrap().lines().count(), 1);
    }
    // Somebody who is not its parent.
    let done = Command::new(program).args(["worker", "serve", "1"]).output().unwrap();
    assert_eq!(done.status.code(), Some(1));
}

#[cfg(target_os = "linux")]
#[test]
fn pools_go_on_when_the_fork_server_is_killed() {
    alone("left_behind::pools_go_on_when_the_fork_server_is_killed", || {
        let square = || {
            let (answer, _) = with_pool(PoolOptions::new(2), |log, pool| {
                pool.apply(log, Job::new("square", 12)).unwrap()
            });
            assert_eq!(answer.as_int(), Some(144));
        };
        square();
        let first = fork_server().unwrap();
        let ((), _) = with_pool(PoolOptions::new(2), |log, pool| {
            until("all are ready", || pool.workers().iter().all(|w| w.ready));
            // SAFETY: plain call; the process is a child of this one that nobody reaps in between.
            assert_eq!(unsafe { libc::kill(first as i32, 9) }, 0);
            until("it is gone", || fork_server() != Some(first));
            // Those it has forked are not its children: they live on, and are replaced.
            assert_eq!(pool.apply(log, Job::new("square", 3)).unwrap().as_int(), Some(9));
            assert!(pool.apply(log, Job::new("abort", 0)).is_err());
            assert_eq!(pool.apply(log, Job::new("square", 4)).unwrap().as_int(), Some(16));
        });
        square();
        square();
        assert!(fork_server().is_some_and(|second| second != first));
    });
}

#[cfg(target_os = "linux")]
#[test]
fn a_worker_whose_birth_was_not_announced_is_known_all_the_same() {
    alone("left_behind::a_worker_whose_birth_was_not_announced_is_known_all_the_same", || {
        use_program(env!("CARGO_BIN_EXE_concurrency-lab"));
        for round in 0..30 {
            prepare().unwrap();
            let server = fork_server().unwrap();
            let begun = Barrier::new(2);
            std::thread::scope(|scope| {
                scope.spawn(|| {
                    begun.wait();
                    // At another moment of the start each time; whichever it is, nobody may get lost.
                    let moment = Instant::now() + Duration::from_micros(60) * round;
                    while Instant::now() < moment {
                        std::hint::spin_loop();
                    }
                    // SAFETY: plain call; the process is a child of this one that nobody reaps before it has ended.
                    unsafe { libc::kill(server as i32, 9) };
                });
                let ((), trace) = run(|log| {
                    begun.wait();
                    let pool = Pool::start(log, PoolOptions::new(4)).unwrap();
                    let squares = pool.map(log, "square", ints(0..20), Some(1)).unwrap();
                    assert_eq!(squares, ints((0..20).map(|n| n * n)));
                    pool.join(log).unwrap();
                });
                check(&trace);
            });
            until("the fork server is gone", || !runs(server));
            // The next one reaps it. Whoever was forked is known, and was waited for.
            let (square, _) = with_pool(PoolOptions::new(1), |log, pool| {
                pool.apply(log, Job::new("square", 3)).unwrap()
            });
            assert_eq!(square.as_int(), Some(9));
            assert_eq!(children(), [0; 0], "round {round}");
        }
    });
}

#[cfg(target_os = "linux")]
#[test]
fn a_start_that_fails_midway_ends_whom_it_began() {
    alone("left_behind::a_start_that_fails_midway_ends_whom_it_began", || {
        let ((), trace) = run(|log| {
            prepare().unwrap();
            let open = std::fs::read_dir("/proc/self/fd").unwrap().count() as u64;
            // Enough for some of them.
            let before = descriptors(open + 20);
            let refused = Pool::start(log, PoolOptions::new(8)).err().unwrap();
            descriptors(before);
            assert!(refused.to_string().contains("could not be started"));
            let pool = Pool::start(log, PoolOptions::new(2)).unwrap();
            assert_eq!(pool.apply(log, Job::new("square", 5)).unwrap().as_int(), Some(25));
            pool.join(log).unwrap();
        });
        // Some were there when the others were refused; all of them have an end.
        check(&trace);
        assert!(!pids(&trace).is_empty());
        assert_eq!(children(), [0; 0]);
    });
}
