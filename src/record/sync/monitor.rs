//! The monitor: a mutex with lines of waiting threads, of which most traced primitives are made.

use super::WaitError;
use crate::record::clock::Deadline;
use crate::record::{Log, enter};
use crate::trace::{ActorId, EventKind, Nanos, ResourceId, WaitEnd, WaitOp};
use crossbeam::sync::Unparker;
use std::collections::VecDeque;
use std::ops::{Deref, DerefMut};
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

/// The state of a primitive, with the last stamp used on it.
pub(super) struct Monitor<S> {
    res: ResourceId,
    inner: Mutex<Inner<S>>,
}

struct Inner<S> {
    last: Nanos,
    state: S,
}

/// The right to change the state: the lock on it.
pub(super) struct Inside<'a, S> {
    res: ResourceId,
    inner: MutexGuard<'a, Inner<S>>,
}

/// How a wait in a line came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Woke {
    /// Given what it waited for.
    Granted,
    /// Told that it will not get it.
    Refused,
    /// The deadline passed.
    TimedOut,
    /// The run was stopped.
    Cancelled,
}

impl Woke {
    /// Whether to go on; `refused` is what a refusal means.
    pub(super) fn granted(self, refused: WaitError) -> Result<(), WaitError> {
        match self {
            Self::Granted => Ok(()),
            Self::Refused => Err(refused),
            Self::TimedOut => Err(WaitError::TimedOut),
            Self::Cancelled => Err(WaitError::Cancelled),
        }
    }
}

impl<S> Monitor<S> {
    pub(super) fn new(res: ResourceId, state: S) -> Self {
        let last = Nanos::ZERO;
        Self { res, inner: Mutex::new(Inner { last, state }) }
    }

    pub(super) fn id(&self) -> ResourceId {
        self.res
    }

    pub(super) fn enter(&self) -> Inside<'_, S> {
        Inside { res: self.res, inner: enter(&self.inner) }
    }

    /// Waits in a line of the monitor, on record; the end of the wait is the caller's to record.
    pub(super) fn wait<'a>(
        &'a self,
        mut inside: Inside<'a, S>,
        log: &Log,
        op: WaitOp,
        deadline: Deadline,
        line: fn(&mut S) -> &mut Line,
    ) -> (Inside<'a, S>, Woke) {
        inside.begin_wait(log, op, deadline, line);
        drop(inside);
        self.park(log, deadline, line)
    }

    /// Waits to acquire until it is `free`, on record to its end unless it is: what is taken is the caller's to record.
    /// Whoever comes along before a waiter has woken up may take it, and the waiter goes to the end of the line.
    ///
    /// # Errors
    /// `TimedOut` or `Cancelled`, also where the run was stopped before.
    pub(super) fn acquire<'a>(
        &'a self,
        mut inside: Inside<'a, S>,
        log: &Log,
        deadline: Deadline,
        line: fn(&mut S) -> &mut Line,
        free: fn(&S) -> bool,
    ) -> Result<Inside<'a, S>, WaitError> {
        log.check()?;
        inside.begin_wait(log, WaitOp::Acquire, deadline, line);
        loop {
            drop(inside);
            let woke;
            (inside, woke) = self.park(log, deadline, line);
            match woke {
                Woke::Granted if !free(&inside) => line(&mut inside).join(log),
                Woke::Granted => return Ok(inside),
                _ => {
                    inside.end_wait(log, woke);
                    // Nobody refuses it.
                    woke.granted(WaitError::Broken)?;
                }
            }
        }
    }

    /// The second half of [`Monitor::wait`]: parks until answered.
    pub(super) fn park(
        &self,
        log: &Log,
        deadline: Deadline,
        line: fn(&mut S) -> &mut Line,
    ) -> (Inside<'_, S>, Woke) {
        log.park(deadline, || log.wake().answer().is_some());
        let mut inside = self.enter();
        // Answers are given inside only, so from here on there is no race with one.
        let woke = log.wake().answer().unwrap_or_else(|| {
            line(&mut inside).leave(log);
            match log.check() {
                Ok(()) => Woke::TimedOut,
                Err(_) => Woke::Cancelled,
            }
        });
        (inside, woke)
    }

    /// Waits to acquire without a deadline, on record; calls `turn` inside whenever `interval` has passed without an
    /// answer.
    pub(super) fn wait_in_turns<'a>(
        &'a self,
        mut inside: Inside<'a, S>,
        log: &Log,
        interval: Duration,
        mut turn: impl FnMut(&mut S),
        line: fn(&mut S) -> &mut Line,
    ) -> (Inside<'a, S>, Woke) {
        inside.begin_wait(log, WaitOp::Acquire, Deadline::NEVER, line);
        loop {
            drop(inside);
            log.park(Deadline::after(interval), || log.wake().answer().is_some());
            inside = self.enter();
            if let Some(woke) = log.wake().answer() {
                return (inside, woke);
            }
            if log.check().is_err() {
                line(&mut inside).leave(log);
                return (inside, Woke::Cancelled);
            }
            turn(&mut inside);
        }
    }
}

impl<S> Inside<'_, S> {
    /// Records what happens to the resource, after all that has happened to it.
    pub(super) fn record(&mut self, log: &Log, kind: EventKind) {
        self.inner.last = log.record_after(self.inner.last + Nanos(1), kind);
    }

    /// Joins a line, on record. A time-out is a sleep under way beside the wait.
    pub(super) fn begin_wait(
        &mut self,
        log: &Log,
        op: WaitOp,
        deadline: Deadline,
        line: fn(&mut S) -> &mut Line,
    ) {
        let res = self.res;
        if let Some(planned) = deadline.left() {
            self.record(log, EventKind::SleepBegan { planned: Nanos::from_duration(planned) });
            log.wake().timed.store(true, Ordering::Relaxed);
        }
        self.record(log, EventKind::WaitBegan { res, op });
        line(self).join(log);
    }

    /// Records the end of a wait that [`EventKind::Acquired`] does not end.
    pub(super) fn end_wait(&mut self, log: &Log, woke: Woke) {
        let res = self.res;
        let how = match woke {
            Woke::Granted => WaitEnd::Woken,
            Woke::Refused => WaitEnd::Broken,
            Woke::TimedOut => WaitEnd::TimedOut,
            Woke::Cancelled => WaitEnd::Cancelled,
        };
        self.record(log, EventKind::WaitEnded { res, how });
        self.end_time_out(log);
    }

    /// Records that it was acquired, which ends a wait.
    pub(super) fn acquired(&mut self, log: &Log) {
        let res = self.res;
        self.record(log, EventKind::Acquired { res });
        self.end_time_out(log);
    }

    fn end_time_out(&mut self, log: &Log) {
        if log.wake().timed.swap(false, Ordering::Relaxed) {
            self.record(log, EventKind::SleepEnded);
        }
    }
}

impl<S> Deref for Inside<'_, S> {
    type Target = S;
    fn deref(&self) -> &S {
        &self.inner.state
    }
}

impl<S> DerefMut for Inside<'_, S> {
    fn deref_mut(&mut self) -> &mut S {
        &mut self.inner.state
    }
}

/// Those who wait, in the order they began to.
#[derive(Default)]
pub(super) struct Line(VecDeque<Arc<Wake>>);

impl Line {
    fn join(&mut self, log: &Log) {
        log.wake().answer.store(NO_ANSWER, Ordering::Release);
        self.0.push_back(Arc::clone(log.wake()));
    }

    fn leave(&mut self, log: &Log) {
        self.0.retain(|wake| !Arc::ptr_eq(wake, log.wake()));
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Gives the first in line what it waits for, or wakes it to see for itself; says who that is.
    pub(super) fn grant_first(&mut self) -> Option<ActorId> {
        let wake = self.0.pop_front()?;
        wake.tell(GRANTED);
        Some(wake.actor)
    }

    /// Gives everybody what they wait for.
    pub(super) fn grant_all(&mut self) -> u32 {
        self.tell_all(GRANTED)
    }

    /// Tells everybody that they will not get it.
    pub(super) fn refuse_all(&mut self) -> u32 {
        self.tell_all(REFUSED)
    }

    fn tell_all(&mut self, answer: u8) -> u32 {
        let count = self.0.len();
        for wake in self.0.drain(..) {
            wake.tell(answer);
        }
        u32::try_from(count).unwrap_or(u32::MAX)
    }
}

const NO_ANSWER: u8 = 0;
const GRANTED: u8 = 1;
const REFUSED: u8 = 2;

/// How to reach an actor that waits. One per log: an actor waits in one line at a time.
pub(in crate::record) struct Wake {
    actor: ActorId,
    answer: AtomicU8,
    /// The wait under way has a time-out, which is on record; only its own actor asks.
    timed: AtomicBool,
    unparker: Unparker,
}

impl Wake {
    pub(in crate::record) fn new(actor: ActorId, unparker: Unparker) -> Self {
        let (answer, timed) = (AtomicU8::new(NO_ANSWER), AtomicBool::new(false));
        Self { actor, answer, timed, unparker }
    }

    fn tell(&self, answer: u8) {
        self.answer.store(answer, Ordering::Release);
        self.unparker.unpark();
    }

    fn answer(&self) -> Option<Woke> {
        match self.answer.load(Ordering::Acquire) {
            GRANTED => Some(Woke::Granted),
            REFUSED => Some(Woke::Refused),
            _ => None,
        }
    }
}
