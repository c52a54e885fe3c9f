//! A Python program of ours, run by the machine's own `python3`: what our pools are measured against.
//!
//! The program is handed over as an argument, so no file is left. It answers requests, a line of JSON each; what it says
//! of its own times is on record as an actor of its own. It is one more child process: killed with its whole group when
//! the run is stopped; by the parent-death signal, and by a guard in its group that watches standard input, when the
//! program dies.

use super::sys::{self, Child, Exit};
use crate::record::{Cancelled, Log, RemoteLog};
use crate::trace::{
    Actor, ActorId, End, EventKind, Home, Measure, Nanos, Resource, ResourceId, ResourceKind,
    SectionId, WaitEnd, WaitOp,
};
use crossbeam::sync::Unparker;
use serde::Deserialize;
use serde_json::Value as Json;
use std::collections::VecDeque;
use std::io::{self, BufRead, BufReader, PipeReader, Read, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// How long it may take to end when it is asked to.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long its last words may take to arrive once it has ended.
const LAST_WORDS: Duration = Duration::from_secs(1);
/// The most bytes of an answer's line: those of a sweep take a few kilobytes.
const LINE: u64 = 16 << 20;
/// The most lines that wait to be read: it is asked one thing at a time.
const LINES: usize = 16;

/// What every program begins with.
const CHILD: &str = include_str!("../../assets/python/child.py");
/// What Python may be called.
const NAMES: [&str; 2] = ["python3", "python"];
/// Bytes of standard error that are kept.
const WORDS: usize = 2048;

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PythonError {
    /// There is no such program.
    #[error("python3 was not found")]
    Absent,
    /// It could not be started.
    #[error("python3 could not be started: {0}")]
    NotStarted(String),
    /// It ended instead of answering.
    #[error("python3 {0}")]
    Ended(String),
    /// It neither answered nor ended.
    #[error("python3 gave no answer in {} s", .0.as_secs())]
    Silent(Duration),
    /// What it said makes no sense.
    #[error("python3 answered what is no answer: {0}")]
    Nonsense(String),
    /// The run was stopped.
    #[error("the run was stopped")]
    Stopped,
}

impl From<Cancelled> for PythonError {
    fn from(_: Cancelled) -> Self {
        Self::Stopped
    }
}

/// A running Python program. Dropping it kills it.
pub struct Python {
    child: Child,
    log: RemoteLog,
    /// Where its requests come from, in the trace.
    requests: ResourceId,
    output: Arc<Output>,
    readers: Vec<JoinHandle<()>>,
    version: String,
    /// From its clock to the run's, as its last answer had it.
    shift: Shift,
    /// How long it may take to answer.
    limit: Duration,
    over: bool,
}

/// What the program has said that nobody has taken.
struct Output {
    inner: Mutex<Inner>,
    waker: Unparker,
}

#[derive(Default)]
struct Inner {
    lines: VecDeque<String>,
    /// Standard output is at its end.
    over: bool,
    words: Vec<u8>,
}

impl Output {
    fn enter(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn has_news(&self) -> bool {
        let inner = self.enter();
        inner.over || !inner.lines.is_empty()
    }
}

#[derive(Deserialize)]
struct Hello {
    at: u64,
    pid: u64,
    name: String,
    version: String,
}

#[derive(Deserialize)]
struct Answer {
    got: u64,
    at: u64,
    value: Json,
    spans: Vec<(String, u64, u64)>,
}

impl Python {
    /// Starts a program and waits for its first word. `log`: of the thread that starts it and sends the requests; `limit`: how
    /// long the program may take for each answer.
    ///
    /// # Errors
    /// There is no Python, it fails or is silent, or the run was stopped.
    pub fn start(
        log: &Log,
        program: &str,
        section: Option<SectionId>,
        limit: Duration,
    ) -> Result<Self, PythonError> {
        let text = format!("{CHILD}\n{program}");
        let mut child = Err(PythonError::Absent);
        for name in NAMES {
            match sys::spawn_other(name, &["-I", "-c", &text]) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                other => {
                    child = other.map_err(|error| PythonError::NotStarted(error.to_string()));
                    break;
                }
            }
        }
        let mut child = child?;
        let output = Arc::new(Output { inner: Mutex::default(), waker: log.waker() });
        let readers = spawn_readers(&mut child, &output);
        let recorder = log.recorder();
        // Registered only now: who could not be started took no part.
        let actor = Actor::process("CPython", "Py").started_by(log.id()).in_section(section);
        let requests = Resource::new("requests to CPython", ResourceKind::Pipe)
            .at_home(Home::Shared)
            .in_section(section);
        let mut python = Self {
            child,
            log: recorder.remote(actor),
            requests: recorder.resource(requests),
            output,
            readers: readers.map_err(|error| PythonError::NotStarted(error.to_string()))?,
            version: String::new(),
            shift: Shift { origin: 0, by: 0 },
            limit,
            over: false,
        };
        log.record(EventKind::Spawned { child: python.log.id() });
        let asked = python.wait(log);
        let hello: Hello = python.receive(log)?;
        let version = match hello.name.as_str() {
            "cpython" => "CPython",
            name => name,
        };
        python.version = format!("{version} {}", hello.version);
        let shift = Shift::new(log, asked, hello.at, hello.at);
        let started = EventKind::Started { os_id: hello.pid };
        python.log.push(shift.at(hello.at), started);
        python.idle(shift.at(hello.at));
        Ok(python)
    }

    /// Who it is in the trace.
    pub fn actor(&self) -> ActorId {
        self.log.id()
    }

    /// "CPython 3.11.7".
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Asks, and waits for the answer. What it did meanwhile is on record when it has answered: the stretches of its work
    /// as `sections`, in their order, and those beyond as spans.
    ///
    /// # Errors
    /// It ended, is silent or talks nonsense, or the run was stopped. It is of no more use then.
    pub fn ask(
        &mut self,
        log: &Log,
        request: &Json,
        sections: &[SectionId],
    ) -> Result<Json, PythonError> {
        log.check()?;
        let asked = self.wait(log);
        self.send(&request.to_string());
        let answer: Answer = self.receive(log)?;
        let shift = Shift::new(log, asked, answer.got, answer.at);
        let (res, how) = (self.requests, WaitEnd::Woken);
        self.log.push(shift.at(answer.got), EventKind::WaitEnded { res, how });
        for (place, (name, begin, end)) in answer.spans.iter().enumerate() {
            let (began, ended) = match sections.get(place) {
                Some(&section) => {
                    (EventKind::SectionBegan { section }, EventKind::SectionEnded { section })
                }
                None => {
                    let name = log.recorder().text(name);
                    (EventKind::SpanBegan { name }, EventKind::SpanEnded { name })
                }
            };
            self.log.push(shift.at(*begin), began);
            self.log.push(shift.at(*end), ended);
        }
        self.idle(shift.at(answer.at));
        self.shift = shift;
        Ok(answer.value)
    }

    /// Registers a thread or process that it will start for what it is asked next: before that, so that its events come in
    /// time.
    pub fn announce(&self, log: &Log, actor: Actor) -> RemoteLog {
        log.recorder().remote(actor.started_by(self.log.id()))
    }

    /// Puts on record what one did that it had started for its last answer: stamped by its clock, in order.
    pub fn witness(&self, mut of: RemoteLog, events: &[(u64, EventKind)]) {
        for (at, kind) in events {
            of.push(self.shift.at(*at), *kind);
        }
    }

    /// Lets it end, and waits for that.
    pub fn end(mut self) {
        // Its input stays open: the end of that kills it.
        self.send("null");
        self.reap();
    }

    /// The asking thread begins to wait; from now on the program may do things that are not on record yet. Answers with
    /// when.
    fn wait(&self, log: &Log) -> Nanos {
        self.log.silent(false);
        let (res, op) = (self.requests, WaitOp::Result);
        let asked = log.record(EventKind::WaitBegan { res, op });
        self.log.promise(asked);
        asked
    }

    fn idle(&mut self, at: Nanos) {
        let (res, op) = (self.requests, WaitOp::Task);
        self.log.push(at, EventKind::WaitBegan { res, op });
        self.log.silent(true);
    }

    fn send(&mut self, line: &str) {
        if let Some(stdin) = &mut self.child.stdin {
            // If it is gone, the end of its output says so.
            let _ = stdin.write_all(format!("{line}\n").as_bytes());
        }
    }

    /// Waits for its next line.
    fn receive<T: for<'a> Deserialize<'a>>(&mut self, log: &Log) -> Result<T, PythonError> {
        let received = log.wait_until(Some(self.limit), || self.output.has_news());
        let how = match received {
            Ok(true) => WaitEnd::Woken,
            Ok(false) => WaitEnd::TimedOut,
            Err(_) => WaitEnd::Cancelled,
        };
        log.record(EventKind::WaitEnded { res: self.requests, how });
        if !received? {
            // It may have ended, while somebody whom it has left behind keeps its output open.
            return Err(match self.child.ends_within(Duration::ZERO) {
                true => PythonError::Ended(self.last_words()),
                false => PythonError::Silent(self.limit),
            });
        }
        let line = self.output.enter().lines.pop_front();
        match line {
            Some(line) => serde_json::from_str(&line)
                .map_err(|error| PythonError::Nonsense(error.to_string())),
            None => Err(PythonError::Ended(self.last_words())),
        }
    }

    /// How it ended, for a sentence.
    fn last_words(&mut self) -> String {
        let exit = self.reap();
        let inner = self.output.enter();
        let words = String::from_utf8_lossy(&inner.words);
        let line = words.lines().rev().find(|line| !line.trim().is_empty());
        match (exit, line) {
            (Some(exit @ Exit::Status(_)), Some(line)) => format!("{exit}: {}", line.trim()),
            // Who is killed has no last words: those are its children's, who lost it.
            (Some(exit), _) => exit.to_string(),
            (None, _) => "ended".to_owned(),
        }
    }

    /// Waits for its end, which is put on record. If it lives on for too long, it is killed.
    fn reap(&mut self) -> Option<Exit> {
        if self.over {
            return None;
        }
        self.over = true;
        if !self.child.ends_within(PATIENCE) {
            self.child.kill_group();
        }
        let (exit, cpu_time) = self.child.reap()?;
        // They end with the output, unless somebody that the program has left behind keeps that open.
        let given_up = Instant::now() + LAST_WORDS;
        while self.readers.iter().any(|reader| !reader.is_finished()) && Instant::now() < given_up {
            std::thread::sleep(Duration::from_millis(1));
        }
        self.readers.clear();
        let (what, amount) = (Measure::CpuTime, cpu_time);
        self.log.observe(EventKind::Measured { what, amount });
        self.log.observe(EventKind::Ended(match exit {
            Exit::Status(0) => End::Normal,
            Exit::Status(status) => End::Exited(status),
            Exit::Signal(signal) => End::Killed(signal),
        }));
        Some(exit)
    }
}

impl Drop for Python {
    fn drop(&mut self) {
        if !self.over {
            self.child.kill_group();
            self.reap();
        }
    }
}

/// Threads that take down what the program says.
fn spawn_readers(child: &mut Child, output: &Arc<Output>) -> io::Result<Vec<JoinHandle<()>>> {
    let spawn = |name: &str, body: Box<dyn FnOnce(&Output) + Send>| {
        let output = Arc::clone(output);
        let thread = std::thread::Builder::new().name(name.to_owned());
        thread.spawn(move || body(&output))
    };
    let mut readers = Vec::new();
    if let Some(stdout) = child.stdout.take() {
        readers.push(spawn("python output", Box::new(|output| read_lines(stdout, output)))?);
    }
    if let Some(stderr) = child.stderr.take() {
        readers.push(spawn("python errors", Box::new(|output| read_words(stderr, output)))?);
    }
    Ok(readers)
}

fn read_lines(stdout: PipeReader, output: &Output) {
    let mut stdout = BufReader::new(stdout);
    let mut line = String::new();
    // A longer line is none of its answers, nor is one more than are asked for: nothing more is read then.
    while let Ok(1..) = stdout.by_ref().take(LINE).read_line(&mut line) {
        let mut inner = output.enter();
        if line.len() as u64 == LINE || inner.lines.len() == LINES {
            break;
        }
        inner.lines.push_back(std::mem::take(&mut line));
        drop(inner);
        output.waker.unpark();
    }
    output.enter().over = true;
    output.waker.unpark();
}

fn read_words(mut stderr: PipeReader, output: &Output) {
    let mut bytes = [0; 512];
    while let Ok(length @ 1..) = stderr.read(&mut bytes) {
        let words = &mut output.enter().words;
        words.extend_from_slice(&bytes[..length]);
        let extra = words.len().saturating_sub(WORDS);
        words.drain(..extra);
    }
}

/// From the program's clock to the run's. On every Unix both are the machine's monotonic clock; should a Python have another, its
/// durations are kept and its times are moved to where they must have been.
#[derive(Clone, Copy)]
struct Shift {
    origin: u64,
    by: i64,
}

impl Shift {
    /// What was stamped `first` and `last` happened between `asked` and now.
    fn new(log: &Log, asked: Nanos, first: u64, last: u64) -> Self {
        let clock = log.recorder().clock();
        let (origin, received) = (clock.origin(), clock.now());
        let place = |at: u64| at as i64 - origin as i64;
        let fits = place(first) >= asked.0 as i64 && place(last) <= received.0 as i64;
        let by = if fits {
            0
        } else {
            log::warn!("python3 has another clock: its times are moved");
            received.0 as i64 - place(last)
        };
        Self { origin, by }
    }

    fn at(&self, at: u64) -> Nanos {
        Nanos((at as i64 - self.origin as i64 + self.by).max(0) as u64)
    }
}
