//! Locks of a process that was forked: it has copies of them, which are locked where the locks were, and of all threads only the
//! one that forked it (see fork(2) of POSIX).
//!
//! Whether a process was forked the trace does not tell; that it has a copy of a lock does.

use super::Step;
use crate::replay::state::{Held, Inherited};
use crate::trace::{ActorId, ActorKind, Home, ResourceId, ResourceKind};

/// In a trace with more actors nobody looks who holds what: each process would look at all of them.
const ACTORS: usize = 4096;

/// More locks than these are not looked at of one process.
const LOCKS: usize = 1024;

/// A process is started: what is held where that is done, its copies of are.
pub fn started(step: &mut Step<'_>, child: ActorId) {
    let (starter, home) = (step.actor, step.meta.process_of(step.actor));
    let is_process = step.meta.actor(child).is_some_and(|who| who.kind == ActorKind::Process);
    if !is_process || home == Some(child) || step.state.actors.len() > ACTORS {
        return;
    }
    // Where its start is known late, others may have taken locks since.
    let begun = step.state.actor(child).and_then(|who| who.began).unwrap_or(step.at);
    let since = step.at.min(begun);
    let mut inherited: Vec<Inherited> = Vec::new();
    for (index, who) in step.state.actors.iter().enumerate() {
        let holder = ActorId::from_index(index);
        if who.holding.is_empty() || step.meta.process_of(holder) != home {
            continue;
        }
        let locks = who.holding.iter().filter(|held| held.since <= begun);
        let locks = locks.filter(|held| is_lock(step.kind(held.res)));
        let is_starters = holder == starter;
        let copied = |held: &Held| Inherited { holder, held: Held { since, ..*held }, is_starters };
        inherited.extend(locks.map(copied).take(LOCKS - inherited.len()));
    }
    // What nobody there has given back since its own fork. Of its threads, its main one may be a copy of the holder.
    let own = home.and_then(|home| step.state.actor(home)).map_or(&[][..], |home| &home.inherited);
    for entry in own.iter().take(LOCKS - inherited.len()) {
        let is_starters = entry.is_starters && Some(starter) == home;
        inherited.push(Inherited { held: Held { since, ..entry.held }, is_starters, ..*entry });
    }
    if inherited.is_empty() {
        return;
    }
    let Some(who) = step.state.actors.get_mut(child.index()) else { return };
    who.inherited = inherited;
    // It may be known late that somebody who waits already was started.
    for index in 0..step.state.actors.len() {
        let waiting = step.state.actors[index].waiting;
        if let Some(waiting) = waiting
            && step.meta.process_of(ActorId::from_index(index)) == Some(child)
            && step.resource(waiting.res).owners.is_empty()
        {
            first_used(step, waiting.res);
        }
    }
}

fn is_lock(kind: Option<ResourceKind>) -> bool {
    matches!(kind, Some(ResourceKind::Lock | ResourceKind::RLock))
}

/// A copy is used for the first time. It may have been locked all along.
pub fn first_used(step: &mut Step<'_>, res: ResourceId) {
    let Some(named) = step.meta.resource(res) else { return };
    let (Some(original), Home::Process(home)) = (named.copy_of, named.home) else { return };
    if !is_lock(Some(named.kind)) {
        return;
    }
    let is_known = step.resource(res).holder_at_fork.is_some();
    let Some(process) = step.state.actors.get_mut(home.index()) else { return };
    let found = process.inherited.iter().copied().find(|entry| entry.held.res == original);
    let Some(entry) = found else { return };
    let held = Held { res, ..entry.held };
    if named.kind == ResourceKind::RLock && entry.is_starters {
        // An rlock is its thread's, and that is the one that was copied, too.
        process.inherited.retain(|entry| entry.held.res != original);
        process.holding.push(held);
        step.resource(res).owners.push((home, held));
        step.refresh(home);
    } else if !is_known {
        // Where this process is forked in turn, it is of the copy that a copy is made.
        process.inherited.push(Inherited { held, is_starters: false, ..entry });
        step.resource(res).holder_at_fork = Some(entry.holder);
    }
}

/// A copy is acquired, or given back: it is not locked since the fork any more. Whether it was.
pub fn had(step: &mut Step<'_>, res: ResourceId) -> bool {
    if step.resource(res).holder_at_fork.take().is_none() {
        return false;
    }
    if let Some(named) = step.meta.resource(res)
        && let Home::Process(home) = named.home
        && let Some(process) = step.state.actors.get_mut(home.index())
    {
        let is_it = |of: ResourceId| of == res || Some(of) == named.copy_of;
        process.inherited.retain(|entry| !is_it(entry.held.res));
    }
    true
}
