//! A lock around reading, working and writing; or one for each thread, which guards nothing.

use super::{crew, one_of};
use crate::record::Log;
use crate::record::sync::{BareLock, Variable};
use crate::record::thread::Failure;
use crate::topics::Lab;
use crate::topics::points::points;
use crate::topics::sharing_data::plan::Plan;
use crate::topics::sharing_data::programs::Id;

points! {
    At {
        start = "start", join = "join", end = "end",
        pause = "worker.pause", acquire = "worker.acquire", read = "worker.read", work = "worker.work",
        write = "worker.write",
    }
}

struct Shared<'a> {
    /// One for all, or one for each.
    locks: Vec<BareLock>,
    count: Variable,
    plan: &'a Plan,
    at: At,
}

/// Runs it.
///
/// # Errors
/// What failed, or that the run was stopped.
pub fn run(plan: &Plan, lab: &Lab<'_>) -> Result<(), Failure> {
    let at = At::new(lab);
    let locks = match plan.is(Id::LockEachOwn) {
        true => {
            (1..=plan.threads).map(|k| BareLock::new(lab.recorder, &format!("lock {k}"))).collect()
        }
        false => vec![BareLock::new(lab.recorder, "lock")],
    };
    let shared = Shared { locks, count: Variable::new(lab.recorder, "count", 0), plan, at };
    shared.main(lab)
}

// What stands between the marks is the Rust listing that the user sees.
// listing: begin
impl Shared<'_> {
    fn worker(&self, log: &Log, k: usize) -> Result<(), Failure> {
        let (plan, at) = (self.plan, &self.at); //-
        let lock = &self.locks[k % self.locks.len()];
        for _ in 0..plan.rounds {
            log.line(at.pause); //-
            log.sleep(plan.pause)?; //@ worker.pause
            log.line(at.acquire); //-
            let guard = lock.acquire(log)?; //@ worker.acquire
            log.line(at.read); //-
            let n = self.count.read(log); //@ worker.read
            log.line(at.work); //-
            log.sleep(plan.work)?; //@ worker.work
            log.line(at.write); //-
            self.count.write(log, n + 1); //@ worker.write
            drop(guard); // gives the lock back
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
