//! A pool of threads: rayon's, whose threads are actors.

use super::future::{Future, Slot};
use super::queue::AsItem;
use crate::record::thread::{self, Failure, JoinHandle};
use crate::record::{Log, panics, refused};
use crate::trace::{
    Actor, EventKind, ExceptionId, Item, Nanos, Resource, ResourceId, ResourceKind, SectionId,
    TaskId, WaitEnd, WaitOp,
};
use crossbeam::queue::SegQueue;
use rayon::{ThreadBuilder, ThreadPoolBuildError, ThreadPoolBuilder};
use std::io;
use std::sync::Arc;

/// A pool of threads that take tasks from one queue in the order they were handed in, whoever handed them in.
///
/// rayon by itself would give a task that a thread of the pool hands in to that thread first, and let one that waits for
/// a task do others meanwhile; here a thread that waits for a [`Future`] waits, as in CPython's executor.
pub struct ThreadPool {
    hand_in: HandIn,
    threads: Vec<JoinHandle<()>>,
}

/// The right to hand tasks in, for tasks of the pool, too.
#[derive(Clone)]
pub struct HandIn(Arc<Shared>);

struct Shared {
    res: ResourceId,
    pool: rayon::ThreadPool,
    queue: SegQueue<Waiting>,
}

/// A task in the queue, and when it was handed in.
struct Waiting {
    submitted: Nanos,
    run: Box<dyn FnOnce(&Log) + Send>,
}

impl ThreadPool {
    /// Starts a pool of so many threads.
    ///
    /// # Errors
    /// The system has no thread to spare. Those it had have ended.
    pub fn start(
        log: &Log,
        name: impl Into<String>,
        size: usize,
        section: Option<SectionId>,
    ) -> Result<Self, Failure> {
        let capacity = u32::try_from(size).unwrap_or(u32::MAX);
        let resource = Resource::new(name, ResourceKind::Pool).with_capacity(capacity);
        let res = log.recorder().resource(resource.in_section(section));
        let mut threads = Vec::with_capacity(size);
        let spawn = |thread: ThreadBuilder| -> io::Result<()> {
            let number = thread.index() + 1;
            let actor = Actor::thread(format!("thread {number}"), format!("T{number}"));
            let actor = actor.worker_of(res).in_section(section);
            threads.push(thread::spawn(log, actor, move |log| {
                idle(log, res);
                thread.run();
                let how = WaitEnd::Broken;
                log.record(EventKind::WaitEnded { res, how });
                Ok(())
            })?);
            Ok(())
        };
        let pool = ThreadPoolBuilder::new().num_threads(size).spawn_handler(spawn).build();
        match pool {
            Ok(pool) => {
                let shared = Shared { res, pool, queue: SegQueue::new() };
                Ok(Self { hand_in: HandIn(Arc::new(shared)), threads })
            }
            Err(error) => Err(unfinished(log, &error, threads)),
        }
    }

    /// Its id in the trace.
    pub fn id(&self) -> ResourceId {
        self.hand_in.0.res
    }

    /// The right to hand tasks in.
    pub fn hand_in(&self) -> HandIn {
        self.hand_in.clone()
    }

    /// [`HandIn::submit`].
    pub fn submit<T: AsItem + Send + 'static>(
        &self,
        log: &Log,
        task: TaskId,
        item: Item,
        run: impl FnOnce(&Log) -> Result<T, Failure> + Send + 'static,
    ) -> Future<T> {
        self.hand_in.submit(log, task, item, run)
    }

    /// Does something on a thread of the pool with rayon's own ways to share work, which are the caller's to record.
    pub fn install<T: Send>(&self, what: impl FnOnce() -> T + Send) -> T {
        self.hand_in.0.pool.install(what)
    }

    /// Waits until all tasks are done and all threads have ended.
    ///
    /// # Errors
    /// How a thread failed.
    pub fn shutdown(self, log: &Log) -> Result<(), Failure> {
        let Self { hand_in, threads } = self;
        // Its threads end when the last one who could hand in a task is gone.
        drop(hand_in);
        join(log, threads)
    }
}

impl HandIn {
    /// Hands a task in, to be run by whichever thread is free first.
    pub fn submit<T: AsItem + Send + 'static>(
        &self,
        log: &Log,
        task: TaskId,
        item: Item,
        run: impl FnOnce(&Log) -> Result<T, Failure> + Send + 'static,
    ) -> Future<T> {
        let res = self.0.res;
        let (future, slot) = Future::pending(res, task);
        let run = Box::new(move |log: &Log| run_task(log, res, task, run, &slot));
        let submitted = log.record(EventKind::TaskSubmitted { res, task, item });
        self.0.queue.push(Waiting { submitted, run });
        let shared = Arc::clone(&self.0);
        // Not this very task: the oldest one.
        self.0.pool.spawn(move || {
            thread::here(|log| shared.run_oldest(log));
        });
        future
    }
}

impl Shared {
    /// Runs the oldest task on the thread of the pool that the caller is.
    fn run_oldest(&self, log: &Log) {
        let Some(Waiting { submitted, run }) = self.queue.pop() else { return };
        busy(log, self.res, submitted + Nanos(1));
        run(log);
        idle(log, self.res);
    }
}

/// Runs a task, on record, and leaves its result.
fn run_task<T: AsItem>(
    log: &Log,
    res: ResourceId,
    task: TaskId,
    run: impl FnOnce(&Log) -> Result<T, Failure>,
    slot: &Slot<T>,
) {
    if log.check().is_err() {
        let ended = log.record(EventKind::TaskCancelled { res, task });
        return slot.fill(Err(Failure::Cancelled), ended);
    }
    if !slot.begin() {
        // Nobody wants it any more, which is on record.
        return;
    }
    log.record(EventKind::TaskStarted { res, task });
    let result = panics::catch(|| run(log)).unwrap_or_else(|panic| {
        Err(Failure::Panicked { message: panic.message, place: panic.place })
    });
    let ended = log.record(match &result {
        Ok(value) => EventKind::TaskFinished { res, task, item: value.as_item() },
        Err(Failure::Cancelled) => EventKind::TaskCancelled { res, task },
        Err(failure) => {
            let error = log.recorder().text(&failure.to_string());
            let exception = match failure {
                Failure::Raised { exception, .. } => *exception,
                _ => {
                    let exception = exception_of(res, task);
                    log.record(EventKind::Raised { exception, text: error });
                    exception
                }
            };
            log.record(EventKind::Kept { exception, res });
            EventKind::TaskFailed { res, task, error }
        }
    });
    slot.fill(result, ended);
}

/// The exception that a task of a pool failed with: by pool and task, for pools of up to 65,536 tasks.
pub fn exception_of(pool: ResourceId, task: TaskId) -> ExceptionId {
    ExceptionId((u32::from(pool.0) + 1) << 16 | task.0 & 0xffff)
}

/// The thread of a pool has nothing to do from now on.
pub fn idle(log: &Log, res: ResourceId) {
    let op = WaitOp::Task;
    log.record(EventKind::WaitBegan { res, op });
}

/// The thread of a pool has something to do from now on, which it was given at `earliest` at the earliest.
pub fn busy(log: &Log, res: ResourceId, earliest: Nanos) {
    let how = WaitEnd::Woken;
    log.record_after(earliest, EventKind::WaitEnded { res, how });
}

/// Where the system had no thread to spare, those it had are waited for: the unfinished pool has told them to end.
fn unfinished(log: &Log, error: &ThreadPoolBuildError, threads: Vec<JoinHandle<()>>) -> Failure {
    let source = std::error::Error::source(error).and_then(|source| source.downcast_ref());
    let why = source.map_or_else(|| error.to_string(), refused::why);
    let error = format!("could not start a pool of threads: {why}");
    join(log, threads).err().unwrap_or(Failure::Error(error))
}

fn join(log: &Log, threads: Vec<JoinHandle<()>>) -> Result<(), Failure> {
    // All of them, whatever comes of the first.
    let ends: Vec<_> = threads.into_iter().map(|thread| thread.join(log)).collect();
    ends.into_iter().collect()
}
