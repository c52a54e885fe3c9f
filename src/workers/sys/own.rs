//! What a worker asks of the system about itself.

use super::{check, os, poll, poll_fd};
use crate::record::refused;
use std::io::{self, PipeReader, PipeWriter};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, OwnedFd};
use std::sync::atomic::{AtomicI32, Ordering};
use std::time::Duration;

/// Makes the calling process a worker of `parent`: it leads a group, dies with its parent, and leaves no core file.
///
/// # Errors
/// The parent has died already.
pub(in crate::workers) fn become_worker(parent: u32) -> io::Result<()> {
    let no_core = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: plain calls on the calling process; `no_core` is a valid limit.
    unsafe {
        libc::setpgid(0, 0);
        libc::setrlimit(libc::RLIMIT_CORE, &raw const no_core);
    }
    default_signals();
    os::die_with_parent();
    // SAFETY: plain call. Asked only now: had the parent died before, no signal would come.
    if unsafe { libc::getppid() } as u32 == parent {
        Ok(())
    } else {
        Err(io::Error::other("the parent is gone"))
    }
}

/// Has the signals that end a process do so again: whoever started the program may have had them ignored, as `nohup` and
/// a script's `&` do, and that is inherited.
pub(super) fn default_signals() {
    for signal in
        [libc::SIGHUP, libc::SIGINT, libc::SIGQUIT, libc::SIGTERM, libc::SIGUSR1, libc::SIGUSR2]
    {
        // SAFETY: plain call that may be made between fork and exec.
        unsafe { libc::signal(signal, libc::SIG_DFL) };
    }
}

/// Takes standard input and output away from code that prints, and answers with them. Printing goes to standard error.
pub(in crate::workers) fn take_stdio() -> io::Result<(PipeReader, PipeWriter)> {
    let stdin = io::stdin().as_fd().try_clone_to_owned()?;
    let stdout = io::stdout().as_fd().try_clone_to_owned()?;
    let null = std::fs::File::open("/dev/null").map_err(|error| {
        let why = format!("/dev/null cannot be opened: {}", refused::why(&error));
        io::Error::new(error.kind(), why)
    })?;
    // SAFETY: plain calls on descriptors this process owns; 0 and 1 stay open throughout.
    unsafe {
        check(libc::dup2(null.as_raw_fd(), 0))?;
        check(libc::dup2(2, 1))?;
    }
    Ok((stdin.into(), stdout.into()))
}

/// A descriptor that this process was started with. To be called once for each.
pub(in crate::workers) fn inherited(fd: i32) -> Option<OwnedFd> {
    // SAFETY: plain calls; who started this process says that it is open and nobody else's. The standard ones are not.
    unsafe {
        let known = fd > 2 && libc::fcntl(fd, libc::F_SETFD, libc::FD_CLOEXEC) == 0;
        known.then(|| OwnedFd::from_raw_fd(fd))
    }
}

/// Whether the writers of this pipe have closed it.
pub(in crate::workers) fn hung_up(fd: BorrowedFd<'_>) -> bool {
    let mut polled = [poll_fd(fd, 0)];
    poll(&mut polled, Some(Duration::ZERO)).is_ok() && polled[0].revents & libc::POLLHUP != 0
}

/// Kills the calling process with its group.
pub(in crate::workers) fn kill_own_group() -> ! {
    // SAFETY: plain calls; a worker leads its group.
    unsafe {
        libc::kill(0, libc::SIGKILL);
        libc::_exit(1)
    }
}

/// Ends the calling process at once.
pub(in crate::workers) fn exit_now(status: i32) -> ! {
    // SAFETY: plain call. Nothing that needs unwinding is left.
    unsafe { libc::_exit(status) }
}

/// Sends the calling process a signal that does what it does by default: the runtime's own handler would swallow a
/// SIGSEGV that no bad access has caused.
pub(in crate::workers) fn raise(signal: i32) {
    // SAFETY: plain calls; a number that is no signal is refused.
    unsafe {
        libc::signal(signal, libc::SIG_DFL);
        libc::kill(libc::getpid(), signal);
    }
}

/// The last signal that came and is handled; 0: none.
static NOTED: AtomicI32 = AtomicI32::new(0);

extern "C" fn note(signal: libc::c_int) {
    NOTED.store(signal, Ordering::Relaxed);
}

/// Has a signal noted from now on, in place of what it does by default.
///
/// # Errors
/// It is none, or cannot be handled.
pub(in crate::workers) fn note_signal(signal: i32) -> io::Result<()> {
    let handler: extern "C" fn(libc::c_int) = note;
    // SAFETY: the handler only stores a number, which may be done whatever was interrupted.
    match unsafe { libc::signal(signal, handler as libc::sighandler_t) } {
        libc::SIG_ERR => Err(io::Error::last_os_error()),
        _ => Ok(()),
    }
}

/// The signal that was noted since the last time.
pub(in crate::workers) fn noted_signal() -> Option<u8> {
    u8::try_from(NOTED.swap(0, Ordering::Relaxed)).ok().filter(|signal| *signal > 0)
}

/// Nanoseconds the calling process has had a processor.
pub(in crate::workers) fn cpu_time() -> u64 {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: `time` is valid to write to.
    unsafe { libc::clock_gettime(libc::CLOCK_PROCESS_CPUTIME_ID, &raw mut time) };
    time.tv_sec as u64 * 1_000_000_000 + time.tv_nsec as u64
}

/// How often the calling process has touched memory that was not there yet.
pub(in crate::workers) fn page_faults() -> u64 {
    // SAFETY: all zeros are a valid `rusage`, which is valid to write to.
    let usage = unsafe {
        let mut usage: libc::rusage = std::mem::zeroed();
        libc::getrusage(libc::RUSAGE_SELF, &raw mut usage);
        usage
    };
    usage.ru_minflt as u64 + usage.ru_majflt as u64
}

/// Bytes of memory that belong to the calling process alone, where the system tells.
pub(in crate::workers) fn own_memory() -> Option<u64> {
    os::own_memory()
}
