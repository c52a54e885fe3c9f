//! What came out of a run, value by value: how each kind of field is called and written, wherever an outcome is shown.

use super::{bytes, count, grouped};
use crate::trace::Nanos;
use serde_json::Value;

/// What the value of a field is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Nanoseconds.
    Time,
    /// Memory.
    Bytes,
    /// What the system numbers: another run has others.
    Id,
    /// Anything else.
    Plain,
}

impl Kind {
    /// The unit of its numbers, as they are written as data; empty where they have none.
    pub fn unit(self) -> &'static str {
        match self {
            Self::Time => "ns",
            Self::Bytes => "bytes",
            Self::Id | Self::Plain => "",
        }
    }
}

/// Fields that are of a kind: all whose names end like that, or the one of that name.
const KINDS: &[(&str, Kind)] = &[
    ("_ns", Kind::Time),
    ("_bytes", Kind::Bytes),
    ("pid", Kind::Id),
    ("pids", Kind::Id),
    ("tids", Kind::Id),
    ("failed_pid", Kind::Id),
    ("worker_pids", Kind::Id),
    ("done_by", Kind::Id),
    ("thread_of", Kind::Id),
];

/// The kind of a field; of one within another, which has a dot before it, that of the outer one where that has one.
pub fn kind(field: &str) -> Kind {
    let of = |part: &str| {
        let is_it = |name: &str| match name.starts_with('_') {
            true => part.ends_with(name),
            false => part == name,
        };
        KINDS.iter().find(|(name, _)| is_it(name)).map(|(_, kind)| *kind)
    };
    field.split('.').find_map(of).unwrap_or(Kind::Plain)
}

/// `summary.longest_wait_ns` as "summary: longest wait": a unit stands at the value.
pub fn name(field: &str) -> String {
    let part = |part: &str| {
        let ends = KINDS.iter().filter(|(name, _)| name.starts_with('_'));
        let without = ends.filter_map(|(end, _)| part.strip_suffix(end)).next();
        without.unwrap_or(part).replace('_', " ")
    };
    field.split('.').map(part).collect::<Vec<_>>().join(": ")
}

/// The value of a field. Of a list of more than `most`, or of lists and things, only how many there are.
pub fn value(field: &str, value: &Value, most: usize) -> String {
    match value {
        Value::Null => "–".to_owned(),
        Value::Bool(yes) => if *yes { "yes" } else { "no" }.to_owned(),
        Value::String(text) => text.clone(),
        Value::Number(number) => match (number.as_u64(), kind(field)) {
            (Some(time), Kind::Time) => Nanos(time).to_string(),
            (Some(amount), Kind::Bytes) => bytes(amount),
            (Some(number), Kind::Plain) => grouped(number),
            _ => number
                .as_f64()
                .filter(|_| number.is_f64())
                .map_or_else(|| number.to_string(), rounded),
        },
        Value::Array(values) if values.is_empty() => "none".to_owned(),
        Value::Array(values) if values.len() > most || values.iter().any(is_nested) => {
            entries(values.len())
        }
        Value::Array(values) => {
            let words: Vec<String> =
                values.iter().map(|one| self::value(field, one, most)).collect();
            words.join(", ")
        }
        Value::Object(_) => "…".to_owned(),
    }
}

/// Whether it is a list, or has fields.
pub fn is_nested(value: &Value) -> bool {
    value.is_array() || value.is_object()
}

/// How many there are.
pub fn entries(number: usize) -> String {
    count(number, "entry")
}

/// A number in three digits or so.
fn rounded(number: f64) -> String {
    let places = match number.abs() {
        100.0.. => 0,
        10.0.. => 1,
        1.0.. => 2,
        _ => 3,
    };
    format!("{number:.places$}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_field_has_one_kind_one_name_and_one_way_to_write_its_value() {
        for (field, of, name_of, one, text) in [
            ("wall_ns", Kind::Time, "wall", json!(1_500_000), "1.50 ms"),
            ("longest_wait_ns", Kind::Time, "longest wait", json!(0), "0 ns"),
            ("own_bytes", Kind::Bytes, "own", json!([4096, 8192]), "5 kB, 9 kB"),
            ("ways_ns.pipe", Kind::Time, "ways: pipe", json!(1500), "1.50 µs"),
            ("ways.wall_ns", Kind::Time, "ways: wall", json!(null), "–"),
            ("pids", Kind::Id, "pids", json!([12345, 12346]), "12345, 12346"),
            ("rapid", Kind::Plain, "rapid", json!(12345), "12,345"),
            ("pool_size", Kind::Plain, "pool size", json!(-12345), "-12345"),
            ("speed_up", Kind::Plain, "speed up", json!(0.6312), "0.631"),
            ("speed_up", Kind::Plain, "speed up", json!(12.34), "12.3"),
            ("is_it", Kind::Plain, "is it", json!([true, false]), "yes, no"),
            ("list", Kind::Plain, "list", json!([]), "none"),
            ("list", Kind::Plain, "list", json!([1, 2, 3, 4]), "4 entries"),
            ("list", Kind::Plain, "list", json!([[1]]), "1 entry"),
            ("list", Kind::Plain, "list", json!({ "a": 1 }), "…"),
        ] {
            assert_eq!((kind(field), &*name(field)), (of, name_of), "{field}");
            assert_eq!(value(field, &one, 3), text, "{field}: {one}");
        }
    }
}
