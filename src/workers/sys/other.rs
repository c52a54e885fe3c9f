//! Unix without a fork server: workers are executed, and end at the end of their input.

use super::arena::Took;
use super::check;
use super::child::Ends;
use std::io;
use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

pub(super) fn own_program() -> PathBuf {
    std::env::current_exe().unwrap_or_else(|_| PathBuf::from("concurrency-lab"))
}

/// The end of a worker shows as the end of its output.
pub(crate) const TELLS_ENDS: bool = false;

pub(super) fn prepare() -> io::Result<()> {
    Ok(())
}

/// There is no fork server.
pub(super) struct Forks;

impl Forks {
    pub(super) fn begin() -> Self {
        Self
    }

    pub(super) fn ask(&mut self, _: &Ends) -> bool {
        false
    }

    pub(super) fn answer(&mut self) -> Option<i32> {
        None
    }
}

/// Nobody to tell.
pub(super) fn forget(_: i32) {}

/// The end of a worker shows as the end of its output.
pub(super) fn exit_fd(_: i32) -> Option<OwnedFd> {
    None
}

/// Nobody tells who they are.
pub(super) fn kill_holders(_: &[u64]) {}

/// Not asked for here.
pub(super) fn own_memory() -> Option<u64> {
    None
}

/// There is no such signal: the end of input is all.
pub(super) fn die_with_parent() {}

/// Not to be had without a name: a worker's journal stays with the worker.
pub(super) fn memory(_: usize) -> io::Result<OwnedFd> {
    Err(io::ErrorKind::Unsupported.into())
}

/// There is none.
pub(crate) fn memory_of(_: u32, _: i32) -> Option<OwnedFd> {
    None
}

/// Memory to share with workers. It gets a name that nobody else has, and loses it at once.
pub(super) fn shared_memory(size: usize) -> io::Result<OwnedFd> {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let name = format!("/clab.{}.{number}\0", std::process::id());
    let flags = libc::O_RDWR | libc::O_CREAT | libc::O_EXCL;
    // SAFETY: the name ends in a zero byte; a number that is not negative is a new descriptor of ours.
    let memory = unsafe {
        let fd = check(libc::shm_open(name.as_ptr().cast(), flags, 0o600))?;
        libc::shm_unlink(name.as_ptr().cast());
        libc::fcntl(fd, libc::F_SETFD, libc::FD_CLOEXEC);
        OwnedFd::from_raw_fd(fd)
    };
    // SAFETY: plain call on a descriptor of ours.
    check(unsafe { libc::ftruncate(memory.as_raw_fd(), size as libc::off_t) })?;
    Ok(memory)
}

/// There are no locks that tell of an owner's death.
pub(super) const ROBUST_LOCK: usize = 0;

/// # Safety
/// None is needed: there are none.
pub(super) unsafe fn make_robust(_: *mut u8) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// # Safety
/// None is needed: there are none.
pub(super) unsafe fn take_robust(_: *mut u8, _: Duration) -> Took {
    Took::Nothing
}

/// # Safety
/// None is needed: there are none.
pub(super) unsafe fn give_robust(_: *mut u8) {}

/// How often a sleeper looks at its word.
const LOOK: Duration = Duration::from_micros(200);

pub(super) fn sleep_while(word: &AtomicU32, value: u32, limit: Duration) {
    if word.load(Ordering::Acquire) == value {
        std::thread::sleep(limit.min(LOOK));
    }
}

/// Sleepers look by themselves.
pub(super) fn wake(_: &AtomicU32, _: u32) {}

/// Pipes have the room they have.
pub(super) fn widen(_: BorrowedFd<'_>, _: usize) {}

/// Nobody knows of them.
pub(super) fn kill_who_was_stopped_at_birth() {}
