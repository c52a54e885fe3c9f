//! What was true at an instant, worked out from a trace. Pure: no clock, no I/O, no drawing.

mod lanes;
mod state;

pub use lanes::{Lane, Lanes, Note, OwnerSpan, Span, Step, Track};
pub use state::{
    ActorState, Held, Phase, ResourceState, Said, Sleeping, State, Waiter, Waiting, Working,
};
