//! How many actors have a resource by their own account: between an acquisition of their own and their own release.

use crate::trace::{ActorId, EventKind, ResourceId, Trace};
use std::collections::BTreeMap;

/// Who has how much of one resource by its own account.
#[derive(Default)]
pub(super) struct Inside {
    /// All that ever took it or gave some back.
    pub(super) each: BTreeMap<ActorId, Has>,
    /// How many have any.
    pub(super) now: usize,
}

/// What one has by its own account.
#[derive(Clone, Copy, Default)]
pub(super) struct Has {
    pub(super) has: u32,
    /// Whether it ever took it.
    pub(super) took: bool,
    /// Whether it ever gave some back.
    pub(super) gave: bool,
}

impl Inside {
    pub(super) fn takes(&mut self, actor: ActorId) {
        let each = self.each.entry(actor).or_default();
        self.now += usize::from(each.has == 0);
        each.took = true;
        each.has += 1;
    }

    /// What it had before it gave one back.
    pub(super) fn gives(&mut self, actor: ActorId) -> Has {
        let each = self.each.entry(actor).or_default();
        let before = *each;
        each.gave = true;
        each.has = before.has.saturating_sub(1);
        self.now -= usize::from(before.has == 1);
        before
    }
}

/// How many actors had each resource at once, at most: between an acquisition of their own and their own release.
pub fn most_inside(trace: &Trace) -> BTreeMap<ResourceId, usize> {
    let mut inside: BTreeMap<ResourceId, (Inside, usize)> = BTreeMap::new();
    for event in trace.events() {
        match event.kind {
            EventKind::Acquired { res } => {
                let (who, most) = inside.entry(res).or_default();
                who.takes(event.actor);
                *most = (*most).max(who.now);
            }
            EventKind::Released { res } => {
                inside.entry(res).or_default().0.gives(event.actor);
            }
            _ => {}
        }
    }
    inside.into_iter().map(|(res, (_, most))| (res, most)).collect()
}
