//! Random numbers as CPython makes them: a run and the Python program shown beside it draw equal numbers from one seed.

use rand_mt::Mt;

/// `random.Random(seed)`: the Mersenne Twister MT19937, seeded from a whole number as CPython does it.
#[derive(Clone, Debug)]
pub struct PythonRandom(Mt);

impl PythonRandom {
    /// The generator with this seed.
    pub fn new(seed: u64) -> Self {
        let digits = [seed as u32, (seed >> 32) as u32];
        let used = if digits[1] == 0 { 1 } else { 2 };
        Self(Mt::new_with_key(digits.into_iter().take(used)))
    }

    /// The next number, from 0 to 1 without 1: `random()`.
    pub fn random(&mut self) -> f64 {
        let (high, low) = (self.0.next_u32() >> 5, self.0.next_u32() >> 6);
        (f64::from(high) * 67_108_864.0 + f64::from(low)) / 9_007_199_254_740_992.0
    }

    /// A number between two others: `uniform(from, to)`.
    pub fn uniform(&mut self, from: f64, to: f64) -> f64 {
        from + (to - from) * self.random()
    }
}

#[cfg(test)]
mod tests {
    use super::PythonRandom;

    /// Printed by CPython, which has kept them since version 2.
    #[test]
    fn the_numbers_are_those_of_cpython() {
        for (seed, numbers) in [
            (0, [0.8444218515250481, 0.7579544029403025]),
            (1, [0.13436424411240122, 0.8474337369372327]),
            (1_000_000, [0.9241408041681706, 0.7777759741474858]),
            (1 << 32, [0.11299430095636409, 0.41782886486292836]),
            ((1 << 40) + 5, [0.5043802970418443, 0.2686044399723282]),
        ] {
            let mut random = PythonRandom::new(seed);
            assert_eq!([random.random(), random.random()], numbers, "seed {seed}");
        }
        let mut random = PythonRandom::new(1);
        let thousandth = (0..1000).map(|_| random.random()).last();
        assert_eq!(thousandth, Some(0.7062615472551386));
        assert_eq!(PythonRandom::new(3).uniform(0.1, 0.5), 0.19518585083675655);
    }
}
