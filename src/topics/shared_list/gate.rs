//! A common start: threads that are started one after another, and begin together.

use crate::record::sync::Barrier;
use crate::record::thread::Failure;
use crate::record::{Log, Recorder};
use crate::topics::Lab;
use crate::trace::SourceId;

/// Where threads wait until all of them have been started. Else the first may be done before the next one begins, and
/// what they could do to each other does not happen.
pub struct Gate {
    barrier: Barrier,
    at: SourceId,
}

impl Gate {
    /// For so many threads; `point` is the line at which they wait.
    pub fn new(lab: &Lab<'_>, recorder: &Recorder, threads: i32, point: &str) -> Self {
        let barrier = Barrier::gate(recorder, "start", threads.unsigned_abs());
        Self { barrier, at: lab.point(point) }
    }

    /// Waits for the others.
    ///
    /// # Errors
    /// The run was stopped.
    pub fn wait(&self, log: &Log) -> Result<(), Failure> {
        log.line(self.at);
        self.barrier.wait(log, None)?;
        Ok(())
    }
}
