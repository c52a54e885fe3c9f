//! Memory that processes share.

use super::check;
use std::io;
use std::os::fd::{AsRawFd, BorrowedFd};
use std::ptr::NonNull;

/// Mapped memory, all zero at first. Every process that has mapped it sees what is written to it, also after its
/// writer's death.
#[derive(Debug)]
pub(super) struct Memory {
    at: NonNull<u8>,
    size: usize,
}

// SAFETY: it is memory, the same for every thread; who refers to what is in it sees to the rest.
unsafe impl Send for Memory {}
// SAFETY: as above.
unsafe impl Sync for Memory {}

impl Memory {
    /// The first `size` bytes of what is behind a descriptor, which has as many.
    pub(super) fn shared(fd: BorrowedFd<'_>, size: usize) -> io::Result<Self> {
        Self::map(libc::MAP_SHARED, fd.as_raw_fd(), size)
    }

    /// Memory that nobody else has.
    pub(super) fn private(size: usize) -> io::Result<Self> {
        Self::map(libc::MAP_PRIVATE | libc::MAP_ANONYMOUS, -1, size)
    }

    fn map(flags: i32, fd: i32, size: usize) -> io::Result<Self> {
        let protection = libc::PROT_READ | libc::PROT_WRITE;
        // SAFETY: a new mapping, anywhere, which nobody else in this process knows.
        let at = unsafe { libc::mmap(std::ptr::null_mut(), size, protection, flags, fd, 0) };
        match NonNull::new(at.cast::<u8>()) {
            Some(start) if at != libc::MAP_FAILED => Ok(Self { at: start, size }),
            _ => Err(io::Error::last_os_error()),
        }
    }

    /// Where it is: page-aligned, and there as long as this value lives.
    pub(super) fn at(&self) -> NonNull<u8> {
        self.at
    }

    pub(super) fn size(&self) -> usize {
        self.size
    }

    /// Processes forked from now on do not have it.
    #[cfg(target_os = "linux")]
    pub(super) fn is_not_inherited(&self) -> io::Result<()> {
        // SAFETY: the mapping is this value's own.
        let done =
            unsafe { libc::madvise(self.at.as_ptr().cast(), self.size, libc::MADV_DONTFORK) };
        check(done).map(drop)
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        // SAFETY: the mapping is this value's own, and nothing refers to it any more.
        unsafe { libc::munmap(self.at.as_ptr().cast(), self.size) };
    }
}
