//! Statistics of times that were measured several times. Pure.

pub mod rank;

use crate::trace::Nanos;
use std::fmt;

/// Times of the same thing, measured several times.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Times {
    /// Each of them, rising.
    pub all: Vec<Nanos>,
    /// A quarter of them is below.
    pub low: Nanos,
    /// Half of them is below.
    pub median: Nanos,
    /// A quarter of them is above.
    pub high: Nanos,
}

impl FromIterator<Nanos> for Times {
    /// Of times in any order. Quartiles are interpolated between neighbours.
    fn from_iter<I: IntoIterator<Item = Nanos>>(times: I) -> Self {
        let mut all: Vec<Nanos> = times.into_iter().collect();
        all.sort_unstable();
        let at = |quarter: usize| {
            let place = all.len().saturating_sub(1) * quarter;
            let (whole, rest) = (place / 4, place % 4);
            let value = |place: usize| all.get(place).or(all.last()).copied().unwrap_or_default();
            let gap = u128::from(value(whole + 1).since(value(whole)).0);
            Nanos(value(whole).0 + (gap * rest as u128 / 4) as u64)
        };
        let [low, median, high] = [1, 2, 3].map(at);
        Self { all, low, median, high }
    }
}

impl fmt::Display for Times {
    /// The median, and half the distance between the quartiles.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ± {}", self.median, self.half())
    }
}

impl Times {
    /// How many there are.
    pub fn count(&self) -> usize {
        self.all.len()
    }

    /// The median, where anything was measured.
    pub fn typical(&self) -> Option<Nanos> {
        (!self.all.is_empty()).then_some(self.median)
    }

    /// Half the distance between the quartiles: the "±".
    pub fn half(&self) -> Nanos {
        Nanos(self.high.since(self.low).0 / 2)
    }

    /// Whether there are too few for any rank test to tell them apart from as few others.
    pub fn are_too_few(&self) -> bool {
        self.count() < rank::LEAST
    }

    /// Whether they are longer than others by more than chance explains, and by enough to speak of: a twentieth.
    pub fn are_longer(&self, than: &Self) -> bool {
        let [median, other] = [self, than].map(|times| times.median.0 as f64);
        median > 1.05 * other && rank::differ(&self.all, &than.all)
    }

    /// How many times as fast they are as others, where chance cannot have made that: nothing where there are too few, or where
    /// the medians differ by more than a twentieth and the times all the same are not told apart.
    pub fn times_as_fast(&self, as_these: &Self) -> Option<f64> {
        let factor = as_these.median.ratio_to(self.median);
        let is_known = !self.are_too_few() && !as_these.are_too_few();
        let [median, other] = [self, as_these].map(|times| times.median.0 as f64);
        let are_alike = median <= 1.05 * other && other <= 1.05 * median;
        (is_known && (are_alike || self.are_apart(as_these))).then_some(factor)
    }

    /// Whether one of the two is longer.
    pub fn are_apart(&self, other: &Self) -> bool {
        self.are_longer(other) || other.are_longer(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_factor_is_told_only_where_chance_cannot_have_made_it() {
        let times =
            |millis: &[u64]| -> Times { millis.iter().copied().map(Nanos::from_millis).collect() };
        let base = times(&[98, 99, 100, 101, 102]);
        let double = times(&[49, 49, 50, 51, 51]).times_as_fast(&base);
        assert_eq!(double, Some(2.0));
        assert!(times(&[97, 99, 101, 103, 104]).times_as_fast(&base).is_some_and(|x| x < 1.0));
        // The median says a third faster, and the spread that it may as well be slower.
        assert_eq!(times(&[60, 70, 75, 130, 140]).times_as_fast(&base), None);
        assert_eq!(times(&[50, 50, 50]).times_as_fast(&base), None);
        assert_eq!(times(&[]).times_as_fast(&base), None);
    }

    #[test]
    fn quartiles_lie_between_values() {
        let spread = |values: &[u64]| {
            let times: Times = values.iter().copied().map(Nanos).collect();
            [times.low.0, times.median.0, times.high.0]
        };
        assert_eq!(spread(&[]), [0; 3]);
        assert_eq!(spread(&[7]), [7; 3]);
        assert_eq!(spread(&[30, 10]), [15, 20, 25]);
        assert_eq!(spread(&[5, 1, 2, 4, 3]), [2, 3, 4]);
        let times: Times = [Nanos(u64::MAX), Nanos(0)].into_iter().collect();
        assert!(times.low <= times.median && times.median <= times.high);
        assert!(times.all.is_sorted() && Some(&times.high) <= times.all.last());
    }
}
