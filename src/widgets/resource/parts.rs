//! What several looks are made of.

use super::{ResourceAt, foot};
use crate::replay::words::agree;
use crate::trace::{ActorId, Role};
use crate::widgets::picture::Picture;
use egui::{Align2, Color32, Rect, Stroke, Vec2, pos2, vec2};

/// Height of the sentence below a body, with the space above it.
pub const SENTENCE: f32 = 26.0;
/// Height that a full size asks for: the same for all, so that their sentences are on one line.
pub const HEIGHT: f32 = 132.0;
/// From a body to what stands beside it.
pub const BESIDE: f32 = 24.0;
/// The same where there is little room.
pub const CLOSE: f32 = 12.0;
/// Bodies lower than this have no sentence.
const LEAST_BODY: f32 = 44.0;

/// The upper part of an area, where it is higher than asked.
pub fn at_most(area: Rect, height: f32) -> Rect {
    area.with_max_y(area.bottom().min(area.top() + height))
}

/// A sentence in parts, each of which adds to those before it, in fewer and fewer words: without its last parts.
pub fn fewer(parts: &[String]) -> Vec<String> {
    (1..=parts.len().max(1)).rev().map(|some| parts[..some.min(parts.len())].concat()).collect()
}

/// Writes the first of these sentences that fits at the foot of an area, where there is height for one; answers with the
/// room above it.
pub fn caption(
    at: &ResourceAt<'_>,
    area: Rect,
    picture: &mut Picture,
    sentences: &[String],
) -> Rect {
    if area.height() < SENTENCE + LEAST_BODY {
        return area;
    }
    let theme = at.look.theme;
    let fits = |text: &&String| at.look.measure.width(text, &theme.label()) <= area.width();
    let Some(text) = sentences.iter().find(fits) else {
        return area;
    };
    let (_, line) = foot(area, 20.0);
    picture.text(line, Align2::LEFT_CENTER, text, theme.label(), theme.text);
    area.with_max_y(area.bottom() - SENTENCE)
}

/// How many actors could wait here at once, if so many more have what the others wait for: what is kept free for them
/// does not change while the run goes on.
pub fn could_wait(at: &ResourceAt<'_>, have_it: usize) -> usize {
    let here = |section| at.named.section.is_none() || section == at.named.section;
    let all = at.look.meta.actors_where(|a| matches!(a.role, Role::Work) && here(a.section));
    all.count().saturating_sub(have_it).max(1)
}

/// "adder 1 waits", "7 wait", nothing where nobody waits.
pub fn wait_words(at: &ResourceAt<'_>) -> Option<String> {
    match at.state.waiters.len() {
        0 => None,
        1 => Some(format!("{} waits", at.look.actors.name(at.state.waiters[0].actor))),
        n => Some(format!("{n} wait")),
    }
}

/// The same with a badge for a name: "A1 waits", "7 wait".
pub fn wait_badged(at: &ResourceAt<'_>) -> Option<String> {
    match at.state.waiters[..] {
        [one] => Some(format!("{} waits", at.look.actors.badge(one.actor))),
        _ => wait_words(at),
    }
}

/// The same without who it is: "1 waits", "7 wait", and nothing where nobody does.
pub fn wait_counted(at: &ResourceAt<'_>) -> String {
    match at.state.waiters.len() {
        0 => String::new(),
        n => format!("{n} {}", agree(n, "waits", "wait")),
    }
}

/// "2 permits", "1 permit".
pub fn counted(count: u32, one: &str) -> String {
    match count {
        1 => format!("1 {one}"),
        n => format!("{n} {one}s"),
    }
}

/// Whether an actor is no more.
pub fn has_ended(at: &ResourceAt<'_>, actor: ActorId) -> bool {
    at.look.state.actor(actor).is_some_and(|actor| actor.end.is_some())
}

/// The square of a side in the middle of a rectangle.
pub fn square(rect: Rect, side: f32) -> Rect {
    Rect::from_center_size(rect.center(), Vec2::splat(side))
}

/// The lines of a look: neutral, and strong enough to be a thing.
pub fn ink(at: &ResourceAt<'_>, width: f32) -> Stroke {
    Stroke::new(width, at.look.theme.muted)
}

/// A bell, in the middle of a rectangle.
pub fn bell(picture: &mut Picture, rect: Rect, fill: Color32, stroke: Stroke) {
    let side = rect.width().min(rect.height());
    let point = |x: f32, y: f32| rect.center() + side * vec2(x, y);
    let mut outline = vec![point(-0.4, 0.28), point(-0.29, 0.1)];
    // The dome, from left to right.
    outline.extend((0..=12).map(|step| {
        let angle = std::f32::consts::PI * (1.0 + step as f32 / 12.0);
        let (sin, cos) = angle.sin_cos();
        point(0.27 * cos, -0.12 + 0.27 * sin)
    }));
    outline.extend([point(0.29, 0.1), point(0.4, 0.28)]);
    if fill != Color32::TRANSPARENT {
        picture.area(outline.clone(), fill);
    }
    outline.push(outline[0]);
    picture.line(outline, stroke);
    let clapper = [point(-0.11, 0.34), point(-0.04, 0.4), point(0.04, 0.4), point(0.11, 0.34)];
    picture.line(clapper.to_vec(), stroke);
    picture.line(vec![point(0.0, -0.39), point(0.0, -0.46)], stroke);
}

/// The box between two corners.
pub fn between(left: f32, top: f32, right: f32, bottom: f32) -> Rect {
    Rect::from_min_max(pos2(left, top), pos2(right, bottom))
}
