//! What came out of a run of a Python program, as far as its trace tells.

use super::outcome::SharingOutcome;
use super::plan::Plan;
use super::programs::{Counts, Id};
use crate::replay::Replay;
use crate::topics::programs::Who;
use crate::topics::{Conclusion, Outcome, Params, by_python};
use crate::trace::Trace;
use serde_json::{Value as Json, json};

/// The outcome of a run with these parameters.
pub fn outcome(params: &Params, trace: &Trace, replay: &Replay) -> Outcome {
    let (plan, meta) = (Plan::new(params), trace.meta());
    let mut outcome = SharingOutcome::of(&plan, trace, replay).fields();
    let mut set = |field: &str, value: Json| outcome.insert(field.to_owned(), value);
    if plan.program.counts == Counts::Rounds {
        set("expected", json!(plan.workers() * plan.rounds));
        // A number in the program's own memory changes without a word; what is between processes does not.
        if plan.program.who == Who::Threads {
            let numbers = by_python::changed_numbers(meta);
            set("count", if let [number] = numbers[..] { json!(number) } else { Json::Null });
        } else if !outcome.contains_key("count") {
            by_python::unknown(&mut outcome, &["count"]);
        }
    }
    if plan.is(Id::Compare) {
        by_python::unknown(&mut outcome, &["ways_ns"]);
    }
    let variables = by_python::variables(meta);
    if !variables.is_empty() {
        outcome.insert("variables".to_owned(), Json::Object(variables));
    }
    outcome
}
