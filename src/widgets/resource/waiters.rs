//! Who waits at a resource: tiles in order of arrival, with the time they have waited. Arrival is no promise of a turn.

use super::{Look, Waiter};
use crate::widgets::picture::Picture;
use crate::widgets::selection::Selection;
use egui::{Align2, Rect, Vec2, pos2};

/// Side of a tile.
pub const TILE: f32 = 40.0;
/// From one tile to the next.
pub const PITCH: f32 = 50.0;
/// Height of the line below a tile.
pub const BELOW: f32 = 18.0;
/// Tiles shown before the others are only counted.
pub const MOST: usize = 4;

/// The width that so many waiters take.
pub fn width(count: usize) -> f32 {
    let tiles = count.min(MOST) as f32 * PITCH;
    if count > MOST { tiles + 34.0 } else { tiles }
}

/// Tiles from left to right, the one that came first first, as many as fit; how many more at the end. The tiles stand at
/// the top of the area, each with the time it has waited below it, where there is room.
pub fn row(look: &Look<'_>, area: Rect, waiters: &[Waiter], picture: &mut Picture) {
    let theme = look.theme;
    let side = TILE.min(area.height());
    if side < 14.0 || waiters.is_empty() {
        return;
    }
    let timed = area.height() >= side + BELOW;
    let pitch = if timed { PITCH } else { side + 6.0 };
    let fits = ((area.width() + pitch - side) / pitch).floor().max(0.0) as usize;
    // The last place says how many more.
    let most = fits.min(MOST.max(fits.saturating_sub(1)));
    let shown = if waiters.len() > most { most.saturating_sub(1) } else { waiters.len() };
    for (place, waiter) in waiters.iter().take(shown).enumerate() {
        let left = area.left() + place as f32 * pitch;
        let tile = Rect::from_min_size(pos2(left, area.top()), Vec2::splat(side));
        picture.tile(tile, waiter.actor, look.phase(waiter.actor));
        let waited = look.now.since(waiter.since).to_string();
        let name = format!("{} waits {waited}", look.actors.name(waiter.actor));
        picture.spot(tile, 6.0, Selection::Actor(waiter.actor), name);
        if timed {
            let line = Rect::from_center_size(
                pos2(tile.center().x, tile.bottom() + 0.5 * BELOW + 1.0),
                egui::vec2(pitch, BELOW),
            );
            picture.text(line, Align2::CENTER_CENTER, waited, theme.mono_small(), theme.muted);
        }
    }
    let more = waiters.len() - shown;
    if more > 0 {
        let left = area.left() + shown as f32 * pitch;
        let rest =
            Rect::from_min_max(pos2(left, area.top()), pos2(area.right(), area.top() + side));
        let words = format!("+{more}");
        picture.text(rest, Align2::LEFT_CENTER, words, theme.label(), theme.muted);
    }
}
