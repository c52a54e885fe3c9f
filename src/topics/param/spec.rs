//! What parameters there can be: their kinds, their values, and how these are read from text.

use super::ParamError;
use crate::topics::Ints;
use serde::Serialize;
use std::fmt;

/// What values a parameter takes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ParamKind {
    /// A whole number, both ends included.
    Int {
        /// Smallest allowed.
        min: i64,
        /// Largest allowed.
        max: i64,
        /// Unless a preset says otherwise.
        default: i64,
    },
    /// A number, both ends included.
    Float {
        /// Smallest allowed.
        min: f64,
        /// Largest allowed.
        max: f64,
        /// Unless a preset says otherwise.
        default: f64,
    },
    /// Yes or no.
    Bool {
        /// Unless a preset says otherwise.
        default: bool,
    },
    /// A short list of whole numbers, both ends included.
    Ints {
        /// Smallest allowed.
        min: i64,
        /// Largest allowed.
        max: i64,
        /// How many, at most.
        most: usize,
        /// Unless a preset says otherwise; as [`Ints`] reads it.
        default: &'static str,
    },
    /// One of a few words.
    Choice {
        /// The words; the first is the default.
        options: &'static [&'static str],
    },
}

/// One parameter.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ParamSpec {
    /// As written in `--set KEY=VALUE`.
    pub key: &'static str,
    /// As shown above its control.
    pub label: &'static str,
    /// What values it takes.
    pub kind: ParamKind,
    /// Unit of the value; empty where it has none. `s`: shown as a length of time.
    pub unit: &'static str,
    /// What 0 stands for, where it is no number of anything: "auto"; empty: 0 is 0.
    pub zero: &'static str,
    /// One sentence on what it does.
    pub help: &'static str,
    /// Stands in the run bar; the others are behind "More".
    pub prominent: bool,
}

/// A parameter's value.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Value {
    /// A whole number.
    Int(i64),
    /// A number.
    Float(f64),
    /// Yes or no.
    Bool(bool),
    /// A short list of whole numbers.
    Ints(Ints),
    /// One of the words of a [`ParamKind::Choice`].
    Choice(&'static str),
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Int(value) => value.fmt(f),
            Self::Float(value) => value.fmt(f),
            Self::Bool(value) => value.fmt(f),
            Self::Ints(value) => value.fmt(f),
            Self::Choice(value) => value.fmt(f),
        }
    }
}

/// How specifications are written: a kind, then what is special about it. They begin behind "More", without a unit.
impl ParamSpec {
    /// A whole number: unless a preset says otherwise, the smallest, the largest.
    pub const fn int(
        key: &'static str,
        label: &'static str,
        [default, min, max]: [i64; 3],
    ) -> Self {
        Self::new(key, label, ParamKind::Int { min, max, default })
    }

    /// A number: unless a preset says otherwise, the smallest, the largest.
    pub const fn float(
        key: &'static str,
        label: &'static str,
        [default, min, max]: [f64; 3],
    ) -> Self {
        Self::new(key, label, ParamKind::Float { min, max, default })
    }

    /// One of a few words, at first the first one.
    pub const fn choice(
        key: &'static str,
        label: &'static str,
        options: &'static [&'static str],
    ) -> Self {
        Self::new(key, label, ParamKind::Choice { options })
    }

    /// A parameter of any kind.
    pub const fn new(key: &'static str, label: &'static str, kind: ParamKind) -> Self {
        Self { key, label, kind, unit: "", zero: "", help: "", prominent: false }
    }

    /// With a sentence on what it does.
    pub const fn help(self, help: &'static str) -> Self {
        Self { help, ..self }
    }

    /// By what all sleeps are multiplied.
    pub const fn time_scale(help: &'static str) -> Self {
        Self::float("time_scale", "time scale", [1.0, 0.0, 10.0])
            .help(help)
            .in_unit("×")
            .prominent()
    }

    /// With a word in place of 0.
    pub const fn zero_is(self, zero: &'static str) -> Self {
        Self { zero, ..self }
    }

    /// With a unit.
    pub const fn in_unit(self, unit: &'static str) -> Self {
        Self { unit, ..self }
    }

    /// In the run bar.
    pub const fn prominent(self) -> Self {
        Self { prominent: true, ..self }
    }
}

impl ParamSpec {
    /// The value unless a preset or the user says otherwise.
    pub fn default_value(&self) -> Value {
        match self.kind {
            ParamKind::Int { default, .. } => Value::Int(default),
            ParamKind::Float { default, .. } => Value::Float(default),
            ParamKind::Bool { default } => Value::Bool(default),
            ParamKind::Ints { min, max, most, default } => {
                let list = Ints::parse(default, min, max, most);
                debug_assert!(list.is_some(), "`{default}` is no list for {}", self.key);
                list.or_else(|| Ints::parse(&min.to_string(), min, max, 1))
                    .map_or(Value::Choice(default), Value::Ints)
            }
            ParamKind::Choice { options } => Value::Choice(options.first().copied().unwrap_or("")),
        }
    }

    /// Name of its type in `topics --json`.
    pub fn type_name(&self) -> &'static str {
        match self.kind {
            ParamKind::Int { .. } => "int",
            ParamKind::Float { .. } => "float",
            ParamKind::Bool { .. } => "bool",
            ParamKind::Ints { .. } => "ints",
            ParamKind::Choice { .. } => "choice",
        }
    }

    /// Reads a value from text.
    ///
    /// # Errors
    /// A text that is no such value, or one out of range.
    pub fn parse(&self, text: &str) -> Result<Value, ParamError> {
        let text = text.trim();
        let wrong = |wanted: String| ParamError::Value {
            key: self.key.to_owned(),
            value: text.to_owned(),
            wanted,
        };
        match self.kind {
            ParamKind::Int { min, max, .. } => match self.unit {
                // Also with another unit, as shown.
                "µs" => text.parse().ok().or_else(|| micros(text)),
                _ => text.parse().ok(),
            }
                .filter(|value| (min..=max).contains(value))
                .map(Value::Int)
                .ok_or_else(|| {
                    let unit = match self.unit {
                        "µs" => " of µs",
                        _ => "",
                    };
                    wrong(format!("a whole number{unit} from {min} to {max}"))
                }),
            ParamKind::Float { min, max, .. } => {
                let (value, unit) = match self.unit {
                    "s" => (seconds(text), " of seconds"),
                    _ => (text.parse().ok(), ""),
                };
                value
                    .filter(|value| (min..=max).contains(value))
                    .map(Value::Float)
                    .ok_or_else(|| wrong(format!("a number{unit} from {min} to {max}")))
            }
            ParamKind::Bool { .. } => match text {
                "true" | "yes" | "on" | "1" => Ok(Value::Bool(true)),
                "false" | "no" | "off" | "0" => Ok(Value::Bool(false)),
                _ => Err(wrong("true or false".to_owned())),
            },
            ParamKind::Ints { min, max, most, .. } => Ints::parse(text, min, max, most)
                .map(Value::Ints)
                .ok_or_else(|| {
                    wrong(format!(
                        "at most {most} whole numbers from {min} to {max}, such as 2 4 8, 1-5 or 1-2×cores"
                    ))
                }),
            ParamKind::Choice { options } => options
                .iter()
                .find(|option| **option == text)
                .map(|option| Value::Choice(option))
                .ok_or_else(|| wrong(format!("one of {}", options.join(", ")))),
        }
    }
}

/// Reads a length of time in seconds: `0.5`, `0.5 s`, `400 µs`, `12ms`.
pub fn seconds(text: &str) -> Option<f64> {
    let text = text.trim();
    let number = text.trim_end_matches(|c: char| c.is_alphabetic() || c.is_whitespace());
    let unit = match text[number.len()..].trim() {
        "" | "s" => 1.0,
        "ms" => 1e-3,
        "µs" | "us" => 1e-6,
        "ns" => 1e-9,
        _ => return None,
    };
    number.parse::<f64>().ok().map(|value| value * unit)
}

/// Reads a length of time in whole microseconds: `400 µs`, `12ms`. It has a unit: who writes a number alone means
/// microseconds, or may mean seconds.
fn micros(text: &str) -> Option<i64> {
    text.ends_with(char::is_alphabetic).then_some(())?;
    let micros = (seconds(text)? * 1e6).round();
    micros.is_finite().then_some(micros as i64)
}
