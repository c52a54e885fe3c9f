//! A condition that is notified before anybody waits.

use super::*;
use crate::record::sync::{Condition, Lock};

struct Shared<'a> {
    /// Whether it has happened.
    lock: Lock<bool>,
    ready: Condition,
    plan: &'a Plan,
}

pub fn run(plan: &Plan, lab: &Lab<'_>) -> Result<(), Failure> {
    let lock = Lock::new(lab.recorder, "lock", false);
    let ready = Condition::new(lab.recorder, "ready", &lock);
    Shared { lock, ready, plan }.main(lab)
}

// What stands between the marks is the Rust listing that the user sees.
// listing: begin
impl Shared<'_> {
    fn producer(&self, log: &Log) -> Result<(), Failure> {
        let plan = self.plan; //-
        log.at("producer.make"); //-
        log.sleep(plan.work)?; //@ producer.make
        log.at("producer.enter"); //-
        let mut guard = self.lock.acquire(log); //@ producer.enter
        *guard = true; // it has happened //@ ?wait=predicate
        log.at("producer.notify"); //-
        self.ready.notify(&guard, 1); //@ producer.notify
        Ok(())
    }

    fn consumer(&self, log: &Log) -> Result<(), Failure> {
        log.at("consumer.acquire"); //-
        let guard = self.lock.acquire(log); //@ consumer.acquire
        log.at("consumer.wait"); //-
        if self.plan.looks_first && *guard {
            //@ ?wait=predicate consumer.wait
            return Ok(()); // it has happened already //@ ?wait=predicate
        } //@ ?wait=predicate
        drop(self.ready.wait(guard, None)?); //@ consumer.wait
        Ok(())
    }

    fn main(&self, lab: &Lab<'_>) -> Result<(), Failure> {
        let log = lab.main; //-
        crew(lab, |crew| {
            log.at("start.producer"); //-
            crew.start(Actor::thread("producer", "P"), |log| self.producer(log))?; //@ start.producer
            log.at("join.producer"); //-
            crew.join()?; //@ join.producer
            log.at("start.consumer"); //-
            crew.start(Actor::thread("consumer", "C"), |log| self.consumer(log))?; //@ start.consumer
            log.at("join"); //-
            crew.join() //@ join
        })?;
        log.step_at("end"); //-
        Ok(()) //@ end
    }
}
// listing: end
