//! Results of tasks that were submitted together, and those who wait for them.

use crate::record::Log;
use crate::trace::Nanos;
use crate::workers::words::complaint;
use crate::workers::{Exit, Value};
use crossbeam::sync::Unparker;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Why a task has no result.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TaskError {
    /// The job failed or panicked, and says why. Its worker lives on.
    #[error("{0}")]
    Failed(String),
    /// The worker died while the task, or the chunk it was in, ran.
    #[error("the worker with PID {pid} {exit}{}", complaint(.stderr))]
    WorkerDied {
        /// Which.
        pid: u32,
        /// How.
        exit: Exit,
        /// The last it wrote to standard error.
        stderr: String,
    },
    /// It took longer than it was given; its worker was killed.
    #[error("the task took longer than it was given")]
    TimedOut,
    /// It was cancelled.
    #[error("the task was cancelled")]
    Cancelled,
    /// The pool was terminated first.
    #[error("the pool was terminated")]
    Terminated,
    /// The pool takes no more tasks.
    #[error("the pool is closed")]
    Closed,
    /// The job with its arguments is too long for a message.
    #[error("the arguments are too long to be sent")]
    TooLong,
    /// No worker can be started, or none lives long enough to be ready.
    #[error("no worker process can work: {0}")]
    NoWorkers(String),
    /// The run was stopped while somebody waited.
    #[error("the run was stopped")]
    Stopped,
}

impl From<crate::record::Cancelled> for TaskError {
    fn from(_: crate::record::Cancelled) -> Self {
        Self::Stopped
    }
}

impl From<TaskError> for crate::record::thread::Failure {
    fn from(error: TaskError) -> Self {
        match error {
            TaskError::Stopped => Self::Cancelled,
            other => Self::Error(other.to_string()),
        }
    }
}

impl From<super::StartError> for crate::record::thread::Failure {
    fn from(error: super::StartError) -> Self {
        Self::Error(error.to_string())
    }
}

/// What came of a task.
pub type TaskResult = Result<Value, TaskError>;

/// What [`Pool::apply_async`](super::Pool::apply_async) calls with the result, on the pool's thread: it must not block.
pub type Callback = Box<dyn FnOnce(&Log, &TaskResult) + Send>;

/// Tasks submitted together.
pub(super) struct Group {
    state: Mutex<State>,
}

struct State {
    results: Vec<Option<TaskResult>>,
    /// Indices in the order the results came.
    order: Vec<usize>,
    /// Stamp of the last result.
    at: Nanos,
    waiting: Waiting<Wanted>,
    callback: Option<Callback>,
}

/// The results that a thread waits for.
#[derive(Clone, Copy)]
pub(super) enum Wanted {
    /// This number of results, of any tasks.
    Count(usize),
    /// The result of the task with this index.
    Of(usize),
}

impl State {
    fn has(&self, wanted: Wanted) -> bool {
        match wanted {
            Wanted::Count(count) => self.order.len() >= count,
            Wanted::Of(index) => self.results.get(index).is_some_and(Option::is_some),
        }
    }
}

impl Group {
    pub(super) fn new(tasks: usize, callback: Option<Callback>) -> Self {
        Self {
            state: Mutex::new(State {
                results: vec![None; tasks],
                order: Vec::with_capacity(tasks),
                at: Nanos::ZERO,
                waiting: Waiting::default(),
                callback,
            }),
        }
    }

    fn enter(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps a result. With the last one, answers with the callback and what to call it with.
    pub(super) fn complete(
        &self,
        index: usize,
        result: TaskResult,
        at: Nanos,
    ) -> Option<(Callback, TaskResult)> {
        let mut state = self.enter();
        if state.results[index].is_some() {
            return None;
        }
        state.results[index] = Some(result);
        state.order.push(index);
        state.at = state.at.max(at);
        // Who waits for all of them is not to be woken by each.
        state.waiting.wake(|wanted| state.has(*wanted));
        if state.order.len() < state.results.len() {
            return None;
        }
        let callback = state.callback.take()?;
        let result = state.results[index].clone()?;
        Some((callback, result))
    }

    pub(super) fn has(&self, wanted: Wanted) -> bool {
        self.enter().has(wanted)
    }

    pub(super) fn done(&self) -> usize {
        self.enter().order.len()
    }

    pub(super) fn get(&self, index: usize) -> Option<TaskResult> {
        self.enter().results.get(index).cloned().flatten()
    }

    /// The `place`-th result to come, with its index.
    pub(super) fn nth_to_come(&self, place: usize) -> Option<(usize, TaskResult)> {
        let state = self.enter();
        let index = *state.order.get(place)?;
        Some((index, state.results[index].clone()?))
    }

    /// All results in order of the arguments, or the first error among them.
    pub(super) fn all(&self) -> Result<Vec<Value>, TaskError> {
        let state = self.enter();
        let results = state.results.iter();
        results.map(|result| result.clone().unwrap_or(Err(TaskError::Stopped))).collect()
    }

    pub(super) fn len(&self) -> usize {
        self.enter().results.len()
    }

    pub(super) fn at(&self) -> Nanos {
        self.enter().at
    }

    pub(super) fn wakes(&self, waker: Unparker, wanted: Wanted) -> u64 {
        self.enter().waiting.add(waker, wanted)
    }

    pub(super) fn forget(&self, waiter: u64) {
        self.enter().waiting.remove(waiter);
    }
}

/// Threads to wake, and what they wait for.
pub(super) struct Waiting<W> {
    next: u64,
    wakers: Vec<(u64, W, Unparker)>,
}

impl<W> Default for Waiting<W> {
    fn default() -> Self {
        let (next, wakers) = (0, Vec::new());
        Self { next, wakers }
    }
}

impl<W> Waiting<W> {
    /// Adds somebody; the number is for [`Waiting::remove`].
    pub(super) fn add(&mut self, waker: Unparker, wanted: W) -> u64 {
        self.next += 1;
        self.wakers.push((self.next, wanted, waker));
        self.next
    }

    pub(super) fn remove(&mut self, number: u64) {
        self.wakers.retain(|(n, ..)| *n != number);
    }

    pub(super) fn wake(&self, is_there: impl Fn(&W) -> bool) {
        let wakers = self.wakers.iter().filter(|(_, wanted, _)| is_there(wanted));
        wakers.for_each(|(.., waker)| waker.unpark());
    }
}
