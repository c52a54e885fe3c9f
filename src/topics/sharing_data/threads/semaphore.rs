//! A semaphore: a number of threads at once; and one that is released once too often.

use super::*;
use crate::record::sync::{Semaphore, TooOften};

struct Shared<'a> {
    slots: Semaphore,
    plan: &'a Plan,
}

pub fn run(plan: &Plan, lab: &Lab<'_>) -> Result<(), Failure> {
    let slots = match plan.is(Id::SemaphoreBounded) {
        true => Semaphore::bounded(lab.recorder, "slots", plan.permits),
        false => Semaphore::new(lab.recorder, "slots", plan.permits),
    };
    Shared { slots, plan }.main(lab)
}

// What stands between the marks is the Rust listing that the user sees.
// listing: begin
impl Shared<'_> {
    #[rustfmt::skip] //-
    fn worker(&self, log: &Log, k: usize) -> Result<(), Failure> {
        let plan = self.plan; //-
        log.at("worker.come"); //-
        log.sleep(plan.work * k as u32 / 4)?; // they come one after another //@ worker.come
        for round in 0..plan.rounds {
            log.at("worker.acquire"); //-
            let permit = self.slots.acquire(log)?; //@ worker.acquire
            log.at("worker.work"); //-
            log.sleep(plan.work)?; //@ worker.work
            log.at("worker.release"); //-
            released(log, permit.release())?; //@ worker.release
            if k == 0 && round == 0 { //@ ?!program=semaphore
                self.release_again(log)?; //@ ?!program=semaphore worker.release_again
            } //@ ?!program=semaphore
            log.at("worker.pause"); //-
            log.sleep(plan.pause)?; //@ worker.pause
        }
        Ok(())
    }

    fn main(&self, lab: &Lab<'_>) -> Result<(), Failure> {
        let (plan, log) = (self.plan, lab.main); //-
        crew(lab, |crew| {
            log.at("start"); //-
            for k in 0..plan.threads {
                crew.start(one_of("worker", 'W', k), move |log| self.worker(log, k))?; //@ start
            }
            log.at("join"); //-
            crew.join() //@ join
        })?;
        log.step_at("end"); //-
        Ok(()) //@ end
    }
}
// listing: end

impl Shared<'_> {
    fn release_again(&self, log: &Log) -> Result<(), Failure> {
        if self.plan.is(Id::Semaphore) {
            return Ok(());
        }
        log.at("worker.release_again");
        released(log, self.slots.release(log))
    }
}

/// Fails where a semaphore refuses to be released.
fn released(log: &Log, result: Result<(), TooOften>) -> Result<(), Failure> {
    result.map_err(|_| log.raise("ValueError: Semaphore released too many times"))
}
