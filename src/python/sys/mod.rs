//! What the operating system is asked for, to start a program of somebody else's and to end everything that comes of it.
//! Unsafe code of [`python`](super) is here and nowhere else.

#[cfg(target_os = "linux")]
#[path = "linux.rs"]
mod os;
#[cfg(not(target_os = "linux"))]
#[path = "other.rs"]
mod os;

use std::collections::BTreeSet;
use std::ffi::CString;
use std::fs::File;
use std::io::{self, Read};
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::OpenOptionsExt;
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicI32, Ordering};
use std::time::Duration;

/// A process of the system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Process {
    pub(super) pid: i32,
    pub(super) parent: i32,
    /// The session it is in: the PID of who began that.
    pub(super) session: i32,
}

/// What became of a child.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reaped {
    /// This one ended with the status, as `wait` has it.
    Child(i32, i32),
    /// None has ended since the last time.
    NotYet,
    /// There is none.
    None,
}

/// How a process ended that nobody has asked about yet; nothing of any other.
pub(super) fn left(pid: u64) -> Option<Left> {
    let status = os::left_status(i32::try_from(pid).ok()?)?;
    Some(match libc::WIFSIGNALED(status) {
        true => Left::Killed(libc::WTERMSIG(status)),
        false => Left::Exited(libc::WEXITSTATUS(status)),
    })
}

/// How a process ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Left {
    /// By itself, with this status.
    Exited(i32),
    /// By this signal.
    Killed(i32),
}

fn check(result: i32) -> io::Result<i32> {
    if result < 0 { Err(io::Error::last_os_error()) } else { Ok(result) }
}

/// Has the command inherit a descriptor, by its number.
pub(super) fn pass_on(command: &mut Command, fd: RawFd) {
    // SAFETY: between fork and exec only a plain system call is made.
    unsafe {
        command.pre_exec(move || check(libc::fcntl(fd, libc::F_SETFD, 0)).map(drop));
    }
}

/// A stream that this process was started with. To be called once for each.
pub(super) fn inherited(fd: RawFd) -> Option<UnixStream> {
    // SAFETY: plain calls; who started this process says that it is open and nobody else's. The standard ones are not.
    unsafe {
        let known = fd > 2 && libc::fcntl(fd, libc::F_SETFD, libc::FD_CLOEXEC) == 0;
        known.then(|| UnixStream::from(OwnedFd::from_raw_fd(fd)))
    }
}

/// Makes the calling process the one that inherits whoever loses their parent among its descendants, where the system has
/// such a thing, in a session of its own.
pub(super) fn become_supervisor() {
    // SAFETY: plain call. Who leads a group already stays where it is.
    unsafe { libc::setsid() };
    os::become_subreaper();
    outlive_requests();
}

/// Has the calling process not end where somebody asks all programs of its name to: it is still to end others. Programs that it
/// starts do end then, or not, as they would without it.
fn outlive_requests() {
    extern "C" fn go_on(_: libc::c_int) {}
    let handler: extern "C" fn(libc::c_int) = go_on;
    for signal in [libc::SIGHUP, libc::SIGINT, libc::SIGTERM] {
        // SAFETY: plain calls; the handler does nothing. Unlike what is ignored, a handler is not handed on to a program.
        unsafe {
            if libc::signal(signal, handler as libc::sighandler_t) == libc::SIG_IGN {
                libc::signal(signal, libc::SIG_IGN);
            }
        }
    }
}

/// Has the command lead a session of its own, and die with the calling process where the system can see to that. To be
/// started by a thread that lives as long as the process.
pub(super) fn under_supervision(command: &mut Command) {
    // SAFETY: plain call.
    let parent = unsafe { libc::getpid() };
    // SAFETY: between fork and exec only plain system calls are made.
    unsafe {
        command.pre_exec(move || {
            libc::setsid();
            os::die_with_parent();
            // Had the parent died before, no signal would come.
            if libc::getppid() != parent {
                return Err(io::ErrorKind::BrokenPipe.into());
            }
            Ok(())
        });
    }
}

/// Where a child's end is told.
static ENDS: AtomicI32 = AtomicI32::new(-1);

extern "C" fn tell(_: libc::c_int) {
    let fd = ENDS.load(Ordering::Relaxed);
    // SAFETY: plain call that may be made in a handler; the byte is there. A full pipe tells already.
    unsafe { libc::write(fd, [0_u8].as_ptr().cast(), 1) };
}

/// Has a byte written to one end of this pair with the end of each child; the other end is the answer.
pub(super) fn ends_of_children() -> io::Result<UnixStream> {
    let (told, tells) = UnixStream::pair()?;
    tells.set_nonblocking(true)?;
    told.set_nonblocking(true)?;
    // It stays open as long as the process lives.
    let tells = std::mem::ManuallyDrop::new(tells);
    ENDS.store(tells.as_raw_fd(), Ordering::Relaxed);
    let handler: extern "C" fn(libc::c_int) = tell;
    // SAFETY: the handler makes one call that may be made whatever was interrupted.
    match unsafe { libc::signal(libc::SIGCHLD, handler as libc::sighandler_t) } {
        libc::SIG_ERR => Err(io::Error::last_os_error()),
        _ => Ok(told),
    }
}

/// Waits until one of these becomes readable, or the time-out passes; which are.
pub(super) fn await_readable<const N: usize>(
    streams: [&UnixStream; N],
    timeout: Duration,
) -> [bool; N] {
    let mut polled = streams.map(|stream| libc::pollfd {
        fd: stream.as_raw_fd(),
        events: libc::POLLIN,
        revents: 0,
    });
    let millis = i32::try_from(timeout.as_nanos().div_ceil(1_000_000)).unwrap_or(i32::MAX);
    // SAFETY: pointer and length come from one array.
    unsafe { libc::poll(polled.as_mut_ptr(), N as libc::nfds_t, millis) };
    polled.map(|polled| polled.revents != 0)
}

/// Takes the end of a child, where one has ended.
pub(super) fn reap() -> Reaped {
    let mut status = 0;
    // SAFETY: `status` is valid to write to.
    match unsafe { libc::waitpid(-1, &raw mut status, libc::WNOHANG) } {
        0 => Reaped::NotYet,
        pid if pid > 0 => Reaped::Child(pid, status),
        _ if io::Error::last_os_error().kind() == io::ErrorKind::Interrupted => Reaped::NotYet,
        _ => Reaped::None,
    }
}

/// The exit status, or the signal that killed it.
pub(super) fn exit_of(status: i32) -> Result<i32, i32> {
    if libc::WIFSIGNALED(status) {
        Err(libc::WTERMSIG(status))
    } else {
        Ok(libc::WEXITSTATUS(status))
    }
}

/// Sends a signal to a process.
pub(super) fn signal(pid: i32, signal: i32) {
    if pid > 1 {
        // SAFETY: plain call; a number that is nobody's is refused.
        unsafe { libc::kill(pid, signal) };
    }
}

/// Kills a process.
pub(super) fn kill(pid: i32) {
    signal(pid, libc::SIGKILL);
}

/// Has a process go on that was stopped.
pub(super) fn go_on(pid: i32) {
    signal(pid, libc::SIGCONT);
}

/// Kills the group that a process leads.
pub(super) fn kill_group(leader: i32) {
    if leader > 1 {
        // SAFETY: plain call; a number that is nobody's is refused.
        unsafe { libc::kill(-leader, libc::SIGKILL) };
    }
}

/// Takes input and output away from the calling process: whoever reads what it could write is not kept waiting.
pub(super) fn let_go_of_stdio() {
    let Ok(null) = File::options().read(true).write(true).open("/dev/null") else {
        return;
    };
    for fd in 0..3 {
        // SAFETY: plain call on descriptors that are there.
        unsafe { libc::dup2(null.as_raw_fd(), fd) };
    }
}

/// All processes whose session, parents and beginnings the system tells; none where it does not.
pub(super) fn processes() -> Vec<Process> {
    os::processes()
}

/// Whether a process was begun with this among its environment, where the system tells.
pub(super) fn began_with(pid: i32, variable: &[u8]) -> bool {
    os::began_with(pid, variable)
}

/// Whether a process is what CPython has clean up behind a program: it ends by itself soon after it.
pub(super) fn cleans_up(pid: i32) -> bool {
    os::command_line(pid).windows(TRACKER.len()).any(|part| part == TRACKER)
}

/// The semaphores of CPython's that processes have before they are killed. They stay where nobody removes their names, and what
/// CPython has for that may be killed, too, or come too late.
#[derive(Default)]
pub(super) struct Semaphores(BTreeSet<(u64, u64)>);

impl Semaphores {
    /// Those of a process, where the system tells.
    pub(super) fn note(&mut self, pid: i32) {
        self.0.extend(os::semaphores(pid));
    }

    /// Removes the names of those that still have one.
    pub(super) fn remove(self) {
        if !self.0.is_empty() {
            os::remove_semaphores(&self.0);
        }
    }
}

const TRACKER: &[u8] = b"multiprocessing.resource_tracker";

/// The user that the calling process belongs to.
pub(super) fn user() -> u32 {
    // SAFETY: plain call, which cannot fail.
    unsafe { libc::geteuid() }
}

/// Whether the file system that holds a folder is in memory, where the system tells.
pub(super) fn is_in_memory(folder: &Path) -> bool {
    os::is_in_memory(folder)
}

/// Whether a file system has room for so many bytes, and for so many files as far as it counts them.
pub(super) fn has_room(folder: &Path, bytes: u64, files: u64) -> bool {
    let Ok(path) = CString::new(folder.as_os_str().as_bytes()) else { return false };
    // SAFETY: an all-zero statvfs is valid, and valid to write to; the path ends in a zero byte.
    let (done, stat) = unsafe {
        let mut stat: libc::statvfs = std::mem::zeroed();
        (libc::statvfs(path.as_ptr(), &raw mut stat), stat)
    };
    // How wide these are differs between systems.
    #[allow(clippy::unnecessary_cast)]
    let (size, free) = (stat.f_frsize as u64, stat.f_bavail as u64);
    #[allow(clippy::unnecessary_cast)]
    let (counted, left) = (stat.f_files as u64, stat.f_favail as u64);
    done == 0 && size.saturating_mul(free) >= bytes && (counted == 0 || left >= files)
}

/// The folder that is kept in memory, where the system has one.
pub(super) fn memory_folder() -> Option<&'static Path> {
    os::MEMORY.map(Path::new)
}

/// Opens a file that somebody else may have put there: what is no file, and would keep its reader waiting, is refused, and so is
/// a link.
pub(super) fn open_file(path: &Path) -> io::Result<File> {
    open(path, libc::O_NOFOLLOW)
}

/// The same, also by a link.
pub(super) fn open_linked_file(path: &Path) -> io::Result<File> {
    open(path, 0)
}

fn open(path: &Path, flags: i32) -> io::Result<File> {
    let file = File::options().read(true).custom_flags(libc::O_NONBLOCK | flags).open(path)?;
    if file.metadata()?.is_file() { Ok(file) } else { Err(io::ErrorKind::InvalidData.into()) }
}

/// What is in a file, where that is not more than so many bytes.
pub(super) fn read_file(file: &File, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.take(most + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most { Err(io::ErrorKind::FileTooLarge.into()) } else { Ok(bytes) }
}
