//! Pools: tasks wait, run on a worker, and end.

use super::Step;
use crate::replay::Oddity;
use crate::replay::journey::STOPS;
use crate::replay::state::{Pending, PoolState, Working};
use crate::trace::{ActorId, Item, ResourceId, TaskId};

/// The most workers of a pool that get a place.
const PLACES: usize = 4096;

/// How a task ended.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum How {
    Finished,
    Failed,
    Cancelled,
}

pub fn submitted(step: &mut Step<'_>, res: ResourceId, task: TaskId, item: Item) {
    let (by, since) = (step.actor, step.at);
    let pending = Pending { task, item, by, since, to: None };
    step.resource(res).pool.pending.push_back(pending);
    step.moved(res, item, true);
}

/// An actor takes the place of the one it replaces, or one of its own, in the pool it is a worker of.
pub fn joined(step: &mut Step<'_>, actor: ActorId) {
    let meta = step.meta;
    let Some((res, replaces)) = meta.actor(actor).and_then(|a| Some((a.pool?, a.replaces))) else {
        return;
    };
    step.state.fit_to(meta, 0, res.index() + 1);
    let places = &mut step.state.resources[res.index()].pool.places;
    if places.contains(&actor) {
        return;
    }
    match replaces.and_then(|old| places.iter().position(|place| *place == old)) {
        Some(place) => places[place] = actor,
        None if places.len() < PLACES => places.push(actor),
        None => {}
    }
}

/// The end of a worker: the tasks that were sent to it and that it has not begun go back to the queue.
pub fn left(step: &mut Step<'_>) {
    let actor = step.actor;
    let pool = step.meta.actor(actor).and_then(|a| a.pool);
    if let Some(resource) = pool.and_then(|res| step.state.resources.get_mut(res.index())) {
        for pending in &mut resource.pool.pending {
            pending.to.take_if(|to| *to == actor);
        }
    }
}

pub fn assigned(step: &mut Step<'_>, res: ResourceId, task: TaskId, count: u32, to: ActorId) {
    let end = task.0.saturating_add(count);
    // They are among the first: what waits longest is sent first.
    let mut left = count;
    for pending in &mut step.resource(res).pool.pending {
        if left == 0 {
            break;
        }
        if (task.0..end).contains(&pending.task.0) {
            pending.to = Some(to);
            left -= 1;
        }
    }
}

pub fn started(step: &mut Step<'_>, res: ResourceId, task: TaskId) {
    let (actor, since) = (step.actor, step.at);
    if let Some(last) = step.who().task.take() {
        step.odd(Oddity::TwoTasks(actor, res, task));
        (step.resource(last.pool).pool.running).retain(|&running| running != (actor, last.task));
    }
    let pool = &mut step.resource(res).pool;
    let known = withdraw(pool, task);
    if !known {
        if is_over(step, res, task) {
            // It has been said to have failed, or was cancelled. That its worker begins it all the same changes nothing for the pool.
            return;
        }
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
    if is_over(step, res, task) {
        // Its end has been told: what its worker says of it after that changes nothing for who waits for it.
        return;
    }
    let resource = step.resource(res);
    resource.removed += 1;
    let pool = &mut resource.pool;
    match how {
        How::Finished => pool.finished += 1,
        How::Failed => pool.failed += 1,
        How::Cancelled => pool.cancelled += 1,
    }
    // Whose task it is: the actor's own one, or that of another, who has died, say.
    let mut running = pool.running.iter();
    let own = running.position(|&running| running == (actor, task));
    let place = own.or_else(|| pool.running.iter().position(|&(_, t)| t == task));
    let Some(place) = place else {
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
    step.effect.taken_from = ended.filter(|_| worker != actor).map(|_| worker);
    if let Some(working) = ended {
        let journeys = &mut step.state.journeys;
        let state = &mut step.state.actors[worker.index()];
        // That a task has failed is said by others, and later, where its worker was killed.
        let until = state.end.map_or(step.at, |(_, end)| end);
        state.busy = state.busy + until.since(working.since);
        state.tasks_done += u32::from(how == How::Finished);
        // It may have been handed over to be kept before the task was said to have failed.
        let exception = state.exception.or_else(|| journeys.kept_by(worker, working.since));
        let lost = &mut step.state.resources[res.index()].pool.lost;
        match exception {
            _ if how != How::Failed => {}
            Some(exception) => journeys.failed(exception, res, task),
            None if lost.len() < STOPS => lost.push(task),
            None => {}
        }
    }
}

/// Whoever takes the result of a task that is lost learns of that.
pub fn taken(step: &mut Step<'_>, res: ResourceId, task: TaskId, count: u32) {
    let is_lost = count == 1 && step.resource(res).pool.lost.contains(&task);
    step.who().missed = is_lost.then_some((res, task));
}

/// Whether a task has been handed in, and neither waits nor is under way.
fn is_over(step: &mut Step<'_>, res: ResourceId, task: TaskId) -> bool {
    let resource = step.resource(res);
    let pool = &resource.pool;
    // First what is short.
    u64::from(task.0) < resource.added
        && !pool.running.iter().any(|&(_, running)| running == task)
        && !pool.pending.iter().any(|pending| pending.task == task)
}

/// Removes a task from the pending ones.
fn withdraw(pool: &mut PoolState, task: TaskId) -> bool {
    let place = pool.pending.iter().position(|p| p.task == task);
    place.and_then(|at| pool.pending.remove(at)).is_some()
}
