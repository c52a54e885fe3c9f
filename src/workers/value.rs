//! What travels to a worker and back.

use crate::trace::{Item, TextId};
use serde::{Deserialize, Serialize};

/// Longest text of a value that a trace shows; the rest is cut.
const SHOWN: usize = 80;

/// An argument or a result. Flat on purpose: a damaged one cannot nest.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub enum Value {
    /// Python's `None`.
    #[default]
    Nothing,
    /// A whole number.
    Int(i64),
    /// Any number.
    Float(f64),
    /// A text.
    Text(String),
    /// Whole numbers.
    Ints(Vec<i64>),
    /// Raw bytes.
    Bytes(Vec<u8>),
    /// Whole numbers, shown as this text.
    Labelled(String, Vec<i64>),
}

impl Value {
    /// The number, where it is a whole one.
    pub fn as_int(&self) -> Option<i64> {
        match self {
            Self::Int(value) => Some(*value),
            _ => None,
        }
    }

    /// The text, where it is one.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// How many bytes of a message it takes, at most.
    pub(super) fn size_at_most(&self) -> usize {
        /// Of a number, or of a length and what it is of.
        const NUMBER: usize = 10;
        match self {
            Self::Nothing | Self::Int(_) | Self::Float(_) => 2 * NUMBER,
            Self::Text(text) => 2 * NUMBER + text.len(),
            Self::Ints(values) => NUMBER * (2 + values.len()),
            Self::Bytes(bytes) => 2 * NUMBER + bytes.len(),
            Self::Labelled(text, values) => NUMBER * (3 + values.len()) + text.len(),
        }
    }

    /// As a trace shows it.
    pub(crate) fn item(&self, text: impl FnOnce(&str) -> TextId) -> Item {
        match self {
            Self::Nothing => Item::NOTHING,
            Self::Int(value) => {
                Item::try_int(*value).unwrap_or_else(|| Item::text(text(&value.to_string())))
            }
            other => Item::text(text(&other.to_string())),
        }
    }
}

/// Short enough for a card: long contents are cut, or only counted.
impl std::fmt::Display for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Nothing => f.write_str("None"),
            Self::Int(value) => value.fmt(f),
            Self::Float(value) => value.fmt(f),
            Self::Text(text) | Self::Labelled(text, _) => match text.char_indices().nth(SHOWN) {
                Some((end, _)) => write!(f, "{}…", &text[..end]),
                None => f.write_str(text),
            },
            Self::Ints(values) if values.len() <= 8 => write!(f, "{values:?}"),
            Self::Ints(values) => write!(f, "{} numbers", values.len()),
            Self::Bytes(bytes) => write!(f, "{} bytes", bytes.len()),
        }
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

/// A function that workers know by name, and its argument.
#[derive(Clone, Debug, PartialEq)]
pub struct Job {
    /// Name in a registry of [`JobDef`](super::jobs::JobDef)s.
    pub name: String,
    /// Its argument.
    pub arg: Value,
}

impl Job {
    /// A call of `name` with `arg`.
    pub fn new(name: impl Into<String>, arg: impl Into<Value>) -> Self {
        Self { name: name.into(), arg: arg.into() }
    }
}
