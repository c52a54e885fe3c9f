//! A task, in the one look that it has in a queue, at its worker and in the box of an actor.

use super::picture::{Mark, Picture};
use super::resource::Look;
use super::theme::{HAIRLINE, RADIUS};
use crate::replay::{Phase, Working};
use crate::trace::{ActorId, Nanos, TaskId};
use egui::{Align2, Rect, Stroke, pos2, vec2};

/// A task lower than this has the small type.
pub const SMALL_BELOW: f32 = 26.0;

/// From one dot to the next at the foot of a task that takes nobody knows how long.
const DOTS: f32 = 12.0;

/// What a worker does inside a task, and how much of it is over where that is known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Inside {
    /// What the worker is doing.
    pub phase: Phase,
    /// From 0 to 1.
    pub part: Option<f32>,
}

impl Inside {
    /// What a worker does inside a task, and how much of this is over where it sleeps: of the task up to the end of the sleep,
    /// for there may have been others before it; or up to the end of the task where one is recorded that was later.
    pub fn of(look: &Look<'_>, worker: ActorId, working: Working) -> Self {
        let state = look.state.actor(worker);
        // A time limit beside a wait is no length.
        let asleep = state.filter(|state| state.waiting.is_none()).and_then(|state| state.sleeping);
        let part = asleep.filter(|sleep| sleep.planned > Nanos::ZERO).map(|sleep| {
            let end = sleep.since + sleep.planned;
            let task = (look.replay.tasks().of(working.pool)).and_then(|all| all.get(working.task));
            let ended =
                task.filter(|task| task.worker() == Some(worker)).and_then(|task| task.ended);
            let whole = ended.map_or(end, |(at, _)| at.max(end)).since(working.since);
            let gone = look.now.since(working.since);
            gone.ratio_to(whole).min(1.0) as f32
        });
        Self { phase: look.phase(worker), part }
    }
}

/// What a task is called, and shorter: "task 4", "4".
pub fn labels(task: TaskId) -> [String; 2] {
    [format!("task {}", task.0), task.0.to_string()]
}

/// A task: an outlined pale block, the first of its labels that fits at the left, and at its foot a strip for what is done inside it.
pub fn block(
    look: &Look<'_>,
    picture: &mut Picture,
    rect: Rect,
    labels: &[String],
    about: &str,
    inside: Option<Inside>,
) {
    let theme = look.theme;
    let small = rect.height() < SMALL_BELOW;
    let radius = if small { 4.0 } else { RADIUS };
    let fill = if inside.is_some() { theme.field } else { theme.panel };
    picture.rounded(rect, radius, fill, Stroke::new(HAIRLINE, theme.outline));
    let inner = rect.shrink2(vec2(pad(small), 0.0));
    let words = match inside {
        Some(_) if rect.height() >= 15.0 => inner.with_max_y(rect.bottom() - 3.0),
        _ => inner,
    };
    let font = if small { theme.small() } else { theme.label() };
    let width = |label: &str| look.measure.width(label, &font);
    if let Some(label) = labels.iter().find(|label| width(label) <= words.width()) {
        let width = width(label);
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
    match inside.part {
        Some(part) => {
            let strip = track.with_max_x(track.left() + (part * track.width()).max(3.0));
            picture.rounded(track, 1.5, theme.hairline, Stroke::NONE);
            picture.rounded(strip, 1.5, colour, Stroke::NONE);
        }
        // How much is left nobody knows: a strip of any length would look like a part of the whole.
        None => {
            let radius = 0.5 * track.height();
            let dots = ((track.width() - 2.0 * radius) / DOTS).floor().max(0.0) as usize;
            let edge = Stroke::NONE;
            for dot in 0..=dots {
                let centre = pos2(track.left() + radius + dot as f32 * DOTS, track.center().y);
                picture.marks.push(Mark::Dot { centre, radius, fill: colour, edge });
            }
        }
    }
}

/// Where a task is to come that is shown on its way.
pub fn place(look: &Look<'_>, picture: &mut Picture, rect: Rect, labels: &[String]) {
    let (theme, small) = (look.theme, rect.height() < SMALL_BELOW);
    picture.dashed(rect, if small { 4.0 } else { RADIUS }, look.outline());
    let words = rect.shrink2(vec2(pad(small), 0.0));
    let font = if small { theme.small() } else { theme.label() };
    let fits = |label: &&String| look.measure.width(label, &font) <= words.width();
    if let Some(label) = labels.iter().find(fits) {
        picture.text(words, Align2::LEFT_CENTER, label, font.clone(), theme.muted);
    }
}

/// Whether a block that is not under way has room for what its task is about beside its label.
pub fn has_about(look: &Look<'_>, rect: Rect, label: &str, about: &str) -> bool {
    let (theme, small) = (look.theme, rect.height() < SMALL_BELOW);
    let font = if small { theme.small() } else { theme.label() };
    let used = look.measure.width(label, &font) + 8.0;
    let room = rect.width() - 2.0 * pad(small) - used;
    about.is_empty() || look.measure.width(about, &theme.mono_small()) <= room
}

/// Room beside the words in a block.
fn pad(small: bool) -> f32 {
    if small { 6.0 } else { 9.0 }
}

/// A task under way in a rectangle of one line: its block with its number, and beside it how long it has taken so far.
pub fn line(look: &Look<'_>, working: Working, worker: ActorId, rect: Rect, picture: &mut Picture) {
    let theme = look.theme;
    let labels = labels(working.task);
    let width = look.measure.width(&labels[0], &theme.small());
    let body = rect.with_max_x((rect.left() + width + 18.0).min(rect.right()));
    block(look, picture, body, &labels, "", Some(Inside::of(look, worker, working)));
    let took = look.now.since(working.since).to_string();
    let beside = Rect::from_min_max(pos2(body.right() + 8.0, rect.top()), rect.max);
    let font = theme.mono_small();
    if look.measure.width(&took, &font) <= beside.width() {
        picture.text(beside, Align2::LEFT_CENTER, took, font, theme.muted);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::replay::{Replay, State};
    use crate::trace::{Meta, Trace};
    use crate::widgets::actors::Actors;
    use crate::widgets::text::RoughMeasure;
    use crate::widgets::theme::Theme;

    #[test]
    fn a_task_of_which_nobody_knows_how_much_is_left_does_not_look_full() {
        let (meta, theme) = (Meta::default(), Theme::light());
        let (trace, state) = (Trace::new(meta.clone()), State::new(&meta));
        let look = Look {
            meta: &meta,
            state: &state,
            replay: &Replay::new(&trace),
            now: Nanos::ZERO,
            motion: Nanos::ZERO,
            actors: &Actors::new(&theme, &meta),
            theme: &theme,
            measure: &RoughMeasure,
            headed: false,
        };
        let rect = Rect::from_min_size(pos2(0.0, 0.0), vec2(90.0, 20.0));
        for phase in [Phase::Running, Phase::Sleeping] {
            let mut picture = Picture::default();
            let inside = Some(Inside { phase, part: None });
            block(&look, &mut picture, rect, &labels(TaskId(4)), "", inside);
            let dots = picture.marks.iter().filter_map(|mark| match mark {
                Mark::Dot { centre, .. } => Some(centre.x),
                _ => None,
            });
            let dots: Vec<f32> = dots.collect();
            assert!(dots.len() > 3, "{phase:?}");
            let apart = |pair: &[f32]| (pair[1] - pair[0] - DOTS).abs() < 0.01;
            assert!(dots.windows(2).all(apart), "{phase:?}: {dots:?}");
            let is_line = |mark: &Mark| matches!(mark, Mark::Line { .. });
            assert!(!picture.marks.iter().any(is_line), "{phase:?}");
        }
    }
}
