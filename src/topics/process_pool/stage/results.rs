//! The results: a cell for each task in order, and the tasks as they were completed. Only what is visible is laid out.

use super::grid::{Cell, Grid};
use super::{Scene, places, words};
use crate::replay::{Ending, Phase, Task, TaskStage};
use crate::topics::process_pool::plan::JobKind;
use crate::trace::{ActorId, TaskId};
use crate::widgets::phase;
use crate::widgets::selection::Selection;
use crate::widgets::text;
use crate::widgets::theme::{EMPHASIS, HAIRLINE, RADIUS, RADIUS_SMALL};
use egui::{
    Align2, Color32, Mesh, Painter, Rect, Role, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo,
    pos2, vec2,
};

/// Draws the results and the box of words below them.
pub fn show(scene: &Scene<'_>, ui: &mut Ui, area: Rect) {
    let count = scene.plan.tasks;
    let roomy = area.height() >= 250.0;
    let words = if roomy { (0.36 * area.height()).clamp(84.0, 130.0) } else { 50.0 };
    let gap = if roomy { 12.0 } else { 6.0 };
    let completed = if area.height() >= 150.0 { places::TITLE + ROW.y + gap } else { 0.0 };
    let most = (area.height() - places::TITLE - words - completed - gap).max(10.0);
    let grid = Grid::new(vec2(area.width(), most), count);
    let (first, shown) = page(scene, grid.fits(), count);
    let mut title = match scene.chunk {
        _ if shown == count => "Results, in order".to_owned(),
        _ => format!(
            "Results {}–{} of {}",
            first,
            first + shown.saturating_sub(1),
            words::count(count)
        ),
    };
    if grid.cell == Cell::Dot && shown == count {
        title = format!("Results, in order: {}", words::count(count));
    }
    let cells = scene.titled(ui, area, &title);
    let cells = cells.with_max_y(cells.top() + grid.height(shown));
    in_order(scene, ui, cells, &grid, first, shown);
    let mut rest = area.with_min_y(cells.bottom() + gap);
    if completed > 0.0 {
        let strip = rest.with_max_y(rest.top() + places::TITLE + ROW.y);
        as_completed(scene, ui, strip);
        rest = rest.with_min_y(strip.bottom() + gap);
    }
    if rest.height() > 12.0 {
        scene.sentence(ui, rest);
    }
}

/// The tasks shown: all, or the page with the task that ended last.
fn page(scene: &Scene<'_>, fits: usize, count: usize) -> (usize, usize) {
    if count <= fits || fits == 0 {
        return (0, count.min(fits));
    }
    let ended = scene.tasks.and_then(|tasks| tasks.ended_at(scene.view.now).next_back());
    let first = ended.map_or(0, |task| task.id.index() / fits * fits);
    let first = first.min(count - fits);
    (first, fits)
}

/// A task's record at the instant shown.
fn task<'a>(scene: &Scene<'a>, id: usize) -> Option<&'a Task> {
    let (tasks, now) = (scene.tasks?, scene.view.now);
    let (place, id) = (id, TaskId::from_index(id));
    // Mostly they are handed in once and in order, and looking that up costs least.
    if let Some(task) = tasks.all.get(place).filter(|task| task.id == id)
        && !matches!(task.ended, Some((_, Ending::Failed(_))))
        && task.submitted <= now
    {
        return Some(task);
    }
    let last = tasks.get(id)?;
    if last.submitted <= now {
        return Some(last);
    }
    if last.attempt == 1 {
        return None;
    }
    // It will be begun again: what counts is the attempt before.
    tasks.known_at(now).iter().rev().find(|task| task.id == id)
}

fn in_order(scene: &Scene<'_>, ui: &Ui, area: Rect, grid: &Grid, first: usize, shown: usize) {
    let (painter, now) = (ui.painter(), scene.view.now);
    let mut dots = Mesh::default();
    for index in 0..shown {
        let rect = grid.rect(area, index);
        let found = task(scene, first + index);
        let stage = found.map_or(TaskStage::Unknown, |task| task.at(now));
        let worker = found.and_then(|task| task.started.filter(|(at, _)| *at <= now));
        let worker = worker.map(|(_, worker)| worker);
        if grid.cell == Cell::Dot {
            dot(scene, &mut dots, rect, stage, worker);
        } else {
            cell(scene, painter, rect, grid.cell, first + index, stage, worker);
        }
    }
    if !dots.is_empty() {
        painter.add(dots);
    }
    let response = ui.interact(area, ui.scope_id().with("results"), Sense::hover());
    response.widget_info(|| {
        let [done, failed, _] = scene.ended();
        let said = format!("results: {done} of {} done, {failed} failed", scene.plan.tasks);
        WidgetInfo::labeled(Role::Label, ui.is_enabled(), said)
    });
    if let Some(at) = response.hover_pos()
        && let Some(index) =
            (0..shown).find(|index| grid.rect(area, *index).expand(0.5 * grid.gap).contains(at))
        && let Some(task) = task(scene, first + index)
    {
        response.on_hover_text(words::of_task(scene, task));
    }
}

fn dot(scene: &Scene<'_>, mesh: &mut Mesh, rect: Rect, stage: TaskStage, worker: Option<ActorId>) {
    let theme = scene.theme();
    let colour = worker.map_or(theme.outline, |w| scene.looks.colours(w).mark(scene.theme()));
    match stage {
        TaskStage::Unknown | TaskStage::Pending | TaskStage::Prefetched(_) => {
            mesh.add_colored_rect(rect, theme.hairline)
        }
        TaskStage::Running(..) => {
            mesh.add_colored_rect(rect, theme.outline);
            mesh.add_colored_rect(rect.shrink(0.25 * rect.width()), colour);
        }
        TaskStage::Ended(Ending::Finished(_)) => mesh.add_colored_rect(rect, colour),
        TaskStage::Ended(ending) => {
            let colour = match ending {
                Ending::Cancelled => theme.phase(Phase::NotStarted).mark,
                _ => theme.phase(Phase::Failed).base,
            };
            mesh.add_colored_rect(rect, colour);
            mesh.add_colored_rect(rect.shrink(0.33 * rect.width()), theme.stage);
        }
    }
}

fn cell(
    scene: &Scene<'_>,
    painter: &Painter,
    rect: Rect,
    size: Cell,
    number: usize,
    stage: TaskStage,
    worker: Option<ActorId>,
) {
    let theme = scene.theme();
    let cancelled = matches!(stage, TaskStage::Ended(Ending::Cancelled));
    let failed = cancelled || matches!(stage, TaskStage::Ended(Ending::Failed(_)));
    let fault = match cancelled {
        true => theme.phase(Phase::NotStarted).mark,
        false => theme.phase(Phase::Failed).base,
    };
    let done = matches!(stage, TaskStage::Ended(Ending::Finished(_)));
    let radius = if size == Cell::Large { RADIUS } else { RADIUS_SMALL };
    let edge = match stage {
        _ if failed => Some(fault),
        _ if done => Some(theme.phase(Phase::Running).base),
        TaskStage::Running(..) => Some(theme.outline),
        _ => None,
    };
    match edge {
        Some(edge) => {
            let width = if done || failed { 1.5 } else { HAIRLINE };
            let stroke = Stroke::new(width, edge);
            painter.rect(rect, radius, theme.panel, stroke, StrokeKind::Inside);
        }
        None => phase::paint(painter, rect, Phase::NotStarted, theme),
    }
    let selected = worker.is_some_and(|w| scene.view.selection == Selection::Actor(w));
    if selected {
        let stroke = Stroke::new(EMPHASIS, theme.accent);
        painter.rect_stroke(rect, radius, stroke, StrokeKind::Outside);
    }
    let colour = if done { theme.text } else { theme.muted };
    let number = number.to_string();
    let small = theme.mono_small();
    if size == Cell::Medium {
        let upper = match worker.is_some() {
            true => rect.with_max_y(rect.bottom() - 3.0),
            false => rect,
        };
        // The cross beside the number where both fit, else over it.
        let (left, right) = upper.split_left_right_at_fraction(0.56);
        let (place, mark) = match (failed, number.len()) {
            (false, _) => (upper, upper),
            (true, 0..=2) => (left.translate(vec2(2.0, 0.0)), right.shrink2(vec2(3.0, 6.0))),
            (true, _) => (upper, upper.shrink2(vec2(3.0, 2.0))),
        };
        text::line(painter, place, Align2::CENTER_CENTER, &number, &small, colour);
        strip(scene, painter, rect, worker);
        if failed {
            cross(painter, mark, fault);
        }
        return;
    }
    let (upper, lower) = rect.shrink2(vec2(2.0, 4.0)).split_top_bottom_at_fraction(0.5);
    text::line(painter, upper, Align2::CENTER_CENTER, &number, &small, colour);
    if failed {
        let centre = lower.center();
        let middle = Rect::from_center_size(centre, Vec2::splat(12.0));
        cross(painter, middle, fault);
        return;
    }
    let lower = lower.with_max_y(lower.bottom() - 1.0);
    let said = outcome(scene, stage, worker);
    let middle = Align2::CENTER_CENTER;
    text::line(painter, lower, middle, &said, &small, colour);
    strip(scene, painter, rect, worker);
}

/// What came of a task where that is a number worth reading; else the PID of who does it or did.
fn outcome(scene: &Scene<'_>, stage: TaskStage, worker: Option<ActorId>) -> String {
    match (scene.plan.job, stage) {
        (JobKind::Square | JobKind::Primes, TaskStage::Ended(Ending::Finished(result))) => {
            scene.view.trace.meta().item(result)
        }
        (JobKind::Square | JobKind::Primes, _) => String::new(),
        (JobKind::Sleep | JobKind::Image, _) => {
            let state = worker.and_then(|w| scene.view.state.actor(w));
            let pid = state.map_or(0, |a| a.os_id);
            if pid > 0 { pid.to_string() } else { String::new() }
        }
    }
}

/// Whose task it is, at the lower edge.
fn strip(scene: &Scene<'_>, painter: &Painter, rect: Rect, worker: Option<ActorId>) {
    if let Some(worker) = worker {
        let inner = rect.shrink2(vec2(4.0, 2.5));
        let strip = inner.with_min_y(inner.bottom() - 3.0);
        painter.rect_filled(strip, 1.0, scene.looks.colours(worker).mark(scene.theme()));
    }
}

fn cross(painter: &Painter, rect: Rect, colour: Color32) {
    let side = rect.width().min(rect.height());
    let rect = Rect::from_center_size(rect.center(), Vec2::splat(side));
    let stroke = Stroke::new(EMPHASIS, colour);
    painter.line_segment([rect.left_top(), rect.right_bottom()], stroke);
    painter.line_segment([rect.right_top(), rect.left_bottom()], stroke);
}

/// A cell of the row of completed tasks.
const ROW: Vec2 = vec2(32.0, 26.0);

/// The last tasks that were completed, in that order.
fn as_completed(scene: &Scene<'_>, ui: &Ui, area: Rect) {
    let step = ROW.x + 5.0;
    let fits = ((area.width() + 5.0) / step).floor() as usize;
    let ended = scene.tasks.map(|tasks| tasks.ended_at(scene.view.now));
    let count = ended.as_ref().map_or(0, ExactSizeIterator::len);
    let count = count.saturating_sub(scene.again.count());
    let title = if count > fits {
        format!("As completed: last {fits} of {}", words::count(count))
    } else {
        "As completed".to_owned()
    };
    let row = scene.titled(ui, area, &title);
    let response = ui.interact(row, ui.scope_id().with("completed"), Sense::hover());
    response.widget_info(|| {
        let said = format!("completed: {}", words::count(count));
        WidgetInfo::labeled(Role::Label, ui.is_enabled(), said)
    });
    let painter = ui.painter();
    if count == 0 {
        let rect = Rect::from_min_size(row.min, ROW);
        phase::paint(painter, rect, Phase::NotStarted, scene.theme());
        return;
    }
    let ended = ended.into_iter().flatten();
    // What was lost has not been completed.
    let ended = ended.filter(|task| !scene.again.has(task));
    for (index, task) in ended.skip(count.saturating_sub(fits)).enumerate() {
        let at = pos2(row.left() + index as f32 * step, row.top());
        let rect = Rect::from_min_size(at, ROW);
        let stage = task.at(scene.view.now);
        cell(scene, painter, rect, Cell::Medium, task.id.index(), stage, task.worker());
    }
}
