//! Traced OS threads.

use super::sync::{TooOften, WaitError};
use super::{Cancelled, Log, Recorder, TooManyEvents, os, panics, refused};
use crate::trace::{
    Actor, ActorId, End, EventKind, ExceptionId, Measure, Nanos, Resource, WaitEnd, WaitOp,
};
use std::cell::RefCell;
use std::io;
use std::rc::Rc;
use std::sync::mpsc;
use std::time::{Duration, Instant};

/// The pause between two looks at a thread that is waited for with a limit.
const LOOK: Duration = Duration::from_micros(200);

/// Why an actor did not end normally.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// The run was stopped.
    #[error("the run was stopped")]
    Cancelled,
    /// The run was stopped because it recorded too much.
    #[error(transparent)]
    TooMany(#[from] TooManyEvents),
    /// It failed, and says why.
    #[error("{0}")]
    Error(String),
    /// An exception that was [raised](Log::raise) on record, and goes on until somebody handles it.
    #[error("{text}")]
    Raised {
        /// Which.
        exception: ExceptionId,
        /// What it says.
        text: String,
    },
    /// It panicked.
    #[error("{message}")]
    Panicked {
        /// What the panic said.
        message: String,
        /// File, line and column of the panic, where known.
        place: Option<String>,
    },
}

/// The system has no thread to spare.
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Error(format!("could not start a thread: {}", refused::why(&error)))
    }
}

impl From<Cancelled> for Failure {
    fn from(_: Cancelled) -> Self {
        Self::Cancelled
    }
}

impl From<TooOften> for Failure {
    fn from(error: TooOften) -> Self {
        Self::Error(error.to_string())
    }
}

impl From<WaitError> for Failure {
    fn from(error: WaitError) -> Self {
        match error {
            WaitError::Cancelled => Self::Cancelled,
            other => Self::Error(other.to_string()),
        }
    }
}

/// Runs `body` as a new actor on the calling thread: its start, its end and a panic are on record.
///
/// # Errors
/// What `body` answered, or its panic.
pub fn run_here<T>(
    recorder: &Recorder,
    actor: Actor,
    body: impl FnOnce(&Log) -> Result<T, Failure>,
) -> Result<T, Failure> {
    live(recorder.log(actor), body).result
}

/// Starts a thread that runs `body` as a new actor. An actor without a parent gets `parent` as one.
///
/// The thread bears the actor's name; its start, its end and a panic are on record.
///
/// # Errors
/// The system refused the thread. The trace then has no such actor.
pub fn spawn<T: Send + 'static>(
    parent: &Log,
    actor: Actor,
    body: impl FnOnce(&Log) -> Result<T, Failure> + Send + 'static,
) -> io::Result<JoinHandle<T>> {
    let (hand_over, log) = mpsc::sync_channel(1);
    let thread = named(&actor).spawn(move || live_once_handed(&log, body))?;
    let end = register(parent, actor, &hand_over);
    Ok(JoinHandle { end, thread })
}

/// A traced thread. Dropping it lets the thread run on.
#[must_use = "join it, to learn how it ended"]
pub struct JoinHandle<T> {
    end: EndOf,
    thread: std::thread::JoinHandle<Lived<T>>,
}

impl<T> JoinHandle<T> {
    /// The actor that the thread is.
    pub fn actor(&self) -> ActorId {
        self.end.actor
    }

    /// Whether it has ended.
    pub fn is_finished(&self) -> bool {
        self.thread.is_finished()
    }

    /// Waits for its end, on record if it takes any waiting. Waits even after cancellation, which the thread learns
    /// of itself: none is left behind.
    ///
    /// # Errors
    /// How the thread failed. A panic is an error here, it does not go on.
    pub fn join(self, log: &Log) -> Result<T, Failure> {
        let finished = self.thread.is_finished();
        self.end.join(log, finished, || self.thread.join())
    }

    /// Waits for its end without an event, where there is no log at hand, as in a drop. Whether it came within this time;
    /// else the thread is left to itself.
    pub fn wait(self, limit: Duration) -> bool {
        let given_up = Instant::now() + limit;
        while !self.thread.is_finished() {
            if Instant::now() >= given_up {
                return false;
            }
            std::thread::sleep(LOOK);
        }
        // How it ended is on record.
        let _ = self.thread.join();
        true
    }
}

/// Runs `body` with a scope in which threads can borrow what outlives it. All of them have ended when it returns; the
/// waiting is on record for the threads that `body` joins.
pub fn scope<'env, 'log, R>(
    parent: &'log Log,
    body: impl for<'scope> FnOnce(Scope<'scope, 'env, 'log>) -> R,
) -> R {
    std::thread::scope(|inner| body(Scope { inner, parent }))
}

/// Where threads that borrow are started; see [`scope`].
#[derive(Clone, Copy)]
pub struct Scope<'scope, 'env: 'scope, 'log> {
    inner: &'scope std::thread::Scope<'scope, 'env>,
    parent: &'log Log,
}

impl<'scope> Scope<'scope, '_, '_> {
    /// [`spawn`], with borrows.
    ///
    /// # Errors
    /// The system refused the thread. The trace then has no such actor.
    pub fn spawn<T: Send + 'scope>(
        &self,
        actor: Actor,
        body: impl FnOnce(&Log) -> Result<T, Failure> + Send + 'scope,
    ) -> io::Result<ScopedJoinHandle<'scope, T>> {
        let (hand_over, log) = mpsc::sync_channel(1);
        let thread =
            named(&actor).spawn_scoped(self.inner, move || live_once_handed(&log, body))?;
        let end = register(self.parent, actor, &hand_over);
        Ok(ScopedJoinHandle { end, thread })
    }
}

/// A traced thread of a [`scope`].
pub struct ScopedJoinHandle<'scope, T> {
    end: EndOf,
    thread: std::thread::ScopedJoinHandle<'scope, Lived<T>>,
}

impl<T> ScopedJoinHandle<'_, T> {
    /// The actor that the thread is.
    pub fn actor(&self) -> ActorId {
        self.end.actor
    }

    /// Whether it has ended.
    pub fn is_finished(&self) -> bool {
        self.thread.is_finished()
    }

    /// [`JoinHandle::join`].
    ///
    /// # Errors
    /// How the thread failed. A panic is an error here, it does not go on.
    pub fn join(self, log: &Log) -> Result<T, Failure> {
        let finished = self.thread.is_finished();
        self.end.join(log, finished, || self.thread.join())
    }
}

thread_local! {
    /// The logs of the actors that the calling thread acts for; the last one is at work.
    static HERE: RefCell<Vec<Rc<Log>>> = const { RefCell::new(Vec::new()) };
}

/// Hands `what` the log of the actor that the calling thread is: for code that is called by somebody else's, a thread
/// pool's say, and is not handed one. `None` on a thread that is no actor.
pub fn here<T>(what: impl FnOnce(&Log) -> T) -> Option<T> {
    let log = HERE.with_borrow(|logs| logs.last().cloned());
    log.map(|log| what(&log))
}

/// The result of a thread, with the stamp of its end.
struct Lived<T> {
    result: Result<T, Failure>,
    /// Stamp of its last event.
    ended: Nanos,
}

fn live<T>(log: Log, body: impl FnOnce(&Log) -> Result<T, Failure>) -> Lived<T> {
    log.record(EventKind::Started { os_id: os::thread_id() });
    let log = Rc::new(log);
    HERE.with_borrow_mut(|logs| logs.push(Rc::clone(&log)));
    // From here on: the calling thread may have done something else before.
    let before = os::thread_cpu_time();
    let result = panics::catch(|| body(&log)).unwrap_or_else(|panic| {
        Err(Failure::Panicked { message: panic.message, place: panic.place })
    });
    HERE.with_borrow_mut(Vec::pop);
    if let Err(Failure::Raised { exception, .. }) = &result {
        log.record(EventKind::Unhandled { exception: *exception });
    }
    let end = match &result {
        Ok(_) => End::Normal,
        Err(Failure::Cancelled) => End::Cancelled,
        Err(failure) => End::Error(log.recorder().text(&failure.to_string())),
    };
    if let Some((before, after)) = before.zip(os::thread_cpu_time()) {
        log.record(EventKind::Measured {
            what: Measure::CpuTime,
            amount: after.saturating_sub(before),
        });
    }
    let ended = log.record(EventKind::Ended(end));
    Lived { result, ended }
}

/// The system may refuse a thread, so the actor is registered only when there is one, and its log follows it.
fn live_once_handed<T>(
    log: &mpsc::Receiver<Log>,
    body: impl FnOnce(&Log) -> Result<T, Failure>,
) -> Lived<T> {
    match log.recv() {
        Ok(log) => live(log, body),
        // The starter panicked in between.
        Err(_) => Lived { result: Err(Failure::Cancelled), ended: Nanos::ZERO },
    }
}

fn named(actor: &Actor) -> std::thread::Builder {
    // A NUL, which no name of a thread may have, would panic.
    std::thread::Builder::new().name(actor.name.replace('\0', " "))
}

fn register(parent: &Log, mut actor: Actor, hand_over: &mpsc::SyncSender<Log>) -> EndOf {
    actor.parent.get_or_insert(parent.id());
    let log = parent.recorder().log(actor);
    let end = EndOf { actor: log.id() };
    let spawned = parent.record(EventKind::Spawned { child: log.id() });
    log.not_before(spawned + Nanos(1));
    // It cannot fail: there is room for one, and the thread waits for it.
    drop(hand_over.send(log));
    end
}

/// The end of a thread, as something to wait for.
struct EndOf {
    actor: ActorId,
}

impl EndOf {
    fn join<T>(
        self,
        log: &Log,
        finished: bool,
        join: impl FnOnce() -> std::thread::Result<Lived<T>>,
    ) -> Result<T, Failure> {
        let waits_for = (!finished).then(|| {
            let recorder = log.recorder();
            let end = Resource::end_of(self.actor);
            let res = recorder.resource(end);
            let op = WaitOp::Join;
            log.record(EventKind::WaitBegan { res, op });
            res
        });
        // A panic of the body was caught; one that comes out here is of this module's own making.
        let lived = join().unwrap_or_else(|payload| Lived {
            result: Err(Failure::Panicked {
                message: panics::message(payload.as_ref()),
                place: None,
            }),
            ended: Nanos::ZERO,
        });
        log.not_before(lived.ended + Nanos(1));
        if let Some(res) = waits_for {
            let how = WaitEnd::Woken;
            log.record(EventKind::WaitEnded { res, how });
        }
        lived.result
    }
}
