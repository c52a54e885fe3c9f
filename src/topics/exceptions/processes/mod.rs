//! The programs of processes, one file for each, and what they have in common.

pub mod isolation;
pub mod learns;
pub mod pool;
pub mod signals;

use super::plan::Plan;
use crate::record::Log;
use crate::record::thread::Failure;
use crate::topics::Lab;
use crate::topics::children::{Crew, children_of, failed, nanos, numbers, space, time};
use crate::trace::SIGKILL;
use crate::workers::jobs::{self, JobDef};
use crate::workers::{Context, Value};

/// What the processes of this topic do.
pub const JOBS: &[JobDef] = &[
    ("exceptions-task", pool::job),
    ("exceptions-child", isolation::child),
    ("exceptions-signal", signals::child),
];

/// What goes wrong, as a number for the argument of a job.
fn fault(name: &str) -> i64 {
    match name {
        "exit" => 1,
        "kill" => 2,
        "rebuild" => 3,
        _ => 0,
    }
}

// listing: begin
/// Fails: with an exception, by ending the process, or by a signal that ends it.
fn fail(context: &Context, fault: i64, n: i64) -> Result<Value, String> {
    match fault {
        1 => std::process::exit(3),
        2 => jobs::signal(context, &Value::Int(SIGKILL.into())),
        // What is passed on is its text, and nothing has to be built again from that.
        3 => Err(context.raise(&format!("Refused: row {n}: not allowed"))),
        _ => Err(context.raise(&format!("ValueError: no {n}"))),
    }
}
// listing: end

/// Says a line.
fn say(log: &Log, text: &str) {
    log.tell(text, []);
}
