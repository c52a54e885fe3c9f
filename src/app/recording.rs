//! What a tab has recorded, and what is derived from it.

use crate::export::recording::Made;
use crate::replay::{Cursor, Pace, Replay, State};
use crate::trace::{Batch, Nanos, Trace};
use crate::widgets::stage::Memo;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// What was recorded, and what is derived from it.
pub struct Recording {
    /// The trace. Once a run is over, the thread that works out its conclusion reads it too.
    pub trace: Arc<Trace>,
    /// What is derived from it.
    pub replay: Arc<Replay>,
    /// How long each part of it is on screen.
    pub pace: Pace,
    /// A number that no other recording of this process has.
    pub serial: u64,
    /// While it grows: the instant up to which all events are in.
    pub(super) until: Nanos,
    /// When and where it was recorded: here and now, unless it comes from a file.
    pub made: Made,
    /// The file that it comes from, where it does.
    pub file: Option<String>,
    /// Data that the topic's stage has derived from it.
    pub memo: Memo,
    cursor: Cursor,
}

impl Recording {
    /// A trace that nothing is derived from yet.
    pub(super) fn new(trace: Trace) -> Self {
        let replay = Replay::new(&trace);
        Self::of(trace, replay)
    }

    /// A trace with what is derived from it.
    pub(super) fn of(trace: Trace, replay: Replay) -> Self {
        Self::shared(Arc::new(trace), Arc::new(replay))
    }

    /// A trace that others read, too, with what is derived from it.
    pub(super) fn shared(trace: Arc<Trace>, replay: Arc<Replay>) -> Self {
        static SERIAL: AtomicU64 = AtomicU64::new(0);
        Self {
            pace: Pace::new(trace.events()),
            trace,
            replay,
            serial: SERIAL.fetch_add(1, Ordering::Relaxed),
            until: Nanos::ZERO,
            made: Made::now(),
            file: None,
            memo: Memo::default(),
            cursor: Cursor::default(),
        }
    }

    /// Takes in what a run under way adds.
    pub(super) fn take(&mut self, batch: Batch) {
        let Self { trace, replay, pace, .. } = self;
        self.until = self.until.max(batch.until);
        // Whoever else has them keeps them as they are, at the cost of a copy.
        let trace = Arc::make_mut(trace);
        let applied = trace.apply(batch);
        match Arc::get_mut(replay) {
            Some(replay) => replay.update(trace, applied.first_changed),
            None => *replay = Arc::new(Replay::new(trace)),
        }
        pace.update(trace.events(), applied.first_changed);
    }

    /// Moves the state to the instant after the first `events` events.
    pub(super) fn seek(&mut self, events: usize) {
        self.cursor.seek(&self.replay, &self.trace, events);
    }

    /// The state at the cursor.
    pub fn state(&self) -> &State {
        self.cursor.state()
    }
}
