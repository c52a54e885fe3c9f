//! What is in channels between processes, whatever the order: what comes out that nobody put in is a part of messages.

use crate::trace::{Event, EventKind, Home, Item, Meta, ResourceId, ResourceKind, Trace};
use std::collections::{BTreeMap, HashMap};

/// Items in pipes and queues between processes.
#[derive(Default)]
pub(super) struct Channels {
    inside: BTreeMap<ResourceId, HashMap<Item, u64>>,
}

impl Channels {
    /// Takes in an event. The channel, where something came out of it that nobody had put in.
    pub(super) fn follow(&mut self, meta: &Meta, event: &Event) -> Option<ResourceId> {
        let (EventKind::Put { res, item } | EventKind::Got { res, item }) = event.kind else {
            return None;
        };
        let named = meta.resource(res)?;
        let is_channel = matches!(named.kind, ResourceKind::Queue | ResourceKind::Pipe);
        if !is_channel || named.home != Home::Shared {
            return None;
        }
        if matches!(event.kind, EventKind::Put { .. }) {
            *self.inside.entry(res).or_default().entry(item).or_default() += 1;
            return None;
        }
        // Of what nobody puts on record nothing can be said.
        match self.inside.get_mut(&res)?.get_mut(&item).filter(|number| **number > 0) {
            Some(number) => *number -= 1,
            None => return Some(res),
        }
        None
    }
}

/// How often something came out of what is between processes that nobody had put in.
pub fn fragments(trace: &Trace) -> u64 {
    let mut channels = Channels::default();
    let all = trace.events().iter();
    all.filter(|event| channels.follow(trace.meta(), event).is_some()).count() as u64
}
