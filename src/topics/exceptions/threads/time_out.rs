//! A result is waited for with a time-out, then its task is to be cancelled, and one that waits behind it.

use super::say;
use crate::record::Log;
use crate::record::sync::{Event, ThreadPool};
use crate::record::thread::Failure;
use crate::topics::Lab;
use crate::topics::exceptions::plan::Plan;
use crate::topics::points::points;
use crate::trace::{Item, TaskId};
use std::sync::Arc;
use std::time::Duration;

points! {
    At {
        start = "main.start", submit = "main.submit", wait = "main.wait", caught = "main.caught",
        cancel = "main.cancel", leave = "main.leave", end = "main.end",
        work = "task.work", done = "task.done",
    }
}

// listing: begin
fn job(log: &Log, begun: &Event, work: Duration, at: At) -> Result<i32, Failure> {
    begun.set(log);
    log.line(at.work); //-
    log.sleep(work)?; //@ task.work
    log.line(at.done); //-
    say(log, "the work is done"); //@ task.done
    Ok(1)
}

pub fn run(plan: &Plan, lab: &Lab<'_>) -> Result<(), Failure> {
    let (log, at) = (lab.main, At::new(lab)); //-
    log.line(at.start); //-
    let pool = ThreadPool::start(log, "pool", 1, None)?; //@ main.start
    let begun = Arc::new(Event::new(lab.recorder, "begun"));
    let submit = |n: u32| {
        let (begun, work) = (Arc::clone(&begun), plan.work);
        let about = Item::text(log.recorder().text(&format!("job {n}"))); //-
        log.line(at.submit); //-
        pool.submit(log, TaskId(n), about, move |log| job(log, &begun, work, at)) //@ main.submit
    };
    let (running, queued) = (submit(0), submit(1));
    begun.wait(log, None)?;
    log.line(at.wait); //-
    let came = running.wait(log, plan.patience)?; //@ main.wait
    if came {
        say(log, &format!("result: {}", running.result(log)?));
    } else {
        let failure = log.raise("TimeoutError");
        log.line(at.caught); //-
        log.catch(failure)?; //@ main.caught
        say(log, "gave up waiting");
        log.line(at.cancel); //-
        let (first, second) = (running.cancel(log), queued.cancel(log)); //@ main.cancel
        say(log, &format!("cancelled: job 0 {first}, job 1 {second}"));
    }
    log.line(at.leave); //-
    pool.shutdown(log)?; // waits for what runs //@ main.leave
    log.step(at.end); //-
    say(log, "left the block"); //@ main.end
    Ok(())
}
// listing: end
