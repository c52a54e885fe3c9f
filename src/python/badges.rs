//! Badges: two or three characters that stand for an actor, and for no other.

use crate::trace::ActorId;
use std::collections::HashMap;

/// The largest number that a badge has room for.
const MOST: u32 = 99;

/// The badges of a run so far.
#[derive(Default)]
pub(super) struct Badges {
    of: HashMap<ActorId, String>,
    whose: HashMap<String, ActorId>,
    /// How many badges with a letter were counted up to.
    counted: HashMap<String, u32>,
}

impl Badges {
    /// The badge of an actor of this name. A name that ends in a number has that number in its badge, so that "worker 3" is never W2: after the
    /// first letter, or the first two where another has that one. Any other has how many there are with its letter; the program that the
    /// run began with, its letter alone.
    pub(super) fn of(&mut self, id: ActorId, name: &str) -> String {
        let mut letters = name.chars().filter(|c| c.is_alphabetic());
        let letter: String = letters.next().unwrap_or('P').to_uppercase().take(1).collect();
        let is_free = |badge: &String| self.whose.get(badge).is_none_or(|owner| *owner == id);
        let own = match number(name) {
            _ if id.0 == 0 => Some(letter.clone()),
            Some(number) => {
                let second = letters.next().map(|second| format!("{letter}{second}{number}"));
                [Some(format!("{letter}{number}")), second].into_iter().flatten().find(is_free)
            }
            None => None,
        };
        let before = self.of.get(&id).filter(|badge| badge.starts_with(&letter)).cloned();
        let badge = own.or(before).unwrap_or_else(|| self.counted(&letter));
        if let Some(before) = self.of.insert(id, badge.clone()).filter(|before| *before != badge) {
            self.whose.remove(&before);
        }
        self.whose.insert(badge.clone(), id);
        badge
    }

    fn counted(&mut self, letter: &str) -> String {
        let count = self.counted.entry(letter.to_owned()).or_default();
        loop {
            *count += 1;
            let badge = format!("{letter}{count}");
            if !self.whose.contains_key(&badge) {
                return badge;
            }
        }
    }
}

/// The number that a name ends in, but for what CPython adds in brackets of what a thread runs: "Thread-3 (work)".
fn number(name: &str) -> Option<u32> {
    let name = name.strip_suffix(')').and_then(|name| name.rsplit_once(" (")).map_or(name, |n| n.0);
    let digits = name.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    name[digits..].parse().ok().filter(|number| *number <= MOST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_badge_has_the_number_of_its_name_and_is_nobody_elses() {
        let mut badges = Badges::default();
        for (id, name, badge) in [
            (0, "MainThread", "M"),
            (1, "worker 3", "W3"),
            (2, "worker 1", "W1"),
            (3, "writer 1", "Wr1"),
            (4, "watcher", "W2"),
            (5, "worker 2", "Wo2"),
            (6, "Thread-4 (work)", "T4"),
            (7, "Thread-4", "Th4"),
            (8, "Thread-4", "T1"),
            (9, "2024", "P1"),
            (10, "Möwe-7", "M7"),
            // One that is called otherwise later on, and gives its badge back.
            (1, "worker 4", "W4"),
            (11, "worker 3", "W3"),
            (4, "watcher", "W2"),
        ] {
            assert_eq!(badges.of(ActorId(id), name), badge, "{name}");
        }
    }
}
