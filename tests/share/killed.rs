//! Processes that are killed with SIGKILL at a random moment: the run ends soon, and nothing is left behind.

use super::support::*;
use concurrency_lab::replay::Replay;
use concurrency_lab::trace::{End, Event as Happened, EventKind};
use concurrency_lab::workers::Start;
use concurrency_lab::workers::share::{
    Array, Children, Condition, Ended, Event, Kept, Lock, Manager, Pipe, Queue, Semaphore,
    SharedValue,
};
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

/// How often each is killed.
const TIMES: u64 = 50;
/// How long those that are left may still be busy. What waits for ever is ended then.
const BUSY: Duration = Duration::from_millis(60);

/// What is in `/dev/shm` and in the folder for temporary files, sockets included.
fn things() -> BTreeSet<String> {
    let names = |path: &std::path::Path| {
        let entries = std::fs::read_dir(path).into_iter().flatten().flatten();
        entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect::<Vec<_>>()
    };
    let all = names("/dev/shm".as_ref()).into_iter().chain(names(&std::env::temp_dir()));
    all.filter(|name| name.contains("clab") || name.contains("concurrency lab")).collect()
}

/// Runs it often, and each time kills one of its children at a random moment within the first 3 ms.
fn kill_one(which: usize, setup: impl Fn(&Shop<'_>) -> Children) {
    kill_one_and(which, BUSY, setup, |_| {});
}

fn kill_one_and(
    which: usize,
    limit: Duration,
    setup: impl Fn(&Shop<'_>) -> Children,
    look: impl Fn(&[Ended]),
) {
    let mut random = fastrand::Rng::with_seed(which as u64 + 7);
    // The fork server stays.
    concurrency_lab::workers::use_program(env!("CARGO_BIN_EXE_concurrency-lab"));
    concurrency_lab::workers::prepare().unwrap();
    let before = things();
    let mut slowest = Duration::ZERO;
    for _ in 0..TIMES {
        let moment = Duration::from_micros(random.u64(..3_000));
        let begun = Instant::now();
        let trace = shop(Start::Fork, |shop| {
            let children = setup(shop);
            std::thread::sleep(moment);
            children.signal(shop.log, which, 9);
            let ends = shop.ends(&children, limit);
            assert!(ends[which].end == End::Killed(9) || ends[which].end == End::Normal);
            look(&ends);
        });
        slowest = slowest.max(begun.elapsed());
        // It can be replayed, whatever is odd about it.
        let mut replay = Replay::new(&trace);
        replay.update(&trace, 0);
        // What a killed reader has left of a message cannot be read, and is told, not believed.
        let is_corrupt = |event: &Happened| match event.kind {
            EventKind::Got { item, .. } => trace.meta().item(item).starts_with("corrupt"),
            _ => false,
        };
        if replay.oddities().iter().any(|(at, _)| !is_corrupt(&trace.events()[*at])) {
            let meta = trace.meta();
            let all: Vec<_> = (trace.events().iter())
                .map(|e| format!("{} {}: {:?}", e.at.0, meta.actor_name(e.actor), e.kind))
                .collect();
            panic!("{:?}\n{}", replay.oddities(), all.join("\n"));
        }
    }
    assert!(slowest <= SOON, "a run took {slowest:?}");
    assert_eq!(things(), before, "no name is left");
}

#[test]
fn the_lock_of_a_killed_holder_goes_on_where_it_is_robust() {
    let robust = cfg!(target_os = "linux");
    let limit = if robust { PATIENCE } else { BUSY };
    kill_one_and(
        0,
        limit,
        |shop| {
            let recorder = shop.log.recorder();
            let lock = Lock::new(&shop.space, recorder, "lock", true).unwrap();
            let value = SharedValue::new(&shop.space, recorder, "n", 0, Some(&lock)).unwrap();
            let children = shop.children(4);
            children.run(0, job("share-hold", [lock.handle()])).unwrap();
            for child in 1..4 {
                let arg = [lock.handle(), value.handle(), 30];
                children.run(child, job("share-count", arg)).unwrap();
            }
            children
        },
        |ends| {
            let all = ends[1..].iter().all(|ended| ended.end == End::Normal);
            assert!(all || !robust, "{ends:?}");
        },
    );
}

#[test]
fn a_plain_lock_of_a_killed_holder_stays_taken_and_the_run_ends() {
    kill_one(0, |shop| {
        let recorder = shop.log.recorder();
        let lock = Lock::new(&shop.space, recorder, "lock", false).unwrap();
        let value = SharedValue::new(&shop.space, recorder, "n", 0, Some(&lock)).unwrap();
        let children = shop.children(4);
        children.run(0, job("share-hold", [lock.handle()])).unwrap();
        for child in 1..4 {
            children.run(child, job("share-count", [lock.handle(), value.handle(), 30])).unwrap();
        }
        children
    });
}

#[test]
fn a_user_of_a_lock_and_value_is_killed() {
    for which in [0, 3] {
        kill_one(which, |shop| {
            let recorder = shop.log.recorder();
            let lock = Lock::new(&shop.space, recorder, "lock", true).unwrap();
            let value = SharedValue::new(&shop.space, recorder, "n", 0, Some(&lock)).unwrap();
            let children = shop.children(4);
            for child in 0..4 {
                let arg = [lock.handle(), value.handle(), 2_000];
                children.run(child, job("share-count", arg)).unwrap();
            }
            children
        });
    }
}

#[test]
fn a_user_of_a_value_without_a_lock_is_killed() {
    kill_one(1, |shop| {
        let value = SharedValue::new(&shop.space, shop.log.recorder(), "n", 0, None).unwrap();
        let children = shop.children(4);
        for child in 0..4 {
            children.run(child, job("share-count", [0, value.handle(), 1_000])).unwrap();
        }
        children
    });
}

#[test]
fn a_user_of_an_array_is_killed() {
    kill_one(2, |shop| {
        let recorder = shop.log.recorder();
        let lock = Lock::new(&shop.space, recorder, "lock", true).unwrap();
        let cells = Array::new(&shop.space, recorder, "cells", &[0; 4], Some(&lock)).unwrap();
        let children = shop.children(4);
        for child in 0..4 {
            let arg = [lock.handle(), cells.handle(), child as i64, 1_000];
            children.run(child, job("share-count-cell", arg)).unwrap();
        }
        children
    });
}

#[test]
fn a_user_of_a_semaphore_is_killed() {
    kill_one(2, |shop| {
        let semaphore = Semaphore::new(&shop.space, shop.log.recorder(), "slots", 2).unwrap();
        let children = shop.children(4);
        for child in 0..4 {
            children.run(child, job("share-permits", [semaphore.handle(), 50, 20_000])).unwrap();
        }
        children
    });
}

#[test]
fn a_producer_or_a_consumer_of_a_queue_is_killed() {
    for which in [0, 3] {
        for bound in [None, Some(4)] {
            kill_one(which, |shop| {
                let recorder = shop.log.recorder();
                let queue = Queue::new(&shop.space, recorder, "q", bound, true, None).unwrap();
                let children = shop.children(4);
                for child in 0..2 {
                    let buffer = Queue::buffer(recorder, "buffer", Some(children.actors()[child]));
                    let bytes = child as i64 * 100_000;
                    let arg = [queue.handle(), buffer.0.into(), 0, 100, bytes];
                    children.run(child, job("share-put", arg)).unwrap();
                    children.run(child + 2, job("share-get", [queue.handle()])).unwrap();
                }
                children
            });
        }
    }
}

#[test]
fn either_end_of_a_pipe_is_killed() {
    for which in [0, 1] {
        kill_one(which, |shop| {
            // Children inherit the ends of what is there before them.
            let new = || Pipe::new(&shop.space, shop.log.recorder(), "p", None).unwrap();
            let pipes = [new(), new()];
            let children = shop.children(4);
            for (pair, pipe) in [0, 2].into_iter().zip(&pipes) {
                children.run(pair, job("share-send", [pipe.handle(), 0, 5_000])).unwrap();
                children.run(pair + 1, job("share-receive", [pipe.handle(), 1])).unwrap();
            }
            children
        });
    }
}

#[test]
fn a_waiter_for_an_event_is_killed() {
    kill_one(0, |shop| {
        let event = Event::new(&shop.space, shop.log.recorder(), "go").unwrap();
        let children = shop.children(4);
        for child in 0..4 {
            children.run(child, job("share-await", [event.handle()])).unwrap();
        }
        children
    });
}

#[test]
fn a_user_of_a_condition_is_killed() {
    kill_one(1, |shop| {
        let recorder = shop.log.recorder();
        let lock = Lock::new(&shop.space, recorder, "lock", true).unwrap();
        let turn = Condition::new(&shop.space, recorder, "turn", &lock).unwrap();
        let value = SharedValue::new(&shop.space, recorder, "n", 0, Some(&lock)).unwrap();
        let children = shop.children(4);
        for child in 0..4 {
            let things = [lock.handle(), turn.handle(), value.handle()];
            let arg = things.into_iter().chain([child as i64, 4, 200]);
            children.run(child, job("share-take-turns", arg)).unwrap();
        }
        children
    });
}

#[test]
fn the_server_or_a_client_of_a_manager_is_killed() {
    for which in [0, 2] {
        kill_one(which, |shop| {
            let recorder = shop.log.recorder();
            let manager = Manager::new(&shop.space, 4).unwrap();
            let children = shop.children(4);
            let server = children.actors()[0];
            let manager = manager.kept_by(recorder, "manager", server);
            let kept = [
                Kept::number(recorder, "d[\"n\"]", server, 0),
                Kept::list(recorder, "list", server, Vec::new()),
            ];
            children.run(0, manager.job(&kept).unwrap()).unwrap();
            for child in 1..4 {
                let arg = [manager.handle(), child as i64, 500];
                children.run(child, job("share-call", arg)).unwrap();
            }
            children
        });
    }
}

const HELPER: &str = "CONCURRENCY_LAB_TEST_SHARING_PARENT";

/// Not a test by itself: what [`nothing_is_left_of_a_killed_program`] runs and kills.
#[test]
fn parent() {
    let Ok(start) = std::env::var(HELPER) else {
        return;
    };
    let start = if start == "exec" { Start::Exec } else { Start::Fork };
    let body = |log: &concurrency_lab::record::Log| {
        let space = concurrency_lab::workers::share::Space::new().unwrap();
        let shop = Shop { log, space, start };
        let recorder = log.recorder();
        let queue = Queue::new(&shop.space, recorder, "q", None, true, None).unwrap();
        let manager = Manager::new(&shop.space, 1).unwrap();
        let children = shop.children(3);
        let manager = manager.kept_by(recorder, "manager", children.actors()[0]);
        children.run(0, manager.job(&[]).unwrap()).unwrap();
        children.run(1, job("share-get", [queue.handle()])).unwrap();
        children.run(2, job("share-get", [queue.handle()])).unwrap();
        let pids: Vec<String> = (0..3).map(|k| children.pid(k).unwrap().to_string()).collect();
        println!("\npids {}", pids.join(" "));
        // Long enough to be killed in.
        std::thread::sleep(PATIENCE);
    };
    run(body);
}

#[test]
fn nothing_is_left_of_a_killed_program() {
    use std::io::{BufRead, BufReader};
    for start in ["fork", "exec"] {
        let before = things();
        let mut program = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "killed::parent", "--nocapture"])
            .env(HELPER, start)
            .stdout(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(program.stdout.take().unwrap()).lines();
        let mut lines = lines.map_while(Result::ok);
        let pids = lines.find_map(|line| line.strip_prefix("pids ").map(str::to_owned)).unwrap();
        let pids: Vec<u32> = pids.split(' ').map(|pid| pid.parse().unwrap()).collect();
        assert!(pids.iter().all(|pid| super::proc::runs(*pid)));
        program.kill().unwrap();
        program.wait().unwrap();
        let begun = Instant::now();
        while pids.iter().any(|pid| super::proc::runs(*pid)) {
            assert!(begun.elapsed() < PATIENCE, "{start}: somebody outlives it");
            std::thread::sleep(Duration::from_millis(1));
        }
        assert_eq!(things(), before, "no name is left");
    }
}
