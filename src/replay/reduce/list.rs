//! Lists: items go in and come out anywhere.

use super::Step;
use crate::replay::Oddity;
use crate::trace::{ActorId, Item, ResourceId};

pub fn inserted(step: &mut Step<'_>, res: ResourceId, index: usize, item: Item) {
    let actor = step.actor;
    put_in(step, res, index, item, Some(actor));
    step.moved(res, item, true);
}

pub fn removed(step: &mut Step<'_>, res: ResourceId, index: usize, item: Item) {
    step.take_out(res, index, item);
    step.moved(res, item, false);
}

/// Something was put in by nobody knows whom.
pub fn found(step: &mut Step<'_>, res: ResourceId, index: usize, item: Item) {
    put_in(step, res, index, item, None);
    let list = step.resource(res);
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

fn put_in(step: &mut Step<'_>, res: ResourceId, index: usize, item: Item, maker: Option<ActorId>) {
    let (actor, len) = (step.actor, step.resource(res).contents.len());
    step.put_in(res, index, item, maker);
    if index > len {
        step.odd(Oddity::PastEnd(actor, res));
    }
}
