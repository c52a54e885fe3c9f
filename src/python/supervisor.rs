//! The process between this program and a student's: it starts the latter, inherits whoever that leaves behind, and ends
//! everything when it is told to, when the program has ended, or when this program is gone.
//!
//! It is this program under the hidden command `supervise FD FOLDER PROGRAM [ARG]…`. Its environment, folder, input and
//! output are the program's. Over the descriptor it says, a line each: `started PID`, `refused WHY`, `exit STATUS` or
//! `signal NUMBER`, and last `gone COUNT` with the number of processes that the program had left behind and that were
//! killed. A byte to it says stop; the end of the stream, that this program is gone. Then it removes the folder, too.

use super::sys::{self, Reaped};
use crate::record::refused;
use std::collections::BTreeSet;
use std::ffi::OsString;
use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

/// Its name on the command line.
pub const COMMAND: &str = "supervise";

/// How long those whom a program leaves behind may take to end by themselves: CPython has a process that clears up.
const GRACE: Duration = Duration::from_millis(1_000);
/// How long that process may take where all others were killed: everybody is gone within two seconds of Stop.
const CLEARING: Duration = Duration::from_millis(1_600);
/// How long it takes at most until all are gone that are killed. One in the middle of something in the kernel takes longer.
const KILLING: Duration = Duration::from_secs(5);
/// The pause between two looks at who is left.
const LOOK: Duration = Duration::from_millis(10);

/// Runs as the supervisor. `args` follow the command's name.
pub fn main(args: &[OsString]) -> ExitCode {
    match supervise(args) {
        Some(()) => ExitCode::SUCCESS,
        None => ExitCode::FAILURE,
    }
}

fn supervise(args: &[OsString]) -> Option<()> {
    let [fd, folder, program, args @ ..] = args else { return None };
    let control = sys::inherited(fd.to_str()?.parse().ok()?)?;
    control.set_nonblocking(true).ok()?;
    sys::become_supervisor();
    let ends = sys::ends_of_children().ok()?;
    let mut control = Control { stream: control, folder: PathBuf::from(folder), gone: false };
    let mut command = Command::new(program);
    command.args(args).stdin(Stdio::inherit());
    sys::under_supervision(&mut command);
    let started = command.spawn();
    // What it writes ends with it.
    sys::let_go_of_stdio();
    drop(command);
    let leader = match started {
        // The handle does nothing when dropped: all children are waited for together.
        Ok(child) => i32::try_from(child.id()).ok()?,
        Err(error) => {
            control.say(&format!("refused {}", refused::why(&error)));
            return Some(());
        }
    };
    control.say(&format!("started {leader}"));
    let mut family = Family { leader, left: false, over: false };
    while !family.over && !control.stops() {
        sys::await_readable([&control.stream, &ends], Duration::from_secs(3600));
        empty(&ends);
        family.reap(&mut control);
    }
    let ended_by_itself = family.over;
    if ended_by_itself {
        let until = Instant::now() + GRACE;
        while family.left && Instant::now() < until && !control.stops() {
            sys::await_readable([&control.stream, &ends], LOOK);
            empty(&ends);
            family.reap(&mut control);
        }
    }
    let left = family.end(&mut control);
    control.say(&format!("gone {}", if ended_by_itself { left } else { 0 }));
    if control.is_gone() {
        // Nobody else will.
        let _ = std::fs::remove_dir_all(&control.folder);
    }
    Some(())
}

fn empty(mut ends: &UnixStream) {
    let mut bytes = [0; 64];
    while matches!(ends.read(&mut bytes), Ok(1..)) {}
}

/// The way to this program.
struct Control {
    stream: UnixStream,
    folder: PathBuf,
    gone: bool,
}

impl Control {
    fn say(&mut self, line: &str) {
        // Who is gone needs no answer.
        let _ = self.stream.write_all(format!("{line}\n").as_bytes());
    }

    /// Whether everything is to end.
    fn stops(&mut self) -> bool {
        let mut byte = [0];
        match self.stream.read(&mut byte) {
            Ok(0) => {
                self.gone = true;
                true
            }
            Ok(_) => true,
            Err(error) => {
                let later = [std::io::ErrorKind::WouldBlock, std::io::ErrorKind::Interrupted]
                    .contains(&error.kind());
                self.gone |= !later;
                !later
            }
        }
    }

    /// Whether this program is gone.
    fn is_gone(&mut self) -> bool {
        let _ = self.stops();
        self.gone
    }
}

/// The program and all that it has started.
struct Family {
    leader: i32,
    /// Whether anybody is left.
    left: bool,
    /// Whether the program itself has ended.
    over: bool,
}

impl Family {
    /// Takes the ends of all that have ended, and tells of the program's.
    fn reap(&mut self, control: &mut Control) {
        loop {
            match sys::reap() {
                Reaped::Child(pid, status) if pid == self.leader && !self.over => {
                    self.over = true;
                    control.say(&match sys::exit_of(status) {
                        Ok(status) => format!("exit {status}"),
                        Err(signal) => format!("signal {signal}"),
                    });
                }
                Reaped::Child(..) => {}
                Reaped::NotYet => {
                    self.left = true;
                    return;
                }
                Reaped::None => {
                    self.left = false;
                    return;
                }
            }
        }
    }

    /// Kills whoever is left; how many that were. What clears up behind them may go on for a while, and what it does not
    /// remove is removed here.
    fn end(&mut self, control: &mut Control) -> usize {
        let (begun, mut killed) = (Instant::now(), BTreeSet::new());
        let mut semaphores = sys::Semaphores::default();
        loop {
            let descendants = descendants();
            let patient = begun.elapsed() < CLEARING && !descendants.is_empty();
            // Its number is its own until its end is taken.
            if !self.over {
                // What clears up is in the group, too.
                if !patient {
                    sys::kill_group(self.leader);
                }
                semaphores.note(self.leader);
                sys::kill(self.leader);
            }
            for pid in descendants {
                if patient && sys::cleans_up(pid) {
                    continue;
                }
                if killed.insert(pid) {
                    semaphores.note(pid);
                }
                sys::kill(pid);
            }
            self.reap(control);
            if !self.left || begun.elapsed() > KILLING {
                semaphores.remove();
                return killed.len();
            }
            std::thread::sleep(LOOK / 2);
        }
    }
}

/// All that the calling process has started, and that those have, and so on.
fn descendants() -> Vec<i32> {
    let own = i32::try_from(std::process::id()).unwrap_or(-1);
    let all = sys::processes();
    let mut found = vec![own];
    let mut at = 0;
    while let Some(&parent) = found.get(at) {
        found.extend(
            all.iter().filter(|process| process.parent == parent).map(|process| process.pid),
        );
        at += 1;
        if found.len() > all.len() + 1 {
            break;
        }
    }
    found.split_off(1)
}
