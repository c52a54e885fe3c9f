//! The two orders: a column for each task, with how long it waited and was worked on; below it the results in order, and
//! below them as they were completed, joined by lines. With the times of the ways that are compared.

use super::WAYS;
use super::outcome::{self, pool};
use super::plan::Program;
use crate::replay::words::count;
use crate::replay::{Ending, Phase, PoolTasks, Task, TaskStage};
use crate::trace::{ActorId, EventKind, ItemView, Meta, Nanos, SectionId, TaskId};
use crate::widgets::bars::{self, Bar};
use crate::widgets::picture::{Does, Mark, Picture, Spot};
use crate::widgets::resource::{Look, cell};
use crate::widgets::scene::fit::split_top;
use crate::widgets::scene::{Figure, Room};
use crate::widgets::stage::{StageAction, StageView};
use crate::widgets::theme::{EMPHASIS, HAIRLINE, RADIUS_SMALL};
use egui::{Align2, Rangef, Rect, Stroke, Ui, pos2, vec2};
use std::collections::HashMap;
use std::sync::Arc;

/// The figure of topic 7.
pub struct Orders;

/// Width of the names of rows, and of a column at most.
const NAMES: f32 = 84.0;
const WIDEST: f32 = 92.0;
/// Height of the titles, of a result, and of a task as completed.
const TITLE: f32 = 22.0;
const RESULT: [f32; 2] = [24.0, 42.0];
const DONE: f32 = 24.0;
/// Between the two orders.
const CROSSING: [f32; 2] = [20.0, 44.0];
/// Columns as wide as this have room for a label.
const LABELLED: f32 = 22.0;
/// Least width of the ways beside the orders, and of both.
const WAYS_WIDE: f32 = 250.0;
const BOTH: f32 = 640.0;

impl Figure for Orders {
    fn room(&self, view: &StageView<'_>) -> Room {
        match Program::named(view.param("program")) {
            // Their tasks come one after another in any case.
            Program::Recursion => Room::Below(0.4),
            Program::Numbers | Program::Tree => Room::Below(0.58),
        }
    }

    fn covers(&self, _: &StageView<'_>) -> &'static [crate::trace::ResourceKind] {
        &[crate::trace::ResourceKind::Future]
    }

    fn show(
        &self,
        ui: &mut Ui,
        area: Rect,
        view: &StageView<'_>,
        look: &Look<'_>,
    ) -> Vec<StageAction> {
        let (mut orders, mut ways) = (area, None);
        if !view.trace.meta().sections.is_empty() {
            let width = if area.width() >= BOTH { WAYS_WIDE } else { 0.36 * area.width() };
            ways = Some(area.with_min_x(area.right() - width));
            orders = area.with_max_x(area.right() - width - 20.0);
        }
        let mut actions = Vec::new();
        if let Some(tasks) = pool(look.meta).and_then(|pool| look.replay.tasks().of(pool)) {
            let taken = taken(view);
            let drawn = Drawn { look, tasks, taken: &taken, now: view.now, end: view.trace.end() };
            let picture = drawn.layout(orders);
            actions.extend(picture.show(ui, "orders", look.actors, view.selection));
        }
        if let Some(area) = ways {
            let bars = bars_of(view);
            let longest = outcome::ways(look.meta, view.replay).into_iter();
            let longest = longest.map(|way| Nanos(way.wall_ns)).max().unwrap_or_default();
            let mut title = Picture::default();
            let (head, rest) = split_top(area, TITLE);
            let font = look.theme.label();
            title.text(head, Align2::LEFT_CENTER, "Three ways", font, look.theme.text);
            title.append(bars::layout(look, rest, &bars, longest));
            actions.extend(title.show(ui, "ways", look.actors, view.selection));
        }
        actions
    }
}

/// When the program had each result.
#[derive(Clone, Debug, Default)]
pub struct Taken(pub HashMap<TaskId, Nanos>);

/// When the program had each result.
pub fn taken(view: &StageView<'_>) -> Arc<Taken> {
    view.kept(|taken: &mut Taken, trace, _| {
        *taken = Taken::default();
        for event in trace.events() {
            if let EventKind::ResultsTaken { task, .. } = event.kind {
                taken.0.entry(task).or_insert(event.at);
            }
        }
    })
}

/// The ways that are compared, as far as they are known.
fn bars_of(view: &StageView<'_>) -> Vec<Bar> {
    let meta = view.trace.meta();
    let bar = |id: SectionId| {
        let named = meta.section(id)?;
        let whole = view.replay.latest().section(id)?;
        let state = view.state.section(id).copied().unwrap_or_default();
        let shows = whole.began.map(|(at, _)| (at, whole.ended.unwrap_or(view.trace.end())));
        let took = state.began.map(|(began, _)| {
            (state.ended.unwrap_or(view.now).since(began), state.ended.is_some())
        });
        let words = took.map(|(took, _)| took.to_string()).into_iter().collect();
        let name = WAYS.get(named.number as usize).map_or("", |name| *name).to_owned();
        Some(Bar { name, took, words, shows, ..Bar::default() })
    };
    (0..meta.sections.len()).map(SectionId::from_index).filter_map(bar).collect()
}

/// The orders at an instant.
struct Drawn<'a> {
    look: &'a Look<'a>,
    tasks: &'a PoolTasks,
    taken: &'a Taken,
    now: Nanos,
    /// Of the trace.
    end: Nanos,
}

/// Where the rows and columns are.
struct Places {
    left: f32,
    column: f32,
    bars: Option<Rect>,
    results: Rangef,
    done: Rangef,
}

impl Places {
    fn new(area: Rect, count: usize) -> Self {
        let left = area.left() + NAMES;
        let column = ((area.right() - left) / count.max(1) as f32).min(WIDEST);
        let large = column >= 46.0 && area.height() >= 150.0;
        let result = RESULT[usize::from(large)];
        let crossing = (0.16 * area.height()).clamp(CROSSING[0], CROSSING[1]);
        let done = Rangef::new(area.bottom() - DONE, area.bottom());
        let results = Rangef::new(done.min - crossing - result, done.min - crossing);
        let bars = Rect::from_min_max(area.min, pos2(area.right(), results.min - 5.0));
        let bars = (bars.height() >= 40.0).then_some(bars);
        Self { left, column, bars, results, done }
    }

    /// The cell of a column in a row.
    fn cell(&self, column: usize, row: Rangef) -> Rect {
        let gap = if self.column >= 12.0 { 4.0 } else { 0.15 * self.column };
        let left = self.left + column as f32 * self.column;
        Rect::from_x_y_ranges(left..=left + self.column - gap, row)
    }
}

impl Drawn<'_> {
    fn layout(&self, area: Rect) -> Picture {
        let mut picture = Picture::default();
        if self.tasks.count_at(self.now) == 0 {
            let theme = self.look.theme;
            let words = "No task has been handed in yet.";
            picture.text(area, Align2::CENTER_CENTER, words, theme.label(), theme.muted);
            return picture;
        }
        let places = Places::new(area, self.tasks.count());
        if let Some(bars) = places.bars {
            self.bars(bars, &places, &mut picture);
        }
        self.name(places.results, area, ["results", "in order"], &mut picture);
        self.name(places.done, area, ["as completed", ""], &mut picture);
        let done: Vec<&Task> = self.tasks.ended_at(self.now).collect();
        let place_of: HashMap<TaskId, usize> =
            done.iter().enumerate().map(|(place, task)| (task.id, place)).collect();
        // Lines first, so that cells are above them.
        let mut latest = Nanos::ZERO;
        for column in 0..self.tasks.count() {
            let Some(task) = self.tasks.nth_at(column, self.now) else { break };
            let Some((at, _)) = task.ended.filter(|(at, _)| *at <= self.now) else {
                latest = Nanos(u64::MAX);
                continue;
            };
            if let Some(place) = place_of.get(&task.id) {
                self.line(&places, column, *place, at < latest, &mut picture);
            }
            latest = latest.max(at);
        }
        for column in 0..self.tasks.count() {
            let rect = places.cell(column, places.results);
            match self.tasks.nth_at(column, self.now) {
                Some(task) => self.result(rect, task, place_of.get(&task.id), &mut picture),
                None => break,
            }
        }
        for (place, task) in done.into_iter().enumerate() {
            self.done(places.cell(place, places.done), task, &mut picture);
        }
        picture
    }

    fn name(&self, row: Rangef, area: Rect, [first, second]: [&str; 2], picture: &mut Picture) {
        let theme = self.look.theme;
        let rect = Rect::from_x_y_ranges(area.left()..=area.left() + NAMES - 6.0, row);
        let one = second.is_empty() || rect.height() < 28.0;
        let lines = if one { vec![rect] } else { <[Rect; 2]>::from(halves(rect)).to_vec() };
        let words = if one {
            vec![format!("{first} {second}")]
        } else {
            vec![first.to_owned(), second.to_owned()]
        };
        for (line, words) in lines.into_iter().zip(words) {
            picture.text(line, Align2::LEFT_CENTER, words.trim(), theme.small(), theme.muted);
        }
    }

    /// How long each task waited in the queue, and a thread was at it.
    fn bars(&self, area: Rect, places: &Places, picture: &mut Picture) {
        let theme = self.look.theme;
        let body = area;
        let font = theme.mono_small();
        let labelled = places.column >= 46.0;
        let names = area.with_max_x(places.left - 6.0);
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
        for column in 0..self.tasks.count() {
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
            let said = (waited + took).to_string();
            if labelled && self.look.measure.width(&said, &font) <= places.column + 2.0 {
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
    fn line(
        &self,
        places: &Places,
        column: usize,
        place: usize,
        overtook: bool,
        picture: &mut Picture,
    ) {
        let theme = self.look.theme;
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
        let has = self.taken.0.get(&task.id).is_some_and(|at| *at <= self.now);
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
        worker.map_or(theme.outline, |worker| self.look.actors.colours(worker).mark(theme))
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

/// What came of a task, from long to short.
fn values(meta: &Meta, ending: Ending) -> Vec<String> {
    match ending {
        Ending::Finished(item) => {
            let mut said = vec![meta.item(item)];
            if let ItemView::Text(text) = item.view() {
                let text = meta.text(text);
                if text.bytes().all(|byte| byte.is_ascii_digit()) {
                    said.push(count(text.len(), "digit"));
                }
            }
            said
        }
        Ending::Failed(error) => vec![meta.text(error).to_owned(), "failed".to_owned()],
        Ending::Cancelled => vec!["cancelled".to_owned()],
    }
}
