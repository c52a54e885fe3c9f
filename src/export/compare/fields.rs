//! What came out of a run, field by field, as it is compared.

use super::Side;
use super::table::Value;
use crate::replay::bytes;
use crate::replay::words::grouped;
use crate::trace::Nanos;
use serde_json::json;

/// The longest list of an outcome that is written out, and the most characters of a value.
const LIST: usize = 12;
const LONGEST: usize = 120;

/// The fields of an outcome, those of fields within with a dot between.
pub fn outcome(side: &Side<'_>) -> Vec<(String, Value)> {
    let mut fields = Vec::new();
    if let Some(outcome) = side.outcome {
        flatten("", outcome, &mut fields);
    }
    fields
}

fn flatten(
    outer: &str,
    outcome: &serde_json::Map<String, serde_json::Value>,
    fields: &mut Vec<(String, Value)>,
) {
    use serde_json::Value as J;
    for (key, value) in outcome {
        let name = if outer.is_empty() { key.clone() } else { format!("{outer}.{key}") };
        match value {
            J::Object(inner) => flatten(&name, inner, fields),
            J::Array(items)
                if items.len() > LIST || items.iter().any(|i| i.is_array() || i.is_object()) =>
            {
                let text = format!("{} entries", grouped(items.len()));
                fields.push((name, Value { text, data: json!(items.len()) }));
            }
            J::Array(items) => {
                let texts: Vec<String> = items.iter().map(|item| text(key, item)).collect();
                let text = if texts.is_empty() { "none".to_owned() } else { texts.join(", ") };
                fields.push((name, Value { text: cut(text), data: value.clone() }));
            }
            value => {
                fields.push((name, Value { text: cut(text(key, value)), data: value.clone() }));
            }
        }
    }
}

fn text(key: &str, value: &serde_json::Value) -> String {
    use serde_json::Value as J;
    match value {
        J::Null => "none".to_owned(),
        J::Bool(yes) => if *yes { "yes" } else { "no" }.to_owned(),
        J::String(text) => text.clone(),
        J::Number(number) => match (number.as_u64(), unit(key)) {
            (Some(time), "ns") => Nanos(time).to_string(),
            (Some(amount), "bytes") => bytes(amount),
            (Some(number), _) => grouped(number),
            _ => number
                .as_f64()
                .filter(|_| number.is_f64())
                .map_or_else(|| number.to_string(), |n| format!("{n:.3}")),
        },
        other => other.to_string(),
    }
}

/// The unit that the name of a field ends in.
pub fn unit(key: &str) -> &'static str {
    match key {
        key if key.ends_with("_ns") => "ns",
        key if key.ends_with("_bytes") => "bytes",
        _ => "",
    }
}

/// `summary.longest_wait_ns` as "summary: longest wait".
pub fn plain(name: &str) -> String {
    let name = name.strip_suffix("_ns").or(name.strip_suffix("_bytes")).unwrap_or(name);
    name.replace('_', " ").replace('.', ": ")
}

fn cut(text: String) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((place, _)) => format!("{}…", &text[..place]),
        None => text,
    }
}
