//! The experiment: each backend squares the same numbers, trial after trial, in turn.

mod cpython;
mod sequential;
mod threads;
#[cfg(unix)]
mod workers;

use super::plan::{Backend, Plan};
use super::sections::{Sections, Trial};
use super::work;
use crate::record::thread::Failure;
use crate::topics::{Lab, contention, results, trials};

/// What every trial needs.
pub struct Bench<'a> {
    lab: &'a Lab<'a>,
    plan: &'a Plan,
    /// The number of times each number is squared beside the one that counts.
    rounds: u64,
}

/// Runs all trials, in turn.
///
/// # Errors
/// What failed, or that the run was stopped.
pub fn run(lab: &Lab<'_>, plan: &Plan) -> Result<(), Failure> {
    contention::tell_cores(lab);
    let calibrate = || work::rounds(lab.recorder.clock(), plan.work);
    let rounds = lab.main.in_span("calibrate", calibrate);
    let bench = Bench { lab, plan, rounds };
    let sections = Sections::new(lab, plan);
    let squares: Vec<i64> = plan.numbers.iter().map(|n| n * n).collect();
    let mut results = Vec::new();
    let mut peer = cpython::start(lab, plan)?;
    for (round, (backend, size)) in trials::rounds(plan.warm_up + plan.trials, plan.pools()) {
        if backend.is_cpython() && !peer.is_there() {
            continue;
        }
        let trial = sections.begin(lab, plan, (backend, size), round);
        contention::note_others(lab.main);
        let answer = match backend {
            Backend::Workers => Some(bench.workers(&trial, size)?),
            Backend::Threads => Some(threads::trial(&bench, &trial, size)?),
            Backend::Sequential => Some(sequential::trial(&bench, &trial)?),
            _ => peer.trial(round > plan.warm_up, |python| {
                cpython::trial(python, &bench, &trial, (backend, size))
            })?,
        };
        trial.end(lab.main);
        let Some(answer) = answer else { continue };
        if answer != squares {
            let said = format!("{} answered {answer:?}", backend.title());
            return Err(Failure::Error(said));
        }
        results = answer;
    }
    peer.end();
    results::keep(lab, "squares", &results);
    lab.main.step_at("main.end");
    Ok(())
}

impl Bench<'_> {
    #[cfg(unix)]
    fn workers(&self, trial: &Trial, size: usize) -> Result<Vec<i64>, Failure> {
        workers::trial(self, trial, size)
    }

    #[cfg(not(unix))]
    fn workers(&self, _: &Trial, _: usize) -> Result<Vec<i64>, Failure> {
        Err(crate::topics::no_processes("choose another backend"))
    }
}
