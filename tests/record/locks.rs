//! Locks, rlocks, semaphores and variables.

use crate::support::{Run, actor, count, kinds_of};
use concurrency_lab::record::Clock;
use concurrency_lab::record::sync::{BareLock, Lock, RLock, Semaphore, Variable, WaitError};
use concurrency_lab::record::thread::{self, Failure};
use concurrency_lab::trace::{EventKind as K, Item, Meta, WaitEnd, WaitOp};
use std::time::Duration;

#[test]
fn a_contended_lock_loses_no_event_and_no_update() {
    const EACH: usize = 100_000 / 32;
    let run = Run::new();
    let log = run.log("main");
    let lock = Lock::new(&run.recorder, "list lock", 0_usize);
    thread::scope(&log, |scope| {
        for i in 0..32 {
            let name = format!("{} {}", if i < 16 { "adder" } else { "remover" }, i % 16);
            let thread = scope.spawn(actor(name), |log| {
                for _ in 0..EACH {
                    *lock.acquire(log) += 1;
                }
                Ok(())
            });
            drop(thread.unwrap());
        }
    });
    assert_eq!(*lock.acquire(&log), 32 * EACH);
    let res = lock.id();
    drop(log);
    let trace = run.finish();
    assert_eq!(trace.dropped(), 0);
    assert_eq!(count(&trace, |k| *k == K::Acquired { res }), 32 * EACH + 1);
    assert_eq!(count(&trace, |k| *k == K::Released { res }), 32 * EACH + 1);
    assert_eq!(count(&trace, |k| matches!(k, K::Ended(_))), 32);
}

#[test]
fn a_free_lock_is_taken_without_a_wait() {
    let run = Run::new();
    let log = run.log("main");
    let lock = Lock::new(&run.recorder, "lock", 1);
    let res = lock.id();
    let mut guard = lock.acquire(&log);
    *guard += 1;
    assert!(lock.try_acquire(&log).is_none(), "it is taken");
    drop(guard);
    assert_eq!(lock.try_acquire(&log).map(|guard| *guard), Some(2));
    drop(log);
    let acquired_and_released = [K::Acquired { res }, K::Released { res }];
    assert_eq!(
        kinds_of(&run.finish(), "main"),
        [acquired_and_released, acquired_and_released].concat()
    );
}

#[test]
fn a_taken_lock_is_waited_for_on_record() {
    let run = Run::new();
    let log = run.log("main");
    let lock = Lock::new(&run.recorder, "lock", ());
    let (res, op) = (lock.id(), WaitOp::Acquire);
    thread::scope(&log, |scope| {
        let guard = lock.acquire(&log);
        let second = scope.spawn(actor("second"), |log| {
            drop(lock.acquire(log));
            Ok(())
        });
        run.wait_for_waits(1, res, op);
        drop(guard);
        second.unwrap().join(&log).unwrap();
    });
    drop(log);
    let kinds = kinds_of(&run.finish(), "second");
    let between = &kinds[1..kinds.len() - 1];
    let expected = [K::WaitBegan { res, op }, K::Acquired { res }, K::Released { res }];
    assert_eq!(between, expected);
}

#[test]
fn a_poisoned_lock_is_handed_out_and_says_so() {
    let run = Run::new();
    let log = run.log("main");
    let lock = Lock::new(&run.recorder, "list lock", 7);
    thread::scope(&log, |scope| {
        let owner = scope.spawn(actor("owner"), |log| -> Result<(), Failure> {
            let mut guard = lock.acquire(log);
            assert!(!guard.poisoned());
            *guard = 8;
            panic!("half-way");
        });
        let end = owner.unwrap().join(&log);
        assert!(matches!(end, Err(Failure::Panicked { message, .. }) if message == "half-way"));
    });
    assert!(lock.is_poisoned());
    for _ in 0..2 {
        let guard = lock.acquire(&log);
        assert!(guard.poisoned());
        assert_eq!(*guard, 8);
    }
    assert!(lock.try_acquire(&log).is_some_and(|guard| guard.poisoned()));
    drop(log);
    let trace = run.finish();
    let said = trace.events().iter().filter_map(|e| match e.kind {
        K::Message { text, args } => Some(trace.meta().message(text, args)),
        _ => None,
    });
    let said: Vec<_> = said.collect();
    assert_eq!(said, ["list lock is poisoned: its owner panicked"]);
}

#[test]
fn an_rlock_is_taken_again_by_its_owner_and_given_back_as_often() {
    let run = Run::new();
    let log = run.log("main");
    let rlock = RLock::new(&run.recorder, "rlock");
    let (res, op) = (rlock.id(), WaitOp::Acquire);
    let outer = rlock.acquire(&log).unwrap();
    let inner = rlock.try_acquire(&log).unwrap();
    thread::scope(&log, |scope| {
        let other = scope.spawn(actor("other"), |log| {
            assert!(rlock.try_acquire(log).is_none());
            let late = rlock.acquire_within(log, Duration::ZERO);
            assert_eq!(late.err(), Some(WaitError::TimedOut));
            let _once = rlock.acquire(log)?;
            let _twice = rlock.acquire(log)?;
            Ok(())
        });
        run.wait_for_waits(2, res, op);
        drop(outer);
        assert_eq!(rlock.acquire(&log).map(drop), Ok(()), "it is still ours");
        drop(inner);
        other.unwrap().join(&log).unwrap();
    });
    drop(log);
    let trace = run.finish();
    assert_eq!(count(&trace, |k| *k == K::Acquired { res }), 5);
    assert_eq!(count(&trace, |k| *k == K::Released { res }), 5);
}

#[test]
fn who_waits_for_a_semaphore_gets_a_permit() {
    let run = Run::new();
    let log = run.log("main");
    let semaphore = Semaphore::new(&run.recorder, "permits", 2);
    let (res, op) = (semaphore.id(), WaitOp::Acquire);
    let names = ["a", "b", "c", "d"];
    thread::scope(&log, |scope| {
        let permits = [(); 2].map(|()| semaphore.acquire(&log).unwrap());
        assert!(semaphore.try_acquire(&log).is_none());
        for (i, name) in names.into_iter().enumerate() {
            let thread = scope.spawn(actor(name), |log| Ok(semaphore.acquire(log).map(drop)?));
            drop(thread.unwrap());
            run.wait_for_waits(i + 1, res, op);
        }
        drop(permits);
    });
    assert!(semaphore.try_acquire(&log).is_some());
    drop(log);
    let trace = run.finish();
    let waited = trace.events().iter().filter_map(|e| match e.kind {
        K::WaitBegan { op: WaitOp::Acquire, .. } => Some(trace.meta().actor_name(e.actor)),
        _ => None,
    });
    assert_eq!(waited.collect::<Vec<_>>(), names, "and the checker saw to the rest");
    assert_eq!(count(&trace, |k| *k == K::Acquired { res }), 7);
}

#[test]
fn permits_are_never_too_many() {
    let run = Run::new();
    let log = run.log("main");
    let semaphore = Semaphore::new(&run.recorder, "permits", 3);
    thread::scope(&log, |scope| {
        for i in 0..8 {
            let thread = scope.spawn(actor(format!("t{i}")), |log| {
                for _ in 0..300 {
                    let permit = semaphore.acquire(log)?;
                    std::thread::yield_now();
                    drop(permit);
                }
                Ok(())
            });
            drop(thread.unwrap());
        }
    });
    let res = semaphore.id();
    drop(log);
    let trace = run.finish();
    assert_eq!(count(&trace, |k| *k == K::Acquired { res }), 2400);
}

#[test]
fn a_stale_write_overwrites_and_every_write_has_its_number() {
    let run = Run::new();
    let log = run.log("main");
    let variable = Variable::new(&run.recorder, "counter", 0);
    let stale = variable.read(&log);
    assert_eq!(variable.write(&log, 41), 0);
    assert_eq!(variable.write(&log, stale + 1), 41, "41 is lost");
    assert_eq!(variable.read(&log), 1);
    assert_eq!(variable.write(&log, i32::MIN), 1);
    assert_eq!(variable.read(&log), i32::MIN);
    thread::scope(&log, |scope| {
        for i in 0..8 {
            let variable = &variable;
            let thread = scope.spawn(actor(format!("t{i}")), move |log| {
                for _ in 0..1000 {
                    let seen = variable.read(log);
                    variable.write(log, seen.wrapping_add(1));
                }
                Ok(())
            });
            drop(thread.unwrap());
        }
    });
    drop(log);
    let trace = run.finish();
    let versions = trace.events().iter().filter_map(|e| match e.kind {
        K::ValueChanged { version, .. } => Some(version),
        _ => None,
    });
    assert!(versions.eq(1..=8003), "each once, in the order of stamps");
    let lost =
        K::ValueChanged { res: variable.id(), version: 2, old: Item::int(41), new: Item::int(1) };
    assert_eq!(count(&trace, |k| *k == lost), 1);
}

#[test]
fn a_clock_that_stands_still_does_not_mix_up_a_resource() {
    let run = Run::with(Meta::default(), Clock::manual());
    let log = run.log("main");
    let lock = Lock::new(&run.recorder, "lock", ());
    let rlock = RLock::new(&run.recorder, "rlock");
    let semaphore = Semaphore::new(&run.recorder, "semaphore", 2);
    let variable = Variable::new(&run.recorder, "variable", 0);
    thread::scope(&log, |scope| {
        for i in 0..6 {
            let thread = scope.spawn(actor(format!("t{i}")), |log| {
                for _ in 0..200 {
                    let _guard = lock.acquire(log);
                    let _rguard = rlock.acquire(log)?;
                    let seen = variable.read(log);
                    variable.write(log, seen + 1);
                }
                for _ in 0..200 {
                    let _permit = semaphore.acquire(log)?;
                    let seen = variable.read(log);
                    std::thread::yield_now();
                    variable.write(log, seen + 1);
                }
                Ok(())
            });
            drop(thread.unwrap());
        }
    });
    drop(log);
    assert_eq!(run.finish().dropped(), 0);
}

#[test]
fn a_bare_lock_is_waited_for_in_time_in_vain_and_until_the_run_is_stopped() {
    let run = Run::new();
    let log = run.log("main");
    let lock = BareLock::new(&run.recorder, "lock");
    let (res, op) = (lock.id(), WaitOp::Acquire);
    let held = lock.acquire(&log).unwrap();
    assert!(lock.try_acquire(&log).is_none());
    let late = lock.acquire_within(&log, Duration::from_millis(1));
    assert_eq!(late.err(), Some(WaitError::TimedOut));
    thread::scope(&log, |scope| {
        let waiter = scope.spawn(actor("waiter"), |log| Ok(lock.acquire(log).map(drop)?)).unwrap();
        run.wait_for_waits(2, res, op);
        drop(held);
        waiter.join(&log).unwrap();
        // It does not know its owner: who has it waits for it like anybody else.
        let twice = scope.spawn(actor("twice"), |log| {
            let _once = lock.acquire(log)?;
            Ok(lock.acquire(log).map(drop)?)
        });
        run.wait_for_waits(3, res, op);
        run.recorder.cancel().cancel();
        assert_eq!(twice.unwrap().join(&log), Err(Failure::Cancelled));
    });
    drop(log);
    let trace = run.finish();
    // The time-out is on record, as a sleep beside the wait.
    let own = kinds_of(&trace, "main");
    let wait = own.iter().position(|kind| *kind == K::WaitBegan { res, op }).unwrap();
    assert!(matches!(own[wait - 1], K::SleepBegan { .. }), "{own:?}");
    let timed_out = K::WaitEnded { res, how: WaitEnd::TimedOut };
    assert_eq!(own[wait + 1..wait + 3], [timed_out, K::SleepEnded]);
    assert!(!kinds_of(&trace, "waiter").iter().any(|kind| matches!(kind, K::SleepBegan { .. })));
}

#[test]
fn a_semaphore_may_be_released_too_often_and_a_bounded_one_may_not() {
    let run = Run::new();
    let log = run.log("main");
    let plain = Semaphore::new(&run.recorder, "plain", 1);
    plain.release(&log).unwrap();
    let both = [plain.acquire(&log).unwrap(), plain.acquire(&log).unwrap()];
    assert!(plain.try_acquire(&log).is_none());
    drop(both);
    drop(log);
    // What is released more often than taken the checker would not accept: nobody holds it.
    let trace = run.finish_unchecked();
    assert_eq!(count(&trace, |k| matches!(k, K::Released { .. })), 3);

    let run = Run::new();
    let log = run.log("main");
    let bounded = Semaphore::bounded(&run.recorder, "bounded", 1);
    assert!(bounded.release(&log).is_err());
    let permit = bounded.acquire(&log).unwrap();
    permit.release().unwrap();
    assert!(bounded.try_acquire(&log).is_some_and(|permit| permit.release().is_ok()));
    drop(log);
    let trace = run.finish();
    assert_eq!(count(&trace, |k| matches!(k, K::Released { .. })), 2);
}
