//! The ground of a tile: an actor's phase around its badge, and the sign of its end on that. The same shapes as in lanes and
//! legend, with round corners.

use super::ink::Ink;
use super::theme::{HAIRLINE, Theme};
use crate::replay::Phase;
use egui::{Painter, Pos2, Rect, Shape, Stroke, Vec2, pos2, vec2};
use std::f32::consts::TAU;

/// The part of a tile's side that its badge takes, and that one takes which needs room for its letters.
const BADGE: f32 = 0.62;
const LETTERS: f32 = 0.8;
/// So many letters need it.
const MANY: usize = 4;

/// The place of the badge in a tile.
fn badge(rect: Rect, letters: usize) -> Rect {
    let part = if letters >= MANY { LETTERS } else { BADGE };
    let side = rect.width().min(rect.height());
    Rect::from_center_size(rect.center(), Vec2::splat(part * side))
}

/// Paints the ground; answers with the place of the badge, which has so many letters.
pub(crate) fn ground(
    painter: &Painter,
    rect: Rect,
    letters: usize,
    phase: Phase,
    theme: &Theme,
) -> Rect {
    let side = rect.width().min(rect.height());
    let radius = 0.2 * side;
    let look = theme.phase(phase);
    let mut ink = Ink::new(painter.pixels_per_point());
    let filled = match phase {
        Phase::NotStarted | Phase::Idle | Phase::Done | Phase::Stopped | Phase::Sleeping => false,
        Phase::Running | Phase::Holding | Phase::Waiting | Phase::Blocked => true,
        Phase::Io | Phase::Failed => true,
    };
    if filled {
        ink.round(rect, radius, look.fill);
    }
    let dashes = match phase {
        Phase::NotStarted => Some((3.0, 3.0)),
        Phase::Idle => Some((2.0, 3.0)),
        Phase::Blocked => Some((4.0, 2.0)),
        _ => None,
    };
    match phase {
        Phase::Waiting => {
            for stripe in stripes(rect, radius) {
                ink.polygon(&stripe, look.mark);
            }
        }
        Phase::Blocked => ink.dots(rect.shrink(2.5), 5.0, 1.5, look.mark),
        Phase::Io => {
            let top = rect.shrink2(vec2(radius, 0.0)).with_max_y(rect.top() + 0.12 * side);
            let count = (top.width() / 4.0) as usize;
            for place in 0..count {
                let corner = pos2(top.left() + 4.0 * place as f32 + 1.0, top.top());
                ink.rect(Rect::from_min_size(corner, vec2(2.0, top.height())), look.mark);
            }
        }
        _ => {}
    }
    match phase {
        // As in the lanes: a line. Below the badge, and no longer than that: tiles in a row would be a chain.
        Phase::Sleeping => {
            let line = asleep(rect, badge(rect, letters));
            ink.line(line.left_center(), line.right_center(), line.height(), look.mark);
        }
        Phase::Running => {}
        _ if dashes.is_none() => ink.ring(rect, radius, HAIRLINE, look.mark),
        _ => {}
    }
    painter.add(ink.mesh);
    if let Some((dash, gap)) = dashes {
        let mut outline = rounded(rect.shrink(0.5 * HAIRLINE), radius);
        outline.extend(outline.first().copied());
        painter.extend(Shape::dashed_line(&outline, Stroke::new(HAIRLINE, look.mark), dash, gap));
    }
    badge(rect, letters)
}

/// The line below the badge of somebody who sleeps.
fn asleep(tile: Rect, badge: Rect) -> Rect {
    let below = 0.5 * (tile.center().y + 0.5 * tile.width().min(tile.height()) - badge.bottom());
    let thick = (0.05 * tile.width()).clamp(1.5, 2.5).min(below);
    let y = badge.bottom() + below;
    Rect::from_x_y_ranges(badge.x_range(), y - 0.5 * thick..=y + 0.5 * thick)
}

/// Paints the sign of an actor's end on the lower right corner of its badge: a tick where it is done, a square where it
/// was stopped, a cross where it has failed, nothing else.
pub(crate) fn end(painter: &Painter, badge: Rect, phase: Phase, theme: &Theme) {
    let look = theme.phase(phase);
    let (ground, colour) = match phase {
        Phase::Done | Phase::Stopped => (theme.panel, theme.muted),
        Phase::Failed => (look.base, look.text),
        _ => return,
    };
    let radius = (0.22 * badge.width().min(badge.height())).clamp(4.0, 9.0);
    let disc = |centre, radius| Rect::from_center_size(centre, Vec2::splat(2.0 * radius));
    let centre = badge.right_bottom();
    let mut ink = Ink::new(painter.pixels_per_point());
    // A rim of the ground sets it off from every badge.
    ink.round(disc(centre, radius + 1.0), radius + 1.0, theme.panel);
    ink.round(disc(centre, radius), radius, ground);
    let thick = (0.28 * radius).max(1.3);
    match phase {
        Phase::Done => {
            ink.ring(disc(centre, radius), radius, HAIRLINE, look.mark);
            ink.tick(centre, 1.15 * radius, thick, colour);
        }
        Phase::Stopped => {
            ink.ring(disc(centre, radius), radius, HAIRLINE, look.mark);
            ink.rect(disc(centre, 0.4 * radius), colour);
        }
        _ => ink.cross(centre, 0.95 * radius, thick, colour),
    }
    painter.add(ink.mesh);
}

/// The outline of a rectangle with round corners, from the top right corner on.
fn rounded(rect: Rect, radius: f32) -> Vec<Pos2> {
    let inner = rect.shrink(radius);
    let corners = [inner.right_top(), inner.right_bottom(), inner.left_bottom(), inner.left_top()];
    let turns = [-0.25, 0.0, 0.25, 0.5];
    let arcs = corners.into_iter().zip(turns);
    arcs.flat_map(|(centre, turn)| {
        (0..=6).map(move |step| centre + radius * Vec2::angled(TAU * (turn + step as f32 / 24.0)))
    })
    .collect()
}

/// Diagonal stripes that end at the round corners.
fn stripes(rect: Rect, radius: f32) -> impl Iterator<Item = Vec<Pos2>> {
    const PITCH: f32 = 7.0;
    const WIDTH: f32 = 2.8;
    let outline = rounded(rect, radius);
    let count = ((rect.width() + rect.height() - 1.2 * radius - WIDTH) / PITCH).max(0.0) as usize;
    // The corner's own edge is here: what little there is of a stripe before it would stand out of it.
    let edge = 0.6 * radius;
    let stripe = move |place: usize| {
        // A stripe is where x + y, from the corner, lies between two values.
        let from = edge + place as f32 * PITCH;
        let along = |p: Pos2| p.x - rect.left() + p.y - rect.top();
        let half = clip(&outline, |p| along(p) - from);
        clip(&half, |p| from + WIDTH - along(p))
    };
    (0..=count).map(stripe)
}

/// The part of a convex outline where `inside` is not negative.
fn clip(outline: &[Pos2], inside: impl Fn(Pos2) -> f32) -> Vec<Pos2> {
    let mut kept = Vec::with_capacity(outline.len() + 2);
    for (index, &p) in outline.iter().enumerate() {
        let q = outline[(index + 1) % outline.len()];
        let (a, b) = (inside(p), inside(q));
        if a >= 0.0 {
            kept.push(p);
        }
        if (a >= 0.0) != (b >= 0.0) {
            kept.push(p.lerp(q, a / (a - b)));
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_sleeps_in_a_row_of_tiles_is_no_link_of_a_chain() {
        for (side, letters) in [(20.0, 1), (28.0, 2), (30.0, 4), (44.0, 2)] {
            let tile = Rect::from_min_size(pos2(3.0, 5.0), Vec2::splat(side));
            let badge = badge(tile, letters);
            let line = asleep(tile, badge);
            assert!(line.top() > badge.bottom(), "{line:?} across {badge:?}");
            assert!(tile.contains_rect(line) && line.width() <= badge.width(), "{line:?}");
        }
    }
}
