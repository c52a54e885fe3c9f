//! Workers and the fork server stopped by a signal: they live, and do nothing.

use super::proc;
use super::support::*;
use concurrency_lab::trace::{ActorKind, End, Event, EventKind};
use concurrency_lab::workers::{Job, Pool, PoolOptions, TaskError, TaskOptions, Value, prepare};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Far longer than anything here may take, far shorter than the tasks.
const BOUND: Duration = Duration::from_secs(30);

fn send(pid: u32, signal: i32) {
    // SAFETY: plain call; the process is a descendant of this one, which nobody reaps before it has ended.
    assert_eq!(unsafe { libc::kill(pid as i32, signal) }, 0);
}

/// Stops a process and waits until it stands still.
fn stop(pid: u32) {
    send(pid, libc::SIGSTOP);
    until("it stands still", || is_stopped(pid));
}

/// A pool of two of which each runs an endless task; then the first and the fork server are stopped, and the second is
/// killed: the pool asks the fork server for another one, in vain.
fn asks_in_vain(
    log: &concurrency_lab::record::Log,
) -> (Pool, [concurrency_lab::workers::TaskHandle; 2]) {
    prepare().unwrap();
    let pool = Pool::start(log, PoolOptions::new(2)).unwrap();
    let tasks =
        [0, 0].map(|arg| pool.submit(log, Job::new("loop", arg), TaskOptions::default()).unwrap());
    until("both are at work", || pool.workers().iter().all(|w| w.task.is_some()));
    let [first, second] = &pool.workers()[..] else { panic!("two workers") };
    stop(first.pid);
    stop(fork_server().unwrap());
    send(second.pid, libc::SIGKILL);
    (pool, tasks)
}

#[test]
fn a_pool_goes_on_without_a_fork_server_that_stands_still() {
    alone("stopped::a_pool_goes_on_without_a_fork_server_that_stands_still", || {
        let ((), trace) = run(|log| {
            let (pool, tasks) = asks_in_vain(log);
            let server = fork_server().unwrap();
            let begun = Instant::now();
            assert_eq!(pool.apply(log, Job::new("square", 3)), Ok(Value::Int(9)));
            // The one that stands still is killed like any other.
            tasks.iter().for_each(|task| task.cancel(log));
            let ends = tasks.map(|task| task.result(log).unwrap_err());
            assert!(ends.contains(&TaskError::Cancelled), "{ends:?}");
            assert!(ends.iter().any(|end| matches!(end, TaskError::WorkerDied { .. })), "{ends:?}");
            pool.join(log).unwrap();
            assert!(begun.elapsed() < BOUND, "{:?}", begun.elapsed());
            assert!(!exists(server), "it was given up, killed and reaped");
        });
        check(&trace);
        assert_eq!(children(), [0; 0]);
        // The next one is another one.
        let (square, _) = with_pool(PoolOptions::new(1), |log, pool| {
            pool.apply(log, Job::new("square", 4)).unwrap()
        });
        assert_eq!(square.as_int(), Some(16));
        assert!(fork_server().is_some());
    });
}

#[test]
fn a_stopped_run_ends_though_its_worker_and_fork_server_stand_still() {
    alone("stopped::a_stopped_run_ends_though_its_worker_and_fork_server_stand_still", || {
        let ((), trace) = run(|log| {
            let (pool, _) = asks_in_vain(log);
            let begun = Instant::now();
            log.recorder().cancel().cancel();
            assert!(pool.join(log).is_err(), "the run was stopped");
            assert!(begun.elapsed() < BOUND, "{:?}", begun.elapsed());
        });
        check(&trace);
        // One was killed from outside, maybe unnoticed before the stop of the run; the other one was ended by that.
        let killed = EventKind::Ended(End::Killed(libc::SIGKILL as u8));
        let stopped = EventKind::Ended(End::Cancelled);
        let count = |kinds: &[EventKind]| {
            let is_process = |e: &&Event| {
                trace.meta().actor(e.actor).is_some_and(|who| who.kind == ActorKind::Process)
            };
            let ends = trace.events().iter().filter(is_process);
            ends.filter(|e| kinds.contains(&e.kind)).count()
        };
        assert!(count(&[killed, stopped]) >= 2);
        assert!(count(&[stopped]) >= 1);
        assert_eq!(children(), [0; 0]);
    });
}

#[test]
fn many_workers_at_once_cost_one_patience_with_a_fork_server_that_stands_still() {
    alone(
        "stopped::many_workers_at_once_cost_one_patience_with_a_fork_server_that_stands_still",
        || {
            let ((), trace) = run(|log| {
                prepare().unwrap();
                stop(fork_server().unwrap());
                let begun = Instant::now();
                let pool = Pool::start(log, PoolOptions::new(16)).unwrap();
                assert_eq!(pool.map(log, "square", ints(0..20), Some(1)).unwrap().len(), 20);
                pool.join(log).unwrap();
                // One after another they would take longer than this.
                assert!(begun.elapsed() < BOUND, "{:?}", begun.elapsed());
            });
            check(&trace);
            assert_eq!(pids(&trace).len(), 16);
            assert_eq!(children(), [0; 0]);
        },
    );
}

#[test]
fn the_program_keeps_its_time_limit_and_leaves_nobody_behind() {
    alone("stopped::the_program_keeps_its_time_limit_and_leaves_nobody_behind", || {
        // Processes left behind become children of this one. Were it of another session, the system would end those that
        // stand still.
        // SAFETY: plain call.
        assert_eq!(unsafe { libc::prctl(libc::PR_SET_CHILD_SUBREAPER, 1) }, 0);
        let mut program = Command::new(env!("CARGO_BIN_EXE_concurrency-lab"))
            .args(["run", "process-pool", "--preset", "ten-sleepers", "--set", "seconds=60"])
            .args(["--timeout", "5"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut workers = Vec::new();
        until("its four workers are there", || {
            workers = proc::children_of(program.id());
            workers.retain(|pid| is_worker(*pid));
            workers.len() == 4
        });
        let server = fork_server_of(program.id()).unwrap();
        send(workers[0], libc::SIGSTOP);
        send(server, libc::SIGSTOP);
        let begun = Instant::now();
        let status = loop {
            if let Some(status) = program.try_wait().unwrap() {
                break Some(status);
            }
            if begun.elapsed() > BOUND {
                program.kill().unwrap();
                program.wait().unwrap();
                break None;
            }
            std::thread::yield_now();
        };
        assert_eq!(status.expect("it keeps its limit").code(), Some(1));
        until("nobody is left", || !workers.iter().any(|pid| runs(*pid)) && !runs(server));
    });
}

/// What has children, each of another kind.
const PROGRAMS: [[&str; 3]; 7] = [
    ["process-pool", "ten-sleepers", "seconds=60"],
    ["process-pool", "kill-one", "time_scale=1"],
    ["multiprocessing", "cpu-bound", "time_scale=1"],
    ["threads-vs-processes", "downloads", "time_scale=1"],
    ["pool-size", "sweep", "trials=30"],
    ["exceptions", "crash-isolation", "time_scale=1"],
    ["sharing-data", "process-queue", "time_scale=1"],
];

/// Whichever child is stopped at whatever moment, its fork server, a worker, CPython or a server: a time limit is kept, and
/// nobody is left behind. Each moment is another one every time.
#[test]
fn any_child_stopped_at_any_moment_neither_holds_the_program_nor_outlives_it() {
    alone(
        "stopped::any_child_stopped_at_any_moment_neither_holds_the_program_nor_outlives_it",
        || drop(stops(20, 4, 1)),
    );
}

/// A hundred such moments, and how late the programs end. For a quiet machine:
/// `cargo test --test workers -- --ignored --nocapture a_hundred_stops`.
#[test]
#[ignore = "takes minutes of a quiet machine"]
fn a_hundred_stops_and_each_program_ends_within_a_second_of_its_limit() {
    let mut late = stops(100, 2, 3);
    late.sort_unstable();
    let (median, most) = (late[late.len() / 2], late[late.len() - 1]);
    println!("{} stops: {median:?} late in the median, {most:?} at most", late.len());
    assert!(most < Duration::from_secs(1), "{most:?}");
}

/// Stops a child at each of so many moments, in so many programs at once that may run for `limit` seconds. By how much each
/// of them ended later than that. Nobody is left.
fn stops(moments: usize, at_once: usize, limit: u64) -> Vec<Duration> {
    // Processes left behind become children of this one.
    // SAFETY: plain call.
    assert_eq!(unsafe { libc::prctl(libc::PR_SET_CHILD_SUBREAPER, 1) }, 0);
    let next = std::sync::atomic::AtomicUsize::new(0);
    let late = std::sync::Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..at_once {
            scope.spawn(|| {
                loop {
                    let moment = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                    if moment >= moments {
                        break;
                    }
                    let program = PROGRAMS[moment % PROGRAMS.len()];
                    let this = stopped_once(program, moment % 4 == 3, limit);
                    late.lock().unwrap().push(this);
                }
            });
        }
    });
    until("nobody is left", || proc::children_of(std::process::id()).iter().all(|pid| !runs(*pid)));
    late.into_inner().unwrap()
}

/// Stops a child at a random moment, or the first one as soon as it is there: it may not have begun its program yet. By how
/// much the program ended later than its limit.
fn stopped_once([topic, preset, set]: [&str; 3], at_birth: bool, seconds: u64) -> Duration {
    let limit = seconds.to_string();
    let mut program = Command::new(env!("CARGO_BIN_EXE_concurrency-lab"))
        .args(["run", topic, "--preset", preset, "--set", set, "--timeout", &limit])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let begun = Instant::now();
    let moment = match at_birth {
        true => Duration::ZERO,
        false => Duration::from_micros(fastrand::u64(0..1_000_000 * seconds)),
    };
    let mut stopped = None;
    let status = loop {
        if let Some(status) = program.try_wait().unwrap() {
            break status;
        }
        if stopped.is_none() && begun.elapsed() >= moment {
            let children = proc::children_of(program.id());
            if !children.is_empty() {
                let child = children[fastrand::usize(..children.len())];
                // It may have ended by now.
                // SAFETY: plain call; a child that has ended is a zombie until its program waits for it.
                unsafe { libc::kill(child as i32, libc::SIGSTOP) };
                stopped = Some(child);
            }
        }
        if begun.elapsed() > BOUND {
            program.kill().unwrap();
            program.wait().unwrap();
            panic!("{topic} {preset} hangs: child {stopped:?} was stopped after {moment:?}");
        }
        match at_birth && stopped.is_none() {
            true => std::thread::yield_now(),
            false => std::thread::sleep(Duration::from_millis(2)),
        }
    };
    let late = begun.elapsed().saturating_sub(Duration::from_secs(seconds));
    println!("{topic} {preset}: stopped {stopped:?} after {moment:?}, {late:?} late, {status}");
    assert!(status.code().is_some(), "{topic} {preset}: {status}");
    late
}
