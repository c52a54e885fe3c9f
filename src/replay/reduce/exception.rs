//! Exceptions: who has to deal with which, and what one leaves behind where it goes on.

use super::Step;
use crate::replay::journey::{Course, Stop};
use crate::trace::{ActorId, ExceptionId, ResourceId, SourceId, TextId};

pub fn raised(step: &mut Step<'_>, id: ExceptionId, text: TextId, source: SourceId) {
    stop(step, id, Some(text), source, Course::Raised);
    step.who().exception = Some(id);
}

pub fn caught(step: &mut Step<'_>, id: ExceptionId, source: SourceId) {
    stop(step, id, None, source, Course::Caught);
    dealt_with(step, id);
}

pub fn passed(step: &mut Step<'_>, id: ExceptionId, to: ActorId, source: SourceId) {
    stop(step, id, None, source, Course::Passed(to));
    leave(step, id);
    step.state.fit_to(step.meta, to.index() + 1, 0);
    step.state.actors[to.index()].exception = Some(id);
}

pub fn kept(step: &mut Step<'_>, id: ExceptionId, res: ResourceId, source: SourceId) {
    stop(step, id, None, source, Course::Kept(res));
    leave(step, id);
}

pub fn unhandled(step: &mut Step<'_>, id: ExceptionId, source: SourceId) {
    stop(step, id, None, source, Course::Unhandled);
    leave(step, id);
}

fn stop(
    step: &mut Step<'_>,
    id: ExceptionId,
    text: Option<TextId>,
    source: SourceId,
    course: Course,
) {
    let stop = Stop { at: step.at, actor: step.actor, source, course };
    step.state.journeys.stop(id, text, stop);
}

/// The exception leaves the event's actor, which may still hold locks.
fn leave(step: &mut Step<'_>, id: ExceptionId) {
    let held: Vec<_> = step.who().holding.iter().map(|held| held.res).collect();
    for res in held {
        step.state.journeys.left_locked(id, res);
    }
    dealt_with(step, id);
}

fn dealt_with(step: &mut Step<'_>, id: ExceptionId) {
    step.who().exception.take_if(|current| *current == id);
}
