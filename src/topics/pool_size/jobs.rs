//! The job of this topic's worker processes.

use super::work;
use crate::workers::Value;
use crate::workers::child::Context;
use crate::workers::jobs::JobDef;

/// The topic's jobs.
pub const ALL: &[JobDef] = &[("busy-square", busy_square)];

/// The job, and its argument for a number.
pub fn of(rounds: u64) -> (&'static str, impl Fn(i64) -> Value) {
    let name = if rounds == 0 { "square" } else { "busy-square" };
    let rounds = i64::try_from(rounds).unwrap_or(i64::MAX);
    let argument = move |n| match rounds {
        0 => Value::Int(n),
        rounds => Value::Ints(vec![n, rounds]),
    };
    (name, argument)
}

// What stands between the marks is the Rust listing of the job.
// listing: begin
/// Squares `n` of `[n, rounds]`, and `rounds` times more.
fn busy_square(_: &Context, arg: &Value) -> Result<Value, String> {
    match arg {
        Value::Ints(given) if given.len() == 2 => {
            let rounds = u64::try_from(given[1]).unwrap_or(0);
            Ok(Value::Int(work::square(given[0], rounds))) //@ busy-square
        }
        other => Err(format!("{other} is not a number and a count")),
    }
}
// listing: end
