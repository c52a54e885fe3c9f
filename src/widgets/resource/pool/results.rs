//! The results: a cell for each task in order, and the tasks as they were completed. Only what is visible is laid out.

use super::grid::{self, Cell, Grid};
use super::{Pool, heading, result, titled};
use crate::replay::words::grouped;
use crate::replay::{Ending, Phase, State, Task, TaskStage, Waiter};
use crate::trace::{ActorId, Item, WaitOp};
use crate::widgets::picture::{Mark, Picture};
use crate::widgets::resource::waiters;
use crate::widgets::theme::{HAIRLINE, RADIUS_SMALL};
use egui::{Color32, Rect, Stroke, Vec2, pos2, vec2};

/// A cell of the row of completed tasks.
const ROW: Vec2 = vec2(32.0, 28.0);
/// Widths of one, from generous to terse.
const WIDTHS: [f32; 4] = [ROW.x, 28.0, 24.0, 21.0];
const GAP: f32 = 4.0;
/// Height of those who wait for results, with their title.
const WAITERS: f32 = super::TITLE + 28.0;

/// The height that the results need with whoever waits for them in the run, of that of an area.
pub fn height(pool: &Pool<'_>, area: Rect) -> f32 {
    let count = pool.tasks.map_or(0, |tasks| tasks.count());
    let Room { title, completed, grid, .. } = Room::new(pool, area, count);
    let stats = pool.at.look.replay.stats().resources.get(pool.at.id.index());
    let awaited = stats.is_some_and(|stats| stats.most_waiters > 0);
    let waiters = if awaited && completed > 0.0 { WAITERS + 12.0 } else { 0.0 };
    (title + grid.height(count.max(1)) + completed + waiters).min(area.height())
}

/// How the room of the results is shared out.
struct Room {
    title: f32,
    /// Of those in the order they were completed, with what is above them; 0: they are left out.
    completed: f32,
    grid: Grid,
    outcomes: Option<Outcomes>,
}

impl Room {
    fn new(pool: &Pool<'_>, area: Rect, count: usize) -> Self {
        let title = if area.height() >= super::TITLED { super::TITLE } else { 0.0 };
        let strip = super::TITLE + ROW.y;
        let completed = if area.height() >= 150.0 { strip + 12.0 } else { 0.0 };
        let room = vec2(area.width(), area.height() - title - completed);
        let outcomes = Outcomes::of(pool);
        let grid = Grid::new(room, count, outcomes.map(|all| all.widest));
        Self { title, completed, grid, outcomes }
    }
}

/// Draws the results; answers with where there is room below them, whoever waits for them.
pub fn draw(pool: &Pool<'_>, area: Rect, picture: &mut Picture) -> f32 {
    let count = pool.tasks.map_or(0, |tasks| tasks.count());
    let strip = super::TITLE + ROW.y;
    let Room { completed, grid, outcomes, .. } = Room::new(pool, area, count);
    let (now, shown) = (pool.at.look.now, count.min(grid.fits()));
    let first = pool.tasks.map_or(0, |tasks| result::first_shown(tasks, now, grid.fits()));
    let said = match shown == count {
        true => {
            let ids = outcomes.and_then(|all| all.ids);
            let ids = ids.filter(|_| matches!(grid.cell, Cell::Large | Cell::Value));
            let full = ids.map(|kind| format!("Results, in order: {kind}s"));
            let look = &pool.at.look;
            let fits =
                |said: &String| look.measure.width(said, &look.theme.label()) <= area.width();
            full.filter(fits).unwrap_or_else(|| "Results, in order".to_owned())
        }
        false => {
            let last = first + shown.saturating_sub(1);
            let short = format!("{first}–{last} of {}", grouped(count as u64));
            let full = format!("Results {short}");
            let look = &pool.at.look;
            let fits = look.measure.width(&full, &look.theme.label()) <= area.width();
            if fits { full } else { short }
        }
    };
    let cells = titled(pool.at, area, &said, picture);
    let known = pool.tasks.map_or(0, |tasks| tasks.count_at(now));
    if known == 0 {
        // Nothing was handed in yet: where the first one will be.
        let size = vec2(ROW.x, ROW.y.min(cells.height()));
        if size.y >= 14.0 && cells.width() >= size.x {
            let edge = pool.at.look.outline();
            picture.dashed(Rect::from_min_size(cells.min, size), RADIUS_SMALL, edge);
        }
    }
    if count == 0 {
        return area.bottom();
    }
    let cells = cells.with_max_y((cells.top() + grid.height(shown)).min(area.bottom()));
    match grid.cell {
        Cell::Dot => dots(pool, cells, &grid, first, shown, picture),
        size => in_order(pool, cells, &grid, size, first, shown, picture),
    }
    let rest = area.with_min_y((cells.bottom() + 12.0).min(area.bottom()));
    if completed <= 0.0 || rest.height() < strip {
        return rest.top();
    }
    as_completed(pool, rest.with_max_y(rest.top() + strip), picture);
    let end = rest.top() + strip + 12.0;
    let waiters = rest.with_min_y(end.min(area.bottom()));
    who_waits(pool, waiters, picture);
    let fits = waiters.height() >= WAITERS && waiters.width() >= 60.0;
    end + if fits { WAITERS + 12.0 } else { 0.0 }
}

fn in_order(
    pool: &Pool<'_>,
    area: Rect,
    grid: &Grid,
    size: Cell,
    first: usize,
    shown: usize,
    picture: &mut Picture,
) {
    let now = pool.at.look.now;
    for index in 0..shown {
        let rect = grid.rect(area, index);
        match pool.tasks.and_then(|tasks| tasks.nth_at(first + index, now)) {
            Some(task) => one(pool, rect, size, task, picture),
            // Not handed in yet: nothing is there, not even a place.
            None => break,
        }
    }
}

fn dots(
    pool: &Pool<'_>,
    area: Rect,
    grid: &Grid,
    first: usize,
    shown: usize,
    picture: &mut Picture,
) {
    let look = &pool.at.look;
    let (theme, now) = (look.theme, look.now);
    let Some(tasks) = pool.tasks else { return };
    let known = tasks.count_at(now).saturating_sub(first).min(shown);
    if known == 0 {
        return;
    }
    let failed = theme.phase(Phase::Failed).base;
    // Of more workers than there are colours these tell nothing.
    let are_told_apart = super::members(pool.at).nth(2 * theme.actors.len()).is_none();
    let maker = |task: &Task| {
        let worker = task.worker().filter(|_| are_told_apart)?;
        Some(look.actors.colours(worker).ground)
    };
    let cancelled = theme.phase(Phase::NotStarted).mark;
    let done = theme.muted.lerp_to_gamma(theme.outline, 0.35);
    let striped = grid.size.y >= STRIPED;
    let mut colours = Vec::with_capacity(known);
    let mut strips = Vec::with_capacity(if striped { known } else { 0 });
    let mut under_way = Vec::new();
    let columns = grid.columns.max(1);
    let mut row = Counts::default();
    for index in 0..known {
        let task = tasks.nth_at(first + index, now);
        let is_on_its_way = task.is_some_and(|task| pool.on_their_way.ended.contains(&task.id));
        let by: Option<Color32> = task.and_then(maker);
        let mut strip = by;
        let colour = match task.map(|task| task.at(now)) {
            // A result is not there yet, whoever works at it.
            Some(TaskStage::Running(..)) => {
                row.running += 1;
                under_way.push(index);
                Color32::TRANSPARENT
            }
            Some(TaskStage::Ended(Ending::Finished(_))) => {
                row.done += 1;
                match is_on_its_way {
                    true => {
                        under_way.push(index);
                        Color32::TRANSPARENT
                    }
                    false if striped => done,
                    false => by.unwrap_or(done),
                }
            }
            Some(TaskStage::Ended(Ending::Failed(_))) => {
                row.failed.extend(task);
                failed
            }
            Some(TaskStage::Ended(Ending::Cancelled)) => cancelled,
            _ => {
                strip = None;
                theme.hairline
            }
        };
        colours.push(colour);
        if striped {
            strips.push(strip.unwrap_or(Color32::TRANSPARENT));
        }
        if (index + 1) % columns == 0 || index + 1 == known {
            let begin = index / columns * columns;
            let rect = grid.rect(area, begin).union(grid.rect(area, index));
            picture.hint(rect, row.aloud(pool, first + begin, first + index));
            row = Counts::default();
        }
    }
    let (corner, size, step) = (area.min, grid.size, grid.step());
    picture.marks.push(Mark::Grid { corner, size, step, columns, colours });
    let absent = Stroke::new(HAIRLINE, cancelled);
    for index in under_way {
        let rect = grid.rect(area, index);
        match striped {
            true => picture.dashed(rect, 2.0, absent),
            // Dashes of a cell this small are dots.
            false => picture.rounded(rect, 0.0, Color32::TRANSPARENT, absent),
        }
    }
    if striped {
        let inner = Rect::from_min_size(corner, size).shrink(STRIP);
        let corner = pos2(inner.left(), inner.bottom() - STRIP);
        let (size, colours) = (vec2(inner.width(), STRIP), strips);
        picture.marks.push(Mark::Grid { corner, size, step, columns, colours });
    }
}

/// Cells of the dense grid from this height on show their worker as larger ones do, in a strip at the foot; lower ones are of
/// its colour.
const STRIPED: f32 = 9.0;
/// Height of that strip, and the room around it.
const STRIP: f32 = 2.0;

/// What a row of the dense grid holds.
#[derive(Default)]
struct Counts<'a> {
    running: usize,
    done: usize,
    failed: Vec<&'a Task>,
}

impl Counts<'_> {
    fn aloud(&self, pool: &Pool<'_>, first: usize, last: usize) -> String {
        let mut said = format!("results {first} to {last}: {} done", self.done);
        if self.running > 0 {
            said.push_str(&format!(", {} under way", self.running));
        }
        if let Some(task) = self.failed.first() {
            let failed = result::aloud(&pool.at.look, task);
            said.push_str(&format!(", {} failed; {failed}", self.failed.len()));
        }
        said
    }
}

/// What the results of a pool look like, in the whole run.
#[derive(Clone, Copy)]
struct Outcomes {
    /// The widest text.
    widest: f32,
    /// They are the numbers of their workers, or have no values, and these stand in their place: what they are called.
    ids: Option<&'static str>,
}

impl Outcomes {
    /// `None` where no task finished, and where there are so many that none has a text.
    fn of(pool: &Pool<'_>) -> Option<Self> {
        let look = &pool.at.look;
        let latest = look.replay.latest();
        let finished = |task: &&Task| matches!(task.ended, Some((_, Ending::Finished(_))));
        let mut longest = String::new();
        let (mut ids, mut has_values) = (None, false);
        let tasks = pool.tasks.filter(|tasks| tasks.count() <= grid::MOST)?;
        for task in tasks.all.iter().filter(finished) {
            let Some((_, Ending::Finished(result))) = task.ended else { continue };
            let is_id = |worker: &ActorId| {
                let id = latest.actor(*worker).map_or(0, |actor| actor.os_id);
                result == Item::NOTHING || result.as_int() == i64::try_from(id).ok()
            };
            match task.worker().filter(is_id) {
                Some(worker) => ids = Some(result::id_kind(look.meta, worker)),
                None => has_values = true,
            }
            let text = outcome(pool, latest, result, task.worker());
            if text.len() > longest.len() {
                longest = text;
            }
        }
        let widest = look.measure.width(&longest, &look.theme.mono_small());
        (!longest.is_empty()).then_some(Self { widest, ids: ids.filter(|_| !has_values) })
    }
}

/// The cell of a task.
fn one(pool: &Pool<'_>, rect: Rect, size: Cell, task: &Task, picture: &mut Picture) {
    let look = &pool.at.look;
    // A result that is still on its way is not there, too.
    let is_on_its_way = pool.on_their_way.ended.contains(&task.id);
    let mut shown = *task;
    shown.ended = task.ended.filter(|_| !is_on_its_way);
    let said = match shown.at(look.now) {
        TaskStage::Ended(Ending::Finished(result)) => {
            Some(outcome(pool, look.state, result, task.worker()))
        }
        _ => None,
    };
    let (name, said) = (task.id.0.to_string(), said.as_slice());
    result::draw(look, picture, rect, size, &shown, &name, said);
    picture.hint(rect, result::aloud(look, task));
}

/// What came of a task; where it has no value, whose work it was, by the numbers known in a state.
fn outcome(pool: &Pool<'_>, state: &State, result: Item, worker: Option<ActorId>) -> String {
    let look = &pool.at.look;
    match (result, worker) {
        (Item::NOTHING, Some(worker)) => match state.actor(worker).map_or(0, |actor| actor.os_id) {
            0 => look.actors.badge(worker).into_owned(),
            id => id.to_string(),
        },
        (Item::NOTHING, None) => "None".to_owned(),
        (result, _) => look.meta.item(result),
    }
}

/// The last tasks that were completed, in that order. An attempt that was followed by another one completed nothing.
fn as_completed(pool: &Pool<'_>, area: Rect, picture: &mut Picture) {
    let (look, now) = (&pool.at.look, pool.at.look.now);
    let Some(tasks) = pool.tasks else { return };
    // Narrower ones sooner than some that are left out.
    let fits = |wide: f32| ((area.width() + GAP) / (wide + GAP)).floor() as usize;
    let wide = WIDTHS.into_iter().find(|wide| fits(*wide) >= tasks.count()).unwrap_or(ROW.x);
    let (fits, step) = (fits(wide), wide + GAP);
    if fits == 0 {
        return;
    }
    let on_their_way = &pool.on_their_way.ended;
    let has_come = |task: &&Task| !on_their_way.contains(&task.id);
    let ended = tasks.ended_at(now);
    let count = ended.len().saturating_sub(on_their_way.len());
    let mut last: Vec<&Task> = ended
        .rev()
        .filter(|task| !tasks.is_retried_at(task, now))
        .filter(has_come)
        .take(fits)
        .collect();
    last.reverse();
    let title = match count > last.len() {
        true => {
            let whole = format!("Tasks as completed: the last {}", last.len());
            match look.measure.width(&whole, &look.theme.label()) <= area.width() {
                true => whole,
                false => format!("The last {} completed", last.len()),
            }
        }
        false => "Tasks as completed".to_owned(),
    };
    let row = heading(pool.at, area, &title, picture);
    if last.is_empty() {
        picture.dashed(Rect::from_min_size(row.min, ROW), RADIUS_SMALL, look.outline());
    }
    for (index, task) in last.into_iter().enumerate() {
        let at = pos2(row.left() + index as f32 * step, row.top());
        let rect = Rect::from_min_size(at, vec2(wide, ROW.y));
        one(pool, rect, Cell::Medium, task, picture);
    }
}

/// Who waits for results, where there is room left.
fn who_waits(pool: &Pool<'_>, area: Rect, picture: &mut Picture) {
    // Who waits for a task, to kill its worker say, waits for no result.
    let all = pool.at.state.waiters.iter().filter(|waiter| waiter.op != WaitOp::Task);
    let waiting: Vec<Waiter> = all.copied().collect();
    if waiting.is_empty() || area.height() < WAITERS || area.width() < 60.0 {
        return;
    }
    let tiles = heading(pool.at, area, "Waiting for results", picture);
    waiters::row(&pool.at.look, tiles.with_max_y(tiles.top() + 28.0), &waiting, picture);
}
