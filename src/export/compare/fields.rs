//! What came out of a run, field by field, as it is compared.

use super::Side;
use super::table::Value;
use crate::replay::bytes;
use crate::replay::words::grouped;
use crate::trace::{Engine, Nanos};
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
    // There it means that nobody knows.
    if side.trace.meta().engine == Engine::Python {
        fields.retain(|(_, value)| !value.data.is_null());
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
        if is_of_one_run(key, value) {
            continue;
        }
        match value {
            J::Object(inner) => flatten(&name, inner, fields),
            J::Array(items)
                if items.len() > LIST || items.iter().any(|i| i.is_array() || i.is_object()) =>
            {
                let text = format!("{} entries", grouped(items.len()));
                fields.push((name, Value { text, data: json!(items.len()) }));
            }
            J::Array(items) => {
                let texts: Vec<String> = items.iter().map(|item| text(&name, item)).collect();
                let text = if texts.is_empty() { "none".to_owned() } else { texts.join(", ") };
                fields.push((name, Value { text: cut(text), data: value.clone() }));
            }
            value => {
                let text = cut(text(&name, value));
                fields.push((name, Value { text, data: value.clone() }));
            }
        }
    }
}

/// Whether a field says nothing that another run could have, too: what the system numbers, and sentences about it.
fn is_of_one_run(key: &str, value: &serde_json::Value) -> bool {
    let is_sentence = value.as_str().is_some_and(|text| text.ends_with(['.', '!']));
    is_sentence || matches!(key, "pids" | "worker_pids" | "done_by" | "thread_of" | "tids")
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
    let unit = |part: &str| match part {
        part if part.ends_with("_ns") => "ns",
        part if part.ends_with("_bytes") => "bytes",
        _ => "",
    };
    // That of fields within stands in the name of the outer one.
    key.split('.').map(unit).find(|unit| !unit.is_empty()).unwrap_or("")
}

/// `summary.longest_wait_ns` as "summary: longest wait".
pub fn plain(name: &str) -> String {
    let part = |part: &str| {
        let part = part.strip_suffix("_ns").or(part.strip_suffix("_bytes")).unwrap_or(part);
        part.replace('_', " ")
    };
    name.split('.').map(part).collect::<Vec<_>>().join(": ")
}

fn cut(text: String) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((place, _)) => format!("{}…", &text[..place]),
        None => text,
    }
}
