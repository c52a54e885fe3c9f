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
                let holder = run.state.resource(res).and_then(|lock| lock.holder_at_fork);
                if let Some(holder) = holder {
                    let waits = Waits { event: index, holder, now: BTreeSet::new() };
                    self.copies.entry(res).or_insert(waits).now.insert(who);
                }
            }
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
        let mut of: BTreeMap<(ResourceId, ActorId), Vec<(ResourceId, Waits)>> = BTreeMap::new();
        for (copy, waits) in self.copies.into_iter().filter(|(_, waits)| !waits.now.is_empty()) {
            if let Some(lock) = run.meta.resource(copy).and_then(|copy| copy.copy_of) {
                of.entry((lock, waits.holder)).or_default().push((copy, waits));
            }
        }
        of.into_iter().filter_map(|((lock, holder), all)| found(run, lock, holder, &all)).collect()
    }
}

fn found(
    run: &Run<'_>,
    lock: ResourceId,
    holder: ActorId,
    all: &[(ResourceId, Waits)],
) -> Option<Finding> {
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
    let forked = match who == processes {
        true => agree(who.len(), "It was", "They were").to_owned(),
        false => format!(
            "{} {}",
            capital(&names(run.meta, &processes)),
            agree(processes.len(), "was", "were")
        ),
    };
    let holds = run.meta.actor_name(holder);
    let sentence = format!(
        "{} {} for {}. {forked} forked while {holds} held it, and a forked process has a copy of each lock, locked or not: {holds} can \
         only unlock its own. Start processes while no lock is held, or by `spawn` or `forkserver`, which copy none.",
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
