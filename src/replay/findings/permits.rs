//! Semaphores of which more permits were given back than were taken.

use super::{Check, Finding, FindingKind, Run};
use crate::replay::inside::Inside;
use crate::replay::words::{capital, the};
use crate::trace::{ActorId, End, Event, EventKind, ResourceId, ResourceKind};
use std::collections::BTreeMap;

/// Who has how many permits by its own account, by semaphore.
#[derive(Default)]
pub(super) struct Permits {
    of: BTreeMap<ResourceId, Account>,
}

#[derive(Default)]
struct Account {
    inside: Inside,
    /// The first release by one that takes permits and had none: the event, and who.
    again: Option<(usize, ActorId)>,
    /// How many were inside at once after that, at most.
    most: usize,
    /// How many more were given than taken, now and at most.
    surplus: (i64, i64),
}

impl Check for Permits {
    fn follow(&mut self, run: &Run<'_>, index: usize, event: &Event) {
        let (EventKind::Acquired { res } | EventKind::Released { res }) = event.kind else {
            return;
        };
        let kind = run.meta.resource(res).map(|resource| resource.kind);
        if kind != Some(ResourceKind::Semaphore) || run.stopped {
            return;
        }
        let account = self.of.entry(res).or_default();
        if matches!(event.kind, EventKind::Acquired { .. }) {
            account.inside.takes(event.actor);
            account.surplus.0 -= 1;
            if account.again.is_some() {
                account.most = account.most.max(account.inside.now);
            }
        } else {
            account.surplus.0 += 1;
            account.surplus.1 = account.surplus.1.max(account.surplus.0);
            if account.inside.gives(event.actor) {
                account.again.get_or_insert((index, event.actor));
            }
        }
    }

    fn finish(self: Box<Self>, run: &Run<'_>) -> Vec<Finding> {
        let mut found = Vec::new();
        for (res, account) in self.of {
            let permits = run.meta.resource(res).and_then(|resource| resource.capacity);
            let (Some((event, actor)), Some(permits)) = (account.again, permits) else { continue };
            // Where some only take, and not because they failed, a semaphore is a signal, and anybody may give.
            let failed = |id: &ActorId| {
                let end = run.state.actor(*id).and_then(|who| who.end);
                matches!(end, Some((End::Error(_), _)))
            };
            let all_give = account.inside.each.iter().all(|(id, (_, gave))| *gave || failed(id));
            // Where there are never more than it was made for, one gives for another; and what begins with none is a signal. A bounded
            // one refuses the permit that is too many, to somebody who fails with it.
            let refused = account.inside.each.iter().filter(|(id, _)| failed(id));
            let refused: i64 = refused.map(|(_, (has, _))| i64::from(*has)).sum();
            let is_even = permits == 0 || account.surplus.1.max(account.surplus.0 + refused) <= 0;
            if !all_give || is_even || account.most <= permits as usize {
                continue;
            }
            found.push(Finding {
                kind: FindingKind::OverReleased,
                at: run.trace.events()[event].at,
                event,
                actors: vec![actor],
                resources: vec![res],
                sentence: capital(&format!(
                    "{} gave a permit of {} back that it did not have: after that up to {} were inside at once, and it was \
                     made for {permits}.",
                    run.meta.actor_name(actor),
                    the(run.meta, res),
                    account.most,
                )),
            });
        }
        found
    }
}
