//! A semaphore: a number of threads at once; and one that is released once too often.

use super::{crew, one_of};
use crate::record::Log;
use crate::record::sync::{Semaphore, TooOften};
use crate::record::thread::Failure;
use crate::topics::Lab;
use crate::topics::points::points;
use crate::topics::sharing_data::plan::Plan;
use crate::topics::sharing_data::programs::Id;

points! {
    At {
        start = "start", join = "join", end = "end",
        come = "worker.come", pause = "worker.pause", acquire = "worker.acquire", work = "worker.work",
        release = "worker.release",
    }
}

points! {
    /// Where one gives back what it does not have.
    Again {
        release = "worker.release_again",
    }
}

struct Shared<'a> {
    slots: Semaphore,
    plan: &'a Plan,
    at: At,
    again: Option<Again>,
}

/// Runs it.
///
/// # Errors
/// What failed, or that the run was stopped.
pub fn run(plan: &Plan, lab: &Lab<'_>) -> Result<(), Failure> {
    let at = At::new(lab);
    let (bounded, over) = (plan.is(Id::SemaphoreBounded), !plan.is(Id::Semaphore));
    let slots = match bounded {
        true => Semaphore::bounded(lab.recorder, "slots", plan.permits),
        false => Semaphore::new(lab.recorder, "slots", plan.permits),
    };
    let shared = Shared { slots, plan, at, again: over.then(|| Again::new(lab)) };
    shared.main(lab)
}

// What stands between the marks is the Rust listing that the user sees.
// listing: begin
impl Shared<'_> {
    #[rustfmt::skip] //-
    fn worker(&self, log: &Log, k: usize) -> Result<(), Failure> {
        let (plan, at) = (self.plan, &self.at); //-
        log.line(at.come); //-
        log.sleep(plan.work * k as u32 / 4)?; // they come one after another //@ worker.come
        for round in 0..plan.rounds {
            log.line(at.acquire); //-
            let permit = self.slots.acquire(log)?; //@ worker.acquire
            log.line(at.work); //-
            log.sleep(plan.work)?; //@ worker.work
            log.line(at.release); //-
            self.released(log, permit.release())?; //@ worker.release
            if k == 0 && round == 0 { //@ ?!program=semaphore
                self.release_again(log)?; //@ ?!program=semaphore worker.release_again
            } //@ ?!program=semaphore
            log.line(at.pause); //-
            log.sleep(plan.pause)?; //@ worker.pause
        }
        Ok(())
    }

    fn main(&self, lab: &Lab<'_>) -> Result<(), Failure> {
        let (plan, at, log) = (self.plan, &self.at, lab.main); //-
        crew(lab, |crew| {
            log.line(at.start); //-
            for k in 0..plan.threads {
                crew.start(one_of("worker", 'W', k), move |log| self.worker(log, k))?; //@ start
            }
            log.line(at.join); //-
            crew.join() //@ join
        })?;
        log.step(at.end); //-
        Ok(()) //@ end
    }
}
// listing: end

impl Shared<'_> {
    fn release_again(&self, log: &Log) -> Result<(), Failure> {
        let Some(again) = self.again else { return Ok(()) };
        log.line(again.release);
        self.released(log, self.slots.release(log))
    }

    /// Fails where a semaphore refuses to be released.
    fn released(&self, log: &Log, result: Result<(), TooOften>) -> Result<(), Failure> {
        result.map_err(|_| log.raise("ValueError: Semaphore released too many times"))
    }
}
