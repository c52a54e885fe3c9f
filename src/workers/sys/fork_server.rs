//! A small single-threaded process of this program that forks workers on request.
//!
//! Messages over a Unix socket are eight bytes, both ways: a request (`FORK` with descriptors and how many of them are
//! shared with others, or `FORGET` and a PID) and, to `FORK`, the PID or a negated error number. The server's first one is zero: it is there.
//!
//! Should the server die after it has forked and before it has said so, its last PID stands in a page that both share: the
//! kernel writes it there before the worker runs. Without it there would be a child that nobody knows and nobody reaps.

use super::child::{Ends, MOST_SHARED};
use super::journal::Journal;
use super::memory::Memory;
use super::{check, os, starter};
use std::io::{self, IoSliceMut, Read, Write};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, OwnedFd, RawFd};
use std::os::unix::net::UnixStream;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicI32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

const FORK: u32 = 1;
const FORGET: u32 = 2;
/// Room for a control message with a worker's descriptors (standard input, output and error, its journal if it has
/// one, and what it shares with others), aligned for its header.
const CONTROL: usize = 2 + (STDIO + 1 + MOST_SHARED).div_ceil(2);

/// A server that takes longer than this to answer, or to read, is killed. It needs less than a millisecond, and to lose
/// it costs little: workers are executed until the next server runs. Whoever wants to stop a run waits for it meanwhile.
const PATIENCE: Duration = Duration::from_secs(2);

struct Server {
    socket: UnixStream,
    process: std::process::Child,
    last_fork: Page,
    /// The worker it answered with last.
    answered: i32,
}

impl Server {
    /// Ends it, even where somebody has stopped it with a signal. Its workers live on: only a server that finds its
    /// program gone kills them.
    fn kill(&mut self) {
        // It fails where it has ended and was waited for.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}

static SERVER: Mutex<Option<Server>> = Mutex::new(None);

fn server() -> MutexGuard<'static, Option<Server>> {
    SERVER.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Starts the server, unless it runs, and waits until it does.
pub(super) fn start() -> io::Result<()> {
    running(&mut server()).map(drop)
}

fn running(server: &mut Option<Server>) -> io::Result<&mut Server> {
    if server.is_none() {
        let (mut socket, theirs) = UnixStream::pair()?;
        socket.set_read_timeout(Some(PATIENCE))?;
        socket.set_write_timeout(Some(PATIENCE))?;
        let (page, last_fork) = Page::new()?;
        let mut command = Command::new(super::program()?);
        command.args(["worker", "fork-server", &std::process::id().to_string()]);
        is_prepared(&mut command);
        command
            .stdin(Stdio::from(OwnedFd::from(theirs)))
            .stdout(Stdio::from(page))
            .stderr(Stdio::null());
        // Its children become children of the thread that started it.
        let process = starter::spawn(command)?;
        // Both callers, the one that prepares it and the one that asks for workers, need it ready.
        let greeted = socket.read_exact(&mut [0; 8]);
        let started = Server { socket, process, last_fork, answered: 0 };
        greeted?;
        *server = Some(started);
    }
    server.as_mut().ok_or_else(|| io::Error::other("no fork server"))
}

/// What holds from the server's first instruction on, before it is this program again: a group of its own, since Ctrl+C in a
/// terminal is for the program to deal with; and if somebody stops it, it goes on when the program dies, and ends.
fn is_prepared(command: &mut Command) {
    use std::os::unix::process::CommandExt;
    let parent = std::process::id();
    // As `ps` shows it, with the arguments.
    command.arg0(env!("CARGO_PKG_NAME")).process_group(0);
    // SAFETY: between fork and exec only plain system calls are made.
    unsafe {
        command.pre_exec(move || {
            check(libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGCONT))?;
            match libc::getppid() as u32 == parent {
                true => Ok(()),
                // It has died before the signal was asked for.
                false => Err(io::Error::from_raw_os_error(libc::ESRCH)),
            }
        });
    }
}

/// Requests for workers, some of them not answered yet: the server forks while the next ones are prepared.
pub(super) struct Requests {
    server: MutexGuard<'static, Option<Server>>,
    asked: usize,
    /// Whether the server failed. Then it is asked for no more workers, and later requests start another one.
    broken: bool,
}

impl Requests {
    /// Begins to ask for workers; other threads that want some wait meanwhile.
    pub(super) fn begin() -> Self {
        Self { server: server(), asked: 0, broken: false }
    }

    /// Asks for a worker.
    pub(super) fn ask(&mut self, ends: &Ends) -> io::Result<()> {
        if self.broken {
            return Err(gone());
        }
        let mut sent = self.send(ends);
        if is_dead(&sent) && self.asked == 0 {
            // It has died since it was used last.
            *self.server = None;
            sent = self.send(ends);
        }
        self.asked += usize::from(sent.is_ok());
        // Any other error is of this request alone.
        self.broken = is_dead(&sent) || reads_nothing(&sent) || self.server.is_none();
        sent
    }

    fn send(&mut self, ends: &Ends) -> io::Result<()> {
        let journal = ends.journal.as_ref().and_then(Journal::fd);
        let (stdin, stdout, stderr) = (&ends.stdin, &ends.stdout, &ends.stderr);
        let stdio = [stdin.as_raw_fd(), stdout.as_raw_fd(), stderr.as_raw_fd()];
        let own = stdio.into_iter().chain(journal.map(AsRawFd::as_raw_fd));
        let fds: Vec<RawFd> = own.chain(ends.shared.iter().copied()).collect();
        let server = running(&mut self.server)?;
        send(&server.socket, &request(FORK, ends.shared.len() as u32), &fds)
    }

    /// The PID of the worker asked for first of those not answered yet.
    pub(super) fn answer(&mut self) -> io::Result<i32> {
        let server = self.server.as_mut().ok_or_else(gone)?;
        let mut answer = [0; 8];
        let mut heard = server.socket.read_exact(&mut answer);
        if heard.is_err() {
            self.broken = true;
            // A slow one may have answered just now. Once it is dead, what it has answered and forked stays as it is.
            server.kill();
            heard = server.socket.read_exact(&mut answer);
        }
        let answer = match heard {
            Ok(()) => i64::from_le_bytes(answer),
            Err(error) => match server.last_fork.get() {
                // It serves one request after another: this is the one it has not come to answer.
                pid if pid != server.answered => pid.into(),
                _ => return Err(error),
            },
        };
        match answer {
            pid @ 1.. => {
                server.answered = pid as i32;
                Ok(pid as i32)
            }
            error => Err(io::Error::from_raw_os_error(-error as i32)),
        }
    }
}

impl Drop for Requests {
    fn drop(&mut self) {
        if self.broken {
            *self.server = None;
        }
    }
}

fn is_dead(sent: &io::Result<()>) -> bool {
    use io::ErrorKind::{BrokenPipe, ConnectionReset, NotConnected};
    let dead =
        |error: &io::Error| matches!(error.kind(), BrokenPipe | ConnectionReset | NotConnected);
    sent.as_ref().is_err_and(dead)
}

/// Whether a request was not sent because the server leaves what it was sent before unread.
fn reads_nothing(sent: &io::Result<()>) -> bool {
    sent.as_ref().is_err_and(|error| error.kind() == io::ErrorKind::WouldBlock)
}

fn gone() -> io::Error {
    io::Error::other("the fork server is gone")
}

/// A page of memory that the program and its fork server share, with one PID in it.
struct Page(Memory);

impl Page {
    const SIZE: usize = 4096;

    /// A new one, all zero, and what to hand to the server for it.
    fn new() -> io::Result<(OwnedFd, Self)> {
        let memory = os::memory(Self::SIZE)?;
        let page = Self::of(memory.as_fd())?;
        Ok((memory, page))
    }

    fn of(memory: BorrowedFd<'_>) -> io::Result<Self> {
        Memory::shared(memory, Self::SIZE).map(Self)
    }

    fn get(&self) -> i32 {
        // SAFETY: mapped as long as this value lives; large enough and aligned; beside atomic reads only the kernel touches
        // it, with one write of four bytes.
        unsafe { self.0.at().cast::<AtomicI32>().as_ref() }.load(Ordering::Acquire)
    }
}

/// Tells the server that a worker's group is no more. To be called before the worker is reaped.
pub(super) fn forget(pid: i32) {
    let mut server = server();
    let told = server.as_mut().map(|it| it.socket.write_all(&request(FORGET, pid as u32)));
    if told.is_some_and(|told| told.is_err()) {
        // It must not kill the group of whoever has the number next. A server that is gone kills nobody's.
        *server = None;
    }
}

fn request(what: u32, pid: u32) -> [u8; 8] {
    (u64::from(what) | u64::from(pid) << 32).to_le_bytes()
}

/// The server: returns in each forked worker, with the memory of its journal and what it shares with others; ends the
/// process when the program is gone.
///
/// # Errors
/// The socket broke.
pub fn serve() -> io::Result<(Option<OwnedFd>, Vec<OwnedFd>)> {
    // SAFETY: plain call; the name ends in a zero byte. Its workers have another one.
    unsafe { libc::prctl(libc::PR_SET_NAME, c"clab forks".as_ptr()) };
    let socket = UnixStream::from(io::stdin().as_fd().try_clone_to_owned()?);
    let last_fork = Page::of(io::stdout().as_fd())?;
    last_fork.0.is_not_inherited()?;
    let mut groups = Vec::new();
    // However the program is found to be gone, in the middle of an answer or between two requests.
    let Ok(Some((mut fds, count))) = fork_on_request(&socket, &last_fork, &mut groups) else {
        for group in groups {
            // SAFETY: plain call. Nobody has reaped the worker but the system, just now, after the program's death.
            unsafe { libc::kill(-group, libc::SIGKILL) };
        }
        super::exit_now(0);
    };
    // There is nothing to unmap here.
    std::mem::forget(last_fork);
    let shared = fds.split_off(fds.len().saturating_sub(count).max(STDIO.min(fds.len())));
    let journal = fds.drain(fds.len().min(STDIO)..).next();
    for (fd, to) in fds.iter().zip(0..) {
        // SAFETY: plain call on descriptors of ours; 0 is the socket, of which `socket` was a copy.
        check(unsafe { libc::dup2(fd.as_raw_fd(), to) })?;
    }
    Ok((journal, shared))
}

/// How many of a worker's descriptors are those every process has.
const STDIO: usize = 3;

/// Returns in each forked worker, with its descriptors and how many of them it shares, and with nothing when the program is
/// gone. `groups` are those whose workers have not been reaped.
fn fork_on_request(
    mut socket: &UnixStream,
    last_fork: &Page,
    groups: &mut Vec<i32>,
) -> io::Result<Option<(Vec<OwnedFd>, usize)>> {
    socket.write_all(&[0; 8])?;
    loop {
        let mut message = [0; 8];
        let (length, fds) = receive(socket, &mut message)?;
        if length != message.len() {
            return Ok(None);
        }
        let message = u64::from_le_bytes(message);
        let (what, about) = (message as u32, (message >> 32) as i32);
        if what == FORGET {
            groups.retain(|group| *group != about);
            continue;
        }
        let answer = fork_sibling(last_fork);
        if answer == 0 {
            return Ok(Some((fds, usize::try_from(about).unwrap_or(0))));
        }
        if answer > 0 {
            groups.push(answer as i32);
        }
        socket.write_all(&answer.to_le_bytes())?;
    }
}

/// Forks a child of this process's parent, and leaves its PID in the page. 0 in the child; else its PID, or a negated error
/// number.
fn fork_sibling(last: &Page) -> i64 {
    let flags = libc::CLONE_PARENT | libc::CLONE_PARENT_SETTID | libc::SIGCHLD;
    let flags = flags as libc::c_ulong;
    // SAFETY: like fork: memory is copied, the stack stays where it is. This process has one thread, so no lock of the C
    // library is held by a thread that the copy would not have, and it has registered nothing to be done at a fork. The
    // kernel writes four bytes to the page, which is mapped.
    let pid = unsafe { libc::syscall(libc::SYS_clone, flags, 0, last.0.at().as_ptr(), 0, 0) };
    if pid < 0 {
        -i64::from(io::Error::last_os_error().raw_os_error().unwrap_or(libc::EAGAIN))
    } else {
        pid as i64
    }
}

fn send(socket: &UnixStream, bytes: &[u8; 8], fds: &[RawFd]) -> io::Result<()> {
    let mut control = [0_u64; CONTROL];
    let mut part = libc::iovec { iov_base: bytes.as_ptr().cast_mut().cast(), iov_len: bytes.len() };
    // SAFETY: the header points to `part` and to `control`, which outlive the call; `control` has room for the message
    // header and all descriptors that a worker can get, and is aligned for it.
    unsafe {
        let mut header: libc::msghdr = std::mem::zeroed();
        header.msg_iov = &raw mut part;
        header.msg_iovlen = 1;
        header.msg_control = control.as_mut_ptr().cast();
        header.msg_controllen = libc::CMSG_SPACE(size_of_val(fds) as u32) as _;
        let message = libc::CMSG_FIRSTHDR(&raw const header);
        (*message).cmsg_level = libc::SOL_SOCKET;
        (*message).cmsg_type = libc::SCM_RIGHTS;
        (*message).cmsg_len = libc::CMSG_LEN(size_of_val(fds) as u32) as _;
        let data = libc::CMSG_DATA(message).cast::<RawFd>();
        for (place, fd) in fds.iter().enumerate() {
            data.add(place).write_unaligned(*fd);
        }
        loop {
            let sent = libc::sendmsg(socket.as_raw_fd(), &raw const header, libc::MSG_NOSIGNAL);
            if sent >= 0 {
                return Ok(());
            }
            let error = io::Error::last_os_error();
            if error.kind() != io::ErrorKind::Interrupted {
                return Err(error);
            }
        }
    }
}

/// A message and the descriptors that came with it; a length of 0 at the end.
fn receive(socket: &UnixStream, bytes: &mut [u8; 8]) -> io::Result<(usize, Vec<OwnedFd>)> {
    let mut control = [0_u64; CONTROL];
    let mut part = IoSliceMut::new(bytes);
    // SAFETY: the header points to `part` and to `control`, which outlive the call; IoSliceMut is an iovec by its own
    // promise. The kernel has written whole control messages; each descriptor in them is new and ours.
    unsafe {
        let mut header: libc::msghdr = std::mem::zeroed();
        header.msg_iov = (&raw mut part).cast();
        header.msg_iovlen = 1;
        header.msg_control = control.as_mut_ptr().cast();
        header.msg_controllen = size_of_val(&control) as _;
        let length = loop {
            let length = libc::recvmsg(socket.as_raw_fd(), &raw mut header, libc::MSG_CMSG_CLOEXEC);
            if length >= 0 {
                break length as usize;
            }
            let error = io::Error::last_os_error();
            if error.kind() != io::ErrorKind::Interrupted {
                return Err(error);
            }
        };
        let mut fds = Vec::new();
        let message = libc::CMSG_FIRSTHDR(&raw const header);
        if !message.is_null() && (*message).cmsg_type == libc::SCM_RIGHTS {
            let count = ((*message).cmsg_len as usize - libc::CMSG_LEN(0) as usize) / 4;
            let data = libc::CMSG_DATA(message).cast::<RawFd>();
            for place in 0..count {
                fds.push(OwnedFd::from_raw_fd(data.add(place).read_unaligned()));
            }
        }
        Ok((length, fds))
    }
}
