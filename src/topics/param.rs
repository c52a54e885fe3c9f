//! Parameters of a topic: one list from which the controls, `--set` and `topics --json` all come.

mod spec;

use crate::trace::ResourceKind;
use std::time::Duration;

pub use spec::{ParamKind, ParamSpec, Value, seconds};

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
    /// Each value is allowed, but not beside the others: why.
    #[error("{0}")]
    Together(String),
    /// `--set` without `=`.
    #[error("`{0}` is not KEY=VALUE")]
    NoEquals(String),
}

/// A tool, and whether a program uses it right: what presets are chosen by where a topic has many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tool {
    /// The group it is listed in: "Threads".
    pub group: &'static str,
    /// As listed: "queue".
    pub name: &'static str,
    /// Whose badges stand before it.
    pub kinds: &'static [ResourceKind],
    /// Whether the program uses it wrong.
    pub broken: bool,
}

/// A named set of parameters that reproduces one well-known program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Preset {
    /// As written in `--preset`.
    pub id: &'static str,
    /// One sentence on what the program does.
    pub summary: &'static str,
    /// The tool that the program uses, where the presets of a topic are chosen by that.
    pub tool: Option<Tool>,
    /// What differs from the defaults, as `(key, value)`.
    pub values: &'static [(&'static str, &'static str)],
}

impl Preset {
    /// A preset that changes these defaults.
    pub const fn new(id: &'static str, values: &'static [(&'static str, &'static str)]) -> Self {
        Self { id, summary: "", tool: None, values }
    }

    /// One that uses this tool right.
    pub const fn right(
        self,
        group: &'static str,
        tool: &'static str,
        kinds: &'static [ResourceKind],
    ) -> Self {
        Self { tool: Some(Tool { group, name: tool, kinds, broken: false }), ..self }
    }

    /// One that uses this tool wrong.
    pub const fn broken(
        self,
        group: &'static str,
        tool: &'static str,
        kinds: &'static [ResourceKind],
    ) -> Self {
        Self { tool: Some(Tool { group, name: tool, kinds, broken: true }), ..self }
    }

    /// With a sentence on what its program does.
    pub const fn summary(self, summary: &'static str) -> Self {
        Self { summary, ..self }
    }
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
            known: known(presets.iter().map(|p| p.id)),
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

    /// The same with every parameter that `applies` denies at its default: what a run depends on.
    pub fn effective(&self, applies: impl Fn(&str, &Self) -> bool) -> Self {
        let mut effective = self.clone();
        for (spec, value) in self.specs.iter().zip(&mut effective.values) {
            if !applies(spec.key, self) {
                *value = spec.default_value();
            }
        }
        effective
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
            known: known(self.specs.iter().map(|s| s.key)),
        })?;
        self.values[index] = self.specs[index].parse(text)?;
        Ok(())
    }

    /// Sets one parameter from `KEY=VALUE`.
    ///
    /// # Errors
    /// No `=`, an unknown key, or a value the parameter does not take.
    pub fn set_pair(&mut self, pair: &str) -> Result<(), ParamError> {
        let (key, value) =
            pair.split_once('=').ok_or_else(|| ParamError::NoEquals(pair.to_owned()))?;
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

    /// The value of a parameter in the time of a run: multiplied by the time scale, where there is one.
    pub fn scaled(&self, key: &str) -> Option<Value> {
        let scale = match self.get("time_scale") {
            Some(Value::Float(scale)) => *scale,
            _ => 1.0,
        };
        match self.get(key)? {
            // In whole nanoseconds, which are written in a few digits.
            Value::Float(value) if scale != 1.0 => {
                Some(Value::Float((value * scale * 1e9).round() / 1e9))
            }
            Value::Int(value) if scale != 1.0 => Some(Value::Int((*value as f64 * scale) as i64)),
            value => Some(value.clone()),
        }
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

    /// A list of whole numbers on a machine with `cores` cores; empty where the topic has no such parameter.
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

    /// What the chosen word stands for: these are in the order of the words.
    pub fn one_of<T: Copy, const N: usize>(&self, key: &str, all: [T; N]) -> T {
        let spec = self.specs.iter().find(|spec| spec.key == key);
        let words = match spec.map(|spec| spec.kind) {
            Some(ParamKind::Choice { options }) => options,
            _ => &[],
        };
        debug_assert_eq!(words.len(), N, "`{key}` takes {words:?}");
        let chosen = words.iter().position(|word| *word == self.choice(key));
        all[chosen.unwrap_or(0).min(N - 1)]
    }

    /// A number of seconds, in the time of a run: multiplied by the time scale.
    pub fn time(&self, key: &str) -> Duration {
        Duration::from_secs_f64(self.float(key) * self.float("time_scale"))
    }

    /// As kept in a trace.
    pub fn to_strings(&self) -> Vec<(String, String)> {
        self.iter().map(|(spec, value)| (spec.key.to_owned(), value.to_string())).collect()
    }
}

/// "workers, tasks"; "none".
fn known<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<_> = names.collect();
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}

/// A topic that asks for a parameter it does not have is a mistake in the topic: loud in tests, mild for users.
fn missing<T>(key: &str, found: Option<&Value>, fallback: T) -> T {
    debug_assert!(false, "no parameter `{key}` of this type (found {found:?})");
    fallback
}

#[cfg(test)]
mod tests;
