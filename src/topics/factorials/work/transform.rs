//! Multiplying huge numbers by way of a transform: digit by digit between, which takes time n log n.
//!
//! It is the discrete Fourier transform with whole numbers modulo a prime in place of complex ones, so nothing is rounded
//! (a number theoretic transform; D. Harvey, Faster arithmetic for number-theoretic transforms, 2014).

use num_bigint::BigUint;

/// The prime, below 2^62: 3 generates all others, and there are roots of unity of every order up to 2^57.
const P: u64 = 29 << 57 | 1;
/// Bits of a digit. Sums of 2^17 products of two digits stay below the prime.
const BITS: u32 = 22;
const DIGIT: u64 = (1 << BITS) - 1;
/// 1/P modulo 2^64, by Newton's method.
const INVERSE: u64 = {
    let (mut x, mut round) = (1_u64, 0);
    while round < 6 {
        x = x.wrapping_mul(2_u64.wrapping_sub(P.wrapping_mul(x)));
        round += 1;
    }
    x
};

/// A factor, with what makes multiplying by it fast: 2^64 times it, divided by the prime.
#[derive(Clone, Copy)]
struct Factor(u64, u64);

/// 2^125 / P, to divide by the prime without a division: there are as many factors as digits.
const RECIPROCAL: u64 = ((1_u128 << 125) / P as u128) as u64;

impl Factor {
    /// Of a factor below the prime.
    fn new(factor: u64) -> Self {
        // At most two too small.
        let mut quotient = ((u128::from(factor) * u128::from(RECIPROCAL)) >> 61) as u64;
        let mut rest = 0_u64.wrapping_sub(quotient.wrapping_mul(P));
        while rest >= P {
            (quotient, rest) = (quotient + 1, rest - P);
        }
        Self(factor, quotient)
    }

    /// The product, below 2 P.
    fn times(self, x: u64) -> u64 {
        x.wrapping_mul(self.0).wrapping_sub(high(x, self.1).wrapping_mul(P))
    }
}

fn high(a: u64, b: u64) -> u64 {
    ((u128::from(a) * u128::from(b)) >> 64) as u64
}

/// `x` below `most`, where it is below twice that.
fn below(x: u64, most: u64) -> u64 {
    x.min(x.wrapping_sub(most))
}

fn times(a: u64, b: u64) -> u64 {
    (u128::from(a) * u128::from(b) % u128::from(P)) as u64
}

fn power(base: u64, exponent: u64) -> u64 {
    let (mut result, mut square, mut left) = (1, base, exponent);
    while left > 0 {
        if left & 1 == 1 {
            result = times(result, square);
        }
        (square, left) = (times(square, square), left >> 1);
    }
    result
}

/// Half of the powers of a root of unity of order `n`.
fn roots(n: usize, inverse: bool) -> Vec<Factor> {
    let root = power(3, (P - 1) / n as u64);
    let root = Factor::new(if inverse { power(root, P - 2) } else { root });
    let powers = std::iter::successors(Some(1), |x| Some(below(root.times(*x), P)));
    powers.take(n / 2).map(Factor::new).collect()
}

/// A number that was transformed, to be multiplied with another one of the same length.
pub struct Spectrum(Vec<u64>);

/// The length of the transforms of two numbers that are to be multiplied; `None`: they are too large.
pub fn length(a: &BigUint, b: &BigUint) -> Option<usize> {
    let digits = (a.bits() + b.bits()).div_ceil(u64::from(BITS)) + 2;
    usize::try_from(digits.next_power_of_two()).ok().filter(|length| *length <= 1 << 17)
}

/// The transform of a number.
pub fn forward(number: &BigUint, length: usize) -> Spectrum {
    let mut digits = Vec::with_capacity(length);
    let (mut left, mut bits) = (0_u128, 0);
    for word in number.iter_u64_digits() {
        left |= u128::from(word) << bits;
        bits += u64::BITS;
        while bits >= BITS {
            digits.push(left as u64 & DIGIT);
            (left, bits) = (left >> BITS, bits - BITS);
        }
    }
    digits.push(left as u64);
    digits.resize(length, 0);
    let mut roots = roots(length, false);
    let mut half = length / 2;
    while half > 0 {
        for block in digits.chunks_exact_mut(2 * half) {
            let (left, right) = block.split_at_mut(half);
            for ((x, y), root) in left.iter_mut().zip(right).zip(&roots) {
                (*x, *y) = (below(*x + *y, 2 * P), root.times(*x + 2 * P - *y));
            }
        }
        half /= 2;
        // Every second one.
        roots = roots.into_iter().step_by(2).collect();
    }
    Spectrum(digits)
}

/// The product of two numbers, from their transforms.
pub fn product(a: Spectrum, b: &Spectrum) -> BigUint {
    let (mut x, n) = (a.0, b.0.len());
    for (x, y) in x.iter_mut().zip(&b.0) {
        // Montgomery's way, which leaves the product divided by 2^64.
        let whole = u128::from(below(*x, P)) * u128::from(below(*y, P));
        let low = (whole as u64).wrapping_mul(INVERSE);
        *x = below((whole >> 64) as u64 + P - high(low, P), P);
    }
    let all = roots(n, true);
    let mut half = 1;
    while half < n {
        let roots: Vec<_> = all.iter().step_by(n / 2 / half).copied().collect();
        for block in x.chunks_exact_mut(2 * half) {
            let (left, right) = block.split_at_mut(half);
            for ((x, y), root) in left.iter_mut().zip(right).zip(&roots) {
                let turned = root.times(*y);
                (*x, *y) = (below(*x + turned, 2 * P), below(*x + 2 * P - turned, 2 * P));
            }
        }
        half *= 2;
    }
    // Divided by the length, and times 2^64 again.
    let scale = times(power(n as u64, P - 2), ((1_u128 << 64) % u128::from(P)) as u64);
    let scale = Factor::new(scale);
    let mut words = Vec::with_capacity(n);
    let (mut carry, mut word, mut bits) = (0, 0_u64, 0);
    for x in x {
        let sum = below(scale.times(x), P) + carry;
        carry = sum >> BITS;
        word |= (sum & DIGIT) << bits;
        bits += BITS;
        if bits >= u32::BITS {
            words.push(word as u32);
            (word, bits) = (word >> u32::BITS, bits - u32::BITS);
        }
    }
    words.push(word as u32);
    BigUint::new(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(a: &BigUint, b: &BigUint) {
        let length = length(a, b).expect("not too large");
        assert_eq!(product(forward(a, length), &forward(b, length)), a * b);
    }

    #[test]
    fn quotients_are_those_of_a_division() {
        let mut random = fastrand::Rng::with_seed(3);
        let some = (0..1_000).map(|_| random.u64(..P));
        for factor in some.chain([0, 1, 2, P / 2, P - 2, P - 1]) {
            let quotient = (u128::from(factor) << 64) / u128::from(P);
            assert_eq!(u128::from(Factor::new(factor).1), quotient, "{factor}");
        }
    }

    #[test]
    fn is_exact() {
        let one = BigUint::from(1_u8);
        let [zero, large] = [BigUint::from(0_u8), BigUint::from(u64::MAX)];
        for a in [&zero, &one, &large] {
            check(a, &zero);
            check(a, &large);
        }
        // All bits set: the largest sums there are.
        for bits in [21, 22, 23, 64, 4_000, 60_000] {
            let ones = (&one << bits) - 1_u8;
            check(&ones, &ones);
            check(&ones, &large);
        }
        let mut random = fastrand::Rng::with_seed(7);
        for _ in 0..20 {
            let mut number = || {
                let words = random.usize(1..400);
                BigUint::new((0..words).map(|_| random.u32(..)).collect())
            };
            check(&number(), &number());
        }
        let too_large = &one << 2_000_000;
        assert_eq!(length(&too_large, &too_large), None);
    }
}
