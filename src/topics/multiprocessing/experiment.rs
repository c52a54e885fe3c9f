//! The experiments, one file for each family of programs, and what they share.

mod crash;
mod memory;
mod tasks;
mod ways;

use super::plan::{Plan, Program};
use crate::record::thread::Failure;
use crate::topics::Lab;
use crate::trace::{Section, SectionId};
use crate::workers::PoolOptions;

/// Runs the program of the plan.
///
/// # Errors
/// What failed, or that the run was stopped.
pub fn run(lab: &Lab<'_>, plan: &Plan) -> Result<(), Failure> {
    match plan.program {
        Program::Messages | Program::Squares | Program::Images => tasks::run(lab, plan),
        Program::Memory => memory::run(lab, plan),
        Program::Crash => crash::run(lab, plan),
        Program::Primes => ways::run(lab, plan),
    }
}

/// Options of a pool whose workers report their memory and processor time. A worker that is free gets the next task.
fn pool(name: &str, size: i64, section: Option<SectionId>) -> PoolOptions {
    PoolOptions {
        name: name.to_owned(),
        measure: true,
        send_ahead: false,
        section,
        ..PoolOptions::new(usize::try_from(size).unwrap_or(1))
    }
}

/// Two sections beside each other: of processes, and of threads.
fn beside(lab: &Lab<'_>, processes: &str, threads: &str) -> [SectionId; 2] {
    [(processes, super::PROCESSES), (threads, super::THREADS)]
        .map(|(name, number)| lab.recorder.section(Section::new(name, number)))
}
