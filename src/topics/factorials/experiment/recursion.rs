//! Each task hands in the next one, and waits for it.

use super::*;
use crate::record::sync::HandIn;

// listing: begin
pub fn run(lab: &Lab<'_>, plan: &Plan) -> Result<(), Failure> {
    let log = lab.main;
    log.at("main.start"); //-
    let pool = ThreadPool::start(log, "pool", plan.threads, None)?; //@ main.start
    log.at("main.submit"); //-
    let done = factorial(log, pool.hand_in(), plan.n); //@ main.submit
    log.at("main.leave"); //-
    pool.shutdown(log)?; //@ main.leave
    let (digits, _) = done?;
    log.at("main.end"); //-
    say(log, plan.n, digits); //@ main.end
    Ok(())
}

/// n! by a task of the pool. Whoever calls this waits for it; if that is a thread of the pool, it takes no task meanwhile.
fn factorial(log: &Log, pool: HandIn, n: u64) -> Result<Shown, Failure> {
    let inner = pool.clone();
    let future = pool.submit(log, task(n), text(log, &format!("{n}!")), move |log| {
        if n <= 1 {
            log.at("task.first"); //-
            return Ok(exact(log, BigUint::from(1_u8))); //@ task.first
        }
        log.at("task.submit"); //-
        let (_, smaller) = factorial(log, inner, n - 1)?; //@ task.submit
        Ok(exact(log, smaller * n))
    });
    future.result(log)
}
// listing: end
