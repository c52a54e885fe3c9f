//! Queues and pipes: first in, first out.

use super::{Step, position};
use crate::replay::Oddity;
use crate::replay::state::ActorState;
use crate::trace::{End, Home, Item, ResourceId, ResourceKind};

pub fn put(step: &mut Step<'_>, res: ResourceId, item: Item) {
    let (actor, capacity) = (step.actor, step.capacity(res));
    let queue = step.resource(res);
    let (closed, len) = (queue.closed, queue.contents.len());
    let maker = Some(step.actor);
    step.put_in(res, len, item, maker);
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
    if is_torn(step, res, item) {
        let state = step.resource(res);
        state.contents.pop_front();
        state.makers.pop_front();
        state.torn = true;
    } else {
        lost_with_the_dead(step, res, item);
        step.take_out(res, 0, item);
    }
    step.moved(res, item, false);
    if step.kind(res) == Some(ResourceKind::Pipe) {
        step.taker(res);
    }
}

/// Of a pipe between processes may come what nobody has put in: parts of several messages, where more than one takes at one
/// end, or one has died in the middle of a message.
fn is_torn(step: &mut Step<'_>, res: ResourceId, item: Item) -> bool {
    let is_shared = step.named(res).is_some_and(|resource| resource.home == Home::Shared);
    let contents = &step.resource(res).contents;
    is_shared && !contents.is_empty() && !contents.contains(&item)
}

/// Between processes, what a killed one had not written to its end, or was just taking, is lost. Nobody sees it go: it shows when
/// something comes out that stood behind it.
fn lost_with_the_dead(step: &mut Step<'_>, res: ResourceId, item: Item) {
    let is_shared = step.named(res).is_some_and(|resource| resource.home == Home::Shared);
    let contents = &step.resource(res).contents;
    if !is_shared || contents.front() == Some(&item) {
        return;
    }
    let Some(place) = position(contents, item) else { return };
    let is_killed =
        |actor: &ActorState| matches!(actor.end, Some((End::Killed(_) | End::Dismissed, _)));
    if step.state.actors.iter().any(is_killed) {
        for _ in 0..place {
            step.resource(res).contents.pop_front();
            step.resource(res).makers.pop_front();
        }
    }
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
