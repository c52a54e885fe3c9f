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
