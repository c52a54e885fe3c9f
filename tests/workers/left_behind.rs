//! Nothing is left behind when the program is killed.

use super::support::*;
use concurrency_lab::workers::{Job, Pool, PoolOptions, Start, TaskOptions};
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

const HELPER: &str = "CONCURRENCY_LAB_TEST_PARENT";

/// Not a test by itself: what [`nobody_outlives_a_killed_program`] runs and kills.
#[test]
fn parent() {
    let Ok(start) = std::env::var(HELPER) else {
        return;
    };
    let start = if start == "exec" {
        Start::Exec
    } else {
        Start::Fork
    };
    run(|log| {
        let pool = Pool::start(
            log,
            PoolOptions {
                start,
                ..PoolOptions::new(3)
            },
        )
        .unwrap();
        let mut pids = Vec::new();
        if start == Start::Fork {
            let grandchild = pool.apply(log, Job::new("child", 1000)).unwrap();
            pids.push(grandchild.as_int().unwrap() as u32);
        }
        for _ in 0..2 {
            let _ = pool
                .submit(log, Job::new("loop", 0), TaskOptions::default())
                .unwrap();
        }
        until("all are ready", || pool.workers().iter().all(|w| w.ready));
        pids.extend(pool.workers().iter().map(|w| w.pid));
        println!(
            "\npids {}",
            pids.iter()
                .map(u32::to_string)
                .collect::<Vec<_>>()
                .join(" ")
        );
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
        let pids = lines
            .find_map(|l| l.strip_prefix("pids ").map(str::to_owned))
            .unwrap();
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
        let child = |_: u32| {
            pool.apply(log, Job::new("child", 1000))
                .unwrap()
                .as_int()
                .unwrap() as u32
        };
        let (first, second) = (child(0), child(1));
        assert!(runs(first) && runs(second));
        assert!(pool.apply(log, Job::new("abort", 0)).is_err());
        until("both are gone", || !runs(first) && !runs(second));
    });
}

#[test]
fn the_worker_command_refuses_strangers() {
    let program = env!("CARGO_BIN_EXE_concurrency-lab");
    for args in [
        &["worker"][..],
        &["worker", "dance", "1"],
        &["worker", "serve", "x"],
    ] {
        let done = Command::new(program).args(args).output().unwrap();
        assert_eq!(done.status.code(), Some(2));
        assert_eq!(String::from_utf8(done.stderr).unwrap().lines().count(), 1);
    }
    // Somebody who is not its parent.
    let done = Command::new(program)
        .args(["worker", "serve", "1"])
        .output()
        .unwrap();
    assert_eq!(done.status.code(), Some(1));
}

const SERVERLESS: &str = "CONCURRENCY_LAB_TEST_SERVERLESS";

/// The fork server of the calling process.
#[cfg(target_os = "linux")]
fn fork_server() -> Option<u32> {
    let own = format!("worker\0fork-server\0{}\0", std::process::id());
    let all = std::fs::read_dir("/proc").unwrap().flatten();
    let mut pids = all.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    pids.find(|pid| {
        let parts = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        // Workers are copies of it, with its command line.
        String::from_utf8_lossy(&parts).ends_with(&own)
            && std::fs::read_to_string(format!("/proc/{pid}/comm"))
                .is_ok_and(|name| name.trim() != "clab worker")
    })
}

/// Not a test by itself: other tests share their process's fork server.
#[cfg(target_os = "linux")]
#[test]
fn serverless() {
    if std::env::var_os(SERVERLESS).is_none() {
        return;
    }
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
        assert_eq!(
            pool.apply(log, Job::new("square", 3)).unwrap().as_int(),
            Some(9)
        );
        assert!(pool.apply(log, Job::new("abort", 0)).is_err());
        assert_eq!(
            pool.apply(log, Job::new("square", 4)).unwrap().as_int(),
            Some(16)
        );
    });
    square();
    square();
    assert!(fork_server().is_some_and(|second| second != first));
    println!("\ngoes on");
}

#[cfg(target_os = "linux")]
#[test]
fn pools_go_on_when_the_fork_server_is_killed() {
    let done = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "left_behind::serverless", "--nocapture"])
        .env(SERVERLESS, "1")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&done.stdout);
    let trouble = String::from_utf8_lossy(&done.stderr);
    assert!(
        done.status.success() && said.contains("goes on"),
        "{said}{trouble}"
    );
}
