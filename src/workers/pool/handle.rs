//! What submitters hold while their tasks run.

use super::group::{Group, TaskResult, Wanted};
use super::{Shared, TaskError};
use crate::record::{Cancelled, Log};
use crate::trace::{EventKind, Nanos, SIGKILL, TaskId, WaitEnd, WaitOp};
use crate::workers::Value;
use std::sync::Arc;
use std::time::Duration;

/// Waits, on record if it takes any waiting. Whether it came in time.
fn wait(
    group: &Group,
    shared: &Shared,
    log: &Log,
    timeout: Option<Duration>,
    wanted: Wanted,
) -> Result<bool, Cancelled> {
    let done = || group.has(wanted);
    if !done() {
        let (res, op) = (shared.res, WaitOp::Result);
        log.record(EventKind::WaitBegan { res, op });
        let waiter = group.wakes(log.waker(), wanted);
        let waited = log.wait_until(timeout, done);
        group.forget(waiter);
        let how = match waited {
            Ok(true) => WaitEnd::Woken,
            Ok(false) => WaitEnd::TimedOut,
            Err(Cancelled) => WaitEnd::Cancelled,
        };
        log.not_before(group.at() + Nanos(1));
        log.record(EventKind::WaitEnded { res, how });
        return waited;
    }
    log.not_before(group.at() + Nanos(1));
    Ok(true)
}

/// A task that was handed in.
#[must_use = "wait for it, to learn its result"]
pub struct TaskHandle {
    group: Arc<Group>,
    shared: Arc<Shared>,
    task: TaskId,
}

impl TaskHandle {
    pub(super) fn new(group: Arc<Group>, shared: Arc<Shared>, task: TaskId) -> Self {
        Self { group, shared, task }
    }

    /// In the trace.
    pub fn task(&self) -> TaskId {
        self.task
    }

    pub(super) fn is_done(&self) -> bool {
        self.group.done() > 0
    }

    /// The result, if it is there.
    pub fn try_result(&self) -> Option<TaskResult> {
        self.group.get(0)
    }

    /// Waits for the result, or until the time-out. Whether it is there.
    ///
    /// # Errors
    /// The run was stopped.
    pub fn wait(&self, log: &Log, timeout: Option<Duration>) -> Result<bool, Cancelled> {
        wait(&self.group, &self.shared, log, timeout, Wanted::Count(1))
    }

    /// Waits for the result.
    ///
    /// # Errors
    /// Why there is none.
    pub fn result(&self, log: &Log) -> TaskResult {
        self.wait(log, None)?;
        self.try_result().unwrap_or(Err(TaskError::Stopped))
    }

    /// Wants the result no more. One that waits is withdrawn; the worker of one that runs is killed and replaced. If
    /// it was done already, nothing happens.
    pub fn cancel(&self, log: &Log) {
        let mut scheduler = self.shared.enter();
        if let Some(at) = scheduler.pending.iter().position(|c| c.has(self.task)) {
            if let Some(mut chunk) = scheduler.pending.remove(at) {
                let (res, task) = (self.shared.res, self.task);
                let at = log.record(EventKind::TaskCancelled { res, task });
                scheduler.fail(&mut chunk, &TaskError::Cancelled, at);
            }
        } else {
            for worker in &mut scheduler.workers {
                let place = worker.running.iter().position(|c| c.has(self.task));
                if place == Some(0) && worker.killed.is_none() {
                    let to = worker.log.id();
                    log.record(EventKind::SignalSent { to, signal: SIGKILL });
                    worker.kill(TaskError::Cancelled);
                } else if let Some(place) = place {
                    // Sent ahead: when its turn comes.
                    worker.running[place].cancelled = true;
                }
            }
        }
        drop(scheduler);
        self.shared.wake_supervisor();
        self.shared.changed();
    }
}

/// Tasks that were handed in together.
#[must_use = "wait for it, to learn the results"]
pub struct MapHandle {
    group: Arc<Group>,
    shared: Arc<Shared>,
}

impl MapHandle {
    pub(super) fn new(group: Arc<Group>, shared: Arc<Shared>) -> Self {
        Self { group, shared }
    }

    /// The results one by one: in order of the arguments, or each as soon as it is there.
    pub fn one_by_one(self, ordered: bool) -> Imap {
        Imap::new(self, ordered)
    }

    /// How many tasks have ended.
    pub fn done(&self) -> usize {
        self.group.done()
    }

    /// Waits for all of them, or until the time-out. Whether all have ended.
    ///
    /// # Errors
    /// The run was stopped.
    pub fn wait(&self, log: &Log, timeout: Option<Duration>) -> Result<bool, Cancelled> {
        let all = Wanted::Count(self.group.len());
        wait(&self.group, &self.shared, log, timeout, all)
    }

    /// Waits for all results, in order of the arguments.
    ///
    /// # Errors
    /// The error of the first argument whose task has none.
    pub fn results(&self, log: &Log) -> Result<Vec<Value>, TaskError> {
        self.wait(log, None)?;
        self.group.all()
    }

    /// Waits for every task, and says what came of each.
    ///
    /// # Errors
    /// The run was stopped.
    pub fn outcomes(&self, log: &Log) -> Result<Vec<TaskResult>, Cancelled> {
        self.wait(log, None)?;
        let all = (0..self.group.len()).filter_map(|index| self.group.get(index));
        Ok(all.collect())
    }
}

/// Results one by one.
#[must_use = "ask it for results"]
pub struct Imap {
    map: MapHandle,
    ordered: bool,
    next: usize,
}

impl Imap {
    pub(super) fn new(map: MapHandle, ordered: bool) -> Self {
        Self { map, ordered, next: 0 }
    }

    /// Waits for the next result, with the index of its argument; `None` after the last one, or if the run was stopped.
    pub fn next(&mut self, log: &Log) -> Option<(usize, TaskResult)> {
        let MapHandle { group, shared } = &self.map;
        let place = self.next;
        if place >= group.len() {
            return None;
        }
        let wanted = if self.ordered { Wanted::Of(place) } else { Wanted::Count(place + 1) };
        wait(group, shared, log, None, wanted).ok()?;
        self.next += 1;
        if self.ordered {
            group.get(place).map(|result| (place, result))
        } else {
            group.nth_to_come(place)
        }
    }
}
