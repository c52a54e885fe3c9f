//! A barrier: all wait for the last one, round by round; and one that leaves.

use super::{crew, one_of};
use crate::record::Log;
use crate::record::sync::{Barrier, WaitError};
use crate::record::thread::Failure;
use crate::topics::Lab;
use crate::topics::points::points;
use crate::topics::sharing_data::plan::Plan;
use crate::topics::sharing_data::programs::Id;
use crate::trace::{Item, TextId};

points! {
    At {
        start = "start", join = "join", end = "end",
        work = "walker.work", wait = "walker.wait",
    }
}

points! {
    /// Where one leaves, and where the others learn of it.
    Leaves {
        leave = "walker.leave", broken = "walker.broken",
    }
}

struct Shared<'a> {
    meeting: Barrier,
    broken: TextId,
    plan: &'a Plan,
    at: At,
    leaves: Option<Leaves>,
}

/// Runs it.
///
/// # Errors
/// What failed, or that the run was stopped.
pub fn run(plan: &Plan, lab: &Lab<'_>) -> Result<(), Failure> {
    let at = At::new(lab);
    let parties = u32::try_from(plan.threads).unwrap_or(1);
    let shared = Shared {
        meeting: Barrier::new(lab.recorder, "meeting", parties),
        broken: lab.text("BrokenBarrierError"),
        plan,
        at,
        leaves: plan.is(Id::BarrierOneMissing).then(|| Leaves::new(lab)),
    };
    shared.main(lab)
}

// What stands between the marks is the Rust listing that the user sees.
// listing: begin
impl Shared<'_> {
    #[rustfmt::skip] //-
    fn walker(&self, log: &Log, k: usize) -> Result<(), Failure> {
        let (plan, at) = (self.plan, &self.at); //-
        for round in 0..plan.rounds {
            log.line(at.work); //-
            log.sleep(plan.work * (k as u32 + 1))?; //@ walker.work
            if self.leaves(k, round, log) { //@ ?program=barrier-one-missing walker.leave
                return Ok(()); //@ ?program=barrier-one-missing
            } //@ ?program=barrier-one-missing
            log.line(at.wait); //-
            let passed = self.meeting.wait(log, self.time_out()); //@ walker.wait
            if let Err(WaitError::TimedOut | WaitError::Broken) = passed {
                self.gives_up(log); //@ ?program=barrier-one-missing walker.broken
                return Ok(());
            }
            passed?;
        }
        Ok(())
    }

    fn main(&self, lab: &Lab<'_>) -> Result<(), Failure> {
        let (plan, at, log) = (self.plan, &self.at, lab.main); //-
        crew(lab, |crew| {
            log.line(at.start); //-
            for k in 0..plan.threads {
                crew.start(one_of("walker", 'W', k), move |log| self.walker(log, k))?; //@ start
            }
            log.line(at.join); //-
            crew.join() //@ join
        })?;
        log.step(at.end); //-
        Ok(()) //@ end
    }
}
// listing: end

impl Shared<'_> {
    /// The first walker does not come to the second meeting.
    fn leaves(&self, k: usize, round: usize, log: &Log) -> bool {
        let Some(at) = self.leaves.filter(|_| k == 0 && round == 1) else { return false };
        log.step(at.leave);
        true
    }

    fn gives_up(&self, log: &Log) {
        if let Some(at) = self.leaves {
            log.line(at.broken);
        }
        log.say(self.broken, [Item::NOTHING; 2]);
    }

    /// Who knows that all will come waits for as long as it takes.
    fn time_out(&self) -> Option<std::time::Duration> {
        self.leaves.map(|_| self.plan.patience)
    }
}
