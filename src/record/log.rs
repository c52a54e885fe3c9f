//! The log of an actor: what it records its events with.

use super::clock::{Deadline, stamp_after};
use super::stream::{Link, Writer};
use super::sync::Wake;
use super::thread::Failure;
use super::{Cancelled, Clock, Recorder};
use crate::trace::{ActorId, EventKind, Item, Nanos, SectionId, SourceId, TextId};
use crossbeam::sync::{Parker, Unparker};
use crossbeam::utils::CachePadded;
use std::cell::{Cell, RefCell};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering, compiler_fence};
use std::time::Duration;

/// A [`Log::hold`] shorter than this spins: the system does not wake a sleeper that punctually.
const SPIN: Duration = Duration::from_micros(100);

/// The log of one actor, with which it records. It moves into the actor's thread and stays there: `Send`, not `Sync`.
///
/// Recording neither locks nor allocates while the collector keeps up. Nothing is lost until the run has as many events
/// as are kept; from then on they are counted, and a `Dropped` with their number stands before the actor's end.
pub struct Log {
    recorder: Recorder,
    clock: Clock,
    id: ActorId,
    writer: RefCell<Writer>,
    link: Arc<CachePadded<Link>>,
    last: Cell<Nanos>,
    source: Cell<SourceId>,
    parker: Parker,
    wake: Arc<Wake>,
    sleeper: u64,
}

impl Log {
    pub(super) fn new(recorder: Recorder, writer: Writer) -> Self {
        let parker = Parker::new();
        let id = writer.actor();
        Self {
            clock: recorder.clock().clone(),
            id,
            link: writer.link(),
            writer: RefCell::new(writer),
            last: Cell::new(Nanos::ZERO),
            source: Cell::new(SourceId::NONE),
            wake: Arc::new(Wake::new(id, parker.unparker().clone())),
            sleeper: recorder.cancel().wakes(parker.unparker().clone()),
            parker,
            recorder,
        }
    }

    /// Who records.
    pub fn id(&self) -> ActorId {
        self.id
    }

    /// The recorder of the run.
    pub fn recorder(&self) -> &Recorder {
        &self.recorder
    }

    /// The actor is at this point of the shown program from now on: the events that follow say so.
    pub fn line(&self, source: SourceId) {
        self.source.set(source);
    }

    /// The actor reaches this point of the shown program, and nothing else happens: [`Log::line`], and an event.
    pub fn step(&self, source: SourceId) {
        self.line(source);
        self.record(EventKind::At);
    }

    /// The actor is at the point of the shown program that has this name: [`Log::line`].
    pub fn at(&self, point: &str) {
        let source = self.recorder.source(point);
        debug_assert!(source != SourceId::NONE, "no listing has a point `{point}`");
        self.line(source);
    }

    /// The actor reaches the point with this name, and nothing else happens: [`Log::step`].
    pub fn step_at(&self, point: &str) {
        self.at(point);
        self.record(EventKind::At);
    }

    /// Records what happens now, and says when that is.
    #[inline(always)]
    pub fn record(&self, kind: EventKind) -> Nanos {
        self.record_after(Nanos::ZERO, kind)
    }

    /// Records what happens now, one after another.
    pub fn record_all(&self, kinds: impl Iterator<Item = EventKind>) {
        for kind in kinds {
            self.record(kind);
        }
    }

    /// Records what happens now, stamped no earlier than `earliest` and no earlier than the event before.
    #[inline(always)]
    pub fn record_after(&self, earliest: Nanos, kind: EventKind) -> Nanos {
        self.begin();
        let at = self.stamp(earliest);
        self.push(at, kind);
        self.end();
        at
    }

    /// Records what happens now to something that processes share, of which `last` is the last stamp: later than that.
    pub(crate) fn record_in(&self, last: &AtomicU64, kind: EventKind) {
        self.begin();
        let at = stamp_after(last, || self.clock.now().max(self.last.get()));
        self.last.set(at);
        self.push(at, kind);
        self.end();
    }

    /// Whatever the actor records from now on happens no earlier than this: it learned of something that happened then.
    pub fn not_before(&self, earliest: Nanos) {
        self.last.set(self.last.get().max(earliest));
    }

    /// Records a line of output: `text` with its first two `{}` filled by `args`.
    pub fn say(&self, text: TextId, args: [Item; 2]) {
        self.record(EventKind::Message { text, args });
    }

    /// Says a text that the trace need not know yet, with no more than two `args`: locks and allocates, other than [`Log::say`].
    pub fn tell<const N: usize>(&self, text: &str, args: [Item; N]) {
        self.say(self.recorder.text(text), Item::args(args));
    }

    /// Does what a section of the run is: it is as long as that takes.
    pub fn in_section<T>(&self, section: SectionId, what: impl FnOnce() -> T) -> T {
        self.record(EventKind::SectionBegan { section });
        let done = what();
        self.record(EventKind::SectionEnded { section });
        done
    }

    /// Does what is on record as a span with this name.
    pub fn in_span<T>(&self, name: &str, what: impl FnOnce() -> T) -> T {
        let name = self.recorder.text(name);
        self.record(EventKind::SpanBegan { name });
        let done = what();
        self.record(EventKind::SpanEnded { name });
        done
    }

    /// Raises an exception, on record: the failure carries it to whoever handles it, or out of the thread.
    pub fn raise(&self, text: &str) -> Failure {
        let (exception, said) = (self.recorder.exception(), self.recorder.text(text));
        self.record(EventKind::Raised { exception, text: said });
        Failure::Raised { exception, text: text.to_owned() }
    }

    /// Handles what was [raised](Log::raise), on record, and answers with what it says. That the run was stopped, or failed
    /// in another way, cannot be handled and goes on.
    ///
    /// # Errors
    /// What was not raised.
    pub fn catch(&self, failure: Failure) -> Result<String, Failure> {
        match failure {
            Failure::Raised { exception, text } => {
                self.record(EventKind::Caught { exception });
                Ok(text)
            }
            other => Err(other),
        }
    }

    /// Whether to go on: for loops that never wait.
    ///
    /// # Errors
    /// The run was stopped.
    pub fn check(&self) -> Result<(), Cancelled> {
        if self.recorder.cancel().is_cancelled() { Err(Cancelled) } else { Ok(()) }
    }

    /// Sleeps, on record.
    ///
    /// # Errors
    /// The run was stopped: at once, and on record if the sleep had begun.
    pub fn sleep(&self, duration: Duration) -> Result<(), Cancelled> {
        self.check()?;
        self.record(EventKind::SleepBegan { planned: Nanos::from_duration(duration) });
        // After the stamp: a sleep on record is never shorter than planned.
        let deadline = Deadline::after(duration);
        self.park(deadline, || false);
        self.record(EventKind::SleepEnded);
        self.check()
    }

    /// Lets time pass without an event, like work in a critical section: spinning below 100 µs, otherwise asleep.
    ///
    /// # Errors
    /// The run was stopped, at once.
    pub fn hold(&self, duration: Duration) -> Result<(), Cancelled> {
        let deadline = Deadline::after(duration);
        if duration < SPIN {
            while !deadline.passed() && self.check().is_ok() {
                std::hint::spin_loop();
            }
        } else {
            self.park(deadline, || false);
        }
        self.check()
    }

    /// Waits until `done` is true, which is asked now and each time that [`Log::waker`]'s unparker was used. Answers `false`
    /// where the time-out passed first. Only the time-out is on record, as a sleep; the wait is the caller's to record.
    ///
    /// # Errors
    /// The run was stopped.
    pub fn wait_until(
        &self,
        timeout: Option<Duration>,
        done: impl Fn() -> bool,
    ) -> Result<bool, Cancelled> {
        if let Some(timeout) = timeout {
            self.record(EventKind::SleepBegan { planned: Nanos::from_duration(timeout) });
        }
        self.park(Deadline::of(timeout), &done);
        if timeout.is_some() {
            self.record(EventKind::SleepEnded);
        }
        if done() {
            return Ok(true);
        }
        self.check().map(|()| false)
    }

    /// What wakes the actor from [`Log::wait_until`].
    pub fn waker(&self) -> Unparker {
        self.parker.unparker().clone()
    }

    /// Parks until `done`, or the deadline, or cancellation.
    pub(super) fn park(&self, deadline: Deadline, done: impl Fn() -> bool) {
        // In a loop: a token may be left from an earlier wait that ended another way.
        while !done() && self.check().is_ok() && !deadline.passed() {
            deadline.park(&self.parker);
        }
    }

    /// What wakes this actor in the waiting lines of primitives.
    pub(super) fn wake(&self) -> &Arc<Wake> {
        &self.wake
    }

    /// Keeps the collector from promising anything for this actor; see [`Reader::drain`](super::stream::Reader::drain).
    #[inline(always)]
    fn begin(&self) {
        self.link.busy.store(true, Ordering::Relaxed);
        // The processor makes the store visible in far less than the collector's margin; the compiler must not delay it.
        compiler_fence(Ordering::SeqCst);
    }

    #[inline(always)]
    fn end(&self) {
        self.link.busy.store(false, Ordering::Release);
    }

    #[inline(always)]
    fn stamp(&self, earliest: Nanos) -> Nanos {
        let at = self.clock.now().max(earliest).max(self.last.get());
        self.last.set(at);
        at
    }

    #[inline(always)]
    fn push(&self, at: Nanos, kind: EventKind) {
        if !self.writer.borrow_mut().push(at, self.source.get(), kind) {
            self.say_too_many(at);
        }
    }

    /// Says once why nothing is kept any more.
    #[cold]
    fn say_too_many(&self, at: Nanos) {
        if let Some(why) = self.recorder.too_many_untold() {
            let (text, args) = (self.recorder.text(&why.to_string()), [Item::NOTHING; 2]);
            let kind = EventKind::Message { text, args };
            self.writer.borrow_mut().write(at, SourceId::NONE, kind);
        }
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        self.recorder.cancel().forget(self.sleeper);
    }
}
