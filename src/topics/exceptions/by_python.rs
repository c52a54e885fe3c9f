//! What came out of a run of a Python program, as far as its trace tells: an exception that is caught by who raised it is no event
//! there.

use super::outcome::ErrorOutcome;
use super::plan::Plan;
use crate::replay::{Ending, Replay, Task};
use crate::topics::results::result;
use crate::topics::{Conclusion, Outcome, Params, by_python};
use crate::trace::{EventKind, TaskId, Trace};
use serde_json::{Value as Json, json};

/// The outcome of a run with these parameters.
pub fn outcome(params: &Params, trace: &Trace, replay: &Replay) -> Outcome {
    let mut outcome = ErrorOutcome::of(&Plan::new(params), trace, replay).fields();
    // The table is of the tools of CPython as this program has tried them.
    outcome.remove("left_out");
    outcome.insert("results".to_owned(), json!(results(trace, replay)));
    outcome.remove("values");
    let values = by_python::changed_numbers(trace.meta());
    if !values.is_empty() {
        outcome.insert("values".to_owned(), json!(values));
    }
    if outcome.get("errors").and_then(Json::as_array).is_some_and(Vec::is_empty) {
        // There may have been some that were caught where they were raised.
        by_python::unknown(&mut outcome, &["errors"]);
    }
    outcome
}

/// Results in the order in which the program took them. Of tasks that it asked for together and of which one failed it has an
/// exception, and no result.
fn results(trace: &Trace, replay: &Replay) -> Vec<Json> {
    let mut all = Vec::new();
    for event in trace.events() {
        let EventKind::ResultsTaken { res, task, count } = event.kind else { continue };
        let Some(tasks) = replay.tasks().of(res) else { continue };
        let ids = (task.0..).take(count as usize).map(TaskId);
        let ended = ids.map_while(|id| Some((tasks.get(id)?, tasks.get(id)?.ended?.1)));
        let ended: Vec<(&Task, Ending)> = ended.collect();
        if ended.iter().all(|(_, ending)| matches!(ending, Ending::Finished(_))) {
            all.extend(ended.iter().map(|(task, _)| result(trace.meta(), task)));
        }
    }
    all
}
