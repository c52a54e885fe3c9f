//! Lines between actors and what they wait for or hold, and between a lock and what it lets be changed.

use super::arrange::Arranged;
use crate::replay::{Phase, Scene, TieKind};
use crate::trace::{ActorId, ResourceId, ResourceKind};
use crate::widgets::picture::{Mark, Picture};
use crate::widgets::resource::Look;
use egui::{Rect, Stroke, Vec2, pos2, vec2};

/// More actors than this have no lines: they would be a thicket.
const MOST: usize = 12;
/// Only what stands as near as this is tied by a line: a longer one would cross others.
const REACH: f32 = 130.0;
/// Side of a glyph.
const GLYPH: f32 = 48.0;
/// What is as high as this has a sentence at its foot.
const TALL: f32 = 100.0;

/// How far below a pool's top its tasks and workers are.
const POOL_HEAD: f32 = 38.0;

/// The lines, to be painted below everything else.
pub fn ties(look: &Look<'_>, scene: &Scene, arranged: &Arranged) -> Picture {
    let mut picture = Picture::default();
    let actor = |id: ActorId| arranged.actors.iter().find(|(a, _)| *a == id).map(|(_, r)| *r);
    let resource =
        |id: ResourceId| arranged.resources.iter().find(|(r, _)| *r == id).map(|(_, r)| *r);
    // A glyph stands in the middle of its room.
    let resource = |id: ResourceId| {
        let rect = resource(id)?;
        let side = arranged.growth * GLYPH;
        let glyph = Rect::from_center_size(
            rect.center() - vec2(0.0, 11.0 * arranged.growth),
            Vec2::splat(side),
        );
        Some(if arranged.glyphs.contains(&id) { glyph } else { rect })
    };
    let kind = |id: ResourceId| look.meta.resource(id).map(|res| res.kind);
    let (mut curves, mut whole) = (Picture::default(), true);
    for tie in &scene.ties {
        match tie.kind {
            TieKind::Waits { res, .. } | TieKind::Holds { res, .. }
                if arranged.actors.len() <= MOST =>
            {
                let phase = match tie.kind {
                    TieKind::Holds { .. } => Phase::Holding,
                    _ => look.phase(tie.actor),
                };
                // Where boxes stand in a row above it, a line would cross others.
                let free = |to: &Rect| {
                    let above = |(_, box_): &(ActorId, Rect)| {
                        box_.bottom() <= to.top() && box_.x_range().intersects(to.x_range())
                    };
                    !arranged.actors.iter().any(above)
                };
                // Who waits for data stands at the end of the queue or pipe, which may be its far one.
                let is_channel = look.meta.resource(res).is_some_and(|res| {
                    matches!(res.kind, ResourceKind::Queue | ResourceKind::Pipe)
                });
                if is_channel && !arranged.glyphs.contains(&res) {
                    continue;
                }
                // Nor through what stands between the two.
                let clear = |from: &Rect, to: &Rect| {
                    let between = |(_, box_): &(ActorId, Rect)| {
                        let apart = box_.left() >= from.right() && box_.right() <= to.left();
                        apart && box_.y_range().contains(from.center().y)
                    };
                    let before = |(id, other): &(ResourceId, Rect)| {
                        let apart = other.left() >= from.right() && other.right() <= to.left();
                        *id != res && apart && other.y_range().contains(to.center().y)
                    };
                    !arranged.actors.iter().any(between) && !arranged.resources.iter().any(before)
                };
                if let (Some(from), Some(to)) = (actor(tie.actor), resource(res)) {
                    whole &= free(&to)
                        && clear(&from, &to)
                        && curve(look, (from, to), kind(res), phase, arranged.growth, &mut curves);
                }
            }
            TieKind::Moves { res, .. } => {
                let guard = look.meta.resource(res).and_then(|r| r.guard);
                if let (Some(from), Some(to)) = (guard.and_then(resource), resource(res)) {
                    curve(
                        look,
                        (from, to),
                        kind(res),
                        Phase::Holding,
                        arranged.growth,
                        &mut picture,
                    );
                }
            }
            _ => {}
        }
    }
    // Some of them alone would say that the others are not.
    if whole {
        picture.append(curves);
    }
    picture
}

/// A curve from the right edge of one thing to the left edge of another that stands beside it, where all is so many times
/// larger. Whether it does.
fn curve(
    look: &Look<'_>,
    (from, to): (Rect, Rect),
    kind: Option<ResourceKind>,
    phase: Phase,
    growth: f32,
    picture: &mut Picture,
) -> bool {
    let room = to.left() - from.right();
    if !(6.0..=REACH * growth).contains(&room) {
        return false;
    }
    let begin = pos2(from.right() + 2.0, from.center().y);
    // At the body of what stands there: not above it, nor at the sentence below it.
    let (top, bottom) = match to.height() >= TALL * growth {
        true => (to.top() + 0.42 * to.height(), to.bottom() - 36.0 * growth),
        false => (to.top() + 0.3 * to.height(), to.bottom() - 0.3 * to.height()),
    };
    let y = match kind {
        // Where tasks lie and workers begin: further down there may be nothing at its left edge.
        Some(ResourceKind::Pool) => (to.top() + POOL_HEAD * growth).min(bottom.max(top)),
        _ => begin.y.clamp(top, bottom.max(top)),
    };
    let end = pos2(to.left() - 3.0, y);
    let bend = vec2(0.5 * room, 0.0);
    let stroke = Stroke::new(1.6 * growth, look.theme.phase(phase).base);
    let points = [begin, begin + bend, end - bend, end];
    let dashed = phase != Phase::Holding;
    picture.marks.push(Mark::Curve { points, stroke, dashed, arrow: false });
    true
}
