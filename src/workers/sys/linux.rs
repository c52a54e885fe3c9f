//! Linux: fork server, pidfd, parent-death signal.

use super::child::Ends;
use super::{check, fork_server};
use std::io;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::path::PathBuf;

/// The file that runs, even if it was replaced on disk.
pub(super) fn own_program() -> PathBuf {
    PathBuf::from("/proc/self/exe")
}

/// The end of a process is told by itself, not only by the end of its output.
pub(crate) const TELLS_ENDS: bool = true;

pub(super) fn prepare() -> io::Result<()> {
    fork_server::start()
}

/// Workers the fork server is asked for.
pub(super) struct Forks(fork_server::Requests);

impl Forks {
    pub(super) fn begin() -> Self {
        Self(fork_server::Requests::begin())
    }

    /// Whether it could be asked.
    pub(super) fn ask(&mut self, ends: &Ends) -> bool {
        worked(self.0.ask(ends)).is_some()
    }

    /// The PID of the one asked for first; `None` where the fork server cannot do it.
    pub(super) fn answer(&mut self) -> Option<i32> {
        worked(self.0.answer())
    }
}

fn worked<T>(result: io::Result<T>) -> Option<T> {
    result.inspect_err(|error| log::warn!("no fork server, workers are executed: {error}")).ok()
}

pub(super) fn forget(pid: i32) {
    fork_server::forget(pid);
}

pub(super) fn exit_fd(pid: i32) -> Option<OwnedFd> {
    // SAFETY: plain call; a number that is not negative is a new descriptor of ours.
    unsafe {
        let fd = libc::syscall(libc::SYS_pidfd_open, pid, 0);
        i32::try_from(fd).ok().filter(|fd| *fd >= 0).map(|fd| OwnedFd::from_raw_fd(fd))
    }
}

pub(super) fn own_memory() -> Option<u64> {
    let pages = std::fs::read_to_string("/proc/self/smaps_rollup").ok()?;
    let own = pages.lines().filter(|line| line.starts_with("Private_"));
    let kilobytes = own.filter_map(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok());
    Some(1024 * kilobytes.sum::<u64>())
}

/// New memory without a name, all zero, which every process with the descriptor can share.
pub(super) fn memory(size: usize) -> io::Result<OwnedFd> {
    // SAFETY: plain calls; the name ends in a zero byte, and a number that is not negative is a new descriptor of ours.
    let memory = unsafe {
        let fd = check(libc::memfd_create(c"concurrency lab".as_ptr(), libc::MFD_CLOEXEC))?;
        OwnedFd::from_raw_fd(fd)
    };
    // SAFETY: plain call on a descriptor of ours.
    check(unsafe { libc::ftruncate(memory.as_raw_fd(), size as libc::off_t) })?;
    Ok(memory)
}

/// The memory behind a descriptor of the program, which is `parent`.
pub(crate) fn memory_of(parent: u32, fd: i32) -> Option<OwnedFd> {
    let path = format!("/proc/{parent}/fd/{fd}");
    std::fs::File::options().read(true).write(true).open(path).ok().map(OwnedFd::from)
}

pub(super) fn die_with_parent() {
    // SAFETY: plain calls; the name ends in a zero byte.
    unsafe {
        libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL);
        libc::prctl(libc::PR_SET_NAME, c"clab worker".as_ptr());
    }
}
