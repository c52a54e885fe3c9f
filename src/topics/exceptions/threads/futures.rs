//! Tasks on a pool of threads, one of which fails; their results asked for in order, as they are completed, or never.

use super::*;
use crate::record::sync::{AsCompleted, ThreadPool};
use crate::topics::results::text;
use crate::trace::TaskId;
use std::time::Duration;

// listing: begin
fn square(log: &Log, n: usize, work: Duration, fails: usize) -> Result<i32, Failure> {
    log.at("task.work"); //-
    log.sleep(work)?; //@ task.work
    if n == fails {
        log.at("task.raise"); //-
        return Err(log.raise(&format!("ValueError: no {n}"))); //@ task.raise
    }
    log.at("task.done"); //-
    Ok((n * n) as i32) //@ task.done
}

pub fn run(plan: &Plan, lab: &Lab<'_>) -> Result<(), Failure> {
    let log = lab.main; //-
    log.at("main.start"); //-
    let pool = ThreadPool::start(log, "pool", plan.threads, None)?; //@ main.start
    let submit = |n: usize| {
        let (work, fails) = (plan.work * [1, 3, 2, 3, 3][n % 5], plan.fails);
        let about = text(log, &format!("square({n})")); //-
        log.at("main.submit"); //-
        pool.submit(log, TaskId(n as u32), about, move |log| square(log, n, work, fails)) //@ main.submit
    };
    let futures = (0..plan.tasks).map(submit);
    let asked = match plan.collect {
        "never" => {
            drop(futures.collect::<Vec<_>>()); //@ ?collect=never
            Ok(())
        }
        "as_completed" => {
            let mut waited = AsCompleted::new(log);
            futures.for_each(|future| waited.add(future));
            let next = || {
                log.at("main.next"); //-
                waited.next_done().transpose() //@ main.next
            };
            std::iter::from_fn(next).try_for_each(|done| {
                log.at("main.took"); //-
                took(log, done?.1) //@ main.took
            })
        }
        _ => {
            let futures: Vec<_> = futures.collect();
            futures.into_iter().try_for_each(|future| {
                log.at("main.result"); //-
                let result = future.result(log); //@ main.result
                took(log, result)
            })
        }
    };
    log.at("main.leave"); //-
    pool.shutdown(log)?; //@ main.leave
    asked?;
    log.step_at("main.end"); //-
    log.tell("all done", []); //@ main.end
    Ok(())
}

fn took(log: &Log, result: Result<i32, Failure>) -> Result<(), Failure> {
    match result {
        Ok(square) => log.tell(&square.to_string(), []),
        Err(failure) => {
            log.at("main.caught"); //-
            let why = log.catch(failure)?; //@ ?!collect=never main.caught
            log.tell(&format!("failed: {why}"), []);
        }
    }
    Ok(())
}
// listing: end
