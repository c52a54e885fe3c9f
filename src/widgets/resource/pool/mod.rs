//! A pool: the tasks that wait, the workers with what they are at, and the results in order.
//!
//! The workers are the actors themselves: who shows a pool in full size need not show them elsewhere.

mod grid;
pub mod orders;
pub mod result;
mod results;
mod rows;
mod tasks;
mod ways;
mod workers;

use self::ways::OnTheirWay;
use super::{ResourceAt, Size, cell, glyph, parts};
use crate::replay::words::{count, grouped};
use crate::replay::{Ending, Phase, PoolState, PoolTasks};
use crate::trace::{ActorId, ActorKind};
use crate::widgets::picture::Picture;
use crate::widgets::selection::Selection;
use crate::widgets::task;
use egui::{Align2, Rect, Stroke, Vec2, pos2, vec2};

/// Height of a column's title.
const TITLE: f32 = 22.0;
/// Height of a body from which its columns have titles.
const TITLED: f32 = 84.0;
/// Places for workers that are drawn at most.
const PLACES: usize = 256;

/// The room that its full size asks for.
pub fn wanted(at: &ResourceAt<'_>) -> Vec2 {
    let workers = match at.named.capacity {
        Some(workers) => workers as usize,
        None => members(at).count(),
    };
    let rows: f32 = match workers {
        // As high as a few results.
        1..=2 => 150.0,
        0..=4 => 4.0 * 62.0,
        5..=9 => (workers as f32 * 30.0).max(240.0),
        _ => 300.0,
    };
    vec2(740.0, TITLE + rows + 24.0)
}

/// Actors that the trace says are workers of the pool.
fn members(at: &ResourceAt<'_>) -> impl Iterator<Item = ActorId> {
    let id = at.id;
    at.look.meta.actors_where(move |actor| actor.pool == Some(id))
}

/// Its state in fewer and fewer words: that there is none of something is left out first, and what has failed last.
pub fn sentences(at: &ResourceAt<'_>) -> Vec<String> {
    let mut numbers = Pool::new(at).numbers();
    if numbers.is_empty() {
        return match at.state.closed {
            true => parts::fewer(&["closed", "; no task was handed in"].map(str::to_owned)),
            false => vec!["no tasks yet".to_owned()],
        };
    }
    let mut all = vec![told(&numbers)];
    numbers.retain(|(number, _)| *number > 0);
    while let Some(last) = numbers.len().checked_sub(1) {
        all.push(told(&numbers));
        let plain = numbers.iter().rposition(|(_, what)| !is_failure(what));
        numbers.remove(plain.unwrap_or(last));
    }
    all
}

/// Numbers with what they are of.
fn told(numbers: &[(usize, &str)]) -> String {
    let said = |(number, what): &(usize, &str)| format!("{} {what}", grouped(*number as u64));
    numbers.iter().map(said).collect::<Vec<_>>().join(" · ")
}

/// Whether a number is of tasks that are lost.
fn is_failure(what: &str) -> bool {
    matches!(what, "failed" | "with a dead worker")
}

/// The width that it makes use of in a line.
pub const LINE: f32 = 480.0;
/// From one worker to the next in a line: with its task, and alone.
const CHIPS: [f32; 2] = [58.0, 26.0];

/// What a line has room for: its numbers, those of failures first, and its workers with their tasks.
pub fn in_line(at: &ResourceAt<'_>, area: Rect, picture: &mut Picture) {
    let (pool, theme) = (Pool::new(at), at.look.theme);
    let font = theme.small();
    let width = |text: &str| at.look.measure.width(text, &font);
    let fits = |words: &&String| width(words) <= area.width();
    let all = sentences(at);
    // Rather its workers than that there is none of something.
    let workers = CHIPS[1] * pool.places.iter().flatten().count() as f32;
    let beside = |words: &&String| width(words) + 14.0 + workers <= area.width();
    let Some(words) = all.iter().take(2).find(beside).or_else(|| all.iter().find(fits)) else {
        return;
    };
    let rest = area.with_min_x(area.left() + width(words) + 14.0);
    picture.text(area, Align2::LEFT_CENTER, words.as_str(), font, theme.text);
    let workers: Vec<ActorId> = pool.places.iter().copied().flatten().collect();
    let fits = |pitch: &f32| pitch * workers.len() as f32 <= rest.width();
    let Some(pitch) = CHIPS.into_iter().find(fits) else { return };
    for (place, worker) in workers.into_iter().enumerate() {
        let left = rest.left() + place as f32 * pitch;
        let chip = Rect::from_min_size(pos2(left, rest.top()), vec2(pitch - 4.0, rest.height()));
        let middle = pos2(left + 11.0, rest.center().y);
        let face = Rect::from_center_size(middle, Vec2::splat(22.0));
        picture.tile(face, worker, at.look.phase(worker));
        picture.spot(face, 4.0, Selection::Actor(worker), at.look.actors.name(worker));
        let working = at.look.state.actor(worker).filter(|who| who.end.is_none());
        if let (Some(state), true) = (working, pitch == CHIPS[0])
            && let Some(working) = state.task.filter(|working| working.pool == at.id)
        {
            let block = chip.with_min_x(face.right() + 3.0).shrink2(vec2(0.0, 3.0));
            let inside = task::Inside::of(&at.look, worker, working);
            let number = [working.task.0.to_string()];
            task::block(&at.look, picture, block, &number, "", Some(inside));
        }
    }
}

/// Its picture.
pub fn layout(at: &ResourceAt<'_>, size: Size, area: Rect) -> Picture {
    if size == Size::Full {
        return full(at, area, 0.0, true).0;
    }
    let waiting = at.state.pool.pending.len();
    let busy = Busy::of(at);
    let amount = match (waiting, busy.all) {
        (0, 0) => "idle".to_owned(),
        (0, all) if all == busy.running => format!("{all} running"),
        (0, all) if all == busy.sleeping => format!("{all} asleep"),
        (0, all) => format!("{all} at work"),
        (1000.., _) => format!("{}k queued", waiting / 1000),
        (waiting, _) => format!("{waiting} queued"),
    };
    glyph(at, size, area, &amount, |picture, square| symbol(at, picture, square))
}

/// What those do who have a task.
#[derive(Clone, Copy, Default)]
struct Busy {
    running: usize,
    sleeping: usize,
    /// All that are there.
    all: usize,
}

impl Busy {
    fn of(at: &ResourceAt<'_>) -> Self {
        let mut busy = Self::default();
        for (worker, _) in &at.state.pool.running {
            if parts::has_ended(at, *worker) {
                continue;
            }
            busy.all += 1;
            match at.look.phase(*worker) {
                Phase::Sleeping => busy.sleeping += 1,
                Phase::Waiting | Phase::Blocked | Phase::Idle => {}
                _ => busy.running += 1,
            }
        }
        busy
    }
}

fn symbol(at: &ResourceAt<'_>, picture: &mut Picture, square: Rect) {
    let theme = at.look.theme;
    let unit = square.width() / 44.0;
    let has_ended = |worker: &ActorId| parts::has_ended(at, *worker);
    let mut busy = at.state.pool.running.iter().map(|(worker, _)| *worker);
    let mut next = || busy.find(|worker| !has_ended(worker)).map(|worker| at.look.phase(worker));
    let whole = Rect::from_center_size(square.center(), vec2(42.0, 36.0) * unit);
    let tall = whole.height() / 3.0;
    for row in 0..3 {
        let top = whole.top() + row as f32 * tall + 0.5 * unit;
        let (top, bottom) = (top, top + tall - 2.5 * unit);
        let worker =
            Rect::from_min_max(pos2(whole.left(), top), pos2(whole.left() + 10.0 * unit, bottom));
        let task =
            Rect::from_min_max(pos2(worker.right() + 3.0 * unit, top), pos2(whole.right(), bottom));
        picture.rounded(worker, 2.5 * unit, theme.muted, Stroke::NONE);
        // As many of its three as have tasks of all that do, each with what it does.
        match next() {
            Some(Phase::Sleeping) => {
                let points = [task.left_center(), task.right_center()];
                let colour = theme.phase(Phase::Sleeping).mark;
                picture.line(points, Stroke::new((2.0 * unit).max(1.5), colour));
            }
            Some(phase) => {
                picture.rounded(task, 2.5 * unit, theme.phase(phase).base, Stroke::NONE);
            }
            None => picture.rounded(task, 2.5 * unit, theme.panel, at.look.outline()),
        }
    }
}

/// A pool at an instant, with what several of its columns ask for.
struct Pool<'a> {
    at: &'a ResourceAt<'a>,
    state: &'a PoolState,
    tasks: Option<&'a PoolTasks>,
    /// Who stands in its places; `None`: nobody yet.
    places: Vec<Option<ActorId>>,
    /// Tasks that were sent to a worker that has not begun them.
    sent: Vec<(ActorId, usize)>,
    /// Tasks that are shown between the columns.
    on_their_way: OnTheirWay,
}

impl<'a> Pool<'a> {
    fn new(at: &'a ResourceAt<'a>) -> Self {
        let state = &at.state.pool;
        let mut sent: Vec<(ActorId, usize)> = Vec::new();
        for worker in state.pending.iter().filter_map(|pending| pending.to) {
            match sent.iter_mut().find(|(to, _)| *to == worker) {
                Some((_, tasks)) => *tasks += 1,
                None => sent.push((worker, 1)),
            }
        }
        Self {
            at,
            state,
            tasks: at.look.replay.tasks().of(at.id),
            places: places(at),
            sent,
            on_their_way: OnTheirWay::default(),
        }
    }

    fn sent_to(&self, worker: ActorId) -> usize {
        self.sent.iter().find(|(to, _)| *to == worker).map_or(0, |(_, tasks)| *tasks)
    }

    fn sent(&self) -> usize {
        self.sent.iter().map(|(_, tasks)| tasks).sum()
    }

    /// How many tasks are where; what does not occur is left out, but for the three that all have. Empty before the
    /// first task.
    fn numbers(&self) -> Vec<(usize, &'static str)> {
        let state = self.state;
        let now = self.at.look.now;
        let (mut again, mut failed_again, mut cancelled_again) = (0, 0, 0);
        for task in self.tasks.iter().flat_map(|tasks| tasks.retried_at(now)) {
            again += 1;
            match task.ended {
                Some((at, Ending::Failed(_))) if at <= now => failed_again += 1,
                Some((at, Ending::Cancelled)) if at <= now => cancelled_again += 1,
                _ => {}
            }
        }
        let sent = self.sent();
        // A worker that is no more runs nothing; what it had is not known to have ended, and may be begun again.
        let ended = |(worker, _): &&(_, _)| parts::has_ended(self.at, *worker);
        let over = state.running.iter().filter(ended).count();
        let of_stopped = |(worker, _): &&(_, _)| self.at.look.phase(*worker) == Phase::Stopped;
        let stopped = state.running.iter().filter(of_stopped).count();
        let numbers = [
            (state.pending.len() - sent, "waiting"),
            (sent, "sent ahead"),
            // Whatever its worker does inside it.
            (state.running.len() - over, "under way"),
            (over - stopped, "with a dead worker"),
            (stopped, "with a stopped worker"),
            (state.finished as usize, "done"),
            ((state.failed as usize).saturating_sub(failed_again), "failed"),
            ((state.cancelled as usize).saturating_sub(cancelled_again), "cancelled"),
            (again, "begun again"),
        ];
        if numbers.iter().all(|(number, _)| *number == 0) {
            return Vec::new();
        }
        let always = |what: &str| matches!(what, "waiting" | "under way" | "done");
        numbers.into_iter().filter(|(number, what)| *number > 0 || always(what)).collect()
    }
}

/// Who stands where: by the pool's places, as many as it has; of a pool whose workers are not known, who runs a task.
fn places(at: &ResourceAt<'_>) -> Vec<Option<ActorId>> {
    let state = &at.state.pool;
    let mut places: Vec<_> = stands(at).into_iter().map(Some).take(PLACES).collect();
    if places.is_empty() && members(at).next().is_none() {
        places.extend(state.running.iter().map(|(worker, _)| Some(*worker)));
    }
    let room = match at.named.capacity {
        Some(workers) => (workers as usize).min(PLACES),
        None => members(at).take(PLACES).count().min(if places.is_empty() { 8 } else { 0 }),
    };
    places.resize(places.len().max(room), None);
    places
}

/// Workers with a place: all that a pool has had; where these are more than it has at once, for nobody says whom the later
/// ones replace, without the first of those that have ended as they should.
fn stands(at: &ResourceAt<'_>) -> Vec<ActorId> {
    let mut all = at.state.pool.places.clone();
    let Some(room) = at.named.capacity.map(|workers| workers as usize) else { return all };
    let mut over = all.len().saturating_sub(room);
    all.retain(|worker| {
        let has_gone = over > 0 && matches!(at.look.phase(*worker), Phase::Done | Phase::Stopped);
        over -= usize::from(has_gone);
        !has_gone
    });
    all
}

/// Where the columns go. What has no room is not there.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Columns {
    queue: Option<Rect>,
    workers: Rect,
    results: Option<Rect>,
}

impl Columns {
    fn new(body: Rect) -> Self {
        let width = body.width();
        let column = |left: f32, wide: f32| {
            let left = body.left() + left;
            let right = (left + wide.max(0.0)).min(body.right());
            Rect::from_min_max(pos2(left, body.top()), pos2(right, body.bottom()))
        };
        if width >= 400.0 {
            let roomy = width >= 560.0;
            let gap = if roomy { (0.05 * width).clamp(28.0, 60.0) } else { 14.0 };
            let queue = (0.18 * width).clamp(84.0, 200.0);
            let workers = match roomy {
                true => (0.375 * width).clamp(196.0, 320.0),
                false => 0.38 * width,
            };
            return Self {
                queue: Some(column(0.0, queue)),
                workers: column(queue + gap, workers),
                results: Some(column(queue + workers + 2.0 * gap, width)),
            };
        }
        if width >= 230.0 {
            let workers = 0.52 * width;
            let results = Some(column(workers + 12.0, width));
            return Self { queue: None, workers: column(0.0, workers), results };
        }
        Self { queue: None, workers: body, results: None }
    }
}

/// Height that results need before words get a place below them.
const RESULTS: f32 = 176.0;
/// Least and greatest height of words below the results, and their least width.
const WORDS: [f32; 2] = [112.0, 170.0];
const WORDS_WIDE: f32 = 250.0;
/// The least height of the column of tasks that is left where the sentence moves up.
const QUEUE: f32 = 120.0;
/// It does not move for less than this.
const NEAR: f32 = 24.0;

/// Its picture in full with a place for words below the results; `None` where there is no room for them.
pub fn with_words(at: &ResourceAt<'_>, area: Rect) -> Option<(Picture, Rect)> {
    let body = cell::room(area);
    let results = Columns::new(body).results?;
    let height = (results.height() - RESULTS).min(WORDS[1]);
    if height < WORDS[0] || results.width() < WORDS_WIDE {
        return None;
    }
    let (picture, free) = full(at, area, height + 10.0, true);
    let top = free.min(results.bottom() - height);
    Some((picture, results.with_min_y(top)))
}

/// The picture in full without the results, and their room, for words; `None` where there is none.
pub fn without_results(at: &ResourceAt<'_>, area: Rect) -> Option<(Picture, Rect)> {
    let body = cell::room(area);
    let room = Columns::new(body).results?;
    (room.width() >= WORDS_WIDE).then(|| (full(at, area, 0.0, false).0, room))
}

/// The picture in full, with so much height kept free below the results, if these are shown, and where they end.
fn full(at: &ResourceAt<'_>, area: Rect, below: f32, results: bool) -> (Picture, f32) {
    let mut pool = Pool::new(at);
    let whole = Columns::new(cell::room(area));
    let own = results && below == 0.0;
    // Words in the results' column stand beside the sentence.
    let end = whole.results.filter(|_| !own).map_or(area.right(), |column| column.left() - 8.0);
    let used = used(&pool, &whole, own);
    let said = area.with_max_y(area.bottom() - (whole.workers.bottom() - used)).with_max_x(end);
    let (mut picture, body) = cell::framed(at, area, said);
    let mut columns = Columns::new(body.with_max_x(area.right()));
    columns.results = whole.results.map(|results| results.with_max_y(results.bottom() - below));
    let processes = (pool.places.iter().flatten())
        .all(|worker| at.look.meta.actor(*worker).is_some_and(|a| a.kind == ActorKind::Process));
    let title = match (pool.places.iter().any(Option::is_some), processes) {
        (true, true) => "Worker processes",
        (true, false) => "Worker threads",
        (false, _) => "Workers",
    };
    let room = titled(at, columns.workers, title, &mut picture);
    let rows = rows::layout(room, pool.places.len());
    let mut over = Picture::default();
    let queue = columns.queue.map(|queue| titled(at, queue, "Tasks", &mut picture));
    if let (Some(queue), Some(to)) = (queue, columns.results) {
        // Before the first task there is no place for a result to come to.
        let has_tasks = pool.tasks.is_some_and(|tasks| tasks.count_at(at.look.now) > 0);
        let ends = ways::Ends::new(queue, &rows, (results && has_tasks).then_some(to));
        ways::lines(&pool, &ends, &rows, &mut picture);
        pool.on_their_way = ways::tokens(&pool, &ends, &rows, &mut over);
    }
    if let Some(queue) = queue {
        tasks::draw(&pool, queue, &mut picture);
    }
    workers::draw(&pool, &rows, &mut picture);
    let mut end = body.bottom();
    if let Some(area) = columns.results.filter(|_| results) {
        end = results::draw(&pool, area, &mut picture);
    }
    picture.append(over);
    (picture, end)
}

/// Down to where the columns are used, whatever happens in the run: the sentence stands near what it sums up.
fn used(pool: &Pool<'_>, columns: &Columns, results: bool) -> f32 {
    let bottom = columns.workers.bottom();
    let rows = rows::layout(titled_room(columns.workers), pool.places.len());
    let workers = rows.rects.iter().map(|row| row.bottom()).fold(columns.workers.top(), f32::max);
    let results = columns.results.filter(|_| results);
    let results = results.map_or(workers, |area| area.top() + results::height(pool, area));
    let used = workers.max(results).max(columns.workers.top() + QUEUE);
    // Not for a few pixels, and not where some have no row.
    if rows.more.is_some() || used + NEAR > bottom { bottom } else { used }
}

/// Writes a column's title; answers with the room below.
fn titled(at: &ResourceAt<'_>, column: Rect, title: &str, picture: &mut Picture) -> Rect {
    if column.height() < TITLED {
        return column;
    }
    heading(at, column, title, picture)
}

/// The room below the title that a column has.
fn titled_room(column: Rect) -> Rect {
    let title = if column.height() < TITLED { 0.0 } else { TITLE };
    column.with_min_y(column.top() + title)
}

/// Writes a title at the top of an area; answers with the room below.
fn heading(at: &ResourceAt<'_>, area: Rect, title: &str, picture: &mut Picture) -> Rect {
    let theme = at.look.theme;
    let y = (area.top() + TITLE).min(area.bottom());
    let line = area.with_max_y((area.top() + 16.0).min(area.bottom()));
    picture.text(line, Align2::LEFT_CENTER, title, theme.label(), theme.muted);
    area.with_min_y(y)
}

/// A number of tasks, in words.
fn several(tasks: usize) -> String {
    count(tasks, "task")
}
