//! Trials on CPython's own pool.

use super::Bench;
use crate::record::thread::Failure;
use crate::topics::Lab;
use crate::topics::cpython::{Peer, Program, Python, PythonError, understood};
use crate::topics::pool_size::plan::{Backend, Plan};
use crate::topics::pool_size::sections::Trial;
use crate::trace::Nanos;
use serde::Deserialize;
use serde_json::json;

/// The program it runs.
const PROGRAM: &str = concat!(
    include_str!("../../../../assets/python/methods.py"),
    include_str!("../../../../assets/python/pool_size.py")
);

/// What it answers once it is ready.
#[derive(Deserialize)]
struct Ready {
    /// Nanoseconds that a loop takes, unless that is long.
    #[serde(rename = "loop")]
    loop_takes: Option<u64>,
}

/// Starts CPython where it is wanted, tells it how to start its workers, and has it calibrate how often it must square to be
/// busy for the time asked for.
///
/// # Errors
/// It takes no part, and there is nothing else to measure; or the run was stopped.
pub fn start<'a>(lab: &'a Lab<'a>, plan: &Plan) -> Result<Peer<'a>, Failure> {
    if !plan.backends.iter().any(|backend| backend.is_cpython()) {
        return Ok(Peer::none(lab));
    }
    let request = json!({
        "calibrate": plan.work.as_secs_f64(),
        "numbers": plan.numbers.len(),
        "method": plan.start_method,
    });
    let ready = |ready: Ready| {
        if let Some(took) = ready.loop_takes {
            lab.recorder.fact("cpython_loop", took.to_string());
        }
    };
    let start = || Peer::start(lab, Program::new(PROGRAM, "trial").helper(), &request, ready);
    let peer = lab.main.in_span("start CPython", start)?;
    match &peer.absent {
        Some(why) if plan.backends.iter().all(|backend| backend.is_cpython()) => {
            Err(Failure::Error(format!("{why}; choose another backend")))
        }
        _ => Ok(peer),
    }
}

/// One trial. Its parts are as long as the program says.
pub fn trial(
    python: &mut Python,
    bench: &Bench<'_>,
    trial: &Trial,
    (backend, size): (Backend, usize),
) -> Result<Vec<i64>, PythonError> {
    let (plan, log) = (bench.plan, bench.lab.main);
    log.at("main.map");
    let request = json!({
        "size": size,
        "numbers": plan.numbers.len(),
        "chunk": plan.chunk,
        "method": backend.method(),
    });
    // One trial is all the work there is, by one worker, on a machine that may be busy with other things.
    let work = Nanos(plan.work.0.saturating_mul(10 * plan.numbers.len() as u64));
    let squares: Vec<i64> =
        understood(python.ask(log, &request, &trial.parts, work.to_duration())?)?;
    let right = plan.numbers.iter().map(|n| n * n).eq(squares.iter().copied());
    let wrong = || PythonError::nonsense(&format!("squares that are none: {squares:?}"));
    if right { Ok(squares) } else { Err(wrong()) }
}
