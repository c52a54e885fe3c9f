//! Whether anybody can go on.
//!
//! A wait with a time-out is a sleep that is under way beside the wait: whoever has one goes on by itself.

use super::state::{Phase, State, Waiting};
use crate::trace::{ActorId, ActorKind, End, Home, Meta, ResourceId, ResourceKind, Role, WaitOp};
use std::collections::BTreeSet;

/// What an actor can do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Can {
    /// Nothing: it has not been started, or has ended, or is not part of the program.
    #[default]
    Nothing,
    /// It goes on by itself.
    GoOn,
    /// It waits.
    Wait,
    /// It waits, and its handler of a signal would run where it does.
    Handle,
}

/// Whether nobody can go on: all that are left wait, without a time-out, and each for something that only others could
/// bring about. Where events are missing nobody knows: one of them may have let somebody go on.
pub fn is_stuck(meta: &Meta, state: &State) -> bool {
    // What a killed one did last may be missing, but whoever it had let go on would have gone on by now.
    if state.actors.iter().any(|who| who.dropped > 0) {
        return false;
    }
    all(meta, state).all(|can| !matches!(can, Can::GoOn | Can::Handle))
        && all(meta, state).any(|can| can == Can::Wait)
        && nobody_gets_it(meta, state)
        && !is_program_over(meta, state)
}

/// Whether nobody can go on unless a signal comes from outside: the program has a handler of its own, but nobody waits for
/// what a handler usually gives (an event, a condition, a permit, bytes of a pipe). What the handler does nobody knows, so it
/// may let somebody go on.
pub fn awaits_a_signal(meta: &Meta, state: &State) -> bool {
    state.actors.iter().all(|who| who.dropped == 0)
        && all(meta, state).all(|can| can != Can::GoOn)
        && all(meta, state).any(|can| can == Can::Handle)
        && only_own_waits(meta, state)
        && nobody_gets_it(meta, state)
        && !is_program_over(meta, state)
}

fn all(meta: &Meta, state: &State) -> impl Iterator<Item = Can> {
    (0..state.actors.len()).map(|index| what_can(meta, state, ActorId::from_index(index)))
}

/// Whether all that wait do so for what a program gives to itself: locks, ends of actors, what goes through a queue, results.
/// Waiting for anything else may be waiting for a signal.
pub fn only_own_waits(meta: &Meta, state: &State) -> bool {
    use ResourceKind as R;
    let is_own = |waiting: &Waiting| {
        let kind = meta.resource(waiting.res).map(|res| res.kind);
        match waiting.op {
            WaitOp::Acquire => matches!(kind, Some(R::Lock | R::RLock)),
            WaitOp::Get | WaitOp::Put => kind == Some(R::Queue),
            WaitOp::Join | WaitOp::Result | WaitOp::Task => true,
            _ => kind == Some(R::Barrier),
        }
    };
    let waits = state.actors.iter().filter(|who| who.end.is_none());
    waits.filter_map(|who| who.waiting.as_ref()).all(is_own)
}

/// Whether a program has come to its end: its main thread has, and all its others but daemons, which end with it.
pub fn is_program_over(meta: &Meta, state: &State) -> bool {
    let has_ended = |id: ActorId| state.actor(id).is_some_and(|who| who.end.is_some());
    let begun = |id: ActorId| state.actor(id).is_some_and(|who| who.phase != Phase::NotStarted);
    let mut mains = meta.actors_where(|actor| actor.role == Role::Main).peekable();
    let mut others = meta.actors_where(|actor| actor.role == Role::Work && !actor.daemon);
    mains.peek().is_some() && mains.all(has_ended) && others.all(|id| has_ended(id) || !begun(id))
}

/// What an actor can do at this instant.
pub fn what_can(meta: &Meta, state: &State, actor: ActorId) -> Can {
    let Some(who) = state.actor(actor) else { return Can::Nothing };
    let role = meta.actor(actor).map_or(Role::Work, |actor| actor.role);
    let passive = meta.actor(actor).is_some_and(|actor| actor.passive);
    match who.waiting {
        // It takes its time, on a busy machine.
        _ if who.is_to_start() && !passive && !has_lost_its_process(meta, state, actor) => {
            Can::GoOn
        }
        _ if who.end.is_some() || who.phase == Phase::NotStarted || role == Role::User => {
            Can::Nothing
        }
        // What a process does its main thread does.
        None if has_main(meta, actor) => Can::Nothing,
        // A wait with a time-out ends by itself, and an alarm comes by itself.
        Some(_) if who.sleeping.is_some() || who.alarm.is_some() => Can::GoOn,
        Some(waiting) if waiting.op == WaitOp::Task => {
            match is_available(meta, state, waiting.res, waiting.op, actor) {
                true => Can::GoOn,
                false => Can::Nothing,
            }
        }
        // Its handler of a signal runs where it waits.
        Some(_) if meta.actor(actor).is_some_and(|actor| actor.handles) => Can::Handle,
        Some(_) => Can::Wait,
        None if is_idle(meta, state, actor) => Can::Nothing,
        None => Can::GoOn,
    }
}

/// Whether its process has ended, and all that was to come in it.
fn has_lost_its_process(meta: &Meta, state: &State, actor: ActorId) -> bool {
    let process = meta.process_of(actor).filter(|process| *process != actor);
    process.and_then(|id| state.actor(id)).is_some_and(|who| who.end.is_some())
}

/// Whether an actor only passes on what others hand it, and there is nothing of that.
fn is_idle(meta: &Meta, state: &State, actor: ActorId) -> bool {
    let named = meta.actor(actor).filter(|named| named.passive);
    let asleep = state.actor(actor).is_some_and(|who| who.sleeping.is_none() && who.io.is_none());
    let Some(named) = named.filter(|_| asleep) else { return false };
    // Whose end is waited for ends by itself, once what it serves is done.
    let of = |waiting: Waiting| meta.resource(waiting.res).and_then(|res| res.of);
    let mut waits = state.actors.iter().filter(|who| who.end.is_none());
    let is_joined = waits.any(|who| {
        who.waiting.is_some_and(|waiting| waiting.op == WaitOp::Join && of(waiting) == Some(actor))
    });
    let pool = named.serves.and_then(|pool| state.resource(pool));
    let is_busy =
        pool.is_some_and(|res| !res.pool.pending.is_empty() || !res.pool.running.is_empty());
    if is_joined && !is_busy {
        return false;
    }
    if named.serves.is_some_and(|pool| lacks_a_worker(meta, state, pool)) {
        return false;
    }
    // What one process puts into a queue goes through a buffer, and there may be something in it.
    let process = meta.process_of(actor);
    let mut buffers = meta.resources.iter().zip(&state.resources);
    !buffers.any(|(named, buffer)| {
        let home = match named.home {
            Home::Process(home) => Some(home),
            _ => None,
        };
        named.is_buffer && !buffer.contents.is_empty() && (home.is_none() || home == process)
    })
}

/// Whether an actor is a process of which the main thread is an actor of its own.
fn has_main(meta: &Meta, actor: ActorId) -> bool {
    meta.actor(actor).is_some_and(|who| who.kind == ActorKind::Process && who.parent.is_none())
        && meta.actors.iter().any(|who| who.role == Role::Main && who.parent == Some(actor))
}

/// Whether nobody who waits has what it waits for.
pub fn nobody_gets_it(meta: &Meta, state: &State) -> bool {
    let waits = state.actors.iter().enumerate().filter_map(|(index, who)| {
        let waiting = who.waiting.filter(|_| who.end.is_none())?;
        Some((ActorId::from_index(index), waiting))
    });
    let mut asked = BTreeSet::new();
    for (actor, waiting) in waits {
        // Since when somebody waits matters for items only: otherwise all that wait for the same are alike.
        let is_for_an_item = matches!(waiting.op, WaitOp::Get | WaitOp::Put | WaitOp::Task);
        if !is_for_an_item && !asked.insert((waiting.res, waiting.op as u8)) {
            continue;
        }
        if is_available(meta, state, waiting.res, waiting.op, actor) {
            return false;
        }
    }
    true
}

/// Whether what is waited for is there by now, or may be.
fn is_available(meta: &Meta, state: &State, res: ResourceId, op: WaitOp, actor: ActorId) -> bool {
    let (Some(named), Some(resource)) = (meta.resource(res), state.resource(res)) else {
        return true;
    };
    use ResourceKind as R;
    match (op, named.kind) {
        (WaitOp::Acquire, R::Semaphore) => resource.permits > 0,
        (WaitOp::Acquire, _) => resource.owners.is_empty() && resource.holder_at_fork.is_none(),
        (WaitOp::Wait, R::Condition) => resource.notified > 0,
        (WaitOp::Wait, R::Event) => resource.set,
        (WaitOp::Wait, R::Barrier) => resource.closed || resource.arrived == 0,
        (WaitOp::Get, R::Queue | R::Pipe) => {
            // Who waits at a pipe between processes has found it empty, whatever the trace has in it.
            let since = state.actor(actor).and_then(|who| who.waiting).map(|w| w.since);
            let moved = resource.last_move.map(|(at, ..)| at);
            let is_empty = named.home == Home::Shared && moved < since;
            !resource.contents.is_empty() && !is_empty || resource.closed
        }
        (WaitOp::Put, R::Queue | R::Pipe) => match named.capacity {
            _ if resource.closed => true,
            Some(bound) if resource.contents.len() >= bound as usize => false,
            // A pipe between processes has room for so many bytes: whoever waits has found none.
            _ if named.home == Home::Shared => {
                let since = state.actor(actor).and_then(|who| who.waiting).map(|w| w.since);
                let taken = resource.last_move.filter(|(.., inwards)| !inwards).map(|m| m.0);
                taken.zip(since).is_some_and(|(taken, since)| taken >= since)
            }
            _ => true,
        },
        (WaitOp::Join, R::Queue) => resource.unfinished() == 0,
        (WaitOp::Join, _) if named.is_an_end() => {
            named.of.and_then(|of| state.actor(of)).is_none_or(|of| of.end.is_some())
        }
        (WaitOp::Result, R::Future) => resource.set,
        (WaitOp::Result, R::Pool) if has_lost_its_server(meta, state, res) => false,
        (WaitOp::Result, R::Pool) => {
            let pool = &resource.pool;
            (pool.pending.is_empty() && pool.running.is_empty())
                || !pool.pending.is_empty() && has_free_worker(meta, state, res)
        }
        (WaitOp::Task, R::Pool) => {
            let mine = |to: Option<ActorId>| to.is_none_or(|to| to == actor);
            resource.pool.pending.iter().any(|pending| mine(pending.to))
        }
        // Nobody knows.
        _ => true,
    }
}

/// Whether who passes on the results of a pool has failed.
fn has_lost_its_server(meta: &Meta, state: &State, pool: ResourceId) -> bool {
    let mut servers = meta.actors_where(|actor| actor.serves == Some(pool));
    servers.any(|id| matches!(state.actor(id).and_then(|who| who.end), Some((End::Error(_), _))))
}

/// Whether a worker of a pool has ended and nobody is in its place yet.
fn lacks_a_worker(meta: &Meta, state: &State, pool: ResourceId) -> bool {
    let capacity = meta.resource(pool).and_then(|pool| pool.capacity);
    let workers: Vec<_> = meta.actors_where(|actor| actor.pool == Some(pool)).collect();
    let is_alive = |id: &&ActorId| state.actor(**id).is_some_and(|who| who.end.is_none());
    let alive = workers.iter().filter(is_alive).count();
    alive < workers.len() && capacity.is_some_and(|capacity| alive < capacity as usize)
}

/// Whether a worker of a pool has nothing to do.
fn has_free_worker(meta: &Meta, state: &State, pool: ResourceId) -> bool {
    let mut workers = meta.actors_where(|actor| actor.pool == Some(pool));
    workers.any(|id| {
        let who = state.actor(id);
        who.is_some_and(|who| who.end.is_none() && who.task.is_none())
    })
}
