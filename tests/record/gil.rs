//! The emulated interpreter lock, and the processor time of threads.

use crate::support::{Run, actor, count, kinds_of};
use concurrency_lab::record::sync::{Gil, GilGuard};
use concurrency_lab::record::thread::{self, Failure};
use concurrency_lab::trace::{
    ActorId, EventKind as K, Measure, Nanos, ResourceId, Trace, WaitEnd, WaitOp,
};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Who took it, in order, with when and how long it had been waited for.
fn turns(trace: &Trace) -> Vec<(ActorId, Nanos, Nanos)> {
    let mut waits = vec![None; trace.meta().actors.len()];
    let mut turns = Vec::new();
    for event in trace.events() {
        let since = &mut waits[event.actor.index()];
        match event.kind {
            K::WaitBegan { .. } => *since = Some(event.at),
            K::Acquired { .. } => {
                let waited = since.take().map_or(Nanos::ZERO, |since| event.at - since);
                turns.push((event.actor, event.at, waited));
            }
            _ => {}
        }
    }
    turns
}

/// Main holds it and checks until another thread has had it, which does `then` with it. What was recorded, and the lock.
fn hand_over(
    interval: Duration,
    then: impl FnOnce(&mut GilGuard<'_>) -> Result<(), Failure> + Send,
) -> (Trace, ResourceId) {
    let run = Run::new();
    let log = run.log("main");
    let gil = Gil::new(&run.recorder, interval);
    let (res, op) = (gil.id(), WaitOp::Acquire);
    let had = AtomicBool::new(false);
    thread::scope(&log, |scope| {
        let mut held = gil.acquire(&log).unwrap();
        let other = scope.spawn(actor("other"), |log| {
            let mut held = gil.acquire(log)?;
            had.store(true, Ordering::Release);
            then(&mut held)
        });
        run.wait_for_waits(1, res, op);
        while !had.load(Ordering::Acquire) {
            held.check().unwrap();
        }
        drop(held);
        other.unwrap().join(&log).unwrap();
    });
    drop(log);
    (run.finish(), res)
}

fn who(turns: &[(ActorId, Nanos, Nanos)]) -> Vec<u16> {
    turns.iter().map(|(actor, ..)| actor.0).collect()
}

/// Who has just handed it over asks for it again after one interval. Nobody ever asks too early, so were it after two, no
/// try would find it asked for in the middle of the second; and a machine that sleeps through one try has more.
#[test]
fn the_first_turn_is_no_longer_than_the_others() {
    let interval = Duration::from_millis(100);
    let asked = (0..20).any(|_| {
        let (trace, _) = hand_over(interval, |held| {
            std::thread::sleep(interval * 3 / 2);
            Ok(held.check()?)
        });
        who(&turns(&trace)) == [0, 1, 0, 1]
    });
    assert!(asked);
}

#[test]
fn a_holder_is_made_to_switch_and_gets_it_back_after_the_other() {
    let interval = Duration::from_millis(2);
    let (trace, res) = hand_over(interval, |_| Ok(()));
    let op = WaitOp::Acquire;
    let turns = turns(&trace);
    assert_eq!(who(&turns), [0, 1, 0], "each check with nobody asking changes nothing");
    assert!(turns[1].2 >= Nanos::from_duration(interval), "asked for after the interval");
    let kinds = kinds_of(&trace, "main");
    let released = kinds.iter().position(|k| *k == K::Released { res }).unwrap();
    assert_eq!(kinds[released + 1], K::WaitBegan { res, op }, "and it waits at once");
}

#[test]
fn nobody_runs_beside_the_holder() {
    let run = Run::new();
    let log = run.log("main");
    let gil = Gil::new(&run.recorder, Duration::from_micros(200));
    let inside = AtomicBool::new(false);
    thread::scope(&log, |scope| {
        for name in ["a", "b", "c"] {
            let thread = scope.spawn(actor(name), |log| {
                let mut held = gil.acquire(log)?;
                for step in 0..20_000 {
                    assert!(!inside.swap(true, Ordering::AcqRel), "two run at once");
                    std::hint::black_box(step);
                    inside.store(false, Ordering::Release);
                    held.check()?;
                }
                Ok(())
            });
            drop(thread.unwrap());
        }
    });
    let res = gil.id();
    drop(log);
    let trace = run.finish();
    let acquired = count(&trace, |k| *k == K::Acquired { res });
    assert!(acquired >= 3);
    assert_eq!(count(&trace, |k| *k == K::Released { res }), acquired);
}

#[test]
fn around_a_blocking_call_the_next_one_need_not_ask() {
    let run = Run::new();
    let log = run.log("main");
    let gil = Gil::new(&run.recorder, Duration::from_secs(3600));
    let (res, op) = (gil.id(), WaitOp::Acquire);
    thread::scope(&log, |scope| {
        let mut held = gil.acquire(&log).unwrap();
        let other = scope.spawn(actor("other"), |log| {
            drop(gil.acquire(log)?);
            Ok(())
        });
        run.wait_for_waits(1, res, op);
        held.check().unwrap();
        let other = held.without(|log| other.unwrap().join(log)).unwrap();
        assert_eq!(other, Ok(()));
    });
    drop(log);
    let trace = run.finish();
    let who: Vec<_> = turns(&trace).iter().map(|(actor, ..)| actor.0).collect();
    assert_eq!(who, [0, 1, 0]);
}

#[test]
fn a_stopped_run_lets_nobody_wait_for_it() {
    let run = Run::new();
    let log = run.log("main");
    let gil = Gil::new(&run.recorder, Duration::from_secs(3600));
    let (res, op) = (gil.id(), WaitOp::Acquire);
    thread::scope(&log, |scope| {
        let mut held = gil.acquire(&log).unwrap();
        let other = scope.spawn(actor("other"), |log| Ok(gil.acquire(log).map(drop)?));
        run.wait_for_waits(1, res, op);
        run.recorder.cancel().cancel();
        let other = other.unwrap().join(&log);
        assert_eq!(other, Err(Failure::Cancelled));
        assert!(held.check().is_err());
    });
    drop(log);
    let how = WaitEnd::Cancelled;
    let trace = run.finish();
    assert_eq!(count(&trace, |k| *k == K::WaitEnded { res, how }), 1);
}

#[test]
fn each_thread_says_at_its_end_how_long_it_had_a_processor() {
    let run = Run::new();
    let log = run.log("main");
    thread::scope(&log, |scope| {
        for name in ["a", "b"] {
            let thread = scope.spawn(actor(name), |_| {
                (0..200_000).for_each(|n| assert!(std::hint::black_box(n) < 200_000));
                Ok(())
            });
            drop(thread.unwrap());
        }
    });
    drop(log);
    let trace = run.finish();
    let events = trace.events().iter().filter(|e| e.actor.0 > 0);
    let mut measured = 0;
    for event in events {
        if let K::Measured { what, amount } = event.kind {
            measured += 1;
            assert_eq!(what, Measure::CpuTime);
            assert!(amount > 0);
        }
    }
    assert_eq!(measured, if cfg!(unix) { 2 } else { 0 });
}
