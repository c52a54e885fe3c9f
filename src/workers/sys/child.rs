//! Child processes as their parent sees them: spawned, sent signals, reaped.

use super::journal::Journal;
use super::{Start, check, os, poll, poll_fd, program, set_nonblocking, starter};
use crate::trace::signal_name;
use std::ffi::OsStr;
use std::io::{self, PipeReader, PipeWriter};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd, RawFd};
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// The pause between two looks at a process, where the system has no descriptor for its end.
const LOOK: Duration = Duration::from_millis(2);

/// How long a process that was killed may take to end: one that waits for a disk that is gone never does.
const PATIENCE: Duration = Duration::from_secs(5);

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
            Self::Signal(signal) => write!(f, "was killed by {}", signal_name(*signal)),
        }
    }
}

/// A worker process as its parent sees it. Dropping it kills its group and waits for it.
pub(in crate::workers) struct Child {
    pid: i32,
    /// Readable once the process has ended.
    exit: Option<OwnedFd>,
    pub(in crate::workers) stdin: Option<PipeWriter>,
    pub(in crate::workers) stdout: Option<PipeReader>,
    pub(in crate::workers) stderr: Option<PipeReader>,
    /// Where it keeps what it has not sent yet, where the system has such memory.
    pub(in crate::workers) journal: Option<Journal>,
    forked: bool,
    reaped: bool,
}

/// The child's ends of its pipes.
pub(super) struct Ends {
    pub(super) stdin: PipeReader,
    pub(super) stdout: PipeWriter,
    pub(super) stderr: PipeWriter,
    pub(super) journal: Option<Journal>,
    /// What it shares with others.
    pub(super) shared: Vec<RawFd>,
}

/// The parent's ends of a child's pipes.
struct Pipes {
    stdin: PipeWriter,
    stdout: PipeReader,
    stderr: PipeReader,
}

/// The most descriptors that workers are given to share.
pub(in crate::workers) const MOST_SHARED: usize = 48;

/// Starts workers, together: that is faster than one after another. They get `shared`, in this order, in addition to what
/// every worker has; of more than [`MOST_SHARED`] none is started.
pub(in crate::workers) fn spawn(
    start: Start,
    count: usize,
    shared: &[BorrowedFd<'_>],
) -> Vec<io::Result<Child>> {
    if shared.len() > MOST_SHARED {
        let many = || io::Error::other(format!("at most {MOST_SHARED} things can be shared"));
        return (0..count).map(|_| Err(many())).collect();
    }
    let shared: Vec<RawFd> = shared.iter().map(AsRawFd::as_raw_fd).collect();
    let mut forks = (start == Start::Fork).then(os::Forks::begin);
    let asked: Vec<io::Result<_>> = (0..count)
        .map(|_| {
            let (ends, pipes) = pipes(shared.clone())?;
            let asked = forks.as_mut().is_some_and(|forks| forks.ask(&ends));
            Ok((ends, pipes, asked))
        })
        .collect();
    let started = asked.into_iter().map(|asked| {
        let (ends, pipes, asked) = asked?;
        let mut answer = || forks.as_mut().and_then(os::Forks::answer);
        let forked = if asked { answer() } else { None };
        let Ends { stdin, stdout, stderr, mut journal, shared } = ends;
        let pid = match forked {
            Some(pid) => {
                journal.as_mut().map(Journal::is_handed_over);
                pid
            }
            None => {
                let stdio = [stdin.into(), stdout.into(), stderr.into()];
                exec(stdio, journal.as_ref(), shared)?
            }
        };
        Ok(Child {
            pid,
            exit: os::exit_fd(pid),
            stdin: Some(pipes.stdin),
            stdout: Some(pipes.stdout),
            stderr: Some(pipes.stderr),
            journal,
            forked: forked.is_some(),
            reaped: false,
        })
    });
    started.collect()
}

fn pipes(shared: Vec<RawFd>) -> io::Result<(Ends, Pipes)> {
    let (child_stdin, stdin) = io::pipe()?;
    let (stdout, child_stdout) = io::pipe()?;
    let (stderr, child_stderr) = io::pipe()?;
    for fd in [stdin.as_fd(), stdout.as_fd(), stderr.as_fd()] {
        set_nonblocking(fd)?;
    }
    // A worker does without where it is not to be had.
    let journal = Journal::new().ok();
    let (stdin_end, stdout_end, stderr_end) = (child_stdin, child_stdout, child_stderr);
    let ends = Ends { stdin: stdin_end, stdout: stdout_end, stderr: stderr_end, journal, shared };
    let pipes = Pipes { stdin, stdout, stderr };
    Ok((ends, pipes))
}

fn exec(
    [stdin, stdout, stderr]: [Stdio; 3],
    journal: Option<&Journal>,
    shared: Vec<RawFd>,
) -> io::Result<i32> {
    let command_path = program()?;
    let mut command = Command::new(command_path);
    command.arg0(env!("CARGO_PKG_NAME"));
    command.args(["worker", "serve", &std::process::id().to_string()]);
    command.arg(journal.map_or_else(|| "-1".to_owned(), Journal::argument));
    if !shared.is_empty() {
        command.args(shared.iter().map(RawFd::to_string));
        // SAFETY: between fork and exec only plain system calls are made.
        unsafe {
            command.pre_exec(move || {
                for fd in &shared {
                    check(libc::fcntl(*fd, libc::F_SETFD, 0))?;
                }
                Ok(())
            });
        }
    }
    command.stdin(stdin).stdout(stdout).stderr(stderr);
    let child = starter::spawn(command).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => {
            let path = command_path.display();
            let said = format!("this program's own file is not to be found as {path}; where that is in /proc, it must be mounted");
            io::Error::new(io::ErrorKind::NotFound, said)
        }
        _ => error,
    })?;
    // The handle does nothing when dropped: this module waits for the process by its number.
    Ok(child.id() as i32)
}

/// Starts another program, with pipes for its input, output and errors. It leads a group of its own, and dies with this
/// program where the system can see to that. Its pipes block.
pub(in crate::workers) fn spawn_other(program: &OsStr, args: &[&str]) -> io::Result<Child> {
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
            super::own::default_signals();
            Ok(())
        });
    }
    let pid = starter::spawn(command)?.id() as i32;
    Ok(Child {
        pid,
        exit: os::exit_fd(pid),
        stdin: Some(stdin),
        stdout: Some(stdout),
        stderr: Some(stderr),
        journal: None,
        forked: false,
        reaped: false,
    })
}

impl Child {
    pub(in crate::workers) fn pid(&self) -> u32 {
        self.pid as u32
    }

    /// What becomes readable when the process ends, where the system has such a thing.
    pub(in crate::workers) fn exit_fd(&self) -> Option<BorrowedFd<'_>> {
        self.exit.as_ref().map(AsFd::as_fd)
    }

    /// Waits for its end, but not for longer than this; whether it has ended.
    pub(in crate::workers) fn ends_within(&self, patience: Duration) -> bool {
        if let Some(exit) = self.exit_fd() {
            let mut polled = [poll_fd(exit, libc::POLLIN)];
            return poll(&mut polled, Some(patience)).is_ok() && polled[0].revents != 0;
        }
        let begun = Instant::now();
        while !has_ended(self.pid, libc::WNOHANG).unwrap_or(true) {
            if begun.elapsed() >= patience {
                return false;
            }
            std::thread::sleep(LOOK);
        }
        true
    }

    /// Whether somebody has stopped it with a signal.
    pub(in crate::workers) fn is_stopped(&self) -> bool {
        let options = libc::WSTOPPED | libc::WNOHANG;
        has_changed(self.pid, options).unwrap_or(false)
    }

    /// Sends a signal to the process alone.
    pub(in crate::workers) fn signal(&self, signal: i32) -> io::Result<()> {
        if self.reaped {
            return Ok(());
        }
        // SAFETY: plain call. The process is not reaped, so the number is still its own.
        check(unsafe { libc::kill(self.pid, signal) }).map(drop)
    }

    /// Kills the process and whatever it started.
    pub(in crate::workers) fn kill_group(&self) {
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
    /// for its end; `None` where it does not come, though the process was killed: it is then left to the system.
    pub(in crate::workers) fn reap(&mut self) -> Option<(Exit, u64)> {
        if self.reaped {
            return None;
        }
        let has_ended = self.ends_within(PATIENCE);
        self.kill_group();
        if self.forked {
            os::forget(self.pid);
        }
        self.reaped = true;
        if !has_ended && !self.ends_within(PATIENCE) {
            log::error!("process {} was killed and does not end", self.pid);
            return None;
        }
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

/// Whether a child has ended; it is not reaped by asking. `None` if it is no child of this process. Without `WNOHANG`
/// among the options this waits for its end, or for a signal.
fn has_ended(pid: i32, options: i32) -> Option<bool> {
    has_changed(pid, options | libc::WEXITED)
}

/// Whether what the options ask for has happened to a child, and whoever asks next is told again.
fn has_changed(pid: i32, options: i32) -> Option<bool> {
    let options = options | libc::WNOWAIT;
    // SAFETY: an all-zero siginfo is valid, and valid to write to.
    let (done, info) = unsafe {
        let mut info: libc::siginfo_t = std::mem::zeroed();
        let done = libc::waitid(libc::P_PID, pid as libc::id_t, &raw mut info, options);
        (done, info)
    };
    match done {
        // It stays all zero where there is nothing to tell.
        0 => Some(info.si_signo != 0),
        _ if io::Error::last_os_error().kind() == io::ErrorKind::Interrupted => Some(false),
        _ => None,
    }
}
