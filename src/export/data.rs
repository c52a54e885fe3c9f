//! What leaves this program as data: a trace for other tools, or a table, in the form that the name of its file says.

use super::table::{self, Table};
use super::{ExportError, save, trace_events};
use crate::replay::{Finding, Replay};
use crate::trace::Trace;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Map, Value};
use std::io::Write;
use std::path::Path;

/// What is written of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum What {
    /// All of it in the Chrome trace event format, which Perfetto and the Firefox Profiler open.
    #[default]
    Trace,
    /// Every event, a row each.
    Events,
    /// What every thread and process did, a row for each stretch.
    Lanes,
    /// What came out, a row for each field.
    Outcome,
    /// Parts that began and ended in turn, such as trials, a row each.
    Trials,
    /// What the run proves, a row for each finding.
    Findings,
}

impl What {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Trace, Self::Events, Self::Lanes, Self::Outcome, Self::Trials, Self::Findings];

    /// In a word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Trace => "trace",
            Self::Events => "events",
            Self::Lanes => "lanes",
            Self::Outcome => "outcome",
            Self::Trials => "trials",
            Self::Findings => "findings",
        }
    }
}

/// How it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Comma-separated values.
    Csv,
    /// JSON.
    Json,
}

/// What is written to a file of a name, and how; gzipped where the name says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    /// What.
    pub what: What,
    /// How.
    pub form: Form,
    /// Whether it is gzipped.
    pub is_packed: bool,
}

impl Plan {
    /// What is written to a file of this name: of JSON by default a trace for other tools, of CSV the events.
    ///
    /// # Errors
    /// A name that says nothing known, or something that cannot be written so, as a sentence.
    pub fn of(path: &Path, what: Option<What>) -> Result<Self, String> {
        let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
        let (name, is_packed) = match name.strip_suffix(".gz") {
            Some(name) => (name, true),
            None => (&name[..], false),
        };
        let (form, usual) = match name.rsplit_once('.') {
            Some((_, "json")) => (Form::Json, What::Trace),
            Some((_, "csv")) => (Form::Csv, What::Events),
            _ => {
                return Err(format!(
                    "{} is no name for data; end it in .csv or .json, and .gz after that to pack it",
                    path.display()
                ));
            }
        };
        let what = what.unwrap_or(usual);
        if (form, what) == (Form::Csv, What::Trace) {
            return Err("a trace for other tools is JSON; end the name in .json, or choose a table with --what".to_owned());
        }
        Ok(Self { what, form, is_packed })
    }

    /// Bytes as they are written: gzipped where the name says so.
    ///
    /// # Errors
    /// What cannot be packed; nothing that is known.
    pub fn packed(self, bytes: Vec<u8>) -> std::io::Result<Vec<u8>> {
        if !self.is_packed {
            return Ok(bytes);
        }
        let mut packer = GzEncoder::new(Vec::new(), Compression::default());
        packer.write_all(&bytes)?;
        packer.finish()
    }
}

/// A run that data is taken from.
#[derive(Clone, Copy)]
pub struct Data<'a> {
    /// What happened.
    pub trace: &'a Trace,
    /// What is derived from it.
    pub replay: &'a Replay,
    /// What came out, where that is known.
    pub outcome: Option<&'a Map<String, Value>>,
    /// What it proves.
    pub findings: &'a [Finding],
}

impl Data<'_> {
    fn table(&self, what: What) -> Option<Table> {
        Some(match what {
            What::Trace => return None,
            What::Events => table::events(self.trace),
            What::Lanes => table::lanes(self.trace, self.replay),
            What::Outcome => table::outcome(self.outcome.unwrap_or(&Map::new())),
            What::Trials => table::trials(self.trace),
            What::Findings => table::findings(self.trace.meta(), self.findings),
        })
    }

    /// It as bytes.
    ///
    /// # Errors
    /// What cannot be packed; nothing that is known.
    pub fn bytes(&self, plan: Plan) -> std::io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        match (self.table(plan.what), plan.form) {
            (None, _) => trace_events::write::write(self.trace, self.replay, &mut bytes)?,
            (Some(table), Form::Csv) => bytes = table.to_csv().into_bytes(),
            (Some(_), Form::Json) if plan.what == What::Outcome => {
                bytes = serde_json::to_vec_pretty(self.outcome.unwrap_or(&Map::new()))?;
                bytes.push(b'\n');
            }
            (Some(table), Form::Json) => bytes = table.to_json().into_bytes(),
        }
        plan.packed(bytes)
    }

    /// Writes it to a file, whole or not at all.
    ///
    /// # Errors
    /// [`ExportError::Write`] with the path and the system's reason.
    pub fn save(&self, path: &Path, plan: Plan) -> Result<(), ExportError> {
        let failed = |source| ExportError::Write { path: path.to_owned(), source };
        save::whole(path, &self.bytes(plan).map_err(failed)?)
    }
}
