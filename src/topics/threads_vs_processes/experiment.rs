//! The experiment: each way does the same tasks, trial after trial, in turn.

mod cpython;
#[cfg(unix)]
mod processes;
mod threads;

use super::plan::Plan;
use super::trials::Measured;
use super::ways::Way;
use super::work::{Hands, Task, Work, files};
use crate::record::thread::Failure;
use crate::topics::cpython::Peer;
use crate::topics::trials::Sections;
use crate::topics::{Lab, contention, results, web};
use crate::trace::SectionId;
#[cfg(unix)]
use processes::trial as by_processes;

/// What every trial needs.
pub struct Bench<'a> {
    pub lab: &'a Lab<'a>,
    pub plan: &'a Plan,
    pub tasks: &'a [Task],
    /// What each task is handed, where that is what is measured.
    pub given: &'a [u8],
}

/// A trial under way.
pub struct Trial {
    pub way: Way,
    pub section: SectionId,
}

/// Runs all trials, in turn.
///
/// # Errors
/// What failed, or that the run was stopped.
pub fn run(lab: &Lab<'_>, plan: &Plan) -> Result<(), Failure> {
    contention::tell_cores(lab);
    let results = web::beside(lab, plan.work.downloads(), |port| {
        let given = match (plan.work, plan.tasks.first()) {
            (Work::Transfer, Some(task)) => files::pattern(0, task.amount),
            _ => Vec::new(),
        };
        let tasks: Vec<_> = plan.tasks.iter().map(|task| Task { port, ..*task }).collect();
        Bench { lab, plan, tasks: &tasks, given: &given }.measure()
    })?;
    results::keep(lab, "results", &results);
    lab.main.step_at("main.end");
    Ok(())
}

impl Bench<'_> {
    /// The results, which are the same in every trial.
    fn measure(&self) -> Result<Vec<i64>, Failure> {
        let (lab, plan) = (self.lab, self.plan);
        let (expected, of_cpython, sections, mut peer) = lab.main.in_span("prepare", || {
            let expected = self.expected(Task::clone)?;
            let of_cpython = match plan.cpython {
                Some(_) => self.expected(|task| task.for_cpython())?,
                None => Vec::new(),
            };
            let named = plan.ways().map(|way| (Measured::only(way), way.said().title.to_owned()));
            let sections = Sections::new(lab, named, Measured::number);
            let peer = plan.cpython.map(|method| cpython::start(lab, method)).transpose()?;
            let peer = peer.unwrap_or_else(|| Peer::none(lab));
            Ok::<_, Failure>((expected, of_cpython, sections, peer))
        })?;
        for round in 0..plan.trials {
            for way in plan.round(round) {
                if way.is_cpython() && !peer.is_there() {
                    continue;
                }
                let wanted = if way.is_cpython() { &of_cpython } else { &expected };
                let named = (format!("trial {}", round + 1), round + 1);
                sections.measure(Measured::only(way), named, wanted, |section| {
                    let trial = Trial { way, section };
                    match way.is_cpython() {
                        true => peer.trial(true, |python| cpython::trial(python, self, &trial)),
                        false => self.trial(&trial).map(Some),
                    }
                })?;
            }
        }
        peer.end();
        Ok(expected)
    }

    fn expected(&self, which: impl Fn(&Task) -> Task) -> Result<Vec<i64>, Failure> {
        let alone =
            |task| which(task).expected(&mut Hands::on_thread(self.lab.main, None, self.given));
        self.tasks.iter().map(alone).collect()
    }

    /// The results of one trial by this program.
    ///
    /// # Errors
    /// What failed, or that the run was stopped.
    pub fn trial(&self, trial: &Trial) -> Result<Vec<i64>, Failure> {
        match trial.way {
            Way::Processes => by_processes(self, trial),
            _ => threads::trial(self, trial),
        }
    }
}

#[cfg(not(unix))]
fn by_processes(_: &Bench<'_>, _: &Trial) -> Result<Vec<i64>, Failure> {
    Err(crate::topics::no_processes("this topic compares with them"))
}
