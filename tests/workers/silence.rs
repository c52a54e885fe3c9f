//! A worker that is stopped does not keep the others out of sight.

use super::support::*;
use concurrency_lab::record::{Clock, Recorder};
use concurrency_lab::trace::{Actor, Batch, EventKind, Meta, Trace};
use concurrency_lab::workers::{Job, Pool, PoolOptions, TaskOptions, Value, use_program};
use std::sync::mpsc::channel;

#[test]
fn the_others_are_seen_while_one_is_stopped() {
    use_program(env!("CARGO_BIN_EXE_concurrency-lab"));
    let (send, batches) = channel::<Batch>();
    let sink = move |batch| send.send(batch).unwrap();
    let (recorder, collector) = Recorder::start(Meta::default(), Clock::system(), sink);
    let main = Actor::thread("main", "M");
    let log = recorder.log(main);
    let pool = Pool::start(&log, PoolOptions::new(2)).unwrap();
    until("both are ready", || pool.workers().iter().all(|w| w.ready));
    let worker = pool.workers()[0].actor;
    assert!(pool.signaller().signal(&log, worker, libc::SIGSTOP as u8));
    // One for each.
    let tasks = [2, 3].map(|millis| {
        pool.submit(&log, Job::new("sleep", millis), TaskOptions::default()).unwrap()
    });
    let mut trace = Trace::default();
    let mut wait = |so: &dyn Fn(&Trace) -> bool| {
        while !so(&trace) {
            trace.apply(batches.recv_timeout(PATIENCE).unwrap());
        }
    };
    wait(&|trace| trace.silences().iter().any(|silence| silence.actor == worker));
    wait(&|trace| {
        let finished = |kind| matches!(kind, EventKind::TaskFinished { .. });
        trace.events().iter().any(|e| e.actor != worker && finished(e.kind))
    });
    assert!(pool.signaller().signal(&log, worker, libc::SIGCONT as u8));
    for task in &tasks {
        assert!(matches!(task.result(&log), Ok(Value::Int(_))));
    }
    pool.join(&log).unwrap();
    drop(log);
    collector.finish().unwrap();
    for batch in batches.try_iter() {
        trace.apply(batch);
    }
    assert_eq!((trace.silences(), trace.warnings()), (&[][..], &[][..]));
    check(&trace);
    for task in &tasks {
        assert_eq!(count(&trace, task.task()), (1, 1));
    }
}
