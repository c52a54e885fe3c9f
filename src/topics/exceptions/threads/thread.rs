//! Threads that save rows; one of them fails, and the exception is handled in one place or another, or nowhere.

use super::say;
use crate::record::Log;
use crate::record::sync::Queue;
use crate::record::thread::Failure;
use crate::topics::Lab;
use crate::topics::crew::{crew, one_of};
use crate::topics::exceptions::plan::Plan;
use crate::topics::points::points;

points! {
    At {
        work = "thread.work", raise = "thread.raise", save = "thread.save",
        start = "main.start", join = "main.join", end = "main.end",
    }
}

points! {
    /// Where the thread handles it.
    Handles { caught = "thread.caught" }
}

points! {
    /// Where it is logged.
    Logs { hook = "thread.log" }
}

struct Shared<'a> {
    saved: Queue<i32>,
    plan: &'a Plan,
    at: At,
    handles: Option<Handles>,
    logs: Option<Logs>,
}

/// Runs it.
///
/// # Errors
/// What failed, or that the run was stopped.
pub fn run(plan: &Plan, lab: &Lab<'_>) -> Result<(), Failure> {
    let shared = Shared {
        saved: Queue::new(lab.recorder, "saved", None),
        plan,
        at: At::new(lab),
        handles: (plan.handler == "thread").then(|| Handles::new(lab)),
        logs: (plan.handler == "log").then(|| Logs::new(lab)),
    };
    shared.main(lab)
}

// What stands between the marks is the Rust listing that the user sees.
// listing: begin
#[rustfmt::skip] //-
impl Shared<'_> {
    fn save(&self, log: &Log, n: usize, row: usize) -> Result<(), Failure> {
        let (plan, at) = (self.plan, self.at); //-
        log.line(at.work); //-
        log.sleep(plan.work)?; //@ thread.work
        if n == plan.fails && row == 2 {
            log.line(at.raise); //-
            return Err(log.raise(&format!("ValueError: row {row} of thread {n}"))); //@ thread.raise
        }
        log.line(at.save); //-
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
        let (plan, at, log) = (self.plan, self.at, lab.main); //-
        crew(lab, |threads| {
            for n in 1..=plan.threads {
                log.line(at.start); //-
                let started =
                    threads.start(one_of("thread", 'T', n - 1), move |log| self.worker(log, n)); //@ main.start
                let started = started.or_else(|failure| log.catch(failure).map(drop)); //@ ?handler=start
                started?;
            }
            log.line(at.join); //-
            threads.join() //@ main.join
        })?;
        log.step(at.end); //-
        say(log, &format!("rows: {} of {}", self.saved.len(), plan.threads * plan.rows)); //@ main.end
        Ok(())
    }

    fn skip(&self, log: &Log, saved: Result<(), Failure>) -> Result<(), Failure> { //@ ?handler=thread
        let Some(at) = self.handles else { return saved }; //-
        let Err(failure) = saved else { return Ok(()) }; //@ ?handler=thread
        log.line(at.caught); //-
        let why = log.catch(failure)?; //@ ?handler=thread thread.caught
        say(log, &format!("skipped: {why}")); //@ ?handler=thread
        Ok(()) //@ ?handler=thread
    } //@ ?handler=thread

    fn logged(&self, log: &Log, n: usize, saved: Result<(), Failure>) -> Result<(), Failure> { //@ ?handler=log
        let Some(at) = self.logs else { return saved }; //-
        if let Err(why @ Failure::Raised { .. }) = &saved { //@ ?handler=log
            log.line(at.hook); //-
            say(log, &format!("ERROR in thread {n}: {why}")); //@ ?handler=log thread.log
        } //@ ?handler=log
        saved //@ ?handler=log
    } //@ ?handler=log
}
// listing: end
