//! Random programs over all primitives. Every wait of theirs is bounded, so they end; the checker judges the traces.

use crate::support::{Run, actor, count};
use concurrency_lab::record::sync::{
    Barrier, Condition, Event, Lock, Queue, RLock, Semaphore, Variable,
};
use concurrency_lab::record::{Clock, Limits, Log, Recorder, thread};
use concurrency_lab::trace::{End, EventKind as K, Meta};
use proptest::prelude::*;
use std::time::Duration;

#[derive(Clone, Copy, Debug)]
enum Op {
    Lock,
    TryLock,
    RLock(u8),
    Semaphore(bool),
    Wait,
    Notify(u32),
    Set,
    Clear,
    WaitSet,
    Meet,
    Reset,
    Put(i32),
    Get,
    TryPut(i32),
    TryGet,
    Close,
    Update,
    Sleep,
}

fn op() -> impl Strategy<Value = Op> {
    prop_oneof![
        4 => Just(Op::Lock),
        1 => Just(Op::TryLock),
        2 => (1..4_u8).prop_map(Op::RLock),
        3 => any::<bool>().prop_map(Op::Semaphore),
        2 => Just(Op::Wait),
        2 => (0..3_u32).prop_map(Op::Notify),
        1 => Just(Op::Set),
        1 => Just(Op::Clear),
        2 => Just(Op::WaitSet),
        2 => Just(Op::Meet),
        1 => Just(Op::Reset),
        4 => (0..100).prop_map(Op::Put),
        4 => Just(Op::Get),
        2 => (0..100).prop_map(Op::TryPut),
        2 => Just(Op::TryGet),
        1 => Just(Op::Update),
        1 => Just(Op::Sleep),
    ]
}

/// A few operations; one program in some closes the queue.
fn program() -> impl Strategy<Value = Vec<Op>> {
    let ops = prop::collection::vec(op(), 0..40);
    (ops, prop::bool::weighted(0.1)).prop_map(|(mut ops, closes)| {
        ops.extend(closes.then_some(Op::Close));
        ops
    })
}

struct Things {
    lock: Lock<u32>,
    condition: Condition,
    rlock: RLock,
    semaphore: Semaphore,
    event: Event,
    barrier: Barrier,
    queue: Queue<i32>,
    variable: Variable,
}

impl Things {
    fn new(recorder: &Recorder) -> Self {
        let lock = Lock::new(recorder, "lock", 0);
        Self {
            condition: Condition::new(recorder, "condition", &lock),
            lock,
            rlock: RLock::new(recorder, "rlock"),
            semaphore: Semaphore::new(recorder, "semaphore", 2),
            event: Event::new(recorder, "event"),
            barrier: Barrier::new(recorder, "barrier", 2),
            queue: Queue::new(recorder, "queue", Some(2)),
            variable: Variable::new(recorder, "variable", 0),
        }
    }

    fn run(&self, log: &Log, op: Op) {
        let soon = Duration::from_micros(100);
        // How an operation ends is the schedule's business; that the trace tells the truth about it is ours.
        match op {
            Op::Lock => *self.lock.acquire(log) += 1,
            Op::TryLock => drop(self.lock.try_acquire(log)),
            Op::RLock(depth) => {
                let guards: Vec<_> =
                    (0..depth).map(|_| self.rlock.acquire_within(log, soon)).collect();
                drop(guards);
            }
            Op::Semaphore(waits) => {
                let permit = if waits {
                    self.semaphore.acquire_within(log, soon).ok()
                } else {
                    self.semaphore.try_acquire(log)
                };
                std::thread::yield_now();
                drop(permit);
            }
            Op::Wait => drop(self.condition.wait(self.lock.acquire(log), Some(soon))),
            Op::Notify(n) => drop(self.condition.notify(&self.lock.acquire(log), n)),
            Op::Set => self.event.set(log),
            Op::Clear => self.event.clear(log),
            Op::WaitSet => drop(self.event.wait(log, Some(soon))),
            Op::Meet => drop(self.barrier.wait(log, Some(soon))),
            Op::Reset => self.barrier.reset(log),
            Op::Put(n) => drop(self.queue.put_within(log, n, soon)),
            Op::Get => drop(self.queue.get_within(log, soon)),
            Op::TryPut(n) => drop(self.queue.try_put(log, n)),
            Op::TryGet => drop(self.queue.try_get(log)),
            Op::Close => self.queue.close(log),
            Op::Update => {
                let seen = self.variable.read(log);
                std::thread::yield_now();
                self.variable.write(log, seen + 1);
            }
            Op::Sleep => drop(log.sleep(Duration::from_micros(20))),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(48) })]

    #[test]
    fn traces_of_random_programs_are_possible(
        programs in prop::collection::vec(program(), 1..6),
        coarse in any::<bool>(),
        ring in prop_oneof![2..9_usize, Just(Limits::default().ring)],
        stops in prop::bool::weighted(0.2),
    ) {
        let clock = if coarse { Clock::manual() } else { Clock::system() };
        let limits = Limits { ring, ..Limits::default() };
        let run = Run::with_limits(Meta::default(), clock, limits);
        let log = run.log("main");
        let things = Things::new(&run.recorder);
        thread::scope(&log, |scope| {
            for (i, program) in programs.iter().enumerate() {
                let things = &things;
                let thread = scope.spawn(actor(format!("t{i}")), move |log| {
                    for op in program {
                        things.run(log, *op);
                    }
                    Ok(())
                });
                drop(thread.unwrap());
            }
            if stops {
                run.recorder.cancel().cancel();
            }
        });
        drop(log);
        let trace = run.finish();
        prop_assert_eq!(trace.dropped(), 0);
        let ended = count(&trace, |k| *k == K::Ended(End::Normal));
        prop_assert_eq!(ended, programs.len());
    }
}
