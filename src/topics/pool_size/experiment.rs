//! What really runs: the same numbers squared by each backend, again and again, in turn.

#[cfg(unix)]
mod cpython;
mod sequential;
mod threads;
#[cfg(unix)]
mod workers;

use super::laps::Laps;
use super::plan::{Backend, Plan};
use super::points::Points;
use super::work;
use crate::record::thread::Failure;
use crate::topics::{Lab, contention};
use crate::trace::{EventKind, Item};

/// Says in the trace how many cores the machine has.
pub const CORES: &str = "cores that can work at once: {}";
/// Begins the sentence that says in the trace why CPython takes no part.
pub const LEFT_OUT: &str = "CPython is left out: ";
/// Begins the sentence that says in the trace which CPython takes part.
pub const TAKES_PART: &str = "takes part: ";

/// Begins the sentence that says in the trace how CPython's pools start their workers.
pub const METHOD: &str = "CPython's pools start their workers by ";
/// Says in the trace that other programs want a processor when a trial begins, and by how many threads.
pub const OTHERS: &str = "threads of other programs that want a processor: {}";

/// What every trial needs.
pub struct Bench<'a> {
    lab: &'a Lab<'a>,
    plan: &'a Plan,
    at: Points,
    laps: Laps,
    /// How often each number is squared beside the once that counts.
    rounds: u64,
}

/// What came out of a run, beside its trace.
pub struct Done {
    /// The squares.
    pub results: Vec<i64>,
    /// Which Python took part, or why none did; nothing where none was asked for.
    pub python: Option<String>,
}

/// Runs all trials, in turn.
///
/// # Errors
/// What failed, or that the run was stopped.
pub fn run(lab: &Lab<'_>, plan: &Plan) -> Result<Done, Failure> {
    let cores = Item::int(i32::try_from(plan.cores).unwrap_or(i32::MAX));
    lab.main.say(lab.text(CORES), [cores, Item::NOTHING]);
    let name = lab.text("calibrate");
    lab.main.record(EventKind::SpanBegan { name });
    let rounds = work::rounds(lab.recorder.clock(), plan.work);
    lab.main.record(EventKind::SpanEnded { name });
    let bench = Bench { lab, plan, at: Points::new(lab), laps: Laps::new(lab), rounds };
    let squares: Vec<i64> = plan.numbers.iter().map(|n| n * n).collect();
    let mut peer = Peer::start(&bench)?;
    for round in 0..plan.warm_up + plan.trials {
        for (backend, size) in plan.round(round) {
            if backend == Backend::CPython && !peer.is_there() {
                continue;
            }
            bench.announce(backend, round, size);
            let results = match backend {
                Backend::Workers => bench.workers(size)?,
                Backend::Threads => threads::trial(&bench, size)?,
                Backend::Sequential => sequential::trial(&bench)?,
                Backend::CPython => match peer.trial(&bench, size)? {
                    Some(results) => results,
                    None => continue,
                },
            };
            if results != squares {
                let said = format!("{} answered {results:?}", backend.title());
                return Err(Failure::Error(said));
            }
        }
    }
    Ok(Done { results: squares, python: peer.end() })
}

impl Bench<'_> {
    /// Says in the trace what comes next.
    fn announce(&self, backend: Backend, round: usize, size: usize) {
        let warm_up = round < self.plan.warm_up;
        let number = if warm_up { round } else { round - self.plan.warm_up };
        let text = self.lab.text(backend.announcement(warm_up));
        let item = |n: usize| Item::int(i32::try_from(n).unwrap_or(i32::MAX));
        self.lab.main.say(text, [item(number + 1), item(size)]);
        if let Some(others @ 1..) = contention::others_running() {
            self.lab.main.say(self.lab.text(OTHERS), [item(others), Item::NOTHING]);
        }
    }

    #[cfg(unix)]
    fn workers(&self, size: usize) -> Result<Vec<i64>, Failure> {
        workers::trial(self, size)
    }

    #[cfg(not(unix))]
    fn workers(&self, _: usize) -> Result<Vec<i64>, Failure> {
        Err(crate::topics::no_processes("choose another backend"))
    }
}

/// CPython, where it takes part; or why it does not.
#[derive(Default)]
struct Peer {
    #[cfg(unix)]
    python: Option<cpython::CPython>,
    note: Option<String>,
}

impl Peer {
    /// Starts it, where it is wanted.
    fn start(bench: &Bench<'_>) -> Result<Self, Failure> {
        let mut peer = Self::default();
        if bench.plan.backends.contains(&Backend::CPython) {
            peer.begin(bench)?;
            if !peer.is_there() && bench.plan.backends.len() == 1 {
                let why = peer.note.unwrap_or_default();
                return Err(Failure::Error(format!("{why}; choose another backend")));
            }
        }
        Ok(peer)
    }

    #[cfg(unix)]
    fn begin(&mut self, bench: &Bench<'_>) -> Result<(), Failure> {
        let started = cpython::CPython::start(bench);
        if let Some(python) = self.unless_failed(bench, started)? {
            let said = format!("{TAKES_PART}{}", python.version());
            bench.lab.main.say(bench.lab.text(&said), [Item::NOTHING; 2]);
            let said = format!("{METHOD}{}", python.method());
            bench.lab.main.say(bench.lab.text(&said), [Item::NOTHING; 2]);
            self.note = Some(python.version().to_owned());
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
    fn trial(&mut self, bench: &Bench<'_>, size: usize) -> Result<Option<Vec<i64>>, Failure> {
        let Some(mut python) = self.python.take() else {
            return Ok(None);
        };
        let done = python.trial(bench, size);
        let results = self.unless_failed(bench, done)?;
        if results.is_some() {
            self.python = Some(python);
        }
        Ok(results)
    }

    /// A failure of it is noted; it is not the run's.
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
        let said = format!("{LEFT_OUT}{why}");
        bench.lab.main.say(bench.lab.text(&said), [Item::NOTHING; 2]);
        self.note = Some(said);
    }

    /// Lets it end. Returns the sentence about it for the outcome.
    fn end(self) -> Option<String> {
        #[cfg(unix)]
        if let Some(python) = self.python {
            python.end();
        }
        self.note
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

    fn trial(&mut self, _: &Bench<'_>, _: usize) -> Result<Option<Vec<i64>>, Failure> {
        Ok(None)
    }
}
