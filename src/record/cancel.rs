//! Stopping a run.

use super::enter;
use crossbeam::sync::Unparker;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

/// The run was stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the run was stopped")]
pub struct Cancelled;

/// Stops a run: everyone asleep or blocked in a traced primitive wakes at once, and nobody goes back to sleep.
///
/// A clone stops the run, too. A thread that waits for a [`Lock`](super::sync::Lock) is woken by its owner giving it
/// back.
#[derive(Clone, Default)]
pub struct Cancel {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    cancelled: AtomicBool,
    sleepers: Mutex<Sleepers>,
}

#[derive(Default)]
struct Sleepers {
    next: u64,
    unparkers: BTreeMap<u64, Unparker>,
}

impl Cancel {
    /// Not cancelled.
    pub fn new() -> Self {
        Self::default()
    }

    /// Stops the run, for good.
    pub fn cancel(&self) {
        // The flag first: a thread that is woken, or is about to park and finds a token, sees it.
        self.shared.cancelled.store(true, Ordering::SeqCst);
        for unparker in enter(&self.shared.sleepers).unparkers.values() {
            unparker.unpark();
        }
    }

    /// Whether the run was stopped.
    pub fn is_cancelled(&self) -> bool {
        self.shared.cancelled.load(Ordering::SeqCst)
    }

    /// Registers a thread to wake. The answer is a number for [`Cancel::forget`].
    pub(super) fn wakes(&self, unparker: Unparker) -> u64 {
        let mut sleepers = enter(&self.shared.sleepers);
        let number = sleepers.next;
        sleepers.next += 1;
        sleepers.unparkers.insert(number, unparker);
        number
    }

    pub(super) fn forget(&self, number: u64) {
        enter(&self.shared.sleepers).unparkers.remove(&number);
    }
}
