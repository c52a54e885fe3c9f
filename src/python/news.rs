//! What is told of a run while it goes on, and when it is over.

use crate::trace::{Batch, Nanos};
use std::time::Duration;

/// The most bytes of output that are kept of each stream.
pub const KEPT: usize = 10_000_000;

/// Where output came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stream {
    /// Standard output.
    Out,
    /// Standard error.
    Err,
}

/// News of a run.
#[derive(Debug)]
pub enum Update {
    /// More of its trace.
    Batch(Batch),
    /// More of its output. Beyond what is kept, nothing comes.
    Output(Stream, Vec<u8>),
    /// It is over; no update follows.
    Ended(Ending),
}

/// How a run ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ending {
    /// The program's exit status, where it ended by itself.
    pub exit_status: Option<i32>,
    /// The signal that killed it.
    pub signal: Option<i32>,
    /// It was ended because it took too long.
    pub timed_out: bool,
    /// How long it might have taken.
    pub limit: Option<Duration>,
    /// Somebody stopped it.
    pub stopped: bool,
    /// It was ended because nobody in it could go on.
    pub stuck: bool,
    /// Why it could not be run, or not to its end.
    pub failure: Option<String>,
    /// How many processes it had left behind, which were ended.
    pub left: usize,
    /// Bytes of output and of errors beyond what is kept.
    pub cut: [u64; 2],
    /// How long it took.
    pub wall: Nanos,
}
