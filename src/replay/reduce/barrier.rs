//! Barriers: open when all have arrived, once a generation.

use super::Step;
use crate::replay::Oddity;
use crate::trace::ResourceId;

/// The arrival of a party, which waits for the others.
pub fn arrived(step: &mut Step<'_>, res: ResourceId) {
    let barrier = step.resource(res);
    barrier.arrived = barrier.arrived.saturating_add(1);
}

/// The departure of a party that gave up before the barrier opened.
pub fn left(step: &mut Step<'_>, res: ResourceId) {
    let barrier = step.resource(res);
    barrier.arrived = barrier.arrived.saturating_sub(1);
}

pub fn passed(step: &mut Step<'_>, res: ResourceId, generation: u32) {
    let actor = step.actor;
    let barrier = step.resource(res);
    let expected = barrier.generation;
    barrier.generation = generation.saturating_add(1);
    barrier.arrived = 0;
    // A barrier can be reset after it was broken: that it opens says so.
    barrier.closed = false;
    if generation != expected {
        step.odd(Oddity::OutOfOrder(actor, res));
    }
}

/// The reset of a barrier, which is as new afterwards. Its waiters have been told that it was broken.
pub fn reset(step: &mut Step<'_>, res: ResourceId) {
    let barrier = step.resource(res);
    barrier.closed = false;
    barrier.arrived = 0;
}

pub fn broken(step: &mut Step<'_>, res: ResourceId) {
    step.resource(res).closed = true;
}
