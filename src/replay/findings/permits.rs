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
    /// Who wanted to give one back and was refused: the event, who, and whether it had one.
    refused: Vec<(usize, ActorId, bool)>,
    /// How many were inside at once after that, at most.
    most: usize,
    /// How many more were given than taken, now and at most.
    surplus: (i64, i64),
}

impl Check for Permits {
    fn follow(&mut self, run: &Run<'_>, index: usize, event: &Event) {
        let (EventKind::Acquired { res }
        | EventKind::Released { res }
        | EventKind::Refused { res }) = event.kind
        else {
            return;
        };
        let kind = run.meta.resource(res).map(|resource| resource.kind);
        if kind != Some(ResourceKind::Semaphore) || run.stopped {
            return;
        }
        let account = self.of.entry(res).or_default();
        if matches!(event.kind, EventKind::Refused { .. }) {
            let has = account.inside.each.get(&event.actor).is_some_and(|(has, _)| *has > 0);
            account.refused.push((index, event.actor, has));
        } else if matches!(event.kind, EventKind::Acquired { .. }) {
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
            let failed = |id: &ActorId| {
                let end = run.state.actor(*id).and_then(|who| who.end);
                matches!(end, Some((End::Error(_) | End::Exited(1..), _)))
            };
            // Whoever deals with a refusal may have reckoned with it.
            if let Some(refused) = account.refused.iter().find(|(_, actor, _)| failed(actor)) {
                found.push(refusal(run, res, *refused, account.again));
                continue;
            }
            let permits = run.meta.resource(res).and_then(|resource| resource.capacity);
            let (Some((event, actor)), Some(permits)) = (account.again, permits) else { continue };
            // Where some only take, and not because they failed, a semaphore is a signal, and anybody may give.
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

/// A release that was refused, and that somebody failed with: the event, whose, and whether that one had a permit. `again`: the first
/// that gave one back that it did not have.
fn refusal(
    run: &Run<'_>,
    res: ResourceId,
    (event, refused, has): (usize, ActorId, bool),
    again: Option<(usize, ActorId)>,
) -> Finding {
    let (name, what) = (run.meta.actor_name(refused), the(run.meta, res));
    let sentence = match again {
        Some((_, actor)) if has => format!(
            "{} gave a permit of {what} back that it did not have. It is bounded: when {name} wanted to give its own back, all were \
             there, and it was refused.",
            run.meta.actor_name(actor)
        ),
        None if has => format!(
            "{name} wanted to give a permit of {what} back, and was refused: it is bounded, and had all of them back already."
        ),
        _ => format!(
            "{name} wanted to give a permit of {what} back that it did not have, and was refused: it is bounded."
        ),
    };
    let (event, actor) = again.filter(|_| has).unwrap_or((event, refused));
    let mut actors = vec![actor];
    actors.extend((actor != refused).then_some(refused));
    Finding {
        kind: FindingKind::OverReleased,
        at: run.trace.events()[event].at,
        event,
        actors,
        resources: vec![res],
        sentence: capital(&sentence),
    }
}
