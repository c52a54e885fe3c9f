//! Semaphores: a number of permits.

use super::Step;
use crate::replay::Oddity;
use crate::trace::{ResourceId, SourceId};

pub fn acquired(step: &mut Step<'_>, res: ResourceId, source: SourceId) {
    match step.resource(res).permits.checked_sub(1) {
        Some(left) => step.resource(res).permits = left,
        None => step.odd(Oddity::NoPermit(step.actor, res)),
    }
    // One that began without a permit is a signal: what is taken was handed over, and nobody gives it back.
    if step.capacity(res) == Some(0) {
        return;
    }
    step.taker(res);
    step.take(res, source);
}

/// Anybody may release a semaphore: where the releaser never took a permit, the oldest one taken is the one given back.
/// One that takes and gives back, and has none now, gives back what nobody had: there are more permits from then on.
pub fn released(step: &mut Step<'_>, res: ResourceId) {
    let actor = step.actor;
    let is_signal = step.capacity(res) == Some(0);
    let semaphore = step.resource(res);
    semaphore.permits = semaphore.permits.saturating_add(1);
    if is_signal {
        return;
    }
    let own = semaphore.owners.iter().position(|(owner, _)| *owner == actor);
    if own.is_some() || !semaphore.takers.contains(&actor) {
        step.give_back(res, own.unwrap_or(0), false);
    }
}
