//! The experiment: each backend squares the same numbers, trial after trial, in turn.

#[cfg(unix)]
mod cpython;
mod sequential;
mod threads;
#[cfg(unix)]
mod workers;

use super::plan::{Backend, Plan};
use super::sections::{Sections, Trial};
use super::work;
use crate::record::Log;
use crate::record::thread::Failure;
use crate::topics::points::points;
use crate::topics::{Lab, contention};
use crate::trace::{EventKind, Item, Resource, ResourceKind};

points! {
    /// Where main can be.
    Points {
        start = "main.start",
        map = "main.map",
        shutdown = "main.shutdown",
        end = "main.end",
    }
}

/// What every trial needs.
pub struct Bench<'a> {
    lab: &'a Lab<'a>,
    plan: &'a Plan,
    at: Points,
    /// The number of times each number is squared beside the one that counts.
    rounds: u64,
}

/// Runs all trials, in turn.
///
/// # Errors
/// What failed, or that the run was stopped.
pub fn run(lab: &Lab<'_>, plan: &Plan) -> Result<(), Failure> {
    lab.recorder.fact("cores", plan.cores.to_string());
    let name = lab.text("calibrate");
    lab.main.record(EventKind::SpanBegan { name });
    let rounds = work::rounds(lab.recorder.clock(), plan.work);
    lab.main.record(EventKind::SpanEnded { name });
    let bench = Bench { lab, plan, at: Points::new(lab), rounds };
    let sections = Sections::new(lab, plan);
    let squares: Vec<i64> = plan.numbers.iter().map(|n| n * n).collect();
    let mut results = Vec::new();
    let mut peer = Peer::start(&bench)?;
    for round in 0..plan.warm_up + plan.trials {
        for (backend, size) in plan.round(round) {
            if backend.is_cpython() && !peer.is_there() {
                continue;
            }
            let trial = sections.begin(lab, plan, (backend, size), round);
            contention::note_others(lab.main);
            let answer = match backend {
                Backend::Workers => Some(bench.workers(&trial, size)?),
                Backend::Threads => Some(threads::trial(&bench, &trial, size)?),
                Backend::Sequential => Some(sequential::trial(&bench, &trial)?),
                _ => peer.trial(&bench, &trial, (backend, size), round)?,
            };
            trial.end(lab.main);
            let Some(answer) = answer else { continue };
            if answer != squares {
                let said = format!("{} answered {answer:?}", backend.title());
                return Err(Failure::Error(said));
            }
            results = answer;
        }
    }
    peer.end(lab.main);
    keep(lab, &results);
    lab.main.step(bench.at.end);
    Ok(())
}

/// Records the results of the run, which are the same in every trial.
fn keep(lab: &Lab<'_>, results: &[i64]) {
    let count = u32::try_from(results.len()).unwrap_or(u32::MAX);
    let array = Resource::new("squares", ResourceKind::Array).with_capacity(count);
    let res = lab.recorder.resource(array);
    for (index, square) in (0..).zip(results) {
        lab.main.record(EventKind::SlotChanged { res, index, new: Item::of(*square) });
    }
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

/// CPython, or the reason why it takes no part.
#[derive(Default)]
struct Peer {
    #[cfg(unix)]
    python: Option<cpython::CPython>,
    /// How many of its trials count.
    done: usize,
    /// Why it takes no part.
    absent: Option<String>,
}

impl Peer {
    /// Starts it, where it is wanted.
    fn start(bench: &Bench<'_>) -> Result<Self, Failure> {
        let mut peer = Self::default();
        let backends = &bench.plan.backends;
        if backends.iter().any(|backend| backend.is_cpython()) {
            peer.begin(bench)?;
            if !peer.is_there() && backends.iter().all(|backend| backend.is_cpython()) {
                let why = peer.absent.unwrap_or_default();
                return Err(Failure::Error(format!("{why}; choose another backend")));
            }
        }
        Ok(peer)
    }

    #[cfg(unix)]
    fn begin(&mut self, bench: &Bench<'_>) -> Result<(), Failure> {
        let started = cpython::CPython::start(bench);
        if let Some(python) = self.unless_failed(bench, started)? {
            bench.lab.recorder.fact(crate::topics::cpython::VERSION, python.version());
            bench.lab.recorder.fact(crate::topics::cpython::METHOD, python.method());
            self.python = Some(python);
        }
        Ok(())
    }

    #[cfg(unix)]
    fn is_there(&self) -> bool {
        self.python.is_some()
    }

    /// The squares, unless it failed: then it takes no part from now on.
    #[cfg(unix)]
    fn trial(
        &mut self,
        bench: &Bench<'_>,
        trial: &Trial,
        of: (Backend, usize),
        round: usize,
    ) -> Result<Option<Vec<i64>>, Failure> {
        let Some(mut python) = self.python.take() else {
            return Ok(None);
        };
        let done = python.trial(bench, trial, of);
        let results = self.unless_failed(bench, done)?;
        if results.is_some() {
            self.python = Some(python);
            self.done += usize::from(round >= bench.plan.warm_up);
        }
        Ok(results)
    }

    /// Notes a failure of CPython, with which the run goes on.
    #[cfg(unix)]
    fn unless_failed<T>(
        &mut self,
        bench: &Bench<'_>,
        done: Result<T, crate::workers::python::PythonError>,
    ) -> Result<Option<T>, Failure> {
        match done {
            Ok(done) => Ok(Some(done)),
            Err(crate::workers::python::PythonError::Stopped) => Err(Failure::Cancelled),
            Err(error) => {
                self.leave_out(bench, &error.to_string());
                Ok(None)
            }
        }
    }

    fn leave_out(&mut self, bench: &Bench<'_>, why: &str) {
        bench.lab.recorder.fact(crate::topics::cpython::MISSING, why);
        let said = super::outcome::left_out(why, self.done);
        bench.lab.main.say(bench.lab.text(&said), [Item::NOTHING; 2]);
        self.absent = Some(said);
    }

    /// Lets it end.
    #[cfg(unix)]
    fn end(self, log: &Log) {
        if let Some(python) = self.python {
            python.end(log);
        }
    }
}

#[cfg(not(unix))]
impl Peer {
    fn begin(&mut self, bench: &Bench<'_>) -> Result<(), Failure> {
        self.leave_out(bench, "it is run on Linux and macOS only");
        Ok(())
    }

    fn is_there(&self) -> bool {
        false
    }

    fn end(self, _: &Log) {}

    fn trial(
        &mut self,
        _: &Bench<'_>,
        _: &Trial,
        _: (Backend, usize),
        _: usize,
    ) -> Result<Option<Vec<i64>>, Failure> {
        Ok(None)
    }
}
