//! Tasks on a pool of threads, one of which fails; their results asked for in order, as they are completed, or never.

use super::say;
use crate::record::Log;
use crate::record::sync::{AsCompleted, ThreadPool};
use crate::record::thread::Failure;
use crate::topics::Lab;
use crate::topics::exceptions::plan::Plan;
use crate::topics::points::points;
use crate::trace::{Item, TaskId};
use std::time::Duration;

points! {
    At {
        start = "main.start", submit = "main.submit", end = "main.end",
        work = "task.work", raise = "task.raise", done = "task.done",
    }
}

points! {
    /// Where results are asked for.
    Asks { result = "main.result", caught = "main.caught" }
}

// listing: begin
fn square(log: &Log, n: usize, work: Duration, fails: usize, at: At) -> Result<i32, Failure> {
    log.line(at.work); //-
    log.sleep(work)?; //@ task.work
    if n == fails {
        log.line(at.raise); //-
        return Err(log.raise(&format!("ValueError: no {n}"))); //@ task.raise
    }
    log.line(at.done); //-
    Ok((n * n) as i32) //@ task.done
}

pub fn run(plan: &Plan, lab: &Lab<'_>) -> Result<(), Failure> {
    let (log, at) = (lab.main, At::new(lab)); //-
    log.line(at.start); //-
    let pool = ThreadPool::start(log, "pool", plan.threads, None)?; //@ main.start
    let submit = |n: usize| {
        let (work, fails) = (plan.work * [1, 3, 2, 3, 3][n % 5], plan.fails);
        let about = Item::text(log.recorder().text(&format!("square({n})"))); //-
        log.line(at.submit); //-
        pool.submit(log, TaskId(n as u32), about, move |log| square(log, n, work, fails, at)) //@ main.submit
    };
    let futures = (0..plan.tasks).map(submit);
    let asked = match plan.collect {
        "never" => {
            drop(futures.collect::<Vec<_>>()); //@ ?collect=never
            Ok(())
        }
        "as_completed" => {
            let asks = Asks::new(lab); //-
            let mut waited = AsCompleted::new(log);
            futures.for_each(|future| waited.add(future));
            log.line(asks.result); //-
            std::iter::from_fn(|| waited.next_done().transpose()) //@ ?collect=as_completed main.result
                .try_for_each(|done| took(log, done?.1, asks))
        }
        _ => {
            let asks = Asks::new(lab); //-
            let futures: Vec<_> = futures.collect();
            futures.into_iter().try_for_each(|future| {
                log.line(asks.result); //-
                let result = future.result(log); //@ ?collect=result main.result
                took(log, result, asks)
            })
        }
    };
    pool.shutdown(log)?;
    asked?;
    log.step(at.end); //-
    say(log, "all done"); //@ main.end
    Ok(())
}

fn took(log: &Log, result: Result<i32, Failure>, at: Asks) -> Result<(), Failure> {
    match result {
        Ok(square) => say(log, &square.to_string()),
        Err(failure) => {
            log.line(at.caught); //-
            let why = log.catch(failure)?; //@ ?!collect=never main.caught
            say(log, &format!("failed: {why}"));
            log.line(at.result); //-
        }
    }
    Ok(())
}
// listing: end
