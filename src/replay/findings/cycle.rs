//! Circles of actors that wait for each other: over locks, rlocks and the ends of actors.

use super::{Check, Finding, FindingKind, Run};
use crate::replay::State;
use crate::replay::words::{capital, the};
use crate::trace::{
    ActorId, Event, EventKind, Meta, Nanos, ResourceId, ResourceKind, WaitEnd, WaitOp,
};

/// Circles that have closed and not come apart.
#[derive(Default)]
pub(super) struct Cycles {
    closed: Vec<Circle>,
}

/// Each waits for the resource that the next one keeps.
struct Circle {
    at: Nanos,
    event: usize,
    members: Vec<(ActorId, ResourceId)>,
}

impl Check for Cycles {
    fn follow(&mut self, run: &Run<'_>, index: usize, event: &Event) {
        match event.kind {
            EventKind::WaitBegan { .. } => {
                if let Some(members) = circle(run.meta, run.state, event.actor) {
                    self.closed.push(Circle { at: event.at, event: index, members });
                }
            }
            // Somebody else gave back what one of them waits for.
            EventKind::Released { res } => {
                self.closed.retain(|circle| circle.members.iter().all(|member| member.1 != res));
            }
            EventKind::Acquired { .. } | EventKind::WaitEnded { .. } if goes_on(&event.kind) => {
                let holds = |circle: &Circle| circle.members.iter().all(|m| m.0 != event.actor);
                self.closed.retain(holds);
            }
            _ => {}
        }
    }

    fn finish(self: Box<Self>, run: &Run<'_>) -> Vec<Finding> {
        self.closed.into_iter().map(|circle| circle.finding(run.meta)).collect()
    }
}

/// Whether an event ends a wait other than because the run was stopped.
pub(super) fn goes_on(kind: &EventKind) -> bool {
    match kind {
        EventKind::Acquired { .. } => true,
        EventKind::WaitEnded { how, .. } => *how != WaitEnd::Cancelled,
        _ => false,
    }
}

/// The circle that closes with an actor's wait.
fn circle(meta: &Meta, state: &State, first: ActorId) -> Option<Vec<(ActorId, ResourceId)>> {
    let mut members = Vec::new();
    let mut at = first;
    loop {
        let who = state.actor(at).filter(|who| who.end.is_none() && who.sleeping.is_none())?;
        let waiting = who.waiting?;
        members.push((at, waiting.res));
        let resource = meta.resource(waiting.res)?;
        let next = match (waiting.op, resource.kind) {
            (WaitOp::Acquire, ResourceKind::Lock | ResourceKind::RLock) => {
                state.resource(waiting.res)?.owners.first().map(|owner| owner.0)?
            }
            (WaitOp::Join, _) if resource.is_an_end() => resource.of?,
            _ => return None,
        };
        if next == first {
            return Some(members);
        }
        // A circle without the one that it begins with closed before.
        if members.iter().any(|member| member.0 == next) {
            return None;
        }
        at = next;
    }
}

impl Circle {
    fn finding(self, meta: &Meta) -> Finding {
        let mut parts: Vec<String> = Vec::new();
        let count = self.members.len();
        for (place, (who, res)) in self.members.iter().enumerate() {
            let next = meta.actor_name(self.members[(place + 1) % count].0);
            let is_end = meta.resource(*res).is_some_and(|r| r.is_an_end());
            let (name, what) = (meta.actor_name(*who), the(meta, *res));
            parts.push(match is_end {
                true => format!("{name} waits for {what}"),
                false => format!("{name} waits for {what}, which {next} holds"),
            });
        }
        let (kind, sentence) = match &self.members[..] {
            [(who, res)] => (
                FindingKind::SelfDeadlock,
                format!(
                    "{} waits for {}, which it holds itself: while it waits it cannot give that back.",
                    capital(&meta.actor_name(*who)),
                    the(meta, *res)
                ),
            ),
            _ => (
                FindingKind::Deadlock,
                format!("Deadlock: {}. None of them can go on.", parts.join("; ")),
            ),
        };
        Finding {
            kind,
            at: self.at,
            event: self.event,
            actors: self.members.iter().map(|member| member.0).collect(),
            resources: self.members.iter().map(|member| member.1).collect(),
            sentence,
        }
    }
}
