//! Waiting, for whatever it may be. Waiters stand in the order in which they began to wait.

use super::{Step, actor, barrier, condition};
use crate::replay::Oddity;
use crate::replay::state::{Waiter, Waiting};
use crate::trace::{ResourceId, ResourceKind, WaitEnd, WaitOp};

pub fn began(step: &mut Step<'_>, res: ResourceId, op: WaitOp) {
    if step.has_ended() {
        return;
    }
    if abandon(step) {
        step.odd(Oddity::TwoWaits(step.actor, res));
    }
    let (actor, since) = (step.actor, step.at);
    step.who().waiting = Some(Waiting { res, op, since });
    if op == WaitOp::Task {
        // An idle worker stands in nobody's line.
        return;
    }
    let waiter = Waiter { actor, since, op, passed_over: 0 };
    step.resource(res).waiters.push(waiter);
    if step.kind(res) == Some(ResourceKind::Barrier) {
        barrier::arrived(step, res);
    }
}

pub fn ended(step: &mut Step<'_>, res: ResourceId, how: WaitEnd) {
    if !end(step, res) {
        step.odd(Oddity::NoWait(step.actor, res));
        return;
    }
    match step.kind(res) {
        Some(ResourceKind::Barrier) if how != WaitEnd::Woken => barrier::left(step, res),
        Some(ResourceKind::Condition) if how == WaitEnd::Woken => condition::went_on(step, res),
        _ => {}
    }
    if how == WaitEnd::Woken
        && let Some(of) = step.meta.resource(res).and_then(|resource| resource.of)
    {
        actor::seen(step, of);
    }
}

/// The end of a wait, if there was one, because the resource was acquired. Those who have waited longer and still wait
/// were passed over.
pub fn acquired(step: &mut Step<'_>, res: ResourceId) {
    let (actor, kind) = (step.actor, step.kind(res));
    let resource = step.resource(res);
    // An owner that takes a lock once more takes it from nobody; of a semaphore it takes one more permit.
    let again = kind != Some(ResourceKind::Semaphore)
        && resource.owners.iter().any(|(owner, _)| *owner == actor);
    let place = resource.waiters.iter().position(|waiter| waiter.actor == actor);
    let before = if again { 0 } else { place.unwrap_or(resource.waiters.len()) };
    for waiter in &mut resource.waiters[..before] {
        if waiter.op == WaitOp::Acquire {
            waiter.passed_over = waiter.passed_over.saturating_add(1);
        }
    }
    end(step, res);
}

/// Drops the wait of the event's actor, if there is one. A notification that was for it is gone with it.
pub fn abandon(step: &mut Step<'_>) -> bool {
    let Some(waiting) = step.who().waiting else {
        return false;
    };
    if step.kind(waiting.res) == Some(ResourceKind::Condition) {
        condition::left(step, waiting.res);
    }
    end(step, waiting.res)
}

fn end(step: &mut Step<'_>, res: ResourceId) -> bool {
    let actor = step.actor;
    let Some(waiting) = step.who().waiting.take_if(|w| w.res == res) else {
        return false;
    };
    if waiting.op == WaitOp::Task {
        return true;
    }
    let resource = step.resource(res);
    if let Some(place) = resource.waiters.iter().position(|w| w.actor == actor) {
        resource.waiters.remove(place);
    }
    condition::at_most_all(resource);
    step.effect.waited = Some(waiting);
    true
}
