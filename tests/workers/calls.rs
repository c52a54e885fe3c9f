//! Every call of the pool gives the right results.

use super::support::*;
use concurrency_lab::record::Log;
use concurrency_lab::replay::{Phase, Replay};
use concurrency_lab::trace::{ActorId, ActorKind, EventKind, ResourceId, WaitEnd};
use concurrency_lab::workers::{Job, Pool, PoolOptions, Start, TaskError, TaskOptions, Value};
use std::collections::{HashMap, HashSet};
use std::sync::mpsc::channel;

fn squares() -> Vec<Value> {
    ints((1..=10).map(|n| n * n))
}

fn every_call(log: &Log, pool: &Pool) {
    let args = || ints(1..=10);
    assert_eq!(pool.map(log, "square", args(), None).unwrap(), squares());
    for chunk in [1, 3, 100] {
        assert_eq!(pool.map(log, "square", args(), Some(chunk)).unwrap(), squares());
    }
    assert_eq!(pool.map(log, "square", Vec::new(), None).unwrap(), []);
    let mut imap = pool.imap(log, "square", args(), 1).unwrap();
    for (index, square) in squares().into_iter().enumerate() {
        assert_eq!(imap.next(log), Some((index, Ok(square))));
    }
    assert_eq!(imap.next(log), None);
    let mut unordered = pool.imap_unordered(log, "square", args(), 2).unwrap();
    let mut found = vec![Value::Nothing; 10];
    while let Some((index, result)) = unordered.next(log) {
        found[index] = result.unwrap();
    }
    assert_eq!(found, squares());
    assert_eq!(pool.apply(log, Job::new("square", -7)), Ok(Value::Int(49)));
    let (send, called) = channel();
    let callback = Box::new(move |_: &Log, result: &Result<Value, TaskError>| {
        send.send(result.clone()).unwrap();
    });
    let options = TaskOptions::default();
    let handle = pool.apply_async(log, Job::new("square", 12), options, callback).unwrap();
    assert_eq!(handle.result(log), Ok(Value::Int(144)));
    assert_eq!(called.recv_timeout(PATIENCE).unwrap(), Ok(Value::Int(144)));
}

#[test]
fn every_call_gives_the_right_results_forked_and_executed() {
    for start in [Start::Fork, Start::Exec] {
        for size in [1, 3] {
            let options = PoolOptions { start, ..PoolOptions::new(size) };
            let (told, trace) = with_pool(options, |log, pool| {
                every_call(log, pool);
                pool.workers()
            });
            let pids: HashSet<u32> = pids(&trace).into_iter().collect();
            assert_eq!(pids, told.iter().map(|w| w.pid).collect());
            assert_eq!(pids.len(), size);
            let tasks = trace.events().iter().filter_map(|e| match e.kind {
                EventKind::TaskSubmitted { task, .. } => Some(task),
                _ => None,
            });
            for task in tasks {
                assert_eq!(count(&trace, task), (1, 1));
            }
        }
    }
}

#[test]
fn workers_are_children_of_this_process_with_pids_of_their_own() {
    let ((), _) = with_pool(PoolOptions::new(4), |log, pool| {
        let sleeps =
            (0..4).map(|_| pool.submit(log, Job::new("sleep", 100), TaskOptions::default()));
        let sleeps: Vec<_> = sleeps.collect();
        let workers = pool.workers();
        for worker in &workers {
            assert!(runs(worker.pid));
            if cfg!(target_os = "linux") {
                let stat = crate::proc::stat(worker.pid).unwrap();
                assert_eq!(stat.parent, std::process::id());
            }
        }
        let told: HashSet<u32> = workers.iter().map(|w| w.pid).collect();
        assert_eq!(told.len(), 4);
        for sleep in sleeps {
            let pid = sleep.unwrap().result(log).unwrap().as_int().unwrap();
            assert!(told.contains(&(pid as u32)));
        }
    });
}

#[test]
fn jobs_answer_what_they_should() {
    let ((), trace) = with_pool(PoolOptions::new(2), |log, pool| {
        let call = |name: &str, arg: Value| pool.apply(log, Job { name: name.into(), arg });
        assert_eq!(call("factorial", Value::Int(20)), Ok(Value::Int(2_432_902_008_176_640_000)));
        assert_eq!(call("factorial", Value::Int(25)), Ok("15511210043330985984000000".into()));
        assert_eq!(call("count-primes", Value::Int(1000)), Ok(Value::Int(168)));
        let image = call("image", Value::Ints(vec![64, 7]));
        assert_eq!(image, call("image", Value::Ints(vec![64, 7])));
        assert_ne!(image, call("image", Value::Ints(vec![64, 8])));
        let failed = |text: &str| Err(TaskError::Failed(text.into()));
        assert_eq!(call("fail", "no luck".into()), failed("no luck"));
        assert_eq!(call("panic", "oh dear".into()), failed("oh dear"));
        assert_eq!(
            call("square", i64::MAX.into()),
            failed(&format!("the square of {} does not fit in 64 bits", i64::MAX))
        );
        assert_eq!(call("dance", Value::Nothing), failed("no worker knows a job `dance`"));
        assert_eq!(call("square", 3.into()), Ok(Value::Int(9)), "the workers live on");
    });
    assert_eq!(pids(&trace).len(), 2, "and are the same");
}

#[test]
fn a_worker_is_replaced_after_its_share() {
    let options = PoolOptions { tasks_per_child: Some(3), ..PoolOptions::new(2) };
    let (results, trace) =
        with_pool(options, |log, pool| pool.map(log, "pid", ints(0..12), Some(1)).unwrap());
    for pid in pids(&trace) {
        let done = results.iter().filter(|r| **r == Value::Int(i64::from(pid))).count();
        assert!(done <= 3, "{pid} did {done}");
    }
    let distinct: HashSet<_> = results.iter().filter_map(Value::as_int).collect();
    assert!(distinct.len() >= 4);
}

#[test]
fn submitting_waits_while_too_much_is_outstanding() {
    let options = PoolOptions { outstanding: Some(4), ..PoolOptions::new(2) };
    let (results, trace) =
        with_pool(options, |log, pool| pool.map(log, "square", ints(0..50), Some(1)).unwrap());
    assert_eq!(results, ints((0..50).map(|n| n * n)));
    let mut outstanding = 0_i32;
    for event in trace.events() {
        match event.kind {
            EventKind::TaskSubmitted { .. } => outstanding += 1,
            EventKind::TaskFinished { .. } => outstanding -= 1,
            _ => {}
        }
        assert!(outstanding <= 4);
    }
}

#[test]
fn a_closed_pool_takes_nothing_and_a_terminated_one_ends_its_tasks() {
    let ((), _) = with_pool(PoolOptions::new(1), |log, pool| {
        pool.close();
        assert_eq!(pool.apply(log, Job::new("square", 1)), Err(TaskError::Closed));
    });
    let ((), trace) = run(|log| {
        let pool = Pool::start(log, PoolOptions::new(2)).unwrap();
        let tasks: Vec<_> = (0..5)
            .map(|_| pool.submit(log, Job::new("loop", 0), TaskOptions::default()).unwrap())
            .collect();
        pool.terminate(log).unwrap();
        for task in tasks {
            assert_eq!(task.try_result(), Some(Err(TaskError::Terminated)));
        }
        drop(Pool::start(log, PoolOptions::new(2)).unwrap());
    });
    check(&trace);
}

#[test]
fn the_trace_has_workers_as_processes_that_sleep_and_overlap() {
    let ((), trace) = with_pool(PoolOptions::new(2), |log, pool| {
        let _ = pool.map(log, "sleep", ints([50, 50]), Some(1)).unwrap();
    });
    let workers = trace.meta().actors.iter().filter(|a| a.kind == ActorKind::Process);
    assert_eq!(workers.count(), 2);
    let sleeps = trace.events().iter().filter(|e| matches!(e.kind, EventKind::SleepBegan { .. }));
    assert_eq!(sleeps.count(), 2);
    assert!(trace.events().is_sorted_by_key(|e| e.key()));
}

#[test]
fn a_run_that_is_stopped_lets_nobody_wait() {
    let ((), trace) = run(|log| {
        let pool = Pool::start(log, PoolOptions::new(1)).unwrap();
        let task = pool.submit(log, Job::new("loop", 0), TaskOptions::default()).unwrap();
        let cancel = log.recorder().cancel().clone();
        let stopper = std::thread::spawn(move || cancel.cancel());
        assert_eq!(task.result(log), Err(TaskError::Stopped));
        stopper.join().unwrap();
    });
    check(&trace);
}

#[test]
fn who_waits_for_threads_of_a_worker_is_seen_to_wait() {
    // Two threads, of which none fails, that sleep for much longer than it takes to start them.
    let ((), trace) = with_pool(PoolOptions::new(1), |log, pool| {
        let job = Job {
            name: "threads-of-which-one-crashes".into(),
            arg: Value::Labelled("2 threads".into(), vec![2, -1, 800_000_000, 0]),
        };
        assert_eq!(pool.apply(log, job), Ok(Value::Int(2)));
    });
    let mut replay = Replay::new(&trace);
    replay.update(&trace, 0);
    let names = trace.meta().actors.iter().map(|a| a.name.as_str());
    let ids: HashMap<&str, ActorId> = names.zip((0..).map(ActorId)).collect();
    let (host, last) = (ids["worker 1"], ids["thread 2"]);
    let mut ends = 0;
    for (place, event) in trace.events().iter().enumerate() {
        if event.actor == last && matches!(event.kind, EventKind::SleepEnded) {
            let state = replay.after(&trace, place);
            let host = state.actor(host).unwrap();
            assert_eq!(host.phase, Phase::Waiting);
            let waits_for = trace.meta().resource_name(host.waiting.unwrap().res);
            assert!(waits_for.starts_with("end of thread "), "{waits_for}");
            ends += 1;
        }
    }
    assert_eq!(ends, 2);
    let joined = EventKind::WaitEnded {
        res: trace
            .meta()
            .resources
            .iter()
            .position(|r| r.of == Some(ids["thread 1"]))
            .map(ResourceId::from_index)
            .unwrap(),
        how: WaitEnd::Woken,
    };
    let at = |actor, kind: &dyn Fn(&EventKind) -> bool| {
        let mut events = trace.events().iter();
        events.find(|e| e.actor == actor && kind(&e.kind)).unwrap().at
    };
    let ended = at(ids["thread 1"], &|kind| matches!(kind, EventKind::Ended(_)));
    assert!(at(host, &|kind| *kind == joined) > ended);
}
