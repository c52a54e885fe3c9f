//! The parts of a trial on record, as spans of main.

use crate::record::Log;
use crate::topics::Lab;
use crate::trace::{EventKind, TextId};

/// What the parts are called, in their order. The bundled Python program calls them the same.
pub const NAMES: [&str; 3] = ["start", "map", "shutdown"];

/// One part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Making the pool.
    Start,
    /// Squaring.
    Map,
    /// Closing the pool and waiting for its end.
    Shutdown,
}

/// Puts the parts of trials on record.
#[derive(Clone, Copy, Debug)]
pub struct Laps {
    names: [TextId; 3],
}

impl Laps {
    /// With the names of this run.
    pub fn new(lab: &Lab<'_>) -> Self {
        Self { names: NAMES.map(|name| lab.text(name)) }
    }

    /// Does what is a part of its own.
    pub fn run<T>(&self, log: &Log, part: Part, what: impl FnOnce() -> T) -> T {
        let name = self.names[part as usize];
        log.record(EventKind::SpanBegan { name });
        let done = what();
        log.record(EventKind::SpanEnded { name });
        done
    }
}
