//! The thread that starts processes. It never ends: the kernel sends the parent-death signal when the *thread* that
//! started a process ends.

use std::io;
use std::process::{Child, Command};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

type Job = Box<dyn FnOnce() + Send>;

/// How long a start may take: the system answers when the program is loaded, which may lie on a disk that is gone.
const PATIENCE: Duration = Duration::from_secs(10);

static JOBS: Mutex<Option<Sender<Job>>> = Mutex::new(None);

/// Starts a process from the starter thread.
///
/// # Errors
/// The system refuses, or does not answer in time. Then the process, should it begin after all, is killed, and the next one
/// is started by another thread.
pub(super) fn spawn(mut command: Command) -> io::Result<Child> {
    let gone = || io::Error::other("the thread that starts processes is gone");
    let (answer, done) = channel::<io::Result<Child>>();
    let job = move || {
        let late = answer.send(command.spawn()).err().and_then(|late| late.0.ok());
        if let Some(mut late) = late {
            log::warn!("process {} began too late and is killed", late.id());
            // It may have ended by itself.
            let _ = late.kill();
            let _ = late.wait();
        }
    };
    jobs()?.send(Box::new(job)).map_err(|_| gone())?;
    done.recv_timeout(PATIENCE).unwrap_or_else(|error| {
        // Whatever that one is stuck in, the next process is not to wait for it.
        JOBS.lock().unwrap_or_else(PoisonError::into_inner).take();
        Err(match error {
            RecvTimeoutError::Disconnected => gone(),
            RecvTimeoutError::Timeout => io::Error::new(
                io::ErrorKind::TimedOut,
                format!("the system has not started it within {} s", PATIENCE.as_secs()),
            ),
        })
    })
}

fn jobs() -> io::Result<Sender<Job>> {
    let mut known = JOBS.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(jobs) = &*known {
        return Ok(jobs.clone());
    }
    let (send, jobs) = channel::<Job>();
    let work = move || {
        jobs.iter().for_each(|job| job());
        // Nobody has anything to start any more, but what was started dies with this thread.
        loop {
            std::thread::park();
        }
    };
    std::thread::Builder::new().name("starter".to_owned()).spawn(work)?;
    Ok(known.insert(send).clone())
}
