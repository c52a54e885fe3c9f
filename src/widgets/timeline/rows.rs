//! The rows of the timeline, and the lane of a row that several actors share.

use crate::replay::{Lanes, Span};
use crate::trace::{ActorId, Meta, Nanos, ResourceId, ResourceKind};

/// A choice of rows, for runs with more actors than a person can follow.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Rows {
    /// The actors of each lane, from top to bottom. Actors that share a row live one after the other; where they overlap,
    /// the later one hides the earlier.
    pub actors: Vec<Vec<ActorId>>,
    /// The resources, below the lanes.
    pub resources: Vec<ResourceId>,
}

impl Rows {
    /// The actor that each row shows at an instant.
    pub fn actors_at(&self, t: Nanos, lanes: &Lanes) -> Vec<ActorId> {
        let first = |actor: &ActorId| {
            let lane = lanes.actors.get(actor.index())?;
            lane.spans.first().map(|span| span.start)
        };
        let rows = self.actors.iter().filter_map(|actors| {
            let born = |a: &&ActorId| first(a).is_some_and(|at| at <= t);
            actors.iter().rev().find(born).or(actors.first())
        });
        rows.copied().collect()
    }
}

/// What a row shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RowKind {
    /// What an actor does.
    Actor(ActorId),
    /// What several actors do, one after the other: the place of the row in [`Rows::actors`].
    Shared(u16),
    /// Who owns a resource.
    Owner(ResourceId),
    /// How many wait for a resource.
    Waiters(ResourceId),
    /// How many items a resource holds.
    Length(ResourceId),
}

/// The lane of a row that several actors share.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SharedLane {
    /// The actors with the instants at which they begin, sorted.
    pub turns: Vec<(Nanos, ActorId)>,
    /// Their spans, one actor after the other.
    pub spans: Vec<Span>,
}

impl SharedLane {
    /// The lane of actors, given in the order in which they lived.
    pub fn new(actors: &[ActorId], lanes: &Lanes) -> Self {
        let mut lane = Self::default();
        for &actor in actors {
            let spans = lanes.actors.get(actor.index()).map(|l| &l.spans[..]);
            let Some([first, ..]) = spans else { continue };
            let begins = |s: &Span| s.start < first.start;
            lane.spans.truncate(lane.spans.partition_point(begins));
            while lane.turns.last().is_some_and(|(at, _)| *at >= first.start) {
                lane.turns.pop();
            }
            lane.turns.push((first.start, actor));
            lane.spans.extend_from_slice(spans.unwrap_or_default());
        }
        lane
    }

    /// The actor shown at an instant; before the first begins, the first.
    pub fn at(&self, t: Nanos) -> Option<ActorId> {
        let past = self.turns.partition_point(|(at, _)| *at <= t);
        let turn = self.turns.get(past.saturating_sub(1));
        turn.map(|(_, actor)| *actor)
    }
}

/// All rows: lanes, then what each resource went through.
pub fn kinds(meta: &Meta, lanes: &Lanes, chosen: Option<&Rows>) -> Vec<RowKind> {
    let mut rows: Vec<_> = match chosen {
        None => {
            let actors = meta.actors.len().max(lanes.actors.len());
            (0..actors).map(|i| RowKind::Actor(ActorId::from_index(i))).collect()
        }
        Some(chosen) => (0_u16..)
            .zip(&chosen.actors)
            .filter_map(|(place, actors)| match actors[..] {
                [] => None,
                [actor] => Some(RowKind::Actor(actor)),
                _ => Some(RowKind::Shared(place)),
            })
            .collect(),
    };
    for (i, track) in lanes.resources.iter().enumerate() {
        let id = ResourceId::from_index(i);
        if chosen.is_some_and(|chosen| !chosen.resources.contains(&id)) {
            continue;
        }
        let kind = meta.resources.get(i).map(|r| r.kind);
        // A wait for one actor's end shows in the lanes of both.
        if kind == Some(ResourceKind::Future) {
            continue;
        }
        // A resource that is ever used is used within the first few steps: there is no need to read millions.
        if track.owners.iter().take(8).any(|o| o.owner.is_some()) {
            rows.push(RowKind::Owner(id));
        }
        // An actor that waits for results stands in no waiting line.
        let line = kind != Some(ResourceKind::Pool);
        if line && track.waiters.iter().take(64).any(|s| s.value > 0) {
            rows.push(RowKind::Waiters(id));
        }
        if track.length.iter().take(64).any(|s| s.value > 0) {
            rows.push(RowKind::Length(id));
        }
    }
    rows
}
