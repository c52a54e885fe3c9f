//! What a worker did just before it was killed.

use super::support::*;
use concurrency_lab::record::Log;
use concurrency_lab::trace::{End, EventKind, Trace};
use concurrency_lab::workers::{
    Job, Pool, PoolOptions, Start, TaskError, TaskHandle, TaskOptions, Value,
};

const KILL: u8 = 9;

fn kill(log: &Log, pool: &Pool) {
    let worker = pool.workers().into_iter().next().unwrap();
    assert!(pool.signaller().signal(log, worker.actor, KILL));
}

fn submit(log: &Log, pool: &Pool, job: &str, arg: impl Into<Value>) -> TaskHandle {
    pool.submit(log, Job::new(job, arg), TaskOptions::default()).unwrap()
}

/// Number of the task, nanoseconds it takes.
fn square(number: i64, takes: i64) -> Value {
    Value::Labelled(String::new(), vec![number, takes])
}

const MINUTE: i64 = 60_000_000_000;

fn gaps(trace: &Trace) -> usize {
    trace.events().iter().filter(|e| matches!(e.kind, EventKind::Dropped { .. })).count()
}

#[test]
fn a_killed_task_has_its_begin_however_soon_it_was_killed() {
    for start in [Start::Fork, Start::Exec] {
        let options = PoolOptions { start, ..PoolOptions::new(1) };
        let (killed, trace) = with_pool(options, |log, pool| {
            let tasks = (0..10).map(|_| {
                let task = submit(log, pool, "loop", 0);
                let begun = || pool.workers().first().is_some_and(|w| w.task == Some(task.task()));
                until("it has begun", begun);
                kill(log, pool);
                assert!(matches!(task.result(log), Err(TaskError::WorkerDied { .. })));
                task.task()
            });
            tasks.collect::<Vec<_>>()
        });
        for task in killed {
            assert_eq!(count(&trace, task), (1, 1));
        }
        assert_eq!(gaps(&trace), 0);
    }
}

#[test]
fn what_was_done_before_the_kill_is_done() {
    for start in [Start::Fork, Start::Exec] {
        let options = PoolOptions { start, ..PoolOptions::new(1) };
        let (outcomes, trace) = with_pool(options, |log, pool| {
            // In one chunk, of which nothing is sent before its end or a few milliseconds.
            let args = vec![square(3, 0), square(4, 0), square(5, MINUTE), square(6, 0)];
            let options = TaskOptions::default();
            let map = pool.map_async(log, "slow-square", args, Some(4), options).unwrap();
            until("the third has begun", || {
                pool.workers().first().and_then(|w| w.task).is_some_and(|task| task.0 == 2)
            });
            kill(log, pool);
            map.outcomes(log).unwrap()
        });
        assert_eq!(outcomes[..2], [Ok(Value::Int(9)), Ok(Value::Int(16))]);
        for lost in &outcomes[2..] {
            assert!(matches!(lost, Err(TaskError::WorkerDied { .. })));
        }
        let said = trace.events().iter().filter(|e| matches!(e.kind, EventKind::Message { .. }));
        assert_eq!(said.count(), 2, "of the first and the second");
        assert_eq!(gaps(&trace), 0);
    }
}

#[test]
fn a_task_that_was_read_and_not_begun_goes_to_another_worker() {
    let ((), trace) = with_pool(PoolOptions::new(2), |log, pool| {
        // However the kills fall: before a task was read, between that and its begin, in it, after it.
        let mut tasks = Vec::new();
        let mut killed = 0;
        for n in 0..400 {
            tasks.push((n, submit(log, pool, "square", n)));
            if n % 8 == 0 && killed < 40 && !pool.workers().is_empty() {
                kill(log, pool);
                killed += 1;
            }
        }
        for (n, task) in tasks {
            match task.result(log) {
                Ok(result) => assert_eq!(result, Value::Int(n * n)),
                Err(error) => assert!(matches!(error, TaskError::WorkerDied { .. }), "{error}"),
            }
        }
    });
    let mut failed = 0;
    for event in trace.events() {
        let task = match event.kind {
            EventKind::TaskFinished { task, .. } => task,
            EventKind::TaskFailed { task, .. } => {
                failed += 1;
                task
            }
            _ => continue,
        };
        if cfg!(target_os = "linux") {
            assert_eq!(count(&trace, task), (1, 1), "{task:?} ended where it began, and once");
        }
    }
    let died = trace.events().iter().filter(|e| e.kind == EventKind::Ended(End::Killed(KILL)));
    assert!(failed <= died.count(), "a kill costs one task at most");
    assert_eq!(gaps(&trace), 0);
}
