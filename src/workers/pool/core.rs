//! What submitters and the supervisor share: who does what.

use super::group::Group;
use super::worker::Worker;
use super::{Callback, PoolOptions, TaskError, TaskOptions, TaskResult};
use crate::record::{Log, Recorder, RemoteLog};
use crate::trace::{
    Actor, ActorId, ActorKind, End, EventKind, Item, Measure, Nanos, ResourceId, TaskId,
};
use crate::workers::Value;
use crate::workers::sys::{self, Exit};
use crate::workers::wire::{self, FromWorker, Report, ToWorker, VERSION, WireError};
use std::collections::VecDeque;
use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Work sent ahead to a worker is no more than this, so that short tasks need not wait for messages.
const AHEAD: Duration = Duration::from_micros(200);
/// Chunks sent ahead at most.
const DEEPEST: usize = 32;
/// Workers that may die in a row before any was ready.
const FAILED_STARTS: u32 = 5;

/// Tasks that travel together.
pub(super) struct Chunk {
    pub(super) job: Arc<str>,
    pub(super) args: Vec<Value>,
    pub(super) group: Arc<Group>,
    /// Index of the first one in the group, and its id: the others follow.
    pub(super) index: usize,
    pub(super) task: TaskId,
    /// How many have ended.
    pub(super) ended: usize,
    pub(super) options: TaskOptions,
    pub(super) frame: Vec<u8>,
    /// Somebody wants it no more.
    pub(super) cancelled: bool,
}

impl Chunk {
    /// Makes its message.
    pub(super) fn encode(&mut self) -> Result<(), WireError> {
        let open = (self.ended..self.args.len()).map(|i| (self.id(i), self.args[i].clone()));
        let message = ToWorker::Chunk {
            job: self.job.to_string(),
            tasks: open.collect(),
        };
        self.frame.clear();
        wire::write(&mut self.frame, &message)
    }

    pub(super) fn id(&self, place: usize) -> TaskId {
        TaskId(self.task.0.wrapping_add(place as u32))
    }

    pub(super) fn has(&self, task: TaskId) -> bool {
        (task.0.wrapping_sub(self.task.0) as usize) < self.args.len()
    }

    fn open(&self) -> usize {
        self.args.len() - self.ended
    }
}

/// Callbacks that are due, with what to call them with.
pub(super) type Due = Vec<(Callback, TaskResult)>;

pub(super) struct Core {
    pub(super) options: PoolOptions,
    pub(super) res: ResourceId,
    pub(super) recorder: Recorder,
    pub(super) parent: ActorId,
    pub(super) workers: Vec<Worker>,
    pub(super) pending: VecDeque<Chunk>,
    /// Tasks that have no result yet.
    pub(super) outstanding: usize,
    pub(super) closing: bool,
    pub(super) terminated: bool,
    /// Callbacks to be called when nobody holds the pool.
    pub(super) due: Due,
    started: usize,
    failed_starts: u32,
    /// What a chunk takes, as far as known.
    chunk_takes: Option<Duration>,
}

impl Core {
    pub(super) fn new(options: PoolOptions, res: ResourceId, log: &Log) -> Self {
        Self {
            options,
            res,
            recorder: log.recorder().clone(),
            parent: log.id(),
            workers: Vec::new(),
            pending: VecDeque::new(),
            outstanding: 0,
            closing: false,
            terminated: false,
            due: Vec::new(),
            started: 0,
            failed_starts: 0,
            chunk_takes: None,
        }
    }

    /// Starts more workers; `log` is whoever does it. An error: not all of them could be started.
    pub(super) fn start_workers(&mut self, count: usize, log: &Log) -> io::Result<()> {
        // On record before it is done: the time it takes is part of what a worker costs.
        let logs: Vec<_> = (0..count).map(|_| self.announce(log)).collect();
        let mut refused = None;
        for (mut remote, child) in logs.into_iter().zip(sys::spawn(self.options.start, count)) {
            match child {
                Ok(child) => self.add_worker(child, remote),
                Err(error) => {
                    let text = self.recorder.text(&error.to_string());
                    remote.observe(EventKind::Ended(End::Error(text)));
                    refused = Some(error);
                }
            }
        }
        refused.map_or(Ok(()), Err)
    }

    fn announce(&mut self, log: &Log) -> RemoteLog {
        self.started += 1;
        let number = self.started;
        let remote = self.recorder.remote(Actor {
            name: format!("{} {number}", self.options.worker),
            badge: format!("{}{number}", self.options.worker_badge),
            kind: ActorKind::Process,
            parent: Some(self.parent),
        });
        // It may speak at any time from now on.
        remote.silent(false);
        log.record(EventKind::Spawned { child: remote.id() });
        remote
    }

    fn add_worker(&mut self, child: sys::Child, remote: RemoteLog) {
        let mut worker = Worker::new(child, remote);
        let hello = ToWorker::Hello {
            version: VERSION,
            origin: self.recorder.clock().origin(),
            pool: self.res,
            measure: self.options.measure,
        };
        // It is short.
        let _ = wire::write(&mut worker.outbox, &hello);
        worker.send();
        self.workers.push(worker);
    }

    /// How many chunks may be with a worker.
    fn depth(&self) -> usize {
        match self.chunk_takes {
            Some(takes) if self.options.send_ahead => {
                let fit = AHEAD.as_nanos() / takes.as_nanos().max(1);
                1 + (fit as usize).min(DEEPEST)
            }
            _ => 1,
        }
    }

    /// Hands out what waits. Idle workers first, then those that are soon done.
    pub(super) fn dispatch(&mut self) {
        if self.terminated {
            return;
        }
        let depth = self.depth();
        while !self.pending.is_empty() {
            let free = self.workers.iter_mut().filter(|w| w.takes(depth));
            let Some(worker) = free.min_by_key(|w| w.running.len()) else {
                break;
            };
            let Some(chunk) = self.pending.pop_front() else {
                break;
            };
            if worker.running.is_empty() {
                worker.since = Instant::now();
            }
            // Before it is asked: from now on it may record.
            worker.log.silent(false);
            worker.outbox.extend_from_slice(&chunk.frame);
            worker.running.push_back(chunk);
            worker.chunks_sent += 1;
            worker.send();
            if (self.options.tasks_per_child).is_some_and(|most| worker.chunks_sent >= most) {
                worker.retiring = true;
            }
        }
        self.retire();
    }

    fn retire(&mut self) {
        let all = self.closing && self.pending.is_empty();
        for worker in &mut self.workers {
            if all || worker.retiring {
                worker.retire();
            }
        }
    }

    /// Whether a worker may speak that the supervisor does not wait for.
    pub(super) fn is_unheeded(&self) -> bool {
        self.workers.iter().any(|w| w.may_speak() && !w.heeded)
    }

    /// Takes in what busy workers have said by now. Trouble is left to the supervisor.
    pub(super) fn listen(&mut self, bytes: &mut [u8]) {
        for place in 0..self.workers.len() {
            let worker = &mut self.workers[place];
            if worker.running.is_empty() || worker.child.exit_fd().is_none() {
                continue;
            }
            worker.read(bytes);
            if self.heard(place).is_err() {
                let worker = &mut self.workers[place];
                worker.doom(TaskError::Failed("the worker sent nonsense".to_owned()));
            }
            let worker = &mut self.workers[place];
            worker.retiring |= worker.child.stdout.is_none();
        }
        self.dispatch();
    }

    /// What a worker said. An error: it talks nonsense.
    pub(super) fn heard(&mut self, place: usize) -> Result<(), WireError> {
        while let Some(message) = self.workers[place].inbox.take::<FromWorker>()? {
            match message {
                FromWorker::Ready { version, .. } if version != VERSION => {
                    return Err(WireError::Damaged);
                }
                FromWorker::Ready { .. } => {
                    self.workers[place].ready = true;
                    self.failed_starts = 0;
                }
                FromWorker::Report(report) => self.reported(place, report)?,
            }
        }
        Ok(())
    }

    fn reported(&mut self, place: usize, report: Report) -> Result<(), WireError> {
        let worker = &mut self.workers[place];
        let texts = report.texts.iter().map(|text| self.recorder.text(text));
        worker.texts.extend(texts);
        for thread in report.threads {
            worker.add_thread(self.recorder.remote(Actor {
                name: thread.name,
                badge: thread.badge,
                kind: ActorKind::Thread,
                parent: Some(worker.log.id()),
            }));
        }
        for (at, kind) in report.events {
            worker.push(at, kind);
        }
        for (thread, at, kind) in report.thread_events {
            worker.push_thread(thread, at, kind);
        }
        worker.promise(report.until);
        for (task, result, took) in report.results {
            let Some(chunk) = worker.running.front_mut() else {
                return Err(WireError::Damaged);
            };
            if chunk.id(chunk.ended) != task {
                return Err(WireError::Damaged);
            }
            let index = chunk.index + chunk.ended;
            chunk.ended += 1;
            worker.tasks_done += 1;
            self.outstanding -= 1;
            let result = result.map_err(TaskError::Failed);
            self.due
                .extend(chunk.group.complete(index, result, report.until));
            // Each task counts against the sum of its chunk; rising at once, falling slowly.
            let takes = Duration::from_nanos(took) * chunk.args.len() as u32;
            let known = self.chunk_takes.unwrap_or(takes);
            self.chunk_takes = Some(takes.max((known * 7 + takes) / 8));
            if chunk.open() == 0 {
                worker.running.pop_front();
                worker.since = Instant::now();
                if worker.running.front().is_some_and(|next| next.cancelled) {
                    worker.doom(TaskError::Cancelled);
                }
            }
        }
        if worker.running.is_empty() {
            worker.log.silent(true);
        }
        Ok(())
    }

    /// A worker has ended and everything it wrote was heard: says so, and sees to its tasks.
    pub(super) fn buried(&mut self, place: usize, log: &Log) {
        let mut worker = self.workers.swap_remove(place);
        let pid = worker.child.pid();
        let (exit, cpu_time) = worker.reap();
        let why = worker
            .doomed
            .clone()
            .unwrap_or_else(|| TaskError::WorkerDied {
                pid,
                exit,
                stderr: worker.last_words(),
            });
        let mut running = std::mem::take(&mut worker.running);
        let head = running.pop_front();
        // Later ones had not begun.
        for chunk in running.into_iter().rev() {
            self.pending.push_front(chunk);
        }
        let died = self.recorder.clock().now();
        let mut again = None;
        if let Some(mut chunk) = head {
            let retry = chunk.options.retries > 0
                && matches!(why, TaskError::WorkerDied { .. })
                && !self.terminated;
            for index in chunk.ended..chunk.args.len() {
                let kind = self.ended_early(chunk.id(index), &why);
                worker.log.observe(kind);
            }
            if retry {
                chunk.options.retries -= 1;
                again = Some(chunk);
            } else {
                self.fail(&mut chunk, &why, died);
            }
        }
        let end = match exit {
            Exit::Status(0) => End::Normal,
            Exit::Status(status) => End::Exited(status),
            Exit::Signal(signal) => End::Killed(signal),
        };
        if let Some(amount) = cpu_time {
            let what = Measure::CpuTime;
            worker.log.observe(EventKind::Measured { what, amount });
        }
        worker.end_threads(end);
        let ended = worker.log.observe(EventKind::Ended(end));
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
        if !worker.ready && worker.doomed.is_none() {
            self.failed_starts += 1;
        }
        if self.failed_starts >= FAILED_STARTS {
            self.give_up(worker.last_words(), log);
        }
    }

    /// Replaces workers that ended, while there is something to do for them.
    pub(super) fn replace(&mut self, log: &Log) {
        let done = self.closing && self.pending.is_empty();
        let missing = self.options.size.saturating_sub(self.workers.len());
        if self.terminated || done || missing == 0 {
            return;
        }
        // With others alive the pool goes on, smaller.
        if let Err(error) = self.start_workers(missing, log)
            && self.workers.is_empty()
        {
            self.give_up(error.to_string(), log);
        }
    }

    pub(super) fn item(&self, value: &Value) -> Item {
        value.item(|text| self.recorder.text(text))
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

    /// Ends what waits, with `why`, on record of `log`.
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
            if worker.doomed.is_none() {
                let to = worker.log.id();
                log.record(EventKind::SignalSent { to, signal: 9 });
                worker.doom(TaskError::Terminated);
            }
        }
    }

    fn give_up(&mut self, words: String, log: &Log) {
        self.closing = true;
        self.terminated = true;
        self.fail_pending(&TaskError::NoWorkers(words.clone()), log);
        for worker in &mut self.workers {
            worker.doom(TaskError::NoWorkers(words.clone()));
        }
    }

    /// Kills the workers whose task has had its time; until when the next one has.
    pub(super) fn time_out(&mut self, log: &Log) -> Option<Duration> {
        let mut next: Option<Duration> = None;
        for worker in &mut self.workers {
            let limit = worker.running.front().and_then(|c| c.options.timeout);
            let Some(limit) = limit.filter(|_| worker.doomed.is_none()) else {
                continue;
            };
            let left = limit.saturating_sub(worker.since.elapsed());
            if left.is_zero() {
                let to = worker.log.id();
                log.record(EventKind::SignalSent { to, signal: 9 });
                worker.doom(TaskError::TimedOut);
            } else {
                next = Some(next.map_or(left, |n| n.min(left)));
            }
        }
        next
    }
}
