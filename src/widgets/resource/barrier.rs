//! Stalls under a striped boom: a seat for each party, filled in order of arrival. The boom goes up when all are there.

use super::parts::{self, HEIGHT};
use super::waiters::{self, Place};
use super::{ResourceAt, Size, glyph};
use crate::replay::words::{agree, times};
use crate::replay::{Phase, Waiter};
use crate::trace::{Actor, ActorId, Role};
use crate::widgets::picture::{Mark, Picture};
use crate::widgets::theme::HAIRLINE;
use egui::{Align2, Color32, FontId, Rect, Stroke, Vec2, pos2, vec2};

/// Seats drawn before they are only counted.
const MOST: usize = 8;
/// Width of a post.
const POST: f32 = 4.0;
/// From a post to a seat.
const PADDING: f32 = 8.0;
/// From the boom to the seats.
const UNDER: f32 = 8.0;
/// Height of the boom.
const BOOM: f32 = 10.0;
/// Seats with this side have room for two lines of words.
const ROOMY: f32 = 36.0;
/// Side of the smallest seat.
const SMALL: f32 = 14.0;
/// Room for "10 of 12".
const COUNT: f32 = 60.0;

/// Who is at the barrier.
struct Seats<'a> {
    /// Who sits there: those that have arrived, or those let through while nobody has come after them.
    taken: &'a [Waiter],
    /// How many have been let through and have not gone on yet.
    leaving: usize,
    /// How many it takes to open it, as far as that is known.
    parties: Option<u32>,
}

impl<'a> Seats<'a> {
    fn of(at: &ResourceAt<'a>) -> Self {
        let waiters = &at.state.waiters;
        // Those of this generation came last.
        let leaving = waiters.len().saturating_sub(at.state.arrived as usize);
        let taken = if leaving == waiters.len() { &waiters[..] } else { &waiters[leaving..] };
        Self { taken, leaving, parties: at.named.capacity }
    }

    /// Whether it has let all through and nobody has come since.
    fn is_open(&self) -> bool {
        self.leaving > 0 && self.leaving == self.taken.len()
    }

    /// Seats in all.
    fn all(&self) -> usize {
        self.taken.len().max(self.parties.unwrap_or(0) as usize).max(1)
    }
}

/// The room that its full size asks for.
pub fn wanted(at: &ResourceAt<'_>) -> Vec2 {
    let parties = at.named.capacity.unwrap_or(MOST as u32).clamp(1, MOST as u32) as f32;
    let more = if at.named.capacity.is_some_and(|n| n > MOST as u32) { COUNT } else { 0.0 };
    vec2((parties * waiters::PITCH + 2.0 * (POST + 3.0) + more).max(220.0), HEIGHT)
}

/// Its state in fewer and fewer words.
pub fn sentences(at: &ResourceAt<'_>) -> [String; 3] {
    let seats = Seats::of(at);
    let generation = u64::from(at.state.generation) + 1;
    if at.state.closed {
        let base = "broken".to_owned();
        let whole = match parts::wait_words(at) {
            Some(_) if at.state.waiters.len() > 1 => {
                format!("broken; {} are about to leave", at.state.waiters.len())
            }
            Some(_) => "broken; 1 is about to leave".to_owned(),
            None => "broken; nobody can wait at it until it is reset".to_owned(),
        };
        return [whole, base.clone(), base];
    }
    if seats.is_open() {
        let base = match seats.leaving {
            1 => "open: 1 is about to go on".to_owned(),
            n => format!("open: {n} are about to go on"),
        };
        let passed = at.state.generation;
        return [format!("{base} · generation {passed}"), base, "open".to_owned()];
    }
    let arrived = at.state.arrived;
    // Those of the last generation have gone, and nobody has come since.
    if arrived == 0 && at.state.generation > 0 {
        let [passed, brief] = match (seats.parties, at.state.generation) {
            (Some(all), 1) => [format!("all {all} have passed"), format!("all {all} passed")],
            (_, 1) => ["all have passed".to_owned(), "all passed".to_owned()],
            (_, n) => {
                let times = times(n);
                [format!("all have passed, {times}"), format!("passed, {times}")]
            }
        };
        return [passed, brief, "passed".to_owned()];
    }
    let base = match (seats.parties, arrived) {
        (Some(all), n) => format!("{n} of {all} {} arrived", agree(n, "has", "have")),
        (None, n) => format!("{n} {} arrived", agree(n, "has", "have")),
    };
    let brief = match seats.parties {
        Some(all) => format!("{arrived} of {all}"),
        None => format!("{arrived}"),
    };
    [format!("{base} · generation {generation}"), base, brief]
}

/// Its picture.
pub fn layout(at: &ResourceAt<'_>, size: Size, area: Rect) -> Picture {
    let seats = Seats::of(at);
    if size != Size::Full {
        let [.., brief] = sentences(at);
        return glyph(at, size, area, &brief, |picture, square| {
            small(at, &seats, size, picture, square);
        });
    }
    let mut picture = Picture::default();
    let area = parts::at_most(area, HEIGHT);
    let rest = parts::caption(at, area, &mut picture, &sentences(at));
    stalls(at, &seats, &mut picture, rest);
    picture
}

fn stalls(at: &ResourceAt<'_>, seats: &Seats<'_>, picture: &mut Picture, area: Rect) {
    let theme = at.look.theme;
    let place = Place::within(area);
    let all = seats.all();
    let inner = area.width() - 2.0 * POST;
    let (boom, under) = if area.height() < 60.0 { (6.0, 4.0) } else { (BOOM, UNDER) };
    let timed = inner >= all.min(MOST) as f32 * waiters::PITCH
        && area.height() >= boom + under + 28.0 + waiters::BELOW;
    let below = if timed { waiters::BELOW } else { under };
    let height = match place.above {
        Some(_) => place.tiles.height(),
        None => (area.height() - boom - under - below).min(waiters::TILE),
    };
    // Smaller seats, sooner than only some of them.
    let even = (inner - PADDING) / all as f32 - 4.0;
    let is_counted = all > MOST || even < SMALL;
    let side = if is_counted { height } else { height.min(even) }.max(4.0);
    let pitch = if timed { waiters::PITCH } else { side + 4.0 };
    let edges = if timed { 0.0 } else { PADDING - 4.0 };
    let shown = match is_counted {
        false => all,
        true => ((inner - edges - COUNT) / pitch).clamp(0.0, MOST as f32) as usize,
    };
    let shown = if is_counted { shown.min(seats.taken.len()) } else { shown };
    let wide = edges + shown as f32 * pitch + if is_counted { COUNT } else { 0.0 };
    let wide = wide.min(inner);
    let top = match place.above {
        Some(_) => place.tiles.top(),
        None => area.center().y - 0.5 * (boom + under + side + below) + boom + under,
    };
    let whole = Rect::from_min_max(
        pos2(area.left(), top - under - boom),
        pos2(area.left() + wide + 2.0 * POST, top + side + if timed { 2.0 } else { below }),
    );
    let whole = whole.intersect(area);
    draw_posts(at, seats, picture, whole, boom);
    let name = format!("{}: {}", at.name(), super::sentence(at));
    picture.spot(whole, 4.0, at.selects(), name);
    let first = whole.left() + POST + if timed { 0.5 * (pitch - side) } else { 0.5 * PADDING };
    let seat = |index: usize| {
        Rect::from_min_size(pos2(first + index as f32 * pitch, top), Vec2::splat(side))
    };
    let beneath = |index: usize| {
        let centre = pos2(seat(index).center().x, top + side + 0.5 * waiters::BELOW + 1.0);
        Rect::from_center_size(centre, vec2(pitch, 14.0))
    };
    for (index, waiter) in seats.taken.iter().take(shown).enumerate() {
        waiters::tile(&at.look, seat(index), waiter, picture);
        if timed {
            let (font, waited) = (theme.mono_small(), at.look.now.since(waiter.since));
            if let Some(waited) = at.look.time(waited, &font, pitch) {
                picture.text(beneath(index), Align2::CENTER_CENTER, waited, font, theme.muted);
            }
        }
    }
    // Whether they meet a second time is not known before one of them is there.
    let meet = !seats.taken.is_empty() || at.state.generation == 0;
    // Whoever came last did not wait: its seat is no longer to be taken.
    let empty = if seats.is_open() { 0..0 } else { seats.taken.len()..shown };
    let comes = |id: ActorId| {
        !parts::has_ended(at, id) && !at.state.waiters.iter().any(|waiter| waiter.actor == id)
    };
    let here = |actor: &Actor| {
        let near = at.named.section.is_none() || actor.section == at.named.section;
        near && actor.role == Role::Work
    };
    let is_awaited = at.look.meta.actors_where(here).any(comes);
    for index in empty {
        let edge = Stroke::new(HAIRLINE, theme.muted);
        picture.dashed(seat(index), 0.2 * side, edge);
        if timed && meet && index == seats.taken.len() && !at.state.closed && is_awaited {
            // Within it: below it, it would be said of the time beside it.
            let stall = seat(index);
            // In a small seat in small letters, off its edge.
            let (size, step) = if side < ROOMY { (9.0, 10.0) } else { (theme.small().size, 14.0) };
            let font = FontId::new(size, theme.small().family);
            for (word, y) in [("to", -0.5 * step), ("come", 0.5 * step)] {
                let line = Rect::from_center_size(
                    stall.center() + vec2(0.0, y),
                    vec2(stall.width(), step),
                );
                picture.text(line, Align2::CENTER_CENTER, word, font.clone(), theme.muted);
            }
        }
    }
    if is_counted {
        let left = first + shown as f32 * pitch;
        let room =
            Rect::from_min_max(pos2(left, top), pos2(whole.right() - POST - 2.0, top + side));
        let words = format!("{} of {all}", seats.taken.len());
        let font = theme.mono_small();
        if at.look.measure.width(&words, &font) <= room.width() {
            picture.text(room, Align2::CENTER_CENTER, words, font, theme.text);
        }
    }
}

/// Two posts and the boom on them: striped, raised once it has let all through, cut in two once it is broken.
fn draw_posts(
    at: &ResourceAt<'_>,
    seats: &Seats<'_>,
    picture: &mut Picture,
    whole: Rect,
    height: f32,
) {
    let theme = at.look.theme;
    let colour = theme.muted;
    let post = POST.min(0.4 * height);
    for x in [whole.left(), whole.right() - post] {
        let rect = Rect::from_min_max(pos2(x, whole.top()), pos2(x + post, whole.bottom()));
        picture.rounded(rect, 1.0, colour, Stroke::NONE);
    }
    if seats.is_open() {
        // It has swung up beside its post: only its outline is left where it was.
        let rest = Rect::from_min_max(whole.min, pos2(whole.right(), whole.top() + height));
        picture.dashed(rest, 1.0, Stroke::new(HAIRLINE, colour));
        return;
    }
    let boom = whole.with_max_y(whole.top() + height);
    picture.rounded(boom, 1.0, theme.stage, Stroke::new(HAIRLINE, colour));
    let count = ((boom.width() / (2.0 * height)).round() as usize).max(2);
    let pitch = boom.width() / (count as f32 - 0.5);
    for index in 0..count {
        let left = boom.left() + index as f32 * pitch;
        let right = (left + 0.5 * pitch).min(boom.right());
        let rect = Rect::from_min_max(pos2(left, boom.top()), pos2(right, boom.bottom()));
        picture.rounded(rect, 0.0, colour, Stroke::NONE);
    }
    if at.state.closed {
        let centre = boom.center();
        let gap = Rect::from_center_size(centre, vec2(1.6 * height, height));
        picture.rounded(gap, 0.0, theme.stage, Stroke::NONE);
        let failed = Stroke::new(2.0, theme.phase(Phase::Failed).base);
        let arm = 0.38 * height;
        for way in [-1.0, 1.0] {
            let (from, to) = (vec2(-arm, -arm * way), vec2(arm, arm * way));
            picture.line(vec![centre + from, centre + to], failed);
        }
    }
}

/// The glyph: seats under the boom, filled as far as they are taken.
fn small(at: &ResourceAt<'_>, seats: &Seats<'_>, size: Size, picture: &mut Picture, square: Rect) {
    let theme = at.look.theme;
    let side = square.width();
    let stroke = parts::ink(at, if size == Size::Badge { 1.4 } else { 2.0 });
    let rect = square.shrink2(vec2(0.04 * side, 0.08 * side));
    let boom = rect.with_max_y(rect.top() + 0.16 * side);
    for x in [rect.left() + 0.5 * stroke.width, rect.right() - 0.5 * stroke.width] {
        picture.line(vec![pos2(x, rect.top()), pos2(x, rect.bottom())], stroke);
    }
    let edge = Stroke::new(HAIRLINE, stroke.color);
    match seats.is_open() {
        true => picture.dashed(boom, 1.0, edge),
        false => {
            picture.rounded(boom, 1.0, theme.stage, edge);
            let pitch = boom.width() / 3.5;
            for index in 0..4 {
                let left = boom.left() + pitch * index as f32;
                let stripe = boom.with_min_x(left).with_max_x(left + 0.5 * pitch);
                picture.rounded(stripe, 0.0, stroke.color, Stroke::NONE);
            }
        }
    }
    if at.state.closed {
        let failed = Stroke::new(1.8, theme.phase(Phase::Failed).base);
        let room = parts::square(rect.with_min_y(boom.bottom()), 0.4 * side);
        picture.line(vec![room.left_top(), room.right_bottom()], failed);
        picture.line(vec![room.right_top(), room.left_bottom()], failed);
        return;
    }
    let all = seats.all().min(4);
    let taken = match (seats.taken.len(), seats.all()) {
        (taken, total) if taken >= total => all,
        (0, _) => 0,
        (taken, total) => (taken * all).div_ceil(total).min(all - 1),
    };
    if size == Size::Badge {
        let pitch = (rect.width() - 4.0) / 3.0;
        for index in 0..3 {
            let centre = pos2(
                rect.center().x + (index as f32 - 1.0) * pitch,
                0.5 * (boom.bottom() + rect.bottom()),
            );
            let filled = 3 * taken >= (index + 1) * all;
            let fill = if filled { stroke.color } else { Color32::TRANSPARENT };
            let edge = Stroke::new(HAIRLINE, stroke.color);
            picture.marks.push(Mark::Dot { centre, radius: 0.07 * side, fill, edge });
        }
        return;
    }
    let room = rect.with_min_y(boom.bottom() + 2.0).shrink2(vec2(stroke.width + 1.5, 0.0));
    let (columns, rows) = match all {
        1 => (1, 1),
        2 => (2, 1),
        _ => (2, 2),
    };
    let cell = vec2(room.width() / columns as f32, room.height() / rows as f32);
    for index in 0..all {
        let corner =
            room.min + vec2((index % columns) as f32 * cell.x, (index / columns) as f32 * cell.y);
        let rect = Rect::from_min_size(corner, cell).shrink(1.2);
        if index < taken {
            let phase = seats.taken.first().map_or(Phase::Waiting, |w| at.look.phase(w.actor));
            picture.marks.push(Mark::Phase { rect, phase, symbol: false });
        } else if !seats.is_open() {
            picture.dashed(rect, 2.0, Stroke::new(HAIRLINE, stroke.color));
        }
    }
}
