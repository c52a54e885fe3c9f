//! What came out of a run of a Python program, as far as its trace tells: how long threads and processes took that were started
//! together. Where one thread does all, nothing begins and ends on record.

use super::plan::Program;
use super::ways::Way;
use crate::replay::Replay;
use crate::topics::by_python::{Crowd, crash, crowds, taken_from_processes};
use crate::topics::results::messages;
use crate::topics::{Outcome, Params};
use crate::trace::{ActorKind, Trace};
use serde_json::{Value as Json, json};

/// The outcome of a run with these parameters.
pub fn outcome(params: &Params, trace: &Trace, replay: &Replay) -> Outcome {
    let mut outcome = Outcome::new();
    let mut tell = |field: &str, value: Json| drop(outcome.insert(field.to_owned(), value));
    let crowds = crowds(trace, replay);
    let trials = crowds.iter().map(trial);
    match Program::named(params.choice("program")) {
        Program::Compare => {
            let alone = Way::PythonAlone.said().id;
            let alone = json!({ "way": alone, "workers": 1, "wall_ns": Json::Null });
            tell("results", taken_from_processes(trace).into());
            tell("ways", [alone].into_iter().chain(trials).collect());
        }
        // How late each beat came is no event.
        Program::Responsive => tell("ways", Json::Null),
        Program::HowMany => tell("trials", trials.collect()),
        Program::Isolation => return crash(trace, replay),
    }
    tell("messages", json!(messages(trace, |_| true)));
    outcome
}

fn trial(crowd: &Crowd) -> Json {
    let way = match crowd.kind {
        ActorKind::Thread => Way::PythonThreads,
        ActorKind::Process => Way::PythonProcesses,
    };
    json!({ "way": way.said().id, "workers": crowd.members.len(), "wall_ns": crowd.wall() })
}
