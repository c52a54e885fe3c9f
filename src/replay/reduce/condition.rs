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
    if condition.notified < all {
        step.odd(Oddity::NotifiedNobody(actor, res));
    }
}

/// One that was notified has gone on.
pub fn went_on(step: &mut Step<'_>, res: ResourceId) {
    let condition = step.resource(res);
    condition.notified = condition.notified.saturating_sub(1);
}

/// No more can be notified than wait.
pub fn at_most_all(condition: &mut ResourceState) {
    let waiting = u32::try_from(condition.waiters.len()).unwrap_or(u32::MAX);
    condition.notified = condition.notified.min(waiting);
}
