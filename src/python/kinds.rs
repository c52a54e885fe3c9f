//! The numbers in the recorder's records, by the names that it has for them itself: in `_clab_recorder/wire.py`. What they mean
//! is in its `FORMAT.md`.

/// Constants, and a list of them for who compares it with the recorder's.
macro_rules! numbers {
    ($of:ty: $($name:ident = $number:literal,)*) => {
        $(pub(in crate::python) const $name: $of = $number;)*

        #[cfg(test)]
        pub(super) const ALL: &[(&str, $of)] = &[$((stringify!($name), $name)),*];
    };
}

/// What happened.
pub(super) mod kind {
    numbers! { u16:
        STARTED = 1,
        ENDED = 2,
        SPAWNED = 3,
        AT = 4,
        CHILD_ENDED = 5,
        END_SEEN = 6,
        WAIT = 10,
        ACQUIRED = 11,
        RELEASED = 12,
        WAIT_ENDED = 13,
        NOTIFIED = 14,
        SET = 15,
        CLEARED = 16,
        PASSED = 17,
        BROKEN = 18,
        REFUSED = 19,
        PUT = 20,
        GOT = 21,
        ITEM_DONE = 22,
        CLOSED = 23,
        INSERTED = 24,
        REMOVED = 25,
        FOUND_EMPTY = 26,
        READ = 27,
        SEEN = 28,
        CHANGED = 29,
        SLOT = 30,
        SUBMITTED = 40,
        ASSIGNED = 41,
        BEGUN = 42,
        FINISHED = 43,
        FAILED = 44,
        CANCELLED = 45,
        TAKEN = 46,
        GIVEN_UP = 47,
        RAISED = 50,
        CAUGHT = 51,
        PROPAGATED = 52,
        KEPT = 53,
        UNHANDLED = 54,
        SIGNAL_SENT = 60,
        SIGNAL_HANDLED = 61,
        SLEEP = 62,
        SLEEP_ENDED = 63,
        IO = 64,
        IO_ENDED = 65,
        ALARM = 66,
        MESSAGE = 70,
        DROPPED = 71,
        THINNED = 72,
        COPIED = 73,
    }
}

/// More about it: bits beside those that say what its items are.
pub(super) mod flag {
    numbers! { u16:
        PROCESS = 0x10,
        STDERR = 0x20,
        OF_TASK = 0x40,
        AT_EXIT = 0x80,
        FOUND = 0x100,
    }
}

/// What somebody waits to do.
pub(super) mod op {
    numbers! { i64:
        OP_ACQUIRE = 0,
        OP_WAIT = 1,
        OP_PUT = 2,
        OP_GET = 3,
        OP_JOIN = 4,
        OP_RESULT = 5,
        OP_TASK = 6,
    }
}

/// How a wait ended; otherwise what was waited at is broken.
pub(super) mod how {
    numbers! { i64:
        WOKEN = 0,
        TIMED_OUT = 1,
        STOPPED = 2,
        INTERRUPTED = 4,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    const WIRE: &str = include_str!("../../assets/recorder/_clab_recorder/wire.py");

    /// What a line of the recorder names, where that is several numbers at once: `A, B = range(1, 3)`, or `A, B = 0x10, 0x20`.
    fn named(line: &'static str) -> Option<Vec<(&'static str, i64)>> {
        let (names, values) = line.split_once(" = ")?;
        let names: Vec<&str> = names.split(", ").collect();
        let is_name = |name: &&str| name.chars().all(|c| c.is_ascii_uppercase() || c == '_');
        let is_own = |name: &&str| name.starts_with('_');
        if names.len() < 2 || !names.iter().all(is_name) || names.iter().any(is_own) {
            return None;
        }
        let number = |text: &str| match text.trim().strip_prefix("0x") {
            Some(digits) => i64::from_str_radix(digits, 16).unwrap(),
            None => text.trim().parse().unwrap(),
        };
        let range = values.strip_prefix("range(").and_then(|rest| rest.strip_suffix(')'));
        let numbers: Vec<i64> = range.unwrap_or(values).split(',').map(number).collect();
        let numbers: Vec<i64> = match (range, numbers.as_slice()) {
            (Some(_), [end]) => (0..*end).collect(),
            (Some(_), [begin, end]) => (*begin..*end).collect(),
            _ => numbers,
        };
        assert_eq!(names.len(), numbers.len(), "{line}");
        Some(names.into_iter().zip(numbers).collect())
    }

    fn wide(all: &[(&'static str, u16)]) -> Vec<(&'static str, i64)> {
        all.iter().map(|(name, number)| (*name, i64::from(*number))).collect()
    }

    #[test]
    fn the_recorder_means_the_same_by_each_of_its_numbers() {
        let mut theirs: BTreeMap<_, _> = WIRE.lines().filter_map(named).flatten().collect();
        // A late record is put where it still can be, as any other that comes late; any other end of a wait is a broken one.
        for unread in ["LATE", "BROKE"] {
            assert!(theirs.remove(unread).is_some(), "{unread}");
        }
        let all = [wide(kind::ALL), wide(flag::ALL), op::ALL.to_vec(), how::ALL.to_vec()].concat();
        let ours: BTreeMap<_, _> = all.iter().copied().collect();
        assert_eq!(ours.len(), all.len(), "no name stands for two");
        assert_eq!(ours, theirs);
    }
}
