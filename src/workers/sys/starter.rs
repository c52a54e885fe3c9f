//! The thread that starts processes. It never ends: the kernel sends the parent-death signal when the *thread* that
//! started a process ends.

use std::io;
use std::sync::OnceLock;
use std::sync::mpsc::{Sender, channel};

type Errand = Box<dyn FnOnce() + Send>;

static ERRANDS: OnceLock<Sender<Errand>> = OnceLock::new();

/// Runs `what` on the starter thread and answers with what it did.
pub(super) fn run<T: Send + 'static>(what: impl FnOnce() -> T + Send + 'static) -> io::Result<T> {
    let errands = match ERRANDS.get() {
        Some(errands) => errands,
        None => {
            let (send, errands) = channel::<Errand>();
            std::thread::Builder::new()
                .name("starter".to_owned())
                .spawn(move || errands.iter().for_each(|errand| errand()))?;
            // If somebody else was faster, this one's thread ends with its sender, having started nothing.
            ERRANDS.get_or_init(|| send)
        }
    };
    let gone = || io::Error::other("the thread that starts processes is gone");
    let (answer, done) = channel();
    let errand = Box::new(move || drop(answer.send(what())));
    errands.send(errand).map_err(|_| gone())?;
    done.recv().map_err(|_| gone())
}
