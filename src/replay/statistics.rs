//! Statistics of times that were measured several times. Pure.

pub mod rank;

use crate::trace::Nanos;

/// Whether one set of times, each rising, is longer by more than chance explains, and by enough to speak of: a twentieth.
pub fn is_longer(a: &[Nanos], b: &[Nanos]) -> bool {
    let middle = |times: &[Nanos]| Spread::of(times.to_vec()).median.0 as f64;
    middle(a) > 1.05 * middle(b) && rank::differ(a, b)
}

/// Times in rising order, and their quartiles.
pub fn rising(times: impl Iterator<Item = Nanos>) -> (Vec<Nanos>, Spread) {
    let mut times: Vec<Nanos> = times.collect();
    times.sort_unstable();
    let spread = Spread::of(times.clone());
    (times, spread)
}

/// The quartiles of values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spread {
    /// A quarter of the values is below.
    pub low: Nanos,
    /// Half of the values is below.
    pub median: Nanos,
    /// A quarter of the values is above.
    pub high: Nanos,
    /// The largest.
    pub most: Nanos,
}

impl Spread {
    /// The quartiles of values in any order, interpolated between neighbours.
    pub fn of(mut values: Vec<Nanos>) -> Self {
        values.sort_unstable();
        let Some(most) = values.last().copied() else {
            return Self::default();
        };
        let at = |quarter: usize| {
            let place = (values.len() - 1) * quarter;
            let (whole, rest) = (place / 4, place % 4);
            let next = values[(whole + 1).min(values.len() - 1)];
            let gap = u128::from(next.since(values[whole]).0);
            Nanos(values[whole].0 + (gap * rest as u128 / 4) as u64)
        };
        Self { low: at(1), median: at(2), high: at(3), most }
    }

    /// Half the distance between the quartiles: the "±".
    pub fn half(&self) -> Nanos {
        Nanos(self.high.since(self.low).0 / 2)
    }
}
