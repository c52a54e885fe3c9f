//! How tasks get into the pool.

use super::chunk::Chunk;
use super::core::Core;
use super::group::Group;
use super::{Pool, TaskError, TaskOptions};
use crate::record::Log;
use crate::trace::{EventKind, TaskId, WaitEnd, WaitOp};
use crate::workers::Value;
use std::sync::atomic::Ordering;
use std::sync::{Arc, MutexGuard};

impl Pool {
    /// Cuts tasks into chunks of a size and queues them; the first one's id. `heeded`: the caller goes on to [`Shared::heed`].
    pub(super) fn hand_in(
        &self,
        log: &Log,
        job: &str,
        (args, size): (Vec<Value>, usize),
        options: TaskOptions,
        group: &Arc<Group>,
        heeded: bool,
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
                core.dispatch(log);
            }
        }
        core.dispatch(log);
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
            core.dispatch(log);
            drop(core);
            self.shared.wake_supervisor();
            let waiter = self.shared.submitters().add(log.waker(), ());
            let (res, op) = (self.shared.res, WaitOp::Put);
            log.record(EventKind::WaitBegan { res, op });
            let waited = log.wait_until(None, || fits(&self.shared.enter()));
            let how = if waited.is_ok() { WaitEnd::Woken } else { WaitEnd::Cancelled };
            log.record(EventKind::WaitEnded { res, how });
            self.shared.submitters().remove(waiter);
            waited?;
            core = self.shared.enter();
        }
        if core.closing { Err(TaskError::Closed) } else { Ok(core) }
    }
}
