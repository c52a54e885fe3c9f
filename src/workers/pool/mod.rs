//! The pool: tasks wait, run on workers, and their results come back.

mod chunk;
mod exits;
mod group;
mod handle;
mod inbound;
mod options;
mod scheduler;
mod shared;
mod submit;
mod supervisor;
pub(super) mod worker;

pub use group::{Callback, TaskError};
pub use handle::{Imap, MapHandle, TaskHandle};
pub use options::{PoolOptions, StartError, TaskOptions, WorkerInfo};

use self::scheduler::Scheduler;
use super::{Job, Value, sys};
use crate::record::thread::{self, JoinHandle};
use crate::record::{Log, refused};
use crate::trace::{Actor, ActorId, EventKind, Resource, ResourceId, ResourceKind, Role};
use group::{Group, TaskResult};
use shared::Shared;
use std::io;
use std::os::fd::AsFd;
use std::sync::atomic::AtomicU32;
use std::sync::{Arc, Mutex};
use std::time::Duration;

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
        let scheduler = self.0.enter();
        let Some(worker) = scheduler.workers.iter().find(|w| w.log.id() == to) else {
            return false;
        };
        log.record(EventKind::SignalSent { to, signal });
        worker.child.signal(i32::from(signal)).is_ok()
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
            .with_capacity(u32::try_from(size).unwrap_or(u32::MAX))
            .with_messages_each(options.tasks_per_child)
            .in_section(options.section);
        let res = log.recorder().resource(resource);
        let actor = Actor::thread(format!("{} supervisor", options.name), "PS")
            .with_role(Role::Helper)
            .in_section(options.section);
        let (woken, wake) = io::pipe()?;
        sys::set_nonblocking(woken.as_fd())?;
        sys::set_nonblocking(wake.as_fd())?;
        let mut scheduler = Scheduler::new(PoolOptions { size, ..options }, res, log);
        let started = scheduler.start_workers(size, log);
        let shared = Arc::new(Shared {
            scheduler: Mutex::new(scheduler),
            res,
            next_task: AtomicU32::new(0),
            wake,
            submitters: Mutex::default(),
        });
        let its = Arc::clone(&shared);
        let supervise = move |log: &Log| supervisor::run(&its, woken, log);
        match started.and_then(|()| thread::spawn(log, actor, supervise)) {
            Ok(supervisor) => Ok(Self { shared, supervisor: Some(supervisor) }),
            Err(error) => {
                // The workers that were started have no supervisor to end them.
                shared.enter().shut_down(&refused::why(&error), log);
                Err(error.into())
            }
        }
    }

    /// In the trace.
    pub fn resource(&self) -> ResourceId {
        self.shared.res
    }

    /// The workers that live now.
    pub fn workers(&self) -> Vec<WorkerInfo> {
        let scheduler = self.shared.enter();
        let workers = scheduler.workers.iter().map(|worker| WorkerInfo {
            actor: worker.log.id(),
            pid: worker.child.pid(),
            ready: worker.ready,
            busy: !worker.running.is_empty(),
            task: worker.task(),
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
        polled: bool,
    ) -> Result<TaskHandle, TaskError> {
        let group = Arc::new(Group::new(1, callback));
        let task = self.hand_in(log, &job.name, (vec![job.arg], 1), options, &group, polled)?;
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
        self.shared.poll_workers(log, || task.is_done());
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
        self.map_async(log, job, args, chunk, TaskOptions::default())?.results(log)
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
    /// The run was stopped meanwhile, so the pool was terminated; or its own thread failed.
    pub fn join(mut self, log: &Log) -> Result<(), thread::Failure> {
        let mut scheduler = self.shared.enter();
        scheduler.closing = true;
        scheduler.joined = true;
        drop(scheduler);
        self.shared.wake_supervisor();
        let Some(supervisor) = self.supervisor.take() else {
            return Ok(());
        };
        supervisor.join(log)?;
        Ok(log.check()?)
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
        let mut scheduler = self.shared.enter();
        scheduler.closing = true;
        scheduler.terminated = true;
        drop(scheduler);
        self.shared.wake_supervisor();
    }
}

/// How long what is left of a pool may take to end once its workers are killed.
const PATIENCE: Duration = Duration::from_secs(10);

impl Drop for Pool {
    fn drop(&mut self) {
        if let Some(supervisor) = self.supervisor.take() {
            self.stop();
            // To its very end, which is on record then; but a worker that waits for a disk that is gone never ends.
            if !supervisor.wait(PATIENCE) {
                log::error!("a pool was ended and has workers that do not end");
            }
        }
    }
}
