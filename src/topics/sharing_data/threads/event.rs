//! An event: a flag that several wait for and one sets, and that is still set for one that comes later; or is not.

use super::{crew, one_of};
use crate::record::Log;
use crate::record::sync::Event;
use crate::record::thread::Failure;
use crate::topics::Lab;
use crate::topics::points::points;
use crate::topics::sharing_data::plan::Plan;
use crate::topics::sharing_data::programs::Id;

points! {
    /// Where it is cleared at once.
    Clears {
        clear = "clear",
    }
}

points! {
    At {
        start = "start", pause = "pause", set = "set", late = "late", join = "join", end = "end",
        wait = "runner.wait", work = "runner.work",
    }
}

struct Shared<'a> {
    go: Event,
    plan: &'a Plan,
    at: At,
    clears: Option<Clears>,
}

/// Runs it.
///
/// # Errors
/// What failed, or that the run was stopped.
pub fn run(plan: &Plan, lab: &Lab<'_>) -> Result<(), Failure> {
    let clears = plan.is(Id::EventCleared).then(|| Clears::new(lab));
    Shared { go: Event::new(lab.recorder, "go"), plan, at: At::new(lab), clears }.main(lab)
}

// What stands between the marks is the Rust listing that the user sees.
// listing: begin
impl Shared<'_> {
    fn runner(&self, log: &Log, k: usize) -> Result<(), Failure> {
        let (plan, at) = (self.plan, &self.at); //-
        log.line(at.wait); //-
        self.go.wait(log, None)?; //@ runner.wait
        log.line(at.work); //-
        log.sleep(plan.work * (k as u32 + 1))?; //@ runner.work
        Ok(())
    }

    fn main(&self, lab: &Lab<'_>) -> Result<(), Failure> {
        let (plan, at, log) = (self.plan, &self.at, lab.main); //-
        crew(lab, |crew| {
            log.line(at.start); //-
            for k in 0..plan.threads {
                crew.start(one_of("runner", 'R', k), move |log| self.runner(log, k))?; //@ start
            }
            log.line(at.pause); //-
            log.sleep(plan.pause)?; //@ pause
            log.line(at.set); //-
            self.go.set(log); //@ set
            self.clear(log); //@ ?program=event-cleared clear
            log.line(at.late); //-
            let late = plan.threads;
            crew.start(one_of("runner", 'R', late), move |log| self.runner(log, late))?; //@ late
            log.line(at.join); //-
            crew.join() //@ join
        })?;
        log.step(at.end); //-
        Ok(()) //@ end
    }
}
// listing: end

impl Shared<'_> {
    fn clear(&self, log: &Log) {
        if let Some(at) = self.clears {
            log.line(at.clear);
            self.go.clear(log);
        }
    }
}
