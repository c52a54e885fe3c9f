//! The stops of a journey, each with what is said of it.

use super::chosen::{Shown, in_series};
use crate::replay::{Course, Journey, Said, Stop};
use crate::trace::{ActorId, ActorKind, Nanos, SourceId};
use crate::widgets::resource::Look;

/// A stop, or what came after the last one.
pub struct Column {
    /// Its number; what is no stop has none.
    pub number: Option<usize>,
    /// When.
    pub at: Nanos,
    /// Who.
    pub actor: ActorId,
    /// At which point of the shown program.
    pub source: SourceId,
    /// What happened, from long to short.
    pub verbs: Vec<&'static str>,
    /// Where, or what it says.
    pub detail: String,
    /// Whether the exception was handled.
    pub caught: bool,
    /// Whether it lies unread from here on.
    pub lies: bool,
}

/// The stops by now.
pub fn columns(look: &Look<'_>, shown: &Shown<'_>) -> Vec<Column> {
    match shown {
        Shown::One(journey) => {
            let stops = journey.stops.iter().enumerate();
            stops.map(|(place, stop)| of_stop(look, journey, place, stop)).collect()
        }
        Shown::Series(all) => {
            let attempts = all.iter().enumerate();
            let mut columns: Vec<Column> =
                attempts.filter_map(|(place, journey)| attempt(look, place, journey)).collect();
            let is_whole = columns
                .last()
                .is_some_and(|last| last.caught && columns.len() == in_series(look, last.actor));
            let last = columns.last().filter(|_| is_whole).map(|last| (last.actor, last.at));
            let now = look.state;
            let said = last.and_then(|(who, at)| said_after(now.actor(who)?.said, at));
            columns.extend(said.map(|said| Column {
                number: None,
                at: said.at,
                actor: said.actor,
                source: SourceId::NONE,
                verbs: vec!["printed"],
                detail: look.meta.message(said.text, said.args),
                caught: false,
                lies: false,
            }));
            columns
        }
    }
}

/// The stops of the whole run.
pub struct Whole {
    /// How many there are.
    pub stops: usize,
    /// Whether nothing comes after the last one: the exception is handled there, or somebody has it as a value.
    pub is_over: bool,
    /// Width of what is printed after the last one.
    pub printed: f32,
}

/// The stops of the whole run: they keep their places while it goes on.
pub fn in_all(look: &Look<'_>, shown: &Shown<'_>) -> Whole {
    let latest = look.replay.latest();
    match shown {
        Shown::One(journey) => {
            let whole = latest.journeys.get(journey.id).unwrap_or(journey);
            let last = whole.stops.last().map(|stop| stop.course);
            let is_over = matches!(last, Some(Course::Caught | Course::Asked));
            Whole { stops: whole.stops.len(), is_over, printed: 0.0 }
        }
        Shown::Series(all) => {
            let who = all.first().and_then(|journey| journey.stops.first()).map(|stop| stop.actor);
            let said = who.and_then(|who| latest.actor(who)?.said);
            let said =
                said.map_or_else(String::new, |said| look.meta.message(said.text, said.args));
            let printed = look.measure.width(&said, &look.theme.small());
            let stops = who.map_or(0, |who| in_series(look, who)) + 1;
            Whole { stops, is_over: true, printed }
        }
    }
}

/// Stops that have room: where there are too many, the first ones and the last, with how many are left out between.
pub fn fitting(mut all: Vec<Column>, room: usize) -> (Vec<Column>, Option<usize>) {
    if all.len() <= room {
        return (all, None);
    }
    let kept = room.saturating_sub(1).max(1);
    let omitted = all.len() - kept - 1;
    all.drain(kept..kept + omitted);
    (all, Some(omitted))
}

/// What an actor printed last, if that was after an instant.
fn said_after(said: Option<Said>, at: Nanos) -> Option<Said> {
    said.filter(|said| said.at > at)
}

/// One exception among several that are alike, as one stop.
fn attempt(look: &Look<'_>, place: usize, journey: &Journey) -> Option<Column> {
    let (first, last) = (journey.stops.first()?, journey.stops.last()?);
    let caught = last.course == Course::Caught;
    let verbs = if caught { vec!["raised, caught", "caught"] } else { vec!["raised"] };
    let text = look.meta.text(journey.text).split_whitespace().collect::<Vec<_>>().join(" ");
    Some(Column {
        number: Some(place + 1),
        at: first.at,
        actor: first.actor,
        source: first.source,
        verbs,
        detail: text,
        caught,
        lies: false,
    })
}

/// What happened at a stop: a verb, and where.
fn of_stop(look: &Look<'_>, journey: &Journey, place: usize, stop: &Stop) -> Column {
    let meta = look.meta;
    let task = journey.tasks.first().map(|(_, task)| task.0);
    let who = look.actors.name(stop.actor);
    let is_process = meta.actor(stop.actor).map(|actor| actor.kind) == Some(ActorKind::Process);
    let (verbs, detail): (Vec<&'static str>, String) = match stop.course {
        Course::Raised => {
            // Who learns that a worker died raises it in its place.
            let works = meta.actor(stop.actor).is_some_and(|actor| actor.pool.is_some());
            let place = if works { "in" } else { "for" };
            (vec!["raised"], task.map_or(who, |task| format!("{place} task {task}")))
        }
        Course::Released(res) => {
            let verbs = vec!["leaves its block", "leaves block", "leaves"];
            (verbs, format!("frees {}", meta.resource_name(res)))
        }
        Course::Kept(res) => {
            let place = meta.resource_name(res);
            let whole = task.map(|task| format!("with task {task}, in {place}"));
            (vec!["kept"], whole.unwrap_or_else(|| format!("in {place}")))
        }
        Course::Asked => (vec!["asked for"], format!("by {who}, as a value")),
        Course::Passed(to) if to == stop.actor => (vec!["asked for"], format!("by {who}")),
        Course::Passed(to) => (vec!["passed on"], format!("to {}", look.actors.name(to))),
        Course::Told => (vec!["printed"], "a line of output".to_owned()),
        Course::Caught => (vec!["caught"], format!("by {who}")),
        Course::Unhandled => {
            let held = journey.locks.first().map(|lock| meta.resource_name(*lock));
            let detail = held.map_or(who, |lock| format!("{lock} still held"));
            (
                vec![if is_process { "leaves its process" } else { "leaves its thread" }, "leaves"],
                detail,
            )
        }
    };
    Column {
        number: Some(place + 1),
        at: stop.at,
        actor: stop.actor,
        source: stop.source,
        verbs,
        detail,
        caught: stop.course == Course::Caught,
        lies: matches!(stop.course, Course::Kept(_)),
    }
}
