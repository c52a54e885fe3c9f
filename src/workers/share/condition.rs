//! A condition of a lock that processes share.

use super::lock::Guard;
use super::object::Object;
use super::wait::Wait;
use super::{Lock, ShareError, Space};
use crate::record::Recorder;
use crate::trace::{EventKind, Home, Resource, ResourceId, ResourceKind, WaitOp};
use crate::workers::sys;
use std::io;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

const KIND: u32 = 4;
/// Words: the number of notifications, the next ticket, and the first ticket that has not been served; then, by ticket,
/// the PIDs of those who wait.
const NOTIFIED: usize = 0;
const NEXT: usize = 1;
const SERVED: usize = 2;
const LINE: usize = 16;
/// The most that wait at once.
const MOST: u32 = 64;
const SIZE: usize = 4 * (LINE + MOST as usize);

/// Where owners of a [`Lock`] wait for each other's notifications, which go to those who have waited longest. Who has died
/// meanwhile gets none.
///
/// On record, a wait begins while the lock is still held, the lock is released during it, and acquired after it.
#[derive(Clone, Debug)]
pub struct Condition {
    object: Object,
}

impl Condition {
    /// A condition of this lock.
    ///
    /// # Errors
    /// There is no room.
    pub fn new(
        space: &Arc<Space>,
        recorder: &Recorder,
        name: &str,
        lock: &Lock,
    ) -> io::Result<Self> {
        let resource = Resource::new(name, ResourceKind::Condition);
        let resource = resource.guarded_by(lock.id()).at_home(Home::Shared);
        Ok(Self { object: Object::new(space, KIND, SIZE, recorder.resource(resource))? })
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

    /// Gives the lock back, waits for a notification no longer than `limit`, and takes the lock again. Whether there was one.
    ///
    /// # Errors
    /// `Stopped`, or too many wait. The lock has been given back and not taken again.
    pub fn wait<'a>(
        &self,
        guard: Guard<'a>,
        limit: Option<Duration>,
    ) -> Result<(Guard<'a>, bool), ShareError> {
        let (lock, who) = guard.parts();
        let mut wait = Wait::new(&self.object, who, WaitOp::Wait, limit);
        let ticket = self.object.marked(who, || self.stand_in_line(&mut wait))?;
        drop(guard);
        let woken = loop {
            let notified = self.object.word(NOTIFIED).load(Ordering::SeqCst);
            let is_served = || self.is_served(ticket);
            if self.object.marked(who, || is_served().then(|| wait.done())).is_some() {
                break true;
            }
            // Whoever leaves by itself must not be notified any more.
            let slice = self.object.marked(who, || {
                if is_served() {
                    return Ok(Duration::ZERO);
                }
                wait.slice().inspect_err(|_| self.place(ticket).store(0, Ordering::SeqCst))
            });
            match slice {
                Ok(slice) if slice.is_zero() => {}
                Ok(slice) => sys::sleep_while(self.object.word(NOTIFIED), notified, slice),
                Err(ShareError::TimedOut) => break false,
                Err(error) => return Err(error),
            }
        };
        Ok((lock.acquire(who, None)?, woken))
    }

    fn stand_in_line(&self, wait: &mut Wait<'_>) -> Result<u32, ShareError> {
        let ticket = self.object.word(NEXT).load(Ordering::SeqCst);
        let served = self.object.word(SERVED).load(Ordering::SeqCst);
        if ticket.wrapping_sub(served) >= MOST {
            return Err(ShareError::Failed(format!("more than {MOST} wait for the condition")));
        }
        self.place(ticket).store(self.object.space().pid(), Ordering::SeqCst);
        self.object.word(NEXT).store(ticket.wrapping_add(1), Ordering::SeqCst);
        wait.begin();
        Ok(ticket)
    }

    fn place(&self, ticket: u32) -> &std::sync::atomic::AtomicU32 {
        self.object.word(LINE + (ticket % MOST) as usize)
    }

    fn is_served(&self, ticket: u32) -> bool {
        let served = self.object.word(SERVED).load(Ordering::SeqCst);
        // Tickets count on beyond the largest number.
        served.wrapping_sub(ticket).wrapping_sub(1) < u32::MAX / 2
    }

    /// Wakes up to `most` of those who wait, and says how many. The guard shows that the caller has the lock.
    pub fn notify(&self, guard: &Guard<'_>, most: u32) -> u32 {
        let (_, who) = guard.parts();
        let woken = self.object.marked(who, || {
            let next = self.object.word(NEXT).load(Ordering::SeqCst);
            let mut served = self.object.word(SERVED).load(Ordering::SeqCst);
            let mut woken = 0;
            while woken < most && served != next {
                let waits = self.place(served).load(Ordering::SeqCst);
                let lives = waits != 0 && self.object.space().death(waits).is_none();
                woken += u32::from(lives);
                served = served.wrapping_add(1);
            }
            let notified = || {
                self.object.word(SERVED).store(served, Ordering::SeqCst);
                self.object.word(NOTIFIED).fetch_add(1, Ordering::SeqCst);
            };
            self.object.tell_and(who, EventKind::Notified { res: self.id(), woken }, &notified);
            woken
        });
        sys::wake(self.object.word(NOTIFIED), u32::MAX);
        woken
    }

    /// Wakes everybody who waits, and says how many.
    pub fn notify_all(&self, guard: &Guard<'_>) -> u32 {
        self.notify(guard, u32::MAX)
    }
}
