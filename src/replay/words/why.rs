//! One actor at one instant, in sentences.

use super::phrase::to_go;
use super::wait;
use super::{actors, agree, at_line, bytes, capital, count, list, signal_name};
use crate::replay::Phase;
use crate::replay::state::{ActorState, State};
use crate::trace::{ActorId, End, Meta, Nanos, RecordedBy, ResourceId};

/// Why an actor waits, or what it does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Why {
    /// The question: "Why is remover 1 waiting?"
    pub title: String,
    /// The answer, in one or more sentences.
    pub sentence: String,
    /// The resource it is about: the one waited for or held.
    pub res: Option<ResourceId>,
    /// Who keeps the actor waiting, where it is one actor.
    pub holder: Option<ActorId>,
    /// Actors that began to wait for the resource before it, the first one first. This is the order of arrival; the
    /// system may serve them in another.
    pub ahead: Vec<ActorId>,
}

/// The answer for one actor at `now`, the time shown, which is not before that of the state. `None` for an actor that the
/// trace has not mentioned.
pub fn why(meta: &Meta, state: &State, actor: ActorId, now: Nanos) -> Option<Why> {
    let who = state.actor(actor)?;
    let name = meta.actor_name(actor);
    if let (Phase::Waiting | Phase::Blocked, Some(waiting)) = (who.phase, who.waiting) {
        return Some(wait::why(meta, state, actor, waiting, now));
    }
    let title = match who.phase {
        Phase::Failed => format!("What happened to {name}?"),
        _ => format!("What is {name} doing?"),
    };
    let sentence = match who.phase {
        Phase::NotStarted | Phase::Idle if meta.is_by_spans(actor) => {
            "Nothing is recorded of it here: nobody knows what it did.".to_owned()
        }
        Phase::Running if meta.is_by_spans(actor) => {
            let names: Vec<&str> = who.doing.iter().map(|&name| meta.text(name)).collect();
            format!("It is in {}.", names.join(" → "))
        }
        Phase::NotStarted => "It has not started yet.".to_owned(),
        Phase::Failed | Phase::Done | Phase::Stopped => ended(meta, who, now),
        Phase::Io => io(meta, who, now),
        Phase::Holding => holding(meta, state, who, now),
        Phase::Sleeping => asleep(meta, who, now),
        Phase::Idle => idle(meta, state, who, now),
        Phase::Running | Phase::Waiting | Phase::Blocked => {
            running(meta, who, meta.recorder_of(actor), now)
        }
    };
    let is_worker = meta.actor(actor).is_some_and(|actor| actor.pool.is_some());
    let sentence = match is_worker && who.phase != Phase::NotStarted {
        true => format!("{sentence} {}", so_far(who)),
        false => sentence,
    };
    Some(Why { title, sentence, res: who.subject(), holder: None, ahead: Vec::new() })
}

/// What a worker of a pool has done, and what it has used.
fn so_far(who: &ActorState) -> String {
    let mut said = match who.tasks_done {
        0 => "It has done no task to its end".to_owned(),
        done => format!("It has done {}, {} in tasks", count(done, "task"), who.busy),
    };
    if let Some(cpu) = who.cpu_time {
        said += &format!(", {cpu} on a processor");
    }
    if let Some(memory) = who.own_memory {
        said += &format!("; {} of memory is its alone", bytes(memory));
    }
    said + "."
}

fn asleep(meta: &Meta, who: &ActorState, now: Nanos) -> String {
    let line = at_line(meta, who.source);
    match who.task {
        Some(working) => format!(
            "At task {} of {}. {}{line}.",
            working.task.0,
            meta.resource_name(working.pool),
            sleeps(who, now)
        ),
        None => format!("{}{line}.", sleeps(who, now)),
    }
}

fn idle(meta: &Meta, state: &State, who: &ActorState, now: Nanos) -> String {
    let Some(waiting) = who.waiting else { return "It has nothing to do.".to_owned() };
    let pending = state.resource(waiting.res).map(|resource| &resource.pool.pending);
    // One that nobody was sent is about to be begun.
    let sent = pending.filter(|pending| pending.iter().all(|p| p.to.is_some()));
    let why = match sent.map_or(0, |pending| pending.len()) {
        0 => "there is none for it".to_owned(),
        1 => "the one that waits was sent to another worker".to_owned(),
        n => format!("the {n} that wait were sent to other workers"),
    };
    let (pool, since) = (meta.resource_name(waiting.res), now.since(waiting.since));
    format!("It has waited for a task of {pool} for {since}: {why}.")
}

fn ended(meta: &Meta, who: &ActorState, now: Nanos) -> String {
    let Some((end, at)) = who.end else {
        return String::new();
    };
    let ago = now.since(at);
    let line = at_line(meta, who.source);
    let mut sentence = match end {
        End::Normal | End::Exited(0) => format!("It ended {ago} ago."),
        End::Cancelled => format!("It was stopped {ago} ago{line}."),
        End::Dismissed => format!("Its pool ended it {ago} ago{line}."),
        End::Exited(status) => format!("It exited with status {status} {ago} ago{line}."),
        End::Killed(signal) => {
            format!("{} killed it {ago} ago{line}.", capital(&signal_name(signal)))
        }
        End::Error(text) => match meta.text(text) {
            "" => format!("It failed {ago} ago{line}."),
            message => format!("It failed {ago} ago{line}: {message}"),
        },
    };
    if !who.holding.is_empty() {
        if !sentence.ends_with(['.', '!', '?']) {
            sentence.push('.');
        }
        sentence += &format!(" It still had {}.", super::holdings(meta, who));
    }
    sentence
}

fn io(meta: &Meta, who: &ActorState, now: Nanos) -> String {
    let Some((what, since)) = who.io else {
        return String::new();
    };
    let lasted = now.since(since);
    let line = at_line(meta, who.source);
    match meta.text(what) {
        "" => format!("It has done input or output for {lasted}{line}."),
        what => format!("Input or output for {lasted}: {what}{line}."),
    }
}

fn holding(meta: &Meta, state: &State, who: &ActorState, now: Nanos) -> String {
    let held: Vec<_> = (who.holding.iter())
        .map(|h| {
            let times = match h.depth {
                1 => String::new(),
                n => format!(" {n} times"),
            };
            let lasted = now.since(h.since);
            format!("{}{times} for {lasted}", meta.resource_name(h.res))
        })
        .collect();
    let meanwhile = match who.sleeping {
        Some(_) => format!(" {}.", sleeps(who, now)),
        None => String::new(),
    };
    let mut waiters: Vec<ActorId> = Vec::new();
    for held in &who.holding {
        if let Some(resource) = state.resource(held.res) {
            waiters.extend(resource.waiters.iter().map(|w| w.actor));
        }
    }
    let it = agree(who.holding.len(), "it", "them");
    let waiters = match waiters.len() {
        0 => format!("Nobody waits for {it}."),
        1 => format!("{} waits for {it}.", capital(&actors(meta, &waiters))),
        n => format!("{n} wait for {it}: {}.", actors(meta, &waiters)),
    };
    let line = at_line(meta, who.source);
    format!("It has held {}{line}.{meanwhile} {waiters}", list(&held))
}

fn sleeps(who: &ActorState, now: Nanos) -> String {
    let planned = who.sleeping.map_or(Nanos::ZERO, |s| s.planned);
    match to_go(who, now) {
        Some(left) if left > Nanos::ZERO => format!("It sleeps {planned}, {left} to go"),
        _ => format!("It sleeps {planned} and is due to wake"),
    }
}

fn running(meta: &Meta, who: &ActorState, by: RecordedBy, now: Nanos) -> String {
    let line = at_line(meta, who.source);
    let lasted = now.since(who.since);
    if let Some(working) = who.task {
        let (task, pool) = (working.task.0, meta.resource_name(working.pool));
        let lasted = now.since(working.since);
        return format!("It has worked on task {task} of {pool} for {lasted}{line}.");
    }
    if by == RecordedBy::Python {
        return format!(
            "It has been in its code for {lasted}{line}. Whether it computes there, or waits in a call that is not recorded, is not \
             known."
        );
    }
    match who.doing.last() {
        Some(&name) => format!("It has run for {lasted}: {}{line}.", meta.text(name)),
        None => format!("It has run for {lasted}{line}."),
    }
}
