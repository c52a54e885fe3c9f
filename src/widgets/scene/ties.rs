//! Lines between actors and what they wait for or hold, and between a lock and what it lets be changed.

use super::arrange::Arranged;
use crate::replay::{Phase, Scene, TieKind};
use crate::trace::{ActorId, ResourceId, ResourceKind, WaitOp};
use crate::widgets::picture::{Does, Mark, Picture, Spot};
use crate::widgets::resource::Look;
use crate::widgets::selection::Selection;
use egui::{Color32, Pos2, Rangef, Rect, Stroke, Vec2, epaint, pos2, vec2};

/// More actors than this have no lines: they would be a thicket.
const MOST: usize = 12;
/// Only what stands as near as this is tied by a line: a longer one would cross others.
const REACH: f32 = 130.0;
/// Side of a glyph.
const GLYPH: f32 = 48.0;
/// What is as high as this has a sentence at its foot.
const TALL: f32 = 100.0;

/// Between the ends of two lines at one thing.
const STEP: f32 = 9.0;

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
    let (mut curves, mut whole) = (Vec::new(), true);
    for tie in &scene.ties {
        match tie.kind {
            TieKind::Waits { res, .. } | TieKind::Holds { res, .. }
                if arranged.actors.len() <= MOST =>
            {
                let phase = match tie.kind {
                    TieKind::Holds { .. } => Phase::Holding,
                    _ => look.phase(tie.actor),
                };
                // Who waits for data stands at the end of the queue or pipe, which may be its far one.
                let is_channel = look.meta.resource(res).is_some_and(|res| {
                    matches!(res.kind, ResourceKind::Queue | ResourceKind::Pipe)
                });
                if is_channel && !arranged.glyphs.contains(&res) {
                    continue;
                }
                // Through what stands between the two none goes.
                let clear = |curve: &Curve| {
                    let way = Rect::from_two_pos(curve.begin, curve.end).expand2(vec2(0.0, 1.0));
                    let mut actors = arranged.actors.iter().filter(|(id, _)| *id != tie.actor);
                    let mut others = arranged.resources.iter().filter(|(id, _)| *id != res);
                    !actors.any(|at| at.1.intersects(way)) && !others.any(|at| at.1.intersects(way))
                };
                if let (Some(from), Some(to)) = (actor(tie.actor), resource(res)) {
                    let mut curve = Curve::new(from, to, res, kind(res), phase, arranged.growth);
                    whole &= curve.as_ref().is_some_and(clear);
                    if let (Some(set), Some(curve)) = (wait_set(tie.kind, arranged), &mut curve) {
                        curve.enters(set);
                    }
                    curves.extend(curve);
                }
            }
            TieKind::Moves { res, .. } => {
                let guard = look.meta.resource(res).and_then(|r| r.guard);
                if let (Some(from), Some(to)) = (guard.and_then(resource), resource(res)) {
                    let phase = Phase::Holding;
                    let curve = Curve::new(from, to, res, kind(res), phase, arranged.growth);
                    picture.marks.extend(curve.map(|curve| curve.mark(look, arranged.growth)));
                }
            }
            _ => {}
        }
    }
    // Some of them alone would say that the others are not.
    if whole {
        apart(&mut curves, arranged.growth);
        picture.marks.extend(curves.iter().map(|curve| curve.mark(look, arranged.growth)));
    }
    picture
}

/// The box of those that wait for a notification, where somebody waits in it: its lock is what they do not want yet.
fn wait_set(tie: TieKind, arranged: &Arranged) -> Option<Rect> {
    let TieKind::Waits { res, op: WaitOp::Wait, notified: false, .. } = tie else { return None };
    let (_, whole) = arranged.resources.iter().find(|(id, _)| *id == res)?;
    let is_its = |spot: &&Spot| spot.does == Does::Select(Selection::Resource(res));
    let spot = arranged.picture.spots.iter().find(is_its)?;
    // Any other look is behind its spot from its left edge on.
    (spot.rect.left() > whole.left() + 1.0).then_some(spot.rect)
}

/// Those that come to one thing end apart from each other, in the order of what they come from: one that waits is not taken
/// for the one that holds.
fn apart(curves: &mut [Curve], growth: f32) {
    let order = |a: &Curve, b: &Curve| a.res.cmp(&b.res).then(a.end.x.total_cmp(&b.end.x));
    curves.sort_by(|a, b| order(a, b).then(a.begin.y.total_cmp(&b.begin.y)));
    for together in curves.chunk_by_mut(|a, b| order(a, b).is_eq()) {
        let gaps = together.len().saturating_sub(1).max(1) as f32;
        let Some(first) = together.first() else { continue };
        let (room, mut least) = (first.room, first.room.min);
        let step = (STEP * growth).min(room.span().max(0.0) / gaps);
        for curve in together.iter_mut() {
            curve.end.y = curve.end.y.max(least);
            least = curve.end.y + step;
        }
        let mut most = room.max.max(room.min);
        for curve in together.iter_mut().rev() {
            curve.end.y = curve.end.y.min(most);
            most = curve.end.y - step;
        }
    }
}

/// A curve from the right edge of one thing to the left edge of another that stands beside it.
struct Curve {
    res: ResourceId,
    begin: Pos2,
    end: Pos2,
    /// Where it may end.
    room: Rangef,
    /// Where what it came to begins, if it goes on to something within that.
    edge: Option<f32>,
    phase: Phase,
}

impl Curve {
    /// Between two things, where all is so many times larger; `None` where they do not stand beside each other.
    fn new(
        from: Rect,
        to: Rect,
        res: ResourceId,
        kind: Option<ResourceKind>,
        phase: Phase,
        growth: f32,
    ) -> Option<Self> {
        let between = to.left() - from.right();
        if !(6.0..=REACH * growth).contains(&between) {
            return None;
        }
        let begin = pos2(from.right() + 2.0, from.center().y);
        // At the body of what stands there: not above it, nor at the sentence below it.
        let (top, bottom) = match to.height() >= TALL * growth {
            true => (to.top() + 0.42 * to.height(), to.bottom() - 36.0 * growth),
            false => (to.top() + 0.3 * to.height(), to.bottom() - 0.3 * to.height()),
        };
        let bottom = bottom.max(top);
        let room = match kind {
            // Where tasks lie and workers begin: further down there may be nothing at its left edge.
            Some(ResourceKind::Pool) => Rangef::point((to.top() + POOL_HEAD * growth).min(bottom)),
            _ => Rangef::new(top, bottom),
        };
        let end = pos2(to.left() - 3.0, room.clamp(begin.y));
        Some(Self { res, begin, end, room, edge: None, phase })
    }

    /// It goes on to something within what it came to, straight and behind what stands before that: a curve would run through
    /// the words above and below.
    fn enters(&mut self, inner: Rect) {
        self.edge = Some(self.end.x);
        let inset = 0.25 * inner.height();
        self.room = Rangef::new(inner.top() + inset, inner.bottom() - inset);
        self.end = pos2(inner.left() - 3.0, self.room.clamp(self.begin.y));
    }

    fn mark(&self, look: &Look<'_>, growth: f32) -> Mark {
        let stroke = Stroke::new(1.6 * growth, look.theme.phase(self.phase).base);
        let (dashed, arrow) = (self.phase != Phase::Holding, false);
        let points = self.bent();
        let Some(_) = self.edge else { return Mark::Curve { points, stroke, dashed, arrow } };
        // As one line, so that its dashes go on.
        let curve = epaint::CubicBezierShape::from_points_stroke(
            points,
            false,
            Color32::TRANSPARENT,
            stroke,
        );
        let mut points = curve.flatten(Some(0.5));
        points.push(self.end);
        Mark::Line { points, stroke, dashed, arrow }
    }

    /// Its bend, which ends before what it came to.
    fn bent(&self) -> [Pos2; 4] {
        let end = pos2(self.edge.unwrap_or(self.end.x), self.end.y);
        let bend = vec2(0.5 * (end.x - self.begin.x), 0.0);
        [self.begin, self.begin + bend, end - bend, end]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_to_one_thing_end_apart_from_each_other_and_at_its_body() {
        let to = Rect::from_min_size(pos2(300.0, 50.0), vec2(200.0, 140.0));
        let curve = |top: f32, phase| {
            let from = Rect::from_min_size(pos2(100.0, top), vec2(160.0, 40.0));
            let kind = Some(ResourceKind::Lock);
            let curve = Curve::new(from, to, ResourceId(0), kind, phase, 1.0);
            let Some(curve) = curve else { panic!("they stand beside each other") };
            curve
        };
        for count in 1..=9_u8 {
            let tops = (0..count).map(|place| f32::from(place) * 48.0 - 60.0);
            let mut curves: Vec<_> = tops.map(|top| curve(top, Phase::Waiting)).collect();
            curves.reverse();
            apart(&mut curves, 1.0);
            for two in curves.windows(2) {
                let gap = two[1].end.y - two[0].end.y;
                assert!(gap > 3.0 && two[0].begin.y < two[1].begin.y, "{count}: {gap}");
            }
            let inside = |c: &Curve| (c.room.clamp(c.end.y) - c.end.y).abs() < 0.01;
            assert!(curves.iter().all(inside), "{count}");
        }
    }
    #[test]
    fn a_line_to_something_within_a_look_is_level_from_its_edge_on() {
        let to = Rect::from_min_size(pos2(300.0, 50.0), vec2(400.0, 132.0));
        let set = Rect::from_min_size(pos2(500.0, 60.0), vec2(150.0, 60.0));
        for top in [-60.0, 40.0, 160.0, 240.0] {
            let from = Rect::from_min_size(pos2(100.0, top), vec2(160.0, 40.0));
            let kind = Some(ResourceKind::Condition);
            let curve = Curve::new(from, to, ResourceId(0), kind, Phase::Waiting, 1.0);
            let Some(mut curve) = curve else { panic!("they stand beside each other") };
            curve.enters(set);
            // Whatever is written in it, above and below the box, is not crossed.
            let [.., last] = curve.bent();
            assert!(last.x < to.left() && last.y == curve.end.y, "{top}: {last}");
            assert!(curve.end.x < set.left() && set.y_range().contains(curve.end.y), "{top}");
        }
    }
}
