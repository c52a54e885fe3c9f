//! Waiters that others overtook.

use super::{Check, Finding, FindingKind, Run};
use crate::replay::words::{capital, count, the};
use crate::trace::{ActorId, Event, EventKind, ResourceId};
use std::collections::BTreeMap;

/// Of each resource the waiter that was passed over most often.
#[derive(Default)]
pub(super) struct PassedOver {
    most: BTreeMap<ResourceId, (u32, usize, ActorId)>,
}

impl Check for PassedOver {
    fn follow(&mut self, run: &Run<'_>, index: usize, event: &Event) {
        let (EventKind::Acquired { res } | EventKind::WaitEnded { res, .. }) = event.kind else {
            return;
        };
        let Some(resource) = run.state.resource(res) else { return };
        // The one in front has been passed over by everybody whom those behind it have.
        let Some(worst) = resource.waiters.iter().max_by_key(|waiter| waiter.passed_over) else {
            return;
        };
        let most = self.most.entry(res).or_insert((0, index, worst.actor));
        if worst.passed_over > most.0 {
            *most = (worst.passed_over, index, worst.actor);
        }
    }

    fn finish(self: Box<Self>, run: &Run<'_>) -> Vec<Finding> {
        if run.is_partial() {
            return Vec::new();
        }
        let overtaken = self.most.into_iter().filter(|(_, (times, ..))| *times > 0);
        overtaken
            .map(|(res, (times, event, actor))| Finding {
                kind: FindingKind::PassedOver,
                at: run.trace.events()[event].at,
                event,
                actors: vec![actor],
                resources: vec![res],
                sentence: capital(&format!(
                    "{} waited for {} and was passed over {}: who comes first need not be served first.",
                    run.meta.actor_name(actor),
                    the(run.meta, res),
                    count(times, "time"),
                )),
            })
            .collect()
    }
}
