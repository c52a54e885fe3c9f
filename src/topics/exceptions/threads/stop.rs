//! Threads that save rows; the one that fails raises a flag, at which the others look, or do not.

use super::say;
use crate::record::Log;
use crate::record::sync::{Event, Queue};
use crate::record::thread::Failure;
use crate::topics::Lab;
use crate::topics::crew::{crew, one_of};
use crate::topics::exceptions::plan::Plan;
use crate::topics::points::points;

points! {
    At {
        work = "worker.work", raise = "worker.raise", save = "worker.save", set = "worker.set",
        start = "main.start", join = "main.join", end = "main.end",
    }
}

points! {
    /// Where the others look at the flag.
    Looks { stop = "worker.stop" }
}

struct Shared<'a> {
    failed: Event,
    saved: Queue<i32>,
    plan: &'a Plan,
    at: At,
    looks: Option<Looks>,
}

/// Runs it.
///
/// # Errors
/// What failed, or that the run was stopped.
pub fn run(plan: &Plan, lab: &Lab<'_>) -> Result<(), Failure> {
    let shared = Shared {
        failed: Event::new(lab.recorder, "failed"),
        saved: Queue::new(lab.recorder, "saved", None),
        plan,
        at: At::new(lab),
        looks: plan.looks.then(|| Looks::new(lab)),
    };
    shared.main(lab)
}

// listing: begin
#[rustfmt::skip] //-
impl Shared<'_> {
    fn rows(&self, log: &Log, n: usize) -> Result<(), Failure> {
        let (plan, at) = (self.plan, self.at); //-
        for row in 1..=plan.rows {
            if let Some(looks) = self.looks { log.step(looks.stop) } //-
            if self.looks.is_some() && self.failed.is_set() { //@ ?looks worker.stop
                say(log, &format!("thread {n} stops")); //@ ?looks
                return Ok(()); //@ ?looks
            } //@ ?looks
            log.line(at.work); //-
            log.sleep(plan.work)?; //@ worker.work
            if n == plan.fails && row == 2 {
                log.line(at.raise); //-
                return Err(log.raise(&format!("OSError: row {row} of thread {n}"))); //@ worker.raise
            }
            log.line(at.save); //-
            self.saved.put(log, row as i32)?; //@ worker.save
        }
        Ok(())
    }

    fn worker(&self, log: &Log, n: usize) -> Result<(), Failure> {
        self.rows(log, n).or_else(|failure| {
            log.line(self.at.set); //-
            let why = log.catch(failure)?;
            say(log, &format!("failed: {why}"));
            self.failed.set(log); //@ worker.set
            Ok(())
        })
    }

    fn main(&self, lab: &Lab<'_>) -> Result<(), Failure> {
        let (plan, at, log) = (self.plan, self.at, lab.main); //-
        crew(lab, |threads| {
            for n in 1..=plan.threads {
                log.line(at.start); //-
                threads.start(one_of("thread", 'T', n - 1), move |log| self.worker(log, n))?; //@ main.start
            }
            log.line(at.join); //-
            threads.join() //@ main.join
        })?;
        log.step(at.end); //-
        say(log, &format!("rows: {} of {}", self.saved.len(), plan.threads * plan.rows)); //@ main.end
        Ok(())
    }
}
// listing: end
