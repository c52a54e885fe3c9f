//! Who waits at a resource: tiles in order of arrival, with the time they have waited. Arrival is no promise of a turn.

use super::{Look, Waiter};
use crate::replay::words::times;
use crate::widgets::picture::{Mark, Picture};
use crate::widgets::selection::Selection;
use egui::{Align2, Rect, Stroke, Vec2, pos2, vec2};

/// Side of a tile.
pub const TILE: f32 = 40.0;
/// From one tile to the next.
pub const PITCH: f32 = 54.0;
/// Height of the line below a tile.
pub const BELOW: f32 = 18.0;
/// Height of the line above the tiles.
pub const ABOVE: f32 = 24.0;
/// Tiles shown before the others are only counted, in the room that is asked for.
pub const MOST: usize = 4;
/// Room for how many more.
const MORE: f32 = 24.0;
/// Room for one tile and how many more.
pub const LEAST: f32 = PITCH + MORE;
/// Side of the smallest tile that has a line below it.
const SMALL: f32 = 28.0;

/// The width that so many waiters take.
pub fn width(count: usize) -> f32 {
    let tiles = count.min(MOST) as f32 * PITCH;
    if count > MOST { tiles + 34.0 } else { tiles }
}

/// Tiles from left to right, the one that came first first, as many as fit; how many more at the end. The tiles stand at
/// the top of the area, each with the time it has waited below it, where there is room. Answers with the tiles.
pub fn row(look: &Look<'_>, area: Rect, waiters: &[Waiter], picture: &mut Picture) -> Vec<Rect> {
    let theme = look.theme;
    let timed = area.height() >= SMALL + BELOW && area.width() >= PITCH;
    let below = if timed { BELOW } else { 0.0 };
    let side = TILE.min(area.height() - below).min(area.width());
    if side < 14.0 {
        return Vec::new();
    }
    let (pitch, last) = if timed { (PITCH, PITCH) } else { (side + 6.0, side) };
    let fits = ((area.width() + pitch - last) / pitch) as usize;
    let shown = match waiters.len() {
        all if all <= fits => all,
        _ => ((area.width() - MORE).max(0.0) / pitch) as usize,
    };
    // So that the time below the first stays inside.
    let inset = if timed { 0.5 * (pitch - side) } else { 0.0 };
    let mut tiles = Vec::with_capacity(shown);
    for (place, waiter) in waiters.iter().take(shown).enumerate() {
        let left = area.left() + inset + place as f32 * pitch;
        let tile = Rect::from_min_size(pos2(left, area.top()), Vec2::splat(side));
        self::tile(look, tile, waiter, picture);
        if timed {
            let line = Rect::from_center_size(
                pos2(tile.center().x, tile.bottom() + 0.5 * BELOW),
                vec2(pitch, BELOW),
            );
            let (font, waited) = (theme.mono_small(), look.now.since(waiter.since));
            if let Some(waited) = look.time(waited, &font, pitch) {
                picture.text(line, Align2::CENTER_CENTER, waited, font, theme.muted);
            }
        }
        tiles.push(tile);
    }
    let more = waiters.len() - shown;
    if more > 0 {
        let left = area.left() + shown as f32 * pitch + if timed { 0.5 * inset } else { 0.0 };
        let rest =
            Rect::from_min_max(pos2(left, area.top()), pos2(area.right(), area.top() + side));
        let words = format!("+{more}");
        if look.measure.width(&words, &theme.label()) <= rest.width() {
            picture.text(rest, Align2::LEFT_CENTER, words, theme.label(), theme.muted);
        }
    }
    tiles
}

/// The tile of one waiter.
pub fn tile(look: &Look<'_>, rect: Rect, waiter: &Waiter, picture: &mut Picture) {
    picture.tile(rect, waiter.actor, look.phase(waiter.actor));
    let waited = look.now.since(waiter.since);
    let name = format!("{} waits {waited}", look.actors.name(waiter.actor));
    picture.spot(rect, 6.0, Selection::Actor(waiter.actor), name);
}

/// Where a row stands in the height of an area: what is beside it keeps to the same lines.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    /// Room for a title, where there is height for one.
    pub above: Option<Rect>,
    /// The tiles.
    pub tiles: Rect,
    /// Room for times, where there is height for them.
    pub below: Option<Rect>,
}

impl Place {
    /// In the middle of the height of an area.
    pub fn within(area: Rect) -> Self {
        let height = area.height();
        let above = if height >= ABOVE + SMALL + BELOW { ABOVE } else { 0.0 };
        let below = if height >= SMALL + BELOW { BELOW } else { 0.0 };
        let side = TILE.min(height - above - below).max(0.0);
        let top = area.center().y - 0.5 * (above + side + below);
        let (tiles_top, tiles_bottom) = (top + above, top + above + side);
        Self {
            above: (above > 0.0).then(|| area.with_min_y(top).with_max_y(tiles_top)),
            tiles: area.with_min_y(tiles_top).with_max_y(tiles_bottom),
            below: (below > 0.0)
                .then(|| area.with_min_y(tiles_bottom).with_max_y(tiles_bottom + below)),
        }
    }

    /// Tiles with what is below them.
    pub fn row(&self) -> Rect {
        self.below.map_or(self.tiles, |below| self.tiles.union(below))
    }
}

/// A row in the middle of the height of an area, with a title above it, or a hop over the one that was passed over most.
pub fn line(look: &Look<'_>, area: Rect, waiters: &[Waiter], title: &str, picture: &mut Picture) {
    let theme = look.theme;
    if waiters.is_empty() || area.width() < 14.0 {
        return;
    }
    let place = Place::within(area);
    let tiles = row(look, place.row(), waiters, picture);
    let (Some(above), Some(first)) = (place.above, tiles.first()) else {
        return;
    };
    if hop(look, above, waiters, &tiles, picture) {
        return;
    }
    let room = above.with_min_x(first.left());
    if look.measure.width(title, &theme.small()) <= room.width() {
        picture.text(room, Align2::LEFT_CENTER, title, theme.small(), theme.muted);
    }
}

/// An arrow over the waiter that was passed over most, and how often that was. Whether there is one.
fn hop(
    look: &Look<'_>,
    above: Rect,
    waiters: &[Waiter],
    tiles: &[Rect],
    picture: &mut Picture,
) -> bool {
    let theme = look.theme;
    let passed = waiters.iter().zip(tiles).enumerate().filter(|(_, (w, _))| w.passed_over > 0);
    // Of equals the one that came first.
    let Some((place, (waiter, tile))) = passed.rev().max_by_key(|(_, (w, _))| w.passed_over) else {
        return false;
    };
    let words = format!("passed over {}", times(waiter.passed_over));
    let width = look.measure.width(&words, &theme.small()).ceil() + 1.0;
    let from = tiles.get(place + 1).map_or(tile.right() + 6.0, |next| next.center().x);
    let (from, to) = (from.min(above.right()), (tile.left() - 5.0).max(above.left()));
    if width > above.width() || from - to < 16.0 {
        return false;
    }
    let foot = above.bottom() - 2.0;
    let top = foot - 9.0;
    let points = [pos2(from, foot), pos2(from - 4.0, top), pos2(to + 8.0, top), pos2(to, foot)];
    let stroke = Stroke::new(1.2, theme.muted);
    picture.marks.push(Mark::Curve { points, stroke, dashed: false, arrow: true });
    let left = (0.5 * (from + to - width)).max(above.left()).min(above.right() - width);
    let room = Rect::from_min_max(pos2(left, above.top()), pos2(left + width, above.top() + 12.0));
    picture.text(room, Align2::CENTER_CENTER, words, theme.small(), theme.muted);
    true
}
