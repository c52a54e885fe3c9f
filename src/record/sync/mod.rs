//! Traced primitives between threads.
//!
//! [`Lock`] is the standard library's mutex and leaves it to that who gets it. The others are monitors: a mutex held
//! for nanoseconds protects their state, and a thread that has to wait joins a line and parks on its own, so every wait
//! can time out and be cancelled. [`Variable`] is one atomic word. [`Gil`] is the
//! one that is emulated: this program has no interpreter to lock.
//!
//! A lock, an rlock or a permit goes to whoever comes when it is free, as in CPython: one who waits is woken to see for
//! itself. Anything else that a waiter is given is its own from the moment it is given: somebody who comes along before
//! the waiter has woken up does not get it instead.

mod bare;
mod barrier;
mod condition;
mod event;
mod gil;
mod lock;
mod monitor;
mod queue;
mod rlock;
mod semaphore;
mod variable;

pub use bare::{BareGuard, BareLock};
pub use barrier::Barrier;
pub use condition::Condition;
pub use event::Event;
pub use gil::{Gil, GilGuard};
pub use lock::{Guard, Lock};
pub use queue::{AsItem, Queue};
pub use rlock::{RGuard, RLock};
pub use semaphore::{Permit, Semaphore};
pub use variable::{Cells, Variable};

pub(super) use monitor::Wake;

use super::Cancelled;

/// Why an operation that may have to wait did not happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WaitError {
    /// The run was stopped.
    #[error("the run was stopped")]
    Cancelled,
    /// The time-out passed first.
    #[error("the time-out passed")]
    TimedOut,
    /// The queue is closed.
    #[error("the queue is closed")]
    Closed,
    /// The barrier is broken.
    #[error("the barrier is broken")]
    Broken,
    /// The queue is full, and waiting was not asked for.
    #[error("the queue is full")]
    Full,
    /// The queue is empty, and waiting was not asked for.
    #[error("the queue is empty")]
    Empty,
}

/// Something was given back, or told to be done, more often than it was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("released too many times")]
pub struct TooOften;

impl From<Cancelled> for WaitError {
    fn from(_: Cancelled) -> Self {
        Self::Cancelled
    }
}
