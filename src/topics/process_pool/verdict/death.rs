//! The unplanned end of a worker process, and what became of its task.

use super::Now;
use crate::replay::words::capital;
use crate::replay::{Ending, PoolTasks, Task};
use crate::topics::pools::{died, successor};
use crate::trace::{ActorId, TaskId};
use crate::widgets::scene::moment::Moment;

/// The end of a worker that the pool did not ask for.
pub struct Death {
    /// The worker.
    pub worker: ActorId,
    /// The worker, the way it ended and its task, without a full stop.
    pub title: String,
    /// The fate of the task and the replacement of the worker, in sentences.
    pub then: String,
    /// It was at a task.
    pub at_work: bool,
}

impl Death {
    /// The last such end in the pool.
    pub fn last(moment: &Now<'_>) -> Option<Self> {
        let Now { view, pool, .. } = moment;
        let dead = pool.workers.iter().filter_map(|(worker, _)| {
            let (end, at) = view.state.actor(*worker)?.end?;
            Some((at, *worker, died(end)?))
        });
        let (at, worker, how) = dead.max_by_key(|(at, ..)| *at)?;
        let meta = view.trace.meta();
        let mut title = format!("{} {how}", capital(&meta.actor_name(worker)));
        let (mut then, mut at_work) = (String::new(), false);
        let tasks = view.replay.tasks().of(pool.res);
        if let Some((tasks, task)) = tasks.zip(view.replay.lost_with(pool.res, worker, at)) {
            at_work = true;
            title = format!("{title} in task {}", task.id.0);
            then = became(moment, tasks, task).unwrap_or_default();
        }
        then = format!("{then} {}", successor(meta, view.state, worker)).trim().to_owned();
        Some(Self { worker, title, then, at_work })
    }

    /// The moment that is about it.
    pub fn moment(self) -> Moment {
        Moment { actor: Some(self.worker), title: self.title, text: self.then }
    }
}

/// The fate of a lost task by now, and of the tasks that were sent to the worker in one chunk with it.
fn became(moment: &Now<'_>, tasks: &PoolTasks, lost: &Task) -> Option<String> {
    let Now { view, plan, .. } = moment;
    let (_, ending) = lost.ended.filter(|(at, _)| *at <= view.now)?;
    // A chunk is one message: a worker that dies in it loses the rest of the chunk.
    let chunk = u32::try_from(moment.chunk().max(1)).unwrap_or(u32::MAX);
    let known = |id: &u32| tasks.get(TaskId(*id)).is_some_and(|task| task.submitted <= view.now);
    let left =
        (lost.id.0 + 1..(lost.id.0 / chunk + 1).saturating_mul(chunk)).take_while(known).count();
    let with = match left {
        0 => String::new(),
        1 => " with the next one of its chunk".to_owned(),
        n => format!(" with the {n} after it in its chunk"),
    };
    let again = tasks.is_retried_at(lost, view.now);
    let because = match ending {
        // The reason may be the time-out that the user set.
        Ending::Failed(error) if plan.timeout.is_some() => {
            format!(": {}", view.trace.meta().text(error))
        }
        _ => String::new(),
    };
    Some(match ending {
        _ if again => format!("The task is begun again{with}."),
        Ending::Cancelled => format!("The task is cancelled{with}."),
        _ => format!("The task is reported as failed{with}{because}."),
    })
}
