//! Reports: gathered while a chunk runs, sent when it is done, and every few milliseconds if it takes longer.

use crate::record::Clock;
use crate::trace::{
    ActorId, EventKind, Measure, Nanos, ResourceId, TaskId, TextId, WaitEnd, WaitOp,
};
use crate::workers::wire::{self, FromWorker, NewThread, Report, VERSION};
use crate::workers::{Value, sys};
use std::collections::HashMap;
use std::io::{PipeReader, PipeWriter, Write};
use std::os::fd::AsFd;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How soon the program learns what a long task does; doubles up to [`SLOWEST`] while the task goes on.
const TICK: Duration = Duration::from_millis(2);
const SLOWEST: Duration = Duration::from_millis(16);
/// How often it says what memory and processor time it has used.
const MEASURED_EVERY: Duration = Duration::from_millis(50);
/// Events after which a report is sent, however fast they come.
const MANY: usize = 4_096;

/// The way out of a worker, shared by its two threads.
pub(super) struct Out {
    clock: Clock,
    state: Mutex<State>,
    begun: Condvar,
    pool: ResourceId,
    stdin: PipeReader,
}

struct State {
    stdout: PipeWriter,
    report: Report,
    texts: HashMap<String, TextId>,
    /// How many threads were started.
    threads: u16,
    bytes: Vec<u8>,
    running: bool,
    /// There is a thread that flushes.
    flusher: bool,
    /// It looks again by itself.
    ticking: bool,
    /// When its memory and processor time are to be reported next, if at all.
    measure: Option<Nanos>,
}

impl Out {
    /// Says that the worker is ready.
    pub(super) fn start(
        stdout: PipeWriter,
        clock: Clock,
        pool: ResourceId,
        measure: bool,
        stdin: PipeReader,
    ) -> Arc<Self> {
        let pid = std::process::id();
        let mut state = State {
            stdout,
            report: Report::default(),
            texts: HashMap::new(),
            threads: 0,
            bytes: Vec::new(),
            running: false,
            flusher: false,
            ticking: false,
            measure: measure.then_some(Nanos::ZERO),
        };
        let ready = FromWorker::Ready {
            version: VERSION,
            pid,
        };
        // It is short, and goes out with the first report.
        let _ = wire::write(&mut state.bytes, &ready);
        let started = EventKind::Started {
            os_id: u64::from(pid),
        };
        state.report.events.push((clock.now(), started));
        state.idle(pool, &clock);
        state.flush(&clock);
        Arc::new(Self {
            clock,
            state: Mutex::new(state),
            begun: Condvar::new(),
            pool,
            stdin,
        })
    }

    fn enter(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Records what the process does, or the thread of it with this number.
    pub(super) fn record(&self, thread: Option<u16>, kind: EventKind) {
        let mut state = self.enter();
        // Stamped inside, so that what a report promises holds.
        let at = self.clock.now();
        let report = &mut state.report;
        match thread {
            None => report.events.push((at, kind)),
            Some(thread) => report.thread_events.push((thread, at, kind)),
        }
        if report.events.len() + report.thread_events.len() >= MANY {
            state.flush(&self.clock);
        }
    }

    /// A new thread of the process, started by `by`: its number.
    pub(super) fn thread(&self, by: Option<u16>, name: &str, badge: &str) -> u16 {
        let mut state = self.enter();
        let number = state.threads;
        state.threads = number.saturating_add(1);
        state.report.threads.push(NewThread {
            name: name.to_owned(),
            badge: badge.to_owned(),
        });
        drop(state);
        let child = ActorId(number);
        self.record(by, EventKind::Spawned { child });
        number
    }

    pub(super) fn text(&self, text: &str) -> TextId {
        let mut state = self.enter();
        if let Some(id) = state.texts.get(text) {
            return *id;
        }
        let id = TextId::from_index(state.texts.len());
        state.texts.insert(text.to_owned(), id);
        state.report.texts.push(text.to_owned());
        id
    }

    /// Sends what there is.
    pub(super) fn flush(&self) {
        self.enter().flush(&self.clock);
    }

    /// A chunk begins. `long`: it may take so long that what happens should be told before its end.
    pub(super) fn begin(self: &Arc<Self>, long: bool) {
        let mut state = self.enter();
        state.running = true;
        let (res, how) = (self.pool, WaitEnd::Woken);
        let at = self.clock.now();
        (state.report.events).push((at, EventKind::WaitEnded { res, how }));
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

    /// A task of it is done.
    pub(super) fn done(&self, kind: EventKind, result: (TaskId, Result<Value, String>, u64)) {
        let mut state = self.enter();
        let at = self.clock.now();
        state.report.events.push((at, kind));
        state.report.results.push(result);
    }

    /// The chunk is done: everything is sent before another is begun.
    pub(super) fn end(&self) {
        let mut state = self.enter();
        state.running = false;
        state.idle(self.pool, &self.clock);
        state.flush(&self.clock);
    }

    fn flush_now_and_then(&self) {
        let mut state = self.enter();
        let mut tick = TICK;
        loop {
            if !state.running {
                tick = TICK;
                state.ticking = false;
                state = self
                    .begun
                    .wait(state)
                    .unwrap_or_else(PoisonError::into_inner);
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

impl State {
    /// From now on it waits for a task.
    fn idle(&mut self, res: ResourceId, clock: &Clock) {
        let op = WaitOp::Task;
        (self.report.events).push((clock.now(), EventKind::WaitBegan { res, op }));
    }

    /// What the system says about this process, where it was asked for and the last time is a while ago.
    fn measure(&mut self, clock: &Clock) {
        let now = clock.now();
        if self.measure.is_none_or(|due| now < due) {
            return;
        }
        self.measure = Some(now + Nanos::from_duration(MEASURED_EVERY));
        let measures = [
            (Measure::OwnMemory, sys::own_memory()),
            (Measure::CpuTime, Some(sys::cpu_time())),
        ];
        for (what, amount) in measures {
            if let Some(amount) = amount {
                (self.report.events).push((clock.now(), EventKind::Measured { what, amount }));
            }
        }
    }

    fn flush(&mut self, clock: &Clock) {
        self.measure(clock);
        self.report.until = clock.now();
        let report = std::mem::take(&mut self.report);
        self.send(&FromWorker::Report(report));
    }

    fn send(&mut self, message: &FromWorker) {
        if wire::write(&mut self.bytes, message).is_err() {
            // Only results can be that long.
            if let FromWorker::Report(report) = message {
                let mut report = report.clone();
                for (_, result, _) in &mut report.results {
                    *result = Err("the result is too long to be sent".to_owned());
                }
                let _ = wire::write(&mut self.bytes, &FromWorker::Report(report));
            }
        }
        // Nobody reads any more: nobody needs this process.
        if self.stdout.write_all(&self.bytes).is_err() {
            sys::kill_own_group();
        }
        self.bytes.clear();
    }
}
