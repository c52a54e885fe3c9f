//! A bounded queue between producers and consumers, which stop at a `None`; too few of those; and a consumer that fails
//! before it has told that its item is done.

use super::*;
use crate::record::sync::Queue;

struct Shared<'a> {
    jobs: Queue<Option<i32>>,
    plan: &'a Plan,
}

pub fn run(plan: &Plan, lab: &Lab<'_>) -> Result<(), Failure> {
    Shared { jobs: Queue::new(lab.recorder, "jobs", Some(plan.bound)), plan }.main(lab)
}

// What stands between the marks is the Rust listing that the user sees.
// listing: begin
impl Shared<'_> {
    fn producer(&self, log: &Log, first: i32) -> Result<(), Failure> {
        let plan = self.plan; //-
        for n in (first..).take(plan.items) {
            log.at("producer.make"); //-
            log.sleep(plan.produce)?; //@ producer.make
            log.at("producer.put"); //-
            self.jobs.put(log, Some(n))?; //@ producer.put
        }
        Ok(())
    }

    fn consumer(&self, log: &Log) -> Result<(), Failure> {
        let plan = self.plan; //-
        loop {
            log.at("consumer.get"); //-
            let job = self.jobs.get(log)?; //@ consumer.get
            let Some(n) = job else {
                log.at("consumer.last"); //-
                self.jobs.task_done(log)?; //@ consumer.last
                return Ok(());
            };
            log.at("consumer.work"); //-
            log.sleep(plan.consume)?; //@ consumer.work
            self.fail(log, n)?; //@ ?program=task-done-missing consumer.fails
            log.at("consumer.said"); //-
            log.tell("used {}", [Item::int(n)]); //@ consumer.said
            log.at("consumer.done"); //-
            self.jobs.task_done(log)?; //@ consumer.done
        }
    }

    fn main(&self, lab: &Lab<'_>) -> Result<(), Failure> {
        let (plan, log) = (self.plan, lab.main); //-
        crew(lab, |consumers| {
            log.at("start"); //-
            for k in 0..plan.consumers {
                consumers.start(one_of("consumer", 'C', k), |log| self.consumer(log))?; //@ start
            }
            crew(lab, |producers| {
                for k in 0..plan.producers {
                    let first = (k * plan.items) as i32 + 1;
                    let body = move |log: &Log| self.producer(log, first);
                    producers.start(one_of("producer", 'P', k), body)?;
                }
                log.at("produced"); //-
                producers.join() //@ produced
            })?;
            log.at("drained"); //-
            self.jobs.join(log)?; // until all is done //@ drained
            log.at("stop"); //-
            for _ in 0..self.sentinels() {
                self.jobs.put(log, None)?; //@ stop
            }
            log.at("join"); //-
            consumers.join() //@ join
        })?;
        log.step_at("end"); //-
        Ok(()) //@ end
    }
    // listing: end

    fn sentinels(&self) -> usize {
        if self.plan.is(Id::OneSentinel) { 1 } else { self.plan.consumers }
    }

    /// Fails at the second item.
    fn fail(&self, log: &Log, n: i32) -> Result<(), Failure> {
        if n != 2 || !self.plan.is(Id::TaskDoneMissing) {
            return Ok(());
        }
        log.at("consumer.fails");
        Err(log.raise("ZeroDivisionError: division by zero"))
    }
}
