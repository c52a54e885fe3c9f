//! An amount is moved from one account to another under a lock; between the two writes an exception comes up, or before them.

use super::say;
use crate::record::Log;
use crate::record::sync::{Lock, Variable};
use crate::record::thread::Failure;
use crate::topics::Lab;
use crate::topics::crew::crew;
use crate::topics::exceptions::plan::Plan;
use crate::topics::points::points;
use crate::trace::Actor;

points! {
    At {
        acquire = "mover.acquire", take = "mover.take", check = "mover.check", give = "mover.give",
        wait = "auditor.wait", look = "auditor.look", said = "auditor.said",
        start = "main.start", join = "main.join", end = "main.end",
    }
}

/// What is in each account at first, and how much is moved at a time.
const START: i32 = 100;
const STEP: i32 = 30;

struct Bank<'a> {
    lock: Lock<()>,
    first: Variable,
    second: Variable,
    plan: &'a Plan,
    at: At,
}

/// Runs it.
///
/// # Errors
/// What failed, or that the run was stopped.
pub fn run(plan: &Plan, lab: &Lab<'_>) -> Result<(), Failure> {
    let lock = Lock::new(lab.recorder, "lock", ());
    let account = |name, amount| Variable::guarded(lab.recorder, name, amount, Some(lock.id()));
    let (first, second) = (account("first", START), account("second", 0));
    Bank { first, second, lock, plan, at: At::new(lab) }.main(lab)
}

// listing: begin
#[rustfmt::skip] //-
impl Bank<'_> {
    fn take(&self, log: &Log) {
        log.line(self.at.take); //-
        self.first.write(log, self.first.read(log) - STEP); //@ mover.take
    }

    fn check(&self, log: &Log, round: i32) -> Result<(), Failure> {
        log.line(self.at.check); //-
        if round == 3 {
            return Err(log.raise("ValueError: no such account")); //@ mover.check
        }
        Ok(())
    }

    fn mover(&self, log: &Log) -> Result<(), Failure> {
        let at = self.at; //-
        for round in 1..=3 {
            log.line(at.acquire); //-
            let _held = self.lock.acquire(log); // given back on every way out //@ mover.acquire
            if self.plan.order == "check-first" { //-
            self.check(log, round)?; //@ ?order=check-first
            } //-
            self.take(log);
            log.sleep(self.plan.work)?;
            if self.plan.order == "change-first" { //-
            self.check(log, round)?; //@ ?order=change-first
            } //-
            log.line(at.give); //-
            self.second.write(log, self.second.read(log) + STEP); //@ mover.give
        }
        Ok(())
    }

    fn auditor(&self, log: &Log) -> Result<(), Failure> {
        let at = self.at; //-
        for _ in 0..4 {
            log.line(at.wait); //-
            log.sleep(self.plan.work)?; //@ auditor.wait
            log.line(at.look); //-
            let _held = self.lock.acquire(log);
            let sum = self.first.look(log) + self.second.look(log); //@ auditor.look
            log.line(at.said); //-
            say(log, &format!("sum: {sum}")); //@ auditor.said
        }
        Ok(())
    }

    fn main(&self, lab: &Lab<'_>) -> Result<(), Failure> {
        let (at, log) = (self.at, lab.main); //-
        crew(lab, |threads| {
            log.line(at.start); //-
            threads.start(Actor::thread("mover", "M1"), |log| self.mover(log))?; //@ main.start
            threads.start(Actor::thread("auditor", "A1"), |log| self.auditor(log))?;
            log.line(at.join); //-
            threads.join() //@ main.join
        })?;
        log.step(at.end); //-
        let sum = self.first.look(log) + self.second.look(log);
        say(log, &format!("in the end: {sum}")); //@ main.end
        Ok(())
    }
}
// listing: end
