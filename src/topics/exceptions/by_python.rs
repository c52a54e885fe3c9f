//! What came out of a run of a Python program, as far as its trace tells.

use super::outcome::ErrorOutcome;
use super::plan::Plan;
use crate::replay::Replay;
use crate::topics::{Conclusion, Outcome, Params, by_python};
use crate::trace::Trace;
use serde_json::json;

/// The outcome of a run with these parameters.
pub fn outcome(params: &Params, trace: &Trace, replay: &Replay) -> Outcome {
    let mut outcome = ErrorOutcome::of(&Plan::new(params), trace, replay).fields();
    // The table is of the tools of CPython as this program has tried them.
    outcome.remove("left_out");
    outcome.remove("values");
    let values = by_python::changed_numbers(trace.meta());
    if !values.is_empty() {
        outcome.insert("values".to_owned(), json!(values));
    }
    outcome
}
