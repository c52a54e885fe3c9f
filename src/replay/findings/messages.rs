//! Messages between processes that did not arrive as they were sent.

use super::{Check, Finding, FindingKind, Run};
use crate::replay::channels::Channels;
use crate::replay::words::{capital, count, the};
use crate::trace::{ActorId, Event, EventKind, Item, ResourceId};
use std::collections::{BTreeMap, HashMap, VecDeque};

/// What is in channels between processes, and what feeders have taken from buffers.
#[derive(Default)]
pub(super) struct Messages {
    channels: Channels,
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
        if is_put {
            let taken = self.taken.get_mut(&event.actor).and_then(VecDeque::pop_front);
            if let Some((was, buffer)) = taken.filter(|taken| taken.0 != item) {
                self.changed.entry(buffer).or_insert((index, event.actor, was, item));
            }
        }
        if let Some(res) = self.channels.follow(run.meta, event) {
            let (_, who, times) = self.corrupt.entry(res).or_insert((index, Vec::new(), 0));
            *times += 1;
            if !who.contains(&event.actor) {
                who.push(event.actor);
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
