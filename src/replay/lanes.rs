//! What each actor did over time, and what each resource went through, as runs of equal state: what the swim-lanes
//! draw.

use super::Phase;
use crate::trace::{ActorId, Item, Nanos, ResourceId, TaskId};

/// What a span is about, for its label.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Note {
    /// Nothing to say.
    #[default]
    None,
    /// An item went in during it.
    Put(Item),
    /// An item came out during it.
    Took(Item),
    /// A task.
    Task(TaskId),
}

/// A stretch of time an actor spent in one phase. It ends where the next one of its lane begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// When it began.
    pub start: Nanos,
    /// Index of the event that began it.
    pub event: u32,
    /// The phase.
    pub phase: Phase,
    /// The resource waited for or held.
    pub res: Option<ResourceId>,
    /// What it is about.
    pub note: Note,
}

/// The phases of one actor, in order. Nothing before the first span.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lane {
    /// Its spans; the last one goes on to the end of what is known.
    pub spans: Vec<Span>,
}

/// A stretch of time a resource had one owner, or none. It ends where the next one begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OwnerSpan {
    /// When it began.
    pub start: Nanos,
    /// The owner from then on.
    pub owner: Option<ActorId>,
}

/// A number from one instant on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// From when.
    pub at: Nanos,
    /// The number.
    pub value: u32,
}

/// What one resource went through.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Track {
    /// Owner over time (of a semaphore: the latest to acquire).
    pub owners: Vec<OwnerSpan>,
    /// Number of waiters over time.
    pub waiters: Vec<Step>,
    /// Number of items inside over time.
    pub length: Vec<Step>,
}

/// All lanes and tracks of a trace.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lanes {
    /// By [`ActorId`].
    pub actors: Vec<Lane>,
    /// By [`ResourceId`].
    pub resources: Vec<Track>,
}
