//! Factorials, exact, however large.

use num_bigint::BigUint;

// listing: begin
/// n!, for n that are not huge.
pub fn factorial(n: u64) -> BigUint {
    let odd = (1..=n).map(|number| number >> number.trailing_zeros());
    product(odd) << twos(n)
}

/// How often n! can be halved: once for each even number up to n, once more for each multiple of four, and so on.
pub fn twos(n: u64) -> u64 {
    n - u64::from(n.count_ones())
}

/// How many bits n! has without these, or a few more: by Stirling's formula.
pub fn odd_bits(n: u64) -> u64 {
    let x = n as f64;
    let logarithm = x * (x.ln() - 1.0) + (x * std::f64::consts::TAU).ln() / 2.0;
    ((logarithm / std::f64::consts::LN_2) as u64 + 2).saturating_sub(twos(n))
}

/// The odd primes up to n, with the power of each in n!, shared out so that the products are of like size.
pub fn shares(n: u64, parts: usize) -> Vec<Vec<Power>> {
    let mut shares = vec![(0.0_f64, Vec::new()); parts.max(1)];
    for prime in odd_primes(n) {
        let powers = std::iter::successors(Some(n / prime), |left| Some(left / prime));
        let exponent = powers.take_while(|left| *left > 0).sum::<u64>();
        // To whoever has least.
        let least = shares.iter_mut().min_by(|a, b| a.0.total_cmp(&b.0));
        if let Some((bits, share)) = least {
            *bits += (prime as f64).log2() * exponent as f64;
            share.push((prime, exponent));
        }
    }
    shares.into_iter().map(|(_, share)| share).collect()
}

/// A prime and its exponent.
pub type Power = (u64, u64);

/// The product of powers: of those with half the exponents, squared, and of the primes with an odd exponent.
pub fn product_of_powers(share: &[Power]) -> BigUint {
    if share.is_empty() {
        return BigUint::from(1_u8);
    }
    let half: Vec<Power> = share.iter().filter(|p| p.1 > 1).map(|p| (p.0, p.1 / 2)).collect();
    let root = product_of_powers(&half);
    let odd = share.iter().filter(|power| power.1 % 2 == 1);
    &root * &root * product(odd.map(|power| power.0))
}
// listing: end

/// The product of numbers: as many to a machine word as fit, and these in halves of like size.
fn product(numbers: impl Iterator<Item = u64>) -> BigUint {
    let mut words = Vec::new();
    let mut word = 1_u64;
    for number in numbers {
        match word.checked_mul(number) {
            Some(product) => word = product,
            None => words.push(std::mem::replace(&mut word, number)),
        }
    }
    words.push(word);
    in_halves(&words)
}

fn in_halves(words: &[u64]) -> BigUint {
    if words.len() <= 8 {
        return words.iter().product();
    }
    let (left, right) = words.split_at(words.len() / 2);
    in_halves(left) * in_halves(right)
}

/// The sieve of Eratosthenes.
fn odd_primes(n: u64) -> impl Iterator<Item = u64> {
    let end = usize::try_from(n).unwrap_or(0) + 1;
    let mut is_prime = vec![true; end];
    for number in (3..end).take_while(|number| number * number < end) {
        if is_prime[number] {
            (number * number..end).step_by(number).for_each(|multiple| is_prime[multiple] = false);
        }
    }
    (3..end).step_by(2).filter(move |number| is_prime[*number]).map(|prime| prime as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_make_the_whole() {
        let mut plain = BigUint::from(1_u8);
        for n in 0..=300_u64 {
            plain *= n.max(1);
            assert_eq!(factorial(n), plain, "{n}!");
            let shares = shares(n, 7);
            let odd: BigUint = shares.iter().map(|share| product_of_powers(share)).product();
            assert!((odd.bits()..odd.bits() + 3).contains(&odd_bits(n)), "{n}!: {odd}");
            assert_eq!(odd << twos(n), plain, "{n}! in parts");
        }
    }
}
