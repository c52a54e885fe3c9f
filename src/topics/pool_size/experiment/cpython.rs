//! Trials on CPython's own pool.

use super::Bench;
use crate::record::Log;
use crate::topics::pool_size::plan::Backend;
use crate::topics::pool_size::sections::Trial;
use crate::trace::{EventKind, Nanos, Role};
use crate::workers::python::{Python, PythonError};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value as Json, json};
use std::time::Duration;

/// The program it runs.
const PROGRAM: &str = concat!(
    include_str!("../../../../assets/python/methods.py"),
    include_str!("../../../../assets/python/pool_size.py")
);

/// CPython with its `multiprocessing.Pool`.
pub struct CPython {
    python: Python,
    method: String,
}

/// What it answers once it is ready.
#[derive(Deserialize)]
struct Ready {
    /// How its pools start their workers.
    method: String,
    /// Nanoseconds that a loop takes, unless that is long.
    #[serde(rename = "loop")]
    loop_takes: Option<u64>,
}

impl CPython {
    /// Starts CPython, tells it how to start its workers, and has it calibrate how often it must square to be busy for the
    /// time asked for.
    pub fn start(bench: &Bench<'_>) -> Result<Self, PythonError> {
        let log = bench.lab.main;
        let name = bench.lab.text("start CPython");
        log.record(EventKind::SpanBegan { name });
        let mut python = Python::start(log, &bench.lab.outside.python, PROGRAM, Role::Work)?;
        let request = json!({
            "calibrate": bench.plan.work.as_secs_f64(),
            "numbers": bench.plan.numbers.len(),
            "method": bench.plan.start_method,
        });
        let ready: Ready = understood(python.ask(log, &request, &[], Duration::ZERO)?)?;
        log.record(EventKind::SpanEnded { name });
        if let Some(took) = ready.loop_takes {
            bench.lab.recorder.fact("cpython_loop", took.to_string());
        }
        Ok(Self { python, method: ready.method })
    }

    /// How its pools start their workers: "fork".
    pub fn method(&self) -> &str {
        &self.method
    }

    /// "CPython 3.11.7".
    pub fn version(&self) -> &str {
        self.python.version()
    }

    /// One trial. Its parts are as long as the program says.
    pub fn trial(
        &mut self,
        bench: &Bench<'_>,
        trial: &Trial,
        (backend, size): (Backend, usize),
    ) -> Result<Vec<i64>, PythonError> {
        let (plan, log) = (bench.plan, bench.lab.main);
        log.line(bench.at.map);
        let request = json!({
            "size": size,
            "numbers": plan.numbers.len(),
            "chunk": plan.chunk,
            "method": backend.method(),
        });
        // One trial is all the work there is, by one worker, on a machine that may be busy with other things.
        let work = Nanos(plan.work.0.saturating_mul(10 * plan.numbers.len() as u64));
        let squares: Vec<i64> =
            understood(self.python.ask(log, &request, &trial.parts, work.to_duration())?)?;
        let right = plan.numbers.iter().map(|n| n * n).eq(squares.iter().copied());
        let wrong = || PythonError::nonsense(&format!("squares that are none: {squares:?}"));
        if right { Ok(squares) } else { Err(wrong()) }
    }

    /// Lets it end.
    pub fn end(self, log: &Log) {
        self.python.end(log);
    }
}

fn understood<T: DeserializeOwned>(answer: Json) -> Result<T, PythonError> {
    serde_json::from_value(answer).map_err(|error| PythonError::nonsense(&error))
}
