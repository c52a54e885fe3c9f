//! Recording of what really happens: the clock, the recorder, traced threads and traced primitives.
//!
//! ```text
//! thread ── Log ──rings──┐
//! thread ── Log ──rings──┼── collector thread ── merge ── Batch ──▶ sink
//! thread ── Log ──rings──┘
//! ```
//!
//! An experiment starts a [`Recorder`], makes its resources (set-up may lock and allocate), and runs threads with
//! [`thread::spawn`], [`thread::scope`] or [`thread::run_here`]. Each gets a [`Log`]; recording on it neither locks
//! nor allocates while the collector keeps up, and takes more memory when it does not. The primitives in [`sync`]
//! record themselves.
//!
//! Invariants:
//! - Stamps of one resource strictly increase in the order its operations took effect, however coarse the clock:
//!   each primitive keeps the last stamp used on it, protected by itself, and stamps with
//!   [`Log::record_after`] that one. (A [`sync::Lock`]'s `WaitBegan` is the exception: it happens outside the lock.)
//! - Stamps of one log never go back, and what one thread hands to another (a start, an end) carries its stamp along.
//! - A wait with a time-out is on record as a sleep beside the wait.
//! - Only [`clock`](Clock) reads a clock.
//! - Nothing is lost below [`Limits::events`], however busy the machine. A run that records more is stopped at once and
//!   says so; what it records after that is counted and recorded as `Dropped`, and how its actors end is kept.

mod cancel;
mod clock;
mod collector;
pub mod hands;
mod log;
pub(crate) mod os;
pub(crate) mod panics;
mod recorder;
pub mod refused;
mod remote;
mod stream;
pub mod sync;
pub mod thread;

pub use cancel::{Cancel, Cancelled};
pub use clock::Clock;
pub(crate) use clock::stamp_after;
pub use collector::{Collector, CollectorError};
pub use log::Log;
pub use recorder::{Limits, Recorder, TooManyEvents};
pub use remote::RemoteLog;

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Takes one of this module's own mutexes. Nothing panics while one is held, so poison would mean nothing.
fn enter<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
