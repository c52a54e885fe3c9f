//! The lock of a condition, who was notified and wants it, and the box of those that still wait, with the seats that the
//! notified have left.

use super::parts::{self, BESIDE, CLOSE, HEIGHT};
use super::waiters::{self, Place};
use super::{ResourceAt, Size, glyph, lock};
use crate::replay::Waiter;
use crate::widgets::picture::{Mark, Picture};
use crate::widgets::theme::HAIRLINE;
use egui::{Align2, Color32, Rect, Stroke, Vec2, pos2, vec2};

/// Width of the lock in full size.
const LOCK: f32 = 52.0;
/// Room for the bell and its arrow.
const BELL: f32 = 46.0;
/// From the edge of the box to what is in it.
const PADDING: f32 = 8.0;
/// The narrowest box.
const LEAST: f32 = waiters::LEAST + 2.0 * PADDING;

/// Who was notified, and who was not.
fn parted<'a>(at: &ResourceAt<'a>) -> (&'a [Waiter], &'a [Waiter]) {
    let notified = (at.state.notified as usize).min(at.state.waiters.len());
    at.state.waiters.split_at(notified)
}

/// The width of a box for so many.
fn box_width(seats: usize) -> f32 {
    (waiters::width(seats) + 2.0 * PADDING).max(84.0)
}

/// The room that its full size asks for.
pub fn wanted(at: &ResourceAt<'_>) -> Vec2 {
    let could_wait = parts::could_wait(at, 1);
    let outside = if could_wait > 1 { waiters::LEAST } else { waiters::PITCH };
    let width = LOCK + BESIDE + outside + BELL + box_width(could_wait);
    vec2(width.max(250.0), HEIGHT)
}

/// What the box is called.
const TITLE: &str = "wait-set";

/// Its width, with space before it.
fn title_width(at: &ResourceAt<'_>) -> f32 {
    at.look.measure.width(TITLE, &at.look.theme.small()).ceil() + 8.0
}

/// Its state in fewer and fewer words.
pub fn sentences(at: &ResourceAt<'_>) -> Vec<String> {
    let look = at.look;
    let (notified, waiting) = parted(at);
    let guard = at.named.guard.and_then(|guard| look.resource(guard));
    let owner = guard.and_then(|guard| guard.state.owners.first().map(|(owner, _)| *owner));
    let wait = match waiting {
        [] => "nobody waits".to_owned(),
        [one] => format!("{} waits for a notification", look.actors.name(one.actor)),
        more => format!("{} wait for a notification", more.len()),
    };
    let brief = match waiting.len() {
        0 => "nobody waits".to_owned(),
        1 => "1 waits".to_owned(),
        n => format!("{n} wait"),
    };
    let who = match notified {
        [] => {
            let last = at.state.last_signal.map(|(when, who)| {
                let ago = look.now.since(when);
                (format!("last notified {ago} ago by {}", look.actors.name(who)), ago)
            });
            return match last {
                Some((last, ago)) => vec![
                    format!("{wait}; {last}"),
                    format!("{brief}; {last}"),
                    format!("{brief}; last notified {ago} ago"),
                    wait,
                    brief,
                ],
                None => vec![wait, brief],
            };
        }
        [one] => format!("{} was notified", look.actors.name(one.actor)),
        more => format!("{} were notified", more.len()),
    };
    let (must, with_holder) = match (owner.map(|owner| look.actors.name(owner)), notified.len()) {
        (Some(owner), n) => {
            let each = if n == 1 { "" } else { "each " };
            (
                format!("{who}, and {each}must wait for the lock, held by {owner}"),
                format!("{who}; {owner} holds the lock"),
            )
        }
        (None, 1) => (format!("{who} and is about to go on"), who.clone()),
        (None, _) => (format!("{who} and are about to go on, one by one"), who.clone()),
    };
    let counted = format!("{} notified", notified.len());
    let mut said = vec![must, with_holder];
    match waiting.len() {
        0 => said.push(who),
        // Who waits is left out last.
        _ => said.extend([format!("{who}; {brief}"), format!("{counted}; {brief}")]),
    }
    said.push(counted);
    said
}

/// Its picture.
pub fn layout(at: &ResourceAt<'_>, size: Size, area: Rect) -> Picture {
    if size != Size::Full {
        return glyph(at, size, area, "", |picture, square| small(at, size, picture, square));
    }
    let mut picture = Picture::default();
    let area = parts::at_most(area, HEIGHT);
    let rest = parts::caption(at, area, &mut picture, &sentences(at));
    let (notified, _) = parted(at);
    let place = Place::within(rest);
    let gap = if rest.width() < 260.0 { CLOSE } else { BESIDE };
    let wide = LOCK.min(rest.height() / lock::TALL).min(rest.width() - gap - LEAST);
    let guard = at.named.guard.and_then(|guard| at.look.resource(guard));
    let mut left = rest.left();
    if guard.is_none() && wide >= 16.0 {
        let y = place.tiles.center().y;
        let y = y.max(rest.top() + 0.5 * wide).min((rest.bottom() - 0.5 * wide).max(y));
        let middle = pos2(left + 0.5 * wide, y);
        let rect = Rect::from_center_size(middle, Vec2::splat(wide));
        parts::bell(&mut picture, rect, at.look.theme.field, parts::ink(at, 1.8));
        left = rect.right() + gap;
    }
    if let Some(guard) = guard
        && wide >= 16.0
    {
        let height = lock::TALL * wide;
        // Its body stands beside the tiles.
        let bottom = (place.tiles.bottom() + 4.0).max(rest.top() + height).min(rest.bottom());
        let whole = Rect::from_min_size(pos2(left, bottom - height), vec2(wide, height));
        lock::body(&guard, &mut picture, whole);
        left = whole.right() + gap;
    }
    // Nearest to the lock stand those that were notified; the box takes what it needs, and at least room for one.
    let mut needed = box_width(at.state.waiters.len().max(parts::could_wait(at, 1)));
    if place.above.is_none() {
        // Where there is no height for its name above them, that stands beside them.
        needed += title_width(at);
    }
    let kept = if parts::could_wait(at, 1) > 1 { waiters::LEAST } else { waiters::PITCH };
    let least_outside = kept + BELL;
    let outside = if rest.right() - left >= least_outside + LEAST { least_outside } else { 0.0 };
    let width = needed.min(rest.right() - left - outside).max(0.0);
    // What is left over goes to the notified, as many as there are.
    let spare = (rest.right() - left - outside - width).max(0.0);
    let more = (waiters::width(notified.len()) - kept).max(0.0).min(spare);
    let outside = if outside > 0.0 { outside + more } else { 0.0 };
    let x = left + outside;
    let frame = rest.with_min_x(x).with_max_x(x + width);
    let seat = wait_set(at, &mut picture, place, frame, outside > 0.0);
    if outside > 0.0 && !notified.is_empty() {
        let room = place.row().with_min_x(left).with_max_x(x - BELL);
        let tiles = waiters::row(&at.look, room, notified, &mut picture);
        let tiles_right = tiles.last().map_or(room.left(), |tile| tile.right());
        ring(at, &mut picture, place, tiles_right.max(x - BELL - 5.0), seat.unwrap_or(x));
    }
    picture
}

/// The bell with its sound, over the arrow from the seat that was left to whoever left it.
fn ring(at: &ResourceAt<'_>, picture: &mut Picture, place: Place, to: f32, from: f32) {
    let y = place.tiles.center().y;
    picture.arrow(vec![pos2(from - 3.0, y), pos2(to + 4.0, y)], parts::ink(at, 1.4));
    let side = (0.45 * place.tiles.height()).min(18.0);
    let middle = pos2(place.row().left(), y - 0.5 * side - 5.0).y;
    if side < 12.0 || middle - 0.5 * side < place.above.unwrap_or(place.tiles).top() {
        return;
    }
    let right = from.min(to + BELL);
    let centre = pos2(0.5 * (to + right) + 1.0, middle);
    let stroke = parts::ink(at, 1.3);
    let rect = Rect::from_center_size(centre, Vec2::splat(side));
    parts::bell(picture, rect, Color32::TRANSPARENT, stroke);
    for way in [-1.0, 1.0] {
        for (reach, half) in [(0.58, 0.22), (0.76, 0.36)] {
            let arc = (-2..=2).map(|step| {
                let turn = 0.25 * step as f32;
                let bulge = 0.12 * (1.0 - turn * turn * 4.0);
                let along =
                    vec2(way * (reach + bulge) - 0.12 * way, 4.0 * turn * half * 0.5 - 0.06);
                centre + side * along
            });
            picture.line(arc.collect::<Vec<_>>(), Stroke::new(1.0, stroke.color));
        }
    }
}

/// The box with the seats in order of arrival; answers with the left edge of the first seat that was left.
fn wait_set(
    at: &ResourceAt<'_>,
    picture: &mut Picture,
    place: Place,
    frame: Rect,
    with_seats: bool,
) -> Option<f32> {
    let theme = at.look.theme;
    let (notified, waiting) = parted(at);
    // Above the tiles is the box's title, below them are the times.
    let top = match place.above {
        Some(above) => above.top() + 2.0,
        None => frame.top(),
    };
    let bottom = place.row().bottom() + if place.above.is_some() { 2.0 } else { 0.0 };
    let whole = frame.with_min_y(top).with_max_y(bottom.min(frame.bottom()));
    let edge = Stroke::new(HAIRLINE, theme.muted);
    picture.rounded(whole, 8.0, theme.field, edge);
    let name = format!("{}: {}", at.name(), super::sentence(at));
    picture.spot(whole, 8.0, at.selects(), name);
    let inner = place.row().with_min_x(whole.left() + PADDING).with_max_x(whole.right() - PADDING);
    let inner = match place.above {
        Some(_) => inner,
        None => inner.shrink2(vec2(0.0, 3.0)),
    };
    if let Some(above) = place.above {
        let room = inner.with_min_y(top + 3.0).with_max_y(above.bottom() - 2.0);
        let room = room.with_min_x(room.left() + 4.0);
        if at.look.measure.width(TITLE, &theme.small()) <= room.width() {
            picture.text(room, Align2::LEFT_CENTER, TITLE, theme.small(), theme.muted);
        }
    }
    let beside = if place.above.is_none() { title_width(at) } else { 0.0 };
    let sitting = waiters::width(at.state.waiters.len());
    let inner = match inner.width() - beside >= sitting.min(waiters::LEAST) && beside > 0.0 {
        true => {
            let title = inner.with_min_x(inner.right() - beside + 6.0);
            picture.text(title, Align2::LEFT_CENTER, TITLE, theme.small(), theme.muted);
            inner.with_max_x(inner.right() - beside)
        }
        false => inner,
    };
    // The seats that were left come first, as many as leave room for those that still wait.
    let pitch = waiters::PITCH;
    let sitting = waiters::width(waiting.len()).min(inner.width());
    let seats = ((inner.width() - sitting) / pitch).max(0.0) as usize;
    let seats = if with_seats { seats.min(notified.len()) } else { 0 };
    let side = waiters::TILE.min(place.tiles.height());
    for seat in 0..seats {
        let left = inner.left() + seat as f32 * pitch + 0.5 * (pitch - side);
        let rect = Rect::from_min_size(pos2(left, place.tiles.top()), Vec2::splat(side));
        if rect.bottom() <= whole.bottom() - 2.0 {
            picture.dashed(rect, 0.2 * side, edge);
        }
    }
    let rest = inner.with_min_x(inner.left() + seats as f32 * pitch);
    let there = if with_seats { waiting } else { &at.state.waiters[..] };
    let tiles = waiters::row(&at.look, rest, there, picture);
    if !with_seats {
        // Those that were notified are no longer of the set.
        for tile in tiles.iter().take(notified.len()) {
            let mut centre = tile.right_top() + vec2(-1.0, 5.0);
            centre.y = centre.y.max(frame.top() + 8.0);
            let rect = Rect::from_center_size(centre, Vec2::splat(11.0));
            picture.marks.push(Mark::Dot { centre, radius: 7.5, fill: theme.stage, edge });
            parts::bell(picture, rect, Color32::TRANSPARENT, parts::ink(at, 1.0));
        }
    }
    (seats > 0).then(|| inner.left() + 0.5 * (pitch - side))
}

/// A bell, with its lock beside it where there is room.
fn small(at: &ResourceAt<'_>, size: Size, picture: &mut Picture, square: Rect) {
    let field = at.look.theme.field;
    let guard = at.named.guard.and_then(|guard| at.look.resource(guard));
    let side = square.width();
    match (size, guard) {
        (Size::Small, Some(guard)) => {
            let bell = Rect::from_min_size(square.min, Vec2::splat(0.78 * side));
            parts::bell(picture, bell, field, parts::ink(at, 1.8));
            let wide = 0.36 * side;
            let size = vec2(wide, lock::TALL * wide);
            let rect = Rect::from_min_max(square.max - size, square.max);
            let ground = rect.expand2(vec2(1.5, 0.0)).with_min_y(rect.top() + 3.0);
            picture.rounded(ground.intersect(square), 2.0, at.look.theme.stage, Stroke::NONE);
            lock::Padlock::of(&guard).draw(picture, rect, false, at.look.theme);
        }
        _ => parts::bell(picture, square.shrink(0.06 * side), field, parts::ink(at, 1.5)),
    }
}
