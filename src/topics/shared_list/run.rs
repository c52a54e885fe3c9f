//! Runs the threads of one list, or of two lists side by side, to their end.

use super::experiment::{Work, World};
use super::plan::Plan;
use super::points::MainPoints;
use crate::record::thread::{Failure, JoinHandle};
use crate::topics::Lab;

/// Starts every list's threads and waits for them.
///
/// # Errors
/// What failed first, or that the run was stopped. No thread is left behind.
pub fn run(lab: &Lab<'_>, plan: &Plan) -> Result<(), Failure> {
    let at = MainPoints::new(lab);
    let worlds = World::all(lab, plan);
    let mut crew = Crew { lab, failure: None };
    lab.main.line(at.start_adders);
    let mut adders = crew.start(&worlds, Work::Add);
    if plan.in_turn {
        lab.main.line(at.join_adders);
        crew.join(std::mem::take(&mut adders));
    }
    lab.main.line(at.start_removers);
    let removers = crew.start(&worlds, Work::Remove);
    lab.main.line(at.join_adders);
    crew.join(adders);
    lab.main.line(at.join_removers);
    crew.join(removers);
    crew.failure.map_or(Ok(()), Err)?;
    lab.main.step(at.end);
    Ok(())
}

/// All threads of a run. The first failure is the run's, and stops the others.
struct Crew<'a> {
    lab: &'a Lab<'a>,
    failure: Option<Failure>,
}

impl Crew<'_> {
    /// Starts the threads of each world for a work, unless something has failed already.
    fn start(&mut self, worlds: &[World], work: Work) -> Vec<JoinHandle<()>> {
        let mut all = Vec::new();
        for (world, k) in worlds.iter().flat_map(|w| (0..w.count(work)).map(move |k| (w, k))) {
            if self.failure.is_some() {
                break;
            }
            match world.start(self.lab.main, work, k) {
                Ok(thread) => all.push(thread),
                Err(error) => self.fail(error.into()),
            }
        }
        all
    }

    fn join(&mut self, threads: Vec<JoinHandle<()>>) {
        for thread in threads {
            if let Err(failure) = thread.join(self.lab.main) {
                self.fail(failure);
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
