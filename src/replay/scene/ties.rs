//! What ties actors to resources and to each other.

use super::{Tie, TieKind};
use crate::replay::state::{ResourceState, State, Waiter, Waiting};
use crate::trace::{ActorId, Meta, Nanos, ResourceId, WaitOp};

/// The ties of `actors`, each named once, at an instant; sorted by actor.
pub fn of(meta: &Meta, state: &State, actors: impl Iterator<Item = ActorId>) -> Vec<Tie> {
    let mut ties = Ties {
        meta,
        state,
        here: vec![false; state.actors.len()],
        lines: vec![None; state.actors.len()],
        found: Vec::new(),
    };
    for resource in &state.resources {
        ties.line(resource);
    }
    for id in actors {
        ties.actor(id);
    }
    for (index, resource) in state.resources.iter().enumerate() {
        ties.resource(ResourceId::from_index(index), resource);
    }
    // Stable: the ties of one actor stay in the order they were found.
    ties.found.sort_by_key(|tie| tie.actor);
    ties.found
}

/// Whether an actor still holds the lock that guards a resource, without a break since `touched`, when it used it. Then
/// nobody else can have seen yet what it did, and an item it moved is drawn in its hands.
pub fn is_guarded_by(
    meta: &Meta,
    state: &State,
    res: ResourceId,
    actor: ActorId,
    touched: Nanos,
) -> bool {
    let guard = meta.resource(res).and_then(|r| r.guard).and_then(|guard| state.resource(guard));
    let is_there = state.actor(actor).is_some_and(|actor| actor.end.is_none());
    is_there
        && guard.is_some_and(|guard| {
            (guard.owners.iter()).any(|(owner, held)| *owner == actor && held.since <= touched)
        })
}

struct Ties<'a> {
    meta: &'a Meta,
    state: &'a State,
    /// Of each actor, whether it stands in the scene.
    here: Vec<bool>,
    /// The place of each waiting actor among the waiters for the operation it waits for.
    lines: Vec<Option<(usize, Waiter)>>,
    found: Vec<Tie>,
}

impl Ties<'_> {
    /// Who waits for a resource, in which place.
    fn line(&mut self, resource: &ResourceState) {
        let mut ops: Vec<(WaitOp, usize)> = Vec::new();
        for waiter in &resource.waiters {
            let place = match ops.iter_mut().find(|(op, _)| *op == waiter.op) {
                Some((_, count)) => {
                    *count += 1;
                    *count
                }
                None => {
                    ops.push((waiter.op, 0));
                    0
                }
            };
            if let Some(line) = self.lines.get_mut(waiter.actor.index()) {
                *line = Some((place, *waiter));
            }
        }
    }

    fn actor(&mut self, id: ActorId) {
        let Some(actor) = self.state.actor(id) else { return };
        self.here[id.index()] = true;
        let mut add = |since, kind| self.found.push(Tie { actor: id, since, kind });
        for held in &actor.holding {
            add(held.since, TieKind::Holds { res: held.res, depth: held.depth });
        }
        // What an actor that has ended worked on, nobody works on.
        if let Some(working) = actor.task.filter(|_| actor.end.is_none()) {
            add(working.since, TieKind::Runs { pool: working.pool, task: working.task });
        }
        if let Some(waiting) = actor.waiting.filter(|waiting| waiting.op != WaitOp::Task) {
            let kind = self.wait(id, waiting);
            self.found.push(Tie { actor: id, since: waiting.since, kind });
        }
    }

    fn wait(&self, id: ActorId, Waiting { res, op, .. }: Waiting) -> TieKind {
        let end = self.meta.resource(res).filter(|resource| resource.is_an_end());
        let target = end.and_then(|end| end.of);
        if let Some(target) = target.filter(|target| self.meta.actor(*target).is_some()) {
            return TieKind::Joins { target };
        }
        let (place, passed_over) =
            self.lines[id.index()].map_or((0, 0), |(place, waiter)| (place, waiter.passed_over));
        let notified = self.state.resource(res).map_or(0, |resource| resource.notified as usize);
        let notified = op == WaitOp::Wait && place < notified;
        TieKind::Waits { res, op, place, passed_over, notified }
    }

    fn resource(&mut self, res: ResourceId, resource: &ResourceState) {
        if let Some((since, actor, item, inwards)) = resource.last_move
            && self.is_at_work(actor)
            && is_guarded_by(self.meta, self.state, res, actor, since)
        {
            self.found.push(Tie { actor, since, kind: TieKind::Moves { res, item, inwards } });
        }
        for read in &resource.readers {
            if self.is_at_work(read.actor) {
                let stale = read.version != resource.version;
                let kind = TieKind::Reads { res, value: read.value, stale };
                self.found.push(Tie { actor: read.actor, since: read.at, kind });
            }
        }
    }

    /// Whether an actor stands in the scene and has not ended.
    fn is_at_work(&self, id: ActorId) -> bool {
        let here = self.here.get(id.index()).is_some_and(|here| *here);
        here && self.state.actor(id).is_some_and(|actor| actor.end.is_none())
    }
}
