//! A ticket for a result: its stub says whose, the rest is empty until the result is there; who waits for it, and who
//! works on it where that is known.

use super::parts::{self, BESIDE, CLOSE, HEIGHT};
use super::waiters::{self, Place};
use super::{ResourceAt, Size, glyph};
use crate::replay::{Course, Phase};
use crate::trace::{ActorId, Nanos, TextId};
use crate::widgets::phase;
use crate::widgets::picture::{Mark, Picture};
use crate::widgets::selection::Selection;
use crate::widgets::theme::HAIRLINE;
use egui::{Align2, Pos2, Rect, Stroke, Vec2, pos2, vec2};
use std::f32::consts::PI;

/// Size of the ticket in full size.
const TICKET: Vec2 = vec2(128.0, 66.0);
/// How much of the ticket is its stub.
const STUB: f32 = 0.4;
/// Height of the line below the ticket that says who works on it.
const WORKER: f32 = 24.0;

/// What there is of the result.
enum Told {
    /// Nothing.
    Pending,
    /// A value, or only that it is done; since when, where that is known.
    Done(Option<String>, Option<Nanos>),
    /// An error; its text may be empty.
    Failed(String, Option<Nanos>),
}

impl Told {
    fn of(at: &ResourceAt<'_>) -> Self {
        let look = at.look;
        if let Some(of) = at.named.of {
            let Some(actor) = look.state.actor(of) else {
                return Self::Pending;
            };
            return match (actor.end, actor.phase) {
                (None, _) => Self::Pending,
                (Some((_, when)), Phase::Failed) => {
                    let why = crate::replay::phrase(look.meta, look.state, of, look.now);
                    Self::Failed(why, Some(when))
                }
                (Some((_, when)), _) => Self::Done(None, Some(when)),
            };
        }
        if let Some((text, when)) = kept(at) {
            return Self::Failed(look.meta.text(text).to_owned(), Some(when));
        }
        match at.state.contents.front() {
            Some(item) => {
                let when = at.state.last_move.map(|(when, ..)| when);
                Self::Done(Some(look.meta.item(*item)), when)
            }
            None => Self::Pending,
        }
    }
}

/// The error that it keeps, and since when.
fn kept(at: &ResourceAt<'_>) -> Option<(TextId, Nanos)> {
    let journeys = at.look.state.journeys.kept.iter();
    let mut kept = journeys.filter_map(|journey| {
        let stop = journey.stops.iter().find(|stop| stop.course == Course::Kept(at.id))?;
        Some((journey.text, stop.at))
    });
    kept.next()
}

/// The room that its full size asks for.
pub fn wanted(at: &ResourceAt<'_>) -> Vec2 {
    // Others than who works on it may wait, and the main thread.
    let line = waiters::width(parts::could_wait(at, 0).min(2));
    vec2((TICKET.x + BESIDE + line).max(230.0), HEIGHT)
}

/// Its state in fewer and fewer words.
pub fn sentences(at: &ResourceAt<'_>) -> [String; 3] {
    let look = at.look;
    let who = at.named.of.map(|of| look.actors.name(of));
    let told = Told::of(at);
    let is_told = !matches!(told, Told::Pending);
    let what = if who.is_some() { "its end" } else { "it" };
    let wait = match (&at.state.waiters[..], is_told) {
        ([], _) => None,
        ([one], false) => Some(format!("{} waits for {what}", look.actors.name(one.actor))),
        ([one], true) => Some(format!("{} is about to go on", look.actors.name(one.actor))),
        (more, false) => Some(format!("{} wait for {what}", more.len())),
        (more, true) => Some(format!("{} are about to go on", more.len())),
    };
    let ago = |when: Option<Nanos>| match when {
        Some(when) => format!(" {} ago", look.now.since(when)),
        None => String::new(),
    };
    let (base, brief) = match (told, who) {
        (Told::Pending, Some(who)) => (format!("{who} has not ended"), "not ended".to_owned()),
        (Told::Pending, None) => ("pending".to_owned(), "pending".to_owned()),
        (Told::Done(_, when), Some(who)) => {
            (format!("{who} ended{}", ago(when)), "ended".to_owned())
        }
        (Told::Done(Some(value), _), None) => (format!("done: {value}"), "done".to_owned()),
        (Told::Done(None, when), None) => (format!("done{}", ago(when)), "done".to_owned()),
        (Told::Failed(why, when), Some(who)) => {
            let base = format!("{who} ended{}: {why}", ago(when));
            (base, "failed".to_owned())
        }
        (Told::Failed(why, _), None) if why.is_empty() => {
            ("it keeps an error".to_owned(), "failed".to_owned())
        }
        (Told::Failed(why, _), None) => (format!("it keeps an error: {why}"), "failed".to_owned()),
    };
    let whole = match wait {
        Some(wait) => format!("{base}; {wait}"),
        None => base.clone(),
    };
    [whole, base, brief]
}

/// Its picture.
pub fn layout(at: &ResourceAt<'_>, size: Size, area: Rect) -> Picture {
    if size != Size::Full {
        let [.., brief] = sentences(at);
        return glyph(at, size, area, &brief, |picture, square| {
            let high = if size == Size::Badge { 0.62 } else { 0.74 };
            let rect = Rect::from_center_size(square.center(), square.size() * vec2(1.0, high));
            let width = if size == Size::Badge { 1.4 } else { 1.6 };
            ticket(at, picture, rect, width);
        });
    }
    let mut picture = Picture::default();
    let area = parts::at_most(area, HEIGHT);
    let rest = parts::caption(at, area, &mut picture, &sentences(at));
    let gap = if rest.width() < 240.0 { CLOSE } else { BESIDE };
    // Below the ticket of a thread or process stands what that one does.
    let worker = at.named.of.filter(|_| rest.height() >= TICKET.y + WORKER);
    let below = worker.map_or(0.0, |_| WORKER);
    let rest = rest.with_max_y(rest.bottom() - below);
    let place = Place::within(rest);
    // A smaller ticket, sooner than nobody beside it.
    let beside = match at.state.waiters.len() {
        0 => rest.width(),
        1 => rest.width() - gap - waiters::PITCH,
        _ => rest.width() - gap - waiters::LEAST,
    };
    let scale = (beside.max(40.0) / TICKET.x).min(rest.height() / TICKET.y).min(1.0);
    let size = scale * TICKET;
    let middle = match place.above {
        Some(_) => place.tiles.center().y,
        None => rest.center().y,
    };
    let top = (middle - 0.5 * size.y).max(rest.top()).min(rest.bottom() - size.y);
    let whole = Rect::from_min_size(pos2(rest.left(), top), size);
    ticket(at, &mut picture, whole, if scale < 0.7 { 1.4 } else { 1.6 });
    let name = format!("{}: {}", at.name(), super::sentence(at));
    picture.spot(whole, 6.0, at.selects(), name);
    if let Some(worker) = worker.filter(|_| scale > 0.6) {
        works(at, &mut picture, whole, worker);
    }
    let rest = rest.with_min_x((whole.right() + gap).min(rest.right()));
    let title = match Told::of(at) {
        Told::Pending => "waiting",
        _ => "about to go on",
    };
    waiters::line(&at.look, rest, &at.state.waiters, title, &mut picture);
    picture
}

/// Who works on it, and what that one is doing, on a line that comes out of the stub.
fn works(at: &ResourceAt<'_>, picture: &mut Picture, ticket: Rect, worker: ActorId) {
    let theme = at.look.theme;
    let x = ticket.left() + 0.5 * STUB * ticket.width();
    let line = Stroke::new(HAIRLINE, theme.muted);
    picture.line(vec![pos2(x, ticket.bottom()), pos2(x, ticket.bottom() + 5.0)], line);
    let badge = Rect::from_min_size(pos2(x - 8.0, ticket.bottom() + 5.0), Vec2::splat(16.0));
    picture.badge(badge, worker);
    let name = at.look.actors.name(worker);
    picture.spot(badge, 3.0, Selection::Actor(worker), name);
    let doing = at.look.phase(worker);
    let swatch = Rect::from_center_size(badge.right_center() + vec2(14.0, 0.0), vec2(14.0, 11.0));
    picture.marks.push(Mark::Phase { rect: swatch, phase: doing, symbol: false });
    let room = Rect::from_min_max(
        pos2(swatch.right() + 6.0, badge.top()),
        pos2(ticket.right(), badge.bottom()),
    );
    let words = phase::name(at.look.meta, worker, doing);
    if at.look.measure.width(words, &theme.small()) <= room.width() {
        picture.text(room, Align2::LEFT_CENTER, words, theme.small(), theme.muted);
    }
}

/// The ticket over the whole of a rectangle.
fn ticket(at: &ResourceAt<'_>, picture: &mut Picture, rect: Rect, width: f32) {
    let theme = at.look.theme;
    let stroke = parts::ink(at, width);
    let rect = rect.shrink(0.5 * width);
    let fold = rect.left() + STUB * rect.width();
    let notch = (0.1 * rect.height()).max(2.0);
    picture.line(outline(rect, fold, notch), stroke);
    let (top, bottom) = (rect.top() + notch, rect.bottom() - notch);
    picture.marks.push(Mark::Line {
        points: vec![pos2(fold, top + 1.0), pos2(fold, bottom - 1.0)],
        stroke: Stroke::new(HAIRLINE, stroke.color),
        dashed: true,
        arrow: false,
    });
    let stub = rect.with_max_x(fold).shrink(2.0);
    stub_text(at, picture, stub);
    let rest = rect.with_min_x(fold);
    let side = (0.62 * rest.height()).min(rest.width() - 6.0);
    let square = parts::square(rest, side);
    match Told::of(at) {
        Told::Pending => {
            if side >= 12.0 {
                picture.dashed(square, 0.2 * side, Stroke::new(HAIRLINE, stroke.color));
                if side >= 16.0 {
                    let font = theme.symbol((0.36 * side).max(9.0));
                    picture.text(square, Align2::CENTER_CENTER, "?", font, theme.muted);
                }
            } else {
                picture.dot(square.center(), 1.6, stroke.color);
            }
        }
        Told::Done(value, _) => {
            let room = rest.shrink2(vec2(4.0, 6.0));
            let font = theme.mono();
            let fits = |text: &String| {
                side >= 16.0 && at.look.measure.width(text, &font) <= room.width() - 8.0
            };
            match value.filter(fits) {
                Some(value) => {
                    let wide = (at.look.measure.width(&value, &font) + 12.0).max(side);
                    let size = vec2(wide.min(room.width()), side);
                    let cell = Rect::from_center_size(rest.center(), size);
                    let edge = Stroke::new(HAIRLINE, theme.muted);
                    picture.rounded(cell, 6.0, theme.panel, edge);
                    picture.text(cell, Align2::CENTER_CENTER, value, font, theme.text);
                }
                None => {
                    let point = |x: f32, y: f32| square.center() + side * vec2(x, y);
                    let tick = vec![point(-0.28, 0.02), point(-0.08, 0.22), point(0.3, -0.22)];
                    picture.line(tick, Stroke::new((0.07 * side).max(1.6), stroke.color));
                }
            }
        }
        Told::Failed(..) => {
            let cross = square.shrink(0.24 * side);
            let failed = Stroke::new((0.07 * side).max(1.6), theme.phase(Phase::Failed).base);
            picture.line(vec![cross.left_top(), cross.right_bottom()], failed);
            picture.line(vec![cross.right_top(), cross.left_bottom()], failed);
        }
    }
}

/// Whose result it is.
fn stub_text(at: &ResourceAt<'_>, picture: &mut Picture, stub: Rect) {
    let theme = at.look.theme;
    if stub.height() < 30.0 {
        return;
    }
    let (above, below) = match at.named.of {
        Some(of) => ("end of", at.look.actors.badge(of).into_owned()),
        None => ("result", String::new()),
    };
    if at.look.measure.width(above, &theme.small()) > stub.width() {
        return;
    }
    if below.is_empty() {
        picture.text(stub, Align2::CENTER_CENTER, above, theme.small(), theme.muted);
        return;
    }
    let (top, bottom) = stub.split_top_bottom_at_y(stub.center().y);
    let top = top.with_min_y(top.bottom() - 17.0);
    let bottom = bottom.with_max_y(bottom.top() + 19.0);
    picture.text(top, Align2::CENTER_CENTER, above, theme.small(), theme.muted);
    picture.text(bottom, Align2::CENTER_CENTER, below, theme.mono(), theme.text);
}

/// A rectangle with round corners and a notch at each end of the fold.
fn outline(rect: Rect, fold: f32, notch: f32) -> Vec<Pos2> {
    let radius = (0.12 * rect.height()).max(2.0);
    let arc = |centre: Pos2, radius: f32, from: f32, turn: f32| {
        (0..=6).map(move |step| {
            let angle = from + turn * step as f32 / 6.0;
            centre + radius * vec2(angle.cos(), angle.sin())
        })
    };
    let inner = rect.shrink(radius);
    let mut points = Vec::new();
    points.extend(arc(inner.left_top(), radius, PI, 0.5 * PI));
    points.extend(arc(pos2(fold, rect.top()), notch, PI, -PI));
    points.extend(arc(inner.right_top(), radius, -0.5 * PI, 0.5 * PI));
    points.extend(arc(inner.right_bottom(), radius, 0.0, 0.5 * PI));
    points.extend(arc(pos2(fold, rect.bottom()), notch, 0.0, -PI));
    points.extend(arc(inner.left_bottom(), radius, 0.5 * PI, 0.5 * PI));
    points.extend(points.first().copied());
    points
}
