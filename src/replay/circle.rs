//! Circles of actors of which each waits for what the next one has: locks, rlocks, and the ends of actors.

use super::state::State;
use super::words::the;
use crate::trace::{ActorId, Meta, ResourceId, ResourceKind, WaitOp};

/// A circle of waits, and who waits for it to come apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Circle {
    /// Each waits for the resource, which the next one has, and the last one for what the first one has.
    pub members: Vec<(ActorId, ResourceId)>,
    /// Who is no part of it and waits for something that one of them has: that one.
    pub hanging: Vec<(ActorId, ActorId)>,
}

impl Circle {
    /// The first circle that stands at an instant, by its lowest actor.
    pub fn at(meta: &Meta, state: &State) -> Option<Self> {
        let waits = |id: &ActorId| state.actor(*id).is_some_and(|who| who.waiting.is_some());
        let mut all = (0..state.actors.len()).map(ActorId::from_index).filter(waits);
        let members = all.find_map(|first| circle(meta, state, first))?;
        let is_in = |who: ActorId| members.iter().any(|member| member.0 == who);
        let others = (0..state.actors.len()).map(ActorId::from_index).filter(|id| !is_in(*id));
        let hanging = others.filter_map(|id| Some((id, next(meta, state, id)?.1)));
        let hanging = hanging.filter(|(_, target)| is_in(*target)).collect();
        Some(Self { members, hanging })
    }
}

/// What an actor waits for, and who has it.
fn next(meta: &Meta, state: &State, actor: ActorId) -> Option<(ResourceId, ActorId)> {
    // A wait with a time-out is a sleep beside it, and ends by itself.
    let who = state.actor(actor).filter(|who| who.end.is_none() && who.sleeping.is_none())?;
    let waiting = who.waiting?;
    let resource = meta.resource(waiting.res)?;
    let has = match (waiting.op, resource.kind) {
        (WaitOp::Acquire, ResourceKind::Lock | ResourceKind::RLock) => {
            state.resource(waiting.res)?.owners.first().map(|owner| owner.0)?
        }
        (WaitOp::Join, _) if resource.is_an_end() => resource.of?,
        _ => return None,
    };
    Some((waiting.res, has))
}

/// The circle that an actor's wait is part of.
pub fn circle(meta: &Meta, state: &State, first: ActorId) -> Option<Vec<(ActorId, ResourceId)>> {
    let mut members = Vec::new();
    let mut at = first;
    loop {
        let (res, has) = next(meta, state, at)?;
        members.push((at, res));
        if has == first {
            return Some(members);
        }
        // A circle without the one that it begins with closed before.
        if members.iter().any(|member| member.0 == has) {
            return None;
        }
        at = has;
    }
}

/// "Ada waits for fork B, which Bob holds; Bob waits for …".
pub fn each(meta: &Meta, members: &[(ActorId, ResourceId)]) -> String {
    let parts = members.iter().enumerate().map(|(place, (who, res))| {
        let next = meta.actor_name(members[(place + 1) % members.len()].0);
        let is_end = meta.resource(*res).is_some_and(|r| r.is_an_end());
        let (name, what) = (meta.actor_name(*who), the(meta, *res));
        match is_end {
            true => format!("{name} waits for {what}"),
            false => format!("{name} waits for {what}, which {next} holds"),
        }
    });
    parts.collect::<Vec<_>>().join("; ")
}

/// "main waits for lock, which it holds itself: …".
pub fn itself(meta: &Meta, who: ActorId, res: ResourceId) -> String {
    format!(
        "{} waits for {}, which it holds itself: while it waits it cannot give that back.",
        meta.actor_name(who),
        the(meta, res)
    )
}
