//! What a run is made of as tables: a row for each event, span, trial and so on, one value in a cell, units in the names of
//! the columns.

use crate::replay::{Finding, Note, Replay, describe};
use crate::trace::{ActorId, EventKind, Meta, Nanos, SectionId, Trace};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// A table.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// Names of the columns, with their units.
    pub columns: Vec<&'static str>,
    /// A value for each column.
    pub rows: Vec<Vec<Value>>,
}

impl Table {
    pub(super) fn new<const N: usize>(
        columns: [&'static str; N],
        rows: impl Iterator<Item = [Value; N]>,
    ) -> Self {
        Self { columns: columns.to_vec(), rows: rows.map(Vec::from).collect() }
    }

    /// As comma-separated values (RFC 4180, with the line ends of Unix): nothing stands for what is not known.
    pub fn to_csv(&self) -> String {
        let mut csv = self.columns.join(",") + "\n";
        for row in &self.rows {
            for (place, value) in row.iter().enumerate() {
                if place > 0 {
                    csv.push(',');
                }
                match value {
                    Value::Null => {}
                    Value::String(text) => csv.push_str(&quoted(text)),
                    other => csv.push_str(&quoted(&other.to_string())),
                }
            }
            csv.push('\n');
        }
        csv
    }

    /// As a JSON array of objects.
    pub fn to_json(&self) -> String {
        let object = |row: &Vec<Value>| {
            let fields = self.columns.iter().zip(row).map(|(c, v)| ((*c).to_owned(), v.clone()));
            Value::Object(fields.collect())
        };
        let rows: Vec<String> = self.rows.iter().map(|row| object(row).to_string()).collect();
        format!("[\n{}\n]\n", rows.join(",\n"))
    }
}

fn quoted(text: &str) -> String {
    match text.contains([',', '"', '\n', '\r']) {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text.to_owned(),
    }
}

fn section(meta: &Meta, id: Option<SectionId>) -> Value {
    id.and_then(|id| meta.section(id)).map_or(Value::Null, |section| json!(section.name))
}

/// Who an actor is: id, name, process and section.
fn who(meta: &Meta, id: ActorId) -> [Value; 4] {
    let process =
        meta.process_of(id).map_or(Value::Null, |process| json!(meta.actor_name(process)));
    let part = section(meta, meta.actor(id).and_then(|actor| actor.section));
    [json!(id.0), json!(meta.actor_name(id)), process, part]
}

/// Every event, in order.
pub fn events(trace: &Trace) -> Table {
    let meta = trace.meta();
    let columns = [
        "at_ns",
        "actor_id",
        "actor",
        "process",
        "section",
        "event",
        "resource_id",
        "resource",
        "what",
        "file",
        "line",
    ];
    let rows = trace.events().iter().map(|event| {
        let [id, actor, process, part] = who(meta, event.actor);
        let kind = format!("{:?}", event.kind);
        let kind = kind.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
        let res = event.kind.resource();
        let place = meta.source(event.source).and_then(|source| source.places.first());
        [
            json!(event.at.0),
            id,
            actor,
            process,
            part,
            json!(kind),
            res.map_or(Value::Null, |res| json!(res.0)),
            res.map_or(Value::Null, |res| json!(meta.resource_name(res))),
            json!(describe(meta, event)),
            place.map_or(Value::Null, |place| json!(place.file)),
            place.map_or(Value::Null, |place| json!(place.line)),
        ]
    });
    Table::new(columns, rows)
}

/// What every actor did, span by span.
pub fn lanes(trace: &Trace, replay: &Replay) -> Table {
    let (meta, end) = (trace.meta(), trace.end());
    let columns = [
        "actor_id",
        "actor",
        "process",
        "section",
        "phase",
        "begin_ns",
        "end_ns",
        "duration_ns",
        "resource",
        "task",
        "stretch",
    ];
    let lanes = replay.lanes().actors.iter().enumerate();
    let rows = lanes.flat_map(|(index, lane)| {
        let actor = ActorId::from_index(index);
        lane.spans.iter().enumerate().filter_map(move |(i, span)| {
            let phase = span.shown()?;
            let to = lane.spans.get(i + 1).map_or(end, |next| next.start);
            let [id, name, process, part] = who(meta, actor);
            Some([
                id,
                name,
                process,
                part,
                json!(format!("{phase:?}").to_lowercase()),
                json!(span.start.0),
                json!(to.0),
                json!(to.since(span.start).0),
                span.res.map_or(Value::Null, |res| json!(meta.resource_name(res))),
                lane.task_at(span.start).map_or(Value::Null, |task| json!(task.0)),
                match span.note {
                    Note::Doing(name) => json!(meta.text(name)),
                    _ => Value::Null,
                },
            ])
        })
    });
    Table::new(columns, rows)
}

/// The sections that begin and end on record, in the order in which they ended: trials, and ways that were tried in turn.
pub fn trials(trace: &Trace) -> Table {
    let meta = trace.meta();
    let columns =
        ["section_id", "section", "within", "number", "begin_ns", "end_ns", "duration_ns"];
    let mut began: BTreeMap<u16, Nanos> = BTreeMap::new();
    let rows = trace.events().iter().filter_map(|event| {
        let id = match event.kind {
            EventKind::SectionBegan { section } => {
                began.insert(section.0, event.at);
                return None;
            }
            EventKind::SectionEnded { section } => section,
            _ => return None,
        };
        let from = began.remove(&id.0)?;
        let about = meta.section(id)?;
        Some([
            json!(id.0),
            json!(about.name),
            section(meta, about.within),
            json!(about.number),
            json!(from.0),
            json!(event.at.0),
            json!(event.at.since(from).0),
        ])
    });
    Table::new(columns, rows)
}

/// What the run proves.
pub fn findings(meta: &Meta, findings: &[Finding]) -> Table {
    let columns = ["id", "at_ns", "sentence", "actors", "resources"];
    let rows = findings.iter().map(|finding| {
        let actors: Vec<String> = finding.actors.iter().map(|id| meta.actor_name(*id)).collect();
        let resources = finding.resources.iter().map(|id| meta.resource_name(*id));
        let resources: Vec<String> = resources.collect();
        [
            json!(finding.kind.id()),
            json!(finding.at.0),
            json!(finding.sentence),
            json!(actors.join("; ")),
            json!(resources.join("; ")),
        ]
    });
    Table::new(columns, rows)
}

/// What came out, field by field; fields within fields are told apart by dots.
pub fn outcome(fields: &Map<String, Value>) -> Table {
    let mut flat = Vec::new();
    for (name, value) in fields {
        flatten(name, value, &mut flat);
    }
    Table::new(["field", "value"], flat.into_iter())
}

fn flatten(name: &str, value: &Value, flat: &mut Vec<[Value; 2]>) {
    match value {
        Value::Object(fields) => {
            for (inner, value) in fields {
                flatten(&format!("{name}.{inner}"), value, flat);
            }
        }
        Value::Array(items) => {
            for (index, value) in items.iter().enumerate() {
                flatten(&format!("{name}.{index}"), value, flat);
            }
        }
        value => flat.push([json!(name), value.clone()]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_where_they_must_be() {
        let rows = [[json!("a,b"), json!(3)], [json!("say \"x\""), Value::Null]];
        let table = Table::new(["name", "wait_ns"], rows.into_iter());
        assert_eq!(table.to_csv(), "name,wait_ns\n\"a,b\",3\n\"say \"\"x\"\"\",\n");
        assert_eq!(
            table.to_json(),
            "[\n{\"name\":\"a,b\",\"wait_ns\":3},\n{\"name\":\"say \\\"x\\\"\",\"wait_ns\":null}\n]\n"
        );
    }

    #[test]
    fn fields_within_fields_have_rows_of_their_own() {
        let Value::Object(fields) = json!({ "a": 1, "b": { "c": [2, 3] } }) else { panic!() };
        assert_eq!(outcome(&fields).to_csv(), "field,value\na,1\nb.c.0,2\nb.c.1,3\n");
    }
}
