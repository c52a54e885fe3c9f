//! The workers: who has which task since when, how much each has done, what was sent to it, who died.

use super::Pool;
use super::rows::{Rows, Size};
use crate::replay::words::{count, grouped, if_any, signal_name};
use crate::replay::{ActorState, Phase, bytes};
use crate::trace::{ActorId, End, Nanos, TaskId};
use crate::widgets::phase;
use crate::widgets::picture::{Mark, Picture};
use crate::widgets::selection::Selection;
use crate::widgets::task::{self, Inside};
use crate::widgets::theme::{EMPHASIS, HAIRLINE, RADIUS, RADIUS_LARGE};
use egui::{Align2, FontId, Rect, Stroke, Vec2, pos2, vec2};

/// Height of a task's block in a row.
const BLOCK: f32 = 20.0;
/// Least width of one with a label.
const BLOCK_MIN: f32 = 46.0;

/// Least width of one with how long it has been going on.
const NARROW: f32 = 112.0;

/// The sign that a worker has ended.
const END: Vec2 = vec2(13.0, 11.0);

/// Draws the rows.
pub fn draw(pool: &Pool<'_>, rows: &Rows, picture: &mut Picture) {
    let theme = pool.at.look.theme;
    let all: Vec<(Option<Row<'_>>, Rect)> = (pool.places.iter().zip(&rows.rects))
        .map(|(place, rect)| (place.map(|worker| Row::new(pool, worker)), *rect))
        .collect();
    // The same of each, whatever digits its number has.
    let each =
        || all.iter().filter_map(|(row, rect)| Some((row.as_ref()?, words_of(*rect).width())));
    let plan = (rows.size == Size::Full).then(|| {
        (0..PLANS).find(|nth| each().all(|(row, room)| row.fits(row.plans()[*nth], room)))
    });
    for (row, rect) in &all {
        match row {
            Some(row) => row.draw(*rect, rows.size, plan.flatten(), picture),
            None => nobody(pool, *rect, rows.size, picture),
        }
    }
    if let Some((rect, more)) = rows.more {
        let words = match rows.rects.is_empty() {
            true => count(more, "worker"),
            false => format!("+{more} more"),
        };
        picture.text(rect, Align2::LEFT_CENTER, words, theme.small(), theme.muted);
    }
}

/// So many ways there are to say who a worker is.
const PLANS: usize = 11;
/// More letters than this are not read in a square badge of a line, and how much wider at both sides one is in which they are.
const LETTERS: usize = 4;
const WIDER: f32 = 2.5;
/// Side of the badge in a full row, and the space beside it.
const FACE: f32 = 30.0;
const PAD: f32 = 10.0;

/// Room for words beside the badge in a full row.
fn words_of(rect: Rect) -> Rect {
    let inner = rect.shrink2(vec2(PAD, 0.0));
    inner.with_min_x(inner.left() + FACE + PAD - 1.0)
}

/// A place that nobody has taken yet.
fn nobody(pool: &Pool<'_>, rect: Rect, size: Size, picture: &mut Picture) {
    let look = &pool.at.look;
    let radius = if size == Size::Full { RADIUS_LARGE } else { RADIUS };
    picture.dashed(rect, radius, look.outline());
    let (font, words) = (look.theme.small(), "not started");
    if size != Size::Tile && look.measure.width(words, &font) + 8.0 <= rect.width() {
        picture.text(rect, Align2::CENTER_CENTER, words, font, look.theme.muted);
    }
}

/// What there is to say of a worker.
struct Row<'a> {
    pool: &'a Pool<'a>,
    worker: ActorId,
    phase: Phase,
    name: String,
    /// "PID 48231".
    id: String,
    /// "48231".
    number: String,
    /// "task 4", and what is done inside it.
    task: Option<(TaskId, Inside)>,
    /// "idle", "killed by SIGKILL in task 4".
    doing: String,
    /// The same without in which task it ended: its number says more.
    briefly: String,
    /// How long.
    time: String,
    /// Tasks sent to it that it has not begun.
    sent: usize,
    /// "2 done".
    done: String,
    /// "1.8 MB".
    memory: String,
    /// "1.8 MB · 2 done".
    both: String,
    /// "replaces W3".
    before: String,
}

impl<'a> Row<'a> {
    fn new(pool: &'a Pool<'a>, worker: ActorId) -> Self {
        let look = &pool.at.look;
        let unknown = ActorState::default();
        let state = look.state.actor(worker).unwrap_or(&unknown);
        let working = state.task.filter(|working| working.pool == pool.at.id);
        let mut time = String::new();
        let mut task = None;
        let mut briefly = None;
        let doing = match (state.end, working) {
            (Some((end, at)), _) => {
                let how = ended(end);
                let lost = lost_with(pool, worker, end, at);
                let whole = lost.map(|task| format!("{how} in task {}", task.0));
                briefly = Some(how.clone());
                whole.unwrap_or(how)
            }
            (None, Some(working)) => {
                let gone = look.now.since(working.since);
                time = gone.to_string();
                task = Some((working.task, Inside::of(look, worker, working)));
                format!("task {}", working.task.0)
            }
            (None, None) if state.phase == Phase::NotStarted => "not started".to_owned(),
            // One that gets a single message has had it: nothing more comes.
            (None, None) if has_served(pool, worker, state) => "work done".to_owned(),
            (None, None) if state.phase == Phase::Idle => {
                time = look.now.since(state.since).to_string();
                "idle".to_owned()
            }
            (None, None) if state.tasks_done > 0 => "between tasks".to_owned(),
            (None, None) => "starting".to_owned(),
        };
        let kind = super::result::id_kind(look.meta, worker);
        let (id, number) = match state.os_id {
            0 => (String::new(), String::new()),
            id => (format!("{kind} {id}"), id.to_string()),
        };
        let before = look.meta.actor(worker).and_then(|actor| actor.replaces);
        let done = format!("{} done", grouped(u64::from(state.tasks_done)));
        let memory = state.own_memory.map_or_else(String::new, bytes);
        let both = match memory.as_str() {
            "" => done.clone(),
            memory => format!("{memory} · {done}"),
        };
        Self {
            worker,
            phase: state.phase,
            name: look.actors.name(worker),
            id,
            number,
            task,
            briefly: briefly.unwrap_or_else(|| doing.clone()),
            doing,
            time,
            sent: pool.sent_to(worker),
            done,
            memory,
            both,
            before: before
                .map_or_else(String::new, |old| format!("replaces {}", look.actors.badge(old))),
            pool,
        }
    }

    /// Its accessible name.
    fn aloud(&self) -> String {
        let mut said = self.name.clone();
        let doing = match self.time.as_str() {
            "" => self.doing.clone(),
            time => format!("{} for {time}", self.doing),
        };
        let sent = if_any(self.sent, |n| format!("{} more sent to it", grouped(n as u64)));
        for part in [&self.id, &doing, &sent, &self.done, &self.memory, &self.before] {
            if !part.is_empty() {
                said = format!("{said}, {part}");
            }
        }
        said
    }

    /// `plan`: how it says who it is, where all say it in one way.
    fn draw(&self, rect: Rect, size: Size, plan: Option<usize>, picture: &mut Picture) {
        let look = &self.pool.at.look;
        let theme = look.theme;
        let full = size == Size::Full;
        let radius = if full { RADIUS_LARGE } else { RADIUS };
        picture.spot(rect, radius, Selection::Actor(self.worker), self.aloud());
        if size == Size::Tile {
            picture.tile(rect, self.worker, self.phase);
            return;
        }
        let failed = self.phase == Phase::Failed;
        let edge = match self.phase {
            Phase::Failed => Stroke::new(EMPHASIS, theme.phase(Phase::Failed).base),
            _ => Stroke::new(HAIRLINE, theme.outline),
        };
        match self.phase {
            // As everybody who is not there yet.
            Phase::NotStarted => picture.dashed(rect, radius, edge),
            _ => picture.rounded(rect, radius, theme.panel, edge),
        }
        let side = if full { FACE } else { 20.0_f32.min(rect.height() - 4.0) };
        let pad = if full { PAD } else { 5.0 };
        let inner = rect.shrink2(vec2(pad, 0.0));
        let face = Align2::LEFT_CENTER.align_size_within_rect(Vec2::splat(side), inner);
        let crossed = look.state.actor(self.worker).is_some_and(|actor| actor.end.is_some());
        let wider = match look.actors.badge(self.worker).chars().count() > LETTERS && !full {
            true => face.expand2(vec2(WIDER, 0.0)),
            false => face,
        };
        picture.owner(wider, self.worker, crossed && failed);
        let words = if full { words_of(rect) } else { inner.with_min_x(face.right() + pad - 1.0) };
        match full {
            true => {
                let middle = words.center().y;
                let upper = words.with_min_y(middle - 21.0).with_max_y(middle - 3.0);
                let lower = words.with_min_y(middle).with_max_y(middle + BLOCK);
                self.who(upper, plan, picture);
                self.what(lower, theme.body(), picture);
            }
            false => self.line(words, picture),
        }
    }

    /// What may be said of who it is and what it has done, from much to little: name, number, whom it replaces, what it has done.
    fn plans(&self) -> [[&str; 4]; 11] {
        let (name, id, before) = (self.name.as_str(), self.id.as_str(), self.before.as_str());
        let (both, done) = (self.both.as_str(), self.done.as_str());
        [
            [name, id, before, both],
            [name, id, before, done],
            ["", id, before, both],
            ["", id, before, done],
            [name, id, "", both],
            [name, id, "", done],
            ["", id, "", both],
            ["", id, "", done],
            [name, "", "", done],
            [name, "", "", ""],
            ["", id, "", ""],
        ]
    }

    fn fits(&self, [name, id, before, done]: [&str; 4], room: f32) -> bool {
        let look = &self.pool.at.look;
        let theme = look.theme;
        let width = |text: &str, font: &FontId| match text {
            "" => 0.0,
            text => look.measure.width(text, font) + 8.0,
        };
        let is_someone = !name.is_empty() || !id.is_empty();
        let needed = width(name, &theme.label())
            + width(id, &theme.mono_small())
            + width(before, &theme.small());
        is_someone && needed + width(done, &theme.small()) - 8.0 <= room
    }

    /// Who it is at the left, what it has done at the right: as much of it as fits in all of them, or where nothing does, in it.
    fn who(&self, line: Rect, plan: Option<usize>, picture: &mut Picture) {
        let look = &self.pool.at.look;
        let theme = look.theme;
        let (strong, mono, small) = (theme.label(), theme.mono_small(), theme.small());
        let width = |text: &str, font: &FontId| match text {
            "" => 0.0,
            text => look.measure.width(text, font) + 8.0,
        };
        let own = self.plans().into_iter().position(|plan| self.fits(plan, line.width()));
        let plan = plan.or(own).and_then(|nth| self.plans().into_iter().nth(nth));
        let Some([name, id, before, done]) = plan else { return };
        let mut rest = line;
        for (text, font, colour) in [
            (name, strong, theme.text),
            (id, mono, if name.is_empty() { theme.text } else { theme.muted }),
            (before, small.clone(), theme.muted),
        ] {
            if !text.is_empty() {
                let taken = width(text, &font);
                picture.text(rest, Align2::LEFT_CENTER, text, font, colour);
                rest.min.x += taken;
            }
        }
        if !done.is_empty() {
            picture.text(rest, Align2::RIGHT_CENTER, done, small, theme.muted);
        }
    }

    /// Its task with how long it has been at it, and how many more were sent to it; else what it does instead.
    fn what(&self, line: Rect, font: FontId, picture: &mut Picture) {
        let look = &self.pool.at.look;
        let theme = look.theme;
        let (mono, small) = (theme.mono_small(), theme.small());
        let mut rest = line;
        let on_their_way = &self.pool.on_their_way.begun;
        let is_coming = self.task.is_some_and(|(task, _)| on_their_way.contains(&task));
        let time = look.measure.width(&self.time, &mono);
        if !self.time.is_empty() && !is_coming && rest.width() >= time + 6.0 + BLOCK_MIN {
            // In steps, so that the block does not change with every digit.
            let room = ((time + 8.0) / 12.0).ceil() * 12.0;
            let place = rest.with_min_x(rest.right() - room);
            picture.text(place, Align2::RIGHT_CENTER, &self.time, mono, theme.muted);
            rest.max.x = place.left().max(rest.left() + BLOCK_MIN - 8.0) - 2.0;
        }
        if self.sent > 0 {
            let full = format!("+{} sent", grouped(self.sent as u64));
            let short = format!("+{}", grouped(self.sent as u64));
            let least = match &self.task {
                Some(_) => BLOCK_MIN,
                None => look.measure.width(&self.briefly, &small),
            };
            let fits =
                |text: &String| look.measure.width(text, &small) + 6.0 + least <= rest.width();
            if let Some(words) = [full, short].into_iter().find(fits) {
                let room = look.measure.width(&words, &small);
                let place = rest.with_min_x(rest.right() - room);
                picture.text(place, Align2::RIGHT_CENTER, words, small, theme.muted);
                rest.max.x -= room + 6.0;
            }
        }
        if let Some((task, inside)) = self.task {
            let tall = rest.height().min(BLOCK);
            let block = Align2::LEFT_CENTER.align_size_within_rect(vec2(rest.width(), tall), rest);
            if is_coming {
                task::place(look, picture, block, &task::labels(task));
                return;
            }
            task::block(look, picture, block, &task::labels(task), "", Some(inside));
            return;
        }
        let colour = if self.phase == Phase::Failed { theme.danger } else { theme.muted };
        // In fewer words sooner than cut.
        let short = self.briefly.as_str();
        let fits = |text: &&str| look.measure.width(text, &font) <= rest.width();
        let doing = [self.doing.as_str(), short, phase::name(look.meta, self.worker, self.phase)];
        let doing = doing.into_iter().find(fits).unwrap_or(short);
        let width = look.measure.width(doing, &font);
        picture.text(rest, Align2::LEFT_CENTER, doing, font, colour);
        let from = rest.left() + width + 8.0;
        if self.has_sign() && rest.right() - from >= END.x {
            let place = rest.with_min_x(from);
            picture.phase(Align2::LEFT_CENTER.align_size_within_rect(END, place), self.phase);
        }
        // Where a task would be.
        if self.phase == Phase::Idle && !self.time.is_empty() && rest.right() - from >= 14.0 {
            let y = rest.center().y;
            let points = vec![pos2(from, y), pos2(rest.right() - 2.0, y)];
            let stroke = Stroke::new(HAIRLINE, theme.phase(Phase::Idle).mark);
            picture.marks.push(Mark::Line { points, stroke, dashed: true, arrow: false });
        }
    }

    /// Whether the sign of its end stands beside the word.
    fn has_sign(&self) -> bool {
        matches!(self.phase, Phase::Done | Phase::Stopped)
    }

    /// All of it in one line, or what there is room for.
    fn line(&self, line: Rect, picture: &mut Picture) {
        let look = &self.pool.at.look;
        let theme = look.theme;
        let (mono, small) = (theme.mono_small(), theme.small());
        let mut rest = line;
        let number = self.number.as_str();
        let (id, done) =
            (look.measure.width(number, &mono), look.measure.width(&self.done, &small));
        // The number only where what it does has room, too.
        let does = match &self.task {
            Some(_) => 70.0,
            None => look.measure.width(&self.briefly, &small),
        };
        if !number.is_empty() && rest.width() >= id + 8.0 + does {
            picture.text(rest, Align2::LEFT_CENTER, number, mono, theme.text);
            rest.min.x += id + 8.0;
        }
        // Whom it replaces beside a task with its time: a worker that is gone is seen nowhere else.
        let before = look.measure.width(&self.before, &small);
        let is_told = !self.before.is_empty() && rest.width() >= before + 8.0 + NARROW;
        if is_told {
            let (font, colour) = (small.clone(), theme.muted);
            picture.text(rest, Align2::LEFT_CENTER, &self.before, font, colour);
            rest.min.x += before + 8.0;
        }
        // Beside a task, which has its time there, too; else beside what is said instead.
        let least = match &self.task {
            Some(_) if is_told => NARROW,
            Some(_) => 150.0,
            // Before the sign of its end, where that has one.
            None if self.has_sign() => does + 16.0,
            None if self.time.is_empty() => does + 8.0,
            None => does + look.measure.width(&self.time, &theme.mono_small()) + 46.0,
        };
        if rest.width() >= done + least {
            picture.text(rest, Align2::RIGHT_CENTER, &self.done, small.clone(), theme.muted);
            rest.max.x -= done + 8.0;
        }
        if rest.width() < BLOCK_MIN {
            let side = 12.0_f32.min(rest.width());
            let mark = Align2::RIGHT_CENTER.align_size_within_rect(Vec2::splat(side), rest);
            if side >= 6.0 {
                picture.phase(mark, self.phase);
            }
            return;
        }
        let rest = rest.shrink2(vec2(0.0, 0.5 * (rest.height() - BLOCK).max(2.0)));
        self.what(rest, small, picture);
    }
}

/// Whether a worker that gets a single message with tasks has done them.
fn has_served(pool: &Pool<'_>, worker: ActorId, state: &ActorState) -> bool {
    pool.at.named.messages_each == Some(1)
        && state.phase == Phase::Idle
        && state.tasks_done > 0
        && pool.sent_to(worker) == 0
}

/// How a worker ended, and in which task.
fn ended(end: End) -> String {
    match end {
        End::Killed(signal) => format!("killed by {}", signal_name(signal)),
        End::Exited(status) if status != 0 => format!("exited with status {status}"),
        End::Error(_) => "failed".to_owned(),
        End::Cancelled => "stopped".to_owned(),
        End::Dismissed => "ended by its pool".to_owned(),
        End::Normal | End::Exited(_) => "done".to_owned(),
    }
}

/// The task that was lost with a worker, whose end was no orderly one.
fn lost_with(pool: &Pool<'_>, worker: ActorId, end: End, at: Nanos) -> Option<TaskId> {
    let is_orderly = matches!(end, End::Normal | End::Exited(0) | End::Cancelled);
    let lost = pool.at.look.replay.lost_with(pool.at.id, worker, at);
    lost.filter(|_| !is_orderly).map(|task| task.id)
}
