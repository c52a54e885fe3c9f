//! What the program writes, as threads take it down: bounded, and never waited for without a limit.

use crate::workers::sys::{self, Child};
use crossbeam::channel::{Receiver, Sender, bounded};
use crossbeam::sync::Unparker;
use std::io::{self, BufRead, BufReader, ErrorKind, PipeReader, Read};
use std::os::fd::{AsFd, OwnedFd};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// The most bytes of an answer's line: those of a sweep take a few kilobytes.
const LINE: u64 = 1 << 20;
/// The most lines that wait to be taken. Then nothing more is read until some are.
const LINES: usize = 16;
/// How long its output may stay open after its end before that is taken for somebody else's.
const CLOSING: Duration = Duration::from_millis(200);
/// Bytes of standard error that are kept.
const WORDS: usize = 2048;

/// Why nothing more comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Over {
    /// It closed its output, or has ended.
    Closed,
    /// A line was too long.
    TooLong,
    /// A line was not text.
    NotText,
}

/// What the program has said that nobody has taken.
pub struct Output {
    lines: Receiver<String>,
    state: Arc<State>,
    readers: Vec<JoinHandle<()>>,
}

struct State {
    over: OnceLock<Over>,
    /// Nobody wants to know any more.
    ignored: AtomicBool,
    words: Mutex<Vec<u8>>,
    waker: Unparker,
}

impl State {
    fn words(&self) -> MutexGuard<'_, Vec<u8>> {
        self.words.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_over(&self, why: Over) {
        // The first one counts.
        let _ = self.over.set(why);
        self.waker.unpark();
    }
}

impl Output {
    /// Begins to listen to a program. `waker` is used with each line and at its end.
    pub fn of(child: &mut Child, waker: Unparker) -> io::Result<Self> {
        let (send, lines) = bounded(LINES);
        let state = Arc::new(State {
            over: OnceLock::new(),
            ignored: AtomicBool::new(false),
            words: Mutex::default(),
            waker,
        });
        let mut output = Self { lines, state, readers: Vec::new() };
        if let Some(stdout) = child.stdout.take() {
            let exit = child.exit_fd().map(|exit| exit.try_clone_to_owned()).transpose()?;
            output.read("python output", move |state| {
                read_lines(UntilEnd { stdout, exit, left: None, state }, &send, state);
            })?;
        }
        if let Some(stderr) = child.stderr.take() {
            output.read("python errors", move |state| read_words(stderr, state))?;
        }
        Ok(output)
    }

    fn read(&mut self, name: &str, body: impl FnOnce(&State) + Send + 'static) -> io::Result<()> {
        let state = Arc::clone(&self.state);
        let thread = std::thread::Builder::new().name(name.to_owned());
        self.readers.push(thread.spawn(move || body(&state))?);
        Ok(())
    }

    /// Whether there is a line, or nothing more comes.
    pub fn has_news(&self) -> bool {
        !self.lines.is_empty() || self.state.over.get().is_some()
    }

    /// The next line, if there is one.
    pub fn line(&self) -> Option<String> {
        self.lines.try_recv().ok()
    }

    /// Why nothing more comes, once that is so.
    pub fn over(&self) -> Option<Over> {
        self.state.over.get().copied()
    }

    /// The last bytes of its standard error.
    pub fn words(&self) -> Vec<u8> {
        self.state.words().clone()
    }

    /// Takes no more lines, and waits until all who could write have closed their ends, but for no longer than this;
    /// whether they have.
    pub fn ends_within(&self, patience: Duration) -> bool {
        self.state.ignored.store(true, Ordering::Release);
        let given_up = Instant::now() + patience;
        while self.readers.iter().any(|reader| !reader.is_finished()) {
            while self.lines.try_recv().is_ok() {}
            if Instant::now() >= given_up {
                return false;
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        true
    }
}

/// What a program writes. Somebody whom it leaves behind may keep its output open, and write on: it is over once the program has ended
/// and all that was written until then is read.
struct UntilEnd<'a> {
    stdout: PipeReader,
    /// Readable once the program has ended, where the system has that; `None` once that was seen.
    exit: Option<OwnedFd>,
    /// How many bytes are left of what was written until then.
    left: Option<usize>,
    state: &'a State,
}

impl Read for UntilEnd<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if let Some(exit) = &self.exit {
            let fds = [self.stdout.as_fd(), exit.as_fd()];
            let mut polled = fds.map(|fd| sys::poll_fd(fd, sys::READABLE));
            while polled.iter().all(|polled| polled.revents == 0) {
                sys::poll(&mut polled, None)?;
            }
            if polled[1].revents != 0 {
                self.left = Some(sys::unread(self.stdout.as_fd()));
                self.exit = None;
            }
        }
        if self.left == Some(0) {
            self.left = None;
            let mut polled = [sys::poll_fd(self.stdout.as_fd(), sys::READABLE)];
            // A child that is being started has it for a moment, too.
            sys::poll(&mut polled, Some(CLOSING))?;
            // Where nobody else has it the end is read next, and with it what is less than a line.
            if polled[0].revents & sys::CLOSED == 0 {
                self.state.is_over(Over::Closed);
            }
        }
        let read = self.stdout.read(into)?;
        self.left = self.left.map(|left| left.saturating_sub(read));
        Ok(read)
    }
}

fn read_lines(stdout: UntilEnd<'_>, lines: &Sender<String>, state: &State) {
    let mut stdout = BufReader::new(stdout);
    let why = loop {
        let mut line = String::new();
        match stdout.by_ref().take(LINE).read_line(&mut line) {
            Ok(0) => break Over::Closed,
            Ok(length) if length as u64 == LINE => break Over::TooLong,
            Ok(_) if state.ignored.load(Ordering::Acquire) => continue,
            Ok(_) if lines.send(line).is_err() => break Over::Closed,
            Ok(_) => state.waker.unpark(),
            Err(error) if error.kind() == ErrorKind::InvalidData => break Over::NotText,
            Err(_) => break Over::Closed,
        }
    };
    state.is_over(why);
}

fn read_words(mut stderr: PipeReader, state: &State) {
    let mut bytes = [0; 512];
    while let Ok(length @ 1..) = stderr.read(&mut bytes) {
        let mut words = state.words();
        words.extend_from_slice(&bytes[..length]);
        let extra = words.len().saturating_sub(WORDS);
        words.drain(..extra);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crossbeam::sync::Parker;

    /// Nothing is over before all is taken, however late that is and whoever keeps the output open.
    #[test]
    fn what_is_taken_late_is_whole() {
        let text = "import subprocess\nfor n in range(100):\n    print(n)\nsubprocess.Popen(['sleep', '600'])\n";
        let mut child =
            sys::spawn_other("python3".as_ref(), &["-I", "-c", text]).expect("a python3");
        let parker = Parker::new();
        let output = Output::of(&mut child, parker.unparker().clone()).expect("threads");
        assert!(child.ends_within(Duration::from_secs(30)));
        // Longer than a reader needs that has room.
        std::thread::sleep(Duration::from_millis(300));
        let (mut lines, mut waits) = (Vec::new(), 0);
        while waits < 60 {
            let over = output.over();
            match output.line() {
                Some(line) => {
                    lines.push(line);
                    waits = 0;
                }
                None if over.is_some() => break,
                None => {
                    waits += 1;
                    parker.park_timeout(Duration::from_secs(1));
                }
            }
        }
        let over = output.over();
        child.kill_group();
        let _ = child.reap();
        let expected: Vec<String> = (0..100).map(|n| format!("{n}\n")).collect();
        assert_eq!(lines, expected);
        assert_eq!(over, Some(Over::Closed));
        assert!(output.ends_within(Duration::from_secs(30)));
    }
}
