//! The pool, as everybody who uses it holds it.

use super::core::Core;
use super::group::Waiting;
use crate::record::Log;
use crate::trace::ResourceId;
use crate::workers::sys;
use std::io::{PipeWriter, Write};
use std::sync::atomic::AtomicU32;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How long whoever waits for one task listens for its result. A core has nothing better to do for that long: to sleep
/// and be woken takes as much.
const HEEDED: Duration = Duration::from_micros(100);

pub(super) struct Shared {
    pub(super) core: Mutex<Core>,
    pub(super) res: ResourceId,
    pub(super) next_task: AtomicU32,
    /// Wakes the supervisor.
    pub(super) wake: PipeWriter,
    /// Who waits for room.
    pub(super) submitters: Mutex<Waiting<()>>,
}

impl Shared {
    pub(super) fn enter(&self) -> MutexGuard<'_, Core> {
        self.core.lock().unwrap_or_else(PoisonError::into_inner)
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
    pub(super) fn heed(&self, log: &Log, done: impl Fn() -> bool) {
        let began = Instant::now();
        let mut bytes = [0; 4096];
        while sys::TELLS_ENDS && !done() && began.elapsed() < HEEDED {
            if let Ok(mut core) = self.core.try_lock() {
                core.listen(&mut bytes, log);
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
    pub(super) fn changed(&self) {
        self.submitters().wake(|()| true);
    }
}
