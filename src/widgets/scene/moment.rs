//! What a moment is about, in a sentence: for any trace.

use crate::replay::circle::{each, itself};
use crate::replay::words::{actors, agree, capital, count};
use crate::replay::{self, Circle, Course, Phase, Waiting};
use crate::trace::{ActorId, Home, Role, WaitOp};
use crate::widgets::resource::{self, Look};
use crate::widgets::selection::Selection;
use crate::widgets::stage::{RunStatus, Stage, StageView};

/// A moment in words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Moment {
    /// Whom it is about.
    pub actor: Option<ActorId>,
    /// The question, or the matter.
    pub title: String,
    /// The answer.
    pub text: String,
}

impl Moment {
    /// A moment that is about nobody in particular.
    pub fn new(title: impl Into<String>, text: impl Into<String>) -> Self {
        Self { actor: None, title: title.into(), text: text.into() }
    }
}

/// What the moment is about: what is selected, how the run stands, what the topic says of it, a failure nobody dealt
/// with, or whoever has waited longest.
pub fn moment<S: Stage + ?Sized>(view: &StageView<'_>, look: &Look<'_>, stage: &S) -> Moment {
    if let Some(moment) = selected(view, look) {
        return moment;
    }
    let at_end = view.now >= view.trace.end();
    match view.status {
        RunStatus::Failed(why) if at_end => return Moment::new("The run failed", why.clone()),
        // Of one that was stopped where nobody could go on, why is what matters.
        RunStatus::Stopped if at_end && view.trace.stuck().is_none() => {
            let known = stage.so_far(view);
            let known = known.as_deref().unwrap_or("What happened until then is below.");
            let text = format!("It was stopped after {}. {known}", view.trace.end());
            return Moment::new("Stopped", text);
        }
        _ => {}
    }
    if let Some(circle) = Circle::at(view.trace.meta(), view.state) {
        return in_circle(view, &circle);
    }
    stage
        .moment(view)
        .or_else(|| unheard(view))
        .or_else(|| longest_waiting(view).and_then(|actor| why(view, actor)))
        .or_else(|| holding(view).and_then(|actor| why(view, actor)))
        .or_else(|| serving(view).and_then(|actor| why(view, actor)))
        .unwrap_or_else(|| quiet(view))
}

/// More in a circle are named without what each waits for.
const TOLD: usize = 3;

/// Waits that form a circle: nobody in it can go on.
fn in_circle(view: &StageView<'_>, circle: &Circle) -> Moment {
    let meta = view.trace.meta();
    let ended = match view.trace.stuck() {
        Some(at) if view.now >= at && *view.status == RunStatus::Stopped => " Then it was stopped.",
        Some(at) if view.now >= at => " So the run was ended.",
        _ => "",
    };
    let members: Vec<ActorId> = circle.members.iter().map(|member| member.0).collect();
    match circle.members[..] {
        [(who, res)] => Moment {
            actor: Some(who),
            title: format!("{} waits for itself", capital(&meta.actor_name(who))),
            text: format!("{}{ended}", capital(&itself(meta, who, res))),
        },
        _ => {
            let said = match members.len() {
                0..=TOLD => capital(&each(meta, &circle.members)),
                _ => format!(
                    "Each waits for what the next one holds: {}, and again the first",
                    actors(meta, &members)
                ),
            };
            Moment::new("Deadlock: nobody can go on", format!("{said}.{ended}"))
        }
    }
}

/// Why an actor waits, or what it does.
pub fn why(view: &StageView<'_>, actor: ActorId) -> Option<Moment> {
    let why = replay::why(view.trace.meta(), view.state, actor, view.now)?;
    Some(Moment { actor: Some(actor), title: why.title, text: why.sentence })
}

fn selected(view: &StageView<'_>, look: &Look<'_>) -> Option<Moment> {
    match view.selection {
        Selection::None => None,
        Selection::Actor(actor) => why(view, actor),
        Selection::Event(index) => {
            let event = view.trace.events().get(index)?;
            why(view, event.actor)
        }
        Selection::Resource(id) => {
            let at = look.resource(id)?;
            let holder = at.state.owners.first().map(|(owner, _)| *owner);
            let doing = holder.map_or_else(String::new, |owner| {
                let why = replay::why(look.meta, look.state, owner, look.now);
                why.map_or_else(String::new, |why| {
                    format!(" {}: {}", look.actors.name(owner), why.sentence)
                })
            });
            let mut text = resource::sentence(&at);
            if !text.ends_with(['.', '!', '?']) {
                text.push('.');
            }
            Some(Moment { actor: holder, title: at.name(), text: format!("{text}{doing}") })
        }
    }
}

/// An exception that nobody handled, and that came up last.
fn unheard(view: &StageView<'_>) -> Option<Moment> {
    let journeys = &view.state.journeys.kept;
    let unhandled = |course: Option<Course>| course == Some(Course::Unhandled);
    let last = journeys.iter().rev().find(|j| unhandled(j.stops.last().map(|s| s.course)))?;
    let stop = last.stops.last()?;
    let meta = view.trace.meta();
    let text = format!("{} ago: {}", view.now.since(stop.at), meta.text(last.text));
    let title = format!("Nobody handled the exception of {}", meta.actor_name(stop.actor));
    Some(Moment { actor: Some(stop.actor), title, text })
}

fn workers(view: &StageView<'_>) -> impl Iterator<Item = (ActorId, Phase)> {
    let meta = view.trace.meta();
    let all = meta.actors_where(|actor| actor.role == Role::Work);
    all.filter_map(|id| Some((id, view.state.actor(id)?.phase)))
}

fn longest_waiting(view: &StageView<'_>) -> Option<ActorId> {
    let waiting =
        workers(view).filter(|(_, phase)| matches!(phase, Phase::Waiting | Phase::Blocked));
    let since = |id: ActorId| view.state.actor(id).and_then(|a| a.waiting).map(|w| w.since);
    // Waiting for one's own threads to end is no news.
    let meta = view.trace.meta();
    let joins = |id: ActorId| {
        let waiting = view.state.actor(id).and_then(|actor| actor.waiting);
        waiting.and_then(|w| meta.resource(w.res)).is_some_and(|r| r.is_an_end())
    };
    waiting.map(|(id, _)| id).filter(|id| !joins(*id)).min_by_key(|id| since(*id))
}

/// Who starts or serves the others, and has waited longest for something that processes share, or that the main thread
/// shares with the others.
fn serving(view: &StageView<'_>) -> Option<ActorId> {
    let meta = view.trace.meta();
    let waits = helpers_waiting(view).filter_map(|(id, waiting)| {
        let resource = meta.resource(waiting.res).filter(|res| !res.is_an_end())?;
        let is_main = meta.actor(id).is_some_and(|actor| actor.role == Role::Main);
        let takes_part = is_main || resource.home == Home::Shared;
        (takes_part && waiting.op != WaitOp::Result).then_some((waiting.since, id))
    });
    waits.min().map(|(_, id)| id)
}

/// Who starts or serves the others, and waits for anything but a task.
fn helpers_waiting(view: &StageView<'_>) -> impl Iterator<Item = (ActorId, Waiting)> {
    let serves = |role: Role| matches!(role, Role::Main | Role::Helper);
    let helpers = view.trace.meta().actors_where(move |actor| serves(actor.role));
    helpers.filter_map(|id| {
        let waiting = view.state.actor(id).filter(|who| who.end.is_none())?.waiting?;
        (waiting.op != WaitOp::Task).then_some((id, waiting))
    })
}

fn holding(view: &StageView<'_>) -> Option<ActorId> {
    workers(view).find(|(_, phase)| *phase == Phase::Holding).map(|(id, _)| id)
}

/// Nobody holds anything, and of those at work nobody waits for more than an end.
fn quiet(view: &StageView<'_>) -> Moment {
    let of = |wanted| workers(view).filter(|(_, phase)| *phase == wanted).count();
    let all = workers(view).count();
    let (asleep, done, failed) = (of(Phase::Sleeping), of(Phase::Done), of(Phase::Failed));
    let running = of(Phase::Running) + of(Phase::Io);
    let parts: Vec<String> = [
        (running, "running"),
        (asleep, "asleep"),
        (of(Phase::Idle), "idle"),
        (done, "done"),
        (failed, "failed"),
        (of(Phase::NotStarted), "not started"),
        // Of those only joins are left: they are no news.
        (of(Phase::Waiting) + of(Phase::Blocked), "waiting for an end"),
    ]
    .into_iter()
    .filter(|(count, _)| *count > 0)
    .map(|(count, word)| format!("{count} {word}"))
    .collect();
    let mut text = match all {
        0 => String::new(),
        _ => format!("Of {all}: {}.", parts.join(", ")),
    };
    // Those who wait for ends, or for work to serve with.
    let meta = view.trace.meta();
    let helpers: Vec<ActorId> = helpers_waiting(view).map(|(id, _)| id).collect();
    let Some(first) = helpers.first() else { return Moment::new("Nobody waits", text) };
    let phrase = replay::phrase(meta, view.state, *first, view.now);
    let others = match helpers.len() - 1 {
        0 => String::new(),
        n => format!("; {} {} too", count(n, "more helper"), agree(n, "waits", "wait")),
    };
    let title = format!("{} {phrase}{others}", capital(&meta.actor_name(*first)));
    if all > 0 {
        text.push_str(" Nobody at work waits.");
    }
    Moment::new(title, text.trim())
}
