//! The experiment: each way does the same tasks, trial after trial, in turn.

#[cfg(unix)]
mod cpython;
#[cfg(unix)]
mod processes;
mod threads;

use super::plan::Plan;
use super::ways::{Sections, Way};
use super::work::{OnThread, Task, Work, files};
use crate::record::Log;
use crate::record::thread::Failure;
use crate::topics::points::points;
use crate::topics::{Lab, contention};
use crate::trace::{EventKind, Item, Resource, ResourceKind, SectionId};

points! {
    /// Where main can be.
    Points {
        alone = "main.alone",
        threads = "main.threads",
        processes = "main.processes",
        end = "main.end",
    }
}

/// What every trial needs.
pub struct Bench<'a> {
    pub lab: &'a Lab<'a>,
    pub plan: &'a Plan,
    pub tasks: &'a [Task],
    /// What each task is handed, where that is what is measured.
    pub given: &'a [u8],
    pub at: Points,
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
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    lab.recorder.fact("cores", cores.to_string());
    let mut tasks = plan.tasks.clone();
    #[cfg(unix)]
    let server = plan.work.downloads().then(|| processes::Server::start(lab)).transpose()?;
    #[cfg(unix)]
    if let Some(server) = &server {
        tasks.iter_mut().for_each(|task| task.port = server.port());
    }
    let given = match plan.work {
        Work::Transfer => files::pattern(0, tasks.first().map_or(0, |task| task.amount)),
        _ => Vec::new(),
    };
    let bench = Bench { lab, plan, tasks: &tasks, given: &given, at: Points::new(lab) };
    let results = bench.measure()?;
    #[cfg(unix)]
    if let Some(server) = server {
        server.end()?;
    }
    let count = u32::try_from(results.len()).unwrap_or(u32::MAX);
    let array = Resource::new("results", ResourceKind::Array).with_capacity(count);
    let res = lab.recorder.resource(array);
    for (index, result) in (0..).zip(&results) {
        lab.main.record(EventKind::SlotChanged { res, index, new: Item::of(*result) });
    }
    lab.main.step(bench.at.end);
    Ok(())
}

impl Bench<'_> {
    /// The results, which are the same in every trial.
    fn measure(&self) -> Result<Vec<i64>, Failure> {
        let (lab, plan) = (self.lab, self.plan);
        let name = lab.text("prepare");
        lab.main.record(EventKind::SpanBegan { name });
        let expected = self.expected(Task::clone)?;
        let of_cpython = match plan.cpython {
            Some(_) => self.expected(|task| task.for_cpython())?,
            None => Vec::new(),
        };
        let named = plan.ways().map(|way| (way.title().to_owned(), way.place(0)));
        let sections = Sections::new(lab, named);
        let mut peer = Peer::start(self)?;
        lab.main.record(EventKind::SpanEnded { name });
        for round in 0..plan.trials {
            for way in plan.round(round) {
                if way.is_cpython() && !peer.is_there() {
                    continue;
                }
                contention::note_others(lab.main);
                let (place, name) = (way.place(0), format!("trial {}", round + 1));
                let Some(section) = sections.begin(lab, place, name, round + 1) else { continue };
                let trial = Trial { way, section };
                let results = match way.is_cpython() {
                    true => peer.trial(self, &trial)?,
                    false => Some(self.trial(&trial)?),
                };
                sections.end(lab, place);
                let wanted = if way.is_cpython() { &of_cpython } else { &expected };
                if results.as_ref().is_some_and(|results| results != wanted) {
                    let said = format!("{}: the results are wrong: {results:?}", way.title());
                    return Err(Failure::Error(said));
                }
            }
        }
        peer.end(lab.main);
        Ok(expected)
    }

    fn expected(&self, which: impl Fn(&Task) -> Task) -> Result<Vec<i64>, Failure> {
        let alone = |task| which(task).expected(&mut OnThread(self.lab.main, self.given));
        self.tasks.iter().map(alone).collect()
    }

    /// The results of one trial by this program.
    ///
    /// # Errors
    /// What failed, or that the run was stopped.
    pub fn trial(&self, trial: &Trial) -> Result<Vec<i64>, Failure> {
        match trial.way {
            Way::Processes => self.by_processes(trial),
            _ => threads::trial(self, trial),
        }
    }

    #[cfg(unix)]
    fn by_processes(&self, trial: &Trial) -> Result<Vec<i64>, Failure> {
        processes::trial(self, trial)
    }

    #[cfg(not(unix))]
    fn by_processes(&self, _: &Trial) -> Result<Vec<i64>, Failure> {
        Err(crate::topics::no_processes("this topic compares with them"))
    }

    /// Does what is a trial: its section is as long as that takes.
    fn timed<T>(
        &self,
        trial: &Trial,
        body: impl FnOnce() -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let (log, section) = (self.lab.main, trial.section);
        log.record(EventKind::SectionBegan { section });
        let done = body();
        log.record(EventKind::SectionEnded { section });
        done
    }
}

/// CPython, or nothing where it takes no part.
#[derive(Default)]
struct Peer {
    #[cfg(unix)]
    python: Option<cpython::CPython>,
}

#[cfg(unix)]
impl Peer {
    fn start(bench: &Bench<'_>) -> Result<Self, Failure> {
        let Some(method) = bench.plan.cpython else { return Ok(Self::default()) };
        let python = leave_out(bench, cpython::CPython::start(bench, method))?;
        Ok(Self { python })
    }

    fn is_there(&self) -> bool {
        self.python.is_some()
    }

    /// The results, unless it failed: then it takes no part from now on.
    fn trial(&mut self, bench: &Bench<'_>, trial: &Trial) -> Result<Option<Vec<i64>>, Failure> {
        let Some(mut python) = self.python.take() else { return Ok(None) };
        let results = leave_out(bench, python.trial(bench, trial))?;
        self.python = results.is_some().then_some(python);
        Ok(results)
    }

    fn end(self, log: &Log) {
        if let Some(python) = self.python {
            python.end(log);
        }
    }
}

/// Notes a failure of CPython, with which the run goes on.
#[cfg(unix)]
fn leave_out<T>(
    bench: &Bench<'_>,
    done: Result<T, crate::workers::python::PythonError>,
) -> Result<Option<T>, Failure> {
    use crate::workers::python::PythonError;
    match done {
        Ok(done) => Ok(Some(done)),
        Err(PythonError::Stopped) => Err(Failure::Cancelled),
        Err(error) => {
            let (why, lab) = (error.to_string(), bench.lab);
            lab.recorder.fact(crate::topics::cpython::MISSING, &why);
            lab.main.say(lab.text(&super::outcome::left_out(&why)), [Item::NOTHING; 2]);
            Ok(None)
        }
    }
}

#[cfg(not(unix))]
impl Peer {
    fn start(bench: &Bench<'_>) -> Result<Self, Failure> {
        bench
            .lab
            .recorder
            .fact(crate::topics::cpython::MISSING, "it is run on Linux and macOS only");
        Ok(Self::default())
    }

    fn is_there(&self) -> bool {
        false
    }

    fn trial(&mut self, _: &Bench<'_>, _: &Trial) -> Result<Option<Vec<i64>>, Failure> {
        Ok(None)
    }

    fn end(self, _: &Log) {}
}
