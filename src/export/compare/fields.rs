//! What came out of a run, field by field, as it is compared.

use super::Side;
use super::table::Value;
use crate::replay::words::value::{Kind, entries, is_nested, kind, value as words};
use crate::trace::RecordedBy;
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
    if side.trace.meta().recorder == RecordedBy::Python {
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
            J::Array(items) if items.len() > LIST || items.iter().any(is_nested) => {
                fields.push((name, Value { text: entries(items.len()), data: json!(items.len()) }));
            }
            value => {
                let text = cut(words(&name, value, LIST));
                fields.push((name, Value { text, data: value.clone() }));
            }
        }
    }
}

/// Whether a field says nothing that another run could have, too: what the system numbers, and sentences about it.
fn is_of_one_run(key: &str, value: &serde_json::Value) -> bool {
    let is_sentence = value.as_str().is_some_and(|text| text.ends_with(['.', '!']));
    is_sentence || kind(key) == Kind::Id
}

fn cut(text: String) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((place, _)) => format!("{}…", &text[..place]),
        None => text,
    }
}
