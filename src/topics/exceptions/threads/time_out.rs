//! A result is waited for with a time-out, then its task is to be cancelled, and one that waits behind it.

use super::*;
use crate::record::sync::{Event, ThreadPool};
use crate::topics::results::text;
use crate::trace::TaskId;
use std::sync::Arc;
use std::time::Duration;

// listing: begin
fn job(log: &Log, begun: &Event, work: Duration) -> Result<i32, Failure> {
    begun.set(log);
    log.at("task.work"); //-
    log.sleep(work)?; //@ task.work
    log.at("task.done"); //-
    log.tell("the work is done", []); //@ task.done
    Ok(1)
}

pub fn run(plan: &Plan, lab: &Lab<'_>) -> Result<(), Failure> {
    let log = lab.main; //-
    log.at("main.start"); //-
    let pool = ThreadPool::start(log, "pool", 1, None)?; //@ main.start
    let begun = Arc::new(Event::new(lab.recorder, "begun"));
    let submit = |n: u32| {
        let (begun, work) = (Arc::clone(&begun), plan.work);
        let about = text(log, &format!("job {n}")); //-
        log.at("main.submit"); //-
        pool.submit(log, TaskId(n), about, move |log| job(log, &begun, work)) //@ main.submit
    };
    let (running, queued) = (submit(0), submit(1));
    begun.wait(log, None)?;
    log.at("main.wait"); //-
    let came = running.wait(log, plan.patience)?; //@ main.wait
    if came {
        log.tell(&format!("result: {}", running.result(log)?), []);
    } else {
        let failure = log.raise("TimeoutError");
        log.at("main.caught"); //-
        log.catch(failure)?; //@ main.caught
        log.tell("gave up waiting", []);
        log.at("main.cancel"); //-
        let (first, second) = (running.cancel(log), queued.cancel(log)); //@ main.cancel
        log.tell(&format!("cancelled: job 0 {first}, job 1 {second}"), []);
    }
    log.at("main.leave"); //-
    pool.shutdown(log)?; // waits for what runs //@ main.leave
    log.step_at("main.end"); //-
    log.tell("left the block", []); //@ main.end
    Ok(())
}
// listing: end
