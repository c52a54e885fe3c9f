//! Messages from workers: readiness, events, results.

use super::TaskError;
use super::scheduler::Scheduler;
use crate::record::Log;
use crate::trace::Nanos;
use crate::workers::wire::{self, Entry, FromWorker, Report, VERSION, WireError};
use std::time::{Duration, Instant};

impl Scheduler {
    /// Reads what busy workers have written so far. Failures are left to the supervisor.
    pub(super) fn receive_all(&mut self, bytes: &mut [u8], log: &Log) {
        for place in 0..self.workers.len() {
            let worker = &mut self.workers[place];
            if worker.running.is_empty() || worker.child.exit_fd().is_none() {
                continue;
            }
            worker.read(bytes);
            if self.receive(place).is_err() {
                let worker = &mut self.workers[place];
                worker.kill(TaskError::Failed("the worker sent nonsense".to_owned()));
            }
            let worker = &mut self.workers[place];
            worker.retiring |= worker.child.stdout.is_none();
        }
        self.dispatch(log);
    }

    /// Handles the messages of a worker that have arrived whole. An error: they are damaged.
    pub(super) fn receive(&mut self, place: usize) -> Result<(), WireError> {
        while let Some(message) = self.workers[place].inbox.take::<FromWorker>()? {
            match message {
                FromWorker::Ready { version, .. } if version != VERSION => {
                    return Err(WireError::Damaged);
                }
                FromWorker::Ready { .. } => {
                    self.workers[place].ready = true;
                    // Its start is not its first task's time.
                    self.workers[place].since = Instant::now();
                    self.failed_starts = 0;
                }
                FromWorker::Report(report) => self.reported(place, report)?,
            }
        }
        Ok(())
    }

    fn reported(&mut self, place: usize, report: Report) -> Result<(), WireError> {
        self.workers[place].reports += 1;
        self.take_entries(place, &report.entries.0)?;
        let worker = &mut self.workers[place];
        worker.promise(report.until);
        if worker.running.is_empty() {
            worker.log.silent(true);
        }
        Ok(())
    }

    /// Takes what an ended worker left unsent in its journal. Answers whether that is all of it.
    pub(super) fn recover(&mut self, place: usize) -> bool {
        let unsent = self.workers[place].unsent();
        unsent.is_some_and(|unsent| self.take_entries(place, &unsent).is_ok())
    }

    /// Records the entries of a report.
    fn take_entries(&mut self, place: usize, bytes: &[u8]) -> Result<(), WireError> {
        let worker = &mut self.workers[place];
        let mut last = Nanos::ZERO;
        for entry in wire::entries(bytes) {
            let entry = entry?;
            if let Entry::Event(at, _) = &entry {
                last = *at;
            }
            let Some((task, result, took)) = worker.take_entry(&self.recorder, entry) else {
                continue;
            };
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
            self.due.extend(chunk.group.complete(index, result, last));
            // Each task counts against the sum of its chunk; rising at once, falling slowly.
            let tasks = u32::try_from(chunk.args.len()).unwrap_or(u32::MAX);
            let takes = Duration::from_nanos(took).saturating_mul(tasks);
            let known = self.chunk_takes.unwrap_or(takes);
            let slowly = known.saturating_mul(7).saturating_add(takes) / 8;
            self.chunk_takes = Some(takes.max(slowly));
            if chunk.open() == 0 {
                worker.running.pop_front();
                worker.since = Instant::now();
                if worker.running.front().is_some_and(|next| next.cancelled) {
                    worker.kill(TaskError::Cancelled);
                }
            }
        }
        Ok(())
    }
}
