//! Linux: fork server, pidfd, parent-death signal.

use super::arena::Took;
use super::child::Ends;
use super::{check, fork_server};
use crate::record::os;
use std::io;
use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicU32;
use std::time::Duration;

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

pub(super) fn kill_holders(pipes: &[u64]) {
    let names: Vec<String> = pipes.iter().map(|number| format!("pipe:[{number}]")).collect();
    // SAFETY: plain calls.
    let (own, own_group) = unsafe { (libc::getpid(), libc::getpgrp()) };
    for pid in os::pids().filter(|pid| *pid != own) {
        let fds = std::fs::read_dir(format!("/proc/{pid}/fd")).into_iter().flatten().flatten();
        let mut links = fds.filter_map(|fd| std::fs::read_link(fd.path()).ok());
        let holds = links.any(|link| names.iter().any(|name| link.as_os_str() == name.as_str()));
        // A child of this program that is not yet another program has all its descriptors for an instant, and its group.
        // SAFETY: plain calls.
        if holds && unsafe { libc::getpgid(pid) } != own_group {
            unsafe { libc::kill(pid, libc::SIGKILL) };
        }
    }
}

pub(super) fn own_memory() -> Option<u64> {
    os::memory().map(|memory| memory.own)
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

/// Memory to share with workers: as a journal's.
pub(super) fn shared_memory(size: usize) -> io::Result<OwnedFd> {
    memory(size)
}

/// Bytes of a lock that tells of an owner's death.
pub(super) const ROBUST_LOCK: usize = size_of::<libc::pthread_mutex_t>();

/// Makes such a lock.
///
/// # Safety
/// There is room and nobody uses it; it is aligned to eight bytes.
pub(super) unsafe fn make_robust(at: *mut u8) -> io::Result<()> {
    let told = |error: i32| match error {
        0 => Ok(()),
        error => Err(io::Error::from_raw_os_error(error)),
    };
    // SAFETY: the attributes are initialised before they are used; the rest is promised.
    unsafe {
        let mut how: libc::pthread_mutexattr_t = std::mem::zeroed();
        told(libc::pthread_mutexattr_init(&raw mut how))?;
        told(libc::pthread_mutexattr_setpshared(&raw mut how, libc::PTHREAD_PROCESS_SHARED))?;
        told(libc::pthread_mutexattr_setrobust(&raw mut how, libc::PTHREAD_MUTEX_ROBUST))?;
        told(libc::pthread_mutex_init(at.cast(), &raw const how))?;
        libc::pthread_mutexattr_destroy(&raw mut how);
    }
    Ok(())
}

/// Tries to take such a lock, for so long.
///
/// # Safety
/// One was made there.
pub(super) unsafe fn take_robust(at: *mut u8, limit: Duration) -> Took {
    let lock: *mut libc::pthread_mutex_t = at.cast();
    // SAFETY: promised; `until` is valid.
    let mut took = unsafe { libc::pthread_mutex_trylock(lock) };
    if took == libc::EBUSY && !limit.is_zero() {
        let mut until = libc::timespec { tv_sec: 0, tv_nsec: 0 };
        // SAFETY: as above. This clock may be set: whoever waits asks again and again, for a short time each.
        unsafe {
            libc::clock_gettime(libc::CLOCK_REALTIME, &raw mut until);
            let nanos = until.tv_nsec as u64 + u64::from(limit.subsec_nanos());
            until.tv_sec += (limit.as_secs() + nanos / 1_000_000_000) as libc::time_t;
            until.tv_nsec = (nanos % 1_000_000_000) as _;
            took = libc::pthread_mutex_timedlock(lock, &raw const until);
        }
    }
    match took {
        0 => Took::It,
        libc::EOWNERDEAD => {
            // SAFETY: it is the caller's now.
            unsafe { libc::pthread_mutex_consistent(lock) };
            Took::ItFromTheDead
        }
        _ => Took::Nothing,
    }
}

/// Gives such a lock back.
///
/// # Safety
/// One was made there.
pub(super) unsafe fn give_robust(at: *mut u8) {
    // SAFETY: promised. Who does not have it is told so, and nothing happens.
    unsafe { libc::pthread_mutex_unlock(at.cast()) };
}

pub(super) fn sleep_while(word: &AtomicU32, value: u32, limit: Duration) {
    let limit = libc::timespec { tv_sec: limit.as_secs() as _, tv_nsec: limit.subsec_nanos() as _ };
    // SAFETY: the word is there as long as the call lasts; `limit` is valid. Not private: other processes wake it.
    unsafe {
        libc::syscall(
            libc::SYS_futex,
            std::ptr::from_ref(word),
            libc::FUTEX_WAIT,
            value,
            &raw const limit,
        )
    };
}

pub(super) fn wake(word: &AtomicU32, most: u32) {
    let most = i32::try_from(most).unwrap_or(i32::MAX);
    // SAFETY: plain call on a word that is there.
    unsafe { libc::syscall(libc::SYS_futex, std::ptr::from_ref(word), libc::FUTEX_WAKE, most) };
}

/// The room of a pipe, at least so many bytes where the system grants it.
pub(super) fn widen(pipe: BorrowedFd<'_>, bytes: usize) {
    // SAFETY: plain call; a pipe that stays as it is works all the same.
    unsafe { libc::fcntl(pipe.as_raw_fd(), libc::F_SETPIPE_SZ, bytes as libc::c_int) };
}

/// Kills children that somebody has stopped between their birth and the start of their program. Until then nobody knows of
/// them, and who starts them waits for them. They still have this program's command line.
pub(super) fn kill_who_was_stopped_at_birth() {
    let line = |folder: &Path| std::fs::read(folder.join("cmdline")).unwrap_or_default();
    let own = line(Path::new("/proc/self"));
    let stopped_child = format!("T {} ", std::process::id());
    for pid in os::pids() {
        let folder = PathBuf::from(format!("/proc/{pid}"));
        let is_stopped_child = os::stat(&folder).is_some_and(|it| it.starts_with(&stopped_child));
        if is_stopped_child && !own.is_empty() && line(&folder) == own {
            log::warn!("process {pid} was stopped before it began, and is killed");
            // SAFETY: plain call; the number is that of a child that nobody has waited for.
            unsafe { libc::kill(pid, libc::SIGKILL) };
        }
    }
}
