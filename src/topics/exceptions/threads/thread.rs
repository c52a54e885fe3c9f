//! Threads that save rows; one of them fails, and the exception is handled in one place or another, or nowhere.

use super::*;
use crate::record::sync::Queue;

struct Shared<'a> {
    saved: Queue<i32>,
    plan: &'a Plan,
}

/// Runs it.
///
/// # Errors
/// What failed, or that the run was stopped.
pub fn run(plan: &Plan, lab: &Lab<'_>) -> Result<(), Failure> {
    let shared = Shared { saved: Queue::new(lab.recorder, "saved", None), plan };
    shared.main(lab)
}

// What stands between the marks is the Rust listing that the user sees.
// listing: begin
#[rustfmt::skip] //-
impl Shared<'_> {
    fn save(&self, log: &Log, n: usize, row: usize) -> Result<(), Failure> {
        let plan = self.plan; //-
        log.at("thread.work"); //-
        log.sleep(plan.work)?; //@ thread.work
        if n == plan.fails && row == 2 {
            log.at("thread.raise"); //-
            return Err(log.raise(&format!("ValueError: row {row} of thread {n}"))); //@ thread.raise
        }
        log.at("thread.save"); //-
        self.saved.put(log, row as i32)?; //@ thread.save
        Ok(())
    }

    fn worker(&self, log: &Log, n: usize) -> Result<(), Failure> {
        for row in 1..=self.plan.rows {
            let saved = self.save(log, n, row);
            let saved = self.skip(log, saved); //@ ?handler=thread
            let saved = self.logged(log, n, saved); //@ ?handler=log
            saved?;
        }
        Ok(())
    }

    fn main(&self, lab: &Lab<'_>) -> Result<(), Failure> {
        let (plan, log) = (self.plan, lab.main); //-
        crew(lab, |threads| {
            for n in 1..=plan.threads {
                log.at("main.start"); //-
                let started =
                    threads.start(one_of("thread", 'T', n - 1), move |log| self.worker(log, n)); //@ main.start
                let started = started.or_else(|failure| log.catch(failure).map(drop)); //@ ?handler=start
                started?;
            }
            log.at("main.join"); //-
            threads.join() //@ main.join
        })?;
        log.step_at("main.end"); //-
        log.tell(&format!("rows: {} of {}", self.saved.len(), plan.threads * plan.rows), []); //@ main.end
        Ok(())
    }

    fn skip(&self, log: &Log, saved: Result<(), Failure>) -> Result<(), Failure> { //@ ?handler=thread
        if self.plan.handler != "thread" { return saved } //-
        let Err(failure) = saved else { return Ok(()) }; //@ ?handler=thread
        log.at("thread.caught"); //-
        let why = log.catch(failure)?; //@ ?handler=thread thread.caught
        log.tell(&format!("skipped: {why}"), []); //@ ?handler=thread
        Ok(()) //@ ?handler=thread
    } //@ ?handler=thread

    fn logged(&self, log: &Log, n: usize, saved: Result<(), Failure>) -> Result<(), Failure> { //@ ?handler=log
        if self.plan.handler != "log" { return saved } //-
        if let Err(why @ Failure::Raised { .. }) = &saved { //@ ?handler=log
            log.at("thread.log"); //-
            log.tell(&format!("ERROR in thread {n}: {why}"), []); //@ ?handler=log thread.log
        } //@ ?handler=log
        saved //@ ?handler=log
    } //@ ?handler=log
}
// listing: end
