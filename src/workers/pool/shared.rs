//! The pool, as everybody who uses it holds it.

use super::group::Waiting;
use super::scheduler::Scheduler;
use crate::record::Log;
use crate::trace::ResourceId;
use crate::workers::sys;
use std::io::{PipeWriter, Write};
use std::sync::atomic::AtomicU32;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How long a submitter that waits for one task polls for its result. A core has nothing better to do for that long: to
/// sleep and be woken takes as much.
const SPIN: Duration = Duration::from_micros(100);

pub(super) struct Shared {
    pub(super) scheduler: Mutex<Scheduler>,
    pub(super) res: ResourceId,
    pub(super) next_task: AtomicU32,
    /// Wakes the supervisor.
    pub(super) wake: PipeWriter,
    /// Who waits for room.
    pub(super) submitters: Mutex<Waiting<()>>,
}

impl Shared {
    pub(super) fn enter(&self) -> MutexGuard<'_, Scheduler> {
        self.scheduler.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn wake_supervisor(&self) {
        // A full pipe wakes it, too; and one that has ended needs no waking.
        let _ = (&self.wake).write(&[0]);
    }

    pub(super) fn submitters(&self) -> MutexGuard<'_, Waiting<()>> {
        let submitters = self.submitters.lock();
        submitters.unwrap_or_else(PoisonError::into_inner)
    }

    /// Listens to the workers in the supervisor's place for a moment, or until `done`: for a short task that saves two
    /// changes of threads. Then leaves it to the supervisor.
    pub(super) fn poll_workers(&self, log: &Log, done: impl Fn() -> bool) {
        let began = Instant::now();
        let mut bytes = [0; 4096];
        while sys::TELLS_ENDS && !done() && began.elapsed() < SPIN {
            if let Ok(mut scheduler) = self.scheduler.try_lock() {
                scheduler.receive_all(&mut bytes, log);
            }
            std::thread::yield_now();
        }
        let scheduler = self.enter();
        if scheduler.needs_supervisor() || scheduler.has_unpolled() || !scheduler.pending.is_empty()
        {
            self.wake_supervisor();
        }
        drop(scheduler);
        self.changed();
    }

    /// Something ended: there may be room.
    pub(super) fn changed(&self) {
        self.submitters().wake(|()| true);
    }
}
