//! Queues and pipes: first in, first out.

use super::Step;
use crate::replay::Oddity;
use crate::trace::{Item, ResourceId, ResourceKind};

pub fn put(step: &mut Step<'_>, res: ResourceId, item: Item) {
    let (actor, capacity) = (step.actor, step.capacity(res));
    let queue = step.resource(res);
    let (closed, len) = (queue.closed, queue.contents.len());
    step.put_in(res, len, item);
    if closed {
        step.odd(Oddity::Closed(actor, res));
    }
    // Python's Queue(0) has no bound.
    if capacity.is_some_and(|bound| bound > 0 && len >= bound as usize) {
        step.odd(Oddity::Overfull(actor, res));
    }
    step.moved(res, item, true);
}

pub fn got(step: &mut Step<'_>, res: ResourceId, item: Item) {
    step.take_out(res, 0, item);
    step.moved(res, item, false);
}

pub fn done(step: &mut Step<'_>, res: ResourceId) {
    step.resource(res).done += 1;
}

pub fn closed(step: &mut Step<'_>, res: ResourceId) {
    step.resource(res).closed = true;
}

/// A queue, list or array was found empty. That it was not is odd, but for an array, whose two bounds are read one after
/// the other.
pub fn found_empty(step: &mut Step<'_>, res: ResourceId) {
    let actor = step.actor;
    let is_array = step.kind(res) == Some(ResourceKind::Array);
    let resource = step.resource(res);
    resource.found_empty += 1;
    if !resource.contents.is_empty() && !is_array {
        step.odd(Oddity::NotEmpty(actor, res));
    }
}
