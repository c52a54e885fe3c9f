//! The programs of threads, one file for each tool, and what they have in common.

pub mod barrier;
pub mod condition;
pub mod event;
pub mod lock;
pub mod notify;
pub mod queue;
pub mod rlock;
pub mod semaphore;

pub use crate::topics::crew::{crew, one_of};

use crate::record::Log;
use crate::record::thread::Failure;
use crate::trace::{EventKind, ExceptionId};

/// What a thread ends with where nobody handles its exception.
pub fn unhandled(log: &Log, text: &str) -> Failure {
    // One a thread, so its number will do.
    let (exception, said) = (ExceptionId(log.id().0.into()), log.recorder().text(text));
    log.record(EventKind::Raised { exception, text: said });
    log.record(EventKind::Unhandled { exception });
    Failure::Error(text.to_owned())
}
