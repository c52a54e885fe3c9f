//! A rack of permits: a slot for each, with the badge of whoever has it, or free; who waits for one.

use super::parts::{self, BESIDE, CLOSE, HEIGHT, counted};
use super::waiters::{self, Place};
use super::{ResourceAt, Size, glyph};
use crate::replay::words::times;
use crate::replay::{Held, Phase};
use crate::trace::ActorId;
use crate::widgets::picture::Picture;
use crate::widgets::selection::Selection;
use crate::widgets::theme::HAIRLINE;
use egui::{Align2, Rect, Stroke, Vec2, pos2, vec2};

/// Slots drawn before they are only counted.
const MOST: usize = 8;
/// From the edge of the rack to its slots.
const PADDING: f32 = 6.0;
/// From one slot to the next, with times below them.
const LOOSE: f32 = 54.0;
/// The same without.
const TIGHT: f32 = 44.0;
/// Room for "12 of 16" in the rack.
const COUNT: f32 = 56.0;
/// Side of the smallest slot.
const SMALL: f32 = 20.0;

/// Permits now.
struct Permits {
    /// Those that somebody has.
    held: Vec<(ActorId, Held)>,
    /// How many nobody has.
    free: u32,
    /// How many it began with.
    began: u32,
}

impl Permits {
    fn of(at: &ResourceAt<'_>) -> Self {
        let each = |&(actor, held): &(ActorId, Held)| {
            // Of a depth that nobody can look through the rack shows no more anyhow.
            std::iter::repeat_n((actor, held), held.depth.clamp(1, 1_000) as usize)
        };
        Self {
            held: at.state.owners.iter().flat_map(each).collect(),
            free: at.state.permits,
            began: at.named.capacity.unwrap_or(1),
        }
    }

    fn all(&self) -> u32 {
        self.free.saturating_add(u32::try_from(self.held.len()).unwrap_or(u32::MAX))
    }
}

/// The room that its full size asks for.
pub fn wanted(at: &ResourceAt<'_>) -> Vec2 {
    let capacity = at.named.capacity.unwrap_or(1) as usize;
    let could_wait = parts::could_wait(at, capacity.min(1));
    let slots = capacity.max(2);
    let rack = match slots <= MOST {
        true => slots as f32 * LOOSE - 2.0 + 2.0 * PADDING,
        false => parts::could_wait(at, 0).min(MOST) as f32 * TIGHT + COUNT + 2.0 * PADDING,
    };
    vec2((rack + BESIDE + waiters::width(could_wait)).max(250.0), HEIGHT)
}

/// Its state in fewer and fewer words.
pub fn sentences(at: &ResourceAt<'_>) -> Vec<String> {
    let permits = Permits::of(at);
    let (free, all, began) = (permits.free, permits.all(), permits.began);
    let more = all.saturating_sub(began);
    let base = match more {
        0 if began == 0 => "no permit; it began with none".to_owned(),
        0 => format!("{free} of {} free", counted(began.max(all), "permit")),
        more if permits.held.is_empty() => {
            format!("{} free, {more} more than it began with", counted(free, "permit"))
        }
        _ => format!("{free} of {} free; it began with {began}", counted(all, "permit")),
    };
    let brief = match all.max(began) {
        0 => "no permit".to_owned(),
        all => format!("{free} of {all} free"),
    };
    let passed = at.state.waiters.iter().rev().max_by_key(|waiter| waiter.passed_over);
    let passed = passed.filter(|waiter| waiter.passed_over > 0).map(|waiter| {
        let (who, times) = (at.look.actors.name(waiter.actor), times(waiter.passed_over));
        format!("{who} was passed over {times}")
    });
    let Some((wait, short)) = parts::wait_words(at).zip(parts::wait_badged(at)) else {
        return vec![base, brief];
    };
    // Who waits is left out last.
    let mut said = match passed {
        Some(passed) if at.state.waiters.len() > 1 => {
            vec![format!("{base}; {wait}, {passed}"), format!("{base}; {passed}")]
        }
        Some(passed) => vec![format!("{base}; {passed}")],
        None => vec![format!("{base}; {wait}")],
    };
    said.extend([format!("{brief}; {wait}"), format!("{brief}; {short}"), brief]);
    said
}

/// Its picture.
pub fn layout(at: &ResourceAt<'_>, size: Size, area: Rect) -> Picture {
    if size != Size::Full {
        let permits = Permits::of(at);
        let amount = format!("{} of {}", permits.free, permits.all().max(permits.began));
        return glyph(at, size, area, &amount, |picture, square| small(at, size, picture, square));
    }
    let mut picture = Picture::default();
    let area = parts::at_most(area, HEIGHT);
    let rest = parts::caption(at, area, &mut picture, &sentences(at));
    let gap = if rest.width() < 220.0 { CLOSE } else { BESIDE };
    let waits = match at.state.waiters.len() {
        0 => 0.0,
        n if rest.width() < 200.0 => gap + waiters::LEAST.min(waiters::width(n)),
        n => gap + waiters::LEAST.max(waiters::width(n.min(2))),
    };
    let all_waiting = match at.state.waiters.len() {
        0 => 0.0,
        n => gap + waiters::width(n),
    };
    let most = (rest.width() - waits).max(0.5 * rest.width());
    let right = rack(at, &mut picture, rest, most, rest.width() - all_waiting);
    let rest = rest.with_min_x((right + gap).min(rest.right()));
    let title = "waiting, in order of arrival";
    waiters::line(&at.look, rest, &at.state.waiters, title, &mut picture);
    picture
}

/// The rack, at most so wide; with times below its slots if it stays within another width. Answers with its right edge.
fn rack(at: &ResourceAt<'_>, picture: &mut Picture, area: Rect, most: f32, most_loose: f32) -> f32 {
    let place = Place::within(area);
    let theme = at.look.theme;
    let permits = Permits::of(at);
    let padding = if most < 120.0 { 5.0 } else { PADDING };
    let padding = padding.min(place.tiles.top() - place.above.unwrap_or(place.tiles).top());
    // Without room above the slots they are smaller than the rack.
    let (padding, side) = match padding {
        0.0 => (4.0, place.tiles.height() - 8.0),
        padding => (padding, place.tiles.height()),
    };
    let all = permits.all().max(permits.began).max(1) as usize;
    // Times below want their room, where the slots can be so wide.
    let room = most - 2.0 * padding;
    let loose = side == waiters::TILE
        && place.tiles.bottom() + 22.0 <= area.bottom()
        && all as f32 * LOOSE - 2.0 + 2.0 * padding <= most.min(most_loose);
    let gap = if loose { LOOSE } else { TIGHT } - waiters::TILE;
    let even = (room + gap) / all as f32 - gap;
    let counted = all > MOST || even < SMALL;
    let side = if counted { side } else { side.min(even) }.max(4.0);
    let shown = match counted {
        false => all,
        true => ((room - COUNT) / (side + gap)).clamp(0.0, MOST as f32) as usize,
    };
    let shown = if counted { shown.min(permits.held.len()) } else { shown };
    let width = match counted {
        true => shown as f32 * (side + gap) + COUNT.min(room),
        false => shown as f32 * (side + gap) - gap,
    };
    let inset = if loose { 3.0 } else { 0.0 };
    let middle = place.tiles.center().y;
    let whole = Rect::from_min_max(
        pos2(place.tiles.left(), middle - 0.5 * side - padding),
        pos2(place.tiles.left() + width + 2.0 * (padding + inset), middle + 0.5 * side + padding),
    );
    picture.rounded(whole, 9.0, theme.field, Stroke::new(HAIRLINE, theme.muted));
    let name = format!("{}: {}", at.name(), super::sentence(at));
    picture.spot(whole, 9.0, at.selects(), name);
    let slot = |index: usize| {
        let left = whole.left() + padding + inset + index as f32 * (side + gap);
        Rect::from_min_size(pos2(left, middle - 0.5 * side), Vec2::splat(side))
    };
    for (index, &(actor, held)) in permits.held.iter().take(shown).enumerate() {
        let rect = slot(index);
        taken(at, picture, rect, actor, held);
        let first = permits.held[..index].iter().all(|(other, _)| *other != actor);
        if loose && first {
            let middle = pos2(rect.center().x, whole.bottom() + 8.0);
            let room = Rect::from_center_size(middle, vec2(LOOSE, 14.0));
            let (font, lasted) = (theme.mono_small(), at.look.now.since(held.since));
            if let Some(lasted) = at.look.time(lasted, &font, side + gap) {
                picture.text(room, Align2::CENTER_CENTER, lasted, font, theme.muted);
            }
        }
    }
    let edge = Stroke::new(HAIRLINE, theme.muted);
    if permits.all().max(permits.began) == 0 && side >= 30.0 {
        picture.text(whole, Align2::CENTER_CENTER, "none", theme.small(), theme.muted);
    } else if counted {
        let left = slot(shown).left();
        let room = Rect::from_min_max(
            pos2(left, whole.top()),
            pos2(whole.right() - padding, whole.bottom()),
        );
        let words = format!("{} of {all}", permits.free);
        let fits = at.look.measure.width(&words, &theme.mono_small()) <= room.width();
        if fits {
            picture.text(room, Align2::CENTER_CENTER, words, theme.mono_small(), theme.text);
        }
    } else {
        for index in permits.held.len()..shown {
            let rect = slot(index);
            let is_there = index < permits.all() as usize;
            if is_there {
                picture.dashed(rect, 0.2 * side, edge);
            }
            if is_there && side >= 30.0 {
                picture.text(rect, Align2::CENTER_CENTER, "free", theme.small(), theme.muted);
            }
        }
    }
    whole.right()
}

/// A slot that somebody has.
fn taken(at: &ResourceAt<'_>, picture: &mut Picture, rect: Rect, actor: ActorId, held: Held) {
    let theme = at.look.theme;
    if parts::has_ended(at, actor) {
        let look = theme.phase(Phase::Holding);
        let edge = Stroke::new(HAIRLINE, look.mark);
        picture.rounded(rect, 0.2 * rect.width(), look.fill, edge);
        picture.owner(parts::square(rect, 0.62 * rect.width()), actor, true);
    } else {
        picture.tile(rect, actor, Phase::Holding);
    }
    let lasted = at.look.now.since(held.since);
    let name = format!("{} has had a permit for {lasted}", at.look.actors.name(actor));
    picture.spot(rect, 6.0, Selection::Actor(actor), name);
}

/// The glyph: three slots, filled as far as the permits are taken.
fn small(at: &ResourceAt<'_>, size: Size, picture: &mut Picture, square: Rect) {
    let theme = at.look.theme;
    let permits = Permits::of(at);
    let all = permits.all().max(permits.began).clamp(1, 3);
    // At least one slot is as the others are not, where not all are the same.
    let taken = match (permits.held.len() as u32, permits.free) {
        (0, _) => 0,
        (_, 0) => all,
        (held, free) => {
            let part = held as f32 / (held + free) as f32;
            (part * all as f32).round().clamp(1.0, (all - 1).max(1) as f32) as u32
        }
    };
    let side = square.width();
    let look = theme.phase(Phase::Holding);
    let (rack, slot, pitch) = match size {
        Size::Badge => (0.0, vec2(0.22 * side, 0.6 * side), 0.3 * side),
        _ => (1.0, vec2(0.25 * side, 0.4 * side), 0.3 * side),
    };
    if rack > 0.0 {
        let rect = Rect::from_center_size(square.center(), vec2(side, 0.6 * side));
        picture.rounded(rect, 0.12 * side, theme.field, parts::ink(at, HAIRLINE));
    }
    let left = square.center().x - 0.5 * (all - 1) as f32 * pitch;
    for index in 0..all {
        let centre = pos2(left + index as f32 * pitch, square.center().y);
        let rect = Rect::from_center_size(centre, slot);
        match index < taken {
            true => picture.rounded(rect, 2.0, look.fill, Stroke::new(HAIRLINE, look.mark)),
            false if rack > 0.0 => picture.dashed(rect, 2.0, parts::ink(at, HAIRLINE)),
            false => {
                let edge = parts::ink(at, HAIRLINE);
                picture.rounded(rect, 2.0, egui::Color32::TRANSPARENT, edge);
            }
        }
    }
}
