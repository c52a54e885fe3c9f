//! A worker as the pool sees it.

use super::chunk::Chunk;
use crate::record::{Recorder, RemoteLog};
use crate::trace::{
    Actor, ActorId, End, EventKind, Home, Nanos, Resource, ResourceId, Role, SectionId, SourceId,
    TaskId, TextId, WaitEnd, WaitOp,
};
use crate::workers::Value;
use crate::workers::sys::{Child, Exit, Journal, unread};
use crate::workers::wire::{Entry, Inbox, NewThread, Told, VERSION};
use std::collections::VecDeque;
use std::io::{ErrorKind, Read, Write};
use std::os::fd::AsFd;
use std::time::Instant;

/// What is kept of standard error, in bytes.
const TAIL: usize = 4 << 10;

pub(in crate::workers) struct Worker {
    pub(in crate::workers) child: Child,
    pub(in crate::workers) log: RemoteLog,
    /// Ids in the trace of the worker's texts, by the worker's own numbers.
    pub(in crate::workers) texts: Vec<TextId>,
    /// Ids in the trace of its points of the shown program, likewise.
    pub(in crate::workers) points: Vec<SourceId>,
    /// The part of the run it and its threads belong to.
    section: Option<SectionId>,
    /// Its threads, by number.
    threads: Vec<Thread>,
    pub(in crate::workers) inbox: Inbox,
    /// How many reports have arrived.
    pub(in crate::workers) reports: u64,
    pub(in crate::workers) outbox: Vec<u8>,
    /// The number of bytes that could not be written because its pipe was closed.
    lost: usize,
    pub(super) tail: Vec<u8>,
    /// The chunks that it was sent and has not answered; the first one runs.
    pub(super) running: VecDeque<Chunk>,
    /// When the first of them was sent, or became the first.
    pub(super) since: Instant,
    pub(super) chunks_sent: u32,
    pub(super) tasks_done: u32,
    pub(super) ready: bool,
    /// Whether the supervisor polls its output.
    pub(super) polled: bool,
    /// Why it was killed, if the pool did it.
    pub(super) killed: Option<super::TaskError>,
    /// The first task of the chunk it was killed for.
    pub(super) killed_for: Option<TaskId>,
    /// The task it said last that it began.
    pub(super) begun: Option<TaskId>,
    /// It gets no more tasks.
    pub(super) retiring: bool,
    /// Which write of a variable it told of last.
    pub(in crate::workers) wrote: Option<u32>,
}

/// A thread of a worker.
struct Thread {
    id: ActorId,
    /// The future that stands for its end: threads that join it wait for that.
    end: ResourceId,
    /// `None` when it has ended.
    log: Option<RemoteLog>,
}

/// A worker's entry with its ids translated to the trace's.
enum Translated {
    Event(EventKind),
    Line(SourceId),
}

impl Worker {
    pub(in crate::workers) fn new(
        child: Child,
        log: RemoteLog,
        section: Option<SectionId>,
    ) -> Self {
        Self {
            child,
            log,
            texts: Vec::new(),
            points: Vec::new(),
            section,
            threads: Vec::new(),
            inbox: Inbox::default(),
            reports: 0,
            outbox: Vec::new(),
            lost: 0,
            tail: Vec::new(),
            running: VecDeque::new(),
            since: Instant::now(),
            chunks_sent: 0,
            tasks_done: 0,
            ready: false,
            polled: false,
            killed: None,
            killed_for: None,
            begun: None,
            retiring: false,
            wrote: None,
        }
    }

    /// Whether it may get another chunk when `depth` may be with it.
    pub(super) fn takes(&self, depth: usize) -> bool {
        self.running.len() < depth && !self.retiring && self.killed.is_none()
    }

    /// Whether it may write to its output: between tasks it writes nothing. Where there is no descriptor for its exit,
    /// the end of its output stands for that.
    pub(super) fn may_write(&self) -> bool {
        !self.running.is_empty() || !self.ready || self.child.exit_fd().is_none()
    }

    /// Writes what its pipe has room for.
    pub(in crate::workers) fn send(&mut self) {
        let Some(stdin) = &mut self.child.stdin else {
            return self.outbox.clear();
        };
        let mut sent = 0;
        while sent < self.outbox.len() {
            match stdin.write(&self.outbox[sent..]) {
                Ok(length) => sent += length,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                // It is dead, which its exit will tell.
                Err(_) => {
                    self.lost += self.outbox.len() - sent;
                    sent = self.outbox.len();
                }
            }
        }
        self.outbox.drain(..sent);
    }

    /// Its journal, if it keeps one.
    fn journal(&self) -> Option<&Journal> {
        self.child.journal.as_ref().filter(|journal| journal.is_kept(VERSION))
    }

    /// The entries that an ended worker has not reported; `None` where that cannot be known.
    pub(in crate::workers) fn unsent(&self) -> Option<Vec<u8>> {
        match self.journal() {
            Some(journal) => journal.unsent(self.reports).map(<[u8]>::to_vec),
            // It was to get one, and has not come to do anything.
            None => (self.child.journal.is_some() && self.reports == 0).then(Vec::new),
        }
    }

    /// The task that would fail if it died now: the one it has begun, or, where it does not say, the one it has read.
    pub(super) fn task(&self) -> Option<TaskId> {
        let of = |task: &TaskId| self.running.iter().any(|chunk| chunk.has(*task));
        match self.journal() {
            Some(journal) => journal.task().filter(of),
            None => self.running.front().filter(|_| self.has_read_first()).map(|c| c.id(c.ended)),
        }
    }

    /// Whether it may have begun the first chunk it was sent. Valid once it has ended and its output was read to the
    /// end.
    pub(super) fn has_begun_first(&self) -> bool {
        match self.journal() {
            Some(_) => self.running.front().zip(self.begun).is_some_and(|(c, task)| c.has(task)),
            None => self.has_read_first(),
        }
    }

    /// Whether it has read the whole message of the first chunk it was sent: if not, it cannot have begun.
    fn has_read_first(&self) -> bool {
        let in_pipe = self.child.stdin.as_ref().map_or(0, |p| unread(p.as_fd()));
        let later = self.running.iter().skip(1).map(|c| c.frame.len());
        self.ready && in_pipe + self.outbox.len() + self.lost <= later.sum()
    }

    /// No more tasks: it ends when it has read to the end.
    pub(super) fn retire(&mut self) {
        self.retiring = true;
        if self.running.is_empty() && self.outbox.is_empty() {
            self.child.stdin = None;
        }
    }

    /// Kills it with its group; what it runs ends with `why`.
    pub(super) fn kill(&mut self, why: super::TaskError) {
        if self.killed.is_none() {
            self.killed = Some(why);
            self.killed_for = self.running.front().map(|chunk| chunk.task);
        }
        self.child.kill_group();
    }

    /// Takes in what it wrote to standard output; bounded, so that nobody else waits for long.
    pub(in crate::workers) fn read(&mut self, bytes: &mut [u8]) {
        let Some(stdout) = &mut self.child.stdout else {
            return;
        };
        for _ in 0..16 {
            match stdout.read(bytes) {
                Ok(0) => {
                    self.child.stdout = None;
                    return;
                }
                Ok(length) => {
                    self.inbox.extend(&bytes[..length]);
                    if length < bytes.len() {
                        return;
                    }
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) => return,
            }
        }
    }

    /// Takes in what it wrote to standard error, and keeps the end of it.
    pub(in crate::workers) fn read_stderr(&mut self, bytes: &mut [u8]) {
        let Some(stderr) = &mut self.child.stderr else {
            return;
        };
        for _ in 0..16 {
            match stderr.read(bytes) {
                Ok(0) => {
                    self.child.stderr = None;
                    return;
                }
                Ok(length) => {
                    self.tail.extend_from_slice(&bytes[..length]);
                    let excess = self.tail.len().saturating_sub(TAIL);
                    self.tail.drain(..excess);
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) => return,
            }
        }
    }

    /// The last lines it wrote to standard error.
    pub(in crate::workers) fn stderr_tail(&self) -> String {
        String::from_utf8_lossy(&self.tail).trim_end().to_owned()
    }

    /// Takes in an entry: a name, or an event, which is recorded. Answers with a task's result and the nanoseconds it took.
    pub(in crate::workers) fn take_entry(
        &mut self,
        recorder: &Recorder,
        entry: Entry,
    ) -> Option<(TaskId, Result<Value, String>, u64)> {
        match entry {
            Entry::Text(text) => self.texts.push(recorder.text(&text)),
            Entry::Point(name) => self.points.push(recorder.source(&name)),
            Entry::Thread(thread) => self.add_thread(recorder, thread),
            Entry::Event(at, told) => self.record(at, told),
            Entry::ThreadEvent(thread, at, told) => self.record_of_thread(thread, at, told),
            Entry::Result(task, result, took) => return Some((task, result, took)),
        }
        None
    }

    /// Records an event of the process.
    fn record(&mut self, at: Nanos, told: Told) {
        if let Told::Event(EventKind::TaskStarted { task, .. }) = told {
            self.begun = Some(task);
            // Of the chunk it runs, which is the first one until the report is read to its end.
            self.log.line(self.running.front().map_or(SourceId::NONE, |c| c.at));
        }
        if let Told::Event(EventKind::ValueChanged { version, .. }) = told {
            self.wrote = Some(version);
        }
        match self.translated(told) {
            Translated::Line(source) => self.log.line(source),
            Translated::Event(kind) => self.log.push(at, kind),
        }
        if let Told::Event(EventKind::TaskFinished { .. } | EventKind::TaskFailed { .. }) = told {
            self.log.line(SourceId::NONE);
        }
    }

    /// A new thread of it, whose events follow.
    fn add_thread(&mut self, recorder: &Recorder, thread: NewThread) {
        let process = self.log.id();
        let role = if thread.helper { Role::Helper } else { Role::Work };
        let actor = Actor::thread(thread.name, thread.badge).started_by(process).with_role(role);
        // What it records comes with what its process records, and is promised together with it.
        let promised = self.log.promised();
        let log = recorder.remote_from(actor.in_section(self.section), promised);
        let home = Home::Process(process);
        let end = Resource::end_of(log.id()).at_home(home).in_section(self.section);
        self.threads.push(Thread { id: log.id(), end: recorder.resource(end), log: Some(log) });
    }

    /// Records an event of one of its threads.
    fn record_of_thread(&mut self, thread: u16, at: Nanos, told: Told) {
        let translated = self.translated(told);
        let Some(thread) = self.threads.get_mut(usize::from(thread)) else {
            return;
        };
        let Some(log) = &mut thread.log else { return };
        match translated {
            Translated::Line(source) => log.line(source),
            Translated::Event(kind) => log.push(at, kind),
        }
        if matches!(translated, Translated::Event(EventKind::Ended(_))) {
            thread.log = None;
        }
    }

    /// What still arrives of it and its threads happened at `until` or later.
    pub(in crate::workers) fn promise(&self, until: Nanos) {
        // The process last: until it promises, nothing of its threads is late.
        for log in self.threads.iter().filter_map(|thread| thread.log.as_ref()) {
            log.promise(until);
        }
        self.log.promise(until);
    }

    /// The process is no more, and neither are its threads. `gap`: what they did last may be missing. Answers with the
    /// stamp of its end.
    pub(in crate::workers) fn ends(&mut self, end: End, gap: bool) -> Nanos {
        let threads = self.threads.drain(..).filter_map(|thread| thread.log);
        let end_of = |log: &mut RemoteLog| {
            if gap {
                log.observe(EventKind::Dropped { count: 0 });
            }
            log.observe(EventKind::Ended(end))
        };
        for mut log in threads {
            end_of(&mut log);
        }
        end_of(&mut self.log)
    }

    /// An entry with its texts, points and threads translated to the trace's ids.
    fn translated(&self, told: Told) -> Translated {
        let thread = |number: usize| self.threads.get(number);
        let kind = match told {
            Told::Line(point) => {
                let point = self.points.get(usize::from(point));
                return Translated::Line(point.copied().unwrap_or(SourceId::NONE));
            }
            Told::Event(EventKind::Spawned { child }) => {
                thread(child.index()).map(|thread| EventKind::Spawned { child: thread.id })
            }
            Told::Event(kind) => {
                let unknown = TextId(u32::MAX);
                Some(kind.map_texts(|id| self.texts.get(id.index()).copied().unwrap_or(unknown)))
            }
            Told::JoinBegan(number) => thread(usize::from(number)).map(|thread| {
                let (res, op) = (thread.end, WaitOp::Join);
                EventKind::WaitBegan { res, op }
            }),
            Told::JoinEnded(number) => thread(usize::from(number)).map(|thread| {
                let (res, how) = (thread.end, WaitEnd::Woken);
                EventKind::WaitEnded { res, how }
            }),
        };
        // Of a thread it has not told of nothing can be said.
        Translated::Event(kind.unwrap_or(EventKind::At))
    }

    /// Its end, after all it wrote was read, and the nanoseconds it had a processor.
    pub(in crate::workers) fn reap(&mut self) -> (Exit, Option<u64>) {
        match self.child.reap() {
            Some((exit, cpu_time)) => (exit, Some(cpu_time)),
            None => (Exit::Status(-1), None),
        }
    }
}
