//! A lock that one thread takes three times, in calls within each other; with an rlock, and with a plain lock.

use super::*;
use crate::record::sync::{BareGuard, BareLock, RGuard, RLock, Variable};

enum Either {
    Plain(BareLock),
    Again(RLock),
}

/// The right to go on, of either.
enum Held<'a> {
    Plain { _guard: BareGuard<'a> },
    Again { _guard: RGuard<'a> },
}

impl Either {
    fn acquire<'a>(&'a self, log: &'a Log) -> Result<Held<'a>, Failure> {
        Ok(match self {
            Self::Plain(lock) => Held::Plain { _guard: lock.acquire(log)? },
            Self::Again(lock) => Held::Again { _guard: lock.acquire(log)? },
        })
    }
}

struct Shared<'a> {
    lock: Either,
    count: Variable,
    plan: &'a Plan,
}

pub fn run(plan: &Plan, lab: &Lab<'_>) -> Result<(), Failure> {
    let lock = match plan.is(Id::Rlock) {
        true => Either::Again(RLock::new(lab.recorder, "lock")),
        false => Either::Plain(BareLock::new(lab.recorder, "lock")),
    };
    let shared = Shared { lock, count: Variable::new(lab.recorder, "count", 0), plan };
    shared.main(lab)
}

// What stands between the marks is the Rust listing that the user sees.
// listing: begin
impl Shared<'_> {
    fn order(&self, log: &Log) -> Result<(), Failure> {
        let plan = self.plan; //-
        log.at("order"); //-
        let _held = self.lock.acquire(log)?; //@ order
        log.at("order.work"); //-
        log.sleep(plan.work)?; //@ order.work
        self.book(log)
    }

    fn book(&self, log: &Log) -> Result<(), Failure> {
        let plan = self.plan; //-
        log.at("book"); //-
        let _held = self.lock.acquire(log)?; //@ book
        log.at("book.work"); //-
        log.sleep(plan.work)?; //@ book.work
        self.write(log)
    }

    fn write(&self, log: &Log) -> Result<(), Failure> {
        let plan = self.plan; //-
        log.at("write"); //-
        let _held = self.lock.acquire(log)?; //@ write
        log.at("write.work"); //-
        log.sleep(plan.work)?; //@ write.work
        log.at("write.change"); //-
        self.count.write(log, self.count.read(log) + 1); //@ write.change
        Ok(())
    }

    fn clerk(&self, log: &Log) -> Result<(), Failure> {
        let plan = self.plan; //-
        for _ in 0..plan.rounds {
            self.order(log)?;
            log.at("clerk.pause"); //-
            log.sleep(plan.pause)?; //@ clerk.pause
        }
        Ok(())
    }

    fn main(&self, lab: &Lab<'_>) -> Result<(), Failure> {
        let (plan, log) = (self.plan, lab.main); //-
        crew(lab, |crew| {
            log.at("start"); //-
            for k in 0..plan.threads {
                crew.start(one_of("clerk", 'C', k), move |log| self.clerk(log))?; //@ start
            }
            log.at("join"); //-
            crew.join() //@ join
        })?;
        log.step_at("end"); //-
        Ok(()) //@ end
    }
}
// listing: end
