//! Instants on the time axis: what the user did, and the events that matter.

use super::merge::gallop;
use super::scale::Scale;
use crate::replay::{Mark, MarkKind, Marks, Note, Span};
use crate::trace::ActorId;

/// Something the user did.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Act {
    /// Where it is.
    pub x: f32,
    /// Index of the event.
    pub event: u32,
}

/// An event that matters.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MarkAt {
    /// Where it is.
    pub x: f32,
    /// Index of the event.
    pub event: u32,
    /// Why it matters.
    pub kind: MarkKind,
}

/// Acts nearer than this are drawn as one.
const ACT: f32 = 2.0;
/// Marks nearer than this are drawn as one.
const MARK: f32 = 6.0;

/// What the user did, in view, from left to right.
pub fn acts(spans: &[Span], scale: &Scale) -> Vec<Act> {
    let mut out: Vec<Act> = Vec::new();
    for span in spans.iter().filter(|span| span.note == Note::Act) {
        let x = scale.x(span.start);
        let apart = out.last().is_none_or(|act| x - act.x >= ACT);
        if apart && x >= scale.left && x <= scale.left + scale.width {
            out.push(Act { x, event: span.event });
        }
    }
    out
}

/// The marks of the ruler, from left to right.
pub fn on_ruler(marks: &Marks, scale: &Scale) -> Vec<MarkAt> {
    spread(marks.all().len(), |i| marks.all().get(i), scale)
}

/// The marks of an actor's lane, from left to right. Its end has a look of its own.
pub fn in_lane(marks: &Marks, actor: ActorId, scale: &Scale) -> Vec<MarkAt> {
    let mut found = spread(marks.count_of(actor), |i| marks.nth_of(actor, i), scale);
    found.retain(|mark| !matches!(mark.kind, MarkKind::Killed | MarkKind::Failed));
    found
}

/// The marks in view, each some way from the one before. Costs depend on the width, not on how many there are.
fn spread<'a>(count: usize, nth: impl Fn(usize) -> Option<&'a Mark>, scale: &Scale) -> Vec<MarkAt> {
    let x = |i: usize| nth(i).map_or(f32::MAX, |mark| scale.x(mark.at));
    let mut out = Vec::new();
    let mut i = gallop(0, count, |i| x(i) < scale.left);
    while let Some(mark) = nth(i).filter(|_| x(i) <= scale.left + scale.width) {
        let x = scale.x(mark.at);
        let next = gallop(i + 1, count, |k| nth(k).is_some_and(|m| scale.x(m.at) < x + MARK));
        // Of several in one place one that went wrong is shown.
        let mut near = (i..next.min(i + 16)).filter_map(&nth);
        let shown = near.find(|mark| mark.kind.is_failure()).unwrap_or(mark);
        out.push(MarkAt { x, event: shown.event, kind: shown.kind });
        i = next;
    }
    out
}
