//! Changes that belong together, of which an exception left some undone: what one lock guards, and is written whenever it is
//! held for a change.

use super::{Check, Finding, FindingKind, Run};
use crate::replay::words::{capital, the};
use crate::trace::{ActorId, Event, EventKind, ResourceId, TextId};
use std::collections::{BTreeMap, BTreeSet};

/// What was written under each lock, from acquiring it to giving it back.
#[derive(Default)]
pub(super) struct Halves {
    /// By owner and lock: what it has written since it took it.
    open: BTreeMap<(ActorId, ResourceId), BTreeSet<ResourceId>>,
    /// By lock: what was written within one hold, where nothing went wrong.
    whole: BTreeMap<ResourceId, BTreeSet<BTreeSet<ResourceId>>>,
    broken: Vec<Broken>,
}

/// A lock that was given back on the way of an exception.
struct Broken {
    event: usize,
    actor: ActorId,
    lock: ResourceId,
    text: TextId,
    written: BTreeSet<ResourceId>,
}

impl Check for Halves {
    fn follow(&mut self, run: &Run<'_>, index: usize, event: &Event) {
        let actor = event.actor;
        match event.kind {
            EventKind::Acquired { res } => drop(self.open.insert((actor, res), BTreeSet::new())),
            EventKind::ValueChanged { res, .. } => {
                let guard = run.meta.resource(res).and_then(|resource| resource.guard);
                let open = guard.and_then(|lock| self.open.get_mut(&(actor, lock)));
                if let Some(written) = open {
                    written.insert(res);
                }
            }
            EventKind::Released { res: lock } => {
                let Some(written) = self.open.remove(&(actor, lock)) else { return };
                let carried = run.state.actor(actor).and_then(|who| who.exception);
                match carried.and_then(|id| run.state.journeys.get(id)) {
                    _ if written.is_empty() => {}
                    Some(journey) => {
                        let text = journey.text;
                        self.broken.push(Broken { event: index, actor, lock, text, written });
                    }
                    None => {
                        let whole = self.whole.entry(lock).or_default();
                        if whole.len() < WAYS {
                            whole.insert(written);
                        }
                    }
                }
            }
            _ => {}
        }
    }

    fn finish(self: Box<Self>, run: &Run<'_>) -> Vec<Finding> {
        let found = self.broken.iter().filter_map(|broken| {
            let whole = self.whole.get(&broken.lock)?;
            let left = always_with(whole, &broken.written);
            let names = |all: &mut dyn Iterator<Item = ResourceId>| {
                all.map(|res| format!("“{}”", run.meta.resource_name(res))).collect::<Vec<_>>().join(" and ")
            };
            let written = names(&mut broken.written.iter().copied());
            let (who, lock) = (run.meta.actor_name(broken.actor), the(run.meta, broken.lock));
            let why = match run.meta.text(broken.text) {
                "" => "an exception",
                text => text,
            };
            let undone = names(&mut left.iter().copied());
            let sentence = format!(
                "{who} had written {written} and not {undone} when {why} came up; {lock} was given back all the same."
            );
            (!left.is_empty()).then(|| Finding {
                kind: FindingKind::HalfChanged,
                at: run.trace.events()[broken.event].at,
                event: broken.event,
                actors: vec![broken.actor],
                resources: broken.written.iter().copied().chain(left).collect(),
                sentence: capital(&sentence),
            })
        });
        found.collect()
    }
}

/// How many different sets of what is written within one hold of a lock are kept: of a lock that has more, nothing is always written
/// together.
const WAYS: usize = 256;

/// What is always written together with all of these, and is not among them: where one of them is written the others are, too.
fn always_with(
    whole: &BTreeSet<BTreeSet<ResourceId>>,
    written: &BTreeSet<ResourceId>,
) -> Vec<ResourceId> {
    if whole.len() >= WAYS {
        return Vec::new();
    }
    let goes_along = |res: &ResourceId| {
        whole.iter().all(|all| match all.contains(res) {
            true => all.is_superset(written),
            false => all.is_disjoint(written),
        })
    };
    let all: BTreeSet<ResourceId> = whole.iter().flatten().copied().collect();
    all.difference(written).copied().filter(goes_along).collect()
}
