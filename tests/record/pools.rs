//! Pools of threads, and the futures of their tasks.

use crate::support::Run;
use concurrency_lab::record::Log;
use concurrency_lab::record::sync::{AsCompleted, Event, ThreadPool};
use concurrency_lab::record::thread::Failure;
use concurrency_lab::replay::{Ending, Replay};
use concurrency_lab::trace::{EventKind, Item, TaskId, Trace};
use std::sync::Arc;

fn pool(log: &Log, size: usize) -> ThreadPool {
    ThreadPool::start(log, "pool", size, None).unwrap()
}

/// What a run left, with no contradiction in it.
fn replayed(run: Run) -> (Trace, Replay) {
    let trace = run.finish_unchecked();
    let mut replay = Replay::new(&trace);
    replay.update(&trace, 0);
    assert_eq!(replay.oddities(), []);
    (trace, replay)
}

#[test]
fn results_come_back_in_either_order_and_each_once() {
    let run = Run::new();
    let log = run.log("main");
    let pool = pool(&log, 3);
    let submit = |n: u32| pool.submit(&log, TaskId(n), Item::NOTHING, move |_| Ok(2 * n as i32));
    let futures: Vec<_> = (0..200).map(submit).collect();
    for (n, future) in futures.into_iter().enumerate() {
        assert_eq!(future.result(&log), Ok(2 * n as i32));
    }
    let mut open = AsCompleted::new(&log);
    (200..400).for_each(|n| open.add(submit(n)));
    let mut seen = Vec::new();
    while let Some((task, result)) = open.next_done().unwrap() {
        assert_eq!(result, Ok(2 * task.0 as i32));
        seen.push(task.0);
    }
    seen.sort_unstable();
    assert!(seen.into_iter().eq(200..400));
    assert!(open.is_empty());
    let res = pool.id();
    pool.shutdown(&log).unwrap();
    drop(log);
    let (_, replay) = replayed(run);
    assert_eq!(replay.tasks().of(res).unwrap().ended.len(), 400);
}

#[test]
fn a_task_that_fails_harms_no_other_one() {
    let run = Run::new();
    let log = run.log("main");
    let pool = pool(&log, 2);
    let submit = |n: u32| {
        pool.submit(&log, TaskId(n), Item::NOTHING, move |_| match n % 3 {
            0 => Err(Failure::Error("no".to_owned())),
            1 => panic!("never"),
            _ => Ok(7),
        })
    };
    let futures: Vec<_> = (0..30).map(submit).collect();
    for (n, future) in futures.into_iter().enumerate() {
        match (n % 3, future.result(&log)) {
            (0, Err(Failure::Error(why))) => assert_eq!(why, "no"),
            (1, Err(Failure::Panicked { message, .. })) => assert_eq!(message, "never"),
            (2, Ok(seven)) => assert_eq!(seven, 7),
            (_, other) => panic!("task {n}: {other:?}"),
        }
    }
    let res = pool.id();
    pool.shutdown(&log).unwrap();
    drop(log);
    let (trace, replay) = replayed(run);
    let all = &replay.tasks().of(res).unwrap().all;
    let failed = all.iter().filter(|t| matches!(t.ended, Some((_, Ending::Failed(_))))).count();
    assert_eq!(failed, 20);
    let count = |like: fn(&EventKind) -> bool| {
        trace.events().iter().filter(|event| like(&event.kind)).count()
    };
    // Each is raised, kept, and passed on to whoever asked.
    assert_eq!(count(|kind| matches!(kind, EventKind::Raised { .. })), 20);
    assert_eq!(count(|kind| matches!(kind, EventKind::Kept { .. })), 20);
    assert_eq!(count(|kind| matches!(kind, EventKind::Propagated { .. })), 20);
}

#[test]
fn a_stop_ends_waits_and_leaves_no_task_behind() {
    let run = Run::new();
    let log = run.log("main");
    let pool = pool(&log, 2);
    let never = Arc::new(Event::new(&run.recorder, "never set"));
    let futures: Vec<_> = (0..5)
        .map(|n| {
            let never = Arc::clone(&never);
            pool.submit(&log, TaskId(n), Item::NOTHING, move |log| {
                never.wait(log, None)?;
                Ok(1)
            })
        })
        .collect();
    run.wait_for(2, |event| matches!(event.kind, EventKind::TaskStarted { .. }));
    run.recorder.cancel().cancel();
    for future in futures {
        assert_eq!(future.result(&log), Err(Failure::Cancelled));
    }
    let res = pool.id();
    pool.shutdown(&log).unwrap();
    drop(log);
    let (_, replay) = replayed(run);
    let all = &replay.tasks().of(res).unwrap().all;
    assert!(all.iter().all(|task| matches!(task.ended, Some((_, Ending::Cancelled)))), "{all:?}");
}
