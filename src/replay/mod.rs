//! What was true at an instant, worked out from a trace. Pure: no clock, no I/O, no drawing.
//!
//! [`State`] is what is true after some events; [`State::apply`] takes it over the next one. [`Replay`] does so for a
//! whole trace and keeps what makes any instant quick to reach, with lanes, statistics and oddities; [`Cursor`] is a
//! place in it that moves. [`why`], [`phrase`] and [`describe`] say states and events in words, of which [`words`] has the
//! small ones: plurals, numbers, names of signals. [`lost_updates`] finds the witnesses of a race.
//!
//! Invariants:
//! - Nothing panics on any trace: ids beyond the tables grow them, impossible sequences are answered with an [`Oddity`].
//! - What is known of a trace does not depend on the pieces it came in.

mod channels;
pub mod circle;
mod crowds;
mod cursor;
pub mod findings;
mod inside;
mod journey;
mod keyframes;
mod lanes;
mod lost;
mod marks;
mod oddity;
pub mod pace;
mod reduce;
mod scene;
mod section;
mod side_by_side;
mod standstill;
mod state;
pub mod statistics;
mod stats;
mod sums;
mod tasks;
mod time_outs;
mod watchdog;
pub mod words;

pub use channels::fragments;
pub use circle::Circle;
pub use crowds::crowds;
pub use cursor::Cursor;
pub use findings::{Finding, FindingKind, findings};
pub use inside::most_inside;
pub use journey::{Course, JOURNEYS, Journey, Journeys, STOPS, Stop};
pub use keyframes::Replay;
pub use lanes::{Gap, Lane, Lanes, Note, OwnerSpan, Span, Step, TaskSpan, Track};
pub use lost::{Access, LostUpdate, lost_updates, overwrites};
pub use marks::{Mark, MarkKind, Marks};
pub use oddity::Oddity;
pub use pace::Pace;
pub use scene::{ProcessAt, Scene, SectionAt, Tie, TieKind, is_guarded_by, program, section_at};
pub use side_by_side::under_way;
pub use standstill::{awaits_a_signal, is_stuck};
pub use state::{
    ActorState, Held, LINES, Pending, Phase, PoolState, READERS, Read, ResourceState, Said,
    SectionState, Sleeping, State, Waiter, Waiting, Working, Write,
};
pub use stats::{ActorStats, Longest, ResourceStats, Stats};
pub use sums::{Block, Sums};
pub use tasks::{Ending, PoolTasks, Stage as TaskStage, Task, Tasks};
pub use time_outs::TimeOuts;
pub use watchdog::Watchdog;
pub use words::{
    Why, bytes, describe, describe_in, missing, phrase, phrases, run_summary, section_summary,
    silence, why,
};
