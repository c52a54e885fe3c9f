//! The memory and the descriptors that processes share.

use super::ShareError;
use crate::trace::Nanos;
use crate::workers::sys::Arena;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Bytes of the memory. The system provides what is used.
const SIZE: usize = 4 << 20;
/// Place of the word that says where free memory begins, and of the number of the dead.
const FREE: usize = 0;
const DEAD: usize = 4;
/// The dead: where the first is, how many there is room for, and the bytes of each (a stamp and a PID).
const GRAVES: usize = 64;
const MOST_DEAD: usize = 64;
const GRAVE: usize = 16;
/// Where things begin.
const FIRST: usize = GRAVES + MOST_DEAD * GRAVE;

/// What processes share.
#[derive(Debug)]
pub struct Space {
    arena: Arena,
    /// Ends of pipes, by number.
    ends: Mutex<Vec<Arc<OwnedFd>>>,
    /// The process whose side this is. Kept: asking the system takes longer than taking a lock.
    pid: u32,
}

impl Space {
    /// An empty one.
    ///
    /// # Errors
    /// The system has no memory to share.
    pub fn new() -> io::Result<Arc<Self>> {
        let arena = Arena::new(SIZE)?;
        arena.word(FREE).store(FIRST as u32, Ordering::Release);
        Ok(Self::with(arena, Vec::new()))
    }

    /// A process's side: from the descriptors that it was given.
    pub(in crate::workers) fn of(given: Vec<OwnedFd>) -> io::Result<Arc<Self>> {
        let mut given = given.into_iter();
        let memory = given.next().ok_or_else(|| io::Error::other("no shared memory was given"))?;
        let arena = Arena::of(memory, SIZE)?;
        Ok(Self::with(arena, given.map(Arc::new).collect()))
    }

    fn with(arena: Arena, ends: Vec<Arc<OwnedFd>>) -> Arc<Self> {
        Arc::new(Self { arena, ends: Mutex::new(ends), pid: std::process::id() })
    }

    /// The process whose side this is.
    pub(super) fn pid(&self) -> u32 {
        self.pid
    }

    pub(super) fn arena(&self) -> &Arena {
        &self.arena
    }

    /// Calls `with` with the descriptors to give to a process.
    pub(super) fn descriptors<R>(&self, with: impl FnOnce(&[BorrowedFd<'_>]) -> R) -> R {
        let ends = self.ends();
        let all = ends.iter().map(|end| end.as_fd());
        let all: Vec<_> = std::iter::once(self.arena.fd()).chain(all).collect();
        with(&all)
    }

    fn ends(&self) -> MutexGuard<'_, Vec<Arc<OwnedFd>>> {
        self.ends.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds an end of a pipe; its number.
    pub(super) fn add(&self, end: OwnedFd) -> u32 {
        let mut ends = self.ends();
        ends.push(Arc::new(end));
        ends.len() as u32 - 1
    }

    /// The end with this number.
    pub(super) fn end(&self, number: u32) -> Result<Arc<OwnedFd>, ShareError> {
        let none = || ShareError::Failed("this process was not given an end of it".to_owned());
        self.ends().get(number as usize).cloned().ok_or_else(none)
    }

    /// So many bytes of the memory, on cache lines of their own: where they begin.
    pub(super) fn reserve(&self, size: usize) -> io::Result<usize> {
        let free = self.arena.word(FREE);
        let size = size.next_multiple_of(64);
        let taken = free.fetch_update(Ordering::AcqRel, Ordering::Acquire, |at| {
            let end = (at as usize).checked_add(size).filter(|end| *end <= SIZE)?;
            u32::try_from(end).ok()
        });
        taken.map(|at| at as usize).map_err(|_| io::Error::other("too much is to be shared"))
    }

    /// Where the first thing is.
    pub(super) const fn first() -> usize {
        FIRST
    }

    /// Whether all of these bytes were reserved.
    pub(super) fn is_reserved(&self, at: usize, size: usize) -> bool {
        let free = self.arena.word(FREE).load(Ordering::Acquire) as usize;
        at >= FIRST && at.checked_add(size).is_some_and(|end| end <= free.min(SIZE))
    }

    /// A process is dead, and reaped: nobody is to count on it. That its end is on record is [said](Self::is_on_record) later.
    pub(super) fn bury(&self, pid: u32) -> Grave {
        let dead = self.arena.word(DEAD).fetch_add(1, Ordering::AcqRel) as usize;
        // Of very many, the last ones are known.
        let grave = GRAVES + dead % MOST_DEAD * GRAVE;
        self.arena.long(grave).store(0, Ordering::Release);
        self.arena.word(grave + 8).store(pid, Ordering::Release);
        Grave(grave)
    }

    /// The end of a dead process is on record with this stamp.
    pub(super) fn is_on_record(&self, Grave(grave): Grave, ended: Nanos) {
        self.arena.long(grave).store(ended.0.max(1), Ordering::Release);
    }

    /// Whether a process is dead, and the stamp of its end once that is on record.
    pub(super) fn death(&self, pid: u32) -> Option<Option<Nanos>> {
        let count = self.arena.word(DEAD).load(Ordering::Acquire) as usize;
        let mut graves = (0..count.min(MOST_DEAD)).map(|grave| GRAVES + grave * GRAVE);
        let is_its = |grave: &usize| self.arena.word(grave + 8).load(Ordering::Acquire) == pid;
        let grave = graves.find(is_its).filter(|_| pid != 0)?;
        let stamp = self.arena.long(grave).load(Ordering::Acquire);
        Some((stamp != 0).then_some(Nanos(stamp)))
    }
}

/// Where a dead process is.
pub(super) struct Grave(usize);
