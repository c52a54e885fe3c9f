//! A worker as the pool sees it.

use super::chunk::Chunk;
use crate::record::RemoteLog;
use crate::trace::{ActorId, End, EventKind, Nanos, TaskId, TextId};
use crate::workers::sys::{Child, Exit, unread};
use crate::workers::wire::Inbox;
use std::collections::VecDeque;
use std::io::{ErrorKind, Read, Write};
use std::os::fd::AsFd;
use std::time::Instant;

/// What is kept of standard error, in bytes.
const TAIL: usize = 4 << 10;

pub(super) struct Worker {
    pub(super) child: Child,
    pub(super) log: RemoteLog,
    /// The worker's own numbers of texts, as the trace has them.
    pub(super) texts: Vec<TextId>,
    /// Its threads by number; `None` for one that has ended.
    pub(super) threads: Vec<Option<RemoteLog>>,
    /// Which actors they are.
    thread_ids: Vec<ActorId>,
    pub(super) inbox: Inbox,
    pub(super) outbox: Vec<u8>,
    /// How many bytes met a closed pipe.
    lost: usize,
    pub(super) tail: Vec<u8>,
    /// What was sent and is not answered; the first one runs.
    pub(super) running: VecDeque<Chunk>,
    /// Since when it runs.
    pub(super) since: Instant,
    pub(super) chunks_sent: u32,
    pub(super) tasks_done: u32,
    pub(super) ready: bool,
    /// Whether the supervisor waits for what it says.
    pub(super) heeded: bool,
    /// Why it was killed, if the pool did it.
    pub(super) doomed: Option<super::TaskError>,
    /// The first task of the chunk it was killed for.
    pub(super) doomed_for: Option<TaskId>,
    /// The task it said last that it began.
    pub(super) begun: Option<TaskId>,
    /// It gets no more tasks.
    pub(super) retiring: bool,
}

impl Worker {
    pub(super) fn new(child: Child, log: RemoteLog) -> Self {
        // Silent only when it has said that it is ready: its start is an event of its own.
        log.silent(false);
        Self {
            child,
            log,
            texts: Vec::new(),
            threads: Vec::new(),
            thread_ids: Vec::new(),
            inbox: Inbox::default(),
            outbox: Vec::new(),
            lost: 0,
            tail: Vec::new(),
            running: VecDeque::new(),
            since: Instant::now(),
            chunks_sent: 0,
            tasks_done: 0,
            ready: false,
            heeded: false,
            doomed: None,
            doomed_for: None,
            begun: None,
            retiring: false,
        }
    }

    /// Whether it may get another chunk when `depth` may be with it.
    pub(super) fn takes(&self, depth: usize) -> bool {
        self.running.len() < depth && !self.retiring && self.doomed.is_none()
    }

    /// Whether it may say something: between tasks it says nothing, and where the system tells of its end by itself, that
    /// is not seen here either.
    pub(super) fn may_speak(&self) -> bool {
        !self.running.is_empty() || !self.ready || self.child.exit_fd().is_none()
    }

    /// Writes what its pipe has room for.
    pub(super) fn send(&mut self) {
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

    /// Whether it has read the whole message of the first chunk it was sent: if not, it cannot have begun.
    pub(super) fn has_read_first(&self) -> bool {
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
    pub(super) fn doom(&mut self, why: super::TaskError) {
        if self.doomed.is_none() {
            self.doomed = Some(why);
            self.doomed_for = self.running.front().map(|chunk| chunk.task);
        }
        self.child.kill_group();
    }

    /// Takes in what it wrote to standard output; bounded, so that nobody else waits for long.
    pub(super) fn read(&mut self, bytes: &mut [u8]) {
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
    pub(super) fn read_stderr(&mut self, bytes: &mut [u8]) {
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
    pub(super) fn last_words(&self) -> String {
        String::from_utf8_lossy(&self.tail).trim_end().to_owned()
    }

    /// Records an event it stamped itself.
    pub(super) fn push(&mut self, at: Nanos, kind: EventKind) {
        let kind = self.translated(kind);
        self.log.push(at, kind);
    }

    /// A new thread of it, whose events follow.
    pub(super) fn add_thread(&mut self, log: RemoteLog) {
        // What it records is held back no longer than what its process records, which comes with it.
        log.silent(false);
        self.thread_ids.push(log.id());
        self.threads.push(Some(log));
    }

    /// Records an event of one of its threads.
    pub(super) fn push_thread(&mut self, thread: u16, at: Nanos, kind: EventKind) {
        let kind = self.translated(kind);
        let Some(place) = self.threads.get_mut(usize::from(thread)) else {
            return;
        };
        if let Some(log) = place {
            log.push(at, kind);
        }
        if matches!(kind, EventKind::Ended(_)) {
            *place = None;
        }
    }

    /// What still arrives of it and its threads happened at `until` or later.
    pub(super) fn promise(&self, until: Nanos) {
        // The process last: until it promises, nothing of its threads is late.
        for thread in self.threads.iter().flatten() {
            thread.promise(until);
        }
        self.log.promise(until);
    }

    /// The process is no more: neither are its threads.
    pub(super) fn end_threads(&mut self, end: End) {
        for mut thread in self.threads.drain(..).flatten() {
            thread.observe(EventKind::Ended(end));
        }
    }

    /// Its own numbers of texts and threads, as the trace has them.
    fn translated(&self, kind: EventKind) -> EventKind {
        let unknown = TextId(u32::MAX);
        let kind = kind.map_texts(|id| self.texts.get(id.index()).copied().unwrap_or(unknown));
        match kind {
            EventKind::Spawned { child } => {
                let child = self.thread_ids.get(child.index()).copied();
                child.map_or(EventKind::At, |child| EventKind::Spawned { child })
            }
            other => other,
        }
    }

    /// Its end, after all it wrote was read, and the nanoseconds it had a processor.
    pub(super) fn reap(&mut self) -> (Exit, Option<u64>) {
        match self.child.reap() {
            Some((exit, cpu_time)) => (exit, Some(cpu_time)),
            None => (Exit::Status(-1), None),
        }
    }
}
