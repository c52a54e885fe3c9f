//! Tasks that wait at a worker: in a chunk that it has begun. They are neither in the queue nor running.

use crate::replay::{PoolTasks, State, TaskStage};
use crate::topics::process_pool::world::Side;
use crate::trace::{ActorId, Nanos, TaskId};
use std::ops::Range;

/// Which tasks wait at each worker.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Handed {
    each: Vec<(ActorId, Range<usize>)>,
}

/// How many ended tasks are looked at to see what a worker did last, between two tasks of a chunk.
const NEAR: usize = 256;

impl Handed {
    /// Those of an instant at which `state` was true, of so many tasks that travel in chunks of `chunk`.
    pub fn at(
        (side, state, now): (&Side, &State, Nanos),
        tasks: &PoolTasks,
        count: usize,
        chunk: usize,
    ) -> Self {
        if chunk <= 1 {
            return Self::default();
        }
        let count = count.min(tasks.known_at(now).len());
        let all = side.slots.iter().flatten();
        let lives = |id: &&ActorId| {
            let known = state.actor(**id);
            known.is_some_and(|actor| actor.os_id > 0 && actor.end.is_none())
        };
        let last = |worker: ActorId| {
            let working = state.actor(worker)?.task;
            let mut near = tasks.ended_at(now).rev().take(NEAR);
            working.map(|w| w.task).or_else(|| {
                let done = near.find(|task| task.worker() == Some(worker))?;
                Some(done.id)
            })
        };
        let waiting = |worker: ActorId| {
            let done = last(worker)?.index();
            let end = ((done / chunk + 1) * chunk).min(count);
            let pending = |task: usize| {
                let found = tasks.get(TaskId::from_index(task));
                let waits = |stage| matches!(stage, TaskStage::Pending | TaskStage::Prefetched(_));
                found.is_some_and(|task| waits(task.at(now)))
            };
            // They are done in order, so that the next one tells of all.
            let next = done + 1;
            (next < end && pending(next)).then_some((worker, next..end))
        };
        Self { each: all.filter(lives).filter_map(|id| waiting(*id)).collect() }
    }

    /// How many wait at a worker.
    pub fn of(&self, worker: ActorId) -> usize {
        let found = self.each.iter().find(|(id, _)| *id == worker);
        found.map_or(0, |(_, waiting)| waiting.len())
    }

    /// How many wait at all workers.
    pub fn all(&self) -> usize {
        self.each.iter().map(|(_, waiting)| waiting.len()).sum()
    }

    /// Whether a task waits at a worker.
    pub fn has(&self, task: usize) -> bool {
        self.each.iter().any(|(_, waiting)| waiting.contains(&task))
    }
}
