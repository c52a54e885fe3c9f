//! Locks and rlocks: one owner at a time; an rlock's owner may take it again.

use super::Step;
use crate::replay::Oddity;
use crate::trace::{Home, ResourceId, ResourceKind, SourceId};

pub fn acquired(step: &mut Step<'_>, res: ResourceId, source: SourceId) {
    let (actor, kind) = (step.actor, step.kind(res));
    step.resource(res).copied_from = None;
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

/// Somebody waits for a lock. A copy that nobody has may have been made while the lock itself was held: by whoever had that when the
/// process of the copy was started.
pub fn awaited(step: &mut Step<'_>, res: ResourceId) {
    let Some(named) = step.meta.resource(res) else { return };
    let (Some(original), Home::Process(home)) = (named.copy_of, named.home) else { return };
    if !step.resource(res).owners.is_empty() || step.resource(res).last_hold.is_some() {
        return;
    }
    let Some(made) = step.state.actor(home).and_then(|process| process.spawned) else { return };
    let Some(original) = step.state.resource(original) else { return };
    let holds = original.owners.iter().map(|(owner, held)| (*owner, held.since));
    let before = original.last_hold.filter(|hold| hold.until > made);
    let mut all = holds.chain(before.map(|hold| (hold.owner, hold.since)));
    let from = all.find(|(_, since)| *since <= made).map(|(owner, _)| owner);
    step.resource(res).copied_from = from;
}

pub fn released(step: &mut Step<'_>, res: ResourceId) {
    let actor = step.actor;
    step.resource(res).copied_from = None;
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
