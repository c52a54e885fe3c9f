//! What came out of a run, as its trace tells: the topic's documentation says what the fields are.

use super::analysis::{Cell, Finding, Summary};
use super::trials::{Trial, Trials};
use crate::replay::Replay;
use crate::topics::cpython::Part;
use crate::topics::results;
use crate::trace::{Follow, Trace};
use serde::Serialize;
use serde_json::{Value as Json, json};

/// What came out of a run. The topic's documentation says what the fields are.
#[derive(Clone, Debug, Serialize)]
pub struct WaysOutcome {
    results: Vec<i64>,
    /// What the trials show, of this program's ways.
    #[serde(serialize_with = "in_words")]
    pub finding: Option<Finding>,
    /// What they show of CPython's.
    #[serde(serialize_with = "in_words")]
    pub cpython_finding: Option<Finding>,
    cpython: Option<[String; 3]>,
    left_out: Option<String>,
    cores: usize,
    ways: Vec<Json>,
    trials: Vec<Json>,
    /// Medians of the ways.
    #[serde(skip)]
    pub cells: Vec<Cell>,
}

fn in_words<S: serde::Serializer>(finding: &Option<Finding>, to: S) -> Result<S::Ok, S::Error> {
    finding.as_ref().map(|finding| format!("{}. {}", finding.title, finding.why)).serialize(to)
}

impl WaysOutcome {
    /// The outcome of a run.
    pub fn of(trace: &Trace, replay: &Replay) -> Self {
        let trials = Trials::of(trace);
        let summary = Summary::of(trace.meta(), &trials, trace.end());
        let ways = summary.cells.iter().map(|cell| way(&summary, cell)).collect();
        let Summary { cells, findings: [finding, cpython_finding] } = summary;
        let Part { version, method, gil, left_out, .. } = Part::of(trace.meta());
        Self {
            results: results::kept(trace, replay),
            finding,
            cpython_finding,
            cpython: version
                .zip(method)
                .zip(gil)
                .map(|((version, method), gil)| [version, method, gil]),
            left_out,
            cores: trials.cores,
            ways,
            trials: trials.over(trace.end()).map(trial).collect(),
            cells,
        }
    }
}

/// What the trials of a way come to, by field.
pub fn way(summary: &Summary, cell: &Cell) -> Json {
    json!({
        "way": cell.of.way.said().id,
        "workers": cell.workers,
        "trials": cell.wall.count(),
        "wall_ns": cell.wall.median.0,
        "low_ns": cell.wall.low.0,
        "high_ns": cell.wall.high.0,
        "speed_up": summary.speed_up(cell),
        "cpu_ns": cell.cpu.0,
        "start_up_ns": cell.start_up.typical().map(|time| time.0),
        "resident_bytes": cell.memory[0],
        "own_bytes": cell.memory[1],
        "switches": cell.switches,
        "disturbed": cell.disturbance.disturbed,
    })
}

fn trial(trial: &Trial) -> Json {
    json!({
        "way": trial.of.way.said().id,
        "trial": trial.number,
        "wall_ns": trial.wall().0,
        "cpu_ns": trial.cpu().0,
        "start_up_ns": trial.start_up().map(|time| time.0),
    })
}
