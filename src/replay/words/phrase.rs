//! The few words under an actor's name.

use super::{holdings, signal_name, the};
use crate::replay::state::{ActorState, State, Waiting};
use crate::trace::{ActorId, End, Meta, Nanos, RecordedBy, ResourceKind, WaitOp};

/// What an actor is doing at `now`, short: "sleeping, 600 µs to go", "holds list lock", "waits for list lock". `now` is
/// the time shown, not before that of the state. A process does what its threads do.
pub fn phrase(meta: &Meta, state: &State, actor: ActorId, now: Nanos) -> String {
    use crate::replay::Phase as P;
    let id = state.acts_for(meta, actor);
    let Some(actor) = state.actor(id) else {
        return "unknown".to_owned();
    };
    match actor.phase {
        P::NotStarted | P::Idle if meta.is_by_spans(id) => "nothing recorded".to_owned(),
        P::NotStarted => "not started".to_owned(),
        P::Failed | P::Done | P::Stopped => ended(meta, actor),
        P::Idle => "idle".to_owned(),
        P::Waiting | P::Blocked => {
            (actor.waiting).map_or_else(String::new, |waiting| {
                match has_come(meta, state, waiting) {
                    true => "is about to go on".to_owned(),
                    false => waits(meta, waiting),
                }
            })
        }
        P::Io => (actor.io).map_or_else(String::new, |(what, _)| match meta.text(what) {
            "" => "input or output".to_owned(),
            what => what.to_owned(),
        }),
        P::Holding => format!("holds {}", holdings(meta, actor)),
        P::Sleeping => match to_go(actor, now) {
            Some(Nanos::ZERO) => "sleeping, due to wake".to_owned(),
            Some(left) => format!("sleeping, {left} to go"),
            None => "sleeping".to_owned(),
        },
        P::Running if meta.recorder_of(id) == RecordedBy::Python => match actor.task {
            Some(working) => format!("at task {}", working.task.0),
            None => "in its code".to_owned(),
        },
        P::Running => match (actor.task, actor.doing.last()) {
            (Some(working), _) => format!("running task {}", working.task.0),
            (None, Some(&name)) if meta.is_by_spans(id) => format!("in {}", meta.text(name)),
            (None, Some(&name)) => format!("running: {}", meta.text(name)),
            (None, None) => "running".to_owned(),
        },
    }
}

/// [`phrase`], and the same in fewer and fewer words: how long it still sleeps without that it does, then without how long, what
/// else it holds, and of whom it waits.
pub fn phrases(meta: &Meta, state: &State, actor: ActorId, now: Nanos) -> [String; 3] {
    use crate::replay::Phase as P;
    let whole = phrase(meta, state, actor, now);
    let acts = state.actor(state.acts_for(meta, actor));
    let brief = acts.and_then(|acts| match (acts.phase, &acts.holding[..]) {
        (P::Sleeping, _) => Some("sleeping".to_owned()),
        (P::Holding, [first, rest @ ..]) if !rest.is_empty() => {
            Some(format!("holds {} and {} more", meta.resource_name(first.res), rest.len()))
        }
        (P::Waiting | P::Blocked, _) => (acts.waiting)
            .filter(|&waiting| !has_come(meta, state, waiting))
            .map(|waiting| briefly(waiting.op).to_owned()),
        _ => None,
    });
    let left = acts.filter(|acts| acts.phase == P::Sleeping).and_then(|acts| to_go(acts, now));
    let shorter = left.map(|left| match left {
        Nanos::ZERO => "due to wake".to_owned(),
        left => format!("{left} to go"),
    });
    let brief = brief.unwrap_or_else(|| whole.clone());
    [whole, shorter.unwrap_or_else(|| brief.clone()), brief]
}

/// What is left of its sleep; nothing is left of one that should be over.
pub(super) fn to_go(actor: &ActorState, now: Nanos) -> Option<Nanos> {
    let sleep = actor.sleeping?;
    Some((sleep.since + sleep.planned).since(now))
}

/// Whether the end that is waited for has come.
fn has_come(meta: &Meta, state: &State, waiting: Waiting) -> bool {
    let awaited = meta.resource(waiting.res).filter(|res| res.is_an_end()).and_then(|res| res.of);
    waiting.op == WaitOp::Join
        && awaited.is_some_and(|id| state.actor(id).is_some_and(|who| who.end.is_some()))
}

/// "waits for list lock".
fn waits(meta: &Meta, waiting: Waiting) -> String {
    format!("waits {}", wanted(meta, waiting))
}

/// What somebody waits for: "for list lock", "at gate".
pub(in crate::replay) fn wanted(meta: &Meta, waiting: Waiting) -> String {
    use ResourceKind as R;
    let name = meta.resource_name(waiting.res);
    let kind = meta.resources.get(waiting.res.index()).map(|r| r.kind);
    match (waiting.op, kind) {
        (WaitOp::Acquire, Some(R::Semaphore)) => format!("for a permit of {name}"),
        (WaitOp::Wait, Some(R::Condition)) => format!("for a notification of {name}"),
        (WaitOp::Wait, Some(R::Event)) => format!("for {name} to be set"),
        (WaitOp::Wait, Some(R::Barrier)) => format!("at {name}"),
        (WaitOp::Get, _) => format!("for an item in {name}"),
        (WaitOp::Put, _) => format!("for room in {name}"),
        (WaitOp::Join, _) => format!("for {}", the(meta, waiting.res)),
        (WaitOp::Result, Some(R::Pool)) => format!("for results of {name}"),
        (WaitOp::Result, Some(R::Manager)) => format!("for an answer of {name}"),
        (WaitOp::Result, Some(R::Pipe)) => format!("for {name}"),
        (WaitOp::Result, _) => format!("for the result of {name}"),
        (WaitOp::Task, _) => format!("for a task of {name}"),
        (WaitOp::Acquire | WaitOp::Wait, _) => format!("for {name}"),
    }
}

/// What somebody waits for, without a name.
fn briefly(op: WaitOp) -> &'static str {
    match op {
        WaitOp::Get => "waits for an item",
        WaitOp::Put => "waits for room",
        WaitOp::Join => "waits for an end",
        WaitOp::Result => "waits for results",
        WaitOp::Task => "waits for a task",
        WaitOp::Acquire | WaitOp::Wait => "waits",
    }
}

fn ended(meta: &Meta, actor: &ActorState) -> String {
    match actor.end.map(|(end, _)| end) {
        Some(End::Error(text)) => match meta.text(text) {
            "" => "failed".to_owned(),
            message => format!("failed: {message}"),
        },
        Some(End::Exited(status)) if status != 0 => format!("exited with status {status}"),
        Some(End::Killed(signal)) => format!("killed by {}", signal_name(signal)),
        Some(End::Cancelled) => "stopped".to_owned(),
        Some(End::Dismissed) => "ended by its pool".to_owned(),
        _ => "done".to_owned(),
    }
}
