//! Factorials, exact, however large.

use num_bigint::BigUint;

// listing: begin
/// n!.
pub fn factorial(n: u64) -> BigUint {
    odd_part(n, 1, 1) << twos(n)
}

/// The product of the numbers first, first + step, … up to n, all without their factors of two.
pub fn odd_part(n: u64, first: u64, step: usize) -> BigUint {
    let odd = (first..=n).step_by(step).map(|number| number >> number.trailing_zeros());
    // As many to a machine word as fit.
    let mut words = Vec::new();
    let mut word = 1_u64;
    for number in odd {
        match word.checked_mul(number) {
            Some(product) => word = product,
            None => words.push(std::mem::replace(&mut word, number)),
        }
    }
    words.push(word);
    product(&words)
}

/// How often n! can be halved: once for each even number up to n, once more for each multiple of four, and so on.
pub fn twos(n: u64) -> u64 {
    n - u64::from(n.count_ones())
}

/// Halves are of like size, and two numbers of like size are multiplied in less time than digit by digit.
fn product(words: &[u64]) -> BigUint {
    if words.len() <= 8 {
        return words.iter().product();
    }
    let (left, right) = words.split_at(words.len() / 2);
    product(left) * product(right)
}
// listing: end

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_make_the_whole() {
        let mut plain = BigUint::from(1_u64);
        for n in 0..=300_u64 {
            plain *= n.max(1);
            assert_eq!(factorial(n), plain, "{n}!");
            let parts = (1..=7).map(|first| odd_part(n, first, 7)).product::<BigUint>();
            assert_eq!(parts << twos(n), plain, "{n}! in parts");
        }
    }
}
