//! Parameters of a topic: one list from which the controls, `--set` and `topics --json` all come.

use super::Ints;
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

impl ParamSpec {
    /// The value unless a preset or the user says otherwise.
    pub fn default_value(&self) -> Value {
        match self.kind {
            ParamKind::Int { default, .. } => Value::Int(default),
            ParamKind::Float { default, .. } => Value::Float(default),
            ParamKind::Bool { default } => Value::Bool(default),
            ParamKind::Ints {
                min,
                max,
                most,
                default,
            } => {
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
                .ok_or_else(|| wrong(format!("a whole number from {min} to {max}"))),
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

/// Reads a length of time in whole microseconds: `400 µs`, `12ms`.
fn micros(text: &str) -> Option<i64> {
    let micros = (seconds(text)? * 1e6).round();
    micros.is_finite().then_some(micros as i64)
}

/// What is wrong with a parameter, as one sentence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParamError {
    /// The topic has no such parameter.
    #[error("{topic} has no parameter `{key}`; it has {known}")]
    Unknown {
        /// Id of the topic.
        topic: String,
        /// The key asked for.
        key: String,
        /// The keys there are.
        known: String,
    },
    /// The value is not one the parameter takes.
    #[error("`{value}` is no value for {key}: it takes {wanted}")]
    Value {
        /// The parameter.
        key: String,
        /// The value given.
        value: String,
        /// What it takes.
        wanted: String,
    },
    /// The topic has no such preset.
    #[error("{topic} has no preset `{preset}`; it has {known}")]
    Preset {
        /// Id of the topic.
        topic: String,
        /// The preset asked for.
        preset: String,
        /// The presets there are.
        known: String,
    },
    /// `--set` without `=`.
    #[error("`{0}` is not KEY=VALUE")]
    NoEquals(String),
}

/// A named set of parameters that reproduces one well-known program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Preset {
    /// As written in `--preset`.
    pub id: &'static str,
    /// One sentence on what the program does.
    pub summary: &'static str,
    /// What differs from the defaults, as `(key, value)`.
    pub values: &'static [(&'static str, &'static str)],
}

/// The parameters of a run: a value for every [`ParamSpec`] of the topic.
#[derive(Clone, Debug, PartialEq)]
pub struct Params {
    topic: &'static str,
    specs: &'static [ParamSpec],
    preset: &'static str,
    values: Vec<Value>,
}

impl Params {
    /// The defaults, then what the preset changes.
    ///
    /// # Errors
    /// [`ParamError::Preset`] where the topic has no such preset.
    pub fn of_preset(
        topic: &'static str,
        specs: &'static [ParamSpec],
        presets: &'static [Preset],
        preset: &str,
    ) -> Result<Self, ParamError> {
        let found = presets.iter().find(|p| p.id == preset);
        let found = found.ok_or_else(|| ParamError::Preset {
            topic: topic.to_owned(),
            preset: preset.to_owned(),
            known: if presets.is_empty() {
                "none".to_owned()
            } else {
                presets.iter().map(|p| p.id).collect::<Vec<_>>().join(", ")
            },
        })?;
        let mut params = Self::defaults(topic, specs);
        params.preset = found.id;
        for (key, value) in found.values {
            params.set(key, value)?;
        }
        Ok(params)
    }

    /// Every parameter at its default.
    pub fn defaults(topic: &'static str, specs: &'static [ParamSpec]) -> Self {
        Self {
            topic,
            specs,
            preset: "",
            values: specs.iter().map(ParamSpec::default_value).collect(),
        }
    }

    /// The preset they started from; empty where none.
    pub fn preset(&self) -> &'static str {
        self.preset
    }

    /// Sets one parameter from text.
    ///
    /// # Errors
    /// An unknown key, or a value the parameter does not take.
    pub fn set(&mut self, key: &str, text: &str) -> Result<(), ParamError> {
        let index = self.specs.iter().position(|spec| spec.key == key);
        let index = index.ok_or_else(|| ParamError::Unknown {
            topic: self.topic.to_owned(),
            key: key.to_owned(),
            known: if self.specs.is_empty() {
                "none".to_owned()
            } else {
                self.specs
                    .iter()
                    .map(|s| s.key)
                    .collect::<Vec<_>>()
                    .join(", ")
            },
        })?;
        self.values[index] = self.specs[index].parse(text)?;
        Ok(())
    }

    /// Sets one parameter from `KEY=VALUE`.
    ///
    /// # Errors
    /// No `=`, an unknown key, or a value the parameter does not take.
    pub fn set_pair(&mut self, pair: &str) -> Result<(), ParamError> {
        let (key, value) = pair
            .split_once('=')
            .ok_or_else(|| ParamError::NoEquals(pair.to_owned()))?;
        self.set(key.trim(), value)
    }

    /// All parameters with their values.
    pub fn iter(&self) -> impl Iterator<Item = (&'static ParamSpec, &Value)> {
        self.specs.iter().zip(&self.values)
    }

    /// The value of a parameter.
    pub fn get(&self, key: &str) -> Option<&Value> {
        let index = self.specs.iter().position(|spec| spec.key == key)?;
        self.values.get(index)
    }

    /// A whole number; 0 where the topic has no such parameter.
    pub fn int(&self, key: &str) -> i64 {
        match self.get(key) {
            Some(Value::Int(value)) => *value,
            other => missing(key, other, 0),
        }
    }

    /// A number that is never negative, as a count.
    pub fn count(&self, key: &str) -> usize {
        usize::try_from(self.int(key)).unwrap_or(0)
    }

    /// A number; 0 where the topic has no such parameter.
    pub fn float(&self, key: &str) -> f64 {
        match self.get(key) {
            Some(Value::Float(value)) => *value,
            other => missing(key, other, 0.0),
        }
    }

    /// Yes or no; no where the topic has no such parameter.
    pub fn bool(&self, key: &str) -> bool {
        match self.get(key) {
            Some(Value::Bool(value)) => *value,
            other => missing(key, other, false),
        }
    }

    /// A list of whole numbers on a machine of so many cores; empty where the topic has no such parameter.
    pub fn ints(&self, key: &str, cores: usize) -> Vec<i64> {
        let spec = self.specs.iter().find(|spec| spec.key == key);
        match (spec.map(|spec| spec.kind), self.get(key)) {
            (Some(ParamKind::Ints { min, max, most, .. }), Some(Value::Ints(list))) => {
                list.resolve(cores, min, max, most)
            }
            (_, other) => missing(key, other, Vec::new()),
        }
    }

    /// The chosen word; empty where the topic has no such parameter.
    pub fn choice(&self, key: &str) -> &'static str {
        match self.get(key) {
            Some(Value::Choice(value)) => value,
            other => missing(key, other, ""),
        }
    }

    /// As kept in a trace.
    pub fn to_strings(&self) -> Vec<(String, String)> {
        self.iter()
            .map(|(spec, value)| (spec.key.to_owned(), value.to_string()))
            .collect()
    }
}

/// A topic that asks for a parameter it does not have is a mistake in the topic: loud in tests, mild for users.
fn missing<T>(key: &str, found: Option<&Value>, fallback: T) -> T {
    debug_assert!(false, "no parameter `{key}` of this type (found {found:?})");
    fallback
}

#[cfg(test)]
mod tests;
