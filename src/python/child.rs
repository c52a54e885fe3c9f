//! A program under supervision, as this program sees it.

use super::options::Stdio3;
use super::supervisor::COMMAND;
use super::sys;
use crate::workers::this_program;
use std::ffi::OsString;
use std::io::{self, Read, Write};
use std::os::fd::AsRawFd;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

/// How long the supervisor may take to end everything before it is killed itself and the rest is done here.
const PATIENCE: Duration = Duration::from_secs(6);
/// How long it takes to kill those whom a killed supervisor leaves behind.
const SWEEPING: Duration = Duration::from_secs(2);

/// What is run.
#[derive(Clone, Debug)]
pub(super) struct Launch {
    /// The program and its arguments.
    pub(super) command: Vec<OsString>,
    /// The folder it is run in.
    pub(super) cwd: Option<PathBuf>,
    /// Changes of the environment.
    pub(super) variables: Vec<(OsString, OsString)>,
    /// The private folder of the run, which is removed with it.
    pub(super) folder: PathBuf,
    pub(super) stdio: Stdio3,
}

/// What the supervisor tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum News {
    /// The program runs, with this PID.
    Started(i32),
    /// It could not be started.
    Refused(String),
    /// It ended with this status.
    Exited(i32),
    /// A signal killed it.
    Killed(i32),
    /// All that it has started are gone; so many had to be killed after its own end.
    Gone(usize),
    /// The supervisor is gone without a word, and so are all others by now.
    Lost,
    /// It did not do what it was asked for, and was ended with all others.
    Silent,
}

/// A program under supervision. Dropping it ends everything that comes of it.
pub(super) struct Supervised {
    supervisor: Child,
    control: UnixStream,
    heard: Vec<u8>,
    leader: Option<i32>,
    over: bool,
    asked: Option<Instant>,
    /// What all of them began with among their environment.
    mark: Vec<u8>,
}

impl Supervised {
    pub(super) fn start(launch: Launch, mark: Vec<u8>) -> io::Result<Self> {
        let (control, other) = UnixStream::pair()?;
        let mut command = Command::new(this_program()?);
        command.arg(COMMAND).arg(other.as_raw_fd().to_string()).arg(&launch.folder);
        command.args(&launch.command).envs(launch.variables);
        if let Some(cwd) = &launch.cwd {
            command.current_dir(cwd);
        }
        let piped = |piped: bool| if piped { Stdio::piped() } else { Stdio::inherit() };
        let captured = launch.stdio != Stdio3::Inherited;
        command.stdin(piped(launch.stdio == Stdio3::Piped));
        command.stdout(piped(captured)).stderr(piped(captured));
        sys::pass_on(&mut command, other.as_raw_fd());
        let supervisor = command.spawn()?;
        control.set_nonblocking(true)?;
        let heard = Vec::new();
        Ok(Self { supervisor, control, heard, leader: None, over: false, asked: None, mark })
    }

    /// The ends of its pipes, where it has some; once.
    pub(super) fn take_pipes(
        &mut self,
    ) -> (Option<ChildStdin>, Option<ChildStdout>, Option<ChildStderr>) {
        let child = &mut self.supervisor;
        (child.stdin.take(), child.stdout.take(), child.stderr.take())
    }

    /// What there is to tell, which is waited for no longer than this.
    pub(super) fn news(&mut self, patience: Duration) -> Vec<News> {
        if self.over {
            std::thread::sleep(patience);
            return Vec::new();
        }
        sys::await_readable([&self.control], patience);
        let mut bytes = [0; 512];
        let closed = loop {
            match self.control.read(&mut bytes) {
                Ok(0) => break true,
                Ok(length) => self.heard.extend_from_slice(&bytes[..length]),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => break error.kind() != io::ErrorKind::WouldBlock,
            }
        };
        let mut news = Vec::new();
        while let Some(end) = self.heard.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = self.heard.drain(..=end).collect();
            let Some(told) = told(String::from_utf8_lossy(&line).trim_end()) else { continue };
            match told {
                News::Started(pid) => self.leader = Some(pid),
                News::Gone(_) | News::Refused(_) => self.over = true,
                _ => {}
            }
            news.push(told);
        }
        let slow = self.asked.is_some_and(|asked| asked.elapsed() > PATIENCE);
        if !self.over && (closed || slow) {
            self.clear_up();
            news.push(if closed { News::Lost } else { News::Silent });
        }
        news
    }

    /// Asks for the end of everything.
    pub(super) fn stop(&mut self) {
        if self.asked.is_none() {
            self.asked = Some(Instant::now());
            let _ = self.control.write_all(b"s");
            // Somebody may have stopped it: it goes on and ends the others.
            if let Ok(pid) = i32::try_from(self.supervisor.id()) {
                sys::go_on(pid);
            }
        }
    }

    /// Ends everything without the supervisor.
    fn clear_up(&mut self) {
        self.over = true;
        let _ = self.supervisor.kill();
        let _ = self.supervisor.wait();
        sweep(&self.mark, self.leader);
        if let Some(leader) = self.leader {
            sys::kill_group(leader);
        }
    }
}

impl Drop for Supervised {
    fn drop(&mut self) {
        self.stop();
        while !self.over {
            self.news(Duration::from_millis(50));
        }
        // It ends by itself now.
        let _ = self.supervisor.wait();
    }
}

/// Kills all who began with this among their environment, or are in the session of `leader`. What clears up behind them is
/// given a while to end by itself.
pub(super) fn sweep(mark: &[u8], leader: Option<i32>) {
    let (begun, until) = (Instant::now(), Instant::now() + SWEEPING);
    let own = i32::try_from(std::process::id()).unwrap_or(-1);
    let mut semaphores = sys::Semaphores::default();
    loop {
        let all = sys::processes();
        let is_one = |process: &&sys::Process| {
            process.pid != own
                && (Some(process.session) == leader || sys::began_with(process.pid, mark))
        };
        let mut any = false;
        for process in all.iter().filter(is_one) {
            any = true;
            if begun.elapsed() > SWEEPING / 2 || !sys::cleans_up(process.pid) {
                semaphores.note(process.pid);
                sys::kill(process.pid);
            }
        }
        if !any || Instant::now() > until {
            semaphores.remove();
            return;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// What all processes of a run with this private folder begin with among their environment.
pub(super) fn mark(variable: &str, value: &Path) -> Vec<u8> {
    use std::os::unix::ffi::OsStrExt;
    let mut mark = format!("{variable}=").into_bytes();
    mark.extend_from_slice(value.as_os_str().as_bytes());
    mark
}

fn told(line: &str) -> Option<News> {
    let (word, rest) = line.split_once(' ')?;
    Some(match word {
        "started" => News::Started(rest.parse().ok()?),
        "refused" => News::Refused(rest.to_owned()),
        "exit" => News::Exited(rest.parse().ok()?),
        "signal" => News::Killed(rest.parse().ok()?),
        "gone" => News::Gone(rest.parse().ok()?),
        _ => return None,
    })
}
