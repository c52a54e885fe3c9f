//! Threads that put what came of them into a queue, exceptions too; the main thread takes one report for each.

use super::*;
use crate::record::sync::{AsItem, Queue};
use crate::trace::{EventKind, Item, TextId};

/// What came of a thread.
enum Report {
    Good(i32),
    /// The exception, and what is shown of it.
    Bad(Failure, TextId),
}

impl AsItem for Report {
    fn as_item(&self) -> Item {
        match self {
            Self::Good(number) => Item::int(*number),
            Self::Bad(_, text) => Item::text(*text),
        }
    }
}

struct Shared<'a> {
    reports: Queue<Report>,
    plan: &'a Plan,
}

/// Runs it.
///
/// # Errors
/// What failed, or that the run was stopped.
pub fn run(plan: &Plan, lab: &Lab<'_>) -> Result<(), Failure> {
    let reports = Queue::new(lab.recorder, "reports", None);
    Shared { reports, plan }.main(lab)
}

// listing: begin
impl Shared<'_> {
    fn job(&self, log: &Log, n: usize) -> Result<i32, Failure> {
        log.at("worker.work"); //-
        log.sleep(self.plan.work * n as u32)?; //@ worker.work
        if n == self.plan.fails {
            log.at("worker.raise"); //-
            return Err(log.raise(&format!("ValueError: no {n}"))); //@ worker.raise
        }
        Ok((n * n) as i32)
    }

    fn worker(&self, log: &Log, n: usize) -> Result<(), Failure> {
        match self.job(log, n) {
            Ok(square) => {
                log.at("worker.good"); //-
                self.reports.put(log, Report::Good(square))?; //@ worker.good
            }
            Err(failure) => {
                log.at("worker.bad"); //-
                let report = self.kept(log, failure)?;
                self.reports.put(log, report)?; //@ worker.bad
            }
        }
        Ok(())
    }

    fn main(&self, lab: &Lab<'_>) -> Result<(), Failure> {
        let (plan, log) = (self.plan, lab.main); //-
        crew(lab, |threads| {
            for n in 1..=plan.threads {
                log.at("main.start"); //-
                threads.start(one_of("worker", 'W', n - 1), move |log| self.worker(log, n))?; //@ main.start
            }
            for _ in 0..plan.threads {
                log.at("main.get"); //-
                let report = self.reports.get(log)?; //@ main.get
                match report {
                    Report::Good(square) => log.tell(&square.to_string(), []),
                    Report::Bad(failure, _) => {
                        log.at("main.caught"); //-
                        let failure = asked(log, failure);
                        log.tell(&format!("failed: {}", log.catch(failure)?), []); //@ main.caught
                    }
                }
            }
            log.at("main.join"); //-
            threads.join() //@ main.join
        })?;
        log.step_at("main.end"); //-
        log.tell("all done", []); //@ main.end
        Ok(())
    }
}
// listing: end

impl Shared<'_> {
    /// The report of an exception, which lies in the queue from now on.
    fn kept(&self, log: &Log, failure: Failure) -> Result<Report, Failure> {
        let Failure::Raised { exception, ref text } = failure else { return Err(failure) };
        let (res, text) = (self.reports.id(), log.recorder().text(text));
        log.record(EventKind::Kept { exception, res });
        Ok(Report::Bad(failure, text))
    }
}

/// Whoever takes the report has the exception.
fn asked(log: &Log, failure: Failure) -> Failure {
    if let Failure::Raised { exception, .. } = failure {
        log.record(EventKind::Propagated { exception, to: log.id() });
    }
    failure
}
