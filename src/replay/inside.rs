//! How many actors have a resource by their own account: between an acquisition of their own and their own release.

use crate::trace::{ActorId, EventKind, ResourceId, Trace};
use std::collections::BTreeMap;

/// Who has how much of one resource by its own account.
#[derive(Default)]
pub(super) struct Inside {
    /// How much each has that ever took it, and whether it ever gave some back.
    pub(super) each: BTreeMap<ActorId, (u32, bool)>,
    /// How many have any.
    pub(super) now: usize,
}

impl Inside {
    pub(super) fn takes(&mut self, actor: ActorId) {
        let (has, _) = self.each.entry(actor).or_default();
        self.now += usize::from(*has == 0);
        *has += 1;
    }

    /// Whether it had none, though it has had some.
    pub(super) fn gives(&mut self, actor: ActorId) -> bool {
        let Some((has, gave)) = self.each.get_mut(&actor) else { return false };
        *gave = true;
        let Some(left) = has.checked_sub(1) else { return true };
        *has = left;
        self.now -= usize::from(left == 0);
        false
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
