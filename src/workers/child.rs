//! The worker's side: reads chunks, runs jobs, reports.

mod out;
mod threads;

use super::jobs::{JobDef, SHORT};
use super::share::Space;
use super::soon::Soon;
use super::wire::{Inbox, ToWorker, VERSION};
use super::{Value, sys};
use crate::record::hands::Place;
use crate::record::sync::exception_of;
use crate::record::{Clock, refused};
use crate::trace::{EventKind, ExceptionId, Item, Nanos, ResourceId, TaskId, TextId};
use out::Out;
use std::ffi::OsString;
use std::io::{self, PipeReader, Read};
use std::os::fd::{AsFd, OwnedFd};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::{Duration, Instant};
pub use threads::{Helper, Thread, Threads};

/// The hidden subcommand `worker`: `serve PARENT [JOURNAL [SHARED]…]` or `fork-server PARENT`, with the jobs it knows.
/// `JOURNAL` is a descriptor of the parent's, each `SHARED` one of its own.
pub fn main(args: &[OsString], jobs: &[&[JobDef]]) -> ExitCode {
    let mode = args.first().and_then(|mode| mode.to_str());
    let parent = args.get(1).and_then(|pid| pid.to_str());
    let Some((mode, parent)) = mode.zip(parent.and_then(|pid| pid.parse().ok())) else {
        return wrong();
    };
    let number = |fd: &OsString| fd.to_str()?.parse().ok();
    let (journal, shared) = match mode {
        "serve" => {
            let journal = args.get(2).and_then(number);
            let shared = args.iter().skip(3).filter_map(number);
            let shared: Vec<OwnedFd> = shared.filter_map(sys::inherited).collect();
            (journal.and_then(|fd| sys::memory_of(parent, fd)), shared)
        }
        #[cfg(target_os = "linux")]
        // It goes on only in the workers it forks.
        "fork-server" => match sys::fork_server() {
            Ok(given) => given,
            Err(error) => {
                eprintln!("fork server: {}", refused::why(&error));
                return ExitCode::FAILURE;
            }
        },
        _ => return wrong(),
    };
    if let Err(error) = work(parent, journal, shared, jobs) {
        let why = error.downcast_ref().map_or_else(|| error.to_string(), refused::why);
        eprintln!("worker: {why}");
        return ExitCode::FAILURE;
    }
    sys::exit_now(0)
}

/// Standard input of the worker.
struct Input {
    pipe: PipeReader,
    soon: Soon,
}

/// A task that arrives within this time comes soon.
const SOON: Duration = Duration::from_micros(100);
/// The interval at which a job looks whether a signal has come.
const LOOK: Duration = Duration::from_millis(1);

impl Input {
    fn new(pipe: PipeReader) -> io::Result<Self> {
        sys::set_nonblocking(pipe.as_fd())?;
        Ok(Self { pipe, soon: Soon::within(SOON) })
    }

    /// Waits for what comes next; 0 at the end.
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let next = self.soon.await_next();
        loop {
            match self.pipe.read(bytes) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    if next.looks_again() {
                        std::thread::yield_now();
                    } else {
                        let mut polled = [sys::poll_fd(self.pipe.as_fd(), sys::READABLE)];
                        sys::poll(&mut polled, None)?;
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                done => {
                    self.soon.came(&next);
                    return done;
                }
            }
        }
    }
}

fn wrong() -> ExitCode {
    eprintln!("concurrency-lab: `worker` is how the program starts its own child processes");
    ExitCode::from(2)
}

fn work(
    parent: u32,
    journal: Option<OwnedFd>,
    shared: Vec<OwnedFd>,
    jobs: &[&[JobDef]],
) -> Result<(), Box<dyn std::error::Error>> {
    sys::become_worker(parent)?;
    let space = if shared.is_empty() { None } else { Some(Space::of(shared)?) };
    let (stdin, stdout) = sys::take_stdio()?;
    let journal = sys::Journal::of(journal, VERSION)?;
    let mut ends = Some((stdin.try_clone()?, stdout, journal));
    let mut context: Option<Context> = None;
    let mut input = Input::new(stdin)?;
    let mut inbox = Inbox::default();
    let mut bytes = vec![0; 64 << 10];
    loop {
        while let Some(message) = inbox.take::<ToWorker>()? {
            match (message, &context, ends.take()) {
                (ToWorker::Hello { version, .. }, _, _) if version != VERSION => {
                    return Err(format!("version {VERSION} cannot work for {version}").into());
                }
                (ToWorker::Hello { origin, pool, measure, .. }, None, Some(ends)) => {
                    let clock = Clock::system_from(origin);
                    let out = Out::start(ends, clock, pool, measure);
                    let (thread, space) = (None, space.clone());
                    let (task, raised) = (AtomicU32::new(0), AtomicU32::new(0));
                    context = Some(Context { out, pool, thread, space, task, raised });
                }
                (ToWorker::Chunk { job, tasks }, Some(context), _) => {
                    if context.pool.is_some() {
                        // Results are sent one by one, errors too.
                        let _ = context.run(jobs, &job, tasks);
                        continue;
                    }
                    // A process that is no pool's worker ends with its function. That has a thread of its own: of the one
                    // that was forked the C library does not know the number, and the kernel not the locks that it
                    // holds. It could not be told of that thread's death.
                    let run = || {
                        let done = context.run(jobs, &job, tasks);
                        done.inspect_err(|error| context.unhandled(error))
                    };
                    let done = std::thread::scope(|scope| scope.spawn(run).join());
                    return done
                        .unwrap_or_else(|_| Err("it panicked".to_owned()))
                        .map_err(Into::into);
                }
                _ => return Err("messages come in the wrong order".into()),
            }
        }
        match input.read(&mut bytes)? {
            0 => return Ok(()),
            length => inbox.extend(&bytes[..length]),
        }
    }
}

/// What a job, or a thread of it, does things on record with: it sleeps, says a line, starts threads.
pub struct Context {
    out: Arc<Out>,
    /// The pool it works for, if it does.
    pool: Option<ResourceId>,
    /// The number of the thread it belongs to; `None`: to the process itself.
    thread: Option<u16>,
    /// What it shares with others.
    space: Option<Arc<Space>>,
    /// The task that it works on, and the exception that is on its way in it; 0: none.
    task: AtomicU32,
    raised: AtomicU32,
}

impl Context {
    /// Records what happens now.
    pub fn record(&self, kind: EventKind) {
        self.out.tell(self.thread, kind);
    }

    /// The job is at this point of the shown program from now on: what it records says so. Until it first says where it is,
    /// it is at the point that has the job's own name; a thread of it is nowhere.
    pub fn at(&self, point: &str) {
        self.out.line(self.thread, point);
    }

    /// Records what happens now to something that processes share, of which `last` is the last stamp: later than that. `told`
    /// is called as soon as it is on record.
    pub(super) fn record_in(&self, last: &AtomicU64, kind: EventKind, told: &dyn Fn()) {
        self.out.tell_in(self.thread, last, kind, told);
    }

    /// What this process shares with others.
    ///
    /// # Errors
    /// It was given nothing to share.
    pub fn space(&self) -> Result<&Arc<Space>, String> {
        self.space.as_ref().ok_or_else(|| "this process shares nothing with others".to_owned())
    }

    /// The id of a text; equal texts have one id.
    pub fn text(&self, text: &str) -> TextId {
        self.out.text(text)
    }

    /// Sleeps.
    pub fn sleep(&self, duration: Duration) {
        let planned = Nanos::from_duration(duration);
        self.record(EventKind::SleepBegan { planned });
        std::thread::sleep(duration);
        self.record(EventKind::SleepEnded);
    }

    /// Says a line: `text` with its first two `{}` filled by `args`.
    pub fn tell<const N: usize>(&self, text: &str, args: [Item; N]) {
        let (text, args) = (self.text(text), Item::args(args));
        self.record(EventKind::Message { text, args });
    }

    /// Sends what was recorded until now: for what the program should know at once, or happens just before the process dies
    /// of it.
    pub fn flush(&self) {
        self.out.flush();
    }

    /// Raises an exception, on record, with which the job is to fail: the answer is what it says. In a pool it has the
    /// [id of its task](exception_of), so that whoever takes the result knows it.
    pub fn raise(&self, error: &str) -> String {
        let (exception, text) = (self.exception(), self.text(error));
        self.record(EventKind::Raised { exception, text });
        self.raised.store(exception.0, Ordering::Relaxed);
        error.to_owned()
    }

    fn exception(&self) -> ExceptionId {
        let of_task = |pool| exception_of(pool, TaskId(self.task.load(Ordering::Relaxed)));
        // Of a process that is no pool's worker its number will do: there is one.
        self.pool.map_or(ExceptionId(std::process::id()), of_task)
    }

    /// The exception that is on its way, which leaves the job now.
    fn leaves(&self) -> Option<ExceptionId> {
        let raised = self.raised.swap(0, Ordering::Relaxed);
        (raised != 0).then_some(ExceptionId(raised))
    }

    /// The same, for a task of a pool: it goes back with the task's result.
    fn leaves_pool(&self) -> Option<ExceptionId> {
        self.pool.and_then(|_| self.leaves())
    }

    /// Has these signals handled from now on: they are only noted.
    ///
    /// # Errors
    /// The system refuses one: SIGKILL and SIGSTOP cannot be handled.
    pub fn handle_signals(&self, signals: &[u8]) -> io::Result<()> {
        signals.iter().try_for_each(|signal| sys::note_signal(i32::from(*signal)))
    }

    /// Sleeps until a signal comes that is handled, on record, or for this long.
    pub fn sleep_until_signal(&self, duration: Duration) -> Option<u8> {
        let planned = Nanos::from_duration(duration);
        self.record(EventKind::SleepBegan { planned });
        let deadline = Instant::now() + duration;
        let mut noted = sys::noted_signal();
        while noted.is_none() && Instant::now() < deadline {
            std::thread::sleep(LOOK);
            noted = sys::noted_signal();
        }
        self.record(EventKind::SleepEnded);
        if let Some(signal) = noted {
            self.record(EventKind::SignalHandled { signal });
        }
        noted
    }

    /// The process ends with an error that nobody handles.
    fn unhandled(&self, error: &str) {
        let exception = self.leaves().unwrap_or_else(|| {
            let (exception, text) = (self.exception(), self.text(error));
            self.record(EventKind::Raised { exception, text });
            exception
        });
        self.record(EventKind::Unhandled { exception });
        self.flush();
    }

    /// Runs tasks; the last one's error, if it has one.
    fn run(
        &self,
        jobs: &[&[JobDef]],
        name: &str,
        tasks: Vec<(TaskId, Value)>,
    ) -> Result<(), String> {
        let mut known = jobs.iter().copied().flatten();
        let job = known.find(|(known, _)| *known == name);
        let mut done = Ok(());
        if tasks.is_empty() {
            return done;
        }
        self.out.begin_chunk(!SHORT.contains(&name));
        let last = tasks.len() - 1;
        for (place, (task, arg)) in tasks.into_iter().enumerate() {
            self.out.begin_task(task);
            self.task.store(task.0, Ordering::Relaxed);
            let started = Instant::now();
            let result = match job {
                // What a panic leaves half-done in a job is the job's own.
                Some((_, run)) => catch_unwind(AssertUnwindSafe(|| run(self, &arg)))
                    .unwrap_or_else(|payload| Err(panic_message(payload.as_ref()))),
                None => Err(format!("no worker knows a job `{name}`")),
            };
            let result = out::sendable(result);
            if let (Some(res), Some(exception), Err(_)) = (self.pool, self.leaves_pool(), &result) {
                self.record(EventKind::Kept { exception, res });
            }
            let took = started.elapsed().as_nanos() as u64;
            let kind = self.pool.map(|res| match &result {
                Ok(value) => {
                    let item = value.item(|text| self.text(text));
                    EventKind::TaskFinished { res, task, item }
                }
                Err(error) => {
                    let error = self.text(error);
                    EventKind::TaskFailed { res, task, error }
                }
            });
            done = result.as_ref().map(drop).map_err(Clone::clone);
            self.out.done(kind, (task, result, took), place == last);
        }
        done
    }
}

impl Place for Context {
    fn text(&self, text: &str) -> TextId {
        Self::text(self, text)
    }

    fn tell(&self, kind: EventKind) {
        self.record(kind);
    }
}

fn panic_message(payload: &(dyn std::any::Any + Send)) -> String {
    let text = payload.downcast_ref::<&str>().copied();
    let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("a panic that said nothing").to_owned()
}
