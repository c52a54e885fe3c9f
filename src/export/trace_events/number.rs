//! Times as they stand in a file: decimal numbers of microseconds.

/// Parts of a nanosecond that times are read in.
const PARTS: i128 = 1_000_000;
/// Powers of ten between a microsecond and such a part.
const DIGITS: i64 = 9;

/// A time, or why there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Time {
    /// In parts of a nanosecond.
    Parts(i128),
    /// It is longer than any time.
    Beyond,
    /// It is no number.
    Odd,
}

/// Reads a decimal number of microseconds exactly: a float has too few digits for times since 1970.
pub fn micros(text: &[u8]) -> Time {
    let (minus, text) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    };
    let (number, exponent) = match text.iter().position(|byte| matches!(byte, b'e' | b'E')) {
        Some(at) => {
            let exponent = std::str::from_utf8(&text[at + 1..]).ok().and_then(|e| e.parse().ok());
            let Some(exponent) = exponent else { return Time::Odd };
            (&text[..at], exponent)
        }
        None => (text, 0_i64),
    };
    let (mut value, mut shift, mut digits) = (0_i128, exponent.clamp(-10_000, 10_000), 0);
    let mut point = false;
    for &byte in number {
        match byte {
            b'.' if !point => point = true,
            b'0'..=b'9' => {
                digits += 1;
                if value < 10_i128.pow(30) {
                    value = 10 * value + i128::from(byte - b'0');
                    shift -= i64::from(point);
                } else if !point {
                    shift += 1;
                }
            }
            _ => return Time::Odd,
        }
    }
    if digits == 0 {
        return Time::Odd;
    }
    shift += DIGITS;
    let value = match u32::try_from(shift) {
        _ if value == 0 => Some(0),
        Ok(up) => 10_i128.checked_pow(up).and_then(|power| value.checked_mul(power)),
        Err(_) => {
            let down = u32::try_from(-shift).unwrap_or(u32::MAX);
            Some(10_i128.checked_pow(down).map_or(0, |power| value / power))
        }
    };
    match value {
        // Sums of two stay within the type.
        Some(value) if value < i128::MAX / 4 => Time::Parts(if minus { -value } else { value }),
        _ => Time::Beyond,
    }
}

/// Parts as whole nanoseconds, halves away from zero; nothing where they are more than 292 years.
pub fn nanos(parts: i128) -> Option<i64> {
    let half = if parts < 0 { -PARTS / 2 } else { PARTS / 2 };
    i64::try_from((parts + half) / PARTS).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_read_as_decimals() {
        for (text, ns) in [
            ("10", 10_000),
            ("45.5", 45_500),
            ("-5", -5_000),
            ("156.23589", 156_236),
            ("1.5e3", 1_500_000),
            ("25E-2", 250),
            ("9007199254740995.0", 9_007_199_254_740_995_000),
            ("0.0004999999999999999999999999999999999999", 0),
            ("0000000000000000000000000000000000000000001", 1_000),
            (".5", 500),
            ("0e99999", 0),
        ] {
            let Time::Parts(parts) = micros(text.as_bytes()) else { panic!("{text}") };
            assert_eq!(nanos(parts), Some(ns), "{text}");
        }
    }

    #[test]
    fn what_is_no_time_is_none() {
        for text in ["", "-", "NaN", "Infinity", "1.2.3", "1e", "0x10", "true"] {
            assert_eq!(micros(text.as_bytes()), Time::Odd, "{text}");
        }
        for text in ["1e400", "1e33", &"9".repeat(60)] {
            assert_eq!(micros(text.as_bytes()), Time::Beyond, "{text}");
        }
        let Time::Parts(parts) = micros(b"100000000000000000") else { panic!() };
        assert_eq!(nanos(parts), None);
    }
}
