//! The only place that reads a clock.

use crate::trace::Nanos;
use crossbeam::sync::Parker;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Tells the time since the start of a run.
#[derive(Clone, Debug)]
pub enum Clock {
    /// The machine's monotonic clock.
    System {
        /// The instant that counts as zero, in nanoseconds of that clock.
        origin: u64,
    },
    /// Stands still at this number of nanoseconds unless somebody moves it.
    Manual(Arc<AtomicU64>),
}

impl Clock {
    /// The machine's clock, from now on.
    pub fn system() -> Self {
        Self::System { origin: monotonic() }
    }

    /// The machine's clock, counted from an [`origin`](Self::origin) that another process (or clock) chose.
    ///
    /// Elsewhere than on Unix, an origin means nothing to other processes.
    pub fn system_from(origin: u64) -> Self {
        Self::System { origin }
    }

    /// A clock that stands at zero.
    pub fn manual() -> Self {
        Self::Manual(Arc::default())
    }

    /// The absolute instant that counts as zero, in nanoseconds of the machine's clock; 0 for a manual clock.
    pub fn origin(&self) -> u64 {
        match self {
            Self::System { origin } => *origin,
            Self::Manual(_) => 0,
        }
    }

    /// The time since the origin.
    #[inline]
    pub fn now(&self) -> Nanos {
        match self {
            Self::System { origin } => Nanos(monotonic().saturating_sub(*origin)),
            Self::Manual(now) => Nanos(now.load(Ordering::Acquire)),
        }
    }
}

/// Nanoseconds of the clock that all processes of the machine share.
#[cfg(unix)]
#[inline]
fn monotonic() -> u64 {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: `time` is a valid timespec to write to. The call cannot fail: this clock exists on every Unix.
    unsafe { libc::clock_gettime(libc::CLOCK_MONOTONIC, &raw mut time) };
    (time.tv_sec as u64).wrapping_mul(1_000_000_000) + time.tv_nsec as u64
}

/// Nanoseconds since this process first asked.
#[cfg(not(unix))]
fn monotonic() -> u64 {
    static FIRST: std::sync::OnceLock<Instant> = std::sync::OnceLock::new();
    FIRST.get_or_init(Instant::now).elapsed().as_nanos() as u64
}

/// A stamp later than `last`, which is that stamp from then on: `now`, or a nanosecond after `last`. For what several
/// processes stamp at the same time.
pub(crate) fn stamp_after(last: &AtomicU64, now: impl Fn() -> Nanos) -> Nanos {
    let mut seen = last.load(Ordering::Acquire);
    loop {
        let at = now().max(Nanos(seen.saturating_add(1)));
        match last.compare_exchange_weak(seen, at.0, Ordering::AcqRel, Ordering::Acquire) {
            Ok(_) => return at,
            Err(newer) => seen = newer,
        }
    }
}

/// A real instant up to which somebody waits.
#[derive(Clone, Copy, Debug)]
pub(super) struct Deadline(Option<Instant>);

impl Deadline {
    /// Never passes.
    pub(super) const NEVER: Self = Self(None);

    /// `duration` from now; one too far off for the system never passes.
    pub(super) fn after(duration: Duration) -> Self {
        Self(Instant::now().checked_add(duration))
    }

    /// `timeout` from now, or never.
    pub(super) fn of(timeout: Option<Duration>) -> Self {
        timeout.map_or(Self::NEVER, Self::after)
    }

    /// How long until it passes; `None` for one that never does.
    pub(super) fn left(self) -> Option<Duration> {
        self.0.map(|at| at.saturating_duration_since(Instant::now()))
    }

    pub(super) fn passed(self) -> bool {
        self.0.is_some_and(|at| Instant::now() >= at)
    }

    /// Parks until it passes or until unparked.
    pub(super) fn park(self, parker: &Parker) {
        match self.0 {
            Some(at) => parker.park_deadline(at),
            None => parker.park(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_system_clock_starts_near_zero_and_never_goes_back() {
        let clock = Clock::system();
        let shared = Clock::system_from(clock.origin());
        let mut last = Nanos::ZERO;
        for _ in 0..1_000 {
            let (a, b) = (clock.now(), shared.now());
            assert!(last <= a && a <= b);
            last = b;
        }
    }

    #[test]
    fn a_manual_clock_is_moved_by_hand() {
        let hand = Arc::new(AtomicU64::new(5));
        let clock = Clock::Manual(Arc::clone(&hand));
        assert_eq!(clock.now(), Nanos(5));
        hand.store(9, Ordering::Release);
        assert_eq!((clock.now(), clock.origin()), (Nanos(9), 0));
    }

    #[test]
    fn deadlines() {
        assert!(Deadline::after(Duration::ZERO).passed());
        assert!(!Deadline::after(Duration::MAX).passed());
        assert!(!Deadline::of(None).passed());
    }
}
