//! A semaphore that processes share.

use super::object::Object;
use super::wait::Wait;
use super::{ShareError, Space, Who};
use crate::record::Recorder;
use crate::trace::{EventKind, Home, Resource, ResourceId, ResourceKind, WaitOp};
use crate::workers::sys;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::{Duration, Instant};

const KIND: u32 = 2;
const SIZE: usize = Permits::SIZE;

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
        Permits::of(&object, 0).fill(permits);
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
/// To give the processor away takes longer than this only where others want it: a look is over much sooner.
const SOON: Duration = Duration::from_micros(50);

/// Whether others want the processors, as far as this process has noticed. Who gives its processor away then has it back after
/// everybody else's turn, some milliseconds later; who sleeps has it as soon as it is woken.
struct Crowd {
    /// So many waits more are sleeps at once.
    sleeps: AtomicU32,
}

static CROWD: Crowd = Crowd { sleeps: AtomicU32::new(0) };

impl Crowd {
    /// After so many waits it is tried again.
    const SLEEPS: u32 = 256;

    /// Gives the processor away; `false`: it is better to sleep.
    fn gives_way(&self, give: impl FnOnce()) -> bool {
        let sleeps = self.sleeps.load(Ordering::Relaxed);
        if sleeps > 0 {
            self.sleeps.store(sleeps - 1, Ordering::Relaxed);
            return false;
        }
        let began = Instant::now();
        give();
        if began.elapsed() > SOON {
            self.sleeps.store(Self::SLEEPS, Ordering::Relaxed);
        }
        true
    }
}

/// One more sleeper, in a word that counts them and those of them who have been called.
const SLEEPER: u32 = 1 << 16;

/// Permits, counted as they are given and as they are taken: how many there are is the difference. Whoever gives one changes what
/// stands on one cache line, and whoever takes one what stands on another. A processor that takes as many as it knows of needs the
/// other's line for none of these.
pub(super) struct Permits<'a> {
    given: &'a AtomicU64,
    /// How many sleep for one, in the upper half, and how many of these have been called and are not up yet.
    sleepers: &'a AtomicU32,
    /// How often somebody was called.
    calls: &'a AtomicU32,
    taken: &'a AtomicU64,
    /// How many were given as far as those who take know.
    known: &'a AtomicU64,
}

impl<'a> Permits<'a> {
    /// Bytes of them, from the beginning of a cache line on.
    pub(super) const SIZE: usize = 128;

    /// Those at a place of a thing's own.
    pub(super) fn of(object: &'a Object, at: usize) -> Self {
        Self {
            given: object.long(at),
            sleepers: object.word(at / 4 + 2),
            calls: object.word(at / 4 + 3),
            taken: object.long(at + 64),
            known: object.long(at + 72),
        }
    }

    /// Puts so many there, where none are yet.
    pub(super) fn fill(&self, permits: u32) {
        self.given.store(permits.into(), Ordering::Release);
    }

    pub(super) fn take(&self) -> bool {
        let mut taken = self.taken.load(Ordering::Relaxed);
        // Of what was given nothing is taken back: what is known may be too little, never too much.
        while taken < self.known.load(Ordering::Acquire) || self.look(taken) {
            let (next, order) = (taken + 1, Ordering::SeqCst);
            match self.taken.compare_exchange_weak(taken, next, order, Ordering::Relaxed) {
                Ok(_) => return true,
                Err(other) => taken = other,
            }
        }
        false
    }

    /// Whether more were given than taken.
    fn look(&self, taken: u64) -> bool {
        let given = self.given.load(Ordering::SeqCst);
        if given > taken {
            self.known.store(given, Ordering::Release);
        }
        given > taken
    }

    fn is_free(&self) -> bool {
        self.given.load(Ordering::SeqCst) > self.taken.load(Ordering::SeqCst)
    }

    pub(super) fn add(&self) {
        self.given.fetch_add(1, Ordering::SeqCst);
    }

    /// Sleeps until there may be one, but no longer than this.
    pub(super) fn sleep(&self, limit: Duration) {
        if limit.is_zero() {
            return;
        }
        // To sleep and be woken takes longer than most others keep theirs.
        for _ in 0..LOOKS {
            if self.is_free() {
                return;
            }
            if !CROWD.gives_way(std::thread::yield_now) {
                break;
            }
        }
        // In this order: who calls after that is heard.
        let calls = self.calls.load(Ordering::SeqCst);
        self.sleepers.fetch_add(SLEEPER, Ordering::SeqCst);
        if !self.is_free() {
            sys::sleep_while(self.calls, calls, limit);
        }
        self.count(|sleepers, called| Some((sleepers.saturating_sub(1), called.saturating_sub(1))));
    }

    /// Wakes somebody, if anybody sleeps who has not been called: to call the same one again only costs time.
    pub(super) fn wake(&self) {
        let calls_one = |sleepers, called| (sleepers > called).then_some((sleepers, called + 1));
        if self.sleepers.load(Ordering::SeqCst) > 0 && self.count(calls_one) {
            self.calls.fetch_add(1, Ordering::SeqCst);
            sys::wake(self.calls, 1);
        }
    }

    /// Changes how many sleep and how many of these have been called; whether there was anything to change.
    fn count(&self, change: impl Fn(u32, u32) -> Option<(u32, u32)>) -> bool {
        let changed = |all: u32| {
            let (sleepers, called) = change(all / SLEEPER, all % SLEEPER)?;
            Some(sleepers * SLEEPER + called)
        };
        self.sleepers.fetch_update(Ordering::SeqCst, Ordering::SeqCst, changed).is_ok()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::record::Clock;
    use crate::trace::Meta;

    fn with(permits: u32) -> Semaphore {
        let (recorder, _collector) = Recorder::start(Meta::default(), Clock::system(), |_| {});
        Semaphore::new(&Space::new().unwrap(), &recorder, "permits", permits).unwrap()
    }

    #[test]
    fn no_more_are_taken_than_were_given() {
        let semaphore = with(2);
        let permits = Permits::of(&semaphore.object, 0);
        for given in 0..100 {
            assert!(permits.is_free() && permits.take(), "after {given} more");
            assert_eq!(permits.take(), given == 0, "after {given} more");
            assert!(!permits.is_free() && !permits.take(), "after {given} more");
            permits.add();
        }
    }

    #[test]
    fn who_has_been_called_is_not_called_again() {
        let semaphore = with(0);
        let permits = Permits::of(&semaphore.object, 0);
        // As two would who are about to sleep.
        permits.sleepers.fetch_add(2 * SLEEPER, Ordering::SeqCst);
        let calls = |times: u32| {
            (0..times).for_each(|_| permits.wake());
            permits.calls.load(Ordering::SeqCst)
        };
        assert_eq!([calls(1), calls(1), calls(5)], [1, 2, 2]);
        // One who comes, sleeps for its time and leaves: one of the two calls was to it.
        permits.sleep(Duration::from_micros(1));
        assert_eq!(permits.sleepers.load(Ordering::SeqCst), 2 * SLEEPER + 1);
        assert_eq!(calls(5), 3);
    }

    #[test]
    fn where_others_want_the_processor_who_waits_sleeps_at_once() {
        let crowd = Crowd { sleeps: AtomicU32::new(0) };
        assert!(crowd.gives_way(|| std::thread::sleep(2 * SOON)), "nobody knew");
        for wait in 0..Crowd::SLEEPS {
            assert!(!crowd.gives_way(|| panic!("given away")), "wait {wait}");
        }
        assert!(crowd.gives_way(|| ()), "tried again");
    }
}
