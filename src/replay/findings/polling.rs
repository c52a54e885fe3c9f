//! Looking again and again for what one could wait for.

use super::{Check, Finding, FindingKind, Run};
use crate::replay::words::{capital, count, the};
use crate::trace::{
    ActorId, Event, EventKind, Nanos, ResourceId, ResourceKind, Role, WaitEnd, WaitOp,
};
use std::collections::BTreeMap;

/// Of fewer looks in a row nothing is said.
const OFTEN: usize = 10;

/// Looks in vain, one after another.
#[derive(Default)]
pub(super) struct Polling {
    now: BTreeMap<ActorId, Looks>,
    most: BTreeMap<(ActorId, ResourceId), Looks>,
    waits: BTreeMap<ActorId, WaitOp>,
}

#[derive(Clone, Copy)]
struct Looks {
    res: ResourceId,
    op: WaitOp,
    times: usize,
    event: usize,
    from: Nanos,
    to: Nanos,
}

impl Polling {
    fn looked(&mut self, index: usize, event: &Event, res: ResourceId, op: WaitOp) {
        let new = Looks { res, op, times: 0, event: index, from: event.at, to: event.at };
        let looks = self.now.entry(event.actor).or_insert(new);
        if looks.res != res {
            *looks = new;
        }
        looks.times += 1;
        looks.to = event.at;
        let looks = *looks;
        if looks.times >= OFTEN {
            let most = self.most.entry((event.actor, res)).or_insert(looks);
            if most.times < looks.times {
                *most = looks;
            }
        }
    }
}

impl Check for Polling {
    fn follow(&mut self, run: &Run<'_>, index: usize, event: &Event) {
        use EventKind as K;
        let actor = event.actor;
        match event.kind {
            K::WaitBegan { op, .. } => drop(self.waits.insert(actor, op)),
            K::FoundEmpty { res } => {
                let kind = run.meta.resource(res).map(|resource| resource.kind);
                let is_pool = kind == Some(ResourceKind::Pool);
                let op = if is_pool { WaitOp::Result } else { WaitOp::Get };
                self.looked(index, event, res, op);
            }
            K::WaitEnded { res, how: WaitEnd::TimedOut } => match self.waits.remove(&actor) {
                // Who waits for an event or a condition with a time-out may have something else to do meanwhile.
                Some(op @ (WaitOp::Get | WaitOp::Join | WaitOp::Acquire | WaitOp::Result)) => {
                    self.looked(index, event, res, op);
                }
                _ => drop(self.now.remove(&actor)),
            },
            K::SleepBegan { .. }
            | K::SleepEnded
            | K::At
            | K::Message { .. }
            | K::Measured { .. } => {}
            _ if run.role(actor) == Role::User => {}
            _ => drop(self.now.remove(&actor)),
        }
    }

    fn finish(self: Box<Self>, run: &Run<'_>) -> Vec<Finding> {
        if run.is_partial() {
            return Vec::new();
        }
        let found = self.most.into_iter().map(|((actor, res), looks)| {
            let what = the(run.meta, res);
            let (looked, instead) = match looks.op {
                WaitOp::Get => (
                    format!("whether there is something in {what}"),
                    "If it has nothing else to do meanwhile, `get` without a time-out sleeps until there is something, and goes on at once; a plain queue's last item, such as `None`, can tell it to stop",
                ),
                WaitOp::Join => (
                    format!("whether {what} has come"),
                    "If it has nothing else to look at meanwhile, `join` without a time-out sleeps until then, and goes on at once",
                ),
                WaitOp::Acquire => (
                    format!("whether {what} is free"),
                    "If it has nothing else to look at meanwhile, `acquire` without a time-out sleeps until it is, and goes on at once",
                ),
                _ => (
                    format!("whether {what} has a result"),
                    "If it has nothing else to do meanwhile, asking for it without a time-out sleeps until there is one, and goes on at once",
                ),
            };
            let sentence = format!(
                "{} looked {} in a row {looked}, for {}, and each time in vain: that is polling. {instead}.",
                run.meta.actor_name(actor),
                count(looks.times, "time"),
                looks.to.since(looks.from),
            );
            Finding {
                kind: FindingKind::Polling,
                at: looks.from,
                event: looks.event,
                actors: vec![actor],
                resources: vec![res],
                sentence: capital(&sentence),
            }
        });
        found.collect()
    }
}
