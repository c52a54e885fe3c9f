//! The two orders of a pool's tasks: a column for each, with how long it waited and was worked on; below it the results in
//! the order in which the tasks were handed in, and below them as they were completed, joined by lines.

use super::result::{self, Cell};
use crate::replay::words::count;
use crate::replay::{Ending, Phase, PoolTasks, Task, TaskStage};
use crate::trace::{Nanos, TaskId};
use crate::widgets::picture::{Does, Mark, Picture, Spot};
use crate::widgets::resource::Look;
use crate::widgets::scene::fit::split_top;
use crate::widgets::stage::StageAction;
use crate::widgets::theme::{HAIRLINE, RADIUS, RADIUS_SMALL};
use egui::{Align2, Color32, Rangef, Rect, Stroke, pos2, vec2};
use std::collections::{HashMap, HashSet};
use std::ops::Range;

/// Width of the names of rows, and of a column at most.
const NAMES: f32 = 84.0;
const WIDEST: f32 = 92.0;
/// Height of a result, and of a task as completed.
const RESULT: [f32; 2] = [24.0, 42.0];
const DONE: f32 = 24.0;
/// Between the two orders.
const CROSSING: [f32; 2] = [20.0, 44.0];
/// Columns as wide as this have room for a name.
const NAMED: f32 = 22.0;
/// Columns as wide as this have room for a time above their bars.
const TIMED: f32 = 46.0;
/// From one column to the next, at least: of more tasks a part is shown.
const NARROWEST: f32 = 3.4;
/// Bars as high as this have room for what they mean, at the usual distances.
const KEY: f32 = 52.0;
/// Narrower cells have only a colour.
const COLOUR: f32 = 6.0;

/// Time per task, results in order, and tasks as completed, at the instant of `look`; `end` is that of the trace.
pub fn layout(look: &Look<'_>, tasks: &PoolTasks, end: Nanos, area: Rect) -> Picture {
    if tasks.count_at(look.now) == 0 {
        let (mut picture, theme) = (Picture::default(), look.theme);
        let words = "No task has been handed in yet.";
        picture.text(area, Align2::CENTER_CENTER, words, theme.label(), theme.muted);
        return picture;
    }
    let places = Places::new(area, tasks, look.now);
    Drawn { look, tasks, end, places }.layout(area)
}

/// The orders at an instant.
struct Drawn<'a> {
    look: &'a Look<'a>,
    tasks: &'a PoolTasks,
    /// Of the trace.
    end: Nanos,
    places: Places,
}

/// Where the rows and columns are.
struct Places {
    /// The numbers of the tasks, and of the places, that are shown.
    columns: Range<usize>,
    left: f32,
    column: f32,
    bars: Rect,
    results: Rangef,
    done: Rangef,
}

impl Places {
    fn new(area: Rect, tasks: &PoolTasks, now: Nanos) -> Self {
        let left = area.left() + NAMES;
        let wide = (area.right() - left).max(0.0);
        let fits = ((wide / NARROWEST) as usize).max(1);
        let shown = tasks.count().min(fits);
        let first = result::first_shown(tasks, now, fits);
        let column = (wide / shown.max(1) as f32).min(WIDEST);
        let large = column >= TIMED && area.height() >= 150.0;
        let result = RESULT[usize::from(large)];
        let crossing = (0.16 * area.height()).clamp(CROSSING[0], CROSSING[1]);
        let done = Rangef::new(area.bottom() - DONE, area.bottom());
        let results = Rangef::new(done.min - crossing - result, done.min - crossing);
        let bars = Rect::from_min_max(area.min, pos2(area.right(), results.min - 5.0));
        Self { columns: first..first + shown, left, column, bars, results, done }
    }

    /// The cell of a column in a row.
    fn cell(&self, column: usize, row: Rangef) -> Rect {
        let column = column - self.columns.start;
        let gap = if self.column >= 12.0 { 4.0 } else { 0.15 * self.column };
        let left = self.left + column as f32 * self.column;
        Rect::from_x_y_ranges(left..=left + self.column - gap, row)
    }
}

impl Drawn<'_> {
    fn layout(&self, area: Rect) -> Picture {
        let (mut picture, places, now) = (Picture::default(), &self.places, self.look.now);
        if places.bars.height() >= 40.0 {
            self.bars(places.bars, &mut picture);
        }
        let (mut named, middle) = (places.results, places.results.center());
        if places.columns.len() < self.tasks.count() {
            // Which of them, below what they are.
            let some = format!("{} to {}", places.columns.start + 1, places.columns.end);
            self.name(Rangef::new(middle, middle + 14.0), area, &some, &mut picture);
            named = Rangef::new(middle - 14.0, middle);
        }
        self.name(named, area, "results in order", &mut picture);
        self.name(places.done, area, "as completed", &mut picture);
        // What is cancelled is never completed.
        let is_done = |task: &&Task| !matches!(task.ended, Some((_, Ending::Cancelled)));
        let done: Vec<&Task> = self.tasks.ended_at(now).filter(is_done).collect();
        let place_of: HashMap<TaskId, usize> =
            done.iter().enumerate().map(|(place, task)| (task.id, place)).collect();
        let tasks = places.columns.clone().map_while(|nth| self.tasks.nth_at(nth, now));
        let tasks = tasks.map(|task| (task, place_of.get(&task.id).copied()));
        // Lines first, so that cells are above them.
        let overtakers: HashSet<TaskId> = self.tasks.overtakers().map(|task| task.id).collect();
        for (task, place) in tasks.clone() {
            if let Some(place) = place.filter(|place| places.columns.contains(place)) {
                let overtook = overtakers.contains(&task.id);
                self.line(task.nth as usize, place, overtook, &mut picture);
            }
        }
        for (task, place) in tasks {
            let rect = places.cell(task.nth as usize, places.results);
            self.cell(rect, task, task.is_taken_at(now), &mut picture);
            self.spot(rect, task, place, &mut picture);
        }
        let shown = done.into_iter().enumerate().skip(places.columns.start);
        for (place, task) in shown.take(places.columns.len()) {
            self.cell(places.cell(place, places.done), task, false, &mut picture);
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
        let names = body.with_max_x(places.left - 6.0);
        // Closer sooner than without what the bars mean.
        let (title, step) = if body.height() < KEY { (14.0, 13.0) } else { (20.0, 16.0) };
        let (mut line, mut rest) = split_top(names, title);
        let left = Align2::LEFT_CENTER;
        picture.text(line, left, "time per task", theme.small(), theme.text);
        for (words, phase) in [("in a thread", None), ("queued", Some(Phase::Waiting))] {
            (line, rest) = split_top(rest, step);
            let swatch =
                Rect::from_center_size(line.left_center() + vec2(6.0, 0.0), vec2(12.0, 10.0));
            self.stretch(swatch, phase, picture);
            let words_at = line.with_min_x(line.left() + 17.0);
            picture.text(words_at, left, words, theme.small(), theme.muted);
        }
        let end = |task: &Task| task.ended.map_or(self.end, |(at, _)| at);
        let whole = |task: &Task| end(task).since(task.submitted);
        let longest = self.tasks.all.iter().map(whole).max().unwrap_or_default();
        // Times above all of them, or above none.
        let shown =
            self.tasks.all.iter().filter(|task| places.columns.contains(&(task.nth as usize)));
        let timed = |task: &Task| self.look.time(whole(task), &font, places.column).is_some();
        let labelled = places.column >= TIMED && { shown }.all(timed);
        let base = body.bottom();
        let stroke = Stroke::new(HAIRLINE, theme.hairline);
        picture.line([pos2(places.left, base), pos2(body.right(), base)], stroke);
        let room = body.height() - if labelled { 16.0 } else { 2.0 };
        let high = |time: Nanos| time.ratio_to(longest) as f32 * room;
        if !labelled && rest.height() >= 16.0 {
            let said = longest.to_string();
            picture.text(split_top(rest, 16.0).0, left, said, font.clone(), theme.faint);
        }
        let now = self.look.now;
        for column in places.columns.clone() {
            let Some(task) = self.tasks.nth_at(column, now) else { break };
            let started = task.started.map(|(at, _)| at).filter(|at| *at <= now);
            let ended = end(task).min(now);
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

    /// A task with its result, or how far it is; with a strong edge where the program has that.
    fn cell(&self, rect: Rect, task: &Task, has: bool, picture: &mut Picture) {
        let (look, stage) = (self.look, task.at(self.look.now));
        let worker = task.worker().map(|worker| look.actors.colours(worker).ground);
        let colour = worker.unwrap_or(look.theme.outline);
        if let (TaskStage::Ended(_), true) = (stage, rect.width() < COLOUR) {
            picture.rounded(rect, 0.0, colour, Stroke::NONE);
            return;
        }
        let (size, radius, said) = match rect.height() > 30.0 {
            true => (Cell::Large, RADIUS, said(look, stage)),
            false => (Cell::Medium, RADIUS_SMALL, Vec::new()),
        };
        let is_finished = matches!(stage, TaskStage::Ended(Ending::Finished(_)));
        if is_finished && rect.width() < NAMED - 4.0 {
            // Without a name in it, all of it says whose it is.
            picture.rounded(rect, radius.min(0.3 * rect.width()), colour, Stroke::NONE);
        } else {
            let name = (rect.width() >= NAMED - 4.0).then(|| self.called(task, rect.width() - 8.0));
            result::draw(look, picture, rect, size, task, &name.unwrap_or_default(), &said);
        }
        if has && is_finished {
            let edge = Stroke::new(1.5, look.theme.text);
            picture.rounded(rect, radius.min(0.3 * rect.width()), Color32::TRANSPARENT, edge);
        }
    }

    /// What a task is about, else its number.
    fn called(&self, task: &Task, width: f32) -> String {
        let about = self.look.meta.item(task.item);
        let fits = self.look.measure.width(&about, &self.look.theme.mono_small()) <= width;
        if fits { about } else { task.id.0.to_string() }
    }

    /// What can be read and clicked at a task.
    fn spot(&self, rect: Rect, task: &Task, place: Option<usize>, picture: &mut Picture) {
        let (look, now) = (self.look, self.look.now);
        let mut name = format!("Task {}: {}", look.meta.item(task.item), result::how(look, task));
        if let Some(place) = place {
            name += &format!("; completed as number {}", place + 1);
        }
        if let Some((at, _)) = task.started.filter(|(at, _)| *at <= now) {
            name += &format!(", {} in the queue", at.since(task.submitted));
        }
        name += match task.is_taken_at(now) {
            true => "; the program has it",
            false if place.is_some() => "; the program does not have it yet",
            false => "",
        };
        let does = match (task.started, task.ended) {
            (Some((from, _)), Some((to, _))) => Does::Act(StageAction::Show(from, to)),
            _ => Does::Nothing,
        };
        picture.spots.push(Spot { rect, radius: RADIUS_SMALL, does, name, selected: false });
    }
}

/// What came of a task, or how far it is, from long to short.
fn said(look: &Look<'_>, stage: TaskStage) -> Vec<String> {
    let words = |words: [&str; 2]| words.map(str::to_owned).to_vec();
    match stage {
        TaskStage::Ended(Ending::Finished(item)) => {
            let text = look.meta.item(item);
            let digits = text.bytes().all(|byte| byte.is_ascii_digit());
            let short = digits.then(|| [count(text.len(), "digit"), format!("{} d.", text.len())]);
            std::iter::once(text).chain(short.into_iter().flatten()).collect()
        }
        TaskStage::Ended(Ending::Failed(error)) => words([look.meta.text(error), "failed"]),
        TaskStage::Ended(Ending::Cancelled) => vec!["cancelled".to_owned()],
        TaskStage::Running(..) => words(["in a thread", "runs"]),
        _ => words(["in the queue", "waits"]),
    }
}
