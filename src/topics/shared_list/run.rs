//! Runs the threads of one list, or of two lists side by side, to their end.

use super::plan::Plan;
use super::points::MainPoints;
use super::world::{Sides, Work, World};
use crate::record::thread::{Failure, JoinHandle};
use crate::topics::Lab;

/// Starts every list's threads and waits for them, round by round.
///
/// # Errors
/// What failed first, or that the run was stopped. No thread is left behind.
pub fn run(lab: &Lab<'_>, plan: &Plan) -> Result<(), Failure> {
    let at = MainPoints::new(lab);
    let sides = Sides::new(lab, plan);
    for number in 0..plan.repeats {
        round(lab, plan, &at, &sides.round(lab, plan, number))?;
    }
    lab.main.step(at.end);
    Ok(())
}

fn round(lab: &Lab<'_>, plan: &Plan, at: &MainPoints, worlds: &[World]) -> Result<(), Failure> {
    let mut crew = Crew { lab, failure: None };
    worlds.iter().for_each(|world| world.turn(lab.main, true));
    lab.main.line(at.start_adders);
    let mut adders = crew.start(worlds, Work::Add);
    if plan.in_turn {
        lab.main.line(at.join_adders);
        crew.join(std::mem::take(&mut adders));
    }
    lab.main.line(at.start_removers);
    let removers = crew.start(worlds, Work::Remove);
    lab.main.line(at.join_adders);
    crew.join(adders);
    for world in worlds {
        if let Err(failure) = world.no_more(lab.main) {
            crew.fail(failure);
        }
    }
    lab.main.line(at.join_removers);
    crew.join(removers);
    worlds.iter().for_each(|world| world.turn(lab.main, false));
    crew.failure.map_or(Ok(()), Err)
}

/// A thread, and whether its failure is the program's own affair.
type Started = (JoinHandle<()>, bool);

/// All threads of a round. The first failure is the run's, and stops the others.
struct Crew<'a> {
    lab: &'a Lab<'a>,
    failure: Option<Failure>,
}

impl Crew<'_> {
    /// Starts the threads of each world for a work, unless something has failed already.
    fn start(&mut self, worlds: &[World], work: Work) -> Vec<Started> {
        let mut all = Vec::new();
        for (world, k) in worlds.iter().flat_map(|w| (0..w.count(work)).map(move |k| (w, k))) {
            if self.failure.is_some() {
                break;
            }
            match world.start(self.lab.main, work, k) {
                Ok(thread) => all.push((thread, world.may_fail())),
                Err(error) => self.fail(error.into()),
            }
        }
        all
    }

    fn join(&mut self, threads: Vec<Started>) {
        for (thread, may_fail) in threads {
            match thread.join(self.lab.main) {
                // As in Python: a join does not pass it on.
                Err(Failure::Error(_)) if may_fail => {}
                Err(failure) => self.fail(failure),
                Ok(()) => {}
            }
        }
    }

    fn fail(&mut self, failure: Failure) {
        // The other threads may wait for something that will not come.
        self.lab.recorder.cancel().cancel();
        // A failure says more than the stop that followed it.
        if matches!(self.failure, None | Some(Failure::Cancelled)) {
            self.failure = Some(failure);
        }
    }
}
