//! The pool: tasks wait, run on workers, and their results come back.

mod core;
mod group;
mod handle;
mod options;
mod supervisor;
mod worker;

pub use group::{Callback, TaskError};
pub use handle::{Imap, MapHandle, TaskHandle};
pub use options::{PoolOptions, StartError, TaskOptions, WorkerInfo};

use self::core::{Chunk, Core};
use super::{Job, Value, sys};
use crate::record::Log;
use crate::record::thread::{self, JoinHandle};
use crate::trace::{
    Actor, ActorId, ActorKind, EventKind, Resource, ResourceId, ResourceKind, TaskId, WaitEnd,
    WaitOp,
};
use group::{Group, TaskResult, Waiting};
use std::io::{self, PipeWriter, Write};
use std::os::fd::AsFd;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How long whoever waits for one task listens for its result. A core has nothing better to do for that long: to sleep
/// and be woken takes as much.
const HEEDED: Duration = Duration::from_micros(100);

/// Worker processes that share tasks. Dropping it terminates it.
///
/// Everything that happens in it is recorded: submissions by the submitter's [`Log`], tasks by the workers, each an
/// actor, ends and replacements of workers by the pool's thread, another actor.
pub struct Pool {
    shared: Arc<Shared>,
    supervisor: Option<JoinHandle<()>>,
}

/// Sends a pool's workers signals.
#[derive(Clone)]
pub struct Signaller(Arc<Shared>);

impl Signaller {
    /// Sends a worker a signal. Whether there is such a worker, alive.
    pub fn signal(&self, log: &Log, to: ActorId, signal: u8) -> bool {
        let core = self.0.enter();
        let Some(worker) = core.workers.iter().find(|w| w.log.id() == to) else {
            return false;
        };
        log.record(EventKind::SignalSent { to, signal });
        worker.child.signal(i32::from(signal)).is_ok()
    }
}

struct Shared {
    core: Mutex<Core>,
    res: ResourceId,
    next_task: AtomicU32,
    /// Wakes the supervisor.
    wake: PipeWriter,
    /// Who waits for room.
    submitters: Mutex<Waiting>,
}

impl Shared {
    fn enter(&self) -> MutexGuard<'_, Core> {
        self.core.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wake_supervisor(&self) {
        // A full pipe wakes it, too; and one that has ended needs no waking.
        let _ = (&self.wake).write(&[0]);
    }

    fn submitters(&self) -> MutexGuard<'_, Waiting> {
        let submitters = self.submitters.lock();
        submitters.unwrap_or_else(PoisonError::into_inner)
    }

    /// Listens to the workers in the supervisor's place for a moment, or until `done`: for a short task that saves two
    /// changes of threads. Then leaves it to the supervisor.
    fn heed(&self, done: impl Fn() -> bool) {
        let began = Instant::now();
        let mut bytes = [0; 4096];
        while sys::TELLS_ENDS && !done() && began.elapsed() < HEEDED {
            if let Ok(mut core) = self.core.try_lock() {
                core.listen(&mut bytes);
            }
            std::thread::yield_now();
        }
        let core = self.enter();
        if core.needs_supervisor() || core.is_unheeded() || !core.pending.is_empty() {
            self.wake_supervisor();
        }
        drop(core);
        self.changed();
    }

    /// Something ended: there may be room.
    fn changed(&self) {
        self.submitters().wake();
    }
}

impl Pool {
    /// Starts the workers. They may still be starting when this returns; tasks wait for them.
    ///
    /// # Errors
    /// The system refused a process or a thread.
    pub fn start(log: &Log, options: PoolOptions) -> Result<Self, StartError> {
        let size = options.size.max(1);
        let resource = Resource::new(&options.name, ResourceKind::Pool)
            .with_capacity(u32::try_from(size).unwrap_or(u32::MAX));
        let res = log.recorder().resource(resource);
        let actor = Actor {
            name: format!("{} supervisor", options.name),
            badge: "PS".to_owned(),
            kind: ActorKind::Thread,
            parent: None,
        };
        let (woken, wake) = io::pipe()?;
        sys::set_nonblocking(woken.as_fd())?;
        sys::set_nonblocking(wake.as_fd())?;
        let mut core = Core::new(PoolOptions { size, ..options }, res, log);
        core.start_workers(size, log)?;
        let shared = Arc::new(Shared {
            core: Mutex::new(core),
            res,
            next_task: AtomicU32::new(0),
            wake,
            submitters: Mutex::default(),
        });
        let its = Arc::clone(&shared);
        let supervisor = thread::spawn(log, actor, move |log| supervisor::run(&its, woken, log))?;
        Ok(Self {
            shared,
            supervisor: Some(supervisor),
        })
    }

    /// In the trace.
    pub fn resource(&self) -> ResourceId {
        self.shared.res
    }

    /// The workers that live now.
    pub fn workers(&self) -> Vec<WorkerInfo> {
        let core = self.shared.enter();
        let workers = core.workers.iter().map(|worker| WorkerInfo {
            actor: worker.log.id(),
            pid: worker.child.pid(),
            ready: worker.ready,
            busy: !worker.running.is_empty(),
            task: worker.running.front().map(|chunk| chunk.id(chunk.ended)),
            tasks_done: worker.tasks_done,
        });
        workers.collect()
    }

    /// What sends its workers signals, from any thread and as long as it lives.
    pub fn signaller(&self) -> Signaller {
        Signaller(Arc::clone(&self.shared))
    }

    /// Hands in a task.
    ///
    /// # Errors
    /// The pool is closed, the argument too long, or the run was stopped while waiting for room.
    pub fn submit(
        &self,
        log: &Log,
        job: Job,
        options: TaskOptions,
    ) -> Result<TaskHandle, TaskError> {
        self.submit_with(log, job, options, None, false)
    }

    /// Hands in a task whose result is called back: on the pool's thread, on record as a span.
    ///
    /// # Errors
    /// As [`Pool::submit`].
    pub fn apply_async(
        &self,
        log: &Log,
        job: Job,
        options: TaskOptions,
        callback: Callback,
    ) -> Result<TaskHandle, TaskError> {
        self.submit_with(log, job, options, Some(callback), false)
    }

    fn submit_with(
        &self,
        log: &Log,
        job: Job,
        options: TaskOptions,
        callback: Option<Callback>,
        heeded: bool,
    ) -> Result<TaskHandle, TaskError> {
        let group = Arc::new(Group::new(1, callback));
        let task = self.hand_in(log, &job.name, (vec![job.arg], 1), options, &group, heeded)?;
        Ok(TaskHandle::new(group, Arc::clone(&self.shared), task))
    }

    /// Hands in a task and waits for its result.
    ///
    /// # Errors
    /// As [`Pool::submit`], or why the task has no result.
    pub fn apply(&self, log: &Log, job: Job) -> TaskResult {
        self.apply_with(log, job, TaskOptions::default())
    }

    /// The same, asking more of the task.
    ///
    /// # Errors
    /// As [`Pool::apply`].
    pub fn apply_with(&self, log: &Log, job: Job, options: TaskOptions) -> TaskResult {
        let task = self.submit_with(log, job, options, None, true)?;
        self.shared.heed(|| task.is_done());
        task.result(log)
    }

    /// Hands in a task for each argument. `chunk`: how many travel together, or as CPython computes it.
    ///
    /// # Errors
    /// As [`Pool::submit`].
    pub fn map_async(
        &self,
        log: &Log,
        job: &str,
        args: Vec<Value>,
        chunk: Option<usize>,
        options: TaskOptions,
    ) -> Result<MapHandle, TaskError> {
        let chunk = chunk.unwrap_or_else(|| self.default_chunk(args.len()));
        let group = Arc::new(Group::new(args.len(), None));
        if !args.is_empty() {
            self.hand_in(log, job, (args, chunk.max(1)), options, &group, false)?;
        }
        Ok(MapHandle::new(group, Arc::clone(&self.shared)))
    }

    /// The results of a task for each argument, in order.
    ///
    /// # Errors
    /// As [`Pool::submit`], or the error of the first argument whose task has no result.
    pub fn map(
        &self,
        log: &Log,
        job: &str,
        args: Vec<Value>,
        chunk: Option<usize>,
    ) -> Result<Vec<Value>, TaskError> {
        self.map_async(log, job, args, chunk, TaskOptions::default())?
            .results(log)
    }

    /// The results one by one, in order of the arguments, each as soon as it and those before it are there.
    ///
    /// # Errors
    /// As [`Pool::submit`].
    pub fn imap(
        &self,
        log: &Log,
        job: &str,
        args: Vec<Value>,
        chunk: usize,
    ) -> Result<Imap, TaskError> {
        let map = self.map_async(log, job, args, Some(chunk), TaskOptions::default())?;
        Ok(Imap::new(map, true))
    }

    /// The results one by one, each as soon as it is there.
    ///
    /// # Errors
    /// As [`Pool::submit`].
    pub fn imap_unordered(
        &self,
        log: &Log,
        job: &str,
        args: Vec<Value>,
        chunk: usize,
    ) -> Result<Imap, TaskError> {
        let map = self.map_async(log, job, args, Some(chunk), TaskOptions::default())?;
        Ok(Imap::new(map, false))
    }

    /// How many tasks travel together unless it is said: a quarter of a worker's share, as in CPython's `Pool.map`.
    pub fn default_chunk(&self, tasks: usize) -> usize {
        let size = self.shared.enter().options.size;
        tasks.div_ceil(4 * size)
    }

    /// Takes no more tasks. Workers end when there is nothing left to do.
    pub fn close(&self) {
        self.shared.enter().closing = true;
        self.shared.wake_supervisor();
    }

    /// Closes the pool and waits, on record, until the last worker has ended. All tasks have ended then.
    ///
    /// # Errors
    /// The pool's own thread failed.
    pub fn join(mut self, log: &Log) -> Result<(), thread::Failure> {
        self.close();
        let supervisor = self.supervisor.take();
        supervisor.map_or(Ok(()), |s| s.join(log))
    }

    /// Kills the workers and waits, on record, until they are gone. Tasks without a result are cancelled.
    ///
    /// # Errors
    /// The pool's own thread failed.
    pub fn terminate(mut self, log: &Log) -> Result<(), thread::Failure> {
        self.stop();
        let supervisor = self.supervisor.take();
        supervisor.map_or(Ok(()), |s| s.join(log))
    }

    fn stop(&self) {
        let mut core = self.shared.enter();
        core.closing = true;
        core.terminated = true;
        drop(core);
        self.shared.wake_supervisor();
    }

    /// Cuts tasks into chunks of a size and queues them; the first one's id. `heeded`: the caller goes on to [`Shared::heed`].
    fn hand_in(
        &self,
        log: &Log,
        job: &str,
        (args, size): (Vec<Value>, usize),
        options: TaskOptions,
        group: &Arc<Group>,
        heeded: bool,
    ) -> Result<TaskId, TaskError> {
        let job: Arc<str> = job.into();
        let count = u32::try_from(args.len()).unwrap_or(u32::MAX);
        let first = self.shared.next_task.fetch_add(count, Ordering::Relaxed);
        let mut chunks = Vec::with_capacity(args.len().div_ceil(size));
        let mut args = args.into_iter().peekable();
        let mut index = 0;
        while args.peek().is_some() {
            let mut chunk = Chunk {
                job: Arc::clone(&job),
                args: args.by_ref().take(size).collect(),
                group: Arc::clone(group),
                index,
                task: TaskId(first.wrapping_add(index as u32)),
                ended: 0,
                options,
                frame: Vec::new(),
                cancelled: false,
            };
            chunk.encode().map_err(|_| TaskError::TooLong)?;
            index += chunk.args.len();
            chunks.push(chunk);
        }
        let mut core = self.shared.enter();
        for chunk in chunks {
            core = self.room(core, chunk.args.len(), log)?;
            for (arg, task) in chunk.args.iter().zip(chunk.task.0..) {
                let (res, task, item) = (self.shared.res, TaskId(task), core.item(arg));
                log.record(EventKind::TaskSubmitted { res, task, item });
            }
            core.outstanding += chunk.args.len();
            core.pending.push_back(chunk);
            if core.options.outstanding.is_some() {
                core.dispatch();
            }
        }
        core.dispatch();
        let wake = core.needs_supervisor() || (!heeded && core.is_unheeded());
        drop(core);
        if wake {
            self.shared.wake_supervisor();
        }
        Ok(TaskId(first))
    }

    /// Waits, on record, until `more` tasks may be queued.
    fn room<'a>(
        &'a self,
        mut core: MutexGuard<'a, Core>,
        more: usize,
        log: &Log,
    ) -> Result<MutexGuard<'a, Core>, TaskError> {
        let fits = |core: &Core| {
            let most = core.options.outstanding.unwrap_or(usize::MAX);
            core.closing || core.outstanding == 0 || core.outstanding + more <= most
        };
        while !fits(&core) {
            core.dispatch();
            drop(core);
            self.shared.wake_supervisor();
            let waiter = self.shared.submitters().add(log.waker());
            let (res, op) = (self.shared.res, WaitOp::Put);
            log.record(EventKind::WaitBegan { res, op });
            let waited = log.wait_until(None, || fits(&self.shared.enter()));
            let how = if waited.is_ok() {
                WaitEnd::Woken
            } else {
                WaitEnd::Cancelled
            };
            log.record(EventKind::WaitEnded { res, how });
            self.shared.submitters().remove(waiter);
            waited?;
            core = self.shared.enter();
        }
        if core.closing {
            Err(TaskError::Closed)
        } else {
            Ok(core)
        }
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        if let Some(supervisor) = self.supervisor.take() {
            self.stop();
            // To its very end, which is on record then.
            supervisor.wait();
        }
    }
}
