//! Locks that were held when a process was forked. The process has copies of them, and of all threads only the one that forked
//! it: see fork(2) of POSIX.

use super::{Check, Finding, FindingKind, Run};
use crate::replay::words::{actors as names, agree, capital, the};
use crate::trace::{ActorId, Event, EventKind, Home, ResourceId, WaitEnd, WaitOp};
use std::collections::{BTreeMap, BTreeSet};

/// Copies that were made while the lock itself was held, and that nobody has had since.
#[derive(Default)]
pub(super) struct Forked {
    copies: BTreeMap<ResourceId, Copy>,
}

struct Copy {
    /// The first wait for it, and whose that is.
    event: usize,
    first: ActorId,
    /// Who had the lock.
    from: ActorId,
    waiting: BTreeSet<ActorId>,
}

impl Check for Forked {
    fn follow(&mut self, run: &Run<'_>, index: usize, event: &Event) {
        match event.kind {
            EventKind::WaitBegan { res, op: WaitOp::Acquire } => {
                let from = run.state.resource(res).and_then(|lock| lock.copied_from);
                if let Some(from) = from {
                    let (first, waiting) = (event.actor, BTreeSet::new());
                    let copy = Copy { event: index, first, from, waiting };
                    self.copies.entry(res).or_insert(copy).waiting.insert(event.actor);
                }
            }
            // Who is stopped waited until then.
            EventKind::WaitEnded { res, how } if how != WaitEnd::Cancelled => {
                if let Some(copy) = self.copies.get_mut(&res) {
                    copy.waiting.remove(&event.actor);
                }
            }
            EventKind::Acquired { res } | EventKind::Released { res } => {
                self.copies.remove(&res);
            }
            _ => {}
        }
    }

    fn finish(self: Box<Self>, run: &Run<'_>) -> Vec<Finding> {
        self.copies.into_iter().filter_map(|(res, copy)| copy.finding(run, res)).collect()
    }
}

impl Copy {
    fn finding(self, run: &Run<'_>, res: ResourceId) -> Option<Finding> {
        let named = run.meta.resource(res)?;
        let Home::Process(process) = named.home else { return None };
        let (who, waits) = match self.waiting.len() {
            0 => (vec![self.first], "waited"),
            waiting => (self.waiting.into_iter().collect(), agree(waiting, "waits", "wait")),
        };
        let forked = match who[..] == [process] {
            true => "it".to_owned(),
            false => run.meta.actor_name(process),
        };
        let sentence = format!(
            "{} {waits} for {}, of which {forked} has only a copy: it was forked while {} held the lock, and who holds a lock gives \
             back its own and no copy. Start processes outside of locks, and before threads that take some, or have them start by \
             `spawn` or `forkserver`.",
            names(run.meta, &who),
            the(run.meta, res),
            run.meta.actor_name(self.from),
        );
        Some(Finding {
            kind: FindingKind::ForkedLock,
            at: run.trace.events()[self.event].at,
            event: self.event,
            actors: who.into_iter().chain([self.from]).collect(),
            resources: [res].into_iter().chain(named.copy_of).collect(),
            sentence: capital(&sentence),
        })
    }
}
