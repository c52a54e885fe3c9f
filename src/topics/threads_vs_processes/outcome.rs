//! What came out of a run, as its trace tells: the topic's documentation says what the fields are.

use super::analysis::{Cell, Finding, Summary};
use super::trials::{Trial, Trials};
use crate::replay::Replay;
use crate::topics::cpython::Part;
use crate::topics::results;
use crate::trace::{Follow, Trace};
use serde_json::{Value as Json, json};

/// What came out of a run, by field.
pub fn of(trace: &Trace, replay: &Replay) -> Json {
    let (trials, end) = (Trials::of(trace), trace.end());
    let summary = Summary::of(trace.meta(), &trials, end);
    let in_words = |finding: &Finding| format!("{}. {}", finding.title, finding.why);
    let [ours, theirs] = summary.findings.each_ref().map(|it| it.as_ref().map(in_words));
    let Part { version, method, gil, left_out, .. } = Part::of(trace.meta());
    let cpython: Option<Vec<String>> = [version, method, gil].into_iter().collect();
    json!({
        "results": results::kept(trace, replay),
        "finding": ours,
        "cpython_finding": theirs,
        "cpython": cpython,
        "left_out": left_out,
        "cores": trials.cores,
        "ways": summary.cells.iter().map(|cell| way(&summary, cell)).collect::<Vec<_>>(),
        "trials": trials.over(end).map(trial).collect::<Vec<_>>(),
    })
}

/// What the trials of a way come to, by field.
pub fn way(summary: &Summary, cell: &Cell) -> Json {
    json!({
        "way": cell.of.way.said().id,
        "workers": cell.workers,
        "trials": cell.wall.count(),
        "wall_ns": cell.wall.median,
        "low_ns": cell.wall.low,
        "high_ns": cell.wall.high,
        "speed_up": summary.speed_up(cell),
        "cpu_ns": cell.cpu,
        "start_up_ns": cell.start_up.typical(),
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
        "wall_ns": trial.wall(),
        "cpu_ns": trial.cpu(),
        "start_up_ns": trial.start_up(),
    })
}
