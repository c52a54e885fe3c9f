//! A semaphore that processes share.

use super::object::Object;
use super::wait::Wait;
use super::{ShareError, Space, Who};
use crate::record::Recorder;
use crate::trace::{EventKind, Home, Resource, ResourceId, ResourceKind, WaitOp};
use crate::workers::sys;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

const KIND: u32 = 2;
const SIZE: usize = 16;

/// A number of permits. Whoever comes first when there is one gets it, however long others have waited; permits of a process
/// that dies are lost, as with CPython's.
#[derive(Clone, Debug)]
pub struct Semaphore {
    object: Object,
}

impl Semaphore {
    /// With so many permits.
    ///
    /// # Errors
    /// There is no room.
    pub fn new(
        space: &Arc<Space>,
        recorder: &Recorder,
        name: &str,
        permits: u32,
    ) -> io::Result<Self> {
        let resource = Resource::new(name, ResourceKind::Semaphore);
        let resource = resource.with_capacity(permits).at_home(Home::Shared);
        let object = Object::new(space, KIND, SIZE, recorder.resource(resource))?;
        object.word(0).store(permits, Ordering::Release);
        Ok(Self { object })
    }

    /// The one with this handle.
    ///
    /// # Errors
    /// There is none.
    pub fn open(space: &Arc<Space>, handle: i64) -> Result<Self, ShareError> {
        Ok(Self { object: Object::open(space, KIND, SIZE, handle)? })
    }

    /// The number that stands for it in the argument of a job.
    pub fn handle(&self) -> i64 {
        self.object.handle()
    }

    /// Its id in the trace.
    pub fn id(&self) -> ResourceId {
        self.object.res()
    }

    /// Whether no permit is free at this moment.
    pub fn is_used_up(&self) -> bool {
        !Permits::of(&self.object, 0).is_free()
    }

    /// Takes a permit, waiting no longer than `limit` for one.
    ///
    /// # Errors
    /// `TimedOut` or `Stopped`.
    pub fn acquire(&self, who: &dyn Who, limit: Option<Duration>) -> Result<(), ShareError> {
        let mut wait = Wait::new(&self.object, who, WaitOp::Acquire, limit);
        let permits = Permits::of(&self.object, 0);
        wait.until(|slice| {
            permits.sleep(slice);
            self.object.marked(who, || {
                permits
                    .take()
                    .then(|| self.object.tell(who, EventKind::Acquired { res: self.id() }))
            })
        })?;
        wait.is_over();
        Ok(())
    }

    /// Gives a permit back, or adds one.
    pub fn release(&self, who: &dyn Who) {
        let permits = Permits::of(&self.object, 0);
        self.object.marked(who, || {
            self.object.tell_and(who, EventKind::Released { res: self.id() }, &|| permits.add());
        });
        permits.wake();
    }
}

/// How often somebody who waits looks before it sleeps.
const LOOKS: u32 = 16;

/// A number of permits and one of sleepers, in two words of a thing that follow each other.
pub(super) struct Permits<'a> {
    free: &'a AtomicU32,
    sleepers: &'a AtomicU32,
}

impl<'a> Permits<'a> {
    pub(super) fn of(object: &'a Object, word: usize) -> Self {
        Self { free: object.word(word), sleepers: object.word(word + 1) }
    }

    pub(super) fn take(&self) -> bool {
        let fewer = |free: u32| free.checked_sub(1);
        self.free.fetch_update(Ordering::SeqCst, Ordering::Relaxed, fewer).is_ok()
    }

    fn is_free(&self) -> bool {
        self.free.load(Ordering::SeqCst) > 0
    }

    pub(super) fn add(&self) {
        self.free.fetch_add(1, Ordering::SeqCst);
    }

    /// Sleeps until there may be one, but no longer than this.
    pub(super) fn sleep(&self, limit: Duration) {
        if limit.is_zero() {
            return;
        }
        // To sleep and be woken takes longer than most others keep theirs.
        for _ in 0..LOOKS {
            if self.free.load(Ordering::SeqCst) > 0 {
                return;
            }
            std::thread::yield_now();
        }
        if self.free.load(Ordering::SeqCst) == 0 {
            self.sleepers.fetch_add(1, Ordering::SeqCst);
            sys::sleep_while(self.free, 0, limit);
            self.sleepers.fetch_sub(1, Ordering::SeqCst);
        }
    }

    /// Wakes somebody, if anybody sleeps.
    pub(super) fn wake(&self) {
        if self.sleepers.load(Ordering::SeqCst) > 0 {
            sys::wake(self.free, 1);
        }
    }
}
