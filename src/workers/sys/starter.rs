//! The thread that starts processes. It never ends: the kernel sends the parent-death signal when the *thread* that
//! started a process ends.

use std::io;
use std::sync::OnceLock;
use std::sync::mpsc::{Sender, channel};

type Job = Box<dyn FnOnce() + Send>;

static JOBS: OnceLock<Sender<Job>> = OnceLock::new();

/// Runs `what` on the starter thread and answers with what it did.
pub(super) fn run<T: Send + 'static>(what: impl FnOnce() -> T + Send + 'static) -> io::Result<T> {
    let jobs = match JOBS.get() {
        Some(jobs) => jobs,
        None => {
            let (send, jobs) = channel::<Job>();
            std::thread::Builder::new()
                .name("starter".to_owned())
                .spawn(move || jobs.iter().for_each(|job| job()))?;
            // If somebody else was faster, this one's thread ends with its sender, having started nothing.
            JOBS.get_or_init(|| send)
        }
    };
    let gone = || io::Error::other("the thread that starts processes is gone");
    let (answer, done) = channel();
    let job = Box::new(move || drop(answer.send(what())));
    jobs.send(job).map_err(|_| gone())?;
    done.recv().map_err(|_| gone())
}
