//! An event: a flag that several wait for and one sets, and that is still set for one that comes later; or is not.

use super::*;
use crate::record::sync::Event;

struct Shared<'a> {
    go: Event,
    plan: &'a Plan,
}

pub fn run(plan: &Plan, lab: &Lab<'_>) -> Result<(), Failure> {
    Shared { go: Event::new(lab.recorder, "go"), plan }.main(lab)
}

// What stands between the marks is the Rust listing that the user sees.
// listing: begin
impl Shared<'_> {
    fn runner(&self, log: &Log, k: usize) -> Result<(), Failure> {
        let plan = self.plan; //-
        log.at("runner.wait"); //-
        self.go.wait(log, None)?; //@ runner.wait
        log.at("runner.work"); //-
        log.sleep(plan.work * (k as u32 + 1))?; //@ runner.work
        Ok(())
    }

    fn main(&self, lab: &Lab<'_>) -> Result<(), Failure> {
        let (plan, log) = (self.plan, lab.main); //-
        crew(lab, |crew| {
            log.at("start"); //-
            for k in 0..plan.threads {
                crew.start(one_of("runner", 'R', k), move |log| self.runner(log, k))?; //@ start
            }
            log.at("pause"); //-
            log.sleep(plan.pause)?; //@ pause
            log.at("set"); //-
            self.go.set(log); //@ set
            self.clear(log); //@ ?program=event-cleared clear
            log.at("late"); //-
            let late = plan.threads;
            let latecomer = Actor::thread("late runner", "L"); //-
            crew.start(latecomer, move |log| self.runner(log, late))?; //@ late
            log.at("join"); //-
            crew.join() //@ join
        })?;
        log.step_at("end"); //-
        Ok(()) //@ end
    }
}
// listing: end

impl Shared<'_> {
    fn clear(&self, log: &Log) {
        if self.plan.is(Id::EventCleared) {
            log.at("clear");
            self.go.clear(log);
        }
    }
}
