//! What came out of a run of a Python program, as far as its trace tells.

use super::outcome::SharingOutcome;
use super::plan::Plan;
use super::programs::{Counts, Id, Who};
use crate::replay::Replay;
use crate::topics::{Conclusion, Outcome, Params, by_python, results};
use crate::trace::{Role, Trace};
use serde_json::{Value as Json, json};

/// The outcome of a run with these parameters.
pub fn outcome(params: &Params, trace: &Trace, replay: &Replay) -> Outcome {
    let (plan, meta) = (Plan::new(params), trace.meta());
    let mut outcome = SharingOutcome::of(&plan, trace, replay).fields();
    let mut set = |field: &str, value: Json| outcome.insert(field.to_owned(), value);
    match plan.program.counts {
        Counts::Rounds => {
            set("expected", json!(plan.workers() * plan.rounds));
            // A number in the program's own memory changes without a word; what is between processes does not.
            if plan.program.who == Who::Threads {
                set("count", only(&by_python::changed_numbers(meta)));
            }
        }
        Counts::Meals => {
            let works = |id| meta.actor(id).is_some_and(|actor| actor.role == Role::Work);
            set("meals", json!(results::messages(trace, works).len()));
        }
        Counts::Nothing | Counts::Cells => {}
    }
    if plan.program.counts == Counts::Rounds && !outcome.contains_key("count") {
        by_python::unknown(&mut outcome, &["count"]);
    }
    if plan.is(Id::Compare) {
        by_python::unknown(&mut outcome, &["ways"]);
    }
    let variables = by_python::variables(meta);
    if !variables.is_empty() {
        outcome.insert("variables".to_owned(), Json::Object(variables));
    }
    outcome
}

fn only(numbers: &[i64]) -> Json {
    match numbers {
        [number] => json!(number),
        _ => Json::Null,
    }
}
