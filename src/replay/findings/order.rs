//! Waiters that others overtook.

use super::{Check, Finding, FindingKind, Run};
use crate::replay::words::{self, capital, the};
use crate::trace::{ActorId, Event, EventKind, ResourceId};
use std::collections::BTreeMap;

/// Resources of a run that have a finding each; of more, one has.
const EACH: usize = 8;

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
        let mut overtaken: Vec<_> = self.most.into_iter().filter(|(_, most)| most.0 > 0).collect();
        // Of many, as of a program that is run again and again, the worst stands for all.
        let others = match overtaken.iter().copied().max_by_key(|(_, (times, ..))| *times) {
            Some(worst) if overtaken.len() > EACH => {
                let others = std::mem::replace(&mut overtaken, vec![worst]).len() - 1;
                format!(" So it was at {others} others, too.")
            }
            _ => String::new(),
        };
        overtaken
            .into_iter()
            .map(|(res, (times, event, actor))| Finding {
                kind: FindingKind::PassedOver,
                at: run.trace.events()[event].at,
                event,
                actors: vec![actor],
                resources: vec![res],
                sentence: capital(&format!(
                    "{} waited for {} and was passed over {}: who comes first need not be served first.{others}",
                    run.meta.actor_name(actor),
                    the(run.meta, res),
                    words::times(times),
                )),
            })
            .collect()
    }
}
