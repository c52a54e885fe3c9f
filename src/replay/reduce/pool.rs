//! Pools: tasks wait, run on a worker, and end.

use super::Step;
use crate::replay::Oddity;
use crate::replay::state::{Pending, PoolState, Working};
use crate::trace::{Item, ResourceId, TaskId};

/// How a task ended.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum How {
    Finished,
    Failed,
    Cancelled,
}

pub fn submitted(step: &mut Step<'_>, res: ResourceId, task: TaskId, item: Item) {
    let (by, since) = (step.actor, step.at);
    let pending = Pending { task, item, by, since };
    step.resource(res).pool.pending.push_back(pending);
    step.moved(res, item, true);
}

pub fn started(step: &mut Step<'_>, res: ResourceId, task: TaskId) {
    let (actor, since) = (step.actor, step.at);
    if step.who().task.is_some() {
        step.odd(Oddity::TwoTasks(actor, res, task));
        let Some(last) = step.who().task else { return };
        (step.resource(last.pool).pool.running).retain(|&(_, running)| running != last.task);
    }
    let pool = &mut step.resource(res).pool;
    let known = withdraw(pool, task);
    if !known {
        step.odd(Oddity::UnknownTask(actor, res, task));
    }
    if step.has_ended() {
        return;
    }
    step.resource(res).pool.running.push((actor, task));
    step.effect.task_changed = true;
    step.who().task = Some(Working { pool: res, task, since });
}

pub fn ended(step: &mut Step<'_>, res: ResourceId, task: TaskId, how: How) {
    let actor = step.actor;
    let resource = step.resource(res);
    resource.removed += 1;
    let pool = &mut resource.pool;
    match how {
        How::Finished => pool.finished += 1,
        How::Failed => pool.failed += 1,
        How::Cancelled => pool.cancelled += 1,
    }
    let Some(place) = pool.running.iter().position(|&(_, t)| t == task) else {
        let waited = withdraw(pool, task);
        // Only a task that waits can be cancelled, or fail, without having begun.
        if !waited || how == How::Finished {
            step.odd(Oddity::UnknownTask(actor, res, task));
        }
        return;
    };
    let (worker, _) = pool.running.remove(place);
    let working = &mut step.state.actors[worker.index()].task;
    let ended = working.take_if(|w| w.pool == res && w.task == task);
    step.effect.task_changed = ended.is_some() && worker == actor;
}

/// Takes a task out of those that wait.
fn withdraw(pool: &mut PoolState, task: TaskId) -> bool {
    let place = pool.pending.iter().position(|p| p.task == task);
    place.and_then(|at| pool.pending.remove(at)).is_some()
}
