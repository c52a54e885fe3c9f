//! A barrier: all wait for the last one, round by round; and one that leaves.

use super::*;
use crate::record::sync::{Barrier, WaitError};
use std::time::Duration;

struct Shared<'a> {
    meeting: Barrier,
    plan: &'a Plan,
}

pub fn run(plan: &Plan, lab: &Lab<'_>) -> Result<(), Failure> {
    let parties = u32::try_from(plan.threads).unwrap_or(1);
    Shared { meeting: Barrier::new(lab.recorder, "meeting", parties), plan }.main(lab)
}

// What stands between the marks is the Rust listing that the user sees.
// listing: begin
impl Shared<'_> {
    #[rustfmt::skip] //-
    fn walker(&self, log: &Log, k: usize) -> Result<(), Failure> {
        let plan = self.plan; //-
        for round in 0..plan.rounds {
            log.at("walker.work"); //-
            log.sleep(plan.work * (k as u32 + 1))?; //@ walker.work
            if self.leaves(k, round, log) { //@ ?program=barrier-one-missing walker.leave
                return Ok(()); //@ ?program=barrier-one-missing
            } //@ ?program=barrier-one-missing
            log.at("walker.wait"); //-
            let passed = self.meeting.wait(log, self.time_out()); //@ walker.wait
            if let Err(WaitError::TimedOut | WaitError::Broken) = passed {
                gives_up(log); //@ ?program=barrier-one-missing walker.broken
                return Ok(());
            }
            passed?;
        }
        Ok(())
    }

    fn main(&self, lab: &Lab<'_>) -> Result<(), Failure> {
        let (plan, log) = (self.plan, lab.main); //-
        crew(lab, |crew| {
            log.at("start"); //-
            for k in 0..plan.threads {
                crew.start(one_of("walker", 'W', k), move |log| self.walker(log, k))?; //@ start
            }
            log.at("join"); //-
            crew.join() //@ join
        })?;
        log.step_at("end"); //-
        Ok(()) //@ end
    }
}
// listing: end

impl Shared<'_> {
    /// The first walker does not come to the second meeting.
    fn leaves(&self, k: usize, round: usize, log: &Log) -> bool {
        let leaves = self.plan.is(Id::BarrierOneMissing) && k == 0 && round == 1;
        if leaves {
            log.step_at("walker.leave");
        }
        leaves
    }

    /// Who knows that all will come waits for as long as it takes.
    fn time_out(&self) -> Option<Duration> {
        self.plan.is(Id::BarrierOneMissing).then_some(self.plan.patience)
    }
}

fn gives_up(log: &Log) {
    log.at("walker.broken");
    log.tell("BrokenBarrierError", []);
}
