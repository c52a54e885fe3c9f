//! Runs set beside each other: [joined](join) into one trace, with a section for each that begins at 0, and the
//! [differences](Comparison) between them as a table.
//!
//! Pure: what runs are compared, and what they are called, comes from outside. The joined trace is drawn by what draws any.

mod fields;
mod join;
mod rows;
mod sums;
mod table;

pub use join::join;
pub use table::{Comparison, Part, Row, Value};

use super::recording::Made;
use crate::replay::{Finding, Replay};
use crate::trace::Trace;
use serde_json::Map;

/// The least and the most runs that are set beside each other.
pub const RUNS: std::ops::RangeInclusive<usize> = 2..=4;

/// A run that is set beside others.
#[derive(Clone, Copy)]
pub struct Side<'a> {
    /// What it is called; no two have one name.
    pub name: &'a str,
    /// What happened.
    pub trace: &'a Trace,
    /// What is derived from it.
    pub replay: &'a Replay,
    /// When and where it was recorded.
    pub made: &'a Made,
    /// How it went, in a few words.
    pub went: &'a str,
    /// The parameters that matter, with their values as they are read.
    pub params: &'a [(String, String)],
    /// What came out, where that is known.
    pub outcome: Option<&'a Map<String, serde_json::Value>>,
    /// What it proves.
    pub findings: &'a [Finding],
}

/// Why runs cannot be compared. Its text is one sentence that says what to do.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CompareError {
    /// Too few or too many of them.
    #[error("two to four runs can be compared, and {} given", match .0 { 0 => "none is".to_owned(), 1 => "one is".to_owned(), n => format!("{n} are") })]
    Number(usize),
    /// Nothing happened in one.
    #[error("{0} has no events: there is nothing to compare")]
    Empty(String),
    /// Events of one are about what it does not list.
    #[error(
        "{0} has events about somebody or something that it does not name, so it cannot be set beside others"
    )]
    Unnamed(String),
    /// More than a trace can have.
    #[error(
        "together the runs have more {0} than one recording can: compare fewer of them, or smaller ones"
    )]
    TooLarge(&'static str),
}

/// Names that tell runs apart: what they are called already; where that is the same, with the parameters that differ, at
/// most two; where those are the same too, with their numbers.
pub fn names(called: &[&str], params: &[&[(String, String)]]) -> Vec<String> {
    let alike = |names: &[String], name: &str| names.iter().filter(|other| *other == name).count();
    let plain: Vec<String> = called.iter().map(|name| (*name).to_owned()).collect();
    let mut names = plain.clone();
    for (index, name) in plain.iter().enumerate().filter(|(_, name)| alike(&plain, name) > 1) {
        let others = || (0..plain.len()).filter(|other| plain[*other] == *name);
        let own = params.get(index).copied().unwrap_or_default();
        let differs = |(key, value): &&(String, String)| {
            let is_it = |(k, v): &(String, String)| k == key && v == value;
            others().any(|other| !params.get(other).is_some_and(|params| params.iter().any(is_it)))
        };
        for (key, value) in own.iter().filter(differs).take(2) {
            names[index] += &format!(", {key} {value}");
        }
    }
    let named = names.clone();
    for (index, name) in named.iter().enumerate().filter(|(_, name)| alike(&named, name) > 1) {
        let number = named[..=index].iter().filter(|other| *other == name).count();
        names[index] += &format!(" ({number})");
    }
    names
}

#[cfg(test)]
mod tests {
    use super::names;

    #[test]
    fn names_tell_runs_apart() {
        let set = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
            pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
        };
        let (with, without) =
            (set(&[("lock", "on"), ("n", "3")]), set(&[("lock", "off"), ("n", "3")]));
        assert_eq!(names(&["a", "b"], &[&with, &without]), ["a", "b"]);
        assert_eq!(names(&["a", "a"], &[&with, &without]), ["a, lock on", "a, lock off"]);
        assert_eq!(
            names(&["a", "a", "b", "a"], &[&with, &without, &with, &with]),
            ["a, lock on (1)", "a, lock off", "b", "a, lock on (2)"]
        );
        assert_eq!(names(&["a", "a"], &[&[], &[]]), ["a (1)", "a (2)"]);
    }
}
