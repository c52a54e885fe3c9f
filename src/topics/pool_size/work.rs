//! The work: a square, computed again and again.

use crate::record::Clock;
use crate::trace::Nanos;
use std::hint::black_box;

/// Squares `n`, and does so `rounds` times more.
pub fn square(n: i64, rounds: u64) -> i64 {
    for _ in 0..rounds {
        black_box(black_box(n) * black_box(n));
    }
    n * n
}

/// A batch that takes this long is long enough to be measured.
const LONG: Nanos = Nanos::from_millis(1);
/// Batches of that length; the fastest is the one that nothing disturbed.
const BATCHES: usize = 15;

/// How many rounds take `time` on a core that nobody else uses. Counted rounds, not time: then two workers on one core
/// take as long as two workers on one core do.
pub fn rounds(clock: &Clock, time: Nanos) -> u64 {
    if time == Nanos::ZERO {
        return 0;
    }
    let measure = |rounds| {
        let begin = clock.now();
        square(black_box(7), rounds);
        clock.now().since(begin)
    };
    let mut rounds: u64 = 1000;
    while measure(rounds) < LONG {
        rounds *= 2;
    }
    let fastest = (0..BATCHES).map(|_| measure(rounds)).min();
    let each = fastest.map_or(1.0, |took| took.0 as f64 / rounds as f64);
    (time.0 as f64 / each).round().max(1.0) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounds_change_nothing_about_the_square() {
        for n in [-3, 0, 1, 200] {
            assert_eq!(square(n, 0), n * n);
            assert_eq!(square(n, 1000), n * n);
        }
    }

    #[test]
    fn no_time_is_no_rounds() {
        let clock = Clock::system();
        assert_eq!(rounds(&clock, Nanos::ZERO), 0);
        assert!(rounds(&clock, Nanos(1)) >= 1);
    }
}
