//! The programs shown beside a run, and the lines that its events belong to.

use serde::{Deserialize, Serialize};

/// A programming language of listings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// Python.
    Python,
    /// Rust.
    Rust,
}

/// The text of a program shown beside the run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listing {
    /// File name: "take_turns.py". [`Place::file`] refers to it.
    pub file: String,
    /// What it is written in.
    pub language: Language,
    /// All of it, with its line ends.
    pub text: String,
}

/// A line of a listing shown to the user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// File name of the listing: "take_turns.py".
    pub file: String,
    /// Line number from 1.
    pub line: u32,
    /// What the line says, without its indentation.
    pub text: String,
}

/// One point of the program, with the line that stands for it in each listing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourcePoint {
    /// Name of the point: "adder.append".
    pub name: String,
    /// Its lines; the first is the one named in sentences.
    pub places: Vec<Place>,
}
