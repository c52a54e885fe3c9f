//! What the pool makes of what its workers say.

use super::TaskError;
use super::core::Core;
use crate::record::Log;
use crate::workers::wire::{FromWorker, Report, VERSION, WireError};
use std::time::{Duration, Instant};

impl Core {
    /// Takes in what busy workers have said by now. Trouble is left to the supervisor.
    pub(super) fn listen(&mut self, bytes: &mut [u8], log: &Log) {
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
        self.dispatch(log);
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
        let worker = &mut self.workers[place];
        let texts = report.texts.iter().map(|text| self.recorder.text(text));
        worker.texts.extend(texts);
        let points = report.points.iter().map(|name| self.recorder.source(name));
        worker.points.extend(points);
        for thread in report.threads {
            worker.add_thread(&self.recorder, thread);
        }
        for (at, told) in report.events {
            worker.tells(at, told);
        }
        for (thread, at, told) in report.thread_events {
            worker.thread_tells(thread, at, told);
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
            self.due.extend(chunk.group.complete(index, result, report.until));
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
                    worker.doom(TaskError::Cancelled);
                }
            }
        }
        if worker.running.is_empty() {
            worker.log.silent(true);
        }
        Ok(())
    }
}
