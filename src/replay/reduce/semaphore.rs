//! Semaphores: a number of permits.

use super::Step;
use crate::replay::Oddity;
use crate::trace::{ResourceId, SourceId};

pub fn acquired(step: &mut Step<'_>, res: ResourceId, source: SourceId) {
    match step.resource(res).permits.checked_sub(1) {
        Some(left) => step.resource(res).permits = left,
        None => step.odd(Oddity::NoPermit(step.actor, res)),
    }
    step.take(res, source);
}

/// Anybody may release a semaphore: where the releaser has no permit, the oldest one taken is the one given back.
pub fn released(step: &mut Step<'_>, res: ResourceId) {
    let actor = step.actor;
    let semaphore = step.resource(res);
    semaphore.permits = semaphore.permits.saturating_add(1);
    let own = semaphore.owners.iter().position(|(owner, _)| *owner == actor);
    step.give_back(res, own.unwrap_or(0), false);
}
