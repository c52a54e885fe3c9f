//! The differences between runs as a table: a row for each thing, a value for each run.

use super::{CompareError, RUNS, Side};
use crate::export::table::Table;
use crate::replay::words::grouped;
use crate::trace::Nanos;
use serde_json::json;

/// The parts of the table, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// What was run, when and where, and how long it took.
    Run,
    /// Parameters that are not the same.
    Parameters,
    /// What came out and is not the same.
    Outcome,
    /// Waits and holds of all resources together.
    Waits,
    /// Each resource.
    Contention,
    /// What the runs prove.
    Findings,
    /// What was tried several times.
    Trials,
}

impl Part {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Run,
        Self::Parameters,
        Self::Outcome,
        Self::Waits,
        Self::Contention,
        Self::Findings,
        Self::Trials,
    ];

    /// As shown.
    pub fn title(self) -> &'static str {
        match self {
            Self::Run => "Run",
            Self::Parameters => "Parameters",
            Self::Outcome => "Outcome",
            Self::Waits => "Waits and holds",
            Self::Contention => "Contention",
            Self::Findings => "Findings",
            Self::Trials => "Trials",
        }
    }
}

/// A value of one run.
#[derive(Clone, Debug, PartialEq)]
pub struct Value {
    /// As it is read.
    pub text: String,
    /// As data, in the unit of its row.
    pub data: serde_json::Value,
}

impl Value {
    pub(super) fn text(text: impl Into<String>) -> Self {
        let text = text.into();
        Self { data: json!(text), text }
    }

    pub(super) fn number(number: u64) -> Self {
        Self { text: grouped(number), data: json!(number) }
    }

    pub(super) fn time(time: Nanos) -> Self {
        Self { text: time.to_string(), data: json!(time.0) }
    }
}

/// A row of the table.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Where it stands.
    pub part: Part,
    /// The resource that it is about; empty where it is about none.
    pub of: String,
    /// What it is.
    pub what: String,
    /// The unit of the data; empty where it has none.
    pub unit: &'static str,
    /// One for each run; nothing where that run has none.
    pub values: Vec<Option<Value>>,
    /// Whether it was measured, or depends on who came first, and so differs between any two runs of one program.
    pub is_measured: bool,
    /// What can be concluded of it, in a sentence; empty where that is nothing.
    pub said: String,
}

impl Row {
    /// Whether the runs differ in it.
    pub fn differs(&self) -> bool {
        self.values.windows(2).any(|pair| pair[0] != pair[1])
    }
}

/// What differs between runs.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// Their names.
    pub runs: Vec<String>,
    /// By part. What is the same in all runs is left out, but for time, events, findings and trials.
    pub rows: Vec<Row>,
    /// What is left out because there is too much of it, in sentences.
    pub left_out: Vec<String>,
}

impl Comparison {
    /// Compares runs.
    ///
    /// # Errors
    /// Fewer than two or more than four of them.
    pub fn of(sides: &[Side<'_>]) -> Result<Self, CompareError> {
        if !RUNS.contains(&sides.len()) {
            return Err(CompareError::Number(sides.len()));
        }
        let runs = sides.iter().map(|side| side.name.to_owned()).collect();
        let mut made = Self { runs, rows: Vec::new(), left_out: Vec::new() };
        made.run(sides);
        made.parameters(sides);
        made.outcome(sides);
        made.contention(sides);
        made.findings(sides);
        made.trials(sides);
        Ok(made)
    }

    /// The rows of a part.
    pub fn part(&self, part: Part) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(move |row| row.part == part)
    }

    /// As a tidy table: a row for each thing and each run.
    pub fn table(&self) -> Table {
        let columns = ["part", "of", "what", "unit", "measured", "run", "value", "said"];
        let rows = self.rows.iter().flat_map(|row| {
            self.runs.iter().zip(&row.values).map(|(run, value)| {
                [
                    json!(row.part.title()),
                    json!(row.of),
                    json!(row.what),
                    json!(row.unit),
                    json!(row.is_measured),
                    json!(run),
                    value.as_ref().map_or(serde_json::Value::Null, |value| value.data.clone()),
                    json!(row.said),
                ]
            })
        });
        Table::new(columns, rows)
    }

    /// As one JSON object: `runs`, `rows` with a value for each run, `left_out`.
    pub fn to_json(&self) -> serde_json::Value {
        let row = |row: &Row| {
            let data = row.values.iter().map(|value| value.as_ref().map(|value| &value.data));
            json!({
                "part": row.part.title(),
                "of": row.of,
                "what": row.what,
                "unit": row.unit,
                "measured": row.is_measured,
                "differs": row.differs(),
                "values": data.collect::<Vec<_>>(),
                "said": row.said,
            })
        };
        let rows: Vec<_> = self.rows.iter().map(row).collect();
        json!({ "runs": self.runs, "rows": rows, "left_out": self.left_out })
    }

    pub(super) fn add(&mut self, part: Part, what: impl Into<String>) -> &mut Row {
        let what = what.into();
        let (of, unit, said) = (String::new(), "", String::new());
        self.rows.push(Row { part, of, what, unit, values: Vec::new(), is_measured: false, said });
        let last = self.rows.len() - 1;
        &mut self.rows[last]
    }

    /// Adds a row, unless all runs have the same.
    pub(super) fn add_if(&mut self, row: Row) {
        if row.differs() {
            self.rows.push(row);
        }
    }

    /// Adds a row, unless all runs have the same of those that have any such thing: a trace of a program without parameters
    /// does not differ in each of them.
    pub(super) fn add_among(&mut self, row: Row, have: &[bool]) {
        let among = row.values.iter().zip(have).filter(|(_, has)| **has);
        let among: Vec<_> = among.map(|(value, _)| value).collect();
        if among.windows(2).any(|pair| pair[0] != pair[1]) {
            self.rows.push(row);
        }
    }
}

/// A row without values.
pub(super) fn empty(part: Part, what: &str) -> Row {
    let (of, what, said) = (String::new(), what.to_owned(), String::new());
    Row { part, of, what, unit: "", values: Vec::new(), is_measured: false, said }
}
