//! The journey of an exception: where it was raised, who carried it, where it lay, and who handled it in the end, or that nobody
//! did; and what it left behind.

use super::actor_box;
use super::fit::{beside, split_top};
use crate::replay::{Course, Journey, Phase, Stop};
use crate::trace::{ActorId, ActorKind, End, ExceptionId, Nanos};
use crate::widgets::picture::{Mark, Picture};
use crate::widgets::resource::Look;
use crate::widgets::selection::Selection;
use crate::widgets::theme::{GRID, Theme};
use egui::{Align2, Color32, Pos2, Rect, Stroke, Vec2, pos2, vec2};

/// Lowest and narrowest part of a stage that has room for a journey beside its scene.
const LEAST: Vec2 = vec2(330.0, 215.0);
/// Height of a journey, and with what it left behind.
const HEIGHT: f32 = 108.0;
const WHOLE: f32 = 142.0;
/// Stages of this height have room for the whole.
const WHOLE_FROM: f32 = 330.0;
/// Narrowest journey, where two stand beside each other.
const NARROW: f32 = 330.0;
/// Narrowest stop.
const STOP: f32 = 82.0;
/// Radius of a stop.
const RADIUS: f32 = 8.5;

/// Whether exceptions are raised in the run, and a stage of this size has room for a journey.
pub fn is_there(look: &Look<'_>, stage: Vec2) -> bool {
    // A low stage is the scene's until there is one; a higher one keeps its place free, so that nothing moves then.
    let state = if stage.y < WHOLE_FROM { look.state } else { look.replay.latest() };
    !state.journeys.kept.is_empty() && stage.x >= LEAST.x && stage.y >= LEAST.y
}

/// Where in a stage it stands.
pub fn room(stage: Rect) -> Rect {
    let height = if stage.height() >= WHOLE_FROM { WHOLE } else { HEIGHT };
    stage.with_min_y(stage.bottom() - height)
}

/// What its place leaves free while there has been no exception.
pub fn free(look: &Look<'_>, area: Rect) -> Option<Rect> {
    look.state.journeys.kept.is_empty().then(|| area.with_min_y(area.top() + 4.0 * GRID))
}

/// The journeys of the instant in an area: of the exceptions that `selected` has had, else of those that nobody handled, else
/// of the last one. `end`: of the run.
pub fn layout(look: &Look<'_>, area: Rect, selected: Option<ActorId>, end: Nanos) -> Picture {
    let mut picture = Picture::default();
    let edge = Stroke::new(1.0, look.theme.hairline);
    picture.line(vec![area.left_top(), area.right_top()], edge);
    let area = area.with_min_y(area.top() + GRID);
    let all: Vec<&Journey> = look.state.journeys.kept.iter().collect();
    if all.is_empty() {
        let (head, _) = split_top(area, 20.0);
        let (font, colour) = (look.theme.body(), look.theme.muted);
        picture.text(head, Align2::LEFT_CENTER, "No exception so far", font, colour);
        return picture;
    }
    let fits = ((area.width() / NARROW) as usize).clamp(1, 2);
    let shown = chosen(look, &all, selected, fits);
    let parts = beside(area, &vec![1.0; shown.len()], 3.0 * GRID);
    for (journey, part) in shown.into_iter().zip(parts) {
        Strip { look, journey, end, all: all.len() + look.state.journeys.gone as usize }
            .layout(part, &mut picture);
    }
    picture
}

/// Which of all are shown, in the order they were raised.
fn chosen<'a>(
    look: &Look<'_>,
    all: &[&'a Journey],
    selected: Option<ActorId>,
    most: usize,
) -> Vec<&'a Journey> {
    let latest = &look.replay.latest().journeys;
    let had = |id: ExceptionId| {
        let stops = latest.get(id).map_or(&[][..], |journey| &journey.stops);
        selected.is_some_and(|who| stops.iter().any(|stop| stop.actor == who))
    };
    let is_unheard = |id: ExceptionId| {
        let last = latest.get(id).and_then(|journey| journey.stops.last());
        last.is_none_or(|stop| stop.course != Course::Caught)
    };
    let mut order: Vec<usize> = (0..all.len()).collect();
    let count = all.len();
    order.sort_by_key(|place| {
        let id = all[*place].id;
        let recent = count - place;
        let left = latest.get(id).is_some_and(|journey| !journey.locks.is_empty());
        match (had(id), is_unheard(id)) {
            (true, _) => (0, recent),
            (false, true) if left => (1, *place),
            (false, true) => (2, *place),
            (false, false) => (3, recent),
        }
    });
    // Others stand beside it only where nobody handled them either, or asked for them: one is read best.
    let others = order.iter().skip(1).filter(|place| is_unheard(all[**place].id));
    let mut places: Vec<usize> =
        order.first().into_iter().chain(others).copied().take(most).collect();
    places.sort_unstable();
    places.into_iter().map(|place| all[place]).collect()
}

/// One journey in its area.
struct Strip<'a> {
    look: &'a Look<'a>,
    journey: &'a Journey,
    end: Nanos,
    all: usize,
}

/// How a journey ends that nobody brings to an end.
struct Unheard {
    verb: String,
    detail: &'static str,
}

impl Strip<'_> {
    fn colour(&self) -> Color32 {
        self.look.theme.phase(Phase::Failed).base
    }

    fn layout(&self, area: Rect, picture: &mut Picture) {
        let (head, rest) = split_top(area, 20.0);
        self.head(head, picture);
        let (track, behind) = split_top(rest, 80.0);
        self.track(track, picture);
        if behind.height() >= 20.0 {
            self.left_behind(split_top(behind, 22.0).0, picture);
        }
    }

    fn head(&self, area: Rect, picture: &mut Picture) {
        let theme = self.look.theme;
        let title = match self.look.meta.text(self.journey.text) {
            "" => "Journey of an exception".to_owned(),
            // A message may have several lines.
            text => format!("Journey: {}", text.split_whitespace().collect::<Vec<_>>().join(" ")),
        };
        // Beside a long title only what does not stand at the track as well.
        let said = match self.all {
            1 => [self.summary(), String::new()],
            all => [format!("{} · one of {all}", self.summary()), format!("one of {all}")],
        };
        let width = |text: &str, font| self.look.measure.width(text, &font) + 4.0;
        let beside = |said: &str| area.width() - width(said, theme.small()) - GRID;
        let whole = width(&title, theme.strong()) <= beside(&said[0]);
        let said = &said[usize::from(!whole)];
        let room = if said.is_empty() { area.width() } else { beside(said).max(0.0) };
        let left = area.with_max_x(area.left() + room);
        let right = area.with_min_x(left.right() + GRID);
        picture.text(left, Align2::LEFT_CENTER, title, theme.strong(), theme.text);
        picture.text(right, Align2::RIGHT_CENTER, said.clone(), theme.small(), theme.muted);
    }

    /// From where to where, in a few words.
    fn summary(&self) -> String {
        let (Some(first), Some(last)) = (self.journey.stops.first(), self.journey.stops.last())
        else {
            return String::new();
        };
        let now = self.look.now;
        match last.course {
            Course::Caught => format!("{} from raise to handler", last.at.since(first.at)),
            Course::Unhandled => "nobody handled it".to_owned(),
            Course::Kept(_) => format!("unread for {}", now.since(last.at)),
            Course::Raised | Course::Released(_) | Course::Passed(_) => {
                format!("on its way for {}", now.since(first.at))
            }
        }
    }

    /// The end of one that nobody handles, as far as it is known at this instant.
    fn unheard(&self) -> Option<Unheard> {
        let last = self.journey.stops.last()?;
        match last.course {
            Course::Unhandled => {
                let actor = self.look.meta.actor(last.actor)?;
                let end = self.look.state.actor(last.actor).and_then(|actor| actor.end);
                let verb = match (actor.kind, end) {
                    (ActorKind::Process, Some((End::Exited(status), _))) => {
                        return Some(Unheard {
                            verb: format!("exit code {status}"),
                            detail: "for who looks at it",
                        });
                    }
                    _ => "not handled".to_owned(),
                };
                Some(Unheard { verb, detail: "at most printed" })
            }
            Course::Kept(_) if self.look.now >= self.end => {
                Some(Unheard { verb: "nobody asked".to_owned(), detail: "it lies there still" })
            }
            _ => None,
        }
    }

    /// Stops that have room: where there are too many, the first ones and the last, with what is left out between.
    fn shown(&self, room: usize) -> (Vec<(usize, Stop)>, Option<usize>) {
        let stops: Vec<(usize, Stop)> = self.journey.stops.iter().copied().enumerate().collect();
        if stops.len() <= room {
            return (stops, None);
        }
        let kept = room.saturating_sub(1).max(1);
        let omitted = stops.len() - kept - 1;
        let mut shown = stops[..kept].to_vec();
        shown.extend(stops.last());
        (shown, Some(omitted))
    }

    fn track(&self, area: Rect, picture: &mut Picture) {
        let (look, theme) = (self.look, self.look.theme);
        let whole = look.replay.latest().journeys.get(self.journey.id);
        // Stops keep their places while the run goes on.
        let stops = whole.map_or(self.journey.stops.len(), |journey| journey.stops.len());
        let is_caught = whole.and_then(|journey| journey.stops.last()).map(|stop| stop.course)
            == Some(Course::Caught);
        let columns = (stops + usize::from(!is_caught)).max(2);
        let fits = ((area.width() / STOP) as usize).max(2);
        let room = fits - usize::from(!is_caught);
        let step = (area.width() / columns.min(fits) as f32).min(190.0);
        let (shown, omitted) = self.shown(room.max(2));
        let y = area.top() + 22.0;
        let at = |column: usize| pos2(area.left() + RADIUS + 1.0 + column as f32 * step, y);
        let stroke = Stroke::new(2.0, self.colour());
        for (column, two) in shown.windows(2).enumerate() {
            let (from, to) = (at(column), at(column + 1));
            let lies = matches!(two[0].1.course, Course::Kept(_));
            let mark = self.way(from, to, stroke, lies);
            picture.marks.push(mark);
            let took = match omitted.filter(|_| column + 2 == shown.len()) {
                Some(omitted) => format!("{omitted} more"),
                None => two[1].1.at.since(two[0].1.at).to_string(),
            };
            let label = Rect::from_min_max(pos2(from.x, y - 22.0), pos2(to.x, y - 6.0));
            picture.text(label, Align2::CENTER_CENTER, took, theme.small(), theme.muted);
        }
        if let (Some(unheard), Some((_, last))) = (self.unheard(), shown.last()) {
            let column = shown.len();
            let (from, to) = (at(column - 1), at(column) - vec2(RADIUS, 0.0));
            let lies = matches!(last.course, Course::Kept(_));
            let mark = self.way(from, to - vec2(1.0, 0.0), stroke, lies);
            picture.marks.push(mark);
            for (x, half, width) in [(0.0, 8.0, 3.0), (4.0, 5.0, 1.5)] {
                let ends = [to + vec2(x, -half), to + vec2(x, half)];
                picture.line(ends.to_vec(), Stroke::new(width, self.colour()));
            }
            self.words(to.x - 1.0, area, step, None, &unheard.verb, unheard.detail, "", picture);
        } else if let Some((column, (_, last))) = shown.iter().enumerate().next_back()
            && matches!(last.course, Course::Kept(_))
        {
            // Nobody knows of it so far.
            let (from, to) = (at(column), at(column + 1) - vec2(2.0 * RADIUS, 0.0));
            let mark = self.way(from, to, stroke, true);
            picture.marks.push(mark);
        }
        for (column, (number, stop)) in shown.iter().enumerate() {
            let centre = at(column);
            self.stop(centre, *number, stop, picture);
            let (verb, detail) = self.said(stop);
            let line = look.meta.source(stop.source).and_then(|point| point.places.first());
            let time = stop.at.within(self.end);
            let when = line.map(|place| format!("line {} {time}", place.line));
            let fits = |when: &String| look.measure.width(when, &theme.mono_small()) < step - 6.0;
            let when = when.filter(fits).unwrap_or(time);
            let left = centre.x - RADIUS;
            self.words(left, area, step, Some(stop.actor), &verb, &detail, &when, picture);
        }
    }

    /// Between two stops: solid where somebody carries it, dotted while it lies unread.
    fn way(&self, from: Pos2, to: Pos2, stroke: Stroke, lies: bool) -> Mark {
        let points = vec![from + vec2(RADIUS, 0.0), to - vec2(RADIUS, 0.0)];
        Mark::Line { points, stroke, dashed: lies, arrow: false }
    }

    fn stop(&self, centre: Pos2, number: usize, stop: &Stop, picture: &mut Picture) {
        let (theme, colour) = (self.look.theme, self.colour());
        let is_caught = stop.course == Course::Caught;
        let fill = if is_caught { colour } else { theme.stage };
        let edge = Stroke::new(1.5, colour);
        picture.marks.push(Mark::Dot { centre, radius: RADIUS, fill, edge });
        let text = if is_caught { Theme::text_on(colour) } else { theme.text };
        let rect = Rect::from_center_size(centre, Vec2::splat(2.0 * RADIUS));
        let label = (number + 1).to_string();
        picture.text(rect, Align2::CENTER_CENTER, label, theme.small(), text);
        let (verb, detail) = self.said(stop);
        let who = self.look.actors.name(stop.actor);
        let name = format!("Stop {}: {verb} {detail}, {who}, at {}", number + 1, stop.at);
        picture.spot(rect, RADIUS, Selection::Actor(stop.actor), name);
    }

    /// What happened at a stop: a verb, and where.
    fn said(&self, stop: &Stop) -> (String, String) {
        let (look, meta) = (self.look, self.look.meta);
        let task = self.journey.tasks.first().map(|(_, task)| task.0);
        let who = look.actors.name(stop.actor);
        let kind = meta.actor(stop.actor).map(|actor| actor.kind);
        let word = if kind == Some(ActorKind::Process) { "process" } else { "thread" };
        let (verb, detail) = match stop.course {
            Course::Raised => {
                // Who learns that a worker died raises it in its place.
                let works = meta.actor(stop.actor).is_some_and(|actor| actor.pool.is_some());
                let place = if works { "in" } else { "for" };
                ("raised", task.map_or(who, |task| format!("{place} task {task}")))
            }
            Course::Released(res) => {
                ("leaves its block", format!("frees {}", meta.resource_name(res)))
            }
            Course::Kept(res) => {
                let place = meta.resource_name(res);
                (
                    "kept",
                    task.map_or(format!("in {place}"), |task| {
                        format!("with task {task}, in {place}")
                    }),
                )
            }
            Course::Passed(to) if to == stop.actor => ("asked for", format!("by {who}")),
            Course::Passed(to) => ("passed on", format!("to {}", look.actors.name(to))),
            Course::Caught => ("caught", format!("by {who}")),
            Course::Unhandled => {
                let held = self.journey.locks.first().map(|lock| meta.resource_name(*lock));
                let detail = held.map_or("with it".to_owned(), |lock| format!("{lock} still held"));
                return (format!("{word} ends"), detail);
            }
        };
        (verb.to_owned(), detail)
    }

    /// Badge, verb, where, when: below a stop.
    #[expect(clippy::too_many_arguments, reason = "a column of words has that many parts")]
    fn words(
        &self,
        left: f32,
        area: Rect,
        step: f32,
        who: Option<ActorId>,
        verb: &str,
        detail: &str,
        when: &str,
        picture: &mut Picture,
    ) {
        let theme = self.look.theme;
        let right = (left + step - 6.0).min(area.right());
        let row = |top: f32, height: f32| {
            let top = area.top() + top;
            Rect::from_min_max(pos2(left, top), pos2(right, top + height))
        };
        let mut first = row(33.0, 17.0);
        if let Some(who) = who {
            let badge = Rect::from_min_size(first.left_top() + vec2(0.0, 1.0), Vec2::splat(15.0));
            picture.badge(badge, who);
            picture.spot(badge, 4.0, Selection::Actor(who), actor_box::spoken(self.look, who));
            first = first.with_min_x(first.left() + 19.0);
        }
        picture.text(first, Align2::LEFT_CENTER, verb, theme.label(), theme.text);
        picture.text(row(50.0, 14.0), Align2::LEFT_CENTER, detail, theme.small(), theme.muted);
        picture.text(row(64.0, 14.0), Align2::LEFT_CENTER, when, theme.mono_small(), theme.muted);
    }

    /// Lock, task and thread, in this order, also where all is well.
    fn left_behind(&self, area: Rect, picture: &mut Picture) {
        let (look, theme, meta) = (self.look, self.look.theme, self.look.meta);
        let journey = self.journey;
        let freed = journey.stops.iter().find_map(|stop| match stop.course {
            Course::Released(res) => Some(res),
            _ => None,
        });
        let raiser = journey.stops.first().map(|stop| stop.actor);
        let lock = match (journey.locks.first(), freed) {
            (Some(lock), _) => (Phase::Failed, format!("{} still held", meta.resource_name(*lock))),
            (None, Some(lock)) => (Phase::Done, format!("{} given back", meta.resource_name(lock))),
            (None, None) => (Phase::Done, "no lock held".to_owned()),
        };
        let task = match journey.tasks.first() {
            Some((_, task)) => (Phase::Failed, format!("task {} has no result", task.0)),
            None => (Phase::Done, "no task".to_owned()),
        };
        let thread = raiser.map(|who| {
            let kind = meta.actor(who).map(|actor| actor.kind);
            let word = if kind == Some(ActorKind::Process) { "process" } else { "thread" };
            match look.state.actor(who).and_then(|actor| actor.end) {
                Some((End::Normal, _)) => (Phase::Done, format!("{word} came to its end")),
                Some(_) => (Phase::Failed, format!("{word} has ended")),
                None => (Phase::Running, format!("{word} lives")),
            }
        });
        let label = "What it left behind";
        let width = look.measure.width(label, &theme.small()) + 2.0 * GRID;
        let (mut x, y) = (area.left(), area.center().y);
        if area.width() > 430.0 {
            let rect = area.with_max_x(area.left() + width);
            picture.text(rect, Align2::LEFT_CENTER, label, theme.small(), theme.muted);
            x += width;
        }
        for (phase, text) in [Some(lock), Some(task), thread].into_iter().flatten() {
            let width = look.measure.width(&text, &theme.small());
            if x + 22.0 + width > area.right() {
                break;
            }
            let swatch = Rect::from_center_size(pos2(x + 8.0, y), vec2(14.0, 10.0));
            picture.phase(swatch, phase);
            let rect = Rect::from_min_max(
                pos2(x + 20.0, area.top()),
                pos2(x + 22.0 + width, area.bottom()),
            );
            picture.text(rect, Align2::LEFT_CENTER, text, theme.small(), theme.text);
            x += 22.0 + width + 2.0 * GRID;
        }
    }
}
