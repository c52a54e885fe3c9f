//! Conditions, events and barriers.

use crate::support::{Run, actor, count, kinds_of};
use concurrency_lab::record::sync::{Barrier, Condition, Event, Lock, WaitError};
use concurrency_lab::record::thread;
use concurrency_lab::trace::{EventKind as K, WaitEnd, WaitOp};
use std::time::Duration;

fn woken(kind: &K) -> bool {
    matches!(kind, K::WaitEnded { how: WaitEnd::Woken, .. })
}

#[test]
fn as_many_wake_as_are_notified() {
    let run = Run::new();
    let log = run.log("main");
    let lock = Lock::new(&run.recorder, "lock", 0);
    let condition = Condition::new(&run.recorder, "not empty", &lock);
    assert_eq!(condition.notify_all(&lock.acquire(&log)), 0, "nobody waits");
    thread::scope(&log, |scope| {
        for i in 0..5 {
            let thread = scope.spawn(actor(format!("t{i}")), |log| {
                let (mut left, notified) = condition.wait(lock.acquire(log), None)?;
                assert!(notified);
                *left += 1;
                Ok(())
            });
            drop(thread.unwrap());
        }
        run.wait_for_waits(5, condition.id(), WaitOp::Wait);
        let guard = lock.acquire(&log);
        assert_eq!(condition.notify(&guard, 2), 2);
        drop(guard);
        let res = condition.id();
        run.wait_for(2, |e| e.kind == K::WaitEnded { res, how: WaitEnd::Woken });
        let guard = lock.acquire(&log);
        assert!(*guard <= 2, "the others sleep on");
        assert_eq!(condition.notify_all(&guard), 3);
    });
    assert_eq!(*lock.acquire(&log), 5);
    drop(log);
    let trace = run.finish();
    assert_eq!(count(&trace, woken), 5);
    let lock = lock.id();
    let condition = condition.id();
    let kinds = kinds_of(&trace, "t0");
    let (began, gave_back) =
        (K::WaitBegan { res: condition, op: WaitOp::Wait }, K::Released { res: lock });
    let at = kinds.iter().position(|k| *k == began).unwrap();
    assert_eq!(kinds[at + 1], gave_back, "in line, then without the lock");
    assert_eq!(trace.meta().resources[condition.index()].guard, Some(lock));
}

#[test]
fn a_condition_that_nobody_notifies_times_out_with_the_lock_taken_again() {
    let run = Run::new();
    let log = run.log("main");
    let lock = Lock::new(&run.recorder, "lock", 0);
    let condition = Condition::new(&run.recorder, "never", &lock);
    let (guard, notified) =
        condition.wait(lock.acquire(&log), Some(Duration::from_millis(1))).unwrap();
    assert!(!notified);
    assert!(lock.try_acquire(&log).is_none());
    drop(guard);
    drop(log);
    let trace = run.finish();
    let timed_out = |k: &K| matches!(k, K::WaitEnded { how: WaitEnd::TimedOut, .. });
    assert_eq!(count(&trace, timed_out), 1);
}

#[test]
#[should_panic(expected = "its own lock")]
fn a_condition_wants_its_own_lock() {
    let run = Run::new();
    let log = run.log("main");
    let [mine, other] = ["mine", "other"].map(|name| Lock::new(&run.recorder, name, ()));
    let condition = Condition::new(&run.recorder, "of mine", &mine);
    condition.notify_all(&other.acquire(&log));
}

#[test]
fn an_event_wakes_all_who_wait_even_if_cleared_at_once() {
    let run = Run::new();
    let log = run.log("main");
    let event = Event::new(&run.recorder, "go");
    assert_eq!(event.wait(&log, Some(Duration::ZERO)), Ok(false));
    thread::scope(&log, |scope| {
        for i in 0..4 {
            let thread = scope.spawn(actor(format!("t{i}")), |log| {
                assert!(event.wait(log, None)?);
                Ok(())
            });
            drop(thread.unwrap());
        }
        run.wait_for_waits(5, event.id(), WaitOp::Wait);
        event.set(&log);
        event.clear(&log);
    });
    assert!(!event.is_set());
    event.set(&log);
    assert_eq!(event.wait(&log, None), Ok(true), "set already: no wait");
    drop(log);
    let trace = run.finish();
    assert_eq!(count(&trace, woken), 4);
    assert_eq!(count(&trace, |k| matches!(k, K::Set { .. })), 2);
    assert_eq!(count(&trace, |k| matches!(k, K::Cleared { .. })), 1);
}

#[test]
fn a_barrier_opens_generation_after_generation() {
    let run = Run::new();
    let log = run.log("main");
    let barrier = Barrier::new(&run.recorder, "meeting", 4);
    thread::scope(&log, |scope| {
        let threads = [0, 1, 2, 3].map(|i| {
            let thread = scope.spawn(actor(format!("t{i}")), |log| {
                let mut places = 0;
                for _ in 0..100 {
                    places += barrier.wait(log, None)?;
                }
                Ok(places)
            });
            thread.unwrap()
        });
        let places = threads.map(|thread| thread.join(&log).unwrap());
        assert_eq!(places.iter().sum::<u32>(), 100 * (1 + 2 + 3));
    });
    drop(log);
    let trace = run.finish();
    assert_eq!(count(&trace, |k| matches!(k, K::BarrierPassed { .. })), 100);
    let joined = count(&trace, |k| matches!(k, K::WaitBegan { op: WaitOp::Join, .. }));
    assert_eq!(count(&trace, woken), 300 + joined);
}

#[test]
fn a_broken_barrier_lets_nobody_pass_until_it_is_reset() {
    let run = Run::new();
    let log = run.log("main");
    let barrier = Barrier::new(&run.recorder, "meeting", 3);
    let patient = |expected: WaitError| {
        let barrier = &barrier;
        move |log: &_| {
            assert_eq!(barrier.wait(log, None), Err(expected));
            Ok(())
        }
    };
    thread::scope(&log, |scope| {
        // A time-out breaks it for the others too.
        drop(scope.spawn(actor("patient"), patient(WaitError::Broken)).unwrap());
        run.wait_for_waits(1, barrier.id(), WaitOp::Wait);
        let late = barrier.wait(&log, Some(Duration::from_millis(1)));
        assert_eq!(late, Err(WaitError::TimedOut));
        assert!(barrier.is_broken());
        assert_eq!(barrier.wait(&log, None), Err(WaitError::Broken));
        barrier.reset(&log);
        assert!(!barrier.is_broken());
        // So do abort and, for those who wait already, reset.
        drop(scope.spawn(actor("aborted"), patient(WaitError::Broken)).unwrap());
        run.wait_for_waits(3, barrier.id(), WaitOp::Wait);
        barrier.abort(&log);
        barrier.abort(&log);
        barrier.reset(&log);
        drop(scope.spawn(actor("reset"), patient(WaitError::Broken)).unwrap());
        run.wait_for_waits(4, barrier.id(), WaitOp::Wait);
        barrier.reset(&log);
    });
    drop(log);
    let trace = run.finish();
    assert_eq!(count(&trace, |k| matches!(k, K::BarrierBroken { .. })), 3);
    assert_eq!(count(&trace, |k| matches!(k, K::Cleared { .. })), 3);
}
