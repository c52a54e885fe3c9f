//! An exact convolution: huge numbers are multiplied by way of a transform, digit by digit between, which takes time n log n.
//! The steps are there one by one, so that whoever multiplies can share them out to threads.
//!
//! A library's in floating-point numbers (`rustfft`) was tried: its digits have to be smaller to stay exact, and 100,000! took four
//! times as long.
//!
//! It is the discrete Fourier transform with whole numbers modulo a prime in place of complex ones, so nothing is rounded
//! (a number theoretic transform; D. Harvey, Faster arithmetic for number-theoretic transforms, 2014).

use num_bigint::BigUint;
use std::sync::Arc;

/// The prime, below 2^62: 3 generates all others, and there are roots of unity of every order up to 2^57.
const P: u64 = 29 << 57 | 1;
/// A root of unity of order 2^57. Its square is one of half that order, and so on.
const ROOT: u64 = 3_u64.pow(29);
/// Bits of a digit. Sums of 2^17 products of two digits stay below the prime.
const BITS: u32 = 22;
/// The longest transform.
const LONGEST: usize = 1 << 17;
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

    fn by(self, other: Self) -> Self {
        Self::new(below(self.times(other.0), P))
    }
}

fn high(a: u64, b: u64) -> u64 {
    ((u128::from(a) * u128::from(b)) >> 64) as u64
}

/// `x` below `most`, where it is below twice that.
fn below(x: u64, most: u64) -> u64 {
    x.min(x.wrapping_sub(most))
}

/// The roots of unity that transforms up to a length need: first 1, and of root `k` the roots `2 k` and `2 k + 1` are a square
/// root of it and one of its negative.
pub struct Roots(Vec<Factor>);

/// The length of the transforms of two numbers whose product has so many bits.
fn length(bits: u64) -> usize {
    let digits = bits.div_ceil(u64::from(BITS)) + 2;
    usize::try_from(digits).unwrap_or(usize::MAX / 2).next_power_of_two()
}

impl Roots {
    /// For products of so many bits.
    pub fn new(bits: u64) -> Self {
        let mut roots = vec![Factor::new(1)];
        while 2 * roots.len() < length(bits).min(LONGEST) {
            // Of order 4 times as many as there are.
            let squares = roots.len().ilog2()..55;
            let next = squares.fold(Factor::new(ROOT), |root, _| root.by(root));
            let more: Vec<_> = roots.iter().map(|root| next.by(*root)).collect();
            roots.extend(more);
        }
        Self(roots)
    }

    /// The length of the transforms of two numbers whose product has so many bits; `None`: it is too large for these.
    pub fn length(&self, bits: u64) -> Option<usize> {
        Some(length(bits)).filter(|length| *length <= 2 * self.0.len())
    }

    /// The inverse of a root: its mirror image on the circle, which is the negative of another one.
    fn inverse(&self, k: usize) -> Factor {
        k.checked_ilog2().map_or(Factor::new(P - 1), |level| self.0[(3 << level) - 1 - k])
    }
}

/// A number that was transformed, to be multiplied with another one of the same length.
pub struct Spectrum(Vec<u64>, Arc<Roots>);

/// The transform of a number. Its digits are a polynomial p, of which is to be known what it is at each root of order
/// `length`. p modulo x² - r² leaves what p modulo x - r and p modulo x + r leave; and so with powers of x: a block is such a
/// rest, which is split into two of half its length, until each is one number. Two such steps are done at a time.
pub fn forward(roots: &Arc<Roots>, number: &BigUint, length: usize) -> Spectrum {
    let mut x = digits(number, length);
    let mut quarter = length;
    if length.ilog2() % 2 == 1 {
        quarter /= 2;
        let (left, right) = x.split_at_mut(quarter);
        left.iter_mut().zip(right).for_each(|(x, y)| (*x, *y) = split(*x, *y, roots.0[0]));
    }
    while quarter > 1 {
        quarter /= 4;
        for (k, block) in x.chunks_exact_mut(4 * quarter).enumerate() {
            let [root, left, right] = [k, 2 * k, 2 * k + 1].map(|k| roots.0[k]);
            for [a, b, c, d] in quarters(block, quarter) {
                let ((e, g), (f, h)) = (split(*a, *c, root), split(*b, *d, root));
                ((*a, *b), (*c, *d)) = (split(e, f, left), split(g, h, right));
            }
        }
    }
    Spectrum(x, Arc::clone(roots))
}

/// The product of two numbers, from their transforms.
pub fn product(Spectrum(mut x, roots): Spectrum, other: &Spectrum) -> BigUint {
    for (x, y) in x.iter_mut().zip(&other.0) {
        // Montgomery's way, which leaves the product divided by 2^64.
        let [a, b] = [*x, *y].map(|x| u128::from(below(below(x, 2 * P), P)));
        let low = ((a * b) as u64).wrapping_mul(INVERSE);
        *x = below(((a * b) >> 64) as u64 + P - high(low, P), P);
    }
    let mut quarter = 1;
    while 4 * quarter <= x.len() {
        for (k, block) in x.chunks_exact_mut(4 * quarter).enumerate() {
            let [root, left, right] = [k, 2 * k, 2 * k + 1].map(|k| roots.inverse(k));
            for [a, b, c, d] in quarters(block, quarter) {
                let ((e, f), (g, h)) = (unite(*a, *b, left), unite(*c, *d, right));
                ((*a, *c), (*b, *d)) = (unite(e, g, root), unite(f, h, root));
            }
        }
        quarter *= 4;
    }
    if quarter < x.len() {
        let (left, right) = x.split_at_mut(quarter);
        let root = roots.inverse(0);
        left.iter_mut().zip(right).for_each(|(x, y)| (*x, *y) = unite(*x, *y, root));
    }
    number(&x)
}

/// The four parts of a block, number by number.
fn quarters(block: &mut [u64], quarter: usize) -> impl Iterator<Item = [&mut u64; 4]> {
    let (left, right) = block.split_at_mut(2 * quarter);
    let ((a, b), (c, d)) = (left.split_at_mut(quarter), right.split_at_mut(quarter));
    a.iter_mut().zip(b).zip(c.iter_mut().zip(d)).map(|((a, b), (c, d))| [a, b, c, d])
}

/// x + r y and x - r y, all of them below 4 P.
fn split(x: u64, y: u64, root: Factor) -> (u64, u64) {
    let (x, y) = (below(x, 2 * P), root.times(y));
    (x + y, x + 2 * P - y)
}

/// Twice the x and y of which these were split; `root` is the negative of the root's inverse. All of them are below 2 P.
fn unite(x: u64, y: u64, root: Factor) -> (u64, u64) {
    (below(x + y, 2 * P), root.times(y + 2 * P - x))
}

fn digits(number: &BigUint, length: usize) -> Vec<u64> {
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
    digits
}

/// The number with these digits, after they were united and multiplied.
fn number(digits: &[u64]) -> BigUint {
    // Divided by the length, and times 2^64 again.
    let scale = (1_u128 << 64) / digits.len() as u128;
    let scale = Factor::new((scale % u128::from(P)) as u64);
    let mut words = Vec::with_capacity(digits.len());
    let (mut carry, mut word, mut bits) = (0, 0_u64, 0);
    for digit in digits {
        let sum = below(scale.times(*digit), P) + carry;
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
        let bits = a.bits() + b.bits();
        // Of their length, and longer ones.
        for bits in [bits, 2 * bits] {
            let roots = Arc::new(Roots::new(bits));
            let length = roots.length(bits).expect("not too large");
            let [a_there, b_there] = [a, b].map(|number| forward(&roots, number, length));
            assert_eq!(product(a_there, &b_there), a * b);
        }
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
        assert_eq!(Roots::new(4_000_000).length(4_000_000), None);
        assert_eq!(Roots::new(1_000).length(2_000), None);
    }
}
