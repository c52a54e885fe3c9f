//! Each task hands in the next one, and waits for it.

use super::{Shown, exact, say, task};
use crate::record::Log;
use crate::record::sync::{HandIn, ThreadPool};
use crate::record::thread::Failure;
use crate::topics::Lab;
use crate::topics::factorials::plan::Plan;
use crate::topics::points::points;
use crate::trace::Item;
use num_bigint::BigUint;

points! {
    /// Where main and tasks can be.
    Points {
        start = "main.start",
        submit = "main.submit",
        end = "main.end",
        inner = "task.submit",
        first = "task.first",
    }
}

// listing: begin
pub fn run(lab: &Lab<'_>, plan: &Plan) -> Result<(), Failure> {
    let log = lab.main;
    let at = Points::new(lab); //-
    log.line(at.start); //-
    let pool = ThreadPool::start(log, "pool", plan.threads, None)?; //@ main.start
    log.line(at.submit); //-
    let done = factorial(log, pool.hand_in(), plan.n, at); //@ main.submit
    pool.shutdown(log)?;
    let (digits, _) = done?;
    log.line(at.end); //-
    say(log, plan.n, digits); //@ main.end
    Ok(())
}

/// n! by a task of the pool. Whoever calls this waits for it; if that is a thread of the pool, it takes no task meanwhile.
fn factorial(log: &Log, pool: HandIn, n: u64, at: Points) -> Result<Shown, Failure> {
    let inner = pool.clone();
    let future = pool.submit(log, task(n), about(log, n), move |log| {
        if n <= 1 {
            log.line(at.first); //-
            return Ok(exact(log, BigUint::from(1_u8))); //@ task.first
        }
        log.line(at.inner); //-
        let (_, smaller) = factorial(log, inner, n - 1, at)?; //@ task.submit
        Ok(exact(log, smaller * n))
    });
    future.result(log)
}
// listing: end

fn about(log: &Log, n: u64) -> Item {
    Item::text(log.recorder().text(&format!("{n}!")))
}
