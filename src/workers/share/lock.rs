//! A lock that processes share.

use super::object::Object;
use super::wait::Wait;
use super::{ShareError, Space, Who};
use crate::record::Recorder;
use crate::trace::{EventKind, Home, Resource, ResourceId, ResourceKind, WaitOp};
use crate::workers::sys::{self, LOCK_SIZE, Took};
use std::io;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

const KIND: u32 = 1;
/// How long the one who takes over from the dead waits until that death is on record.
const FUNERAL: Duration = Duration::from_secs(1);
/// How often somebody who waits looks before it sleeps.
const LOOKS: u32 = 100;

/// One owner at a time, in whatever process.
///
/// A robust one is a `pthread_mutex` with `PTHREAD_MUTEX_ROBUST`; a plain one is a word that somebody has or has not, as
/// CPython's `multiprocessing.Lock` is a semaphore of one permit. Neither is handed on in the order of waiting.
#[derive(Clone, Debug)]
pub struct Lock {
    object: Object,
}

impl Lock {
    /// A new one. `robust`: it goes on to the next one when its owner dies, where the system has such locks.
    ///
    /// # Errors
    /// There is no room.
    pub fn new(
        space: &Arc<Space>,
        recorder: &Recorder,
        name: &str,
        robust: bool,
    ) -> io::Result<Self> {
        let resource = Resource::new(name, ResourceKind::Lock).at_home(Home::Shared);
        let object = Object::new(space, KIND, INNER, recorder.resource(resource))?;
        Inner::new(&object, 0).make(robust)?;
        Ok(Self { object })
    }

    /// The one with this handle.
    ///
    /// # Errors
    /// There is none.
    pub fn open(space: &Arc<Space>, handle: i64) -> Result<Self, ShareError> {
        Ok(Self { object: Object::open(space, KIND, INNER, handle)? })
    }

    /// The number that stands for it in the argument of a job.
    pub fn handle(&self) -> i64 {
        self.object.handle()
    }

    /// Its id in the trace.
    pub fn id(&self) -> ResourceId {
        self.object.res()
    }

    /// Whether it goes on to the next one when its owner dies.
    pub fn is_robust(&self) -> bool {
        self.inner().is_robust()
    }

    /// Whether somebody has it at this moment.
    pub fn is_taken(&self) -> bool {
        self.inner().is_owned()
    }

    fn inner(&self) -> Inner<'_> {
        Inner::new(&self.object, 0)
    }

    /// Takes it, waiting no longer than `limit`.
    ///
    /// # Errors
    /// `TimedOut` or `Stopped`.
    pub fn acquire<'a>(
        &'a self,
        who: &'a dyn Who,
        limit: Option<Duration>,
    ) -> Result<Guard<'a>, ShareError> {
        let mut wait = Wait::new(&self.object, who, WaitOp::Acquire, limit);
        let inner = self.inner();
        let from_the_dead = wait.until(|slice| match inner.take(slice) {
            Took::It => Some(None),
            Took::ItFromTheDead => Some(Some(inner.mourn(who))),
            Took::Nothing => None,
        })?;
        inner.owned();
        wait.is_over();
        self.object.tell(who, EventKind::Acquired { res: self.id() });
        Ok(Guard { lock: self, who, from_the_dead })
    }
}

/// The right to what a lock guards. Dropping it gives the lock back, by the thread that took it.
#[must_use = "the lock is given back at once"]
pub struct Guard<'a> {
    lock: &'a Lock,
    who: &'a dyn Who,
    from_the_dead: Option<u32>,
}

impl<'a> Guard<'a> {
    /// The PID of the process that died with the lock, where it was taken over; what it guards may be half-done.
    pub fn from_the_dead(&self) -> Option<u32> {
        self.from_the_dead
    }

    pub(super) fn parts(&self) -> (&'a Lock, &'a dyn Who) {
        (self.lock, self.who)
    }
}

impl Drop for Guard<'_> {
    fn drop(&mut self) {
        let lock = self.lock;
        lock.object.tell(self.who, EventKind::Released { res: lock.id() });
        lock.inner().give();
    }
}

/// Bytes of a lock's own.
pub(super) const INNER: usize = 64 + LOCK_SIZE;

/// The lock itself, off the record, at a place of a thing.
pub(super) struct Inner<'a> {
    object: &'a Object,
    place: usize,
}

/// Words: whether somebody has it, how many sleep for it, the owner's PID, and whether it is robust.
const TAKEN: usize = 0;
const SLEEPERS: usize = 1;
const OWNER: usize = 2;
const ROBUST: usize = 3;

impl<'a> Inner<'a> {
    pub(super) fn new(object: &'a Object, place: usize) -> Self {
        Self { object, place }
    }

    /// Makes it, before anybody else knows of it.
    pub(super) fn make(&self, robust: bool) -> io::Result<()> {
        if robust && sys::HAS_ROBUST_LOCKS {
            self.object.space().arena().make_lock(self.mutex())?;
            self.word(ROBUST).store(1, Ordering::Release);
        }
        Ok(())
    }

    fn word(&self, number: usize) -> &'a std::sync::atomic::AtomicU32 {
        self.object.word(self.place / 4 + number)
    }

    fn mutex(&self) -> usize {
        self.object.body() + self.place + 64
    }

    fn is_robust(&self) -> bool {
        self.word(ROBUST).load(Ordering::Acquire) == 1
    }

    /// Tries to take it, sleeping no longer than this.
    pub(super) fn take(&self, limit: Duration) -> Took {
        if !limit.is_zero() {
            // To sleep and be woken takes longer than most others keep theirs.
            self.look_while_owned();
        }
        if self.is_robust() {
            return self.object.space().arena().lock(self.mutex(), limit);
        }
        let taken = self.word(TAKEN);
        let free = || taken.compare_exchange(0, 1, Ordering::AcqRel, Ordering::Relaxed).is_ok();
        if free() {
            return Took::It;
        }
        if !limit.is_zero() {
            let sleepers = self.word(SLEEPERS);
            sleepers.fetch_add(1, Ordering::SeqCst);
            sys::sleep_while(taken, 1, limit);
            sleepers.fetch_sub(1, Ordering::SeqCst);
            if free() {
                return Took::It;
            }
        }
        Took::Nothing
    }

    fn look_while_owned(&self) {
        let owner = self.word(OWNER);
        let is_owned = |_: &u32| owner.load(Ordering::Relaxed) != 0;
        (0..LOOKS).take_while(is_owned).for_each(|_| std::hint::spin_loop());
    }

    /// Whether somebody has it.
    pub(super) fn is_owned(&self) -> bool {
        self.word(OWNER).load(Ordering::Acquire) != 0
    }

    /// It is this process's.
    pub(super) fn owned(&self) {
        self.word(OWNER).store(self.object.space().pid(), Ordering::Release);
    }

    /// After it was taken over: waits until its owner's death is on record, and says who that was. What follows is later.
    pub(super) fn mourn(&self, who: &dyn Who) -> u32 {
        let dead = self.word(OWNER).load(Ordering::Acquire);
        let begun = Instant::now();
        while who.records() && dead != 0 && begun.elapsed() < FUNERAL {
            if let Some(Some(ended)) = self.object.space().death(dead) {
                self.object.last().fetch_max(ended.0, Ordering::AcqRel);
                break;
            }
            std::thread::sleep(Duration::from_micros(100));
        }
        dead
    }

    /// Whether its owner is known to be dead.
    pub(super) fn is_of_the_dead(&self) -> bool {
        self.object.space().death(self.word(OWNER).load(Ordering::Acquire)).is_some()
    }

    /// Gives it back.
    pub(super) fn give(&self) {
        self.word(OWNER).store(0, Ordering::Release);
        if self.is_robust() {
            return self.object.space().arena().unlock(self.mutex());
        }
        let taken = self.word(TAKEN);
        taken.store(0, Ordering::SeqCst);
        if self.word(SLEEPERS).load(Ordering::SeqCst) > 0 {
            sys::wake(taken, 1);
        }
    }
}
