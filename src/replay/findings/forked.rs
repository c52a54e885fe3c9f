//! Locks that were held when a process was forked. The process has copies of them, and of all threads only the one that forked
//! it: see fork(2) of POSIX.

use super::{Check, Finding, FindingKind, Run};
use crate::replay::words::{actors as names, agree, capital, the};
use crate::trace::{ActorId, End, Event, EventKind, Home, ResourceId, WaitEnd, WaitOp};
use std::collections::{BTreeMap, BTreeSet};

/// Who waits for copies that are locked since the fork.
#[derive(Default)]
pub(super) struct Forked {
    copies: BTreeMap<ResourceId, Waits>,
}

/// The waits for a copy.
struct Waits {
    /// The first one.
    event: usize,
    /// Who held the lock at the fork.
    holder: ActorId,
    now: BTreeSet<ActorId>,
}

impl Check for Forked {
    fn follow(&mut self, run: &Run<'_>, index: usize, event: &Event) {
        let who = event.actor;
        match event.kind {
            EventKind::WaitBegan { res, op: WaitOp::Acquire } => {
                self.waits(run, index, who, res);
            }
            // The start of one who waits already may be known late.
            EventKind::Spawned { child } => self.started(run, index, child),
            // Who is stopped waited until then; who gives up did not need it.
            EventKind::WaitEnded { res, how } if how != WaitEnd::Cancelled => {
                if let Some(waits) = self.copies.get_mut(&res) {
                    waits.now.remove(&who);
                }
            }
            EventKind::Ended(end) if end != End::Cancelled && !run.stopped => {
                for waits in self.copies.values_mut() {
                    waits.now.remove(&who);
                }
            }
            EventKind::Acquired { res } | EventKind::Released { res } => {
                self.copies.remove(&res);
            }
            _ => {}
        }
    }

    /// One finding for each lock, however many processes have copies of it.
    fn finish(self: Box<Self>, run: &Run<'_>) -> Vec<Finding> {
        let mut of: BTreeMap<Fork, Vec<(ResourceId, Waits)>> = BTreeMap::new();
        for (copy, waits) in self.copies.into_iter().filter(|(_, waits)| !waits.now.is_empty()) {
            if let Some(named) = run.meta.resource(copy)
                && let (Some(lock), Home::Process(home)) = (named.copy_of, named.home)
            {
                let is_direct = run.meta.process_of(waits.holder) == run.meta.starter_of(home);
                let fork = Fork { lock, holder: waits.holder, is_direct };
                of.entry(fork).or_default().push((copy, waits));
            }
        }
        of.into_iter().filter_map(|(fork, all)| found(run, &fork, &all)).collect()
    }
}

impl Forked {
    /// Somebody waits for a lock, which may be locked since a fork.
    fn waits(&mut self, run: &Run<'_>, event: usize, who: ActorId, res: ResourceId) {
        if let Some(holder) = run.state.resource(res).and_then(|lock| lock.holder_at_fork) {
            let waits = Waits { event, holder, now: BTreeSet::new() };
            self.copies.entry(res).or_insert(waits).now.insert(who);
        }
    }

    fn started(&mut self, run: &Run<'_>, index: usize, child: ActorId) {
        if run.state.actor(child).is_none_or(|process| process.inherited.is_empty()) {
            return;
        }
        for (who, actor) in run.state.actors.iter().enumerate() {
            let who = ActorId::from_index(who);
            if let Some(waiting) = actor.waiting.filter(|wait| wait.op == WaitOp::Acquire)
                && run.meta.process_of(who) == Some(child)
            {
                self.waits(run, index, who, waiting.res);
            }
        }
    }
}

/// What a fork of a process left locked there.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Fork {
    lock: ResourceId,
    /// Who held it.
    holder: ActorId,
    /// Its holder was in the process that was forked, not in one before that.
    is_direct: bool,
}

fn found(run: &Run<'_>, fork: &Fork, all: &[(ResourceId, Waits)]) -> Option<Finding> {
    let Fork { lock, holder, is_direct } = *fork;
    let event = all.iter().map(|(_, waits)| waits.event).min()?;
    let who: BTreeSet<ActorId> = all.iter().flat_map(|(_, waits)| waits.now.clone()).collect();
    let who: Vec<ActorId> = who.into_iter().collect();
    let copies: Vec<ResourceId> = all.iter().map(|(copy, _)| *copy).collect();
    let home = |copy: &ResourceId| match run.meta.resource(*copy)?.home {
        Home::Process(process) => Some(process),
        _ => None,
    };
    let mut processes: Vec<ActorId> = copies.iter().filter_map(home).collect();
    processes.sort_unstable();
    let subject = match who == processes {
        true => agree(who.len(), "It", "They").to_owned(),
        false => capital(&names(run.meta, &processes)),
    };
    let forked = match is_direct {
        true => agree(processes.len(), "was", "were"),
        false => {
            agree(processes.len(), "comes from a process that was", "come from processes that were")
        }
    };
    let holds = run.meta.actor_name(holder);
    let sentence = format!(
        "{} {} for {}. {subject} {forked} forked while {holds} held it, and a forked process has a copy of each lock of threads, locked or not: {holds} \
         can only unlock its own. Start processes while no such lock is held; by `spawn` or `forkserver` they begin with new ones. What \
         keeps processes apart is a lock of `multiprocessing`.",
        names(run.meta, &who),
        agree(who.len(), "waits", "wait"),
        the(run.meta, lock),
    );
    Some(Finding {
        kind: FindingKind::ForkedLock,
        at: run.trace.events()[event].at,
        event,
        actors: who.into_iter().chain([holder]).collect(),
        resources: copies.into_iter().chain([lock]).collect(),
        sentence: capital(&sentence),
    })
}
