//! Time inside a trace.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::ops::{Add, Sub};
use std::time::Duration;

/// Nanoseconds since the start of the run (or a length of time in nanoseconds).
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct Nanos(pub u64);

impl Nanos {
    /// The start of the run.
    pub const ZERO: Self = Self(0);
    /// Later than any event.
    pub const MAX: Self = Self(u64::MAX);

    /// From a standard duration; lengths past 584 years become [`Nanos::MAX`].
    pub fn from_duration(duration: Duration) -> Self {
        Self(u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX))
    }

    /// From whole microseconds.
    pub const fn from_micros(micros: u64) -> Self {
        Self(micros.saturating_mul(1_000))
    }

    /// From whole milliseconds.
    pub const fn from_millis(millis: u64) -> Self {
        Self(millis.saturating_mul(1_000_000))
    }

    /// As a standard duration.
    pub const fn to_duration(self) -> Duration {
        Duration::from_nanos(self.0)
    }

    /// Seconds, for plots and for arithmetic with screen time.
    pub fn as_secs_f64(self) -> f64 {
        self.0 as f64 / 1e9
    }

    /// From seconds; negative and not-a-number become zero.
    pub fn from_secs_f64(secs: f64) -> Self {
        Self((secs * 1e9) as u64)
    }

    /// `self - other`, or zero where `other` is later.
    pub const fn since(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }

    /// How many times as long as another, which counts as a nanosecond at least.
    pub fn ratio_to(self, other: Self) -> f64 {
        self.0 as f64 / other.0.max(1) as f64
    }

    /// The unit that fits a time, as nanoseconds and name: the largest of which there is at least one, in three digits.
    pub const fn unit(self) -> (u64, &'static str) {
        match self.0 {
            0..1_000 => (1, "ns"),
            1_000..999_500 => (1_000, "µs"),
            999_500..999_500_000 => (1_000_000, "ms"),
            _ => (1_000_000_000, "s"),
        }
    }

    /// An instant of a run of length `whole`, in the unit of the whole, as the axis has it: instants written below each
    /// other, or one that moves, do not jump between units.
    pub fn within(self, whole: Self) -> String {
        let (unit, name) = whole.unit();
        let decimals = match whole.0 / unit {
            _ if unit == 1 => 0,
            0..10 if unit < 1_000_000_000 => 4,
            _ => 3,
        };
        format!("{:.decimals$} {name}", self.0 as f64 / unit as f64)
    }
}

impl Add for Nanos {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Sub for Nanos {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        self.since(other)
    }
}

/// Three significant digits in the unit that fits: `850 ns`, `12.4 µs`, `4.72 ms`, `1.62 s`.
impl fmt::Display for Nanos {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (unit, name) = self.unit();
        let value = self.0 as f64 / unit as f64;
        let digits = if unit == 1 {
            0
        } else if value < 9.995 {
            2
        } else if value < 99.95 {
            1
        } else {
            0
        };
        f.pad(&format!("{value:.digits$} {name}"))
    }
}

#[cfg(test)]
mod tests {
    use super::Nanos;

    #[test]
    fn shows_three_digits_in_the_unit_that_fits() {
        for (ns, text) in [
            (0, "0 ns"),
            (850, "850 ns"),
            (12_400, "12.4 µs"),
            (4_724_000, "4.72 ms"),
            (99_960_000, "100 ms"),
            (999_400, "999 µs"),
            (999_600, "1.00 ms"),
            (999_400_000, "999 ms"),
            (999_600_000, "1.00 s"),
            (1_620_000_000, "1.62 s"),
            (92_000_000_000, "92.0 s"),
        ] {
            assert_eq!(Nanos(ns).to_string(), text);
        }
    }

    #[test]
    fn instants_keep_the_unit_of_the_whole() {
        let at = Nanos(4_724_000);
        assert_eq!(at.within(Nanos(9_640_000)), "4.7240 ms");
        assert_eq!(at.within(Nanos(19_640_000)), "4.724 ms");
        assert_eq!(Nanos(850).within(Nanos(999)), "850 ns");
        assert_eq!(Nanos(850).within(Nanos(1_000)), "0.8500 µs");
        assert_eq!(Nanos::ZERO.within(Nanos(2_000_000_000)), "0.000 s");
    }

    #[test]
    fn arithmetic_saturates() {
        assert_eq!(Nanos(1) - Nanos(2), Nanos::ZERO);
        assert_eq!(Nanos::MAX + Nanos(1), Nanos::MAX);
        assert_eq!(Nanos::from_secs_f64(f64::NAN), Nanos::ZERO);
        assert_eq!(Nanos::from_secs_f64(-1.0), Nanos::ZERO);
    }
}
