//! The tasks that wait, the next one first.

use super::Scene;
use super::words::{self, plural};
use crate::replay::Pending;
use crate::replay::Phase;
use crate::widgets::phase;
use crate::widgets::stage::RunStatus;
use crate::widgets::text::{self, Measure};
use crate::widgets::theme::{HAIRLINE, RADIUS};
use egui::{Align2, Rect, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2};
use std::collections::VecDeque;

/// A card: a task, or a chunk of them that no worker has begun.
struct Waiting {
    title: String,
    what: String,
}

/// Draws the counts and the next tasks.
pub fn show(scene: &Scene<'_>, ui: &Ui, area: Rect) {
    let below = counts(scene, ui, area);
    let (theme, painter) = (scene.theme(), ui.painter());
    let card = if area.width() >= 130.0 { 34.0 } else { 26.0 };
    let gap = 6.0;
    let room = area.with_min_y(below + 6.0);
    let fits = ((room.height() + gap) / (card + gap)).floor().max(0.0) as usize;
    let place = |index: usize| {
        let top = room.top() + index as f32 * (card + gap);
        Rect::from_min_size(pos2(room.left(), top), vec2(room.width(), card))
    };
    let nothing = VecDeque::new();
    let pending = scene.pool.map_or(&nothing, |pool| &pool.pending);
    let (mut shown, covered) = next(scene, pending, fits);
    if shown.is_empty() {
        if fits > 0 {
            let rect = place(0);
            phase::paint(painter, rect, Phase::NotStarted, theme);
            let said = if *scene.view.status == RunStatus::Idle { "nothing yet" } else { "empty" };
            let middle = Align2::CENTER_CENTER;
            text::line(painter, rect, middle, said, &theme.small(), theme.muted);
        }
        return;
    }
    let waiting = pending.len().saturating_sub(scene.handed.all());
    let mut hidden = waiting.saturating_sub(covered);
    if hidden > 0 && shown.len() == fits && fits > 1 {
        // The last place says how many more there are.
        shown.pop();
        hidden = waiting.saturating_sub(next(scene, pending, fits - 1).1);
    }
    for (index, waiting) in shown.iter().enumerate() {
        let rect = place(index);
        let stroke = Stroke::new(HAIRLINE, theme.outline);
        painter.rect(rect, RADIUS, theme.panel, stroke, StrokeKind::Inside);
        let inner = rect.shrink2(vec2(8.0, 0.0));
        let font = theme.label();
        let title = painter.width(&waiting.title, &font);
        let (left, right) = (Align2::LEFT_CENTER, Align2::RIGHT_CENTER);
        text::line(painter, inner, left, &waiting.title, &font, theme.text);
        let small = theme.mono_small();
        if title + painter.width(&waiting.what, &small) + 6.0 <= inner.width() {
            text::line(painter, inner, right, &waiting.what, &small, theme.muted);
        }
    }
    if hidden > 0 {
        let said = format!("+{} more", words::count(hidden));
        let rect = place(shown.len());
        let rect = rect.with_max_y((rect.top() + 16.0).min(area.bottom()));
        let top = Align2::LEFT_TOP;
        text::line(painter, rect, top, &said, &theme.small(), theme.muted);
    }
}

/// The first tasks of the queue as up to `most` cards, and how many tasks these are. Those that wait at a worker are no longer
/// in the queue.
fn next(scene: &Scene<'_>, pending: &VecDeque<Pending>, most: usize) -> (Vec<Waiting>, usize) {
    let mut shown = Vec::new();
    let (chunk, mut at, mut covered) = (scene.chunk.max(1), 0, 0);
    while shown.len() < most
        && let Some(first) = pending.get(at)
    {
        let task = first.task.index();
        if scene.handed.has(task) {
            at += 1;
            continue;
        }
        let left = (chunk - task % chunk).min(scene.plan.tasks.saturating_sub(task).max(1));
        // Tasks of a chunk are handed in one after another, unless one comes again.
        let whole = task.is_multiple_of(chunk)
            && pending.get(at + left - 1).is_some_and(|last| last.task.index() == task + left - 1);
        let len = if whole { left } else { 1 };
        at += len;
        covered += len;
        shown.push(match len {
            1 => Waiting { title: format!("task {task}"), what: scene.what(first.item) },
            _ => Waiting {
                title: format!("tasks {task}–{}", task + len - 1),
                what: format!("chunk of {len}"),
            },
        });
    }
    (shown, covered)
}

/// "2 waiting · 4 running · 4 done", in as many lines as it takes. Together they are all tasks, but for those that
/// were begun again, which are counted once more. The lower edge.
fn counts(scene: &Scene<'_>, ui: &Ui, area: Rect) -> f32 {
    let (theme, painter) = (scene.theme(), ui.painter());
    let mut parts = Vec::new();
    match scene.pool {
        Some(pool) => {
            let handed = scene.handed.all();
            let waiting = pool.pending.len().saturating_sub(handed);
            parts.push(format!("{} waiting", words::count(waiting)));
            if handed > 0 {
                parts.push(format!("{} in begun chunks", words::count(handed)));
            }
            parts.push(format!("{} running", pool.running.len()));
            let ended = scene.ended().into_iter();
            for (number, what) in ended.zip(["done", "failed", "cancelled"]) {
                if number > 0 || what == "done" {
                    parts.push(format!("{} {what}", words::count(number as usize)));
                }
            }
            if scene.again.count() > 0 {
                parts.push(format!("{} begun again", words::count(scene.again.count())));
            }
        }
        None => parts.push(plural(scene.plan.tasks, "task")),
    }
    let font = theme.small();
    let mut lines: Vec<String> = Vec::new();
    for part in parts {
        match lines.last_mut() {
            Some(line) if painter.width(&format!("{line} · {part}"), &font) <= area.width() => {
                *line = format!("{line} · {part}");
            }
            _ => lines.push(part),
        }
    }
    let mut y = area.top();
    for line in &lines {
        let rect = Rect::from_min_size(pos2(area.left(), y), vec2(area.width(), 15.0));
        text::line(painter, rect, Align2::LEFT_CENTER, line, &font, theme.muted);
        y += 15.0;
    }
    let all = area.with_max_y(y);
    let response = ui.interact(all, ui.scope_id().with("queue"), Sense::hover());
    response.widget_info(|| {
        let said = format!("task queue: {}", lines.join(" · "));
        WidgetInfo::labeled(Role::Label, ui.is_enabled(), said)
    });
    if scene.handed.all() > 0 {
        response.on_hover_text("A worker that has begun a chunk has the rest of its tasks, too: they wait at the worker.");
    }
    y
}
