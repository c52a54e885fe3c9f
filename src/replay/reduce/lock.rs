//! Locks and rlocks: one owner at a time; an rlock's owner may take it again.

use super::{Step, fork};
use crate::replay::Oddity;
use crate::trace::{ResourceId, ResourceKind, SourceId};

pub fn acquired(step: &mut Step<'_>, res: ResourceId, source: SourceId) {
    let (actor, kind) = (step.actor, step.kind(res));
    fork::had(step, res);
    match step.resource(res).owners.first().map(|(owner, _)| *owner) {
        Some(owner) if owner == actor && kind == Some(ResourceKind::Lock) => {
            step.odd(Oddity::TwoOwners(actor, res, actor));
            return;
        }
        Some(owner) if owner == actor => {}
        // Of a resource without a name nobody knows how many owners it may have.
        Some(owner) if kind.is_some() => {
            // Taking over from one that died with the lock is what robust locks are for.
            if step.state.actors[owner.index()].end.is_none() {
                step.odd(Oddity::TwoOwners(actor, res, owner));
            }
            step.give_back(res, 0, true);
        }
        _ => {}
    }
    step.take(res, source);
}

pub fn released(step: &mut Step<'_>, res: ResourceId) {
    let actor = step.actor;
    // Any thread may give back a lock.
    if fork::had(step, res) {
        return;
    }
    let owners = &step.resource(res).owners;
    match owners.iter().position(|(owner, _)| *owner == actor) {
        Some(place) => step.give_back(res, place, false),
        None => {
            // It is free now, even if another actor than its owner released it.
            step.odd(Oddity::NotOwner(actor, res));
            step.give_back(res, 0, true);
        }
    }
}
