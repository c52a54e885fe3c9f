//! Small indices into the tables of [`Meta`](super::Meta).

use serde::{Deserialize, Serialize};

macro_rules! id {
    ($(#[$doc:meta])* $name:ident($int:ty)) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub struct $name(pub $int);

        impl $name {
            /// The position in its table.
            pub const fn index(self) -> usize {
                self.0 as usize
            }

            /// The id of a position in its table; positions past the id's range become its last value.
            pub fn from_index(index: usize) -> Self {
                Self(<$int>::try_from(index).unwrap_or(<$int>::MAX))
            }
        }
    };
}

id! {
    /// A process, or a thread of a process.
    ActorId(u16)
}
id! {
    /// Something actors share: a lock, a queue, a list, a pool…
    ResourceId(u16)
}
id! {
    /// A part of a run that is set beside another part.
    SectionId(u16)
}
id! {
    /// A point of the program shown to the user, or [`SourceId::NONE`].
    SourceId(u16)
}
id! {
    /// A text of the trace: a message, an error, the name of a span.
    TextId(u32)
}
id! {
    /// A task of a pool.
    TaskId(u32)
}
id! {
    /// One exception on its journey.
    ExceptionId(u32)
}

impl ResourceId {
    /// Nothing: the bound of an array that is a list from its first cell on.
    pub const NONE: Self = Self(u16::MAX);
}

impl SourceId {
    /// No point of the shown program belongs to the event.
    pub const NONE: Self = Self(u16::MAX);

    /// The id, unless it is [`SourceId::NONE`].
    pub fn some(self) -> Option<Self> {
        (self != Self::NONE).then_some(self)
    }
}

impl Default for SourceId {
    fn default() -> Self {
        Self::NONE
    }
}
