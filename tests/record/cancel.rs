//! Stopping a run.

use crate::support::{Run, actor, count};
use concurrency_lab::record::sync::{
    Barrier, Condition, Event, Lock, Queue, RLock, Semaphore, WaitError,
};
use concurrency_lab::record::thread::{self, Failure};
use concurrency_lab::record::{Cancelled, Log};
use concurrency_lab::trace::{End, EventKind as K, Nanos, SourceId, WaitEnd};
use std::time::Duration;

type Body<'a> = Box<dyn FnOnce(&Log) -> Result<(), Failure> + Send + 'a>;

const FOR_EVER: Duration = Duration::from_secs(100_000);

#[test]
fn cancel_wakes_everyone_who_sleeps_or_waits() {
    let run = Run::new();
    let log = run.log("main");
    let lock = Lock::new(&run.recorder, "lock", ());
    let held = Lock::new(&run.recorder, "held lock", ());
    let condition = Condition::new(&run.recorder, "condition", &lock);
    let rlock = RLock::new(&run.recorder, "rlock");
    let semaphore = Semaphore::new(&run.recorder, "semaphore", 0);
    let event = Event::new(&run.recorder, "event");
    let barrier = Barrier::new(&run.recorder, "barrier", 2);
    let full = Queue::new(&run.recorder, "full", Some(1));
    let empty = Queue::<i32>::new(&run.recorder, "empty", None);
    full.put(&log, 1).unwrap();
    let rguard = rlock.acquire(&log).unwrap();
    let bodies: Vec<(&str, Body<'_>)> = vec![
        ("sleeper", Box::new(|log| Ok(log.sleep(FOR_EVER)?))),
        (
            "holder",
            Box::new(|log| {
                let _held = held.acquire(log);
                log.step(SourceId::NONE);
                Ok(log.hold(FOR_EVER)?)
            }),
        ),
        ("condition", Box::new(|log| Ok(condition.wait(lock.acquire(log), None).map(drop)?))),
        ("rlock", Box::new(|log| Ok(rlock.acquire(log).map(drop)?))),
        ("semaphore", Box::new(|log| Ok(semaphore.acquire(log).map(drop)?))),
        ("event", Box::new(|log| Ok(event.wait(log, Some(FOR_EVER)).map(drop)?))),
        ("barrier", Box::new(|log| Ok(barrier.wait(log, Some(FOR_EVER)).map(drop)?))),
        ("put", Box::new(|log| Ok(full.put(log, 2)?))),
        ("get", Box::new(|log| Ok(empty.get(log).map(drop)?))),
    ];
    let in_lines = bodies.len() - 2;
    thread::scope(&log, |scope| {
        let spawn = |(name, body)| scope.spawn(actor(name), body).unwrap();
        let threads: Vec<_> = bodies.into_iter().map(spawn).collect();
        run.wait_for(1, |e| e.kind == K::At);
        // Whose owner holds on for ever, and whose wait only the owner can end.
        let behind = scope.spawn(actor("behind"), |log| {
            drop(held.acquire(log));
            Ok(())
        });
        // A time-out is a sleep beside the wait.
        run.wait_for(3, |e| matches!(e.kind, K::SleepBegan { .. }));
        run.wait_for(in_lines + 1, |e| matches!(e.kind, K::WaitBegan { .. }));
        run.recorder.cancel().cancel();
        for thread in threads {
            assert_eq!(thread.join(&log), Err(Failure::Cancelled));
        }
        assert_eq!(behind.unwrap().join(&log), Ok(()));
    });
    // From now on nobody begins to wait, but what needs no waiting still works.
    assert_eq!(log.check(), Err(Cancelled));
    assert_eq!(log.sleep(FOR_EVER), Err(Cancelled));
    assert_eq!(log.hold(FOR_EVER), Err(Cancelled));
    assert_eq!(event.wait(&log, None), Err(Cancelled));
    assert_eq!(semaphore.acquire(&log).err(), Some(Cancelled));
    assert_eq!(empty.get(&log), Err(WaitError::Cancelled));
    assert_eq!(full.get(&log), Ok(1));
    drop(rguard);
    drop(log);
    let trace = run.finish();
    let cancelled = |k: &K| matches!(k, K::WaitEnded { how: WaitEnd::Cancelled, .. });
    assert_eq!(count(&trace, cancelled), in_lines);
    assert_eq!(count(&trace, |k| *k == K::SleepEnded), 3);
    assert_eq!(count(&trace, |k| *k == K::Ended(End::Cancelled)), in_lines + 2);
    assert_eq!(count(&trace, |k| *k == K::Ended(End::Normal)), 1);
}

#[test]
fn sleeping_and_holding_last_as_long_as_asked() {
    let run = Run::new();
    let log = run.log("main");
    for planned in [Duration::from_micros(20), Duration::from_micros(300)] {
        let began = run.recorder.clock().now();
        log.hold(planned).unwrap();
        assert!(run.recorder.clock().now() - began >= Nanos::from_duration(planned));
        log.sleep(planned).unwrap();
    }
    drop(log);
    let trace = run.finish();
    assert_eq!(trace.events().len(), 4, "a hold is no event");
    for pair in trace.events().chunks(2) {
        let K::SleepBegan { planned } = pair[0].kind else {
            panic!("{pair:?}");
        };
        assert_eq!(pair[1].kind, K::SleepEnded);
        assert!(pair[1].at - pair[0].at >= planned);
    }
}
