//! What came out of a run of a Python program, as far as its trace tells: how long threads and processes took that were started
//! together. Where one thread does all, nothing begins and ends on record.

use super::plan::{Plan, Program};
use super::ways::Way;
use crate::replay::Replay;
use crate::topics::by_python::{Crowd, crash, crowds, taken_from_processes, unknown};
use crate::topics::results::messages;
use crate::topics::{Outcome, Params};
use crate::trace::{ActorKind, Trace};
use serde_json::{Value as Json, json};

/// The outcome of a run with these parameters.
pub fn outcome(params: &Params, trace: &Trace, replay: &Replay) -> Outcome {
    let plan = Plan::new(params);
    if plan.program == Program::Isolation {
        return crash(trace, replay);
    }
    let trials = || -> Vec<Json> { crowds(trace, replay).iter().map(trial).collect() };
    let mut outcome = Outcome::new();
    match plan.program {
        Program::Compare => {
            outcome.insert("results".to_owned(), json!(taken_from_processes(trace)));
            let alone =
                json!({ "way": Way::PythonAlone.said().id, "workers": 1, "wall_ns": Json::Null });
            let ways: Vec<Json> = [alone].into_iter().chain(trials()).collect();
            outcome.insert("ways".to_owned(), json!(ways));
        }
        // How late each beat came is no event.
        Program::Responsive => unknown(&mut outcome, &["ways"]),
        Program::HowMany | Program::Isolation => {
            outcome.insert("trials".to_owned(), json!(trials()));
        }
    }
    outcome.insert("messages".to_owned(), json!(messages(trace, |_| true)));
    outcome
}

fn trial(crowd: &Crowd) -> Json {
    let way = match crowd.kind {
        ActorKind::Thread => Way::PythonThreads,
        ActorKind::Process => Way::PythonProcesses,
    };
    let wall = crowd.wall().map(|wall| wall.0);
    json!({ "way": way.said().id, "workers": crowd.members.len(), "wall_ns": wall })
}
