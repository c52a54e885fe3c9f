//! The thread that gathers what everybody records.

use super::recorder::Shared;
use super::refused;
use super::stream::{Drained, Reader};
use crate::trace::merge::Merger;
use crate::trace::{Batch, Nanos, Silence};
use std::sync::atomic::Ordering;
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;
use std::time::Duration;

/// How long the collector sleeps unless somebody has recorded much.
const TICK: Duration = Duration::from_millis(4);
/// The distance that a promise keeps behind the clock; see [`Reader::drain`].
const MARGIN: Nanos = Nanos::from_millis(2);

/// A batch without news is sent only when the recording has become complete for this much longer.
const TOLD_EVERY: Nanos = Nanos::from_millis(8);

/// The time for which the events of all others are held back while an actor in another process does not report.
const PATIENCE: Nanos = Nanos::from_millis(1_000);

/// The collector did not bring everything to its sink.
#[derive(Debug, thiserror::Error)]
pub enum CollectorError {
    /// The system refused the thread; nothing was collected.
    #[error("the recording thread could not be started: {}", refused::why(.0))]
    NotStarted(#[source] std::io::Error),
    /// The sink panicked with this message; what came after is lost.
    #[error("what was recorded could not be handed on: {0}")]
    SinkPanicked(String),
}

/// Owns the collector thread. Dropping it without [`Collector::finish`] finishes too, but hides errors.
#[must_use = "finish it, to learn whether everything was collected"]
pub struct Collector {
    shared: Arc<Shared>,
    thread: Option<std::io::Result<JoinHandle<()>>>,
}

/// A collector's thread that has nothing to collect yet.
pub(super) struct Idle {
    hand_over: mpsc::SyncSender<Arc<Shared>>,
    thread: std::io::Result<JoinHandle<()>>,
}

impl Idle {
    /// Its thread begins to collect.
    pub(super) fn collect(self, shared: Arc<Shared>) -> Collector {
        match &self.thread {
            // It cannot be set yet: the recorder is new.
            Ok(thread) => drop(shared.collector.set(thread.thread().clone())),
            Err(_) => shared.nobody_reads(),
        }
        // It cannot fail: there is room for one, and the thread, where there is one, waits for it.
        let _ = self.hand_over.send(Arc::clone(&shared));
        Collector { shared, thread: Some(self.thread) }
    }
}

impl Collector {
    /// Starts the thread, which takes longer than anything else at the start of a recording.
    pub(super) fn spawn(sink: impl FnMut(Batch) + Send + 'static) -> Idle {
        let (hand_over, handed) = mpsc::sync_channel(1);
        let thread = std::thread::Builder::new().name("collector".to_owned()).spawn(move || {
            // Nothing comes where the recorder's maker panicked.
            if let Ok(shared) = handed.recv() {
                let gathering = Gathering {
                    shared,
                    merger: Merger::new(),
                    streams: Vec::new(),
                    events: 0,
                    told: Nanos::ZERO,
                    silences: Vec::new(),
                    sink,
                };
                gathering.run();
            }
        });
        Idle { hand_over, thread }
    }

    /// Drains everything, hands the last batch to the sink, and ends the thread. Logs still alive may go on
    /// recording, into nothing: end them first.
    ///
    /// # Errors
    /// Where the thread never ran, or the sink panicked.
    pub fn finish(mut self) -> Result<(), CollectorError> {
        self.join()
    }

    fn join(&mut self) -> Result<(), CollectorError> {
        let Some(thread) = self.thread.take() else {
            return Ok(());
        };
        let thread = thread.map_err(CollectorError::NotStarted)?;
        self.shared.finishing.store(true, Ordering::Release);
        thread.thread().unpark();
        thread.join().map_err(|payload| {
            CollectorError::SinkPanicked(super::panics::message(payload.as_ref()))
        })
    }
}

impl Drop for Collector {
    fn drop(&mut self) {
        if let Err(error) = self.join() {
            log::error!("{error}");
        }
    }
}

struct Gathering<S> {
    shared: Arc<Shared>,
    merger: Merger,
    streams: Vec<Reader>,
    /// How many events were taken in.
    events: u64,
    /// The instant up to which the recording was complete, as the last batch told.
    told: Nanos,
    /// The actors that do not report, as the last batch told.
    silences: Vec<Silence>,
    sink: S,
}

impl<S: FnMut(Batch)> Gathering<S> {
    fn run(mut self) {
        let _over = Over(Arc::clone(&self.shared));
        loop {
            let finishing = self.shared.finishing.load(Ordering::Acquire);
            let more = self.round();
            if more {
                continue;
            }
            if finishing {
                return self.last_round();
            }
            std::thread::park_timeout(TICK);
        }
    }

    /// Takes in the events recorded so far, and hands on those that are safe. Answers whether more may wait already.
    fn round(&mut self) -> bool {
        let promise = self.shared.clock.now() - MARGIN;
        let more = self.drain(promise);
        // After draining: an actor that is not among these was registered later, so it stamps later than all we have.
        for stream in self.shared.take_streams() {
            self.merger.open(stream.actor());
            self.streams.push(stream);
        }
        let silences = self.listen(promise);
        // After draining: whatever an event names was registered before the event was recorded.
        let mut batch = self.shared.take_news();
        self.merger.pass_on(&mut batch.events);
        // Where no stream is open, a new one begins later than the promise was made.
        self.hand_on(batch, self.merger.safe_until().min(promise), silences);
        more
    }

    /// The actors that have not reported for too long; the events of the others are held back for them no more.
    fn listen(&mut self, now: Nanos) -> Vec<Silence> {
        let mut silences = Vec::new();
        for stream in &self.streams {
            let actor = stream.actor();
            let unheard = stream.unheard_since(&self.merger);
            let silence = unheard.filter(|since| now.since(*since) > PATIENCE);
            self.merger.set_aside(actor, silence.is_some());
            silences.extend(silence.map(|since| Silence { actor, since }));
        }
        silences
    }

    /// Takes in the events of actors that were registered last, and hands on all that is left.
    fn last_round(&mut self) {
        let promise = self.shared.clock.now() - MARGIN;
        self.streams.extend(self.shared.take_streams());
        while self.drain(promise) {}
        for stream in &mut self.streams {
            stream.tell_lost(&mut self.merger);
        }
        let mut batch = self.shared.take_news();
        self.merger.finish(&mut batch.events);
        self.hand_on(batch, promise, Vec::new());
    }

    fn hand_on(&mut self, mut batch: Batch, until: Nanos, silences: Vec<Silence>) {
        batch.warnings = self.merger.take_warnings();
        if silences != self.silences {
            self.silences.clone_from(&silences);
            batch.silences = Some(silences);
        }
        batch.until = until.max(self.told);
        if !batch.is_empty() || batch.until >= self.told + TOLD_EVERY {
            self.told = batch.until;
            (self.sink)(batch);
        }
    }

    /// Takes in what there is. Whether there may be more.
    fn drain(&mut self, promise: Nanos) -> bool {
        let Self { merger, streams, events, .. } = self;
        let mut more = false;
        streams.retain_mut(|stream| {
            let (count, drained) = stream.drain(merger, promise);
            *events += count;
            more |= drained == Drained::Part;
            if drained == Drained::Ended {
                merger.close(stream.actor());
            }
            drained != Drained::Ended
        });
        self.shared.stop_beyond(*events);
        more
    }
}

/// Tells the recorder when dropped, so also if the sink panics, that nobody reads what is recorded any more.
struct Over(Arc<Shared>);

impl Drop for Over {
    fn drop(&mut self) {
        self.0.nobody_reads();
    }
}
