//! Recordings: a run as a file, `.clab`.
//!
//! # The format, version 1
//!
//! All numbers are little-endian. A file is a head of 12 bytes, the signature `CLAB\r\n\x1a\n` and the version (`u32`), and
//! then chunks up to its end:
//!
//! | bytes | what |
//! |---|---|
//! | 1 | kind: `H`, `N`, `E` or `Z`; a reader skips kinds that it does not know |
//! | 4 | length of what follows the head of the chunk, in bytes |
//! | 4 | its length when unpacked |
//! | 4 | CRC-32 of the nine bytes before and of what follows |
//! | … | raw deflate (RFC 1951) |
//!
//! `H`, once and first: [`Origin`] as JSON, with the names known before the first event. `N`: what one update adds but
//! for its events, a [`Batch`](crate::trace::Batch) as JSON. `E`: events, as columns; see [`columns`]. `Z`, last:
//! [`Ending`] as JSON; a file without it was cut off. JSON fields may be added, and a reader has defaults for those it
//! misses.
//!
//! What older versions wrote otherwise is made what it is now when it is read; see `older`.
//!
//! A chunk says nothing of chunks after it, so a file that is cut off opens up to its last whole chunk, and one that is
//! damaged up to the damage. Opening one runs nothing.

mod columns;
mod older;
mod read;
mod without;
mod write;

pub use read::{OpenError, Opened, Refused, open, open_watched, read};
pub use without::{Part, holds, without};
pub use write::{Writer, save};

use super::sys;
use crate::trace::Meta;
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;
use std::time::{SystemTime, UNIX_EPOCH};

/// How the name of a recording ends.
pub const EXTENSION: &str = "clab";

pub(super) const SIGNATURE: [u8; 8] = *b"CLAB\r\n\x1a\n";
const VERSION: u32 = 1;

const HEAD: u8 = b'H';
const NAMES: u8 = b'N';
const EVENTS: u8 = b'E';
const END: u8 = b'Z';

/// The longest chunk, unpacked, in bytes. More is damage.
const LONGEST: usize = 1 << 26;
/// The most events a file may have: a run's cap and a little.
const MOST_EVENTS: usize = 10_500_000;
/// The most bytes of names, in all chunks together.
const MOST_NAMES: usize = 1 << 27;

/// Where a recording comes from, and what it is of.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Origin {
    /// When the run began, in seconds since 1970 (UTC).
    pub began: u64,
    /// The machine that it ran on.
    pub machine: Machine,
    /// Names, parameters and listings known before the first event.
    pub meta: Meta,
}

/// A machine.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Machine {
    /// Its operating system: `linux`.
    pub system: String,
    /// Its processor's architecture: `x86_64`.
    pub architecture: String,
    /// Processors that the program may use.
    pub cores: usize,
    /// The model of its processor: on Linux, as the kernel names it; else empty.
    pub cpu: String,
}

impl Machine {
    /// The one that this program runs on. Asked once: the answer takes the reading of several files on Linux.
    pub fn here() -> Self {
        static HERE: LazyLock<Machine> = LazyLock::new(|| Machine {
            system: std::env::consts::OS.to_owned(),
            architecture: std::env::consts::ARCH.to_owned(),
            cores: std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
            cpu: sys::processor(),
        });
        HERE.clone()
    }
}

/// When and where a run was recorded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Made {
    /// When it began, in seconds since 1970 (UTC); 0: that is not known.
    pub began: u64,
    /// The machine that it ran on.
    pub machine: Machine,
    /// Why it did not come to its end, where that is known.
    pub broke_off: Option<String>,
}

impl Made {
    /// Now and here.
    pub fn now() -> Self {
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        let began = now.map_or(0, |since| since.as_secs());
        Self { began, machine: Machine::here(), broke_off: None }
    }
}

impl From<&Origin> for Made {
    fn from(origin: &Origin) -> Self {
        Self { began: origin.began, machine: origin.machine.clone(), broke_off: None }
    }
}

/// How the recording of a run ended.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Ending {
    /// Why the run failed or was stopped, in a sentence; nothing where it was done.
    pub failure: Option<String>,
    /// How long it took, in nanoseconds.
    pub wall_ns: u64,
}

/// Seconds since 1970 as a date and a time: 2026-01-31 14:05 UTC.
pub fn date(seconds: u64) -> String {
    // Days are counted in years that begin in March, so that the leap day is the last one. After Hinnant, "chrono-compatible
    // low-level date algorithms".
    let days = seconds / 86_400 + 719_468;
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    let (hour, minute) = (seconds / 3_600 % 24, seconds / 60 % 60);
    format!("{year}-{month:02}-{day:02} {hour:02}:{minute:02} UTC")
}

#[cfg(test)]
mod tests {
    use super::date;

    #[test]
    fn seconds_are_dates() {
        for (seconds, text) in [
            (0, "1970-01-01 00:00 UTC"),
            (951_782_400, "2000-02-29 00:00 UTC"),
            (1_767_225_599, "2025-12-31 23:59 UTC"),
            (4_107_542_400, "2100-03-01 00:00 UTC"),
        ] {
            assert_eq!(date(seconds), text);
        }
    }
}
