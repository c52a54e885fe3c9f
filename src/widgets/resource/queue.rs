//! A queue: two rails as long as its bound, the back at the left and the front at the right, with who waits at either
//! end, and the item that goes in or out.

mod places;

use self::places::{FADE, OPEN, Places, bound, places, rails_width, slots};
use super::cell::{self, Kind, Moving, SIDE};
use super::parts::{self, HEIGHT};
use super::waiters::{BELOW, PITCH, TILE};
use super::{ResourceAt, Size, glyph};
use crate::replay::Waiter;
use crate::replay::words::{agree, count, grouped};
use crate::trace::WaitOp;
use crate::widgets::picture::{Mark, Picture};
use crate::widgets::selection::Selection;
use egui::{Align2, Rect, Stroke, Vec2, pos2, vec2};

/// Side of the badge of whoever moves an item.
const FACE: f32 = 18.0;
/// Side of the smallest tile of one that waits, where there is room for a larger one.
const SMALL: f32 = 22.0;

/// Between a time and the name of the end.
const CLEAR: f32 = 8.0;

/// The room that its full size asks for.
pub fn wanted(at: &ResourceAt<'_>) -> Vec2 {
    let slots = slots(at).unwrap_or(OPEN + 1);
    let ends = 2.0 * (SIDE + 6.0 + PITCH + 6.0);
    vec2((rails_width(slots, SIDE) + ends).max(320.0), HEIGHT)
}

/// Its state in fewer and fewer words.
pub fn sentences(at: &ResourceAt<'_>) -> Vec<String> {
    let state = at.state;
    let len = state.contents.len();
    let bound = bound(at);
    let mut base = vec![match bound {
        Some(bound) => format!("{} of {}", grouped(len as u64), grouped(bound as u64)),
        None if len == 0 => "empty".to_owned(),
        None => count(len, "item"),
    }];
    match bound {
        Some(_) if len == 0 => base.push(": empty".to_owned()),
        Some(bound) if len >= bound => base.push(": full".to_owned()),
        _ => {}
    }
    if state.closed {
        base.push(", closed".to_owned());
    }
    // Of interest only where somebody tells it, or waits to be told.
    let undone = state.unfinished();
    let joins: Vec<_> = state.waiters.iter().filter(|w| w.op == WaitOp::Join).collect();
    match joins[..] {
        [] if undone > 0 && state.done > 0 => {
            base.push(format!(" · {} not done", grouped(undone)));
        }
        [] => {}
        [one] => {
            let who = at.look.actors.name(one.actor);
            base.push(format!(" · {} not done, {who} waits for that", grouped(undone)));
        }
        _ => base.push(format!(" · {} not done, {} wait", grouped(undone), joins.len())),
    }
    let mut said = base.clone();
    if state.added + state.removed > 0 {
        // Sentinels are no items.
        let [put, taken] = state.sentinels;
        said.push(format!(
            " · {} put, {} taken",
            grouped(state.added.saturating_sub(put)),
            grouped(state.removed.saturating_sub(taken))
        ));
        if put > 0 {
            said.push(format!(" · {}", count(put, "sentinel")));
        }
    }
    let (put, get) = waiting(at);
    let waits = |n: usize| format!(" · {n} {}", agree(n, "waits", "wait"));
    let wait = match (put.len(), get.len()) {
        (0, 0) => return parts::fewer(&said),
        (n, 0) => waits(n) + " to put",
        (0, n) => waits(n) + " to get",
        (n, other) => format!("{} to put, {other} to get", waits(n)),
    };
    // Who waits at one of its ends only would not be all.
    let mut all = vec![said.concat() + &wait, base.concat() + &wait];
    all.push(base.concat() + &waits(put.len() + get.len()));
    all.extend(parts::fewer(&base));
    all
}

/// Who waits to put something in, and who to get something.
fn waiting(at: &ResourceAt<'_>) -> (Vec<Waiter>, Vec<Waiter>) {
    // Who waits until all is done stands at neither end.
    let ends = at.state.waiters.iter().filter(|waiter| waiter.op != WaitOp::Join);
    ends.copied().partition(|waiter| waiter.op == WaitOp::Put)
}

/// Its picture.
pub fn layout(at: &ResourceAt<'_>, size: Size, area: Rect) -> Picture {
    if size == Size::Full {
        return full(at, area);
    }
    let amount = match bound(at) {
        Some(bound) => format!("{} of {bound}", at.state.contents.len()),
        None => count(at.state.contents.len(), "item"),
    };
    glyph(at, size, area, &amount, |picture, square| symbol(at, picture, square))
}

fn symbol(at: &ResourceAt<'_>, picture: &mut Picture, square: Rect) {
    let theme = at.look.theme;
    let small = square.width() < 30.0;
    let unit = square.width() / 44.0;
    let whole = Rect::from_center_size(square.center(), vec2(42.0, 27.0) * unit);
    let stroke = Stroke::new(if small { 1.0 } else { 1.5 }, theme.muted);
    for y in [whole.top() + 0.75, whole.bottom() - 0.75] {
        picture.line([pos2(whole.left(), y), pos2(whole.right(), y)], stroke);
    }
    let most = if small { 3 } else { 5 };
    let len = at.state.contents.len();
    // As full as it is; without a bound by its items.
    let filled = match bound(at) {
        Some(bound) if len > 0 => (len * most).div_ceil(bound).min(most),
        _ => len.min(most),
    };
    let pitch = (whole.width() - 2.0 * unit) / most as f32;
    for place in 0..filled {
        let right = whole.right() - unit - place as f32 * pitch;
        let cell = Rect::from_min_max(
            pos2(right - pitch, whole.top() + 5.0 * unit),
            pos2(right, whole.bottom() - 5.0 * unit),
        );
        let cell = cell.shrink2(vec2(0.8, 0.0));
        match small {
            true => picture.rounded(cell, 1.0, theme.muted, Stroke::NONE),
            // Filled: a narrow outline would be the digit 0.
            false => picture.rounded(cell, 2.0, theme.muted, Stroke::NONE),
        }
    }
}

fn full(at: &ResourceAt<'_>, area: Rect) -> Picture {
    let (mut picture, body) = cell::frame(at, area);
    let Some(places) = places(at, body) else { return picture };
    let moving = cell::moving(at);
    rails(at, &places, body, &mut picture);
    items(at, &places, moving, &mut picture);
    if let Some(moving) = moving {
        on_its_way(at, &moving, &places, body, &mut picture);
    }
    let (put, get) = waiting(at);
    line(at, &places, &put, true, &mut picture);
    line(at, &places, &get, false, &mut picture);
    picture
}

fn rails(at: &ResourceAt<'_>, places: &Places, body: Rect, picture: &mut Picture) {
    let theme = at.look.theme;
    let rails = places.rails;
    let stroke = Stroke::new(2.0, theme.muted);
    let is_open = bound(at).is_none() && !at.state.closed;
    let solid = if is_open { (rails.left() + FADE).min(rails.right()) } else { rails.left() };
    picture.rounded(rails.with_min_x(solid), 0.0, theme.field, Stroke::NONE);
    for y in [rails.top() + 1.0, rails.bottom() - 1.0] {
        picture.line([pos2(solid, y), pos2(rails.right(), y)], stroke);
        if is_open {
            let points = vec![pos2(rails.left(), y), pos2(solid, y)];
            let stroke = Stroke::new(2.0, theme.outline);
            let mark = Mark::Line { points, stroke, dashed: true, arrow: false };
            picture.marks.push(mark);
        }
    }
    if at.state.closed {
        let x = rails.left() + 1.0;
        picture.line([pos2(x, rails.top()), pos2(x, rails.bottom())], stroke);
    }
    let below = Rect::from_min_max(
        pos2(rails.left() + 1.0, rails.bottom() + 2.0),
        pos2(rails.right() - 1.0, rails.bottom() + 17.0),
    );
    let font = theme.small();
    let width = |text: &str| at.look.measure.width(text, &font);
    let back = if at.state.closed { "closed" } else { "back" };
    if below.bottom() <= body.bottom() && width(back) + width("front") + 12.0 <= below.width() {
        picture.text(below, Align2::LEFT_CENTER, back, font.clone(), theme.muted);
        picture.text(below, Align2::RIGHT_CENTER, "front", font, theme.muted);
    }
}

fn items(at: &ResourceAt<'_>, places: &Places, moving: Option<Moving>, picture: &mut Picture) {
    let look = &at.look;
    let contents = &at.state.contents;
    let whole = bound(at).unwrap_or(contents.len()).max(contents.len());
    let gone = moving.filter(|moving| !moving.inwards);
    // What stood behind what goes out follows once that is out of the way.
    let behind = gone.map_or(0.0, |gone| 1.0 - ((gone.progress - 0.5) / 0.5).clamp(0.0, 1.0));
    let mut hidden = contents.len();
    let shown = (0..places.front.min(contents.len()))
        .chain(contents.len().saturating_sub(places.slots).max(places.front)..contents.len());
    for place in shown {
        let Some(slot) = places.slot_of(place, whole) else { continue };
        let shift = match places.break_at {
            Some(at) if slot > at => 0.0,
            // It comes out of what is hidden.
            Some(at) if slot + 1 == at && behind > 0.0 => continue,
            _ => behind,
        };
        hidden -= 1;
        let rect = places.slot(slot as f32 + shift);
        if rect.left() < places.rails.left() {
            continue;
        }
        if moving.is_some_and(|moving| moving.inwards && moving.place == place) {
            cell::draw(look, picture, rect, "", Kind::Absent, None);
            continue;
        }
        let (text, maker) = (look.meta.item(contents[place]), at.state.maker(place));
        cell::draw(look, picture, rect, &text, Kind::There, maker);
        if let Some(maker) = maker.filter(|_| gone.is_none()) {
            let by = look.actors.name(maker);
            picture.hint(rect, format!("{text}, put in by {by}"));
        }
    }
    if let Some(slot) = places.break_at {
        let rect = places.slot(slot as f32);
        let more = match hidden {
            0 => "…".to_owned(),
            n => format!("+{}", grouped(n as u64)),
        };
        let font = look.theme.small();
        let fits = look.measure.width(&more, &font) <= rect.width();
        let words = if fits { more } else { "…".to_owned() };
        picture.text(rect, Align2::CENTER_CENTER, words, font, look.theme.muted);
    }
}

fn on_its_way(
    at: &ResourceAt<'_>,
    moving: &Moving,
    places: &Places,
    body: Rect,
    picture: &mut Picture,
) {
    let look = &at.look;
    let contents = &at.state.contents;
    let whole = bound(at).unwrap_or(contents.len()).max(contents.len());
    let outside = |x: f32| {
        let top = places.rails.center().y - 0.5 * places.cell.y;
        Rect::from_min_size(pos2(x, top), places.cell)
    };
    let has_mouth = places.mouth > places.cell.x;
    let text = look.meta.item(moving.item);
    let (from, to) = match moving.inwards {
        true => {
            let Some(slot) = places.slot_of(moving.place, whole) else { return };
            let last = places.slot((places.slots - 1) as f32);
            let mouth = outside(places.rails.left() - places.cell.x - 3.0);
            (if has_mouth { mouth } else { last }, places.slot(slot as f32))
        }
        false if places.break_at == Some(0) => return,
        false => {
            let mouth = outside(places.rails.right() + 3.0);
            (places.slot(0.0), if has_mouth { mouth } else { places.slot(0.0) })
        }
    };
    let rect = from.translate((to.min - from.min) * moving.progress);
    // On its way to the back it does not pass over what is there: that is nearer to the front.
    let left = places.slot(0.0);
    // Where it was is free once it is out of there: an outline below its edge is neither.
    if !moving.inwards && !left.shrink(1.0).intersects(rect) {
        cell::draw(look, picture, left, "", Kind::Absent, None);
    }
    cell::draw(look, picture, rect, &text, Kind::InHand, None);
    let name = look.actors.name(moving.actor);
    let said = if moving.inwards { "puts" } else { "takes" };
    picture.spot(rect, 6.0, Selection::Actor(moving.actor), format!("{name} {said} {text}"));
    let top = places.rails.top().min(rect.top()) - FACE - 3.0;
    if top >= body.top() {
        let face = Rect::from_min_size(pos2(rect.center().x - 0.5 * FACE, top), Vec2::splat(FACE));
        picture.badge(face, moving.actor);
    }
}

/// Who waits at an end, from the rails outwards.
fn line(
    at: &ResourceAt<'_>,
    places: &Places,
    waiters: &[Waiter],
    back: bool,
    picture: &mut Picture,
) {
    let (look, theme) = (&at.look, at.look.theme);
    let zone = places.zones[usize::from(!back)];
    let (tall, below) = (places.tile, zone.height() - places.tile);
    if waiters.is_empty() || places.tiles == 0 || tall < 14.0 {
        return;
    }
    let (side, pitch) = (tall, tall + PITCH - TILE);
    let most = ((zone.width() + 0.5) / pitch).floor() as usize;
    // Smaller ones sooner than some that are only counted.
    let even = zone.width() / waiters.len() as f32;
    let (side, pitch, most) = match waiters.len() > most && even - 5.0 >= SMALL.min(side) {
        true => ((even - 5.0).min(side), even, waiters.len()),
        false => (side, pitch, most),
    };
    if most == 0 {
        return;
    }
    let shown = match waiters.len() > most {
        // The last place says how many more; of one place the line below.
        true if most > 1 => most - 1,
        _ => waiters.len().min(most),
    };
    let more = waiters.len() - shown;
    let column = |place: usize| {
        let from = place as f32 * pitch;
        let left = if back { zone.right() - from - pitch } else { zone.left() + from };
        Rect::from_min_size(pos2(left, zone.top()), vec2(pitch, zone.height()))
    };
    let counted = |rect: Rect, picture: &mut Picture| {
        let (font, words) = (theme.label(), format!("+{more}"));
        picture.text(rect, Align2::CENTER_CENTER, words, font, theme.muted);
    };
    // Below all of them how long, or below the first, who has waited longest.
    let lasted = |waiter: &Waiter| look.now.since(waiter.since);
    let timed = |waiter: &Waiter| look.time(lasted(waiter), &theme.mono_small(), pitch).is_some();
    let all_timed = waiters[..shown].iter().all(timed);
    for (place, waiter) in waiters[..shown].iter().enumerate() {
        let column = column(place);
        let tile = Rect::from_center_size(
            pos2(column.center().x, column.top() + 0.5 * tall),
            Vec2::splat(side),
        );
        picture.tile(tile, waiter.actor, look.phase(waiter.actor));
        let waited = look.now.since(waiter.since).to_string();
        let what = if back { "to put" } else { "to get" };
        let name = format!("{} waits {what}, {waited}", look.actors.name(waiter.actor));
        picture.spot(tile, 6.0, Selection::Actor(waiter.actor), name);
        let line = column.with_min_y(column.top() + tall + 1.0);
        if below >= BELOW - 1.0 {
            match more > 0 && most == 1 {
                true => counted(line, picture),
                false if all_timed || place == 0 => {
                    let (font, colour) = (theme.mono_small(), theme.muted);
                    let (line, align) = match (all_timed, back) {
                        (true, _) => (line, Align2::CENTER_CENTER),
                        // Clear of the name of the queue's end beside it.
                        (_, true) => {
                            let line = line.with_min_x(line.left() - pitch);
                            (line.with_max_x(line.right() - CLEAR), Align2::RIGHT_CENTER)
                        }
                        _ => {
                            let line = line.with_max_x(line.right() + pitch);
                            (line.with_min_x(line.left() + CLEAR), Align2::LEFT_CENTER)
                        }
                    };
                    if let Some(waited) = look.time(lasted(waiter), &font, line.width()) {
                        picture.text(line, align, waited, font, colour);
                    }
                }
                false => {}
            }
        }
    }
    if more > 0 && most > 1 {
        let rest = column(shown);
        counted(rest.with_max_y(rest.top() + tall), picture);
    }
}
