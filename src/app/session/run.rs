//! The run under way of a tab: of a topic's experiment, or of a student's program.

use crate::python;
use crate::record::thread::Failure;
use crate::topics::runner;

/// A run under way. Dropping it stops the run.
pub(super) enum Run {
    /// Of a topic's experiment.
    Topic(runner::RunHandle),
    /// Of a student's program.
    Program(python::RunHandle),
}

impl Run {
    /// Whether it is over: no more updates come than there are.
    pub(super) fn is_over(&self) -> bool {
        match self {
            Self::Topic(run) => run.is_over(),
            Self::Program(run) => run.is_over(),
        }
    }

    /// Asks it to stop.
    pub(super) fn stop(&self) {
        match self {
            Self::Topic(run) => run.stop(),
            Self::Program(run) => run.stop(),
        }
    }

    /// Asks for a signal to be sent to a process of it.
    pub(super) fn signal(&self, to: crate::trace::ActorId, signal: u8) {
        match self {
            Self::Topic(run) => run.signal(to, signal),
            // What a student's processes are sent is the student's.
            Self::Program(_) => {}
        }
    }
}

/// How the run of a student's program counts.
pub(super) fn result(ending: &python::Ending) -> Result<(), Failure> {
    let failed = |why: String| Err(Failure::Error(why));
    match ending {
        python::Ending { failure: Some(why), .. } => failed(why.clone()),
        python::Ending { timed_out: true, .. } => {
            let limit = ending.limit.unwrap_or(python::TIME_LIMIT);
            failed(format!("the program was ended after {} s, its time limit", limit.as_secs_f64()))
        }
        // It was ended where nobody could go on: that is how far it goes.
        python::Ending { stuck: true, .. } => Ok(()),
        // What killed it then was this program.
        python::Ending { stopped: true, exit_status: None, .. } => Err(Failure::Cancelled),
        python::Ending { exit_status: Some(0), .. } => Ok(()),
        python::Ending { exit_status: Some(status), .. } => {
            failed(format!("the program ended with exit status {status}"))
        }
        python::Ending { signal, .. } => {
            let signal = signal.and_then(|signal| u8::try_from(signal).ok()).unwrap_or(0);
            failed(format!("the program was killed by {}", crate::trace::signal_name(signal)))
        }
    }
}
