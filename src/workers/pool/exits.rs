//! Exits of workers with what becomes of their tasks, and ends of tasks without a result.

use super::TaskError;
use super::chunk::Chunk;
use super::scheduler::Scheduler;
use crate::record::Log;
use crate::trace::{End, EventKind, Measure, Nanos, SIGKILL, TaskId};
use crate::workers::sys::Exit;
use crate::workers::words::complaint;
use std::time::Instant;

/// The number of workers in a row that may die before they are ready; then the pool gives up.
const FAILED_STARTS: u32 = 5;
/// The number of workers that may die with a chunk that they have not begun; then its tasks fail.
const RETURNS: u32 = 5;

impl Scheduler {
    /// Reaps a worker that has ended and whose output was read to its end: records its exit, and fails, retries or
    /// returns its tasks.
    pub(super) fn reap_worker(&mut self, place: usize, log: &Log) {
        let (exit, cpu_time) = self.workers[place].reap();
        // Only now: before, it might still have written.
        let whole = self.recover(place);
        let mut worker = self.workers.swap_remove(place);
        self.vacated.push_back(worker.log.id());
        let pid = worker.child.pid();
        let why = worker.killed.clone().unwrap_or_else(|| TaskError::WorkerDied {
            pid,
            exit,
            stderr: worker.stderr_tail(),
        });
        let not_begun = worker.killed.is_none() && !worker.has_begun_first();
        let mut running = std::mem::take(&mut worker.running);
        let had_tasks = !running.is_empty();
        let head = running.pop_front();
        // Later ones had not begun.
        for mut chunk in running.into_iter().rev() {
            if chunk.cancelled {
                let at = log.record(self.ended_early(chunk.task, &TaskError::Cancelled));
                self.fail(&mut chunk, &TaskError::Cancelled, at);
            } else {
                self.pending.push_front(chunk);
            }
        }
        let died = self.recorder.clock().now();
        let mut again = None;
        // The task that it was killed for may have been done in the last moment: the next one is not to suffer for it.
        let innocent = |chunk: &Chunk| {
            !chunk.cancelled
                && matches!(why, TaskError::Cancelled | TaskError::TimedOut)
                && worker.killed_for != Some(chunk.task)
        };
        if let Some(mut chunk) = head {
            // Cancelled while the one before it ran, or was believed to.
            let why = match chunk.cancelled {
                true => &TaskError::Cancelled,
                false => &why,
            };
            // A chunk that kills each worker that reads it is not handed on for ever.
            let not_begun = not_begun && !chunk.cancelled && chunk.returned < RETURNS;
            let begun = worker.begun.is_some_and(|task| chunk.has(task));
            if not_begun || innocent(&chunk) && !begun {
                chunk.returned += u32::from(not_begun);
                self.pending.push_front(chunk);
            } else {
                let unharmed = innocent(&chunk);
                let retry = (unharmed
                    || chunk.options.retries > 0 && matches!(why, TaskError::WorkerDied { .. }))
                    && !self.terminated;
                for index in chunk.ended..chunk.args.len() {
                    let kind = self.ended_early(chunk.id(index), why);
                    worker.log.observe(kind);
                }
                if retry {
                    chunk.options.retries -= u32::from(!unharmed);
                    again = Some(chunk);
                } else {
                    self.fail(&mut chunk, why, died);
                }
            }
        }
        // Of a run that is stopped it is the stop.
        let stopped = worker.killed == Some(TaskError::Terminated) && log.check().is_err();
        let end = match exit {
            Exit::Signal(_) if stopped => End::Cancelled,
            Exit::Status(0) => End::Normal,
            Exit::Status(status) => End::Exited(status),
            Exit::Signal(signal) => End::Killed(signal),
        };
        if let Some(amount) = cpu_time {
            let what = Measure::CpuTime;
            worker.log.observe(EventKind::Measured { what, amount });
        }
        // A worker that exits by itself has nothing left to tell between tasks.
        let gap = !whole && (end != End::Normal || had_tasks);
        let ended = worker.ends(end, gap);
        log.not_before(ended + Nanos(1));
        if let Some(mut chunk) = again {
            for place in chunk.ended..chunk.args.len() {
                let (res, task) = (self.res, chunk.id(place));
                let item = self.item(&chunk.args[place]);
                log.record(EventKind::TaskSubmitted { res, task, item });
            }
            // It was short enough before.
            let _ = chunk.encode();
            self.pending.push_front(chunk);
        }
        // There is room for another one.
        self.retry = self.retry.map(|_| Instant::now());
        // Workers that the pool killed do not count as failed starts.
        let failed = match &worker.killed {
            None => {
                let tail = complaint(&worker.stderr_tail());
                Some(format!("they end before they are ready; the last one {exit}{tail}"))
            }
            Some(TaskError::Failed(nonsense)) => Some(nonsense.clone()),
            Some(_) => None,
        };
        if let Some(words) = failed.filter(|_| !worker.ready) {
            self.failed_starts += 1;
            if self.failed_starts >= FAILED_STARTS {
                self.give_up(words, log);
            }
        }
    }

    fn ended_early(&self, task: TaskId, why: &TaskError) -> EventKind {
        let res = self.res;
        match why {
            TaskError::Cancelled | TaskError::Terminated => EventKind::TaskCancelled { res, task },
            other => {
                let error = self.recorder.text(&other.to_string());
                EventKind::TaskFailed { res, task, error }
            }
        }
    }

    /// Ends the open tasks of a chunk.
    pub(super) fn fail(&mut self, chunk: &mut Chunk, why: &TaskError, at: Nanos) {
        self.outstanding -= chunk.open();
        while chunk.open() > 0 {
            let index = chunk.index + chunk.ended;
            chunk.ended += 1;
            let result = Err(why.clone());
            self.due.extend(chunk.group.complete(index, result, at));
        }
    }

    /// Ends the tasks that wait for a worker, because of `why`; `log` records it.
    pub(super) fn fail_pending(&mut self, why: &TaskError, log: &Log) {
        for mut chunk in std::mem::take(&mut self.pending) {
            let mut at = Nanos::ZERO;
            for place in chunk.ended..chunk.args.len() {
                at = log.record(self.ended_early(chunk.id(place), why));
            }
            self.fail(&mut chunk, why, at);
        }
    }

    /// Ends everything at once, if it was asked to.
    pub(super) fn terminate(&mut self, log: &Log) {
        if !self.terminated {
            return;
        }
        self.fail_pending(&TaskError::Terminated, log);
        for worker in &mut self.workers {
            if worker.killed.is_none() {
                let to = worker.log.id();
                log.record(EventKind::SignalSent { to, signal: SIGKILL });
                worker.kill(TaskError::Terminated);
            }
        }
    }

    /// Ends the pool with all its workers, here and now: there is no supervisor to do it.
    pub(super) fn shut_down(&mut self, words: &str, log: &Log) {
        self.give_up(words.to_owned(), log);
        while !self.workers.is_empty() {
            self.reap_worker(0, log);
        }
        // What was sent ahead has come back.
        self.fail_pending(&TaskError::NoWorkers(words.to_owned()), log);
    }

    /// Ends the pool because it has no way to go on.
    pub(super) fn give_up(&mut self, words: String, log: &Log) {
        self.gave_up.get_or_insert_with(|| words.clone());
        self.closing = true;
        self.terminated = true;
        self.fail_pending(&TaskError::NoWorkers(words.clone()), log);
        for worker in &mut self.workers {
            worker.kill(TaskError::NoWorkers(words.clone()));
        }
    }
}
