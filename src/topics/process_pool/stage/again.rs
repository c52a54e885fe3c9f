//! Attempts that were lost, and whose tasks were handed in again: such a task has not failed.

use crate::replay::{Ending, PoolTasks, Task};
use crate::trace::{Nanos, TaskId};
use std::collections::{HashMap, HashSet};

/// Attempts that have ended, of tasks that were handed in again by the instant shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Again {
    /// How many of them the trace has as failed.
    pub failed: u64,
    /// How many as cancelled.
    pub cancelled: u64,
    /// Which: a task, and when it had been handed in.
    lost: HashSet<(TaskId, Nanos)>,
}

impl Again {
    /// Those of an instant at which so many attempts had ended without a result. No walk over the tasks where none had.
    pub fn at(tasks: &PoolTasks, now: Nanos, fruitless: u64) -> Self {
        let mut again = Self::default();
        if fruitless == 0 {
            return again;
        }
        let mut times: HashMap<TaskId, u32> = HashMap::new();
        for task in tasks.known_at(now).iter().filter(|task| task.attempt > 1) {
            *times.entry(task.id).or_default() += 1;
        }
        if times.is_empty() {
            return again;
        }
        // Of a task that was handed in again three times the first three attempts were lost.
        for task in tasks.ended_at(now) {
            let Some((_, ending)) = task.ended else {
                continue;
            };
            if let Some(left) = times.get_mut(&task.id).filter(|left| **left > 0) {
                *left -= 1;
                match ending {
                    Ending::Finished(_) => continue,
                    Ending::Failed(_) => again.failed += 1,
                    Ending::Cancelled => again.cancelled += 1,
                }
                again.lost.insert((task.id, task.submitted));
            }
        }
        again
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.lost.len()
    }

    /// Whether an attempt is one of them.
    pub fn has(&self, task: &Task) -> bool {
        self.lost.contains(&(task.id, task.submitted))
    }
}
