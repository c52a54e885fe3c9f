//! A lock that one thread takes three times, in calls within each other; with an rlock, and with a plain lock.

use super::{crew, one_of};
use crate::record::Log;
use crate::record::sync::{BareGuard, BareLock, RGuard, RLock, Variable};
use crate::record::thread::Failure;
use crate::topics::Lab;
use crate::topics::points::points;
use crate::topics::sharing_data::plan::Plan;
use crate::topics::sharing_data::programs::Id;

points! {
    At {
        start = "start", join = "join", end = "end", pause = "clerk.pause",
        order = "order", ordered = "order.work", book = "book", booked = "book.work",
        write = "write", written = "write.work", change = "write.change",
    }
}

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
    at: At,
}

/// Runs it.
///
/// # Errors
/// What failed, or that the run was stopped.
pub fn run(plan: &Plan, lab: &Lab<'_>) -> Result<(), Failure> {
    let at = At::new(lab);
    let lock = match plan.is(Id::Rlock) {
        true => Either::Again(RLock::new(lab.recorder, "lock")),
        false => Either::Plain(BareLock::new(lab.recorder, "lock")),
    };
    let shared = Shared { lock, count: Variable::new(lab.recorder, "count", 0), plan, at };
    shared.main(lab)
}

// What stands between the marks is the Rust listing that the user sees.
// listing: begin
impl Shared<'_> {
    fn order(&self, log: &Log) -> Result<(), Failure> {
        let (plan, at) = (self.plan, &self.at); //-
        log.line(at.order); //-
        let _held = self.lock.acquire(log)?; //@ order
        log.line(at.ordered); //-
        log.sleep(plan.work)?; //@ order.work
        self.book(log)
    }

    fn book(&self, log: &Log) -> Result<(), Failure> {
        let (plan, at) = (self.plan, &self.at); //-
        log.line(at.book); //-
        let _held = self.lock.acquire(log)?; //@ book
        log.line(at.booked); //-
        log.sleep(plan.work)?; //@ book.work
        self.write(log)
    }

    fn write(&self, log: &Log) -> Result<(), Failure> {
        let (plan, at) = (self.plan, &self.at); //-
        log.line(at.write); //-
        let _held = self.lock.acquire(log)?; //@ write
        log.line(at.written); //-
        log.sleep(plan.work)?; //@ write.work
        log.line(at.change); //-
        self.count.write(log, self.count.read(log) + 1); //@ write.change
        Ok(())
    }

    fn clerk(&self, log: &Log) -> Result<(), Failure> {
        let (plan, at) = (self.plan, &self.at); //-
        for _ in 0..plan.rounds {
            self.order(log)?;
            log.line(at.pause); //-
            log.sleep(plan.pause)?; //@ clerk.pause
        }
        Ok(())
    }

    fn main(&self, lab: &Lab<'_>) -> Result<(), Failure> {
        let (plan, at, log) = (self.plan, &self.at, lab.main); //-
        crew(lab, |crew| {
            log.line(at.start); //-
            for k in 0..plan.threads {
                crew.start(one_of("clerk", 'C', k), move |log| self.clerk(log))?; //@ start
            }
            log.line(at.join); //-
            crew.join() //@ join
        })?;
        log.step(at.end); //-
        Ok(()) //@ end
    }
}
// listing: end
