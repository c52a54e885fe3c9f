//! Exceptions of two types of one's own, told apart by whoever asks for the results.

use super::*;
use crate::record::sync::ThreadPool;
use crate::topics::results::text;
use crate::trace::TaskId;
use std::time::Duration;

/// The types, as an exception says them first.
const MISSING: &str = "Missing";
const REFUSED: &str = "Refused";

// listing: begin
fn job(log: &Log, n: usize, work: Duration) -> Result<i32, Failure> {
    log.at("task.work"); //-
    log.sleep(work)?; //@ task.work
    match n % 4 {
        1 => {
            log.at("task.missing"); //-
            Err(log.raise(&format!("{MISSING}: no row {n}"))) //@ task.missing
        }
        3 => {
            log.at("task.refused"); //-
            Err(log.raise(&format!("{REFUSED}: not allowed to read row {n}"))) //@ task.refused
        }
        _ => {
            log.at("task.done"); //-
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
    let log = lab.main; //-
    log.at("main.start"); //-
    let pool = ThreadPool::start(log, "pool", plan.threads, None)?; //@ main.start
    let futures = (0..plan.tasks).map(|n| {
        let work = plan.work;
        let about = text(log, &format!("row {n}")); //-
        log.at("main.submit"); //-
        pool.submit(log, TaskId(n as u32), about, move |log| job(log, n, work)) //@ main.submit
    });
    let futures: Vec<_> = futures.collect();
    let asked = futures.into_iter().try_for_each(|future| {
        log.at("main.result"); //-
        match future.result(log) { //@ main.result
            Ok(square) => log.tell(&square.to_string(), []),
            Err(failure) if is(&failure, MISSING) || plan.catch == "base" => {
                log.at("main.caught"); //-
                log.tell(&format!("skipped: {}", log.catch(failure)?), []); //@ main.caught
            }
            Err(failure) => return Err(failure),
        }
        Ok(())
    });
    if let Err(failure) = asked { //@ ?catch=each
        let failure = refused(log, failure); //-
        let why = log.catch(failure)?; //@ ?catch=each main.refused
        log.tell(&format!("stopped: {why}"), []); //@ ?catch=each
    } //@ ?catch=each
    log.at("main.leave"); //-
    pool.shutdown(log)?; //@ main.leave
    log.step_at("main.end"); //-
    log.tell("all done", []); //@ main.end
    Ok(())
}
// listing: end

/// Says where it is handled.
fn refused(log: &Log, failure: Failure) -> Failure {
    if is(&failure, REFUSED) {
        log.at("main.refused");
    }
    failure
}
