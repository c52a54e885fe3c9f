//! Trials by the machine's own CPython, which tells what each of its threads and processes did.

use super::{Bench, Trial};
use crate::record::thread::Failure;
use crate::topics::Lab;
use crate::topics::cpython::{Crew, Peer, Program, Python, PythonError, tell_gil};
use crate::topics::threads_vs_processes::work::Task;
use crate::trace::Nanos;
use serde::Deserialize;
use serde_json::json;

/// The program that it runs.
const PROGRAM: &str = concat!(
    include_str!("../../../../assets/python/methods.py"),
    include_str!("../../../../assets/python/ways.py")
);

#[derive(Deserialize)]
struct Ready {
    gil: bool,
}

/// Starts it. Whether it has its GIL is a fact of the run, too.
///
/// # Errors
/// The run was stopped.
pub fn start<'a>(lab: &'a Lab<'a>, method: &str) -> Result<Peer<'a>, Failure> {
    let program = Program::new(PROGRAM, "trial");
    Peer::start(lab, program, &json!({ "method": method }), |ready: Ready| {
        tell_gil(lab, ready.gil);
    })
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
    let tasks = |share: &[Task]| share.iter().map(|task| task.for_cpython()).collect::<Vec<_>>();
    let asked = json!({
        "shares": shares.clone().map(tasks).collect::<Vec<_>>(),
        "processes": way.has_processes(),
    });
    let names = |share: &[Task]| share.iter().map(Task::name).collect();
    let waits: i64 = bench.tasks.iter().map(|task| task.nanos).sum();
    let crew = Crew {
        all: shares.enumerate().map(|(n, share)| (way.actor(n, section), names(share))).collect(),
        section,
        work: Nanos(waits.unsigned_abs()).to_duration(),
    };
    crew.ask(python, bench.lab.main, &asked)
}
