//! Reports: gathered while a chunk runs, sent when it is done, and every few milliseconds if it takes longer.
//!
//! What is gathered is in the worker's [`Journal`], where the program finds it if the worker dies before it has sent it.

use crate::record::{Clock, stamp_after};
use crate::trace::{
    ActorId, EventKind, Measure, Nanos, ResourceId, TaskId, TextId, WaitEnd, WaitOp,
};
use crate::workers::sys::{Journal, ROOM};
use crate::workers::wire::{
    self, Entries, Entry, FromWorker, LONGEST, NewThread, Report, Told, VERSION,
};
use crate::workers::{Value, sys};
use std::borrow::Cow;
use std::collections::HashMap;
use std::io::{PipeReader, PipeWriter, Write};
use std::os::fd::AsFd;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// The time after which a report of a long task is sent; it doubles up to [`SLOWEST`] while the task goes on.
const TICK: Duration = Duration::from_millis(2);
const SLOWEST: Duration = Duration::from_millis(16);
/// How often it says what memory and processor time it has used.
const MEASURED_EVERY: Duration = Duration::from_millis(50);
/// The most bytes that the entry of an event takes.
const EVENT: usize = 64;
/// The most bytes of a result: those of a message, less what else is in it.
const LONGEST_RESULT: usize = LONGEST - (64 << 10);
/// The most bytes of a text; of a longer one only the beginning is sent.
const LONGEST_TEXT: usize = 16 << 10;
/// A result of more bytes than this is sent in a report of its own.
const LONG_RESULT: usize = ROOM / 2;

/// The way out of a worker, shared by its two threads.
pub(super) struct Out {
    clock: Clock,
    state: Mutex<State>,
    begun: Condvar,
    pool: Option<ResourceId>,
    stdin: PipeReader,
}

struct State {
    stdout: PipeWriter,
    journal: Journal,
    texts: HashMap<String, TextId>,
    points: HashMap<String, u16>,
    /// Stamp of the last event.
    last: Nanos,
    /// How many threads were started.
    threads: u16,
    /// An entry on its way into the journal, and the journal's on their way into a report.
    entries: Entries,
    bytes: Vec<u8>,
    running: bool,
    /// Whether the thread that sends reports of long tasks was started.
    flusher: bool,
    /// Whether that thread looks again by itself after a while.
    ticking: bool,
    /// When its memory and processor time are reported next, if at all.
    measure: Option<Nanos>,
    /// Page faults when its memory was counted last: without more it has not grown.
    faults: Option<u64>,
}

impl Out {
    /// Says that the worker is ready.
    pub(super) fn start(
        (stdin, stdout, journal): (PipeReader, PipeWriter, Journal),
        clock: Clock,
        pool: Option<ResourceId>,
        measure: bool,
    ) -> Arc<Self> {
        let pid = std::process::id();
        let mut state = State {
            stdout,
            journal,
            texts: HashMap::new(),
            points: HashMap::new(),
            last: Nanos::ZERO,
            threads: 0,
            entries: Entries::default(),
            bytes: Vec::new(),
            running: false,
            flusher: false,
            ticking: false,
            measure: measure.then_some(Nanos::ZERO),
            faults: None,
        };
        let ready = FromWorker::Ready { version: VERSION, pid };
        // It is short, and goes out with the first report.
        let _ = wire::write(&mut state.bytes, &ready);
        let started = EventKind::Started { os_id: u64::from(pid) };
        state.push(&clock, None, started.into());
        if let Some(res) = pool {
            let op = WaitOp::Task;
            state.push(&clock, None, EventKind::WaitBegan { res, op }.into());
        }
        state.flush(&clock);
        Arc::new(Self { clock, state: Mutex::new(state), begun: Condvar::new(), pool, stdin })
    }

    fn enter(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes down what the process does, or the thread of it with this number.
    pub(super) fn tell(&self, thread: Option<u16>, told: impl Into<Told>) {
        self.enter().push(&self.clock, thread, told.into());
    }

    /// [`Out::tell`], later than `last`, which is then the stamp of this. `told` is called as soon as it is on record.
    pub(super) fn tell_in(
        &self,
        thread: Option<u16>,
        last: &AtomicU64,
        kind: EventKind,
        told: &dyn Fn(),
    ) {
        let mut state = self.enter();
        state.make_room(&self.clock, EVENT);
        let at = state.stamp_in(&self.clock, last);
        state.write(thread, at, kind.into());
        // Before others are let in, which may take the processor.
        told();
    }

    /// It is at this point of the shown program from now on.
    pub(super) fn line(&self, thread: Option<u16>, point: &str) {
        let mut state = self.enter();
        let known = state.points.get(point).copied();
        let number = known.unwrap_or_else(|| {
            let number = u16::try_from(state.points.len()).unwrap_or(u16::MAX);
            state.points.insert(point.to_owned(), number);
            state.add(&self.clock, &Entry::Point(bounded(point).into_owned()), point.len());
            number
        });
        state.push(&self.clock, thread, Told::Line(number));
    }

    /// A new thread of the process, started by `by`: its number.
    pub(super) fn thread(&self, by: Option<u16>, name: &str, badge: &str, helper: bool) -> u16 {
        let mut state = self.enter();
        let number = state.threads;
        state.threads = number.saturating_add(1);
        let (name, badge) = (bounded(name).into_owned(), bounded(badge).into_owned());
        let size = name.len() + badge.len();
        state.add(&self.clock, &Entry::Thread(NewThread { name, badge, helper }), size);
        let child = ActorId(number);
        state.push(&self.clock, by, EventKind::Spawned { child }.into());
        number
    }

    pub(super) fn text(&self, text: &str) -> TextId {
        let text = bounded(text);
        let mut state = self.enter();
        if let Some(id) = state.texts.get(&*text) {
            return *id;
        }
        let id = TextId::from_index(state.texts.len());
        let text = text.into_owned();
        state.texts.insert(text.clone(), id);
        let size = text.len();
        state.add(&self.clock, &Entry::Text(text), size);
        id
    }

    /// Sends what there is.
    pub(super) fn flush(&self) {
        self.enter().flush(&self.clock);
    }

    /// A chunk begins. `long`: it may take so long that what happens should be told before its end.
    pub(super) fn begin_chunk(self: &Arc<Self>, long: bool) {
        let mut state = self.enter();
        state.running = true;
        if let Some(res) = self.pool {
            let how = WaitEnd::Woken;
            state.push(&self.clock, None, EventKind::WaitEnded { res, how }.into());
        }
        if !long {
            return;
        }
        if !state.flusher {
            let flusher = Arc::clone(self);
            let thread = std::thread::Builder::new().name("reports".to_owned());
            // Without one the program learns of the chunk at its end.
            let started = thread.spawn(move || flusher.flush_now_and_then());
            state.flusher = started.is_ok();
            state.ticking = state.flusher;
        } else if !state.ticking {
            self.begun.notify_one();
        }
    }

    /// A task begins. The program can see it before this returns.
    pub(super) fn begin_task(&self, task: TaskId) {
        let mut state = self.enter();
        if let Some(res) = self.pool {
            state.push(&self.clock, None, EventKind::TaskStarted { res, task }.into());
        }
        state.journal.is_at(Some(task));
    }

    /// A task of it is done. With the `last` one so is the chunk, and everything is sent before another is begun: at once,
    /// and in one report with the result, for when the program has that it takes the worker for idle, and may let it go.
    pub(super) fn done(
        &self,
        kind: Option<EventKind>,
        (task, result, took): (TaskId, Result<Value, String>, u64),
        last: bool,
    ) {
        let mut state = self.enter();
        let size = match &result {
            Ok(value) => value.size_at_most(),
            Err(error) => error.len(),
        };
        let long = size > LONG_RESULT;
        state.make_room(&self.clock, if long { ROOM } else { 3 * EVENT + size });
        // The event and the result together: a task that was done has both, whenever the worker dies.
        state.entries.0.clear();
        if let Some(kind) = kind {
            let at = state.stamp(&self.clock);
            state.entries.push(&Entry::Event(at, kind.into()));
        }
        state.entries.push(&Entry::Result(task, result, took));
        if last {
            state.running = false;
        }
        if let (true, Some(res)) = (last, self.pool) {
            let op = WaitOp::Task;
            let at = state.stamp(&self.clock);
            state.entries.push(&Entry::Event(at, EventKind::WaitBegan { res, op }.into()));
        }
        if long {
            // It travels alone.
            state.send(self.clock.now());
        } else {
            state.append();
        }
        state.journal.is_at(None);
        if last && !long {
            state.flush(&self.clock);
        }
    }

    fn flush_now_and_then(&self) {
        let mut state = self.enter();
        let mut tick = TICK;
        loop {
            if !state.running {
                tick = TICK;
                state.ticking = false;
                state = self.begun.wait(state).unwrap_or_else(PoisonError::into_inner);
                state.ticking = true;
            }
            let waited = self.begun.wait_timeout(state, tick);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
            if state.running {
                state.flush(&self.clock);
                tick = (tick * 2).min(SLOWEST);
                // The program closes a worker's input only between tasks: it is gone, whatever the system told us.
                if sys::hung_up(self.stdin.as_fd()) {
                    sys::kill_own_group();
                }
            }
        }
    }
}

/// What came of a task, as it can be sent: a text that is too long is cut, a value that is too long is an error.
pub(super) fn sendable(result: Result<Value, String>) -> Result<Value, String> {
    match result {
        // Counting takes as long as sending: only where it may matter.
        Ok(value) if value.size_at_most() > LONGEST_RESULT => {
            let size = wire::size(&value);
            if size <= LONGEST_RESULT {
                return Ok(value);
            }
            Err(format!(
                "the result is too long to be sent: it takes {size} bytes, and {LONGEST_RESULT} are the most"
            ))
        }
        Ok(value) => Ok(value),
        Err(error) => Err(bounded(&error).into_owned()),
    }
}

/// A text, or the beginning of one that is too long, and how long it was.
fn bounded(text: &str) -> Cow<'_, str> {
    if text.len() <= LONGEST_TEXT {
        return Cow::Borrowed(text);
    }
    let end = text.floor_char_boundary(LONGEST_TEXT);
    Cow::Owned(format!("{}… (cut: it had {} bytes)", &text[..end], text.len()))
}

impl State {
    /// Stamped while everybody else is kept out, so that what a report promises holds; and no two alike, so that who
    /// waited for something is woken after it, however coarse the clock.
    fn stamp(&mut self, clock: &Clock) -> Nanos {
        self.last = clock.now().max(self.last + Nanos(1));
        self.last
    }

    fn push(&mut self, clock: &Clock, thread: Option<u16>, told: Told) {
        // Before it is stamped: a report promises that what follows happened later.
        self.make_room(clock, EVENT);
        let at = self.stamp(clock);
        self.write(thread, at, told);
    }

    /// Stamped later than `last` as well, which several processes raise.
    fn stamp_in(&mut self, clock: &Clock, last: &AtomicU64) -> Nanos {
        self.last = stamp_after(last, || clock.now().max(self.last + Nanos(1)));
        self.last
    }

    fn write(&mut self, thread: Option<u16>, at: Nanos, told: Told) {
        let entry = match thread {
            None => Entry::Event(at, told),
            Some(thread) => Entry::ThreadEvent(thread, at, told),
        };
        self.entries.0.clear();
        self.entries.push(&entry);
        self.append();
    }

    /// Adds what has no stamp, and texts of `size` bytes.
    fn add(&mut self, clock: &Clock, entry: &Entry, size: usize) {
        self.make_room(clock, EVENT + size);
        self.entries.0.clear();
        self.entries.push(entry);
        self.append();
    }

    /// Sends what is in the journal if it has no room for this number of bytes.
    fn make_room(&mut self, clock: &Clock, bytes: usize) {
        if self.journal.room() < bytes.min(ROOM) {
            self.flush(clock);
        }
    }

    fn append(&mut self) {
        let fits = self.journal.append(&self.entries.0);
        debug_assert!(fits, "there is room for {} bytes", self.entries.0.len());
    }

    /// What the system says about this process, where it was asked for and the last time is a while ago.
    fn measure(&mut self, clock: &Clock) {
        let now = clock.now();
        if self.measure.is_none_or(|due| now < due) || self.journal.room() < 2 * EVENT {
            return;
        }
        self.measure = Some(now + Nanos::from_duration(MEASURED_EVERY));
        // Counting pages takes half a millisecond, which a worker that only sleeps should not be seen to use.
        let faults = sys::page_faults();
        let touched = self.faults != Some(faults);
        self.faults = Some(faults);
        let memory = if touched { sys::own_memory() } else { None };
        let measures = [(Measure::OwnMemory, memory), (Measure::CpuTime, Some(sys::cpu_time()))];
        for (what, amount) in measures {
            if let Some(amount) = amount {
                self.push(clock, None, EventKind::Measured { what, amount }.into());
            }
        }
    }

    fn flush(&mut self, clock: &Clock) {
        self.measure(clock);
        self.entries.0.clear();
        self.entries.0.extend_from_slice(self.journal.entries());
        self.send(clock.now());
    }

    /// Sends a report, which is the journal's or goes out while the journal is empty.
    fn send(&mut self, until: Nanos) {
        let entries = std::mem::take(&mut self.entries);
        let report = FromWorker::Report(Report { until, entries });
        if let Err(error) = wire::write(&mut self.bytes, &report) {
            // Its parts are bounded, so this cannot be. If it is all the same, the loss is reported.
            eprintln!("a report could not be sent: {error}");
            sys::kill_own_group();
        }
        // Nobody reads any more: nobody needs this process.
        if self.stdout.write_all(&self.bytes).is_err() {
            sys::kill_own_group();
        }
        self.journal.sent();
        self.bytes.clear();
        // To be used again, unless it was for a long result.
        self.bytes.shrink_to(2 * ROOM);
        if let FromWorker::Report(Report { entries: Entries(mut bytes), .. }) = report {
            bytes.clear();
            bytes.shrink_to(2 * ROOM);
            self.entries = Entries(bytes);
        }
    }
}
