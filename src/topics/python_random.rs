//! Random numbers as CPython makes them: a run and the Python program shown beside it draw equal numbers from one seed.

const LENGTH: usize = 624;
const MIDDLE: usize = 397;

/// `random.Random(seed)`: the Mersenne Twister MT19937, seeded from a whole number as CPython does it.
#[derive(Clone, Debug)]
pub struct PythonRandom {
    state: Box<[u32; LENGTH]>,
    next: usize,
}

impl PythonRandom {
    /// The generator with this seed.
    pub fn new(seed: u64) -> Self {
        let (low, high) = (seed as u32, (seed >> 32) as u32);
        let digits = [low, high];
        let key = if high == 0 { &digits[..1] } else { &digits };
        Self { state: seeded_by(key), next: LENGTH }
    }

    /// The next number, from 0 to 1 without 1: `random()`.
    pub fn random(&mut self) -> f64 {
        let (high, low) = (self.word() >> 5, self.word() >> 6);
        (f64::from(high) * 67_108_864.0 + f64::from(low)) / 9_007_199_254_740_992.0
    }

    /// A number between two others: `uniform(from, to)`.
    pub fn uniform(&mut self, from: f64, to: f64) -> f64 {
        from + (to - from) * self.random()
    }

    fn word(&mut self) -> u32 {
        if self.next == LENGTH {
            self.twist();
        }
        let mut word = self.state[self.next];
        self.next += 1;
        word ^= word >> 11;
        word ^= (word << 7) & 0x9d2c_5680;
        word ^= (word << 15) & 0xefc6_0000;
        word ^ (word >> 18)
    }

    fn twist(&mut self) {
        for k in 0..LENGTH {
            let next = self.state[(k + 1) % LENGTH];
            let joined = (self.state[k] & 0x8000_0000) | (next & 0x7fff_ffff);
            let odd = if joined & 1 == 1 { 0x9908_b0df } else { 0 };
            self.state[k] = self.state[(k + MIDDLE) % LENGTH] ^ (joined >> 1) ^ odd;
        }
        self.next = 0;
    }
}

/// The state that the reference implementation's `init_by_array` makes of a key.
fn seeded_by(key: &[u32]) -> Box<[u32; LENGTH]> {
    let mut state = Box::new([0_u32; LENGTH]);
    state[0] = 19_650_218;
    for k in 1..LENGTH {
        let before = state[k - 1];
        state[k] = 1_812_433_253_u32.wrapping_mul(before ^ (before >> 30)).wrapping_add(k as u32);
    }
    let mixed = |state: &[u32; LENGTH], at: usize, factor: u32| {
        let before = state[at - 1];
        state[at] ^ (before ^ (before >> 30)).wrapping_mul(factor)
    };
    let mut at = 1;
    let go_on = |state: &mut [u32; LENGTH], at: &mut usize| {
        *at += 1;
        if *at == LENGTH {
            state[0] = state[LENGTH - 1];
            *at = 1;
        }
    };
    for place in (0..key.len()).cycle().take(LENGTH.max(key.len())) {
        let digit = key[place].wrapping_add(place as u32);
        state[at] = mixed(&state, at, 1_664_525).wrapping_add(digit);
        go_on(&mut state, &mut at);
    }
    for _ in 1..LENGTH {
        state[at] = mixed(&state, at, 1_566_083_941).wrapping_sub(at as u32);
        go_on(&mut state, &mut at);
    }
    state[0] = 0x8000_0000;
    state
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
