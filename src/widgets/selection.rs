//! The selection.

use crate::trace::{ActorId, ResourceId};

/// What the user has selected; shown in stage, lanes, code and log at once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Selection {
    /// Nothing.
    #[default]
    None,
    /// An actor.
    Actor(ActorId),
    /// An event, by its index in the trace.
    Event(usize),
    /// A resource.
    Resource(ResourceId),
}
