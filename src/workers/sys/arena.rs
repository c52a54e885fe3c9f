//! Memory that processes share and change at the same time: words, bytes, and locks that tell of an owner's death.

use super::memory::Memory;
use super::os;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::atomic::{AtomicU32, AtomicU64};
use std::time::Duration;

/// A piece of shared memory without a name, all zero at first. It is gone with the last process that has it.
///
/// Places in it are bytes from its start. They come from this program, not from outside; a wrong one panics.
#[derive(Debug)]
pub(in crate::workers) struct Arena {
    memory: Memory,
    fd: OwnedFd,
}

/// What came of an attempt to take a [robust lock](Arena::lock).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::workers) enum Took {
    /// It is the caller's.
    It,
    /// It is the caller's, and whoever had it before died with it.
    ItFromTheDead,
    /// Somebody else has it.
    Nothing,
}

impl Arena {
    /// A new one.
    pub(in crate::workers) fn new(size: usize) -> io::Result<Self> {
        Self::of(os::shared_memory(size)?, size)
    }

    /// The one behind a descriptor, which has so many bytes.
    pub(in crate::workers) fn of(fd: OwnedFd, size: usize) -> io::Result<Self> {
        let memory = Memory::shared(fd.as_fd(), size)?;
        Ok(Self { memory, fd })
    }

    /// The descriptor to hand to another process.
    pub(in crate::workers) fn fd(&self) -> BorrowedFd<'_> {
        self.fd.as_fd()
    }

    fn at(&self, place: usize, size: usize, align: usize) -> *mut u8 {
        let fits = place.checked_add(size).is_some_and(|end| end <= self.memory.size());
        assert!(fits && place.is_multiple_of(align), "no such place in shared memory: {place}");
        // SAFETY: it is inside the mapping.
        unsafe { self.memory.at().as_ptr().add(place) }
    }

    /// The word of four bytes at this place.
    pub(in crate::workers) fn word(&self, place: usize) -> &AtomicU32 {
        // SAFETY: inside the mapping, aligned, and changed by atomic operations only, by whatever process.
        unsafe { &*self.at(place, 4, 4).cast() }
    }

    /// The word of eight bytes at this place.
    pub(in crate::workers) fn long(&self, place: usize) -> &AtomicU64 {
        // SAFETY: as above.
        unsafe { &*self.at(place, 8, 8).cast() }
    }

    /// Copies bytes to this place. Whoever does so keeps others away from it: a lock is held for it.
    pub(in crate::workers) fn write(&self, place: usize, bytes: &[u8]) {
        let to = self.at(place, bytes.len(), 1);
        // SAFETY: inside the mapping, and `bytes` is elsewhere: no slice of the mapping is ever handed out.
        unsafe { to.copy_from_nonoverlapping(bytes.as_ptr(), bytes.len()) };
    }

    /// Copies bytes from this place; for the rest as [`Arena::write`].
    pub(in crate::workers) fn read(&self, place: usize, bytes: &mut [u8]) {
        let from = self.at(place, bytes.len(), 1);
        // SAFETY: as above.
        unsafe { from.copy_to_nonoverlapping(bytes.as_mut_ptr(), bytes.len()) };
    }

    /// Appends so many bytes from this place; for the rest as [`Arena::write`].
    pub(in crate::workers) fn read_onto(&self, place: usize, size: usize, out: &mut Vec<u8>) {
        let from = self.at(place, size, 1);
        out.reserve(size);
        // SAFETY: as above; there is room for so many, which are there then.
        unsafe {
            from.copy_to_nonoverlapping(out.as_mut_ptr().add(out.len()), size);
            out.set_len(out.len() + size);
        }
    }

    /// Makes a lock at this place, of [`os::ROBUST_LOCK`] bytes, before anybody else knows of it.
    ///
    /// # Errors
    /// The system has no locks that tell of an owner's death.
    pub(in crate::workers) fn make_lock(&self, place: usize) -> io::Result<()> {
        // SAFETY: inside the mapping and aligned; nobody else uses it yet.
        unsafe { os::make_robust(self.at(place, os::ROBUST_LOCK, 8)) }
    }

    /// Tries to take the lock at this place, for so long. One that was taken is given back by the same thread.
    pub(in crate::workers) fn lock(&self, place: usize, limit: Duration) -> Took {
        // SAFETY: inside the mapping and aligned; a lock was made there.
        unsafe { os::take_robust(self.at(place, os::ROBUST_LOCK, 8), limit) }
    }

    /// Gives it back.
    pub(in crate::workers) fn unlock(&self, place: usize) {
        // SAFETY: as above.
        unsafe { os::give_robust(self.at(place, os::ROBUST_LOCK, 8)) };
    }
}

/// Whether the system has locks that tell of an owner's death.
pub(in crate::workers) const HAS_ROBUST_LOCKS: bool = os::ROBUST_LOCK > 0;

/// Bytes to set aside for a lock.
pub(in crate::workers) const LOCK_SIZE: usize = 64;
const _: () = assert!(os::ROBUST_LOCK <= LOCK_SIZE);

/// Sleeps while the word has this value, until somebody [wakes](wake) it or the time is over; also now and then for no reason.
pub(in crate::workers) fn sleep_while(word: &AtomicU32, value: u32, limit: Duration) {
    os::sleep_while(word, value, limit);
}

/// Wakes up to so many of those who sleep for this word, in whatever process.
pub(in crate::workers) fn wake(word: &AtomicU32, most: u32) {
    os::wake(word, most);
}
