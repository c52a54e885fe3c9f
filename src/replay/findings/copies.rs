//! Copies that were changed and never given back.

use super::{Check, Finding, FindingKind, Run};
use crate::replay::words::{actors as names, capital, the};
use crate::trace::{ActorId, Event, EventKind, Home, Resource, ResourceId, WaitOp};
use std::collections::BTreeMap;

/// Copies that somebody has changed since what they are copies of was changed by it: the first such change.
#[derive(Default)]
pub(super) struct Copies {
    changed: BTreeMap<ResourceId, Change>,
}

#[derive(Clone, Copy)]
struct Change {
    event: usize,
    actor: ActorId,
}

impl Check for Copies {
    fn follow(&mut self, run: &Run<'_>, index: usize, event: &Event) {
        if let EventKind::Copied { res } = event.kind {
            self.changed.remove(&res);
            return;
        }
        let (EventKind::Inserted { res, .. }
        | EventKind::Removed { res, .. }
        | EventKind::ValueChanged { res, .. }
        | EventKind::SlotChanged { res, .. }) = event.kind
        else {
            return;
        };
        let original = |res: ResourceId| {
            let copy = run.meta.resource(res).filter(|copy| !is_of_a_fork(run, copy))?;
            copy.copy_of
        };
        if original(res).is_some() {
            self.changed.entry(res).or_insert(Change { event: index, actor: event.actor });
            return;
        }
        // Who changes the original itself, or waits for somebody who does, may give its copy back.
        let has_it_changed = |actor: ActorId| {
            let waiting = run.state.actor(actor).and_then(|who| who.waiting);
            actor == event.actor || waiting.is_some_and(|waiting| waiting.op == WaitOp::Result)
        };
        self.changed
            .retain(|copy, change| original(*copy) != Some(res) || !has_it_changed(change.actor));
    }

    fn finish(self: Box<Self>, run: &Run<'_>) -> Vec<Finding> {
        // Who has not come to its end might still give it back.
        let has_ended =
            |actor: ActorId| run.state.actor(actor).is_some_and(|who| who.end.is_some());
        let lost = self.changed.into_iter().filter(|(_, change)| has_ended(change.actor));
        let mut of: BTreeMap<ResourceId, Vec<(ResourceId, Change)>> = BTreeMap::new();
        for (copy, change) in lost.filter(|_| !run.stopped) {
            if let Some(original) = run.meta.resource(copy).and_then(|copy| copy.copy_of) {
                of.entry(original).or_default().push((copy, change));
            }
        }
        let found = of.into_iter().filter_map(|(original, mut changes)| {
            changes.sort_by_key(|(_, change)| change.event);
            let event = changes.first()?.1.event;
            let mut actors: Vec<ActorId> = changes.iter().map(|(_, change)| change.actor).collect();
            actors.dedup();
            let copies = changes.into_iter().map(|(copy, _)| copy);
            Some(Finding {
                kind: FindingKind::ChangedCopy,
                at: run.trace.events()[event].at,
                event,
                sentence: capital(&format!(
                    "{} changed a copy of what is in {}, and never gave it back: that part of {} stayed as it was. What \
                     others are to see of it has to be put back there, as by `d[\"key\"] = copy`; where several do that at once, under \
                     one lock from the read on.",
                    names(run.meta, &actors),
                    the(run.meta, original),
                    the(run.meta, original),
                )),
                actors,
                resources: copies.chain([original]).collect(),
            })
        });
        found.collect()
    }
}

/// Whether a copy is one that a process has since it was forked: of something of the process that started it. That one cannot be
/// given back.
fn is_of_a_fork(run: &Run<'_>, copy: &Resource) -> bool {
    let original = copy.copy_of.and_then(|original| run.meta.resource(original));
    match (original.map(|original| original.home), copy.home) {
        (Some(Home::Program), _) => true,
        (Some(Home::Process(of)), Home::Process(home)) => run.meta.starter_of(home) == Some(of),
        _ => false,
    }
}
