//! An amount is moved from one account to another under a lock; between the two writes an exception comes up, or before them.

use super::*;
use crate::record::sync::{Lock, Variable};
use crate::trace::Actor;

/// What is in each account at first, and how much is moved at a time.
const START: i32 = 100;
const STEP: i32 = 30;

struct Bank<'a> {
    lock: Lock<()>,
    first: Variable,
    second: Variable,
    plan: &'a Plan,
}

/// Runs it.
///
/// # Errors
/// What failed, or that the run was stopped.
pub fn run(plan: &Plan, lab: &Lab<'_>) -> Result<(), Failure> {
    let lock = Lock::new(lab.recorder, "lock", ());
    let account = |name, amount| Variable::guarded(lab.recorder, name, amount, Some(lock.id()));
    let (first, second) = (account("first", START), account("second", 0));
    Bank { first, second, lock, plan }.main(lab)
}

// listing: begin
#[rustfmt::skip] //-
impl Bank<'_> {
    fn take(&self, log: &Log) {
        log.at("mover.take"); //-
        self.first.write(log, self.first.read(log) - STEP); //@ mover.take
    }

    fn check(&self, log: &Log, round: i32) -> Result<(), Failure> {
        log.at("mover.check"); //-
        if round == 3 {
            return Err(log.raise("ValueError: no such account")); //@ mover.check
        }
        Ok(())
    }

    fn mover(&self, log: &Log) -> Result<(), Failure> {
        for round in 1..=3 {
            log.at("mover.acquire"); //-
            let _held = self.lock.acquire(log); // given back on every way out //@ mover.acquire
            if self.plan.order == "check-first" { //-
            self.check(log, round)?; //@ ?order=check-first
            } //-
            self.take(log);
            log.sleep(self.plan.work)?;
            if self.plan.order == "change-first" { //-
            self.check(log, round)?; //@ ?order=change-first
            } //-
            log.at("mover.give"); //-
            self.second.write(log, self.second.read(log) + STEP); //@ mover.give
        }
        Ok(())
    }

    fn auditor(&self, log: &Log) -> Result<(), Failure> {
        for _ in 0..4 {
            log.at("auditor.wait"); //-
            log.sleep(self.plan.work)?; //@ auditor.wait
            log.at("auditor.look"); //-
            let _held = self.lock.acquire(log);
            let sum = self.first.look(log) + self.second.look(log); //@ auditor.look
            log.at("auditor.said"); //-
            log.tell(&format!("sum: {sum}"), []); //@ auditor.said
        }
        Ok(())
    }

    fn main(&self, lab: &Lab<'_>) -> Result<(), Failure> {
        let log = lab.main; //-
        crew(lab, |threads| {
            log.at("main.start"); //-
            threads.start(Actor::thread("mover", "M1"), |log| self.mover(log))?; //@ main.start
            threads.start(Actor::thread("auditor", "A1"), |log| self.auditor(log))?;
            log.at("main.join"); //-
            threads.join() //@ main.join
        })?;
        log.step_at("main.end"); //-
        let sum = self.first.look(log) + self.second.look(log);
        log.tell(&format!("in the end: {sum}"), []); //@ main.end
        Ok(())
    }
}
// listing: end
