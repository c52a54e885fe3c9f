//! Lists: items go in and come out anywhere.

use super::Step;
use crate::replay::Oddity;
use crate::trace::{Item, ResourceId};

pub fn inserted(step: &mut Step<'_>, res: ResourceId, index: usize, item: Item) {
    let actor = step.actor;
    let len = step.resource(res).contents.len();
    step.put_in(res, index, item);
    if index > len {
        step.odd(Oddity::PastEnd(actor, res));
    }
    step.moved(res, item, true);
}

pub fn removed(step: &mut Step<'_>, res: ResourceId, index: usize, item: Item) {
    step.take_out(res, index, item);
    step.moved(res, item, false);
}

/// Something was put in by nobody knows whom.
pub fn found(step: &mut Step<'_>, res: ResourceId, index: usize, item: Item) {
    let (actor, len) = (step.actor, step.resource(res).contents.len());
    step.put_in(res, index, item);
    if index > len {
        step.odd(Oddity::PastEnd(actor, res));
    }
    let list = step.resource(res);
    let place = index.min(len).min(list.makers.len().saturating_sub(1));
    if let Some(maker) = list.makers.get_mut(place) {
        *maker = None;
    }
    list.added += 1;
    list.last_move = None;
}

/// Something was taken out by nobody knows whom.
pub fn gone(step: &mut Step<'_>, res: ResourceId, index: usize, item: Item) {
    step.take_out(res, index, item);
    let list = step.resource(res);
    list.removed += 1;
    list.last_move = None;
}
