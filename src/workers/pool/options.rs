//! Options of a pool and of its tasks, and facts about its workers.

use crate::record::refused;
use crate::trace::{ActorId, SectionId, TaskId};
use crate::workers::Start;
use std::io;
use std::time::Duration;

/// A pool to be started.
#[derive(Clone, Debug)]
pub struct PoolOptions {
    /// As the trace names it.
    pub name: String,
    /// What its workers are called; each gets its number, too.
    pub worker: &'static str,
    /// A letter for their badges, which get the number, too.
    pub worker_badge: char,
    /// The part of the run that the pool and its workers belong to.
    pub section: Option<SectionId>,
    /// How many workers, at least 1.
    pub size: usize,
    /// How workers are started.
    pub start: Start,
    /// Number of messages after which a worker is replaced. As in CPython, a chunk counts as one. But where CPython
    /// starts the next worker at once, this pool does when there is a task for it: one process for each task then means
    /// no process more.
    pub tasks_per_child: Option<u32>,
    /// Number of tasks without a result at which submitting waits.
    pub outstanding: Option<usize>,
    /// Whether workers report their memory and processor time now and then; asking the system costs some 50 µs each time.
    pub measure: bool,
    /// Whether chunks that take microseconds may be sent to workers that are still busy. Faster; but a chunk that is
    /// sent ahead stays with its worker even if the one before it turns out long and another worker is free.
    pub send_ahead: bool,
}

impl PoolOptions {
    /// Of `size` workers, with nothing else set.
    pub fn new(size: usize) -> Self {
        Self {
            name: "pool".to_owned(),
            worker: "worker",
            worker_badge: 'W',
            section: None,
            size: size.max(1),
            start: Start::default(),
            tasks_per_child: None,
            outstanding: None,
            measure: false,
            send_ahead: true,
        }
    }
}

/// What is asked of a task beside its result. Holds for each chunk of a map as a whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TaskOptions {
    /// How long it may run before its worker is killed.
    pub timeout: Option<Duration>,
    /// How often it is begun again when its worker dies.
    pub retries: u32,
}

/// A pool could not be started.
#[derive(Debug, thiserror::Error)]
#[error("the worker processes could not be started: {}", refused::why(.0))]
pub struct StartError(#[from] io::Error);

/// One worker, now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkerInfo {
    /// In the trace.
    pub actor: ActorId,
    /// As the system numbers it.
    pub pid: u32,
    /// Whether it has said that it is ready.
    pub ready: bool,
    /// Whether it has something to do.
    pub busy: bool,
    /// The task that would fail if it died now: it has begun it, or, where the system does not let that be seen, read it.
    pub task: Option<TaskId>,
    /// Tasks it has answered.
    pub tasks_done: u32,
}
