//! Exceptions of two types of one's own, told apart by whoever asks for the results.

use super::say;
use crate::record::Log;
use crate::record::sync::ThreadPool;
use crate::record::thread::Failure;
use crate::topics::Lab;
use crate::topics::exceptions::plan::Plan;
use crate::topics::points::points;
use crate::trace::{Item, TaskId};
use std::time::Duration;

points! {
    At {
        start = "main.start", submit = "main.submit", result = "main.result", caught = "main.caught",
        end = "main.end",
        work = "task.work", missing = "task.missing", refused = "task.refused", done = "task.done",
    }
}

points! {
    /// Where the other type is handled.
    Other { refused = "main.refused" }
}

/// The types, as an exception says them first.
const MISSING: &str = "Missing";
const REFUSED: &str = "Refused";

// listing: begin
fn job(log: &Log, n: usize, work: Duration, at: At) -> Result<i32, Failure> {
    log.line(at.work); //-
    log.sleep(work)?; //@ task.work
    match n % 4 {
        1 => {
            log.line(at.missing); //-
            Err(log.raise(&format!("{MISSING}: no row {n}"))) //@ task.missing
        }
        3 => {
            log.line(at.refused); //-
            Err(log.raise(&format!("{REFUSED}: not allowed to read row {n}"))) //@ task.refused
        }
        _ => {
            log.line(at.done); //-
            Ok((n * n) as i32) //@ task.done
        }
    }
}

/// Whether an exception is of a type.
fn is(failure: &Failure, kind: &str) -> bool {
    matches!(failure, Failure::Raised { text, .. } if text.starts_with(kind))
}

#[rustfmt::skip] //-
pub fn run(plan: &Plan, lab: &Lab<'_>) -> Result<(), Failure> {
    let (log, at) = (lab.main, At::new(lab)); //-
    log.line(at.start); //-
    let pool = ThreadPool::start(log, "pool", plan.threads, None)?; //@ main.start
    let futures = (0..plan.tasks).map(|n| {
        let work = plan.work;
        let about = Item::text(log.recorder().text(&format!("row {n}"))); //-
        log.line(at.submit); //-
        pool.submit(log, TaskId(n as u32), about, move |log| job(log, n, work, at)) //@ main.submit
    });
    let futures: Vec<_> = futures.collect();
    let asked = futures.into_iter().try_for_each(|future| {
        log.line(at.result); //-
        match future.result(log) { //@ main.result
            Ok(square) => say(log, &square.to_string()),
            Err(failure) if is(&failure, MISSING) || plan.catch == "base" => {
                log.line(at.caught); //-
                say(log, &format!("skipped: {}", log.catch(failure)?)); //@ main.caught
            }
            Err(failure) => return Err(failure),
        }
        Ok(())
    });
    if let Err(failure) = asked { //@ ?catch=each
        let failure = refused(lab, failure); //-
        let why = log.catch(failure)?; //@ ?catch=each main.refused
        say(log, &format!("stopped: {why}")); //@ ?catch=each
    } //@ ?catch=each
    pool.shutdown(log)?;
    log.step(at.end); //-
    say(log, "all done"); //@ main.end
    Ok(())
}
// listing: end

/// Says where it is handled.
fn refused(lab: &Lab<'_>, failure: Failure) -> Failure {
    if is(&failure, REFUSED) {
        lab.main.line(Other::new(lab).refused);
    }
    failure
}
