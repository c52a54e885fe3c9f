//! The experiment: factorials on a pool of threads, and before that, where they are compared, without one.

mod numbers;
mod recursion;
mod tree;

use super::plan::{Plan, Program};
use crate::record::Log;
use crate::record::sync::ThreadPool;
use crate::record::thread::Failure;
use crate::topics::Lab;
use crate::topics::results::text;
use crate::trace::{Item, TaskId};
use num_bigint::BigUint;

/// Runs the plan.
///
/// # Errors
/// What failed, or that the run was stopped.
pub fn run(lab: &Lab<'_>, plan: &Plan) -> Result<(), Failure> {
    match plan.program {
        Program::Numbers => numbers::run(lab, plan),
        Program::Tree => tree::run(lab, plan),
        Program::Recursion => recursion::run(lab, plan),
    }
}

/// A result, with what is shown for it.
type Shown = (Item, BigUint);

/// The number itself, in decimal digits where it has more than 63 bits.
fn exact(log: &Log, value: BigUint) -> Shown {
    let small = i64::try_from(&value).ok().and_then(Item::try_int);
    (small.unwrap_or_else(|| text(log, &value.to_string())), value)
}

/// Says a result: "5! = 120".
fn say(log: &Log, n: u64, item: Item) {
    log.tell("{}! = {}", [Item::of(n.cast_signed()), item]);
}

/// The task that computes n!.
fn task(n: u64) -> TaskId {
    TaskId(u32::try_from(n).unwrap_or(u32::MAX))
}
