//! What a moment is about, in a sentence: for any trace.

use crate::replay::circle::{each, itself};
use crate::replay::words::{actors, agree, capital, count, if_any, plural, sentence};
use crate::replay::{self, Circle, Course, Finding, Phase, Waiting};
use crate::trace::{ActorId, ActorKind, Home, RecordedBy, Role, WaitOp};
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

    /// Why nobody could go on, of a run that was ended for it: in a few words and in a sentence.
    pub fn stuck(title: &str, sentence: &str) -> Self {
        Self::new(title, format!("{sentence}{ENDED}"))
    }
}

/// What became of a run in which nobody could go on.
const ENDED: &str = " So the run was ended.";

/// What the moment is about: what is selected, how the run stands, what the topic says of it, a failure nobody dealt
/// with, or whoever has waited longest.
pub fn moment<S: Stage + ?Sized>(view: &StageView<'_>, look: &Look<'_>, stage: &S) -> Moment {
    let moment = matter(view, look, stage);
    // Code in a sentence is not set apart here.
    Moment { text: moment.text.replace('`', ""), ..moment }
}

fn matter<S: Stage + ?Sized>(view: &StageView<'_>, look: &Look<'_>, stage: &S) -> Moment {
    if let Some(moment) = selected(view, look, stage) {
        return moment;
    }
    let at_end = view.now >= view.trace.end();
    match view.status {
        // Of one that was stopped or ended where nobody could go on, why nobody could is what matters.
        _ if !at_end || view.trace.stuck().is_some() => {}
        RunStatus::Failed(why) => return Moment::new("The run failed", sentence(why)),
        RunStatus::Stopped => {
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
    let mut moment = of_those_there(view, stage);
    if let (RunStatus::Failed(why), true) = (view.status, at_end) {
        moment.text = format!("{} Then {}", moment.text, sentence_within(why)).trim_start().into();
    }
    moment
}

/// How a run ended, after "Then".
fn sentence_within(why: &str) -> String {
    format!("{}.", why.trim_end_matches('.'))
}

/// What those are about who take part, where nobody stands in a circle.
fn of_those_there<S: Stage + ?Sized>(view: &StageView<'_>, stage: &S) -> Moment {
    stage
        .moment(view)
        .or_else(|| standing(view))
        .or_else(|| unheard(view))
        .or_else(|| worst(view))
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
    let ended = match (view.trace.stuck().filter(|at| view.now >= *at), view.status) {
        (None, _) => String::new(),
        (_, RunStatus::Stopped) => " Then it was stopped.".to_owned(),
        (_, RunStatus::Failed(why)) => format!(" Then {}", sentence_within(why)),
        _ => ENDED.to_owned(),
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

/// That nobody can go on, and why, once the run proves it.
fn standing(view: &StageView<'_>) -> Option<Moment> {
    let waits = |id: &ActorId| {
        view.state.actor(*id).is_some_and(|who| who.end.is_none() && who.waiting.is_some())
    };
    let mut found = view.findings.iter().filter(|found| found.kind.may_stand());
    let found = found.find(|found| found.at <= view.now && found.actors.iter().any(waits))?;
    if !replay::is_stuck(view.trace.meta(), view.state) {
        return None;
    }
    Some(of_finding(found, found.actors.iter().copied().find(waits)))
}

/// What went wrong, at the end of a run.
fn worst(view: &StageView<'_>) -> Option<Moment> {
    let mut faults = view.findings.iter().filter(|found| found.kind.is_fault());
    let found = faults.next().filter(|_| view.now >= view.trace.end())?;
    Some(of_finding(found, found.actors.first().copied()))
}

fn of_finding(found: &Finding, actor: Option<ActorId>) -> Moment {
    Moment { actor, title: found.kind.title().to_owned(), text: found.sentence.clone() }
}

/// Why an actor waits, or what it does.
pub fn why(view: &StageView<'_>, actor: ActorId) -> Option<Moment> {
    let why = replay::why(view.trace.meta(), view.state, actor, view.now)?;
    Some(Moment { actor: Some(actor), title: why.title, text: why.sentence })
}

fn selected<S: Stage + ?Sized>(view: &StageView<'_>, look: &Look<'_>, stage: &S) -> Option<Moment> {
    match view.selection {
        Selection::None => None,
        Selection::Actor(actor) => why(view, actor),
        Selection::Event(index) => {
            let event = view.trace.events().get(index)?;
            // What the run proves by it, else what happens at it where that matters, else who it is of.
            let found = view.findings.iter().find(|finding| finding.event == index);
            let marked = view.replay.marks().next(index);
            let matters = marked.is_some_and(|mark| mark.event as usize == index);
            found
                .map(|found| of_finding(found, found.actors.first().copied()))
                .or_else(|| matters.then(|| stage.moment(view)).flatten())
                .or_else(|| why(view, event.actor))
        }
        Selection::Resource(id) => {
            let at = look.resource(id)?;
            let holder = at.state.owners.first().map(|(owner, _)| *owner);
            let doing = holder.map_or_else(String::new, |owner| {
                let why = replay::why(look.meta, look.state, owner, look.now);
                why.map_or_else(String::new, |why| {
                    format!(" {}: {}", capital(&look.actors.name(owner)), why.sentence)
                })
            });
            let mut text = capital(&resource::sentence(&at));
            if !text.ends_with(['.', '!', '?']) {
                text.push('.');
            }
            let title = capital(&at.name());
            Some(Moment { actor: holder, title, text: format!("{text}{doing}") })
        }
    }
}

/// The exceptions that nobody handled, and the one that came up last.
fn unheard(view: &StageView<'_>) -> Option<Moment> {
    let journeys = &view.state.journeys.kept;
    let unhandled = |course: Option<Course>| course == Some(Course::Unhandled);
    let all = journeys.iter().filter(|j| unhandled(j.stops.last().map(|s| s.course)));
    let all: Vec<_> = all.filter_map(|j| Some((j, j.stops.last()?))).collect();
    let (last, stop) = all.last()?;
    let meta = view.trace.meta();
    let (ago, said) = (view.now.since(stop.at), meta.text(last.text));
    let mut whose: Vec<ActorId> = Vec::new();
    for (_, stop) in &all {
        if !whose.contains(&stop.actor) {
            whose.push(stop.actor);
        }
    }
    // Beside it stands the journey of any of them.
    let (exceptions, text) = match all.len() {
        1 => ("exception", format!("{ago} ago: {said}")),
        _ => (
            "exceptions",
            format!("The last one {ago} ago, of {}: {said}", meta.actor_name(stop.actor)),
        ),
    };
    let title = format!("Nobody handled the {exceptions} of {}", actors(meta, &whose));
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

/// Of a trace that says what threads were in, and no more.
fn by_spans(view: &StageView<'_>) -> Moment {
    let threads = view.trace.meta().actors_where(|actor| actor.kind == ActorKind::Thread);
    let phases = threads.filter_map(|id| Some(view.state.actor(id)?.phase));
    let known = phases.filter(|phase| matches!(phase, Phase::Running | Phase::Sleeping)).count();
    let text = format!(
        "{} {} in a stretch that the file names. Who waited, and who held a lock, is unknown: it does not tell.",
        capital(&count(known, "thread")),
        agree(known, "is", "are"),
    );
    Moment::new("What each thread was in", text)
}

/// Nobody holds anything, and of those at work nobody waits for more than an end.
fn quiet(view: &StageView<'_>) -> Moment {
    let meta = view.trace.meta();
    if meta.actors.iter().any(|actor| actor.by_spans) {
        return by_spans(view);
    }
    let at_work = at_work(view);
    // Those who wait for ends, or for work to serve with; where there is none, who waits for input.
    let mut helpers: Vec<ActorId> = helpers_waiting(view).map(|(id, _)| id).collect();
    if helpers.is_empty() {
        let mut serving =
            meta.actors_where(|actor| matches!(actor.role, Role::Main | Role::Helper));
        let is_in_io = |id: &ActorId| view.state.actor(*id).map(|who| who.phase) == Some(Phase::Io);
        helpers.extend(serving.find(is_in_io));
    }
    let Some(first) = helpers.first() else {
        return match at_work {
            Some((title, true)) => Moment::new(title, "Nobody waits."),
            Some((title, false)) => Moment::new(title, ""),
            None => Moment::new("Nobody waits", ""),
        };
    };
    let phrase = replay::phrase(meta, view.state, *first, view.now);
    let is_in_io = view.state.actor(*first).is_some_and(|who| who.phase == Phase::Io);
    let phrase = if is_in_io { format!("is in I/O: {phrase}") } else { phrase };
    let others = if_any(helpers.len() - 1, |n| {
        format!("; {} {} too", count(n, "more helper"), agree(n, "waits", "wait"))
    });
    let serving = format!("{} {phrase}{others}", capital(&meta.actor_name(*first)));
    match at_work {
        Some((title, true)) => Moment::new(title, format!("Nobody at work waits. {serving}.")),
        Some((title, false)) => Moment::new(title, format!("{serving}.")),
        None => Moment::new(serving, ""),
    }
}

/// Whether a process that is there only starts and serves others.
fn is_program_there(view: &StageView<'_>) -> bool {
    let mut serving = view.trace.meta().actors_where(|actor| {
        actor.kind == ActorKind::Process && matches!(actor.role, Role::Main | Role::Helper)
    });
    serving.any(|id| view.state.actor(id).is_some_and(|who| who.phase != Phase::NotStarted))
}

/// What those at work do, in a sentence, and whether none of them waits; `None` where nobody is there to work.
fn at_work(view: &StageView<'_>) -> Option<(String, bool)> {
    let meta = view.trace.meta();
    // Of one that another has replaced, this one is told.
    let has_come = |id| view.state.actor(id).is_some_and(|who| who.phase != Phase::NotStarted);
    let is_past =
        |dead: ActorId| meta.actors_where(move |actor| actor.replaces == Some(dead)).any(has_come);
    let all: Vec<(ActorId, Phase)> = workers(view).filter(|(id, _)| !is_past(*id)).collect();
    let of = |wanted: &[Phase]| all.iter().filter(|(_, phase)| wanted.contains(phase)).count();
    // Whoever is in a call that is not recorded may wait there.
    let is_known = |id: ActorId| meta.recorder_of(id) != RecordedBy::Python;
    let of_known = |known: bool, wanted: &[Phase]| {
        let is_it =
            |(id, phase): &&(ActorId, Phase)| wanted.contains(phase) && is_known(*id) == known;
        all.iter().filter(is_it).count()
    };
    let parts: Vec<(usize, &str, &str)> = [
        (of_known(true, &[Phase::Running, Phase::Io]), "is running", "are running"),
        (of_known(false, &[Phase::Running]), "is in its code", "are in their code"),
        (of_known(false, &[Phase::Io]), "is in I/O", "are in I/O"),
        (of(&[Phase::Sleeping]), "is asleep", "are asleep"),
        (of(&[Phase::Idle]), "is idle", "are idle"),
        (of(&[Phase::Done]), "is done", "are done"),
        (of(&[Phase::Stopped]), "was stopped", "were stopped"),
        (of(&[Phase::Failed]), "has failed", "have failed"),
        (of(&[Phase::NotStarted]), "has not started", "have not started"),
        // Of those only joins are left: they are no news.
        (
            of(&[Phase::Waiting, Phase::Blocked]),
            "waits for another to end",
            "wait for others to end",
        ),
    ]
    .into_iter()
    .filter(|(count, ..)| *count > 0)
    .collect();
    let is = |kind: ActorKind| {
        all.iter().all(|(id, _)| meta.actor(*id).is_some_and(|actor| actor.kind == kind))
    };
    let what = match () {
        () if is(ActorKind::Thread) => "thread",
        () if is(ActorKind::Process) => "process",
        () => "worker",
    };
    let nobody_waits =
        all.iter().all(|(id, _)| is_known(*id)) && of(&[Phase::Waiting, Phase::Blocked]) == 0;
    let said = match (&all[..], &parts[..]) {
        ([], _) | (_, []) => return None,
        ([(one, Phase::Waiting | Phase::Blocked)], _) => {
            let waits = replay::phrase(meta, view.state, *one, view.now);
            format!("{} {waits}", capital(&meta.actor_name(*one)))
        }
        ([(one, _)], [(_, does, _), ..]) => {
            format!("{} {does}", capital(&meta.actor_name(*one)))
        }
        _ if of(&[Phase::NotStarted]) == all.len() => {
            // The program is one, too, and stands there.
            let other = what == "process" && is_program_there(view);
            format!("No {}{what} has started", if other { "other " } else { "" })
        }
        ([_, _], [(2, _, do_)]) => format!("Both {} {do_}", plural(2, what)),
        (all, [(_, _, do_)]) => format!("All {} {do_}", count(all.len(), what)),
        (_, [(n, does, do_), rest @ ..]) => {
            let mut said = format!("{} {}", count(*n, what), agree(*n, does, do_));
            for (n, does, do_) in rest {
                said += &format!(", {n} {}", agree(*n, does, do_));
            }
            said
        }
    };
    Some((said, nobody_waits))
}
