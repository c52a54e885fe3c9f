//! Whether two sets of times differ by more than chance.

use crate::trace::Nanos;

/// Of fewer values each no outcome is rare enough to mean anything.
pub const LEAST: usize = 4;

/// Standard deviations that chance exceeds once in twenty times.
const RARE: f64 = 1.96;

/// Whether of two sets of values, each rising, one tends to be larger: the rank test of Mann and Whitney, two-sided, at 5 %.
///
/// It asks only how often a value of the one is larger than a value of the other, so a few trials that something else
/// disturbed do not decide it, and nothing is taken for granted of how times are distributed. U with its normal approximation
/// and continuity correction (H. B. Mann and D. R. Whitney, "On a Test of Whether one of Two Random Variables is
/// Stochastically Larger than the Other", Annals of Mathematical Statistics 18, 1947), which is never more lenient than the
/// exact table at the numbers of trials a run can have. Ties count as a half; they only make it more careful.
pub fn differ(a: &[Nanos], b: &[Nanos]) -> bool {
    let (n, m) = (a.len() as f64, b.len() as f64);
    let wins: f64 = a
        .iter()
        .map(|value| {
            let below = b.partition_point(|other| other < value);
            let up_to = b.partition_point(|other| other <= value);
            (below + up_to) as f64 / 2.0
        })
        .sum();
    let off = (wins - n * m / 2.0).abs() - 0.5;
    let deviation = (n * m * (n + m + 1.0) / 12.0).sqrt();
    deviation > 0.0 && off > RARE * deviation
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two sets of `n` values of which the first is larger in exactly `u` of the pairs.
    fn sets(n: usize, u: usize) -> [Vec<Nanos>; 2] {
        let b = (0..n).map(|place| Nanos(1000 * (place as u64 + 1)));
        let a = (0..n).map(|place| {
            let below = u.saturating_sub(place * n).min(n);
            Nanos(1000 * below as u64 + 1 + place as u64)
        });
        let mut sets = [a.collect::<Vec<_>>(), b.collect()];
        sets.iter_mut().for_each(|set| set.sort_unstable());
        sets
    }

    #[test]
    fn it_is_as_strict_as_the_exact_table() {
        // The largest U that is rare enough, two-sided at 5 %, for n values each.
        for (n, table) in [
            (4, 0),
            (5, 2),
            (6, 5),
            (7, 8),
            (8, 13),
            (9, 17),
            (10, 23),
            (12, 37),
            (15, 64),
            (20, 127),
        ] {
            let largest = (0..n * n / 2).rfind(|u| {
                let [a, b] = sets(n, *u);
                assert_eq!(differ(&a, &b), differ(&b, &a), "{n} {u}");
                differ(&a, &b)
            });
            let largest = largest.unwrap_or(usize::MAX);
            assert!(largest == table || largest + 1 == table, "{n}: {largest}");
        }
    }

    #[test]
    fn few_values_and_equal_ones_tell_nothing() {
        for n in 0..LEAST {
            let [a, b] = sets(n, 0);
            assert!(!differ(&a, &b), "{n}");
        }
        let same = vec![Nanos(7); 30];
        assert!(!differ(&same, &same));
        assert!(!differ(&[], &same));
        // One that was disturbed decides nothing.
        let [mut a, b] = sets(8, 32);
        a[7] = Nanos::MAX;
        assert!(!differ(&a, &b));
    }
}
