//! A call that fails is tried again after ever longer pauses, a number of times; then there is something in its place.

use super::say;
use crate::record::Log;
use crate::record::thread::Failure;
use crate::topics::Lab;
use crate::topics::crew::{crew, one_of};
use crate::topics::exceptions::plan::Plan;
use crate::topics::points::points;

points! {
    At {
        work = "call.work", raise = "call.raise", good = "client.good", caught = "client.caught",
        pause = "client.pause", fallback = "client.fallback",
        start = "main.start", join = "main.join", end = "main.end",
    }
}

// listing: begin
fn call(log: &Log, plan: &Plan, attempt: usize, at: At) -> Result<i32, Failure> {
    log.line(at.work); //-
    log.sleep(plan.work)?; //@ call.work
    if attempt <= plan.fails {
        log.line(at.raise); //-
        return Err(log.raise(&format!("ConnectionError: attempt {attempt}"))); //@ call.raise
    }
    Ok(42)
}

fn client(log: &Log, plan: &Plan, at: At) -> Result<(), Failure> {
    let mut pause = plan.work;
    for attempt in 1..=plan.attempts {
        match call(log, plan, attempt, at) {
            Ok(answer) => {
                log.line(at.good); //-
                say(log, &format!("answer: {answer}")); //@ client.good
                return Ok(());
            }
            Err(failure) => {
                log.line(at.caught); //-
                let why = log.catch(failure)?; //@ client.caught
                say(log, &format!("failed: {why}"));
            }
        }
        if attempt < plan.attempts {
            log.line(at.pause); //-
            log.sleep(pause)?; //@ client.pause
            pause *= 2;
        }
    }
    log.line(at.fallback); //-
    say(log, "gave up; yesterday's answer: 41"); //@ client.fallback
    Ok(())
}

pub fn run(plan: &Plan, lab: &Lab<'_>) -> Result<(), Failure> {
    let (at, log) = (At::new(lab), lab.main); //-
    crew(lab, |threads| {
        log.line(at.start); //-
        threads.start(one_of("client", 'C', 0), |log| client(log, plan, at))?; //@ main.start
        log.line(at.join); //-
        threads.join() //@ main.join
    })?;
    log.step(at.end); //-
    say(log, "all done"); //@ main.end
    Ok(())
}
// listing: end
