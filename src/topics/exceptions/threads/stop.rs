//! Threads that save rows; the one that fails raises a flag, at which the others look, or do not.

use super::*;
use crate::record::sync::{Event, Queue};

struct Shared<'a> {
    failed: Event,
    saved: Queue<i32>,
    plan: &'a Plan,
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
    };
    shared.main(lab)
}

// listing: begin
#[rustfmt::skip] //-
impl Shared<'_> {
    fn rows(&self, log: &Log, n: usize) -> Result<(), Failure> {
        let plan = self.plan; //-
        for row in 1..=plan.rows {
            if plan.looks { log.step_at("worker.stop") } //-
            if plan.looks && self.failed.is_set() { //@ ?looks worker.stop
                log.tell(&format!("thread {n} stops"), []); //@ ?looks
                return Ok(()); //@ ?looks
            } //@ ?looks
            log.at("worker.work"); //-
            log.sleep(plan.work)?; //@ worker.work
            if n == plan.fails && row == 2 {
                log.at("worker.raise"); //-
                return Err(log.raise(&format!("OSError: row {row} of thread {n}"))); //@ worker.raise
            }
            log.at("worker.save"); //-
            self.saved.put(log, row as i32)?; //@ worker.save
        }
        Ok(())
    }

    fn worker(&self, log: &Log, n: usize) -> Result<(), Failure> {
        self.rows(log, n).or_else(|failure| {
            log.at("worker.set"); //-
            let why = log.catch(failure)?;
            log.tell(&format!("failed: {why}"), []);
            self.failed.set(log); //@ worker.set
            Ok(())
        })
    }

    fn main(&self, lab: &Lab<'_>) -> Result<(), Failure> {
        let (plan, log) = (self.plan, lab.main); //-
        crew(lab, |threads| {
            for n in 1..=plan.threads {
                log.at("main.start"); //-
                threads.start(one_of("thread", 'T', n - 1), move |log| self.worker(log, n))?; //@ main.start
            }
            log.at("main.join"); //-
            threads.join() //@ main.join
        })?;
        log.step_at("main.end"); //-
        log.tell(&format!("rows: {} of {}", self.saved.len(), plan.threads * plan.rows), []); //@ main.end
        Ok(())
    }
}
// listing: end
