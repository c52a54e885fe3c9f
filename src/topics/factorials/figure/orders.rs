//! The two orders of a pool's tasks: a column for each, with how long it waited and was worked on; below it the results in
//! the order in which the tasks were handed in, and below them as they were completed, joined by lines.

use crate::replay::words::count;
use crate::replay::{Ending, Phase, PoolTasks, Task, TaskStage};
use crate::trace::{ActorId, Meta, Nanos, TaskId};
use crate::widgets::picture::{Does, Mark, Picture, Spot};
use crate::widgets::resource::{Look, cell};
use crate::widgets::scene::fit::split_top;
use crate::widgets::stage::StageAction;
use crate::widgets::theme::{EMPHASIS, HAIRLINE, RADIUS_SMALL};
use egui::{Align2, Rangef, Rect, Stroke, pos2, vec2};
use std::collections::HashMap;
use std::ops::Range;

/// Width of the names of rows, and of a column at most.
const NAMES: f32 = 84.0;
const WIDEST: f32 = 92.0;
/// Height of a result, and of a task as completed.
const RESULT: [f32; 2] = [24.0, 42.0];
const DONE: f32 = 24.0;
/// Between the two orders.
const CROSSING: [f32; 2] = [20.0, 44.0];
/// Columns as wide as this have room for a label.
const LABELLED: f32 = 22.0;
/// From one column to the next, at least: of more tasks a part is shown.
const NARROWEST: f32 = 3.4;

/// Time per task, results in order, and tasks as completed, at the instant of `look`; `end` is that of the trace.
pub fn layout(look: &Look<'_>, tasks: &PoolTasks, end: Nanos, area: Rect) -> Picture {
    let now = look.now;
    if tasks.count_at(now) == 0 {
        let (mut picture, theme) = (Picture::default(), look.theme);
        let words = "No task has been handed in yet.";
        picture.text(area, Align2::CENTER_CENTER, words, theme.label(), theme.muted);
        return picture;
    }
    let latest = tasks.ended_at(now).next_back().map_or(0, |task| task.nth as usize);
    let places = Places::new(area, tasks.count(), latest);
    Drawn { look, tasks, now, end, places }.layout(area)
}

/// The orders at an instant.
struct Drawn<'a> {
    look: &'a Look<'a>,
    tasks: &'a PoolTasks,
    now: Nanos,
    /// Of the trace.
    end: Nanos,
    places: Places,
}

/// Where the rows and columns are.
struct Places {
    /// The first task that is shown, and how many are.
    first: usize,
    shown: usize,
    left: f32,
    column: f32,
    bars: Option<Rect>,
    results: Rangef,
    done: Rangef,
}

impl Places {
    /// Of all tasks, or of those on the page with the task that ended last, the `latest`th.
    fn new(area: Rect, count: usize, latest: usize) -> Self {
        let left = area.left() + NAMES;
        let wide = (area.right() - left).max(0.0);
        let fits = ((wide / NARROWEST) as usize).max(1);
        let shown = count.min(fits);
        let first = (latest / fits * fits).min(count - shown);
        let column = (wide / shown.max(1) as f32).min(WIDEST);
        let large = column >= 46.0 && area.height() >= 150.0;
        let result = RESULT[usize::from(large)];
        let crossing = (0.16 * area.height()).clamp(CROSSING[0], CROSSING[1]);
        let done = Rangef::new(area.bottom() - DONE, area.bottom());
        let results = Rangef::new(done.min - crossing - result, done.min - crossing);
        let bars = Rect::from_min_max(area.min, pos2(area.right(), results.min - 5.0));
        let bars = (bars.height() >= 40.0).then_some(bars);
        Self { first, shown, left, column, bars, results, done }
    }

    /// The numbers of the tasks, and of the places, that are shown.
    fn columns(&self) -> Range<usize> {
        self.first..self.first + self.shown
    }

    /// The cell of a column in a row.
    fn cell(&self, column: usize, row: Rangef) -> Rect {
        let column = column - self.first;
        let gap = if self.column >= 12.0 { 4.0 } else { 0.15 * self.column };
        let left = self.left + column as f32 * self.column;
        Rect::from_x_y_ranges(left..=left + self.column - gap, row)
    }
}

impl Drawn<'_> {
    fn layout(&self, area: Rect) -> Picture {
        let (mut picture, places) = (Picture::default(), &self.places);
        if let Some(bars) = places.bars {
            self.bars(bars, &mut picture);
        }
        let results = match places.shown < self.tasks.count() {
            true => format!("{} to {}", places.first + 1, places.columns().end),
            false => "results in order".to_owned(),
        };
        self.name(places.results, area, &results, &mut picture);
        self.name(places.done, area, "as completed", &mut picture);
        // What is cancelled is never completed.
        let done: Vec<&Task> =
            self.tasks.ended_at(self.now).filter(|task| !is_cancelled(task)).collect();
        let place_of: HashMap<TaskId, usize> =
            done.iter().enumerate().map(|(place, task)| (task.id, place)).collect();
        let tasks = || {
            (0..places.columns().end)
                .map_while(|nth| Some((nth, self.tasks.nth_at(nth, self.now)?)))
        };
        let shown = |column: &usize| places.columns().contains(column);
        // Lines first, so that cells are above them.
        let mut latest = Nanos::ZERO;
        for (column, task) in tasks() {
            if is_cancelled(task) {
                continue;
            }
            let end = task.ended.map(|(at, _)| at).filter(|at| *at <= self.now);
            let place = end.and_then(|_| place_of.get(&task.id)).filter(|place| shown(place));
            if let (Some(at), Some(place), true) = (end, place, shown(&column)) {
                self.line(column, *place, at < latest, &mut picture);
            }
            latest = latest.max(end.unwrap_or(Nanos(u64::MAX)));
        }
        for (column, task) in tasks().filter(|(column, _)| shown(column)) {
            let rect = places.cell(column, places.results);
            self.result(rect, task, place_of.get(&task.id), &mut picture);
        }
        for (place, task) in done.into_iter().enumerate().filter(|(place, _)| shown(place)) {
            self.done(places.cell(place, places.done), task, &mut picture);
        }
        picture
    }

    fn name(&self, row: Rangef, area: Rect, words: &str, picture: &mut Picture) {
        let theme = self.look.theme;
        let rect = Rect::from_x_y_ranges(area.left()..=area.left() + NAMES - 6.0, row);
        picture.text(rect, Align2::LEFT_CENTER, words, theme.small(), theme.muted);
    }

    /// How long each task waited in the queue, and a thread was at it.
    fn bars(&self, body: Rect, picture: &mut Picture) {
        let (theme, places) = (self.look.theme, &self.places);
        let font = theme.mono_small();
        let labelled = places.column >= 46.0;
        let names = body.with_max_x(places.left - 6.0);
        let (mut line, mut rest) = split_top(names, 20.0);
        let left = Align2::LEFT_CENTER;
        picture.text(line, left, "time per task", theme.small(), theme.text);
        for (words, phase) in [("in a thread", None), ("queued", Some(Phase::Waiting))] {
            (line, rest) = split_top(rest, 16.0);
            if line.height() < 16.0 {
                break;
            }
            let swatch =
                Rect::from_center_size(line.left_center() + vec2(6.0, 0.0), vec2(12.0, 10.0));
            self.stretch(swatch, phase, picture);
            picture.text(
                line.with_min_x(line.left() + 17.0),
                left,
                words,
                theme.small(),
                theme.muted,
            );
        }
        let whole = |task: &Task| {
            let until = task.ended.map_or(self.end, |(at, _)| at);
            until.since(task.submitted)
        };
        let longest = self.tasks.all.iter().map(whole).max().unwrap_or_default();
        let base = body.bottom();
        let stroke = Stroke::new(HAIRLINE, theme.hairline);
        picture.line([pos2(places.left, base), pos2(body.right(), base)], stroke);
        let room = body.height() - if labelled { 16.0 } else { 2.0 };
        let high = |time: Nanos| (time.0 as f64 / longest.0.max(1) as f64) as f32 * room;
        if !labelled && rest.height() >= 16.0 {
            let said = longest.to_string();
            picture.text(split_top(rest, 16.0).0, left, said, font.clone(), theme.faint);
        }
        for column in places.columns() {
            let Some(task) = self.tasks.nth_at(column, self.now) else { break };
            let started = task.started.map(|(at, _)| at).filter(|at| *at <= self.now);
            let ended = task.ended.map_or(self.now, |(at, _)| at.min(self.now));
            let waited = started.unwrap_or(ended).since(task.submitted);
            let took = started.map_or(Nanos::ZERO, |at| ended.since(at));
            let cell = places.cell(column, body.y_range());
            let bar = cell.shrink2(vec2(0.22 * cell.width(), 0.0));
            let middle = base - high(waited);
            let top = middle - high(took);
            if base - middle >= 0.5 {
                let rect = bar.with_min_y(middle).with_max_y(base);
                self.stretch(rect, Some(Phase::Waiting), picture);
            }
            if started.is_some() {
                let rect = bar.with_min_y(top.min(middle - 1.0)).with_max_y(middle);
                self.stretch(rect, None, picture);
            }
            let room = if labelled { places.column } else { 0.0 };
            if let Some(said) = self.look.time(waited + took, &font, room) {
                let line =
                    cell.with_min_y(top - 16.0).with_max_y(top - 2.0).expand2(vec2(4.0, 0.0));
                picture.text(line, Align2::CENTER_CENTER, said, font.clone(), theme.muted);
            }
        }
    }

    /// A stretch of time in the queue, or in a thread.
    fn stretch(&self, rect: Rect, phase: Option<Phase>, picture: &mut Picture) {
        let theme = self.look.theme;
        match phase {
            Some(phase) => picture.marks.push(Mark::Phase { rect, phase, symbol: false }),
            None => picture.rounded(rect, 2.0, theme.outline, Stroke::new(HAIRLINE, theme.faint)),
        }
    }

    /// From a result to its place among those completed; strong where it overtook one that was handed in before.
    fn line(&self, column: usize, place: usize, overtook: bool, picture: &mut Picture) {
        let (theme, places) = (self.look.theme, &self.places);
        let from = places.cell(column, places.results).center_bottom();
        let to = places.cell(place, places.done).center_top();
        let middle = 0.5 * (from.y + to.y);
        let points = [from, pos2(from.x, middle), pos2(to.x, middle), to];
        let stroke = match overtook {
            true => Stroke::new(if places.column >= 8.0 { 1.6 } else { HAIRLINE }, theme.text),
            false => Stroke::new(HAIRLINE, theme.outline),
        };
        picture.marks.push(Mark::Curve { points, stroke, dashed: false, arrow: false });
    }

    /// A task in its place: its result, or how far it is.
    fn result(&self, rect: Rect, task: &Task, place: Option<&usize>, picture: &mut Picture) {
        let theme = self.look.theme;
        let (meta, stage) = (self.look.meta, task.at(self.now));
        let has = task.taken.is_some_and(|at| at <= self.now);
        let failed = theme.phase(Phase::Failed).base;
        let edge = match stage {
            TaskStage::Ended(Ending::Failed(_)) => Stroke::new(1.5, failed),
            _ if has => Stroke::new(1.5, theme.text),
            _ => Stroke::new(HAIRLINE, theme.outline),
        };
        let radius = RADIUS_SMALL.min(0.3 * rect.width());
        let is_narrow = rect.width() < 6.0;
        match stage {
            TaskStage::Ended(_) if is_narrow => {
                picture.rounded(rect, 0.0, self.colour(task.worker()), Stroke::NONE);
            }
            TaskStage::Ended(_) => {
                picture.rounded(rect, radius, theme.panel, edge);
                if let Some(worker) = task.worker() {
                    cell::strip(self.look, picture, rect, worker);
                }
            }
            _ => picture.dashed(rect, radius, edge),
        }
        let inner = rect.shrink2(vec2(4.0, 3.0)).with_max_y(rect.bottom() - 6.0);
        let (upper, lower) =
            if rect.height() > 30.0 { halves(inner) } else { (inner, Rect::NOTHING) };
        let colour = if matches!(stage, TaskStage::Ended(_)) { theme.text } else { theme.muted };
        let label = self.label(task, upper.width());
        if rect.width() >= LABELLED - 4.0 {
            picture.text(upper, Align2::CENTER_CENTER, label, theme.small(), colour);
        }
        if lower.is_positive() {
            let font = theme.mono_small();
            let fits = |text: &String| self.look.measure.width(text, &font) <= lower.width() + 2.0;
            let words = match stage {
                TaskStage::Ended(ending) => values(meta, ending),
                TaskStage::Running(..) => vec!["in a thread".to_owned(), "runs".to_owned()],
                _ => vec!["in the queue".to_owned(), "waits".to_owned()],
            };
            if let Some(words) = words.into_iter().find(fits) {
                picture.text(lower, Align2::CENTER_CENTER, words, font.clone(), colour);
            }
        }
        self.spot(rect, task, place, has, picture);
    }

    fn colour(&self, worker: Option<ActorId>) -> egui::Color32 {
        let theme = self.look.theme;
        worker.map_or(theme.outline, |worker| self.look.actors.colours(worker).ground)
    }

    /// A task that has ended, in the order of the ends.
    fn done(&self, rect: Rect, task: &Task, picture: &mut Picture) {
        let theme = self.look.theme;
        if rect.width() < 6.0 {
            picture.rounded(rect, 0.0, self.colour(task.worker()), Stroke::NONE);
            return;
        }
        let failed = matches!(task.ended, Some((_, Ending::Failed(_))));
        let edge = match failed {
            true => Stroke::new(EMPHASIS, theme.phase(Phase::Failed).base),
            false => Stroke::new(HAIRLINE, theme.outline),
        };
        picture.rounded(rect, RADIUS_SMALL.min(0.3 * rect.width()), theme.panel, edge);
        if let Some(worker) = task.worker() {
            cell::strip(self.look, picture, rect, worker);
        }
        let inner = rect.with_max_y(rect.bottom() - 5.0);
        if rect.width() >= LABELLED - 4.0 {
            let label = self.label(task, inner.width() - 6.0);
            picture.text(inner, Align2::CENTER_CENTER, label, theme.small(), theme.text);
        }
    }

    /// What a task is about, else its number.
    fn label(&self, task: &Task, width: f32) -> String {
        let about = self.look.meta.item(task.item);
        let fits = self.look.measure.width(&about, &self.look.theme.small()) <= width;
        if fits { about } else { task.id.0.to_string() }
    }

    /// What can be read and clicked at a task.
    fn spot(
        &self,
        rect: Rect,
        task: &Task,
        place: Option<&usize>,
        has: bool,
        picture: &mut Picture,
    ) {
        let (look, now) = (self.look, self.now);
        let about = look.meta.item(task.item);
        let waited = task.started.filter(|(at, _)| *at <= now).map(|(at, worker)| {
            let waited = at.since(task.submitted);
            format!(", {waited} in the queue, {}", look.actors.name(worker))
        });
        let waited = waited.unwrap_or_default();
        let how = match task.at(now) {
            TaskStage::Ended(Ending::Cancelled) => format!("cancelled{waited}"),
            TaskStage::Ended(ending) => {
                let values = values(look.meta, ending);
                let value = values.first().cloned().unwrap_or_default();
                let place = place.map_or(0, |place| place + 1);
                let took = task.took().unwrap_or_default();
                let taken =
                    if has { "the program has it" } else { "the program does not have it yet" };
                format!("{value}; completed as number {place}{waited} took {took}; {taken}")
            }
            TaskStage::Running(_, since) => format!("under way for {}{waited}", now.since(since)),
            _ => format!("in the queue for {}", now.since(task.submitted)),
        };
        let does = match (task.started, task.ended) {
            (Some((from, _)), Some((to, _))) => Does::Act(StageAction::Show(from, to)),
            _ => Does::Nothing,
        };
        let name = format!("Task {about}: {how}");
        picture.spots.push(Spot { rect, radius: RADIUS_SMALL, does, name, selected: false });
    }
}

fn halves(rect: Rect) -> (Rect, Rect) {
    rect.split_top_bottom_at_fraction(0.5)
}

fn is_cancelled(task: &Task) -> bool {
    matches!(task.ended, Some((_, Ending::Cancelled)))
}

/// What came of a task, from long to short.
fn values(meta: &Meta, ending: Ending) -> Vec<String> {
    match ending {
        Ending::Finished(item) => {
            let text = meta.item(item);
            let digits = text.bytes().all(|byte| byte.is_ascii_digit());
            let short = digits.then(|| [count(text.len(), "digit"), format!("{} d.", text.len())]);
            std::iter::once(text).chain(short.into_iter().flatten()).collect()
        }
        Ending::Failed(error) => vec![meta.text(error).to_owned(), "failed".to_owned()],
        Ending::Cancelled => vec!["cancelled".to_owned()],
    }
}
