//! Where everything of a queue goes: its rails, the slots between them, and room for who waits at either end.

use super::FACE;
use crate::widgets::resource::ResourceAt;
use crate::widgets::resource::cell::{self, GAP, SIDE, SIDE_MIN};
use crate::widgets::resource::waiters::{BELOW, PITCH, TILE};
use egui::{Rect, Vec2, pos2, vec2};

/// A bound up to this is drawn in full.
const MOST: usize = 8;
/// Items at each end of a longer one.
const ENDS: usize = 3;
/// Slots of a queue without a bound that there is room for at least.
pub(super) const OPEN: usize = 6;
/// Between a rail and the cells.
const INSET: f32 = 7.0;
/// Height of a cell where there is room to spare.
const SIDE_ROOMY: f32 = 40.0;
/// Width of the part of an open end where the rails are dashed.
pub(super) const FADE: f32 = 22.0;

/// The bound, where there is one. Python's `Queue(0)` has none.
pub(super) fn bound(at: &ResourceAt<'_>) -> Option<usize> {
    at.named.capacity.filter(|bound| *bound > 0).map(|bound| bound as usize)
}

/// Slots that are drawn of a queue with a bound.
pub(super) fn slots(at: &ResourceAt<'_>) -> Option<usize> {
    bound(at).map(|bound| if bound > MOST { 2 * ENDS + 1 } else { bound })
}

pub(super) fn rails_width(slots: usize, cell: f32) -> f32 {
    slots as f32 * (cell + GAP) + GAP
}

/// Where everything goes.
pub(super) struct Places {
    pub(super) rails: Rect,
    /// A cell.
    pub(super) cell: Vec2,
    pub(super) slots: usize,
    /// What is hidden between the two ends is in this slot.
    pub(super) break_at: Option<usize>,
    /// Items at the front before the break, and places behind it.
    pub(super) front: usize,
    /// Room for an item outside of the rails; 0: none.
    pub(super) mouth: f32,
    /// Where who waits stands, and how many tiles there.
    pub(super) zones: [Rect; 2],
    pub(super) tiles: usize,
    pub(super) tile: f32,
}

impl Places {
    /// A slot, counted from the front.
    pub(super) fn slot(&self, slot: f32) -> Rect {
        let right = self.rails.right() - GAP - slot * (self.cell.x + GAP);
        let top = self.rails.center().y - 0.5 * self.cell.y;
        Rect::from_min_size(pos2(right - self.cell.x, top), self.cell)
    }

    /// The slot of an item by its place from the front, of a queue that holds or can hold `whole`; `None`: hidden.
    pub(super) fn slot_of(&self, place: usize, whole: usize) -> Option<usize> {
        let Some(at) = self.break_at else {
            return (place < self.slots).then_some(place);
        };
        let behind = self.slots - at - 1;
        match place {
            _ if place < self.front => Some(place),
            _ if place < whole && place + behind >= whole => Some(self.slots - (whole - place)),
            _ => None,
        }
    }
}

/// Places for what a queue holds, for its ends and for who waits there; `None` where there is no room for a cell.
pub(super) fn places(at: &ResourceAt<'_>, body: Rect) -> Option<Places> {
    let look = &at.look;
    let len = at.state.contents.len();
    let texts: Vec<String> = (0..len.min(MOST))
        .chain(len.saturating_sub(MOST).max(MOST)..len)
        .map(|place| look.meta.item(at.state.contents[place]))
        .chain(at.state.last_move.map(|(_, _, item, _)| look.meta.item(item)))
        .collect();
    let texts = || texts.iter().map(String::as_str);
    let labels = if body.height() >= 70.0 { BELOW } else { 0.0 };
    let tallest = (body.height() - labels - 2.0 * INSET - 2.0).min(SIDE_ROOMY);
    if tallest < SIDE_MIN || body.width() < 40.0 {
        return None;
    }
    let wanted = slots(at);
    // From generous to terse: height of a cell, tiles at each end, room for an item outside, how wide a cell may be.
    let plans = [
        (SIDE_ROOMY, 2, true, 104.0),
        (SIDE, 2, true, 104.0),
        (SIDE, 1, true, 104.0),
        (SIDE, 1, true, 56.0),
        (SIDE, 1, false, 44.0),
        (26.0, 1, false, 32.0),
        (20.0, 1, false, 24.0),
    ];
    let tile =
        if body.height() - labels >= TILE { TILE } else { (body.height() - labels).min(TILE) };
    let zone = |tiles: usize| {
        if tile < 14.0 { 0.0 } else { (tile + PITCH - TILE) * tiles as f32 + 2.0 }
    };
    let made = |(side, tiles, outside, widest): (f32, usize, bool, f32), slots: usize| {
        let side = side.min(tallest);
        let wide = cell::width(look, side, texts()).min(widest.max(side));
        let mouth = if outside { wide + 6.0 } else { 2.0 };
        let ends = 2.0 * (zone(tiles) + mouth);
        (ends + rails_width(slots, wide), vec2(wide, side), mouth, tiles)
    };
    let fits = |plan, slots: usize| {
        let (width, cell, mouth, tiles) = made(plan, slots);
        (width <= body.width() + 0.5).then_some((cell, mouth, tiles, slots))
    };
    let least = wanted.unwrap_or(OPEN);
    let found = plans.iter().find_map(|plan| fits(*plan, least));
    // Fewer slots than its bound, with a break between.
    let fewer = || [5, 3, 2, 1].into_iter().find_map(|slots| fits(plans[6], slots));
    let (cell, mouth, tiles, mut slots) = match found.or_else(fewer) {
        Some(found) => found,
        None => {
            let side = tallest.min(SIDE);
            let slots = ((body.width() - GAP) / (side + GAP)).floor().max(1.0) as usize;
            (Vec2::splat(side), 2.0, 0, slots.min(wanted.unwrap_or(slots)))
        }
    };
    let ends = zone(tiles) * f32::from(u8::from(tiles > 0)) + mouth;
    if wanted.is_none() {
        // An open end takes what room there is.
        let room = body.width() - 2.0 * ends - FADE;
        slots = slots.max((((room - GAP) / (cell.x + GAP)).floor().max(1.0)) as usize).min(12);
    }
    let whole = match bound(at) {
        Some(bound) => bound,
        None => len,
    };
    let is_broken = match wanted {
        Some(_) => whole > slots,
        None => len > slots,
    };
    let (front, break_at) = match (is_broken, slots) {
        (true, 3..) => (slots / 2, Some(slots / 2)),
        (true, _) => (slots.saturating_sub(1), Some(slots.saturating_sub(1))),
        (false, _) => (slots, None),
    };
    let fade = if wanted.is_none() { FADE } else { 0.0 };
    let mut width = rails_width(slots, cell.x);
    if width + 2.0 * ends + fade <= body.width() {
        width += fade;
    }
    let height = cell.y + 2.0 * INSET;
    let used = height.max(tile.min(body.height())) + labels;
    // In the middle, but with room above for the badge of whoever moves an item.
    let spare = (body.height() - used).max(0.0);
    let face = FACE + 3.0;
    let above = if spare > face + 1.0 { face.max(0.5 * spare) } else { 0.5 * spare };
    let middle = body.top() + above + 0.5 * (used - labels);
    let left = body.left() + ends;
    let rails = Rect::from_min_size(
        pos2(left, middle - 0.5 * height),
        vec2(width.min(body.right() - ends - left).max(1.0), height),
    );
    let zone = |from: f32, to: f32| {
        Rect::from_min_max(
            pos2(from, middle - 0.5 * tile),
            pos2(to, (middle + 0.5 * tile + labels).min(body.bottom())),
        )
    };
    let zones = [
        zone(body.left(), rails.left() - mouth),
        zone(rails.right() + mouth, body.right().max(rails.right() + mouth)),
    ];
    Some(Places { rails, cell, slots, break_at, front, mouth, zones, tiles, tile })
}
