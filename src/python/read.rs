//! What processes have recorded in a folder, all at once: of a run that is over.

use super::events::{Events, Over};
use super::listings::Listings;
use super::run::known;
use crate::replay::{Replay, is_stuck};
use crate::trace::{Batch, Meta, Program, RecordedBy, Trace};
use std::path::Path;

/// A run that is over.
pub struct Read {
    /// What was recorded.
    pub trace: Trace,
    /// What is derived from it.
    pub replay: Replay,
}

/// Reads the recordings in a folder, of the program that `script` began. Whoever has not ended on record stays as they were.
pub fn read(folder: &Path, script: &Path) -> Read {
    let (listings, listing) = Listings::of(script);
    let mut events = Events::new(folder, listings, 0);
    let batch = events.all(Over::Stuck);
    let program = Program { name: "CPython".to_owned(), version: events.version() };
    let mut trace = Trace::new(Meta { program, recorder: RecordedBy::Python, ..Meta::default() });
    trace.apply(known(listing));
    trace.apply(batch);
    let mut replay = Replay::new(&trace);
    if is_stuck(trace.meta(), replay.latest()) {
        let stuck = Some(trace.end());
        trace.apply(Batch { stuck, ..Batch::default() });
        replay = Replay::new(&trace);
    }
    Read { trace, replay }
}
