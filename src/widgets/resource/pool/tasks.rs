//! A task, in the one look that it has everywhere; and those that wait, the next one first.

use super::{Pool, several};
use crate::replay::words::grouped;
use crate::replay::{Pending, Phase};
use crate::widgets::picture::Picture;
use crate::widgets::resource::Look;
use crate::widgets::theme::{HAIRLINE, RADIUS};
use egui::{Align2, Rect, Stroke, pos2, vec2};

/// Height of a task that waits, and of one in a narrow column.
const CARD: f32 = 34.0;
const CARD_MIN: f32 = 26.0;
const GAP: f32 = 6.0;

/// What a worker does inside a task, and how much of it is over where that is known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Inside {
    pub phase: Phase,
    pub part: Option<f32>,
}

/// A task: an outlined pale block, its label at the left, and at its foot a strip for what is done inside it.
pub fn block(
    look: &Look<'_>,
    picture: &mut Picture,
    rect: Rect,
    label: &str,
    about: &str,
    inside: Option<Inside>,
) {
    let theme = look.theme;
    let small = rect.height() < CARD_MIN;
    let radius = if small { 4.0 } else { RADIUS };
    let fill = if inside.is_some() { theme.field } else { theme.panel };
    picture.rounded(rect, radius, fill, Stroke::new(HAIRLINE, theme.outline));
    let inner = rect.shrink2(vec2(if small { 6.0 } else { 9.0 }, 0.0));
    let words = match inside {
        Some(_) if rect.height() >= 15.0 => inner.with_max_y(rect.bottom() - 3.0),
        _ => inner,
    };
    let font = if small { theme.small() } else { theme.label() };
    let mut label = label;
    if look.measure.width(label, &font) > words.width() {
        label = label.trim_start_matches("task ");
    }
    let width = look.measure.width(label, &font);
    if width <= words.width() {
        picture.text(words, Align2::LEFT_CENTER, label, font, theme.text);
        let mono = theme.mono_small();
        let rest = words.with_min_x(words.left() + width + 8.0);
        if !about.is_empty() && look.measure.width(about, &mono) <= rest.width() {
            picture.text(rest, Align2::RIGHT_CENTER, about, mono, theme.muted);
        }
    }
    let Some(inside) = inside else { return };
    let track = rect.shrink2(vec2(3.0, 2.0));
    let track = track.with_min_y(track.bottom() - 3.0);
    let colours = theme.phase(inside.phase);
    let colour = match inside.phase {
        Phase::Sleeping | Phase::Idle => colours.mark,
        _ => colours.base,
    };
    let strip = match inside.part {
        Some(part) => {
            picture.rounded(track, 1.5, theme.hairline, Stroke::NONE);
            track.with_max_x(track.left() + (part * track.width()).max(3.0))
        }
        // Sleeping is a thin line.
        None if inside.phase == Phase::Sleeping => track.shrink2(vec2(0.0, 0.75)),
        None => track,
    };
    picture.rounded(strip, 1.5, colour, Stroke::NONE);
}

/// The tasks that wait for a worker. Those that were sent to one are no longer here.
pub fn draw(pool: &Pool<'_>, area: Rect, picture: &mut Picture) {
    let look = &pool.at.look;
    let theme = look.theme;
    let card = if area.width() >= 118.0 { CARD } else { CARD_MIN };
    let fits = ((area.height() + GAP) / (card + GAP)).floor().max(0.0) as usize;
    let place = |index: usize| {
        let top = area.top() + index as f32 * (card + GAP);
        Rect::from_min_size(pos2(area.left(), top), vec2(area.width(), card))
    };
    if fits == 0 {
        return;
    }
    let waiting = pool.state.pending.len() - pool.sent();
    if waiting == 0 {
        let rect = place(0);
        picture.dashed(rect, RADIUS, look.outline());
        picture.text(rect, Align2::CENTER_CENTER, "empty", theme.small(), theme.muted);
        return;
    }
    // The last place says how many more there are.
    let shown = if waiting > fits { fits - 1 } else { waiting };
    let next = pool.state.pending.iter().filter(|pending| pending.to.is_none());
    for (index, pending) in next.take(shown).enumerate() {
        one(pool, pending, place(index), picture);
    }
    if waiting > shown {
        let words = match shown {
            0 => several(waiting),
            _ => format!("+{} more", grouped((waiting - shown) as u64)),
        };
        let rect = place(shown);
        let line = rect.with_max_y(rect.top() + 16.0);
        picture.text(line, Align2::LEFT_CENTER, words, theme.small(), theme.muted);
    }
}

fn one(pool: &Pool<'_>, pending: &Pending, rect: Rect, picture: &mut Picture) {
    let look = &pool.at.look;
    let label = format!("task {}", pending.task.0);
    let task = pool.tasks.and_then(|tasks| tasks.get(pending.task));
    let (about, hint) = match task {
        Some(task) => (pool.title(task).1, pool.aloud(task)),
        None => (String::new(), label.clone()),
    };
    // Its number alone says as much.
    let about = if about == pending.task.0.to_string() { String::new() } else { about };
    block(look, picture, rect, &label, &about, None);
    picture.hint(rect, hint);
}
