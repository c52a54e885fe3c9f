//! A lock around reading, working and writing; or one for each thread, which guards nothing.

use super::*;
use crate::record::sync::{BareLock, Variable};

struct Shared<'a> {
    /// One for all, or one for each.
    locks: Vec<BareLock>,
    count: Variable,
    plan: &'a Plan,
}

pub fn run(plan: &Plan, lab: &Lab<'_>) -> Result<(), Failure> {
    let locks = match plan.is(Id::LockEachOwn) {
        true => {
            (1..=plan.threads).map(|k| BareLock::new(lab.recorder, &format!("lock {k}"))).collect()
        }
        false => vec![BareLock::new(lab.recorder, "lock")],
    };
    let shared = Shared { locks, count: Variable::new(lab.recorder, "count", 0), plan };
    shared.main(lab)
}

// What stands between the marks is the Rust listing that the user sees.
// listing: begin
impl Shared<'_> {
    fn worker(&self, log: &Log, k: usize) -> Result<(), Failure> {
        let plan = self.plan; //-
        let lock = &self.locks[k % self.locks.len()];
        for _ in 0..plan.rounds {
            log.at("worker.pause"); //-
            log.sleep(plan.pause)?; //@ worker.pause
            log.at("worker.acquire"); //-
            let guard = lock.acquire(log)?; //@ worker.acquire
            log.at("worker.read"); //-
            let n = self.count.read(log); //@ worker.read
            log.at("worker.work"); //-
            log.sleep(plan.work)?; //@ worker.work
            log.at("worker.write"); //-
            self.count.write(log, n + 1); //@ worker.write
            drop(guard); // gives the lock back
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
