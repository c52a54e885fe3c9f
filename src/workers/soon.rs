//! A look or two more before a thread sleeps, where what it waits for has come soon.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// How many in a row come soon before anybody polls. The first ones of any pool come soon, and its end does.
const SEVERAL: u32 = 4;

/// Whether what somebody waits for has come soon so far.
///
/// Who sends short messages one by one sends the next one soon after the last. To sleep and be woken takes about as long as
/// that, and is a change of threads each time: so whoever waits goes on looking for so long, and yields in between. It does
/// so only after several in a row came soon: else it would take a processor from those it waits for.
#[derive(Debug)]
pub(super) struct Soon {
    /// What comes within this time comes soon.
    limit: Duration,
    in_a_row: AtomicU32,
}

impl Default for Soon {
    /// For what processes share.
    fn default() -> Self {
        Self::within(Duration::from_micros(50))
    }
}

impl Soon {
    /// Nothing has come so far.
    pub(super) const fn within(limit: Duration) -> Self {
        Self { limit, in_a_row: AtomicU32::new(0) }
    }

    /// Somebody begins to wait.
    pub(super) fn await_next(&self) -> Awaited {
        let (limit, before) = (self.limit, self.in_a_row.load(Ordering::Relaxed));
        Awaited { begun: Instant::now(), limit, before }
    }

    /// What was waited for is there.
    pub(super) fn came(&self, awaited: &Awaited) {
        let more = if awaited.is_soon() { awaited.before.saturating_add(1) } else { 0 };
        self.in_a_row.store(more, Ordering::Relaxed);
    }
}

/// Something that is waited for.
#[derive(Debug)]
pub(super) struct Awaited {
    begun: Instant,
    limit: Duration,
    /// How many came soon before it.
    before: u32,
}

impl Awaited {
    fn is_soon(&self) -> bool {
        self.begun.elapsed() < self.limit
    }

    /// Whether to look again, after a yield, rather than sleep.
    pub(super) fn looks_again(&self) -> bool {
        self.before >= SEVERAL && self.is_soon()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_was_served_soon_several_times_looks_again_and_not_for_long() {
        let soon = Soon::within(Duration::from_secs(3600));
        let looks = |soon: &Soon| soon.await_next().looks_again();
        for _ in 0..SEVERAL {
            assert!(!looks(&soon));
            soon.came(&soon.await_next());
        }
        assert!(looks(&soon));
        let never = Soon::within(Duration::ZERO);
        for _ in 0..2 * SEVERAL {
            never.came(&never.await_next());
        }
        assert!(!looks(&never));
    }
}
