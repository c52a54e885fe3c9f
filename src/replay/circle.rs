//! Circles of actors of which each waits for what the next one has: locks, rlocks, and the ends of actors; and for room in
//! a queue, which only those who wait themselves could make.

use super::standstill::is_stuck;
use super::state::State;
use super::words::the;
use crate::trace::{ActorId, Home, Meta, ResourceId, ResourceKind, WaitOp};

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
        let members = match all.clone().find_map(|first| circle(meta, state, first)) {
            Some(members) => members,
            None if is_stuck(meta, state) => all.find_map(|first| undrained(meta, state, first))?,
            None => return None,
        };
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

/// The circle of somebody who waits for room in a queue or pipe while nobody can go on, and those who wait for its end: of
/// them the last one could make room. A process that joins its feeder thread, and who joins that process, say.
fn undrained(meta: &Meta, state: &State, first: ActorId) -> Option<Vec<(ActorId, ResourceId)>> {
    let waiting = state.actor(first)?.waiting.filter(|waiting| waiting.op == WaitOp::Put)?;
    let mut members = vec![(first, waiting.res)];
    let ids = || (0..state.actors.len()).map(ActorId::from_index);
    let mut last = first;
    while let Some((who, res)) = ids().find_map(|id| {
        let (res, has) = next(meta, state, id)?;
        (has == last && members.iter().all(|member| member.0 != id)).then_some((id, res))
    }) {
        members.insert(0, (who, res));
        last = who;
    }
    // Between processes its own process alone does not make it a circle: others are there to take something out.
    let is_shared = meta.resource(waiting.res).is_some_and(|res| res.home == Home::Shared);
    let alone = is_shared && meta.process_of(last) == meta.process_of(first);
    (members.len() > 1 && !alone).then_some(members)
}

/// "Ada waits for fork B, which Bob holds; Bob waits for …".
pub fn each(meta: &Meta, members: &[(ActorId, ResourceId)]) -> String {
    let parts = members.iter().enumerate().map(|(place, (who, res))| {
        let next = meta.actor_name(members[(place + 1) % members.len()].0);
        let (name, what) = (meta.actor_name(*who), the(meta, *res));
        match meta.resource(*res) {
            Some(res) if res.is_an_end() => format!("{name} waits for {what}"),
            Some(res) if matches!(res.kind, ResourceKind::Queue | ResourceKind::Pipe) => {
                format!("{name} waits for room in {what}, and {next} takes nothing out of it while it waits")
            }
            _ => format!("{name} waits for {what}, which {next} holds"),
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
