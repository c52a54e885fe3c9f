//! The table *who learns of it?*: what goes wrong, in which tool, and what whoever waits for it is told.

use crate::trace::Meta;
use serde::{Deserialize, Serialize};

/// A row: its key, what goes wrong, and how that is written in Python.
pub const ROWS: [(&str, &str, &str); 4] = [
    ("raise", "an error", "raise ValueError"),
    ("exit", "a wish to end", "sys.exit(3)"),
    ("kill", "a kill", "SIGKILL"),
    ("send", "not picklable", "return Lock()"),
];

/// A column: its key, the tool, in full and in one word beside the others, how it is asked, and what to do so that an error is
/// heard: in full, in a few words, and in one or two.
pub const COLUMNS: [(&str, [&str; 2], &str, [&str; 3]); 6] = [
    ("thread", ["thread", "thread"], "t.join()", ["use a future", "use a future", "a future"]),
    (
        "asked",
        ["future, asked", "asked"],
        "f.result()",
        ["ask inside try", "ask inside try", "try"],
    ),
    (
        "not asked",
        ["future, not asked", "unasked"],
        "submit()",
        ["ask each one", "ask each one", "ask each"],
    ),
    (
        "process",
        ["process", "process"],
        "p.join()",
        ["look at exitcode", "look at exitcode", "exitcode"],
    ),
    ("pool", ["pool", "pool"], "r.get()", ["get(timeout)", "get(timeout)", "time-out"]),
    (
        "executor",
        ["executor", "executor"],
        "f.result()",
        ["ask inside try; after a kill, make a new one", "try; new if killed", "try, new"],
    ),
];
/// What was found in one cell.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Told {
    /// The exception in whoever waits.
    pub caller: Option<String>,
    /// The exit code of the process that it waits for.
    pub code: Option<i32>,
    /// How the program itself ended; nothing where it was ended after the time limit.
    pub status: Option<i32>,
    /// Whether it wrote anything to standard error.
    pub text: bool,
    /// Whether it was ended while it was not only waiting: on a busy machine, say.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub unknown: bool,
    /// How many tasks failed, of several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failed: Option<u32>,
}

/// Who learns of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Truth {
    /// An exception in whoever waits.
    Caller,
    /// A trace outside: on the terminal, or in an exit code.
    Outside,
    /// Nobody.
    Nobody,
    /// Whoever waits for it waits for ever.
    Waits,
    /// The whole program ends.
    AllEnds,
    /// There is no error.
    NoError,
    /// It came to no end in time, and did not only wait.
    Unknown,
}

impl Truth {
    /// All, in the order in which a user goes through them.
    pub const ALL: [Self; 6] =
        [Self::Caller, Self::Outside, Self::Nobody, Self::Waits, Self::AllEnds, Self::NoError];

    /// It in a few words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Caller => "the caller",
            Self::Outside => "text or exit code",
            Self::Nobody => "nobody",
            Self::Waits => "waits for ever",
            Self::AllEnds => "all ends",
            Self::NoError => "no error",
            Self::Unknown => "not known",
        }
    }

    /// What a user has said, as a choice has it: 0 is nothing.
    pub fn said(said: u8) -> Option<Self> {
        Self::ALL.get(usize::from(said.checked_sub(1)?)).copied()
    }
}

impl Told {
    /// Who learns of it, in a row with this key.
    pub fn truth(&self, row: &str) -> Truth {
        match (self.status, &self.caller, self.code) {
            (None, Some(_), _) => Truth::Caller,
            (None, ..) if self.unknown => Truth::Unknown,
            (None, ..) => Truth::Waits,
            (Some(..0), ..) => Truth::AllEnds,
            (_, Some(_), _) => Truth::Caller,
            (.., Some(code)) if code != 0 => Truth::Outside,
            _ if self.text => Truth::Outside,
            _ if row == "send" => Truth::NoError,
            _ => Truth::Nobody,
        }
    }

    /// It in a few words, and in a few more; and both in as few as there can be.
    pub fn words(&self, row: &str) -> [String; 4] {
        let caller = self.caller.as_deref().unwrap_or_default();
        let [text, brief] = match self.text {
            true => ["and a text", "and text"],
            false => ["no text"; 2],
        };
        let said = match (self.truth(row), self.code) {
            (Truth::Caller, _) => ["the caller", caller, "caller", caller],
            (Truth::Outside, Some(code)) if code != 0 => {
                let (text, brief) = (text.to_owned(), brief.to_owned());
                return [format!("exit code {code}"), text, format!("exit {code}"), brief];
            }
            (Truth::Outside, _) => ["the terminal", "a text, exit code 0", "text", "exit 0"],
            (Truth::Nobody, _) => ["nobody", "no text at all", "none", "no text"],
            (Truth::Waits, _) => ["waits for ever", "no answer", "waits", "for ever"],
            (Truth::AllEnds, _) => ["all ends", "the whole process", "ends", "all of it"],
            (Truth::NoError, _) => ["no error", "nothing is told", "fine", "no error"],
            (Truth::Unknown, _) => ["not known", "no answer in time", "?", "no answer"],
        };
        said.map(str::to_owned)
    }
}

/// The number of the section in which a cell is measured: this program's own come first. `None`: it is in no table.
pub fn number(whose: &str, row: &str, column: &str) -> Option<u32> {
    let row = ROWS.iter().position(|(key, ..)| *key == row)?;
    let column = COLUMNS.iter().position(|(key, ..)| *key == column)?;
    let first = if whose == CPYTHON { ROWS.len() * COLUMNS.len() } else { 0 };
    Some((first + row * COLUMNS.len() + column) as u32)
}

/// Whose cell is measured in the section with this number; what goes wrong in it, and in which tool.
pub fn numbered(number: u32) -> Option<(&'static str, &'static str, &'static str)> {
    let (number, all) = (number as usize, ROWS.len() * COLUMNS.len());
    let whose = if number < all { OURS } else { CPYTHON };
    let place = number % all;
    let (row, column) = (ROWS.get(place / COLUMNS.len())?, COLUMNS[place % COLUMNS.len()]);
    (number < 2 * all).then_some((whose, row.1, column.1[0]))
}

/// The fact of a trace that a cell is.
pub fn key(whose: &str, row: &str, column: &str) -> String {
    format!("learns {whose} {row} {column}")
}

/// What was found in a cell, where it has been measured: by CPython, or by this program.
pub fn told(meta: &Meta, whose: &str, row: &str, column: &str) -> Option<Told> {
    serde_json::from_str(meta.fact(&key(whose, row, column))?).ok()
}

/// Whose programs.
pub const CPYTHON: &str = "cpython";
/// This program's own.
pub const OURS: &str = "ours";
