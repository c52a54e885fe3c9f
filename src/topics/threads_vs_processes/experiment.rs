//! The experiments: each way does the same tasks, and each number of workers the same work, trial after trial, in turn.

mod cpython;
#[cfg(unix)]
mod processes;
mod threads;

use super::how_many::{Load, WAITS, counts};
use super::plan::Plan;
use super::trials::Measured;
use super::ways::Way;
use super::work::{Hands, Task, Work, files};
use crate::record::thread::Failure;
use crate::topics::trials::Sections;
use crate::topics::{Lab, contention, results, trials, web};
use crate::trace::SectionId;

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

/// Runs all trials of tasks, in turn: each way does all of them.
///
/// # Errors
/// What failed, or that the run was stopped.
pub fn run(lab: &Lab<'_>, plan: &Plan) -> Result<(), Failure> {
    contention::tell_cores(lab);
    let results = web::beside(lab, plan.work.downloads(), |port| {
        let handed = plan.tasks.first().filter(|task| task.work == Work::Transfer);
        let given = handed.map_or_else(Vec::new, |task| files::pattern(0, task.amount));
        let tasks: Vec<_> = plan.tasks.iter().map(|task| Task { port, ..*task }).collect();
        Bench { lab, plan, tasks: &tasks, given: &given }.measure()
    })?;
    results::keep(lab, "results", &results);
    lab.main.step_at("main.end");
    Ok(())
}

/// The tasks of a work, one for each worker: all of them together are as much, however many.
fn shares(plan: &Plan, load: Load, workers: usize) -> Vec<Task> {
    let share = |part: usize| {
        let (work, amount, nanos) = match load {
            Load::Compute => (Work::Primes, plan.limit, 0),
            Load::Wait => (Work::Wait, (part..WAITS).step_by(workers).count() as i64, plan.wait),
        };
        Task { work, part: part as i64, parts: workers as i64, amount, nanos, port: 0 }
    };
    (0..workers).map(share).collect()
}

/// Runs all trials of `how-many`, in turn: each work by each way and each number of workers.
///
/// # Errors
/// What failed, or that the run was stopped.
pub fn share_out(lab: &Lab<'_>, plan: &Plan) -> Result<(), Failure> {
    contention::tell_cores(lab);
    let expected = |load| Bench { lab, plan, tasks: &shares(plan, load, 1), given: &[] }.expected();
    let expected = [expected(Load::Wait)?, expected(Load::Compute)?];
    let named = |(load, way): (Load, Way)| {
        let name = format!("{}: {}", load.title(), way.said().title);
        (Measured { work: load as usize, way }, name)
    };
    let sections = Sections::new(lab, Load::each().map(named), Measured::number);
    let each = Load::each();
    let each = each.flat_map(|(load, way)| counts(plan.most).map(move |n| (load, way, n)));
    let trials = trials::rounds(plan.trials, each.collect());
    for (number, (round, (load, way, workers))) in (1..).zip(trials) {
        let of = Measured { work: load as usize, way };
        let named = (format!("{workers}, trial {round}"), number);
        sections.measure(of, named, &expected[of.work], |section| {
            let tasks = shares(plan, load, workers);
            let bench = Bench { lab, plan, tasks: &tasks, given: &[] };
            Ok(Some(vec![bench.trial(&Trial { way, section })?.into_iter().sum()]))
        })?;
    }
    lab.main.step_at("main.end");
    Ok(())
}

impl Bench<'_> {
    /// The results, which are the same in every trial.
    fn measure(&self) -> Result<Vec<i64>, Failure> {
        let (lab, plan) = (self.lab, self.plan);
        let theirs: Vec<Task> = self.tasks.iter().map(|task| task.for_cpython()).collect();
        let theirs = Bench { tasks: &theirs, ..*self };
        let (expected, of_cpython, sections, mut peer) = lab.main.in_span("prepare", || {
            let expected = self.expected()?;
            let of_cpython = plan.cpython.map(|_| theirs.expected()).transpose()?;
            let named = plan.ways().map(|way| (Measured::only(way), way.said().title.to_owned()));
            let sections = Sections::new(lab, named, Measured::number);
            Ok::<_, Failure>((expected, of_cpython, sections, cpython::start(lab, plan)?))
        })?;
        for (round, way) in trials::rounds(plan.trials, plan.ways().collect()) {
            if way.is_cpython() && !peer.is_there() {
                continue;
            }
            let wanted = of_cpython.as_ref().filter(|_| way.is_cpython()).unwrap_or(&expected);
            let (of, named) = (Measured::only(way), (format!("trial {round}"), round));
            sections.measure(of, named, wanted, |section| {
                let trial = Trial { way, section };
                match way.is_cpython() {
                    true => peer.trial(true, |python| cpython::trial(python, &theirs, &trial)),
                    false => self.trial(&trial).map(Some),
                }
            })?;
        }
        peer.end();
        Ok(expected)
    }

    /// What must come out of its tasks.
    fn expected(&self) -> Result<Vec<i64>, Failure> {
        let hands = || Hands::on_thread(self.lab.main, None, self.given);
        self.tasks.iter().map(|task| task.expected(&mut hands())).collect()
    }

    /// The results of one trial by this program.
    fn trial(&self, trial: &Trial) -> Result<Vec<i64>, Failure> {
        match trial.way {
            #[cfg(unix)]
            Way::Processes => processes::trial(self, trial),
            #[cfg(not(unix))]
            Way::Processes => Err(crate::topics::no_processes("this topic compares with them")),
            _ => threads::trial(self, trial),
        }
    }
}
