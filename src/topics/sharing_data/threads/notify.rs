//! A condition that is notified before anybody waits.

use super::crew;
use crate::record::Log;
use crate::record::sync::{Condition, Lock};
use crate::record::thread::Failure;
use crate::topics::Lab;
use crate::topics::points::points;
use crate::topics::sharing_data::plan::Plan;
use crate::trace::Actor;

points! {
    At {
        producer = "start.producer", produced = "join.producer", consumer = "start.consumer",
        join = "join", end = "end",
        make = "producer.make", enter = "producer.enter", notify = "producer.notify",
        acquire = "consumer.acquire", wait = "consumer.wait",
    }
}

struct Shared<'a> {
    /// Whether it has happened.
    lock: Lock<bool>,
    ready: Condition,
    plan: &'a Plan,
    at: At,
}

/// Runs it.
///
/// # Errors
/// What failed, or that the run was stopped.
pub fn run(plan: &Plan, lab: &Lab<'_>) -> Result<(), Failure> {
    let lock = Lock::new(lab.recorder, "lock", false);
    let ready = Condition::new(lab.recorder, "ready", &lock);
    Shared { lock, ready, plan, at: At::new(lab) }.main(lab)
}

// What stands between the marks is the Rust listing that the user sees.
// listing: begin
impl Shared<'_> {
    fn producer(&self, log: &Log) -> Result<(), Failure> {
        let (plan, at) = (self.plan, &self.at); //-
        log.line(at.make); //-
        log.sleep(plan.work)?; //@ producer.make
        log.line(at.enter); //-
        let mut guard = self.lock.acquire(log); //@ producer.enter
        *guard = true; // it has happened //@ ?wait=predicate
        log.line(at.notify); //-
        self.ready.notify(&guard, 1); //@ producer.notify
        Ok(())
    }

    fn consumer(&self, log: &Log) -> Result<(), Failure> {
        let at = &self.at; //-
        log.line(at.acquire); //-
        let guard = self.lock.acquire(log); //@ consumer.acquire
        log.line(at.wait); //-
        if self.looks_first(*guard) {
            //@ ?wait=predicate consumer.wait
            return Ok(()); // it has happened already //@ ?wait=predicate
        } //@ ?wait=predicate
        drop(self.ready.wait(guard, None)?); //@ consumer.wait
        Ok(())
    }

    fn main(&self, lab: &Lab<'_>) -> Result<(), Failure> {
        let (at, log) = (&self.at, lab.main); //-
        crew(lab, |crew| {
            log.line(at.producer); //-
            crew.start(Actor::thread("producer", "P"), |log| self.producer(log))?; //@ start.producer
            log.line(at.produced); //-
            crew.join()?; //@ join.producer
            log.line(at.consumer); //-
            crew.start(Actor::thread("consumer", "C"), |log| self.consumer(log))?; //@ start.consumer
            log.line(at.join); //-
            crew.join() //@ join
        })?;
        log.step(at.end); //-
        Ok(()) //@ end
    }
}
// listing: end

impl Shared<'_> {
    /// Whether who waits looks first, and it has happened.
    fn looks_first(&self, happened: bool) -> bool {
        self.plan.looks_first && happened
    }
}
