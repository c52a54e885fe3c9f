//! What really runs, one file per family of programs, and what they share.

mod crash;
mod memory;
mod tasks;
mod ways;

use super::plan::{Plan, Program};
use super::points::Points;
use crate::record::thread::Failure;
use crate::topics::{Lab, Outcome};
use crate::workers::{PoolOptions, TaskError, Value};

/// Runs the program of the plan.
///
/// # Errors
/// What failed, or that the run was stopped.
pub fn run(lab: &Lab<'_>, plan: &Plan) -> Result<Outcome, Failure> {
    let at = Points::new(lab);
    match plan.program {
        Program::Messages | Program::Squares | Program::Images => tasks::run(lab, plan, &at),
        Program::Memory => memory::run(lab, plan, &at),
        Program::Crash => crash::run(lab, plan, &at),
        Program::Primes => ways::run(lab, plan, &at),
    }
}

/// A pool of processes that say what memory and processor time they use. Each takes one task at a time: who is free
/// gets the next one.
fn pool(name: &str, size: i64) -> PoolOptions {
    PoolOptions {
        name: name.to_owned(),
        measure: true,
        send_ahead: false,
        ..PoolOptions::new(usize::try_from(size).unwrap_or(1))
    }
}

/// A task's result, as the outcome has it: `null` where there is none.
fn shown(result: &Result<Value, TaskError>) -> serde_json::Value {
    match result {
        Ok(Value::Int(number)) => (*number).into(),
        Ok(value) => value.to_string().into(),
        Err(_) => serde_json::Value::Null,
    }
}
