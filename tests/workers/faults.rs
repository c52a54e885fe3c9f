//! Workers that die, hang or talk too much.

use super::support::*;
use concurrency_lab::trace::{End, Event, EventKind, TaskId, Trace};
use concurrency_lab::workers::{
    Exit, Job, Pool, PoolOptions, Start, TaskError, TaskOptions, Value,
};
use std::time::Duration;

const KILL: u8 = 9;

fn ends(trace: &Trace, wanted: End) -> usize {
    let ended = trace.events().iter().filter(|e| e.kind == EventKind::Ended(wanted));
    ended.count()
}

fn squares_still_work(log: &concurrency_lab::record::Log, pool: &Pool) {
    let squares = pool.map(log, "square", ints(0..20), Some(1)).unwrap();
    assert_eq!(squares, ints((0..20).map(|n| n * n)));
}

#[test]
fn killed_while_starting() {
    for start in [Start::Fork, Start::Exec] {
        let options = PoolOptions { start, ..PoolOptions::new(2) };
        let ((), trace) = with_pool(options, |log, pool| {
            let first = pool.workers().into_iter().next().unwrap();
            assert!(pool.signaller().signal(log, first.actor, KILL));
            until("the worker is gone", || !exists(first.pid));
            squares_still_work(log, pool);
        });
        assert_eq!(ends(&trace, End::Killed(KILL)), 1);
    }
}

#[test]
fn killed_while_idle() {
    let ((), trace) = with_pool(PoolOptions::new(2), |log, pool| {
        squares_still_work(log, pool);
        let first = pool.workers().into_iter().next().unwrap();
        assert!(pool.signaller().signal(log, first.actor, KILL));
        until("the worker is gone", || pool.workers().iter().all(|w| w.pid != first.pid));
        assert!(!pool.signaller().signal(log, first.actor, KILL), "it is no worker any more");
        squares_still_work(log, pool);
    });
    assert_eq!(ends(&trace, End::Killed(KILL)), 1);
}

#[test]
fn killed_in_a_task_which_fails_or_is_begun_again() {
    let ((), trace) = with_pool(PoolOptions::new(1), |log, pool| {
        let loops = pool.submit(log, Job::new("loop", 0), TaskOptions::default()).unwrap();
        let first = pool.workers()[0].clone();
        until("the task was read", || pool.workers()[0].task.is_some());
        pool.signaller().signal(log, first.actor, KILL);
        let exit = Exit::Signal(KILL);
        let stderr = String::new();
        assert_eq!(loops.result(log), Err(TaskError::WorkerDied { pid: first.pid, exit, stderr }));
        let options = TaskOptions { retries: 1, ..TaskOptions::default() };
        let sleeps = pool.submit(log, Job::new("sleep", 300), options).unwrap();
        until("the task was read", || pool.workers().first().is_some_and(|w| w.task.is_some()));
        let second = pool.workers()[0].clone();
        pool.signaller().signal(log, second.actor, KILL);
        let third = sleeps.result(log).unwrap().as_int().unwrap() as u32;
        assert!(third != first.pid && third != second.pid);
    });
    assert_eq!(ends(&trace, End::Killed(KILL)), 2);
}

#[test]
fn what_was_sent_before_the_kill_is_kept() {
    let (map, trace) = with_pool(PoolOptions::new(1), |log, pool| {
        // A number, how long it works, and the signal it dies of, having sent what it has.
        let task = |numbers: [i64; 3]| Value::Labelled(String::new(), numbers.to_vec());
        let args = vec![task([1, 0, 0]), task([2, 0, KILL.into()]), task([3, 0, 0])];
        let options = TaskOptions::default();
        let map = pool.map_async(log, "work-or-crash", args, Some(3), options);
        map.unwrap().outcomes(log).unwrap()
    });
    assert_eq!(map[0], Ok(Value::Int(1)));
    for lost in &map[1..] {
        assert!(matches!(lost, Err(TaskError::WorkerDied { .. })));
    }
    let text = |id| trace.meta().text(id);
    let said = trace.events().iter().filter_map(|e| match e.kind {
        EventKind::Message { text: id, .. } => Some(text(id)),
        _ => None,
    });
    let said: Vec<_> = said.collect();
    assert_eq!(said, ["Task {} finished", "Task {} fails"]);
    let counts = [0, 1, 2].map(|n| count(&trace, TaskId(n)));
    assert_eq!(counts, [(1, 1), (1, 1), (0, 1)]);
}

#[test]
fn ends_unasked_aborts_or_dies_of_a_signal() {
    let ((), trace) = with_pool(PoolOptions::new(2), |log, pool| {
        let how = |name: &str, arg: i64| match pool.apply(log, Job::new(name, arg)) {
            Err(TaskError::WorkerDied { exit, .. }) => exit,
            other => panic!("{other:?}"),
        };
        assert_eq!(how("exit", 0), Exit::Status(0));
        assert_eq!(how("exit", 3), Exit::Status(3));
        assert_eq!(how("abort", 0), Exit::Signal(libc::SIGABRT as u8));
        assert_eq!(how("signal", i64::from(libc::SIGSEGV)), Exit::Signal(libc::SIGSEGV as u8));
        squares_still_work(log, pool);
    });
    assert_eq!(ends(&trace, End::Exited(3)), 1);
    assert_eq!(ends(&trace, End::Killed(libc::SIGABRT as u8)), 1);
}

#[test]
fn endless_loops_are_timed_out_and_cancelled() {
    let ((), trace) = with_pool(PoolOptions::new(2), |log, pool| {
        let options = TaskOptions { timeout: Some(Duration::from_millis(50)), retries: 3 };
        let slow = pool.submit(log, Job::new("loop", 0), options).unwrap();
        assert_eq!(slow.result(log), Err(TaskError::TimedOut));
        let plain = TaskOptions::default();
        let tasks: Vec<_> =
            (0..4).map(|_| pool.submit(log, Job::new("loop", 0), plain).unwrap()).collect();
        assert_eq!(tasks[0].wait(log, Some(Duration::from_millis(5))), Ok(false));
        for task in &tasks {
            task.cancel(log);
            assert_eq!(task.result(log), Err(TaskError::Cancelled));
        }
        squares_still_work(log, pool);
    });
    let cancelled =
        trace.events().iter().filter(|e| matches!(e.kind, EventKind::TaskCancelled { .. }));
    assert_eq!(cancelled.count(), 4);
}

#[test]
fn ten_megabytes_on_standard_error() {
    let ((), _) = with_pool(PoolOptions::new(1), |log, pool| {
        assert_eq!(pool.apply(log, Job::new("stderr", 10_000_000)), Ok(Value::Int(10_000_000)));
        match pool.apply(log, Job::new("abort", 0)) {
            Err(TaskError::WorkerDied { stderr, .. }) => {
                assert!(stderr.len() <= 4096 && stderr.ends_with("xxx"), "{stderr}");
            }
            other => panic!("{other:?}"),
        }
    });
}

#[test]
fn an_endless_complaint_is_cut_and_its_length_told() {
    // Nearly as much as a message holds, and it is in the report twice. Each character has three bytes.
    let long = "\u{20ac}".repeat(5 << 20);
    let (task, trace) = with_pool(PoolOptions::new(1), |log, pool| {
        let job = Job::new("fail", long.as_str());
        let task = pool.submit(log, job, TaskOptions::default()).unwrap();
        let Err(TaskError::Failed(error)) = task.result(log) else {
            panic!("it fails");
        };
        let (kept, mark) = error.split_once('…').unwrap();
        assert!(long.starts_with(kept) && kept.len() > 10_000, "{mark}");
        assert_eq!(mark, format!(" (cut: it had {} bytes)", long.len()));
        squares_still_work(log, pool);
        task.task()
    });
    assert_eq!(pids(&trace).len(), 1, "the worker lives on");
    let failed = |e: &&Event| matches!(e.kind, EventKind::TaskFailed { task: t, .. } if t == task);
    assert_eq!(trace.events().iter().filter(failed).count(), 1);
}

#[test]
fn a_result_beyond_a_message_fails_its_task_alone() {
    const MOST: i64 = 16 << 20;
    let (ids, trace) = with_pool(PoolOptions::new(1), |log, pool| {
        let submit = |bytes| pool.submit(log, Job::new("zeros", bytes), TaskOptions::default());
        let tasks = [15 << 20, MOST, 3].map(|bytes| submit(bytes).unwrap());
        let length = |result| match result {
            Ok(Value::Bytes(bytes)) => bytes.len() as i64,
            other => panic!("{other:?}"),
        };
        assert_eq!(length(tasks[0].result(log)), 15 << 20);
        match tasks[1].result(log) {
            Err(TaskError::Failed(error)) => {
                assert!(error.starts_with("the result is too long to be sent: it takes 167772"));
                assert_eq!(error.lines().count(), 1);
            }
            other => panic!("{other:?}"),
        }
        assert_eq!(length(tasks[2].result(log)), 3);
        // In one chunk, too: the others are as they were.
        let args = ints([2, MOST, 9 << 20, 9 << 20]);
        let options = TaskOptions::default();
        let map = pool.map_async(log, "zeros", args, Some(4), options).unwrap();
        let outcomes = map.outcomes(log).unwrap();
        let ok: Vec<bool> = outcomes.iter().map(Result::is_ok).collect();
        assert_eq!(ok, [true, false, true, true]);
        tasks.map(|task| task.task())
    });
    assert_eq!(pids(&trace).len(), 1, "the worker lives on");
    for id in ids {
        assert_eq!(count(&trace, id), (1, 1));
    }
    let failed = |e: &&Event| matches!(e.kind, EventKind::TaskFailed { .. });
    assert_eq!(trace.events().iter().filter(failed).count(), 2);
}

#[test]
fn of_200_tasks_20_kill_their_worker_and_every_other_runs_once() {
    let kills = |n: &i64| n % 10 == 4;
    let (ids, trace) = with_pool(PoolOptions::new(4), |log, pool| {
        let tasks: Vec<_> = (0..200_i64)
            .map(|n| {
                let job = if kills(&n) { Job::new("signal", 9) } else { Job::new("square", n) };
                pool.submit(log, job, TaskOptions::default()).unwrap()
            })
            .collect();
        for (n, task) in (0..200).zip(&tasks) {
            let result = task.result(log);
            if kills(&n) {
                assert!(matches!(result, Err(TaskError::WorkerDied { .. })), "{n}: {result:?}");
            } else {
                assert_eq!(result, Ok(Value::Int(n * n)));
            }
        }
        tasks.iter().map(|t| t.task()).collect::<Vec<TaskId>>()
    });
    for (n, id) in (0..200).zip(ids) {
        let (started, ended) = count(&trace, id);
        assert_eq!(ended, 1, "task {n}");
        // Where the system has no memory to share, that a killer began may not have been told.
        assert!(started == 1 || kills(&n) && !cfg!(target_os = "linux"), "task {n}");
    }
    assert_eq!(ends(&trace, End::Killed(KILL)), 20);
}

#[test]
fn the_whole_map_is_accounted_for_when_chunks_die() {
    let ((), _) = with_pool(PoolOptions::new(2), |log, pool| {
        let args = ints([0, 0, 9, 0, 0, 0]);
        // Signal 0 does nothing.
        let map = pool.map_async(log, "signal", args, Some(3), TaskOptions::default()).unwrap();
        let outcomes = map.outcomes(log).unwrap();
        let lost = outcomes.iter().filter(|o| o.is_err()).count();
        assert!((1..=3).contains(&lost), "{outcomes:?}");
        assert!(outcomes[3..].iter().all(Result::is_ok));
    });
}

#[test]
fn a_cancelled_task_sent_ahead_does_not_come_back_when_its_worker_dies() {
    let ((), trace) = with_pool(PoolOptions::new(1), |log, pool| {
        // Short ones, after which the pool sends ahead.
        let squares = (0..200).map(Value::Int).collect();
        pool.map(log, "square", squares, Some(1)).unwrap();
        let endless = || pool.submit(log, Job::new("loop", 0), TaskOptions::default());
        let (first, second) = (endless().unwrap(), endless().unwrap());
        second.cancel(log);
        until("the first was read", || pool.workers()[0].task.is_some());
        let worker = pool.workers()[0].actor;
        assert!(pool.signaller().signal(log, worker, KILL));
        assert!(matches!(first.result(log), Err(TaskError::WorkerDied { .. })));
        assert_eq!(second.result(log), Err(TaskError::Cancelled));
        assert_eq!(pool.apply(log, Job::new("square", 7)), Ok(Value::Int(49)));
    });
    let cancelled = |e: &&Event| matches!(e.kind, EventKind::TaskCancelled { .. });
    assert_eq!(trace.events().iter().filter(cancelled).count(), 1);
}
