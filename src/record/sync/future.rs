//! The result of a task of a pool of threads, to be waited for.

use super::monitor::{Line, Monitor, Woke};
use super::pool::exception_of;
use crate::record::clock::Deadline;
use crate::record::thread::Failure;
use crate::record::{Cancelled, Log, enter};
use crate::trace::{EventKind, Nanos, ResourceId, TaskId, WaitEnd, WaitOp};
use crossbeam::sync::Unparker;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// The result of a task, once that has ended. Whoever waits for it does nothing else meanwhile: a thread of the pool
/// takes no other task.
pub struct Future<T>(Arc<Slot<T>>);

/// Where a task leaves its result.
pub(super) struct Slot<T> {
    task: TaskId,
    monitor: Monitor<State<T>>,
}

struct State<T> {
    result: Option<Result<T, Failure>>,
    /// Stamp of the task's end.
    ended: Nanos,
    line: Line,
    /// A thread of the pool has begun the task.
    begun: bool,
    /// Who wants to be told of the end, and by what number.
    watch: Option<(Arc<Watch>, usize)>,
}

/// Somebody who waits for the first of several tasks.
struct Watch {
    done: Mutex<VecDeque<usize>>,
    unparker: Unparker,
}

impl Watch {
    fn tell(&self, number: usize) {
        enter(&self.done).push_back(number);
        self.unparker.unpark();
    }
}

impl<T> Future<T> {
    /// A result that is not there yet, and where to leave it.
    pub(super) fn pending(pool: ResourceId, task: TaskId) -> (Self, Arc<Slot<T>>) {
        let (result, line, watch) = (None, Line::default(), None);
        let state = State { result, ended: Nanos::ZERO, line, begun: false, watch };
        let slot = Arc::new(Slot { task, monitor: Monitor::new(pool, state) });
        (Self(Arc::clone(&slot)), slot)
    }

    /// The task.
    pub fn task(&self) -> TaskId {
        self.0.task
    }

    /// Waits until the task has ended, on record, no longer than `timeout`. Whether it has: the task goes on in any case.
    ///
    /// # Errors
    /// The run was stopped.
    pub fn wait(&self, log: &Log, timeout: Duration) -> Result<bool, Cancelled> {
        let monitor = &self.0.monitor;
        let inside = monitor.enter();
        if inside.result.is_some() {
            return Ok(true);
        }
        log.check()?;
        let deadline = Deadline::after(timeout);
        let wait = monitor.wait(inside, log, WaitOp::Result, deadline, |state| &mut state.line);
        let (mut inside, woke) = wait;
        inside.end_wait(log, woke);
        match woke {
            Woke::Cancelled => Err(Cancelled),
            other => Ok(other == Woke::Granted),
        }
    }

    /// Withdraws the task, on record. Whether that was possible: one that has begun goes on.
    pub fn cancel(&self, log: &Log) -> bool {
        let Slot { task, monitor } = &*self.0;
        let mut inside = monitor.enter();
        if inside.begun || inside.result.is_some() {
            return false;
        }
        let (res, task) = (monitor.id(), *task);
        let ended = log.record(EventKind::TaskCancelled { res, task });
        (inside.result, inside.ended) = (Some(Err(Failure::Cancelled)), ended);
        inside.line.grant_all();
        true
    }

    /// Waits for the result, on record.
    ///
    /// # Errors
    /// How the task failed, or that the run was stopped.
    pub fn result(self, log: &Log) -> Result<T, Failure> {
        // Without a deadline there is one, or an error.
        self.result_by(log, Deadline::NEVER)?.ok_or(Failure::Cancelled)
    }

    /// Waits for the result, on record, no longer than `limit`: `None` where it was not there by then. The task goes on all
    /// the same.
    ///
    /// # Errors
    /// As [`Future::result`].
    pub fn result_within(self, log: &Log, limit: Duration) -> Result<Option<T>, Failure> {
        self.result_by(log, Deadline::after(limit))
    }

    fn result_by(self, log: &Log, deadline: Deadline) -> Result<Option<T>, Failure> {
        let Slot { task, monitor } = &*self.0;
        let mut inside = monitor.enter();
        if inside.result.is_none() {
            log.check()?;
            let woke;
            let op = WaitOp::Result;
            (inside, woke) = monitor.wait(inside, log, op, deadline, |state| &mut state.line);
            inside.end_wait(log, woke);
            match woke {
                Woke::Granted => {}
                Woke::TimedOut => return Ok(None),
                Woke::Refused | Woke::Cancelled => return Err(Failure::Cancelled),
            }
        }
        log.not_before(inside.ended + Nanos(1));
        let (res, task) = (monitor.id(), *task);
        log.record(EventKind::ResultsTaken { res, task, count: 1 });
        let exception = match &inside.result {
            Some(Err(Failure::Raised { exception, .. })) => Some(*exception),
            Some(Err(Failure::Error(_) | Failure::Panicked { .. })) => {
                Some(exception_of(res, task))
            }
            _ => None,
        };
        if let Some(exception) = exception {
            log.record(EventKind::Propagated { exception, to: log.id() });
        }
        // It is put there before anybody is woken, and taken only here, where the future ends.
        inside.result.take().unwrap_or(Err(Failure::Cancelled)).map(Some)
    }
}

impl<T> Slot<T> {
    /// A thread of the pool is about to run the task. `false`: it was cancelled.
    pub(super) fn begin(&self) -> bool {
        let mut inside = self.monitor.enter();
        inside.begun = true;
        inside.result.is_none()
    }

    /// Leaves the result there, and wakes whoever waits for it.
    pub(super) fn fill(&self, result: Result<T, Failure>, ended: Nanos) {
        let mut inside = self.monitor.enter();
        (inside.result, inside.ended) = (Some(result), ended);
        inside.line.grant_all();
        if let Some((watch, number)) = inside.watch.take() {
            watch.tell(number);
        }
    }
}

/// A task, and what came of it.
pub type Completed<T> = (TaskId, Result<T, Failure>);

/// Futures, given out as they are completed.
pub struct AsCompleted<'a, T> {
    log: &'a Log,
    watch: Arc<Watch>,
    futures: Vec<Option<Future<T>>>,
    left: usize,
}

impl<'a, T> AsCompleted<'a, T> {
    /// None yet; `log` is of the actor that waits for them.
    pub fn new(log: &'a Log) -> Self {
        let watch = Watch { done: Mutex::default(), unparker: log.waker() };
        Self { log, watch: Arc::new(watch), futures: Vec::new(), left: 0 }
    }

    /// Waits for this one, too.
    pub fn add(&mut self, future: Future<T>) {
        let number = self.futures.len();
        let mut inside = future.0.monitor.enter();
        match inside.result.is_some() {
            true => self.watch.tell(number),
            false => inside.watch = Some((Arc::clone(&self.watch), number)),
        }
        drop(inside);
        self.futures.push(Some(future));
        self.left += 1;
    }

    /// Whether all that were added have been given out.
    pub fn is_empty(&self) -> bool {
        self.left == 0
    }

    /// Waits, on record, for the next one that is completed: its task, and what came of it. `None`: that was all.
    ///
    /// # Errors
    /// The run was stopped.
    pub fn next_done(&mut self) -> Result<Option<Completed<T>>, Failure> {
        if self.is_empty() {
            return Ok(None);
        }
        let is_done = || !enter(&self.watch.done).is_empty();
        if !is_done()
            && let Some(res) = self.futures.iter().flatten().next().map(|one| one.0.monitor.id())
        {
            let op = WaitOp::Result;
            self.log.record(EventKind::WaitBegan { res, op });
            let waited = self.log.wait_until(None, is_done);
            let how = if waited.is_ok() { WaitEnd::Woken } else { WaitEnd::Cancelled };
            self.log.record(EventKind::WaitEnded { res, how });
            waited?;
        }
        let number = enter(&self.watch.done).pop_front();
        let future = number.and_then(|number| self.futures.get_mut(number)?.take());
        self.left -= 1;
        Ok(future.map(|future| (future.task(), future.result(self.log))))
    }
}
