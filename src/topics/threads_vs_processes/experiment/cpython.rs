//! Trials by the machine's own CPython, which tells what each of its threads and processes did.

use super::{Bench, Trial};
use crate::record::thread::Failure;
use crate::topics::Lab;
use crate::topics::cpython::{Crew, Peer, Program, Python, PythonError};
use crate::topics::threads_vs_processes::plan::Plan;
use crate::topics::threads_vs_processes::work::Task;
use crate::trace::Nanos;
use serde::Deserialize;
use serde_json::json;

/// The program that it runs.
const PROGRAM: &str = concat!(
    include_str!("../../../../assets/python/methods.py"),
    include_str!("../../../../assets/python/ways.py")
);

/// What it has to say first; [`Peer::start`] puts it on record.
#[derive(Deserialize)]
struct Ready {
    #[serde(rename = "gil")]
    _has_gil: bool,
}

/// Starts it where it is wanted.
///
/// # Errors
/// The run was stopped.
pub fn start<'a>(lab: &'a Lab<'a>, plan: &Plan) -> Result<Peer<'a>, Failure> {
    let Some(method) = plan.cpython else { return Ok(Peer::none(lab)) };
    let request = json!({ "method": method });
    Peer::start(lab, Program::new(PROGRAM, "trial"), &request, |_: Ready| ())
}

/// One trial. Its section is as long as the program says.
///
/// # Errors
/// What a task failed with, or that the run was stopped.
pub fn trial(
    python: &mut Python,
    bench: &Bench<'_>,
    &Trial { way, section }: &Trial,
) -> Result<Vec<i64>, PythonError> {
    let shares = way.shares(bench.tasks);
    let all: Vec<&[Task]> = shares.clone().collect();
    let asked = json!({ "shares": all, "processes": way.has_processes() });
    let names = |share: &[Task]| share.iter().map(Task::name).collect();
    let waits: i64 = bench.tasks.iter().map(|task| task.nanos).sum();
    let crew = Crew {
        all: shares.enumerate().map(|(n, share)| (way.actor(n, section), names(share))).collect(),
        section,
        work: Nanos(waits.unsigned_abs()).to_duration(),
    };
    crew.ask(python, bench.lab.main, &asked)
}
