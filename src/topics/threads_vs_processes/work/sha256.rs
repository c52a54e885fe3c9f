//! SHA-256 (FIPS 180-4): what stands for C code that computes for a while.

use super::hands::Stopped;
use crate::record::thread::Failure;

/// The first bits of the square roots of the first primes.
const START: [u32; 8] = [
    0x6a09_e667,
    0xbb67_ae85,
    0x3c6e_f372,
    0xa54f_f53a,
    0x510e_527f,
    0x9b05_688c,
    0x1f83_d9ab,
    0x5be0_cd19,
];

/// The first bits of the cube roots of the first 64 primes.
const ROUNDS: [u32; 64] = rounds();

const fn rounds() -> [u32; 64] {
    let (mut all, mut count, mut n) = ([0; 64], 0, 2_u128);
    while count < 64 {
        let (mut divisor, mut is_prime) = (2, true);
        while divisor * divisor <= n {
            is_prime &= n % divisor != 0;
            divisor += 1;
        }
        if is_prime {
            // The cube root of n · 2⁹⁶ is that of n · 2³², found bit by bit; its last 32 bits are behind the point.
            let (mut root, mut bit) = (0_u128, 1 << 35);
            while bit > 0 {
                let more = root | bit;
                if more * more * more <= n << 96 {
                    root = more;
                }
                bit >>= 1;
            }
            all[count] = root as u32;
            count += 1;
        }
        n += 1;
    }
    all
}

/// In pieces of so many bytes; between two of them a run can be stopped.
const PIECE: usize = 64 << 10;

/// The hash of bytes, as whole numbers.
///
/// # Errors
/// The run was stopped.
pub fn sha256(bytes: &[u8], is_stopped: Stopped<'_>) -> Result<[u32; 8], Failure> {
    let mut hash = START;
    let (whole, rest) = bytes.split_at(bytes.len() / 64 * 64);
    for piece in whole.chunks(PIECE) {
        is_stopped()?;
        piece.chunks_exact(64).for_each(|block| add(&mut hash, block));
    }
    let mut last = rest.to_vec();
    last.push(0x80);
    while last.len() % 64 != 56 {
        last.push(0);
    }
    last.extend(8_u64.wrapping_mul(bytes.len() as u64).to_be_bytes());
    last.chunks_exact(64).for_each(|block| add(&mut hash, block));
    Ok(hash)
}

fn add(hash: &mut [u32; 8], block: &[u8]) {
    let mut words = [0_u32; 64];
    for (word, four) in words.iter_mut().zip(block.chunks_exact(4)) {
        *word = four.iter().fold(0, |word, byte| word << 8 | u32::from(*byte));
    }
    for at in 16..64 {
        let (x, y) = (words[at - 15], words[at - 2]);
        let x = x.rotate_right(7) ^ x.rotate_right(18) ^ (x >> 3);
        let y = y.rotate_right(17) ^ y.rotate_right(19) ^ (y >> 10);
        words[at] = words[at - 16].wrapping_add(x).wrapping_add(words[at - 7]).wrapping_add(y);
    }
    let [mut a, mut b, mut c, mut d, mut e, mut f, mut g, mut h] = *hash;
    for (word, round) in words.iter().zip(ROUNDS) {
        let mixed = e.rotate_right(6) ^ e.rotate_right(11) ^ e.rotate_right(25);
        let chosen = (e & f) ^ (!e & g);
        let first =
            h.wrapping_add(mixed).wrapping_add(chosen).wrapping_add(round).wrapping_add(*word);
        let mixed = a.rotate_right(2) ^ a.rotate_right(13) ^ a.rotate_right(22);
        let second = mixed.wrapping_add((a & b) ^ (a & c) ^ (b & c));
        (h, g, f, e) = (g, f, e, d.wrapping_add(first));
        (d, c, b, a) = (c, b, a, first.wrapping_add(second));
    }
    for (word, more) in hash.iter_mut().zip([a, b, c, d, e, f, g, h]) {
        *word = word.wrapping_add(more);
    }
}

#[cfg(test)]
mod tests {
    use super::sha256;

    #[test]
    fn hashes_are_those_of_the_standard() {
        let hash = |bytes: &[u8]| sha256(bytes, &|| Ok(())).expect("nobody stops it");
        let hex = |bytes: &[u8]| hash(bytes).map(|word| format!("{word:08x}")).concat();
        assert_eq!(hex(b""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        assert_eq!(hex(b"abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        // As Python: hashlib.sha256(bytes(range(256)) * 100).
        let long: Vec<u8> = (0..25_600).map(|n| n as u8).collect();
        assert_eq!(&hex(&long)[..16], LONG);
    }

    const LONG: &str = "22c27b0217525961";
}
