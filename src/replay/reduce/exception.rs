//! Exceptions: who has to deal with which, and what one leaves behind where it goes on.

use super::Step;
use crate::replay::journey::{Course, Stop};
use crate::trace::{ActorId, ExceptionId, ResourceId, ResourceKind, SourceId, TaskId, TextId};

pub fn raised(step: &mut Step<'_>, id: ExceptionId, text: TextId, source: SourceId) {
    stop(step, id, Some(text), source, Course::Raised);
    step.who().exception = Some(id);
}

pub fn caught(step: &mut Step<'_>, id: ExceptionId, source: SourceId) {
    // What a handler prints first is part of the handling.
    step.state.journeys.forget_told(id);
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
    if step.kind(res) == Some(ResourceKind::Future) {
        step.resource(res).set = true;
    }
}

/// Whoever takes the result of a task that failed gets what it failed with. Where it takes several, it gets the first one's.
pub fn asked(step: &mut Step<'_>, res: ResourceId, task: TaskId, count: u32, source: SourceId) {
    if count == 1 {
        let stop = Stop { at: step.at, actor: step.actor, source, course: Course::Asked };
        step.state.journeys.asked(res, task, stop);
    }
}

/// Whoever gives back what it holds while an exception is on its way leaves a block with it.
pub fn gave_back(step: &mut Step<'_>, res: ResourceId, source: SourceId) {
    let who = step.who();
    let Some(id) = who.exception.filter(|_| who.holding.iter().any(|held| held.res == res)) else {
        return;
    };
    stop(step, id, None, source, Course::Released(res));
}

/// Whoever has an exception prints a line: several lines are told once.
pub fn told(step: &mut Step<'_>, source: SourceId) {
    let Some(id) = step.who().exception else { return };
    let last = step.state.journeys.get(id).and_then(|journey| journey.stops.last());
    if last.is_some_and(|last| last.course != Course::Told) {
        stop(step, id, None, source, Course::Told);
    }
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

/// The exception leaves the event's actor, and the locks that this actor still holds are noted as left behind.
///
/// Nothing is noted where the exception has left this actor before: the actor that fetches it from a future, or the one
/// that raised it, may record much later that it went on.
fn leave(step: &mut Step<'_>, id: ExceptionId) {
    let first = step.state.journeys.get(id).is_some_and(|journey| journey.stops.len() == 1);
    if first || step.who().exception == Some(id) {
        let held: Vec<_> = step.who().holding.iter().map(|held| held.res).collect();
        for res in held {
            step.state.journeys.left_locked(id, res);
        }
    }
    dealt_with(step, id);
}

fn dealt_with(step: &mut Step<'_>, id: ExceptionId) {
    step.who().exception.take_if(|current| *current == id);
}
