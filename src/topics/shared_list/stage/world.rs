//! Which resources and threads of a trace belong together.

use crate::topics::shared_list::experiment::LOCKED_SUFFIX;
use crate::trace::{ActorId, Meta, ResourceId, ResourceKind};

/// A list and what guards it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum World {
    /// A list behind a lock.
    Guarded(Guarded),
    /// A list that nothing guards.
    Racing(Racing),
}

/// A list behind a lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Guarded {
    /// The lock.
    pub lock: ResourceId,
    /// The list.
    pub list: ResourceId,
}

/// A list that nothing guards: `cells[head..tail]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Racing {
    /// Where the list begins.
    pub head: ResourceId,
    /// Where it ends.
    pub tail: ResourceId,
    /// The cells.
    pub cells: ResourceId,
}

/// The worlds of a trace, the guarded one first. Before a run: the guarded one, with ids that nothing has yet.
pub fn worlds(meta: &Meta) -> Vec<World> {
    let find = |kind, name: &str| {
        let mut all = meta.resources.iter();
        let index = all.position(|r| r.kind == kind && r.name == name)?;
        Some(ResourceId::from_index(index))
    };
    let guarded = find(ResourceKind::Lock, "list lock").zip(find(ResourceKind::List, "list"));
    let mut worlds: Vec<World> = Vec::new();
    if let Some((lock, list)) = guarded {
        worlds.push(World::Guarded(Guarded { lock, list }));
    }
    let ends = find(ResourceKind::Value, "head").zip(find(ResourceKind::Value, "tail"));
    if let Some(((head, tail), cells)) = ends.zip(find(ResourceKind::Array, "list")) {
        worlds.push(World::Racing(Racing { head, tail, cells }));
    }
    if worlds.is_empty() {
        let none = ResourceId(u16::MAX);
        let locking = meta.params.iter().find(|(key, _)| key == "lock").map(|(_, v)| v.as_str());
        if locking != Some("without") {
            worlds.push(World::Guarded(Guarded { lock: none, list: none }));
        }
        if matches!(locking, Some("without" | "both")) {
            worlds.push(World::Racing(Racing { head: none, tail: none, cells: none }));
        }
    }
    worlds
}

/// The threads of a world: all but main, told apart by their names where two worlds ran.
pub fn threads(meta: &Meta, world: &World, side_by_side: bool) -> Vec<ActorId> {
    let guarded = matches!(world, World::Guarded(_));
    let belongs = |name: &str| !side_by_side || name.ends_with(LOCKED_SUFFIX) == guarded;
    meta.actors
        .iter()
        .enumerate()
        .filter(|(_, actor)| actor.parent.is_some() && belongs(&actor.name))
        .map(|(index, _)| ActorId::from_index(index))
        .collect()
}
