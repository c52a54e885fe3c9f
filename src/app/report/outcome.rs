//! What came out of a run: a line for each field, and a table for each list of things that have fields of their own.

use crate::replay::words::value::{entries, is_nested, name as words_of, value as word};
use crate::topics::Outcome;
use serde_json::Value;

/// The most lines, and the most values in one of them.
const LINES: usize = 60;
const VALUES: usize = 12;
/// The most things of a table: of more only their number is said.
const THINGS: usize = 32;

/// What came out.
#[derive(Default)]
pub(super) struct Told {
    /// Field and value.
    pub lines: Vec<(String, String)>,
    /// Lists of things.
    pub tables: Vec<Table>,
}

/// A list of things, as the medians of each pool.
pub(super) struct Table {
    /// What they are.
    pub name: String,
    /// Their fields.
    pub heads: Vec<String>,
    /// Their values, as many as there are heads.
    pub rows: Vec<Vec<String>>,
}

impl Told {
    /// Of an outcome. Fields of fields have a dot between them.
    pub fn of(fields: &Outcome) -> Self {
        let mut told = Self::default();
        told.add("", fields);
        let more = told.lines.len().saturating_sub(LINES);
        told.lines.truncate(LINES);
        if more > 0 {
            told.lines.push(("further fields".to_owned(), format!("{more}, not shown here")));
        }
        told
    }

    fn add(&mut self, before: &str, fields: &Outcome) {
        for (key, value) in fields {
            let name = format!("{before}{key}");
            match value {
                Value::Object(inner) => self.add(&format!("{name}."), inner),
                Value::Array(values) if values.iter().any(is_nested) => {
                    match table(&name, values) {
                        Some(table) => self.tables.push(table),
                        None => self.lines.push((words_of(&name), entries(values.len()))),
                    }
                }
                value => self.lines.push((words_of(&name), word(&name, value, VALUES))),
            }
        }
    }
}

/// Things that have fields, if they are few enough to be read. A field that none of them has is left out, and so is one
/// that has fields itself.
fn table(name: &str, values: &[Value]) -> Option<Table> {
    let things: Vec<&Outcome> = values.iter().map(Value::as_object).collect::<Option<_>>()?;
    let mut keys: Vec<&String> = Vec::new();
    for (key, value) in things.iter().flat_map(|thing| thing.iter()) {
        let is_told = !value.is_null() && !value.is_object();
        if is_told && !keys.contains(&key) {
            keys.push(key);
        }
    }
    let row = |thing: &&Outcome| {
        let cells = keys.iter().map(|key| match thing.get(*key) {
            None | Some(Value::Null) => "–".to_owned(),
            Some(value) => word(key, value, VALUES),
        });
        cells.collect()
    };
    (things.len() <= THINGS && !keys.is_empty()).then(|| Table {
        name: words_of(name),
        heads: keys.iter().map(|key| words_of(key)).collect(),
        rows: things.iter().map(row).collect(),
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_left_out_is_counted() {
        let fields = |n: usize| (0..n).map(|n| (format!("field_{n}"), json!(n))).collect();
        assert_eq!(Told::of(&fields(LINES)).lines.len(), LINES);
        let told = Told::of(&fields(LINES + 3));
        let last = told.lines.last().map(|(name, said)| format!("{name}: {said}"));
        assert_eq!(last.as_deref(), Some("further fields: 3, not shown here"));
    }

    #[test]
    fn what_has_fields_is_a_table_and_the_rest_are_lines() {
        let outcome = json!({
            "list": [], "wall_ns": 1_500_000, "own_bytes": [4096, 8192],
            "with_lock": { "added": 3 },
            "medians": [
                { "pool_size": 2, "total_ns": 1_200_000, "speed_up": 0.63, "bend": null },
                { "pool_size": 4, "total_ns": 2_000_000, "note": "two", "bend": null },
            ],
            "trials": vec![json!({ "trial": 1 }); THINGS + 1],
        });
        let Some(fields) = outcome.as_object() else { panic!("no object") };
        let told = Told::of(fields);
        let lines: Vec<String> =
            told.lines.iter().map(|(name, said)| format!("{name}: {said}")).collect();
        let expected = [
            "list: none",
            "wall: 1.50 ms",
            "own: 5 kB, 9 kB",
            "with lock: added: 3",
            "trials: 33 entries",
        ];
        assert_eq!(lines, expected);
        let [table] = &told.tables[..] else { panic!("{} tables", told.tables.len()) };
        assert_eq!(table.name, "medians");
        assert_eq!(table.heads, ["pool size", "total", "speed up", "note"]);
        assert_eq!(table.rows, [["2", "1.20 ms", "0.630", "–"], ["4", "2.00 ms", "–", "two"]]);
    }
}
