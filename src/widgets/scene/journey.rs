//! The journey of an exception: where it was raised, who carried it, where it lay, and who handled it in the end, or that nobody
//! did; and what it left behind.

mod chosen;
mod left;
mod stops;

use super::actor_box;
use super::fit::{beside, split_top};
use crate::replay::words::count;
use crate::replay::{Course, Journey, Phase};
use crate::trace::{ActorId, ActorKind, End, Nanos, ResourceKind, SectionId};
use crate::widgets::picture::{Mark, Picture};
use crate::widgets::resource::Look;
use crate::widgets::selection::Selection;
use crate::widgets::theme::{GRID, Theme};
use chosen::{Shown, chosen};
use egui::{Align2, Color32, Pos2, Rect, Stroke, Vec2, pos2, vec2};
use stops::{Column, Whole};

/// Lowest and narrowest part of a stage that has room for a journey beside its scene.
const LEAST: Vec2 = vec2(330.0, 215.0);
/// Height of a journey, and with what it left behind.
const HEIGHT: f32 = 108.0;
const WHOLE: f32 = 142.0;
/// Stages of this height have room for the whole.
const WHOLE_FROM: f32 = 330.0;
/// Narrowest journey, where two stand beside each other.
const NARROW: f32 = 330.0;
/// Narrowest and widest stop.
const STOP: f32 = 82.0;
const WIDEST: f32 = 300.0;
/// Width of a badge before a word, with the space after it.
const BADGE: f32 = 19.0;
/// Less than this between two stops is no time that anybody has measured.
const MEASURED: Nanos = Nanos(10);
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
        picture.text(head, Align2::LEFT_CENTER, none_so_far(look), font, colour);
        return picture;
    }
    let fits = ((area.width() / NARROW) as usize).clamp(1, 2);
    let shown = chosen(look, &all, selected, fits);
    let parts = beside(area, &vec![1.0; shown.len()], 3.0 * GRID);
    for (shown, part) in shown.into_iter().zip(parts) {
        Strip { look, shown, end, all: all.len() + look.state.journeys.gone as usize }
            .layout(part, &mut picture);
    }
    picture
}

/// That there is none, and what is lost of which nobody has learned.
fn none_so_far(look: &Look<'_>) -> String {
    let pools = look.meta.resources_of(ResourceKind::Pool);
    let lost = pools.filter_map(|pool| look.state.resource(pool)).flat_map(|at| &at.pool.lost);
    let lost: Vec<String> = lost.map(|task| task.0.to_string()).collect();
    match &lost[..] {
        [] => "No exception so far".to_owned(),
        [task] => format!("No exception so far: nobody has learned yet that task {task} is lost"),
        tasks => format!(
            "No exception so far: nobody has learned yet that {} are lost",
            count(tasks.len(), "task")
        ),
    }
}

/// One journey in its area, or several that follow each other.
struct Strip<'a> {
    look: &'a Look<'a>,
    shown: Shown<'a>,
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
            left::behind(self.look, self.shown.last(), split_top(behind, 22.0).0, picture);
        }
    }

    /// What it says, after the name of its part of the run where there are several.
    fn title(&self) -> String {
        let meta = self.look.meta;
        let section = self.shown.section(meta).filter(|_| meta.sections.len() > 1);
        let of = |id: SectionId| meta.section(id).map(|section| section.name.as_str());
        let section = section.and_then(of).filter(|name| !name.is_empty());
        let of = section.map_or_else(String::new, |name| format!(", {name}"));
        match &self.shown {
            Shown::One(journey) => match meta.text(journey.text) {
                "" => format!("Journey of an exception{of}"),
                // A message may have several lines.
                text => {
                    let text: Vec<_> = text.split_whitespace().collect();
                    format!("Journey{of}: {}", text.join(" "))
                }
            },
            Shown::Series(all) => {
                format!("{}, one after another{of}", count(all.len(), "exception"))
            }
        }
    }

    fn head(&self, area: Rect, picture: &mut Picture) {
        let theme = self.look.theme;
        let title = self.title();
        // Beside a long title only what does not stand at the track as well.
        let said = match (&self.shown, self.all) {
            (Shown::One(_), 2..) => [
                format!("{} · one of {}", self.summary(), self.all),
                format!("one of {}", self.all),
            ],
            _ => [self.summary(), String::new()],
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
        let journey = match &self.shown {
            Shown::One(journey) => journey,
            Shown::Series(all) => {
                let caught = all.iter().filter(|journey| journey.is_over()).count();
                return format!("{caught} handled where raised");
            }
        };
        let (Some(first), Some(last)) = (journey.stops.first(), journey.stops.last()) else {
            return String::new();
        };
        let now = self.look.now;
        match last.course {
            Course::Caught => format!("{} from raise to handler", last.at.since(first.at)),
            Course::Unhandled => "nobody handled it".to_owned(),
            Course::Kept(_) => format!("unread for {}", now.since(last.at)),
            Course::Asked => {
                let lay =
                    journey.stops.iter().rev().find(|stop| matches!(stop.course, Course::Kept(_)));
                format!("asked for after {}", last.at.since(lay.unwrap_or(first).at))
            }
            Course::Raised | Course::Released(_) | Course::Passed(_) | Course::Told => {
                format!("on its way for {}", now.since(first.at))
            }
        }
    }

    /// The end of one that nobody handles, as far as it is known at this instant.
    fn unheard(&self) -> Option<Unheard> {
        let Shown::One(journey) = &self.shown else { return None };
        let last = journey.stops.last()?;
        match last.course {
            Course::Unhandled => {
                let actor = self.look.meta.actor(last.actor)?;
                let end = self.look.state.actor(last.actor).and_then(|actor| actor.end);
                if let (ActorKind::Process, Some((End::Exited(status), _))) = (actor.kind, end) {
                    let verb = format!("exit code {status}");
                    return Some(Unheard { verb, detail: "for who looks at it" });
                }
                let is_told = journey.stops.iter().any(|stop| stop.course == Course::Told);
                let detail = if is_told { "only printed" } else { "at most printed" };
                Some(Unheard { verb: "not handled".to_owned(), detail })
            }
            Course::Kept(res) if self.look.now >= self.end => {
                let (verb, detail) = match self.look.state.asking(res).next() {
                    Some(_) => ("waited for", "it has not come so far"),
                    None => ("nobody asked", "it lies there still"),
                };
                Some(Unheard { verb: verb.to_owned(), detail })
            }
            _ => None,
        }
    }

    fn track(&self, area: Rect, picture: &mut Picture) {
        let all = stops::columns(self.look, &self.shown);
        let Whole { stops, is_over, printed } = stops::in_all(self.look, &self.shown);
        let columns = (stops + usize::from(!is_over)).max(2);
        let fits = ((area.width() / STOP) as usize).max(2);
        let room = fits - usize::from(!is_over);
        let columns = columns.min(fits) as f32;
        let step = (area.width() / columns).min(WIDEST);
        // What came then is wider than a stop, where these have room beside it.
        let beside = (area.width() - printed - 2.0 * RADIUS) / (columns - 1.0);
        let step = step.min(beside.max(STOP));
        let (shown, omitted) = stops::fitting(all, room.max(2));
        let y = area.top() + 22.0;
        let at = |column: usize| pos2(area.left() + RADIUS + 1.0 + column as f32 * step, y);
        let stroke = Stroke::new(2.0, self.colour());
        let is_series = matches!(self.shown, Shown::Series(_));
        for (column, two) in shown.windows(2).enumerate() {
            let (from, to) = (at(column), at(column + 1));
            match is_series {
                // Between exceptions nothing is on its way.
                true => {
                    let thin = Stroke::new(1.0, self.look.theme.outline);
                    picture.marks.push(self.way(from, to, thin, false));
                }
                false => picture.marks.push(self.way(from, to, stroke, two[0].lies)),
            }
            let took = match omitted.filter(|_| column + 2 == shown.len()) {
                Some(omitted) => format!("{omitted} more"),
                // Of what is recorded in one go only the order is known.
                None if two[1].at.since(two[0].at) < MEASURED => String::new(),
                None => two[1].at.since(two[0].at).to_string(),
            };
            let label = Rect::from_min_max(pos2(from.x, y - 22.0), pos2(to.x, y - 6.0));
            let theme = self.look.theme;
            picture.text(label, Align2::CENTER_CENTER, took, theme.small(), theme.muted);
        }
        if let (Some(unheard), Some(last)) = (self.unheard(), shown.last()) {
            let column = shown.len();
            let (from, to) = (at(column - 1), at(column) - vec2(RADIUS, 0.0));
            let mark = self.way(from, to - vec2(1.0, 0.0), stroke, last.lies);
            picture.marks.push(mark);
            for (x, half, width) in [(0.0, 8.0, 3.0), (4.0, 5.0, 1.5)] {
                let ends = [to + vec2(x, -half), to + vec2(x, half)];
                picture.line(ends.to_vec(), Stroke::new(width, self.colour()));
            }
            let (verb, detail) = (&unheard.verb, unheard.detail);
            self.words([to.x - 1.0, step], area, None, [verb, detail, ""], picture);
        } else if let Some((column, _)) =
            shown.iter().enumerate().next_back().filter(|(_, last)| last.lies)
        {
            // Nobody knows of it so far.
            let (from, to) = (at(column), at(column + 1) - vec2(2.0 * RADIUS, 0.0));
            let mark = self.way(from, to, stroke, true);
            picture.marks.push(mark);
        }
        for (column, stop) in shown.iter().enumerate() {
            let (centre, theme) = (at(column), self.look.theme);
            self.stop(centre, stop, picture);
            let time = stop.at.within(self.end);
            let line = self.look.meta.source(stop.source).and_then(|point| point.places.first());
            let when = line.map(|place| format!("line {} {time}", place.line));
            let width = |text: &str, font| self.look.measure.width(text, &font);
            let when = when.filter(|when| width(when, theme.mono_small()) < step - 6.0);
            let when = when.unwrap_or(time);
            // In fewer words sooner than cut.
            let room = step - 6.0 - BADGE;
            let verb = stop.verbs.iter().find(|verb| width(verb, theme.label()) <= room);
            let verb = verb.or(stop.verbs.last()).copied().unwrap_or_default();
            let wide = if stop.number.is_some() { step } else { area.width() };
            let place = [centre.x - RADIUS, wide];
            self.words(place, area, Some(stop.actor), [verb, &stop.detail, &when], picture);
        }
    }

    /// Between two stops: solid where somebody carries it, dotted while it lies unread.
    fn way(&self, from: Pos2, to: Pos2, stroke: Stroke, lies: bool) -> Mark {
        let points = vec![from + vec2(RADIUS, 0.0), to - vec2(RADIUS, 0.0)];
        Mark::Line { points, stroke, dashed: lies, arrow: false }
    }

    fn stop(&self, centre: Pos2, stop: &Column, picture: &mut Picture) {
        let (theme, colour) = (self.look.theme, self.colour());
        let rect = Rect::from_center_size(centre, Vec2::splat(2.0 * RADIUS));
        let (verb, detail) = (stop.verbs.first().copied().unwrap_or_default(), &stop.detail);
        let who = self.look.actors.name(stop.actor);
        let Some(number) = stop.number else {
            // What came then is no exception.
            let edge = Stroke::new(1.5, theme.muted);
            let (radius, fill) = (0.5 * RADIUS, theme.stage);
            picture.marks.push(Mark::Dot { centre, radius, fill, edge });
            let name = format!("Then {who} {verb} {detail}, at {}", stop.at);
            picture.spot(rect, RADIUS, Selection::Actor(stop.actor), name);
            return;
        };
        let fill = if stop.caught { colour } else { theme.stage };
        let edge = Stroke::new(1.5, colour);
        picture.marks.push(Mark::Dot { centre, radius: RADIUS, fill, edge });
        let text = if stop.caught { Theme::text_on(colour) } else { theme.text };
        let label = number.to_string();
        picture.text(rect, Align2::CENTER_CENTER, label, theme.small(), text);
        let name = format!("Stop {number}: {verb} {detail}, {who}, at {}", stop.at);
        picture.spot(rect, RADIUS, Selection::Actor(stop.actor), name);
    }

    /// Badge, verb, where, when: below a stop, from its left edge, in so much width.
    fn words(
        &self,
        [left, step]: [f32; 2],
        area: Rect,
        who: Option<ActorId>,
        [verb, detail, when]: [&str; 3],
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
            first = first.with_min_x(first.left() + BADGE);
        }
        picture.text(first, Align2::LEFT_CENTER, verb, theme.label(), theme.text);
        // What an exception says, without its class, sooner than cut.
        let fits = self.look.measure.width(detail, &theme.small()) <= right - left;
        let brief = detail.split_once(": ").map(|(_, says)| says).filter(|says| !says.is_empty());
        let detail = if fits { detail } else { brief.unwrap_or(detail) };
        picture.text(row(50.0, 14.0), Align2::LEFT_CENTER, detail, theme.small(), theme.muted);
        picture.text(row(64.0, 14.0), Align2::LEFT_CENTER, when, theme.mono_small(), theme.muted);
    }
}
