//! What each worker has done, task by task: read on while the trace grows, so that totals up to any instant cost a search
//! per worker and not a walk over all tasks.

use crate::replay::Replay;
use crate::trace::{ActorId, Meta, Nanos, ResourceId, ResourceKind};

/// A task that has ended.
#[derive(Clone, Copy, Debug)]
pub struct DoneTask {
    /// When it was handed in.
    pub submitted: Nanos,
    /// When the worker began it.
    pub started: Nanos,
    /// When it ended.
    pub ended: Nanos,
    /// Of the worker's tasks up to and with this one: the time they waited for a worker.
    pub waited: Nanos,
    /// The same: the time they took.
    pub busy: Nanos,
    /// The same but for the first one: the time from when the task and the worker were both there until it began.
    pub overhead: Nanos,
}

/// What the workers of all pools have done, as far as the trace has been read.
#[derive(Clone, Debug, Default)]
pub struct Done {
    /// By actor, in the order the tasks ended.
    each: Vec<Vec<DoneTask>>,
    /// By resource: how many tasks of the pool have been read.
    read: Vec<usize>,
}

impl Done {
    /// All of a trace.
    pub fn of(meta: &Meta, replay: &Replay) -> Self {
        let mut done = Self::default();
        done.read_on(meta, replay);
        done
    }

    /// Reads what has ended since.
    pub fn read_on(&mut self, meta: &Meta, replay: &Replay) {
        self.read.resize(meta.resources.len(), 0);
        for (index, read) in self.read.iter_mut().enumerate() {
            if meta.resources[index].kind != ResourceKind::Pool {
                continue;
            }
            let Some(tasks) = replay.tasks().of(ResourceId::from_index(index)) else {
                continue;
            };
            for place in tasks.ended.get(*read..).unwrap_or_default() {
                let task = &tasks.all[*place as usize];
                let (Some((started, worker)), Some((ended, _))) = (task.started, task.ended) else {
                    continue;
                };
                if self.each.len() <= worker.index() {
                    self.each.resize_with(worker.index() + 1, Vec::new);
                }
                let mine = &mut self.each[worker.index()];
                let (waited, busy, overhead) = mine.last().map_or_else(Default::default, |last| {
                    let ready = task.submitted.max(last.ended);
                    (last.waited, last.busy, last.overhead + started.since(ready))
                });
                mine.push(DoneTask {
                    submitted: task.submitted,
                    started,
                    ended,
                    waited: waited + started.since(task.submitted),
                    busy: busy + ended.since(started),
                    overhead,
                });
            }
            *read = tasks.ended.len();
        }
    }

    /// Those of a worker's ended tasks that it had begun by an instant; the last one may have ended later.
    pub fn begun(&self, worker: ActorId, until: Nanos) -> &[DoneTask] {
        let all = self.each.get(worker.index()).map_or(&[][..], Vec::as_slice);
        &all[..all.partition_point(|task| task.started <= until)]
    }
}
