//! Conditions: waiters go on when they have been notified, the one that waited longest first.

use super::Step;
use crate::replay::Oddity;
use crate::replay::state::ResourceState;
use crate::trace::ResourceId;

pub fn notified(step: &mut Step<'_>, res: ResourceId, woken: u32) {
    let actor = step.actor;
    let signal = Some((step.at, actor));
    let condition = step.resource(res);
    condition.last_signal = signal;
    let all = condition.notified.saturating_add(woken);
    condition.notified = all;
    at_most_all(condition);
    // Nobody takes a killed process out of the line.
    let in_vain = all - condition.notified;
    let to_the_dead = in_vain.min(condition.dead_waiters);
    condition.dead_waiters -= to_the_dead;
    if to_the_dead < in_vain {
        step.odd(Oddity::NotifiedNobody(actor, res));
    }
}

/// The end of a notified actor's wait.
pub fn went_on(step: &mut Step<'_>, res: ResourceId) {
    let condition = step.resource(res);
    condition.notified = condition.notified.saturating_sub(1);
}

/// A waiter goes without having gone on. Those who have waited longest have been notified.
pub fn left(step: &mut Step<'_>, res: ResourceId) {
    let actor = step.actor;
    let condition = step.resource(res);
    let place = condition.waiters.iter().position(|waiter| waiter.actor == actor);
    if place.is_some_and(|place| place < condition.notified as usize) {
        condition.notified -= 1;
    }
}

/// Keeps the number of notified waiters within that of all waiters.
pub fn at_most_all(condition: &mut ResourceState) {
    let waiting = u32::try_from(condition.waiters.len()).unwrap_or(u32::MAX);
    condition.notified = condition.notified.min(waiting);
}
