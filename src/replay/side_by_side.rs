//! Tasks beside each other: how many were under way at once, and which overtook others.

use super::tasks::{Ending, PoolTasks, Task};
use crate::trace::Nanos;

/// How many of some tasks were under way, from each instant on at which that changed. One that has not ended by `end` has
/// been until then.
pub fn under_way<'a>(tasks: impl IntoIterator<Item = &'a Task>, end: Nanos) -> Vec<(Nanos, usize)> {
    let lives = tasks.into_iter().filter_map(|task| {
        let (started, _) = task.started?;
        Some((started, task.ended.map_or(end, |(at, _)| at.min(end)).max(started)))
    });
    let mut changes: Vec<(Nanos, isize)> =
        lives.flat_map(|(from, to)| [(from, 1), (to, -1)]).collect();
    // An end comes before a start at the same instant.
    changes.sort_unstable();
    let mut now = 0;
    let counted = changes.into_iter().map(|(at, change)| {
        now += change;
        (at, usize::try_from(now).unwrap_or(0))
    });
    counted.collect()
}

impl PoolTasks {
    /// The tasks that ended before one that was handed in earlier, in the order they were handed in.
    pub fn overtakers(&self) -> impl Iterator<Item = &Task> {
        let mut latest = Nanos::ZERO;
        // What is cancelled is never completed.
        let counts =
            |task: &&Task| !task.retried && !matches!(task.ended, Some((_, Ending::Cancelled)));
        self.all.iter().filter(counts).filter(move |task| {
            let end = task.ended.map_or(Nanos::MAX, |(at, _)| at);
            latest = latest.max(end);
            end < latest
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::tasks::Tasks;
    use super::*;
    use crate::trace::{ActorId, Event, EventKind, Item, ResourceId, SourceId, TaskId};

    #[test]
    fn what_ran_beside_what_is_counted() {
        let (mut tasks, res) = (Tasks::default(), ResourceId(0));
        let submitted =
            |task: u32| EventKind::TaskSubmitted { res, task: TaskId(task), item: Item::NOTHING };
        let started = |task: u32| EventKind::TaskStarted { res, task: TaskId(task) };
        let finished =
            |task: u32| EventKind::TaskFinished { res, task: TaskId(task), item: Item::NOTHING };
        let kinds = [
            (1, submitted(0)),
            (2, submitted(1)),
            (3, submitted(2)),
            (4, submitted(3)),
            (10, started(0)),
            (20, started(1)),
            (30, finished(1)),
            (30, started(2)),
            (40, finished(0)),
            (50, finished(2)),
        ];
        for (index, (at, kind)) in kinds.into_iter().enumerate() {
            let (at, actor, source) = (Nanos(at), ActorId(0), SourceId::NONE);
            tasks.follow(index, &Event { at, seq: index as u32, actor, source, kind });
        }
        let pool = tasks.of(res).cloned().unwrap_or_default();
        let overtakers: Vec<u32> = pool.overtakers().map(|task| task.id.0).collect();
        assert_eq!(overtakers, [1], "the last one has not ended");
        let counts = [(10, 1), (20, 2), (30, 1), (30, 2), (40, 1), (50, 0)];
        assert_eq!(under_way(&pool.all, Nanos(60)), counts.map(|(at, count)| (Nanos(at), count)));
        let until = under_way(&pool.all[..1], Nanos(15));
        assert_eq!(until, [(Nanos(10), 1), (Nanos(15), 0)], "cut off");
    }
}
