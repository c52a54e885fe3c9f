//! What processes share: real locks, semaphores, events, conditions, values and arrays in shared memory, pipes, queues, and
//! a manager. Unix.
//!
//! ```text
//! program: Space ─(memory and pipes, as descriptors)──▶ child: the same Space
//!   Lock::new ─▶ handle, a number ─(argument of a job)──▶ Lock::open ─▶ acquire ─▶ events, in the child's own log
//! ```
//!
//! A [`Space`] is a piece of shared memory without a name, and the ends of pipes. It is filled before the processes are
//! started ([`Children::start`]), which get all of it. So nothing has to be cleaned up: with the last process all of it is
//! gone, however that ends.
//!
//! # Order
//! Each thing keeps the last stamp used for it in the shared memory, and the next one is later. What changes a thing and
//! tells of it does both with the thing's *mark* set, or while it holds the lock: so events are in the order in which they
//! took effect, in whatever process.
//!
//! # Waiting
//! Whoever waits looks some times more, for about a microsecond (for a permit it gives its processor away meanwhile, unless that
//! turned out to take others' whole turns), then sleeps for 20 ms at most before it looks again: whether the run was stopped, its time is over, or the one
//! that should have woken it has died in between.
//!
//! # When a process dies
//! - A [`Lock`] is *robust* where the system has such locks (Linux): the next one gets it, and is [told](Guard::from_the_dead).
//!   It says so on record only when the program has recorded the death, so that the events are in order.
//!   A plain one, as CPython's, stays taken.
//! - A permit of a [`Semaphore`] that it had is lost. It stands in no line of a [`Condition`] any more.
//! - What it had put in a [`Queue`] and its feeder thread had not written is lost, and so is the item that it was taking.
//!   Half a message that it was writing is thrown away. What it has left of one that it was reading may be no message: that is an
//!   error for the next one, and never taken for an item.
//! - The program puts down in the space whom it has reaped: nobody waits for a mark of the dead.

mod cells;
mod children;
mod condition;
mod event;
mod jobs;
mod lock;
mod manager;
mod object;
mod parcel;
mod pipe;
mod queue;
mod semaphore;
mod space;
mod wait;
mod who;

pub use cells::{Array, Value as SharedValue};
pub use children::{Children, Ended, Signaller};
pub use condition::Condition;
pub use event::Event;
pub use jobs::JOBS;
pub use lock::{Guard, Lock};
pub(super) use manager::serve as serve_manager;
pub use manager::{Call, Kept, Manager, Proxy};
pub use parcel::LONGEST;
pub use pipe::{Pipe, Receiver};
pub use queue::{Item as QueueItem, Live, Putter, Queue};
pub use semaphore::Semaphore;
pub use space::Space;
pub use who::{Feeder, Unrecorded, Who};

use crate::record::refused;
use crate::record::sync::WaitError;
use crate::record::thread::Failure;
use std::io;

/// Why something that processes share could not be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ShareError {
    /// The run was stopped.
    #[error("the run was stopped")]
    Stopped,
    /// The time-out passed first.
    #[error("the time-out passed")]
    TimedOut,
    /// Nobody is at the other end any more.
    #[error("nobody is at the other end any more")]
    Closed,
    /// What arrived is no message.
    #[error("corrupt: {0}")]
    Corrupt(String),
    /// The system refused it, or it was asked for what is not there.
    #[error("{0}")]
    Failed(String),
}

impl From<io::Error> for ShareError {
    fn from(error: io::Error) -> Self {
        Self::Failed(refused::why(&error))
    }
}

impl From<WaitError> for ShareError {
    fn from(error: WaitError) -> Self {
        match error {
            WaitError::Cancelled => Self::Stopped,
            WaitError::TimedOut => Self::TimedOut,
            other => Self::Failed(other.to_string()),
        }
    }
}

impl From<ShareError> for Failure {
    fn from(error: ShareError) -> Self {
        match error {
            ShareError::Stopped => Self::Cancelled,
            other => Self::Error(other.to_string()),
        }
    }
}

impl From<ShareError> for String {
    fn from(error: ShareError) -> Self {
        error.to_string()
    }
}
