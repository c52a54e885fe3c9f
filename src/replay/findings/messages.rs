//! Messages between processes that did not arrive as they were sent.

use super::{Check, Finding, FindingKind, Run};
use crate::replay::words::{capital, count, the};
use crate::trace::{ActorId, Event, EventKind, Home, Item, ResourceId, ResourceKind};
use std::collections::{BTreeMap, HashMap, VecDeque};

/// What is in pipes and queues between processes, whatever the order, and what feeders have taken from buffers.
#[derive(Default)]
pub(super) struct Messages {
    inside: BTreeMap<ResourceId, HashMap<Item, u64>>,
    corrupt: BTreeMap<ResourceId, (usize, Vec<ActorId>, u64)>,
    /// What an actor took from a buffer of its process and has not passed on, and from which.
    taken: HashMap<ActorId, VecDeque<(Item, ResourceId)>>,
    changed: BTreeMap<ResourceId, (usize, ActorId, Item, Item)>,
}

impl Check for Messages {
    fn follow(&mut self, run: &Run<'_>, index: usize, event: &Event) {
        let (EventKind::Put { res, item } | EventKind::Got { res, item }) = event.kind else {
            return;
        };
        let Some(named) = run.meta.resource(res) else { return };
        let is_put = matches!(event.kind, EventKind::Put { .. });
        if named.is_buffer && !is_put {
            self.taken.entry(event.actor).or_default().push_back((item, res));
            return;
        }
        let is_channel = matches!(named.kind, ResourceKind::Queue | ResourceKind::Pipe);
        if !is_channel || named.home != Home::Shared {
            return;
        }
        if is_put {
            *self.inside.entry(res).or_default().entry(item).or_default() += 1;
            let taken = self.taken.get_mut(&event.actor).and_then(VecDeque::pop_front);
            if let Some((was, buffer)) = taken.filter(|taken| taken.0 != item) {
                self.changed.entry(buffer).or_insert((index, event.actor, was, item));
            }
            return;
        }
        // Of what nobody puts on record nothing can be said.
        let Some(inside) = self.inside.get_mut(&res) else { return };
        match inside.get_mut(&item).filter(|number| **number > 0) {
            Some(number) => *number -= 1,
            None => {
                let (_, who, times) = self.corrupt.entry(res).or_insert((index, Vec::new(), 0));
                *times += 1;
                if !who.contains(&event.actor) {
                    who.push(event.actor);
                }
            }
        }
    }

    fn finish(self: Box<Self>, run: &Run<'_>) -> Vec<Finding> {
        let at = |event: usize| run.trace.events()[event].at;
        let corrupt = self.corrupt.into_iter().map(|(res, (event, actors, times))| Finding {
            kind: FindingKind::CorruptMessage,
            at: at(event),
            event,
            actors,
            resources: vec![res],
            sentence: capital(&format!(
                "what came out of {} {} is nothing that was put in: parts of several messages.",
                the(run.meta, res),
                count(times, "time"),
            )),
        });
        let changed = self.changed.into_iter().map(|(res, (event, actor, was, item))| Finding {
            kind: FindingKind::ChangedAfterPut,
            at: at(event),
            event,
            actors: vec![actor],
            resources: vec![res],
            sentence: format!(
                "{} was put, and {} was written: put only notes what is put, and {} writes it later. It was changed in \
                 between, while it lay in {}.",
                run.meta.item(was),
                run.meta.item(item),
                run.meta.actor_name(actor),
                the(run.meta, res),
            ),
        });
        corrupt.chain(changed).collect()
    }
}
