//! A Python program of ours, run by the machine's own `python3`: what our pools are measured against.
//!
//! The program is handed over as an argument, so no file is left. It answers requests, a line of JSON each, and may tell of
//! what happens meanwhile; what it says of its own times is on record as an actor of its own. It is one more child process:
//! killed with its whole group when it fails or the run is stopped; by the parent-death signal, and by a guard in its group
//! that watches standard input, when the program dies.
//!
//! Nobody knows what `python3` is: it may hang, print without end, die, or leave somebody behind who keeps its pipes. So each
//! answer has a time limit, what is read is bounded and its words are tamed, who keeps a pipe is killed, and every failure is
//! a [`PythonError`] that says who did what.

mod answer;
mod error;
mod once;
mod output;

pub use error::PythonError;
pub use once::ask_once;

use super::sys::{self, Child, Exit};
use super::words::{last_line, tame};
use crate::record::{Cancelled, Log, RemoteLog, refused};
use crate::trace::{
    Actor, ActorId, End, EventKind, Home, Measure, Nanos, Resource, ResourceId, ResourceKind, Role,
    SectionId, WaitEnd, WaitOp,
};
use answer::{Answer, Hello, Said, Shift};
use output::{Output, Over};
use serde::Deserialize;
use serde_json::Value as Json;
use std::io::{self, Write};
use std::os::fd::AsFd;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// How long it may take to end when it is asked to.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long one that has closed its output may take to end.
const CLOSING: Duration = Duration::from_millis(500);
/// How long those that it has started may keep its pipes open once it has ended.
const LAST_WORDS: Duration = Duration::from_millis(500);
/// The pause between two looks whether it has ended.
const LOOK: Duration = Duration::from_millis(5);
const SIGKILL: u8 = 9;

/// What every program begins with.
const CHILD: &str = include_str!("../../../assets/python/child.py");

/// Which Python is run, and how long anybody waits for it.
#[derive(Clone, Debug)]
pub struct Which {
    /// What it may be called, in this order: names, looked for where the system looks, or paths.
    pub names: Vec<PathBuf>,
    /// How long it may take to be ready, and for each answer in addition to the work that is asked for.
    pub answer: Duration,
}

impl Default for Which {
    fn default() -> Self {
        let names = ["python3", "python"].map(PathBuf::from).to_vec();
        Self { names, answer: Duration::from_secs(10) }
    }
}

/// A running Python program. Dropping it kills it.
pub struct Python {
    child: Child,
    log: RemoteLog,
    /// Where its requests come from, in the trace.
    requests: ResourceId,
    section: Option<SectionId>,
    output: Output,
    /// Numbers of its pipes.
    pipes: Vec<u64>,
    version: String,
    /// From its clock to the run's, as its last answer had it.
    shift: Option<Shift>,
    answer: Duration,
    /// When it was started, until it has answered the first request: both have one limit together.
    begun: Option<Instant>,
    over: bool,
}

/// Takes what the program tells before it answers, when that was, and the program's own log. What is wrong with it is an
/// error.
pub type Listener<'a> = dyn FnMut(&Json, Nanos, &mut RemoteLog) -> Result<(), PythonError> + 'a;

impl Python {
    /// Starts a program and waits for its first word. `log`: of the thread that starts it and sends the requests; `role`: what
    /// it is in the trace, and of which section.
    ///
    /// # Errors
    /// There is no Python, it fails or is silent, or the run was stopped.
    pub fn start(
        log: &Log,
        which: &Which,
        program: &str,
        role: Role,
        section: Option<SectionId>,
    ) -> Result<Self, PythonError> {
        log.check()?;
        let begun = Some(Instant::now());
        let text = format!("{CHILD}\n{program}");
        let mut child = execute(&which.names, &text)?;
        let refused = |error: io::Error| PythonError::NotStarted(refused::why(&error));
        let stdin = child.stdin.as_ref().and_then(|pipe| sys::pipe_number(pipe.as_fd()));
        let others = [child.stdout.as_ref(), child.stderr.as_ref()].into_iter().flatten();
        let others = others.filter_map(|pipe| sys::pipe_number(pipe.as_fd()));
        let pipes = stdin.into_iter().chain(others).collect();
        let output = Output::of(&mut child, log.waker()).map_err(refused)?;
        let recorder = log.recorder();
        // Registered only now: who could not be started took no part.
        let actor = Actor::process("CPython", "Py").started_by(log.id()).with_role(role);
        let actor = actor.in_section(section);
        let requests =
            Resource::new("answers of CPython", ResourceKind::Pipe).at_home(Home::Shared);
        let requests = requests.in_section(section);
        let mut python = Self {
            child,
            log: recorder.remote(actor),
            requests: recorder.resource(requests),
            section,
            output,
            pipes,
            version: String::new(),
            shift: None,
            answer: which.answer,
            begun,
            over: false,
        };
        log.record(EventKind::Spawned { child: python.log.id() });
        let asked = python.wait(log);
        let heard = python.receive(log, Instant::now() + python.limit(Duration::ZERO));
        let hello = python.understood(log, heard);
        python.ends_wait(log, &hello);
        let hello: Hello = hello?;
        let version = match hello.name.as_str() {
            "cpython" => "CPython".to_owned(),
            name => tame(name),
        };
        python.version = format!("{version} {}", tame(&hello.version));
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

    /// Asks, and waits for the answer: for as long as any answer may take, and as the `work` that it needs. What the program
    /// did meanwhile is on record when it has answered: the stretches of its work as `sections`, in their order, and those
    /// beyond as spans; and where it says that it waited, for a result.
    ///
    /// # Errors
    /// It ended, is silent or talks nonsense, or the run was stopped. It is of no more use then, and killed.
    pub fn ask(
        &mut self,
        log: &Log,
        request: &Json,
        sections: &[SectionId],
        work: Duration,
    ) -> Result<Json, PythonError> {
        let silent = &mut |_: &Json, _: Nanos, _: &mut RemoteLog| {
            Err(PythonError::nonsense(&"it was not asked"))
        };
        self.ask_and_listen(log, request, sections, work, silent)
    }

    /// [`Python::ask`], where the program also tells of what happens before it answers.
    ///
    /// # Errors
    /// As [`Python::ask`], and what `listener` says.
    pub fn ask_and_listen(
        &mut self,
        log: &Log,
        request: &Json,
        sections: &[SectionId],
        work: Duration,
        listener: &mut Listener<'_>,
    ) -> Result<Json, PythonError> {
        log.check()?;
        let asked = self.wait(log);
        let until = Instant::now() + self.limit(work);
        self.send(&request.to_string());
        let mut told = false;
        let answered = self.answered(log, asked, until, &mut told, listener);
        self.ends_wait(log, &answered);
        let answer = answered?;
        self.begun = None;
        let (got, at) = (answer.got, answer.at);
        let shift = Shift::new(log, asked, got, at);
        if !told {
            let (res, how) = (self.requests, WaitEnd::Woken);
            self.log.push(shift.at(got), EventKind::WaitEnded { res, how });
        }
        for (at, kind) in answer.events(log.recorder(), sections, self.section) {
            self.log.push(shift.at(at), kind);
        }
        self.idle(shift.at(at));
        self.shift = Some(shift);
        Ok(answer.value)
    }

    /// Registers a thread or process that it will start for what it is asked next: before that, so that its events come in
    /// time.
    pub fn announce(&self, log: &Log, actor: Actor) -> RemoteLog {
        log.recorder().remote(actor.started_by(self.log.id()))
    }

    /// Puts on record what one did that it had started for its last answer: stamped by its clock, in order. Nothing where it
    /// has not answered.
    pub fn witness(&self, mut of: RemoteLog, events: &[(u64, EventKind)]) {
        let Some(shift) = &self.shift else { return };
        for (at, kind) in events {
            of.push(shift.at(*at), *kind);
        }
    }

    /// What it answers, once it has told the rest.
    fn answered(
        &mut self,
        log: &Log,
        asked: Nanos,
        until: Instant,
        told: &mut bool,
        listener: &mut Listener<'_>,
    ) -> Result<Answer, PythonError> {
        let mut shift = None;
        loop {
            let heard = self.receive(log, until);
            let said = match self.understood(log, heard)? {
                Said::Answer(answer) => return Ok(answer),
                Said::Told { told } => told,
            };
            let at = said.get("at").and_then(Json::as_u64).unwrap_or(0);
            let at = shift.get_or_insert_with(|| Shift::new(log, asked, at, at)).at(at);
            // Nothing that it tells later was earlier.
            self.log.promise(at);
            if !std::mem::replace(told, true) {
                let (res, how) = (self.requests, WaitEnd::Woken);
                self.log.push(at, EventKind::WaitEnded { res, how });
            }
            if let Err(error) = listener(&said, at, &mut self.log) {
                self.kill(log);
                return Err(error);
            }
        }
    }

    /// Lets it end, and waits for that.
    pub fn end(mut self, log: &Log) {
        // Its input stays open: the end of that kills it.
        self.send("null");
        let given_up = Instant::now() + self.answer.min(PATIENCE);
        while !self.child.ends_within(LOOK) && log.check().is_ok() {
            if Instant::now() >= given_up {
                return self.kill(log);
            }
        }
        self.bury();
    }

    /// How long an answer may take now.
    fn limit(&self, work: Duration) -> Duration {
        let gone = self.begun.map_or(Duration::ZERO, |begun| begun.elapsed());
        self.answer.saturating_sub(gone) + work
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

    fn ends_wait<T>(&self, log: &Log, answered: &Result<T, PythonError>) {
        let how = match answered {
            Ok(_) => WaitEnd::Woken,
            Err(PythonError::Silent(_) | PythonError::Halted(_)) => WaitEnd::TimedOut,
            Err(PythonError::Stopped) => WaitEnd::Cancelled,
            Err(_) => WaitEnd::Woken,
        };
        log.record(EventKind::WaitEnded { res: self.requests, how });
    }

    fn idle(&mut self, at: Nanos) {
        let (res, op) = (self.requests, WaitOp::Task);
        self.log.push(at, EventKind::WaitBegan { res, op });
        self.log.silent(true);
    }

    fn send(&mut self, line: &str) {
        if let Some(stdin) = &mut self.child.stdin {
            // If it is gone, the end of its output says so. A request is shorter than a pipe has room for.
            let _ = stdin.write_all(format!("{line}\n").as_bytes());
        }
    }

    /// Waits for its next line.
    fn receive(&mut self, log: &Log, until: Instant) -> Result<String, PythonError> {
        let limit = until.saturating_duration_since(Instant::now());
        match log.wait_until(Some(limit), || self.output.has_news()) {
            Ok(true) => {}
            Err(Cancelled) => return Err(PythonError::Stopped),
            Ok(false) if self.child.is_stopped() => return Err(PythonError::Halted(self.answer)),
            Ok(false) => return Err(PythonError::Silent(self.answer)),
        }
        if let Some(line) = self.output.line() {
            return Ok(line);
        }
        match self.output.over() {
            Some(Over::TooLong) => Err(PythonError::nonsense(&"a line without an end")),
            Some(Over::NotText) => Err(PythonError::nonsense(&"what is no text")),
            _ if self.child.ends_within(CLOSING) => Err(PythonError::Ended(self.last_words())),
            _ => Err(PythonError::Mute),
        }
    }

    /// What a line says. Where it says nothing, or none has come, the program is of no more use.
    fn understood<T: for<'a> Deserialize<'a>>(
        &mut self,
        log: &Log,
        heard: Result<String, PythonError>,
    ) -> Result<T, PythonError> {
        let read = |line: String| {
            serde_json::from_str(&line).map_err(|error| PythonError::nonsense(&error))
        };
        let understood = heard.and_then(read);
        if understood.is_err() {
            self.kill(log);
        }
        understood
    }

    /// How it ended, for a sentence.
    fn last_words(&mut self) -> String {
        let exit = self.bury();
        match (exit, last_line(&self.output.words())) {
            (Some(exit @ Exit::Status(_)), Some(line)) => format!("{exit}: {line}"),
            // Who is killed has no last words: those are its children's, who lost it.
            (Some(exit), _) => exit.to_string(),
            (None, _) => "ended".to_owned(),
        }
    }

    /// Kills it with all that it has started, on record.
    fn kill(&mut self, log: &Log) {
        if !self.over {
            log.record(EventKind::SignalSent { to: self.log.id(), signal: SIGKILL });
            self.child.kill_group();
            self.bury();
        }
    }

    /// Takes its end, which is put on record; nothing that it has started keeps its pipes. It has ended, or will at once.
    fn bury(&mut self) -> Option<Exit> {
        if std::mem::replace(&mut self.over, true) {
            return None;
        }
        let (exit, cpu_time) = self.child.reap()?;
        // What is left may have to clear up: CPython's own tracker of semaphores has.
        self.child.stdin = None;
        if !self.output.ends_within(LAST_WORDS) {
            sys::kill_holders(&self.pipes);
            self.output.ends_within(LAST_WORDS);
        }
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
            self.bury();
        }
    }
}

/// Starts the first of the programs that is there.
fn execute(names: &[PathBuf], text: &str) -> Result<Child, PythonError> {
    for name in names {
        match sys::spawn_other(name.as_os_str(), &["-I", "-c", text]) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(PythonError::NotStarted(refused::why(&error))),
            Ok(child) => return Ok(child),
        }
    }
    Err(PythonError::Absent)
}
