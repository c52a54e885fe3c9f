//! How tasks get into the pool.

use super::chunk::Chunk;
use super::group::Group;
use super::scheduler::Scheduler;
use super::{Pool, TaskError, TaskOptions};
use crate::record::Log;
use crate::trace::{EventKind, TaskId, WaitEnd, WaitOp};
use crate::workers::Value;
use std::sync::atomic::Ordering;
use std::sync::{Arc, MutexGuard};

impl Pool {
    /// Cuts tasks into chunks of a size and queues them; the first one's id. `polled`: the caller goes on to
    /// [`Shared::poll_workers`].
    pub(super) fn hand_in(
        &self,
        log: &Log,
        job: &str,
        (args, size): (Vec<Value>, usize),
        options: TaskOptions,
        group: &Arc<Group>,
        polled: bool,
    ) -> Result<TaskId, TaskError> {
        let at = log.recorder().source(job);
        let job: Arc<str> = job.into();
        let count = u32::try_from(args.len()).unwrap_or(u32::MAX);
        let first = self.shared.next_task.fetch_add(count, Ordering::Relaxed);
        let mut chunks = Vec::with_capacity(args.len().div_ceil(size));
        let mut args = args.into_iter().peekable();
        let mut index = 0;
        while args.peek().is_some() {
            let mut chunk = Chunk {
                job: Arc::clone(&job),
                at,
                args: args.by_ref().take(size).collect(),
                group: Arc::clone(group),
                index,
                task: TaskId(first.wrapping_add(index as u32)),
                ended: 0,
                options,
                frame: Vec::new(),
                cancelled: false,
                returned: 0,
            };
            chunk.encode().map_err(|_| TaskError::TooLong)?;
            index += chunk.args.len();
            chunks.push(chunk);
        }
        let mut scheduler = self.shared.enter();
        for chunk in chunks {
            scheduler = self.room(scheduler, chunk.args.len(), log)?;
            for (arg, task) in chunk.args.iter().zip(chunk.task.0..) {
                let (res, task, item) = (self.shared.res, TaskId(task), scheduler.item(arg));
                log.record(EventKind::TaskSubmitted { res, task, item });
            }
            scheduler.outstanding += chunk.args.len();
            scheduler.pending.push_back(chunk);
            if scheduler.options.outstanding.is_some() {
                scheduler.dispatch(log);
            }
        }
        scheduler.dispatch(log);
        let wake = scheduler.needs_supervisor() || (!polled && scheduler.has_unpolled());
        drop(scheduler);
        if wake {
            self.shared.wake_supervisor();
        }
        Ok(TaskId(first))
    }

    /// Waits, on record, until `more` tasks may be queued.
    fn room<'a>(
        &'a self,
        mut scheduler: MutexGuard<'a, Scheduler>,
        more: usize,
        log: &Log,
    ) -> Result<MutexGuard<'a, Scheduler>, TaskError> {
        let fits = |scheduler: &Scheduler| {
            let most = scheduler.options.outstanding.unwrap_or(usize::MAX);
            scheduler.closing || scheduler.outstanding == 0 || scheduler.outstanding + more <= most
        };
        while !fits(&scheduler) {
            scheduler.dispatch(log);
            drop(scheduler);
            self.shared.wake_supervisor();
            let waiter = self.shared.submitters().add(log.waker(), ());
            let (res, op) = (self.shared.res, WaitOp::Put);
            log.record(EventKind::WaitBegan { res, op });
            let waited = log.wait_until(None, || fits(&self.shared.enter()));
            let how = if waited.is_ok() { WaitEnd::Woken } else { WaitEnd::Cancelled };
            log.record(EventKind::WaitEnded { res, how });
            self.shared.submitters().remove(waiter);
            waited?;
            scheduler = self.shared.enter();
        }
        match (&scheduler.gave_up, scheduler.closing) {
            (Some(why), _) => Err(TaskError::NoWorkers(why.clone())),
            (None, true) => Err(TaskError::Closed),
            (None, false) => Ok(scheduler),
        }
    }
}
