//! The scheduler, shared by submitters and the supervisor: which worker gets which chunk.

use super::chunk::Chunk;
use super::group::TaskResult;
use super::worker::Worker;
use super::{Callback, PoolOptions, TaskError};
use crate::record::{Log, Recorder, RemoteLog, refused};
use crate::trace::{Actor, ActorId, End, EventKind, Item, ResourceId, SIGKILL};
use crate::workers::Value;
use crate::workers::sys;
use crate::workers::wire::{self, ToWorker, VERSION};
use std::collections::VecDeque;
use std::io;
use std::time::{Duration, Instant};

/// The most work, in time, that a worker is sent ahead. It keeps short tasks from waiting for messages.
const AHEAD: Duration = Duration::from_micros(200);
/// The most chunks that a worker is sent ahead.
const DEEPEST: usize = 32;

/// The pause after the system has refused a worker, before the next is tried. It ends early when a worker ends.
const REFUSED: Duration = Duration::from_secs(1);

/// Callbacks to be called, each with its result.
pub(super) type Due = Vec<(Callback, TaskResult)>;

pub(super) struct Scheduler {
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
    /// Whether a thread waits for the pool's end, which a stop of the run does not wake: the supervisor looks for stops.
    pub(super) joined: bool,
    /// Why no worker can work, once that is so.
    pub(super) gave_up: Option<String>,
    /// Callbacks to be called once the pool is unlocked.
    pub(super) due: Due,
    started: usize,
    /// Workers that have ended and have no replacement yet, in the order of their ends.
    pub(super) vacated: VecDeque<ActorId>,
    /// The number of workers in a row that died before they were ready.
    pub(super) failed_starts: u32,
    /// When the next worker is tried, after the system has refused one. They are tried one by one until all are there.
    pub(super) retry: Option<Instant>,
    /// The time that a chunk takes, once it is known.
    pub(super) chunk_takes: Option<Duration>,
}

impl Scheduler {
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
            joined: false,
            gave_up: None,
            due: Vec::new(),
            started: 0,
            vacated: VecDeque::new(),
            failed_starts: 0,
            retry: None,
            chunk_takes: None,
        }
    }

    /// Starts more workers, on record in `log`. An error: not all of them could be started.
    pub(super) fn start_workers(&mut self, count: usize, log: &Log) -> io::Result<()> {
        // On record before it is done: the time it takes is part of what a worker costs.
        let logs: Vec<_> = (0..count).map(|_| self.announce(log)).collect();
        let mut refused = None;
        for (mut remote, child) in logs.into_iter().zip(sys::spawn(self.options.start, count, &[]))
        {
            match child {
                Ok(child) => self.add_worker(child, remote),
                Err(error) => {
                    let text = self.recorder.text(&refused::why(&error));
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
        let name = format!("{} {number}", self.options.worker);
        let actor = Actor::process(name, format!("{}{number}", self.options.worker_badge))
            .started_by(self.parent)
            .in_section(self.options.section)
            .worker_of(self.res)
            .replacing(self.vacated.pop_front());
        let remote = self.recorder.remote(actor);
        log.record(EventKind::Spawned { child: remote.id() });
        remote
    }

    fn add_worker(&mut self, child: sys::Child, remote: RemoteLog) {
        let mut worker = Worker::new(child, remote, self.options.section);
        let hello = ToWorker::Hello {
            version: VERSION,
            origin: self.recorder.clock().origin(),
            pool: Some(self.res),
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

    /// Hands pending chunks to workers: to idle ones first, then to the ones with the fewest chunks.
    pub(super) fn dispatch(&mut self, log: &Log) {
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
            // Tasks that it does not begin at once, as one that is still starting: no other worker can take them now.
            if !worker.running.is_empty() || chunk.open() > 1 || worker.chunks_sent == 0 {
                log.record(EventKind::TaskAssigned {
                    res: self.res,
                    task: chunk.id(chunk.ended),
                    count: u32::try_from(chunk.open()).unwrap_or(u32::MAX),
                    to: worker.log.id(),
                });
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

    /// Whether a worker may write that the supervisor does not poll.
    pub(super) fn has_unpolled(&self) -> bool {
        self.workers.iter().any(|w| w.may_write() && !w.polled)
    }

    /// Whether there is something that only the supervisor does: full pipes, exits, timeouts, callbacks.
    pub(super) fn needs_supervisor(&self) -> bool {
        let timed = |w: &Worker| w.running.front().is_some_and(|c| c.options.timeout.is_some());
        let mut workers = self.workers.iter();
        let replaces = !self.pending.is_empty() && self.workers.len() < self.options.size;
        replaces
            || !self.due.is_empty()
            || workers.any(|w| !w.outbox.is_empty() || w.retiring || timed(w))
    }

    /// Replaces workers that ended while there are tasks for them. Answers with the time until the next attempt.
    pub(super) fn replace(&mut self, log: &Log) -> Option<Duration> {
        let done = self.closing && self.pending.is_empty();
        let mut missing = self.options.size.saturating_sub(self.workers.len());
        if self.closing || self.options.tasks_per_child.is_some() {
            // Pending chunks have found no worker. No more tasks come, or the next submission starts another worker.
            missing = missing.min(self.pending.len());
        }
        if self.workers.len() >= self.options.size {
            self.retry = None;
        }
        if self.terminated || done || missing == 0 {
            return None;
        }
        if let Some(at) = self.retry {
            let left = at.saturating_duration_since(Instant::now());
            if !left.is_zero() {
                return Some(left);
            }
            missing = 1;
        }
        let Err(error) = self.start_workers(missing, log) else {
            return self.retry.map(|_| Duration::ZERO);
        };
        if self.workers.is_empty() {
            self.give_up(refused::why(&error), log);
            return None;
        }
        // With others alive the pool goes on, smaller. Each attempt is an actor in the trace: they are few.
        self.retry = Some(Instant::now() + REFUSED);
        Some(REFUSED)
    }

    pub(super) fn item(&self, value: &Value) -> Item {
        value.item(|text| self.recorder.text(text))
    }

    /// Kills the workers whose task has timed out. Answers with the time until the next timeout.
    pub(super) fn time_out(&mut self, log: &Log) -> Option<Duration> {
        let mut next: Option<Duration> = None;
        for worker in &mut self.workers {
            let limit = worker.running.front().and_then(|c| c.options.timeout);
            let Some(limit) = limit.filter(|_| worker.ready && worker.killed.is_none()) else {
                continue;
            };
            let left = limit.saturating_sub(worker.since.elapsed());
            if left.is_zero() {
                let to = worker.log.id();
                log.record(EventKind::SignalSent { to, signal: SIGKILL });
                worker.kill(TaskError::TimedOut);
            } else {
                next = Some(next.map_or(left, |n| n.min(left)));
            }
        }
        next
    }
}
