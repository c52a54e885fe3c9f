//! Counting primes: the work that all four ways share.

/// Size of the blocks that are dealt to the parts in turn. Larger numbers cost more; small blocks make the parts cost about
/// the same.
const BLOCK: i64 = 256;

/// The numbers below `limit` that are part `part` of `parts` (from 0).
pub fn numbers(part: i64, parts: i64, limit: i64) -> impl Iterator<Item = i64> {
    let starts = (0..limit).step_by(BLOCK as usize);
    let mine = starts
        .skip(usize::try_from(part).unwrap_or(0))
        .step_by(usize::try_from(parts).unwrap_or(1).max(1));
    mine.flat_map(move |start| start..limit.min(start + BLOCK))
}

/// Whether a number is a prime, by trial division: the work is the point.
pub fn is_prime(n: &i64) -> bool {
    let mut divisor = 2;
    while divisor * divisor <= *n {
        if n % divisor == 0 {
            return false;
        }
        divisor += 1;
    }
    *n >= 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_are_all_the_numbers_once() {
        for (parts, limit) in [(1, 10), (3, 2_000), (4, 257), (64, 100)] {
            let mut all: Vec<i64> = (0..parts).flat_map(|p| numbers(p, parts, limit)).collect();
            all.sort_unstable();
            assert!(all.into_iter().eq(0..limit), "{parts} parts of {limit}");
        }
        assert_eq!(numbers(0, 1, 1_000).filter(is_prime).count(), 168);
    }
}
