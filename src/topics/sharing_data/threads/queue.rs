//! A bounded queue between producers and consumers, which stop at a `None`; too few of those; and a consumer that fails
//! before it has told that its item is done.

use super::{crew, one_of};
use crate::record::Log;
use crate::record::sync::Queue;
use crate::record::thread::Failure;
use crate::topics::Lab;
use crate::topics::points::points;
use crate::topics::sharing_data::plan::Plan;
use crate::topics::sharing_data::programs::Id;
use crate::trace::{Item, TextId};

points! {
    At {
        start = "start", produced = "produced", drained = "drained", stop = "stop", join = "join",
        end = "end",
        make = "producer.make", put = "producer.put", get = "consumer.get", last = "consumer.last",
        work = "consumer.work", said = "consumer.said", done = "consumer.done",
    }
}

points! {
    /// Where a consumer fails.
    Fails {
        at = "consumer.fails",
    }
}

struct Shared<'a> {
    jobs: Queue<Option<i32>>,
    used: TextId,
    plan: &'a Plan,
    at: At,
    fails: Option<Fails>,
}

/// Runs it.
///
/// # Errors
/// What failed, or that the run was stopped.
pub fn run(plan: &Plan, lab: &Lab<'_>) -> Result<(), Failure> {
    let shared = Shared {
        jobs: Queue::new(lab.recorder, "jobs", Some(plan.bound)),
        used: lab.text("used {}"),
        plan,
        at: At::new(lab),
        fails: plan.is(Id::TaskDoneMissing).then(|| Fails::new(lab)),
    };
    shared.main(lab)
}

// What stands between the marks is the Rust listing that the user sees.
// listing: begin
impl Shared<'_> {
    fn producer(&self, log: &Log, first: i32) -> Result<(), Failure> {
        let (plan, at) = (self.plan, &self.at); //-
        for n in (first..).take(plan.items) {
            log.line(at.make); //-
            log.sleep(plan.produce)?; //@ producer.make
            log.line(at.put); //-
            self.jobs.put(log, Some(n))?; //@ producer.put
        }
        Ok(())
    }

    fn consumer(&self, log: &Log) -> Result<(), Failure> {
        let (plan, at) = (self.plan, &self.at); //-
        loop {
            log.line(at.get); //-
            let job = self.jobs.get(log)?; //@ consumer.get
            let Some(n) = job else {
                log.line(at.last); //-
                self.jobs.task_done(log)?; //@ consumer.last
                return Ok(());
            };
            log.line(at.work); //-
            log.sleep(plan.consume)?; //@ consumer.work
            self.fail(log, n)?; //@ ?program=task-done-missing consumer.fails
            log.line(at.said); //-
            log.say(self.used, [Item::int(n), Item::NOTHING]); //@ consumer.said
            log.line(at.done); //-
            self.jobs.task_done(log)?; //@ consumer.done
        }
    }

    fn main(&self, lab: &Lab<'_>) -> Result<(), Failure> {
        let (plan, at, log) = (self.plan, &self.at, lab.main); //-
        crew(lab, |consumers| {
            log.line(at.start); //-
            for k in 0..plan.consumers {
                consumers.start(one_of("consumer", 'C', k), |log| self.consumer(log))?; //@ start
            }
            crew(lab, |producers| {
                for k in 0..plan.producers {
                    let first = (k * plan.items) as i32 + 1;
                    let body = move |log: &Log| self.producer(log, first);
                    producers.start(one_of("producer", 'P', k), body)?;
                }
                log.line(at.produced); //-
                producers.join() //@ produced
            })?;
            log.line(at.drained); //-
            self.jobs.join(log)?; // until all is done //@ drained
            log.line(at.stop); //-
            for _ in 0..self.sentinels() {
                self.jobs.put(log, None)?; //@ stop
            }
            log.line(at.join); //-
            consumers.join() //@ join
        })?;
        log.step(at.end); //-
        Ok(()) //@ end
    }
    // listing: end

    fn sentinels(&self) -> usize {
        if self.plan.is(Id::OneSentinel) { 1 } else { self.plan.consumers }
    }

    /// Fails at the second item.
    fn fail(&self, log: &Log, n: i32) -> Result<(), Failure> {
        let Some(fails) = self.fails.filter(|_| n == 2) else { return Ok(()) };
        log.line(fails.at);
        Err(log.raise("ZeroDivisionError: division by zero"))
    }
}
