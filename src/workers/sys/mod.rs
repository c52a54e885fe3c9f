//! What the operating system is asked for. Unsafe code of [`workers`](super) is here and nowhere else.

#[cfg(target_os = "linux")]
mod fork_server;
#[cfg(target_os = "linux")]
#[path = "linux.rs"]
mod os;
#[cfg(not(target_os = "linux"))]
#[path = "other.rs"]
mod os;
mod starter;

pub(super) use os::TELLS_ENDS;

#[cfg(target_os = "linux")]
pub(super) use fork_server::serve as fork_server;

use std::io::{self, PipeReader, PipeWriter};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd, RawFd};
use std::path::PathBuf;
use std::process::{Command, Stdio};
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

/// How a process ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// With this status.
    Status(i32),
    /// By this signal.
    Signal(u8),
}

impl std::fmt::Display for Exit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Status(status) => write!(f, "exited with status {status}"),
            Self::Signal(signal) => write!(f, "was killed by signal {signal}"),
        }
    }
}

static PROGRAM: OnceLock<PathBuf> = OnceLock::new();

/// Workers are this program. The program itself says so at its start; nobody else may, for who is executed as a worker
/// and does not know the command `worker` does all over again what it did, workers and all, without end.
pub fn use_this_program() {
    use_program(os::own_program());
}

/// Sets which program workers are, before the first is started: for tests and benchmarks, which are not this program.
pub fn use_program(path: impl Into<PathBuf>) {
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

fn program() -> io::Result<&'static PathBuf> {
    let unknown = || io::Error::other("nobody has said which program they are");
    PROGRAM.get().ok_or_else(unknown)
}

/// A worker process as its parent sees it. Dropping it kills its group and waits for it.
pub(super) struct Child {
    pid: i32,
    /// Readable once the process has ended.
    exit: Option<OwnedFd>,
    pub(super) stdin: Option<PipeWriter>,
    pub(super) stdout: Option<PipeReader>,
    pub(super) stderr: Option<PipeReader>,
    forked: bool,
    reaped: bool,
}

/// The child's ends of its pipes.
struct Ends {
    stdin: PipeReader,
    stdout: PipeWriter,
    stderr: PipeWriter,
}

/// The parent's ends of a child's pipes.
struct Pipes {
    stdin: PipeWriter,
    stdout: PipeReader,
    stderr: PipeReader,
}

/// Starts workers, together: that is faster than one after another.
pub(super) fn spawn(start: Start, count: usize) -> Vec<io::Result<Child>> {
    let mut forks = (start == Start::Fork).then(os::Forks::begin);
    let asked: Vec<io::Result<_>> = (0..count)
        .map(|_| {
            let (ends, pipes) = pipes()?;
            let asked = forks.as_mut().is_some_and(|forks| forks.ask(&ends));
            Ok((ends, pipes, asked))
        })
        .collect();
    let started = asked.into_iter().map(|asked| {
        let (ends, pipes, asked) = asked?;
        let mut answer = || forks.as_mut().and_then(os::Forks::answer);
        let forked = if asked { answer() } else { None };
        let (pid, pipes) = match forked {
            Some(pid) => (pid, pipes),
            None if asked => {
                // The server may have forked one with these before it broke.
                let (ends, pipes) = self::pipes()?;
                (exec(ends)?, pipes)
            }
            None => (exec(ends)?, pipes),
        };
        Ok(Child {
            pid,
            exit: os::exit_fd(pid),
            stdin: Some(pipes.stdin),
            stdout: Some(pipes.stdout),
            stderr: Some(pipes.stderr),
            forked: forked.is_some(),
            reaped: false,
        })
    });
    started.collect()
}

fn pipes() -> io::Result<(Ends, Pipes)> {
    let (child_stdin, stdin) = io::pipe()?;
    let (stdout, child_stdout) = io::pipe()?;
    let (stderr, child_stderr) = io::pipe()?;
    for fd in [stdin.as_fd(), stdout.as_fd(), stderr.as_fd()] {
        set_nonblocking(fd)?;
    }
    let ends = Ends {
        stdin: child_stdin,
        stdout: child_stdout,
        stderr: child_stderr,
    };
    let pipes = Pipes {
        stdin,
        stdout,
        stderr,
    };
    Ok((ends, pipes))
}

fn exec(ends: Ends) -> io::Result<i32> {
    let mut command = Command::new(program()?);
    command.args(["worker", "serve", &std::process::id().to_string()]);
    command
        .stdin(Stdio::from(ends.stdin))
        .stdout(Stdio::from(ends.stdout))
        .stderr(Stdio::from(ends.stderr));
    let child = starter::run(move || command.spawn())??;
    // The handle does nothing when dropped: this module waits for the process by its number.
    Ok(child.id() as i32)
}

/// Starts another program, with pipes for its input, output and errors. It leads a group of its own, and dies with this
/// program where the system can see to that. Its pipes block.
pub(super) fn spawn_other(program: &str, args: &[&str]) -> io::Result<Child> {
    use std::os::unix::process::CommandExt;
    let (child_stdin, stdin) = io::pipe()?;
    let (stdout, child_stdout) = io::pipe()?;
    let (stderr, child_stderr) = io::pipe()?;
    let mut command = Command::new(program);
    command
        .args(args)
        .process_group(0)
        .stdin(Stdio::from(child_stdin))
        .stdout(Stdio::from(child_stdout))
        .stderr(Stdio::from(child_stderr));
    // SAFETY: between fork and exec only plain system calls are made.
    unsafe {
        command.pre_exec(|| {
            os::die_with_parent();
            Ok(())
        });
    }
    let pid = starter::run(move || command.spawn())??.id() as i32;
    Ok(Child {
        pid,
        exit: os::exit_fd(pid),
        stdin: Some(stdin),
        stdout: Some(stdout),
        stderr: Some(stderr),
        forked: false,
        reaped: false,
    })
}

impl Child {
    pub(super) fn pid(&self) -> u32 {
        self.pid as u32
    }

    /// What becomes readable when the process ends, where the system has such a thing.
    pub(super) fn exit_fd(&self) -> Option<BorrowedFd<'_>> {
        self.exit.as_ref().map(AsFd::as_fd)
    }

    /// Sends a signal to the process alone.
    pub(super) fn signal(&self, signal: i32) -> io::Result<()> {
        if self.reaped {
            return Ok(());
        }
        // SAFETY: plain call. The process is not reaped, so the number is still its own.
        check(unsafe { libc::kill(self.pid, signal) }).map(drop)
    }

    /// Kills the process and whatever it started.
    pub(super) fn kill_group(&self) {
        if !self.reaped {
            // SAFETY: plain calls. The process is not reaped, so neither number can be anybody else's. The group may not
            // exist yet, so the process is killed by itself, too.
            unsafe {
                libc::kill(-self.pid, libc::SIGKILL);
                libc::kill(self.pid, libc::SIGKILL);
            }
        }
    }

    /// Kills what an ended process left of its group, and takes its status and the nanoseconds it had a processor. Waits
    /// for its end.
    pub(super) fn reap(&mut self) -> Option<(Exit, u64)> {
        if self.reaped {
            return None;
        }
        await_end(self.pid);
        self.kill_group();
        if self.forked {
            os::forget(self.pid);
        }
        self.reaped = true;
        let mut status = 0;
        // SAFETY: all-zero is valid.
        let mut used: libc::rusage = unsafe { std::mem::zeroed() };
        // SAFETY: `status` and `used` are valid to write to.
        while unsafe { libc::wait4(self.pid, &raw mut status, 0, &raw mut used) } < 0 {
            if io::Error::last_os_error().kind() != io::ErrorKind::Interrupted {
                return None;
            }
        }
        let exit = if libc::WIFSIGNALED(status) {
            Exit::Signal(libc::WTERMSIG(status) as u8)
        } else {
            Exit::Status(libc::WEXITSTATUS(status))
        };
        let nanos = |t: libc::timeval| t.tv_sec as u64 * 1_000_000_000 + t.tv_usec as u64 * 1000;
        Some((exit, nanos(used.ru_utime) + nanos(used.ru_stime)))
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        self.kill_group();
        self.reap();
    }
}

/// Waits until a child has ended, without taking its status: its number stays its own.
fn await_end(pid: i32) {
    loop {
        // SAFETY: an all-zero siginfo is valid, and valid to write to.
        let done = unsafe {
            let mut info: libc::siginfo_t = std::mem::zeroed();
            libc::waitid(
                libc::P_PID,
                pid as libc::id_t,
                &raw mut info,
                libc::WEXITED | libc::WNOWAIT,
            )
        };
        if done == 0 || io::Error::last_os_error().kind() != io::ErrorKind::Interrupted {
            return;
        }
    }
}

/// Makes the calling process a worker of `parent`: it leads a group, dies with its parent, and leaves no core file.
///
/// # Errors
/// The parent has died already.
pub(super) fn become_worker(parent: u32) -> io::Result<()> {
    let no_core = libc::rlimit {
        rlim_cur: 0,
        rlim_max: 0,
    };
    // SAFETY: plain calls on the calling process; `no_core` is a valid limit.
    unsafe {
        libc::setpgid(0, 0);
        libc::setrlimit(libc::RLIMIT_CORE, &raw const no_core);
    }
    os::die_with_parent();
    // SAFETY: plain call. Asked only now: had the parent died before, no signal would come.
    if unsafe { libc::getppid() } as u32 == parent {
        Ok(())
    } else {
        Err(io::Error::other("the parent is gone"))
    }
}

/// Takes standard input and output away from whoever prints, and answers with them. Printing goes to standard error.
pub(super) fn take_stdio() -> io::Result<(PipeReader, PipeWriter)> {
    let stdin = io::stdin().as_fd().try_clone_to_owned()?;
    let stdout = io::stdout().as_fd().try_clone_to_owned()?;
    let null = std::fs::File::open("/dev/null")?;
    // SAFETY: plain calls on descriptors this process owns; 0 and 1 stay open throughout.
    unsafe {
        check(libc::dup2(null.as_raw_fd(), 0))?;
        check(libc::dup2(2, 1))?;
    }
    Ok((stdin.into(), stdout.into()))
}

/// Whether whoever wrote to this pipe has closed it.
pub(super) fn hung_up(fd: BorrowedFd<'_>) -> bool {
    let mut polled = [poll_fd(fd, 0)];
    poll(&mut polled, Some(Duration::ZERO)).is_ok() && polled[0].revents & libc::POLLHUP != 0
}

/// Kills the calling process with its group.
pub(super) fn kill_own_group() -> ! {
    // SAFETY: plain calls; a worker leads its group.
    unsafe {
        libc::kill(0, libc::SIGKILL);
        libc::_exit(1)
    }
}

/// Ends the calling process at once.
pub(super) fn exit_now(status: i32) -> ! {
    // SAFETY: plain call. Nothing that needs unwinding is left.
    unsafe { libc::_exit(status) }
}

/// Sends the calling process a signal that does what it does by default: the runtime's own handler would swallow a
/// SIGSEGV that no bad access has caused.
pub(super) fn raise(signal: i32) {
    // SAFETY: plain calls; a number that is no signal is refused.
    unsafe {
        libc::signal(signal, libc::SIG_DFL);
        libc::kill(libc::getpid(), signal);
    }
}

/// Nanoseconds the calling process has had a processor.
pub(super) fn cpu_time() -> u64 {
    let mut time = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    // SAFETY: `time` is valid to write to.
    unsafe { libc::clock_gettime(libc::CLOCK_PROCESS_CPUTIME_ID, &raw mut time) };
    time.tv_sec as u64 * 1_000_000_000 + time.tv_nsec as u64
}

/// Bytes of memory that belong to the calling process alone, where the system tells.
pub(super) fn own_memory() -> Option<u64> {
    os::own_memory()
}

/// An entry for [`poll`].
pub(super) fn poll_fd(fd: BorrowedFd<'_>, events: i16) -> libc::pollfd {
    libc::pollfd {
        fd: fd.as_raw_fd(),
        events,
        revents: 0,
    }
}

/// Waits until something happens to one of these, or the time-out passes.
pub(super) fn poll(fds: &mut [libc::pollfd], timeout: Option<Duration>) -> io::Result<()> {
    // Rounded up: waking early would only mean waiting again.
    let millis = timeout.map_or(-1, |t| {
        i32::try_from(t.as_nanos().div_ceil(1_000_000)).unwrap_or(i32::MAX)
    });
    // SAFETY: pointer and length are those of one slice.
    let done = unsafe { libc::poll(fds.as_mut_ptr(), fds.len() as libc::nfds_t, millis) };
    match check(done) {
        Err(error) if error.kind() != io::ErrorKind::Interrupted => Err(error),
        _ => Ok(()),
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

fn check(result: i32) -> io::Result<i32> {
    if result < 0 {
        Err(io::Error::last_os_error())
    } else {
        Ok(result)
    }
}
