//! The selection.

use crate::trace::{ActorId, ResourceId, Trace};

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

impl Selection {
    /// The actor that is picked, also by one of its events.
    pub fn actor(&self, trace: &Trace) -> Option<ActorId> {
        match *self {
            Self::Actor(actor) => Some(actor),
            Self::Event(index) => trace.events().get(index).map(|event| event.actor),
            Self::None | Self::Resource(_) => None,
        }
    }
}
