//! What the operating system is asked for. Unsafe code of [`workers`](super) is here and nowhere else.

mod arena;
mod child;
#[cfg(target_os = "linux")]
mod fork_server;
mod journal;
mod memory;
#[cfg(target_os = "linux")]
#[path = "linux.rs"]
mod os;
#[cfg(not(target_os = "linux"))]
#[path = "other.rs"]
mod os;
mod own;
mod starter;

pub(super) use arena::{Arena, HAS_ROBUST_LOCKS, LOCK_SIZE, Took, sleep_while, wake};
pub use child::Exit;
pub(super) use child::{Child, spawn, spawn_other};
pub(super) use journal::{Journal, ROOM};
pub(super) use os::{TELLS_ENDS, memory_of};
pub(super) use own::{
    become_worker, cpu_time, exit_now, hung_up, inherited, kill_own_group, note_signal,
    noted_signal, own_memory, page_faults, raise, take_stdio,
};

#[cfg(target_os = "linux")]
pub(super) use fork_server::serve as fork_server;

use std::io;
use std::os::fd::{AsRawFd, BorrowedFd, RawFd};
use std::path::PathBuf;
use std::sync::OnceLock;
use std::time::Duration;

/// How workers are started.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Start {
    /// Forked by the fork server; executed where there is none.
    #[default]
    Fork,
    /// Executed.
    Exec,
}

static PROGRAM: OnceLock<PathBuf> = OnceLock::new();

/// Makes workers of this program's own file. Only the program itself may call it, at its start: any other program has no
/// command `worker`, so as a worker it would run from its beginning again and start workers of its own, without end.
pub fn use_this_program() {
    use_program(os::own_program());
}

/// Sets which program workers are, before the first is started: for tests and benchmarks, which are not this program.
pub fn use_program(path: impl Into<PathBuf>) {
    // The program that started this one may have told the system to forget children by itself (SIGCHLD ignored, which
    // is inherited). Then nobody would learn how they ended, and their numbers might be another's when they are killed.
    // SAFETY: plain call; who waits for children, here or elsewhere, wants it so.
    unsafe { libc::signal(libc::SIGCHLD, libc::SIG_DFL) };
    // Where files have a limit, a write is to fail with a sentence, here and in workers, which inherit this.
    // SAFETY: plain call.
    unsafe { libc::signal(libc::SIGXFSZ, libc::SIG_IGN) };
    // The first one counts.
    let _ = PROGRAM.set(path.into());
}

/// Starts what makes workers start fast, so that the first pool need not wait for it.
///
/// # Errors
/// It could not be started. Pools then execute their workers.
pub fn prepare() -> io::Result<()> {
    os::prepare()
}

/// This program's own file, to be executed under a hidden command.
///
/// # Errors
/// Nobody has said which program this is.
pub fn this_program() -> io::Result<&'static std::path::Path> {
    program().map(PathBuf::as_path)
}

fn program() -> io::Result<&'static PathBuf> {
    let unknown = || io::Error::other("nobody has said which program they are");
    PROGRAM.get().ok_or_else(unknown)
}

/// What is waited for: that there is something to read, or that no writer is left.
pub(super) const READABLE: i16 = libc::POLLIN;
/// What is waited for: that there is room to write, or that no reader is left.
pub(super) const WRITABLE: i16 = libc::POLLOUT;

/// What may be told of any: no other end is left.
pub(super) const CLOSED: i16 = libc::POLLHUP;

/// An entry for [`poll`].
pub(super) type PollFd = libc::pollfd;

/// An entry for [`poll`]: this, and what is waited for.
pub(super) fn poll_fd(fd: BorrowedFd<'_>, events: i16) -> PollFd {
    PollFd { fd: fd.as_raw_fd(), events, revents: 0 }
}

/// Waits until something happens to one of these, or the time-out passes.
pub(super) fn poll(fds: &mut [PollFd], timeout: Option<Duration>) -> io::Result<()> {
    // Rounded up: waking early would only mean waiting again.
    let millis =
        timeout.map_or(-1, |t| i32::try_from(t.as_nanos().div_ceil(1_000_000)).unwrap_or(i32::MAX));
    // SAFETY: pointer and length come from one slice.
    let done = unsafe { libc::poll(fds.as_mut_ptr(), fds.len() as libc::nfds_t, millis) };
    match check(done) {
        Err(error) if error.kind() != io::ErrorKind::Interrupted => Err(error),
        _ => Ok(()),
    }
}

/// The number of a pipe, by which the system names it.
pub(super) fn pipe_number(fd: BorrowedFd<'_>) -> Option<u64> {
    // SAFETY: an all-zero stat is valid, and valid to write to.
    let (done, stat) = unsafe {
        let mut stat: libc::stat = std::mem::zeroed();
        (libc::fstat(fd.as_raw_fd(), &raw mut stat), stat)
    };
    check(done).ok().map(|_| stat.st_ino)
}

/// Kills whoever else keeps one of these pipes open, where the system tells who that is: what another program has left
/// behind in a group of its own. To be called once the program itself is gone.
pub(super) fn kill_holders(pipes: &[u64]) {
    os::kill_holders(pipes);
}

/// How many bytes wait in a pipe, as its writer sees it; 0 where the system tells only its reader.
pub(super) fn unread(fd: BorrowedFd<'_>) -> usize {
    let mut bytes: libc::c_int = 0;
    // SAFETY: `bytes` is valid to write to.
    match check(unsafe { libc::ioctl(fd.as_raw_fd(), libc::FIONREAD, &raw mut bytes) }) {
        Ok(_) => usize::try_from(bytes).unwrap_or(0),
        Err(_) => 0,
    }
}

pub(super) fn set_nonblocking(fd: BorrowedFd<'_>) -> io::Result<()> {
    let fd: RawFd = fd.as_raw_fd();
    // SAFETY: plain calls on an open descriptor.
    unsafe {
        let flags = check(libc::fcntl(fd, libc::F_GETFL))?;
        check(libc::fcntl(fd, libc::F_SETFL, flags | libc::O_NONBLOCK)).map(drop)
    }
}

/// Reads what there is behind a descriptor.
pub(super) fn read(fd: BorrowedFd<'_>, bytes: &mut [u8]) -> io::Result<usize> {
    // SAFETY: pointer and length come from one slice.
    let read = unsafe { libc::read(fd.as_raw_fd(), bytes.as_mut_ptr().cast(), bytes.len()) };
    usize::try_from(read).map_err(|_| io::Error::last_os_error())
}

/// Writes as much as there is room for.
pub(super) fn write(fd: BorrowedFd<'_>, bytes: &[u8]) -> io::Result<usize> {
    // SAFETY: as above.
    let written = unsafe { libc::write(fd.as_raw_fd(), bytes.as_ptr().cast(), bytes.len()) };
    usize::try_from(written).map_err(|_| io::Error::last_os_error())
}

/// Gives a pipe room for at least so many bytes, where the system grants it.
pub(super) fn widen(pipe: BorrowedFd<'_>, bytes: usize) {
    os::widen(pipe, bytes);
}

fn check(result: i32) -> io::Result<i32> {
    if result < 0 { Err(io::Error::last_os_error()) } else { Ok(result) }
}
