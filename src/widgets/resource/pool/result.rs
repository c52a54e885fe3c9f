//! A task in its place among the results of a pool: its cell, what is said of it, and which tasks are shown. Pure.

pub use super::grid::Cell;

use crate::replay::{Ending, Phase, PoolTasks, Task, TaskStage};
use crate::trace::{ActorId, ActorKind, Item, Meta, Nanos};
use crate::widgets::picture::Picture;
use crate::widgets::resource::{Look, cell};
use crate::widgets::theme::{EMPHASIS, HAIRLINE, RADIUS, RADIUS_SMALL};
use egui::{Align2, Color32, Pos2, Rect, Stroke, vec2};

/// The place of the first task that is shown, of a pool with more tasks than fit: of the page with the one that ended last.
pub fn first_shown(tasks: &PoolTasks, now: Nanos, fits: usize) -> usize {
    let latest = tasks.ended_at(now).next_back().map_or(0, |task| task.nth as usize);
    (latest / fits.max(1) * fits).min(tasks.count().saturating_sub(fits))
}

/// Narrower cells have no room for a sign.
const SIGNED: f32 = 14.0;

/// The cell of a task with its name. `said`: what came of it, or how far it is, from long to short: the first that fits is
/// shown, where the cell has room for more than the name.
pub fn draw(
    look: &Look<'_>,
    picture: &mut Picture,
    rect: Rect,
    size: Cell,
    task: &Task,
    name: &str,
    said: &[String],
) {
    let (theme, now) = (look.theme, look.now);
    let worker = task.started.filter(|(at, _)| *at <= now).map(|(_, worker)| worker);
    let radius = if size == Cell::Large { RADIUS } else { RADIUS_SMALL }.min(0.3 * rect.width());
    let absent = theme.phase(Phase::NotStarted).mark;
    let (ending, fault) = match task.at(now) {
        TaskStage::Ended(ending) => match ending {
            Ending::Finished(_) => (Some(ending), None),
            Ending::Failed(_) => (Some(ending), Some(theme.phase(Phase::Failed).base)),
            Ending::Cancelled => (Some(ending), Some(absent)),
        },
        _ => (None, None),
    };
    match (ending, fault) {
        // A result is not there yet, whoever works at it.
        (None, _) => picture.dashed(rect, radius, Stroke::new(HAIRLINE, absent)),
        (Some(ending), fault) => {
            let fresh = task.ended.is_some_and(|(at, _)| look.progress(at) < 1.0);
            let fill = if fresh { theme.current_line } else { theme.panel };
            let edge = match (ending, fault) {
                (Ending::Failed(_), Some(colour)) => Stroke::new(EMPHASIS, colour),
                _ => Stroke::new(HAIRLINE, theme.outline),
            };
            picture.rounded(rect, radius, fill, edge);
        }
    }
    if let Some(worker) = worker {
        cell::strip(look, picture, rect, worker);
    }
    let small = theme.mono_small();
    let fits = |words: &str, room: f32| look.measure.width(words, &small) <= room;
    let ink = if ending.is_some() { theme.text } else { theme.muted };
    let write = |picture: &mut Picture, at: Rect, words: &str, ink: Color32| {
        picture.text(at, Align2::CENTER_CENTER, words, small.clone(), ink);
    };
    if size == Cell::Large {
        let inner = rect.shrink2(vec2(2.0, 2.0)).with_max_y(rect.bottom() - 6.0);
        let (upper, lower) = inner.split_top_bottom_at_fraction(0.48);
        write(picture, upper, name, theme.muted);
        match (said.iter().find(|said| fits(said, lower.width() - 2.0)), fault) {
            (Some(said), _) => write(picture, lower, said, ink),
            (None, Some(colour)) => sign(picture, lower.center(), 4.5, ending, colour),
            (None, None) => {}
        }
        return;
    }
    let upper = rect.with_max_y(rect.bottom() - if worker.is_some() { 5.0 } else { 0.0 });
    // Among results a number would be taken for one.
    if size == Cell::Value {
        match (said.first(), fault) {
            (Some(said), _) => write(picture, upper, said, ink),
            (None, Some(colour)) => sign(picture, upper.center(), 4.0, ending, colour),
            (None, None) => {}
        }
        return;
    }
    // A sign beside the name where both fit, else in its place.
    let room = upper.width();
    let left = match name.len() <= 2 {
        true => 0.58 * room,
        false => (look.measure.width(name, &small) + 4.0).max(0.58 * room),
    };
    match fault {
        Some(colour) if rect.width() >= SIGNED && (name.len() <= 2 || left + 12.0 <= room) => {
            let (left, right) = upper.split_left_right_at_x(upper.left() + left);
            write(picture, left, name, theme.muted);
            sign(picture, right.center() - vec2(2.0, 0.0), 3.0, ending, colour);
        }
        Some(colour) if rect.width() >= SIGNED => {
            sign(picture, upper.center(), 4.0, ending, colour);
        }
        _ => write(picture, upper, name, ink),
    }
}

/// A cross for what failed, a dash for what was cancelled.
fn sign(picture: &mut Picture, centre: Pos2, arm: f32, ending: Option<Ending>, colour: Color32) {
    let stroke = Stroke::new(EMPHASIS, colour);
    if ending == Some(Ending::Cancelled) {
        picture.line([centre - vec2(arm, 0.0), centre + vec2(arm, 0.0)], stroke);
        return;
    }
    picture.line([centre - vec2(arm, arm), centre + vec2(arm, arm)], stroke);
    picture.line([centre + vec2(-arm, arm), centre + vec2(arm, -arm)], stroke);
}

/// What the number of a worker is called.
pub fn id_kind(meta: &Meta, worker: ActorId) -> &'static str {
    let kind = meta.actor(worker).map(|actor| actor.kind);
    if kind == Some(ActorKind::Process) { "PID" } else { "tid" }
}

/// "task 8", and what it is about where that says more.
pub fn title(meta: &Meta, task: &Task) -> (String, String) {
    let about = match task.item {
        Item::NOTHING => String::new(),
        item => meta.item(item),
    };
    (format!("task {}", task.id.0), about)
}

/// A task and how far it is, in words.
pub fn aloud(look: &Look<'_>, task: &Task) -> String {
    match title(look.meta, task) {
        (title, about) if about.is_empty() => format!("{title}: {}", how(look, task)),
        (title, about) => format!("{title}, {about}: {}", how(look, task)),
    }
}

/// How far a task is, or what came of it, in words.
pub fn how(look: &Look<'_>, task: &Task) -> String {
    let now = look.now;
    let by = |worker: ActorId| {
        let name = look.actors.name(worker);
        match look.state.actor(worker).map_or(0, |actor| actor.os_id) {
            0 => name,
            id => format!("{name} ({} {id})", id_kind(look.meta, worker)),
        }
    };
    let worker = task.started.filter(|(at, _)| *at <= now).map(|(_, worker)| by(worker));
    let with = worker.as_ref().map_or_else(String::new, |worker| format!(" at {worker}"));
    match task.at(now) {
        TaskStage::Unknown => "not handed in yet".to_owned(),
        TaskStage::Pending => format!("has waited {}", now.since(task.submitted)),
        TaskStage::Prefetched(worker) => format!("was sent to {}, and waits there", by(worker)),
        TaskStage::Running(worker, since) => {
            format!("{} has been at it for {}", by(worker), now.since(since))
        }
        TaskStage::Ended(Ending::Finished(result)) => {
            let took = task.took().unwrap_or(Nanos::ZERO);
            format!("{} after {took}{with}", look.meta.item(result))
        }
        TaskStage::Ended(Ending::Failed(error)) => match look.meta.text(error) {
            "" => format!("failed{with}"),
            error => format!("failed{with}: {error}"),
        },
        TaskStage::Ended(Ending::Cancelled) => format!("cancelled{with}"),
    }
}
