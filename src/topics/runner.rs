//! Runs a topic's experiment on background threads and hands its trace over while it grows.

use super::{Lab, Outcome, Outside, Params, Topic, cpython};
use crate::record::thread::{self, Failure};
use crate::record::{Cancel, Clock, Log, Recorder, refused};
use crate::replay::{Replay, Watchdog};
use crate::trace::{Actor, ActorId, Batch, End, Event, EventKind, Nanos, Role, Trace};
use crossbeam::channel::{Receiver, RecvTimeoutError, Sender, unbounded};
use std::cell::Cell;
use std::sync::{Arc, OnceLock};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// News of a run.
#[derive(Debug)]
pub enum Update {
    /// More of its trace.
    Batch(Batch),
    /// It is over; no update follows.
    Ended {
        /// Whether it was done; [`Topic::outcome`] tells what came out.
        result: Result<(), Failure>,
        /// How long it took.
        wall: Nanos,
    },
}

/// A run under way. Dropping it stops the run.
pub struct RunHandle {
    updates: Receiver<Update>,
    signals: Sender<(ActorId, u8)>,
    cancel: Cancel,
    /// Set when everything is prepared and the run begins.
    clock: Arc<OnceLock<Clock>>,
    stopping: Cell<bool>,
    /// Set when nobody can go on: nothing later is on record.
    stuck: Arc<OnceLock<Nanos>>,
    watchdog: Watchdog,
    thread: JoinHandle<()>,
}

/// How long a run may take to end once its time limit has stopped it.
const GRACE: Duration = Duration::from_secs(10);

impl RunHandle {
    /// The updates so far, without waiting.
    pub fn updates(&self) -> impl Iterator<Item = Update> + '_ {
        self.updates.try_iter()
    }

    /// Whether the run is over: no more updates come than there are.
    pub fn is_over(&self) -> bool {
        self.thread.is_finished()
    }

    /// Time since the run's start, on the clock of its events; zero while it is prepared.
    pub fn now(&self) -> Nanos {
        self.clock.get().map_or(Nanos::ZERO, Clock::now)
    }

    /// Asks for a signal to be sent to a process of the run.
    pub fn signal(&self, to: ActorId, signal: u8) {
        // A run that is over has no processes.
        let _ = self.signals.send((to, signal));
    }

    /// Ends the run where its trace, complete up to `until`, proves that nobody can go on. The run is done then, and its
    /// trace ends there with everybody waiting. See [`Watchdog`].
    pub fn watch(&self, trace: &Trace, replay: &Replay, until: Nanos) {
        // Who is silent may do something that is not on record yet.
        if self.stopping.get() || !trace.silences().is_empty() {
            return;
        }
        let is_stuck = self.watchdog.finds_stuck(trace.meta(), replay.latest(), until);
        if is_stuck && self.stuck.set(until).is_ok() {
            self.stop();
        }
    }

    /// Asks the run to stop: sleepers and waiters wake at once. It still ends with [`Update::Ended`]. Never waits: waking
    /// takes a lock that the run's threads take too, so a thread of its own does it.
    pub fn stop(&self) {
        if self.stopping.replace(true) {
            return;
        }
        let cancel = self.cancel.clone();
        let stopper = std::thread::Builder::new().name("stop".to_owned());
        if stopper.spawn(move || cancel.cancel()).is_err() {
            self.cancel.cancel();
        }
    }
}

impl Drop for RunHandle {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Called on a background thread with whatever a run adds to its trace, before anybody else has it.
pub type Tap = Arc<dyn Fn(&Batch) + Send + Sync>;

/// Starts an experiment. `wake` is called on a background thread after each update.
///
/// What is needed before the experiment can begin (names, the fork server) is not part of its time: the clock starts when
/// all of it is there.
///
/// # Errors
/// The system has no thread to spare.
pub fn start(
    topic: &'static dyn Topic,
    params: Params,
    wake: impl Fn() + Send + Sync + 'static,
) -> Result<RunHandle, std::io::Error> {
    start_tapped(topic, params, None, wake)
}

/// Starts an experiment whose trace somebody takes down while it grows.
///
/// # Errors
/// The system has no thread to spare.
pub fn start_tapped(
    topic: &'static dyn Topic,
    params: Params,
    tap: Option<Tap>,
    wake: impl Fn() + Send + Sync + 'static,
) -> Result<RunHandle, std::io::Error> {
    start_with(topic, params, Outside::default(), tap, wake)
}

/// [`start_tapped`], with something else outside.
///
/// # Errors
/// The system has no thread to spare.
pub fn start_with(
    topic: &'static dyn Topic,
    params: Params,
    outside: Outside,
    tap: Option<Tap>,
    wake: impl Fn() + Send + Sync + 'static,
) -> Result<RunHandle, std::io::Error> {
    let (send, updates) = unbounded();
    let (signals, wanted) = unbounded();
    let cancel = Cancel::new();
    let clock = Arc::new(OnceLock::new());
    let (wake, stuck) = (Arc::new(wake), Arc::new(OnceLock::new()));
    let sink = {
        let (send, wake, stuck) = (send.clone(), Arc::clone(&wake), Arc::clone(&stuck));
        let tap = tap.clone();
        move |mut batch: Batch| {
            // What those do that are let go of is no part of the program.
            if let Some(until) = stuck.get() {
                batch.events.retain(|event| event.at <= *until);
            }
            if let Some(tap) = &tap {
                tap(&batch);
            }
            for part in portions(batch) {
                // The receiver is gone when the user has closed the run: nobody wants the rest.
                let _ = send.send(Update::Batch(part));
            }
            wake();
        }
    };
    let (its_cancel, its_clock, its_stuck) =
        (cancel.clone(), Arc::clone(&clock), Arc::clone(&stuck));
    let thread = std::thread::Builder::new().name(format!("run {}", topic.id()));
    let thread = thread.spawn(move || {
        prepare(topic);
        let meta = topic.meta(&params);
        let started = || its_clock.get_or_init(Clock::system).clone();
        let (recorder, collector) = Recorder::begin(meta, started, its_cancel, sink);
        let result = run_as_main(topic, &params, &recorder, &wanted, &outside);
        let wall = recorder.clock().now();
        let finished = collector.finish();
        let result = match (result, finished, recorder.too_many()) {
            (Ok(_), Err(error), _) => {
                Err(Failure::Error(format!("the recording broke off: {error}")))
            }
            // The events are not complete, so nothing is concluded from them.
            (_, _, Some(too_many)) => Err(too_many.into()),
            // It was let go of because it was stuck.
            (Err(Failure::Cancelled), Ok(()), None) if its_stuck.get().is_some() => Ok(()),
            (result, ..) => result,
        };
        if let Some(stuck) = its_stuck.get().copied() {
            let batch = Batch { stuck: Some(stuck), ..Batch::default() };
            if let Some(tap) = &tap {
                tap(&batch);
            }
            let _ = send.send(Update::Batch(batch));
        }
        let _ = send.send(Update::Ended { result, wall });
        wake();
    })?;
    let (stopping, watchdog) = (Cell::new(false), Watchdog::default());
    Ok(RunHandle { updates, signals, cancel, clock, stopping, stuck, watchdog, thread })
}

/// Starts the fork server where the topic has workers, so that its start is no part of the first pool's times. Without
/// a fork server workers start all the same, only slower.
fn prepare(topic: &dyn Topic) {
    #[cfg(unix)]
    if topic.about().has_workers
        && let Err(error) = crate::workers::prepare()
    {
        log::warn!("no fork server: {error}");
    }
    #[cfg(not(unix))]
    let _ = topic;
}

/// A batch in parts of which each is taken in within a fraction of a millisecond; names first.
fn portions(mut batch: Batch) -> impl Iterator<Item = Batch> {
    let events = std::mem::take(&mut batch.events);
    let until = std::mem::take(&mut batch.until);
    let silences = batch.silences.take();
    let parts = events.chunks(PORTION).map(<[Event]>::to_vec);
    let rest = parts.map(|events| Batch { events, ..Batch::default() });
    let mut all: Vec<Batch> = std::iter::once(batch).chain(rest).collect();
    // With the last one everything is in.
    if let Some(last) = all.last_mut() {
        (last.until, last.silences) = (until, silences);
    }
    all.into_iter()
}

/// Events in one part of a batch.
const PORTION: usize = 512;

/// Runs the experiment on this thread as the actor "main"; a panic becomes [`Failure::Panicked`].
fn run_as_main(
    topic: &'static dyn Topic,
    params: &Params,
    recorder: &Recorder,
    signals: &Receiver<(ActorId, u8)>,
    outside: &Outside,
) -> Result<(), Failure> {
    let program = topic.about().shows_program.then(|| {
        let program = recorder.log(Actor::process("parent", "P"));
        program.record(EventKind::Started { os_id: u64::from(std::process::id()) });
        program
    });
    let mut main = Actor::thread("main", "M").with_role(Role::Main);
    main.parent = program.as_ref().map(Log::id);
    let result = thread::run_here(recorder, main, |main| {
        let lab = Lab { recorder, main, signals, outside };
        topic.run(params, &lab)
    });
    if let Some(program) = program {
        program.record(EventKind::Ended(End::Normal));
    }
    result
}

/// A run that is over, with everything it left.
pub struct Finished {
    /// What happened.
    pub trace: Trace,
    /// What was true when.
    pub replay: Replay,
    /// What came out, or why nothing did.
    pub result: Result<Outcome, RunError>,
    /// How long it took.
    pub wall: Nanos,
}

/// Why a run has no outcome.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// It failed.
    #[error(transparent)]
    Failed(#[from] Failure),
    /// It was stopped because it took too long.
    #[error(
        "the run was stopped after {secs} s{owed}; give it more time with --timeout, or less to do with --set (`topics` lists the parameters)"
    )]
    TimedOut {
        /// How long it may have taken.
        secs: f64,
        /// Who owed it an answer by then, in a clause; empty where nobody did.
        owed: String,
    },
    /// No thread to run it.
    #[error("could not start a thread: {}", refused::why(.0))]
    Spawn(#[from] std::io::Error),
}

/// Runs an experiment to its end on background threads while this one waits. For the command line and for tests.
///
/// # Errors
/// Only that it could not be started; a run that failed is a [`Finished`] with the trace up to there.
pub fn run_to_end(
    topic: &'static dyn Topic,
    params: Params,
    timeout: Option<Duration>,
) -> Result<Finished, RunError> {
    run_tapped(topic, params, timeout, None)
}

/// Runs an experiment to its end while this thread waits and somebody takes its trace down.
///
/// # Errors
/// Only that it could not be started; a run that failed is a [`Finished`] with the trace up to there.
pub fn run_tapped(
    topic: &'static dyn Topic,
    params: Params,
    timeout: Option<Duration>,
    tap: Option<Tap>,
) -> Result<Finished, RunError> {
    run_to_end_with(topic, params, timeout, Outside::default(), tap)
}

/// [`run_tapped`], with something else outside.
///
/// # Errors
/// As [`run_tapped`].
pub fn run_to_end_with(
    topic: &'static dyn Topic,
    params: Params,
    timeout: Option<Duration>,
    outside: Outside,
    tap: Option<Tap>,
) -> Result<Finished, RunError> {
    // What is prepared first counts, too: it may be that which takes too long.
    let begun = Instant::now();
    let mut trace = Trace::new(topic.meta(&params));
    let mut replay = Replay::new(&trace);
    let handle = start_with(topic, params, outside, tap, || ())?;
    let mut timed_out = false;
    let (result, wall) = loop {
        if let Some(limit) = timeout
            && !timed_out
            && begun.elapsed() >= limit
        {
            timed_out = true;
            handle.stop();
        }
        let left = match timeout {
            // Whatever does not heed the stop does not hold up whoever waits.
            Some(limit) if begun.elapsed() >= limit + GRACE => {
                let sentence = format!(
                    "the run was stopped after {} s and has not ended within {} s",
                    limit.as_secs_f64(),
                    GRACE.as_secs()
                );
                break (Err(Failure::Error(sentence)), handle.now());
            }
            Some(limit) if timed_out => (limit + GRACE).saturating_sub(begun.elapsed()),
            Some(limit) => limit.saturating_sub(begun.elapsed()),
            None => Duration::from_secs(3600),
        };
        match handle.updates.recv_timeout(left) {
            Ok(Update::Batch(batch)) => {
                let until = batch.until;
                let applied = trace.apply(batch);
                replay.update(&trace, applied.first_changed);
                handle.watch(&trace, &replay, until);
            }
            Ok(Update::Ended { result, wall }) => break (result, wall),
            // The top of the loop sees to it.
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => {
                break (
                    Err(Failure::Error("the run ended without a word".to_owned())),
                    handle.now(),
                );
            }
        }
    };
    let result = match (result, timeout) {
        (Err(Failure::Cancelled), Some(limit)) if timed_out => {
            let owed = cpython::owed_by(trace.meta());
            let owed = owed.map(|who| format!(", and {who} had not answered by then"));
            let (secs, owed) = (limit.as_secs_f64(), owed.unwrap_or_default());
            Err(RunError::TimedOut { secs, owed })
        }
        (result, _) => result.map_err(RunError::from),
    };
    let result = result.map(|()| topic.outcome(&trace, &replay));
    Ok(Finished { trace, replay, result, wall })
}
