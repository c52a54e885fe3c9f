//! What happened: events, who and what they are about, and the sorted log that holds them.
//!
//! Nothing here draws, does I/O or reads a clock, and nothing knows of Rust's own types: a trace can come
//! from this program's threads, from its child processes, or from another runtime altogether.
//!
//! Invariants:
//! - [`Trace::events`] is sorted by (`at`, `actor`, `seq`); the events of one actor keep the order of their `seq`.
//! - Ids are indices into the tables of [`Meta`]; a table only grows.
//! - Nothing in this module panics on an odd trace: [`Trace::apply`] and [`merge::Merger`] answer with [`Warning`]s.

mod event;
mod follow;
mod ids;
mod item;
mod log;
pub mod merge;
mod meta;
mod signal;
mod time;

pub use event::{End, Event, EventKind, Measure, WaitEnd, WaitOp};
pub use follow::{Follow, Followed};
pub use ids::{ActorId, ExceptionId, ResourceId, SectionId, SourceId, TaskId, TextId};
pub use item::{Item, ItemView};
pub use log::{Applied, Batch, Learned, Silence, Trace, Warning};
pub use meta::{
    Actor, ActorKind, Engine, Home, Language, Left, Listing, Meta, Place, Program, RecordedBy,
    Resource, ResourceKind, Role, Section, SourcePoint,
};
pub use signal::{SIGINT, SIGKILL, SIGTERM, signal_name};
pub use time::Nanos;
