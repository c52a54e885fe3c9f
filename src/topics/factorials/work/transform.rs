//! Multiplying huge numbers by way of a Fourier transform: digit by digit between, which takes time n log n.

use num_bigint::BigUint;
use rustfft::FftPlanner;
use rustfft::num_complex::Complex64;

/// Products of fewer bits are left to num-bigint, which multiplies them as fast.
const HUGE: u64 = 150_000;
/// The longest transform, in bytes. Up to it no sum of products is off by more than a fiftieth, so rounding makes it exact:
/// 2^24 · 2^16 · 2^-53 · 12 · 24 / 2, after R. Brent, C. Percival and P. Zimmermann, Error bounds on complex floating-point
/// multiplication, 2007.
const LONGEST: usize = 1 << 24;

/// The product of two numbers, exact.
pub fn product(left: &BigUint, right: &BigUint) -> BigUint {
    let length = (left.to_bytes_le().len() + right.to_bytes_le().len()).next_power_of_two();
    match left.bits() + right.bits() > HUGE && length <= LONGEST {
        true => transformed(left, right, length),
        false => left * right,
    }
}

/// By the square of left + i right, whose imaginary part is twice the product: one transform there and one back.
fn transformed(left: &BigUint, right: &BigUint, length: usize) -> BigUint {
    let mut digits = vec![Complex64::default(); length];
    for (digit, byte) in digits.iter_mut().zip(left.to_bytes_le()) {
        digit.re = byte.into();
    }
    for (digit, byte) in digits.iter_mut().zip(right.to_bytes_le()) {
        digit.im = byte.into();
    }
    let mut planner = FftPlanner::new();
    planner.plan_fft_forward(length).process(&mut digits);
    digits.iter_mut().for_each(|digit| *digit *= *digit);
    planner.plan_fft_inverse(length).process(&mut digits);
    let scale = 0.5 / length as f64;
    let mut sum = 0_u64;
    let bytes = digits.iter().map(|digit| {
        sum = (sum >> 8) + (digit.im * scale).round() as u64;
        sum as u8
    });
    BigUint::from_bytes_le(&bytes.collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(left: &BigUint, right: &BigUint) {
        let length = (left.to_bytes_le().len() + right.to_bytes_le().len()).next_power_of_two();
        // Of their length, and a longer one.
        for length in [length, 2 * length] {
            assert_eq!(transformed(left, right, length), left * right);
        }
        assert_eq!(product(left, right), left * right);
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
        for bits in [7, 8, 9, 64, 4_000, 60_000, 1_000_000] {
            let ones = (&one << bits) - 1_u8;
            check(&ones, &ones);
            check(&ones, &large);
        }
        let mut random = fastrand::Rng::with_seed(7);
        for _ in 0..20 {
            let mut number = || {
                let words = random.usize(1..4_000);
                BigUint::new((0..words).map(|_| random.u32(..)).collect())
            };
            check(&number(), &number());
        }
    }
}
