//! What came out of a run, as its trace tells.

use super::analysis::{self, Cell, Conditions, Disturbance};
use super::plan::Backend;
use super::trials::{self, Trials};
use crate::replay::Replay;
use crate::topics::Params;
use crate::trace::{ResourceKind, Trace};
use serde::Serialize;

/// What came out of a run. The topic's documentation says what the fields are.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct SizeOutcome {
    /// The squares.
    pub results: Vec<i64>,
    /// What the measurement shows.
    pub finding: Option<String>,
    /// Trials in which other programs wanted the processors, too.
    pub disturbed: usize,
    /// Pool sizes that were measured.
    pub sizes: Vec<i64>,
    /// Cores of the machine.
    pub cores: usize,
    /// Which Python took part, or why none did.
    pub python: Option<String>,
    /// How CPython's pools started their workers.
    pub start_method: Option<String>,
    /// Medians of each backend and size.
    pub medians: Vec<Median>,
    /// Amdahl's law for each backend with pools.
    pub amdahl: Vec<Fit>,
    /// The trials that count, in the order they ran.
    pub trials: Vec<TrialDone>,
}

/// One trial.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TrialDone {
    pub backend: &'static str,
    pub pool_size: usize,
    pub trial: usize,
    pub start_ns: u64,
    pub map_ns: u64,
    pub shutdown_ns: u64,
    pub total_ns: u64,
}

/// What the trials of a backend on a size come to.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Median {
    pub backend: &'static str,
    pub pool_size: usize,
    pub trials: usize,
    pub start_ns: u64,
    pub map_ns: u64,
    pub shutdown_ns: u64,
    pub total_ns: u64,
    pub low_ns: u64,
    pub high_ns: u64,
    pub busy_ns: u64,
    pub speed_up: Option<f64>,
    pub speed_up_base: Option<usize>,
    pub times_cpython: Option<f64>,
}

/// Amdahl's law for one backend.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Fit {
    /// Which.
    pub backend: &'static str,
    /// What it comes to.
    #[serde(flatten)]
    pub law: Law,
}

/// A fit, or why there is none.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Law {
    /// It fits.
    Fits {
        /// Part of the work that does not get faster.
        serial_part: f64,
        /// The highest speed-up that it allows; nothing where there is none.
        limit: Option<f64>,
        /// The sizes that the fit goes through.
        sizes: Vec<usize>,
    },
    /// A fit would mean nothing.
    Not {
        /// Why.
        note: String,
    },
}

impl SizeOutcome {
    /// That of a run that is over, with these parameters.
    pub fn of(params: &Params, trace: &Trace, replay: &Replay) -> Self {
        let trials = Trials::of(trace);
        let cells = analysis::cells(&trials.all);
        let results = results(trace, replay);
        let disturbance = Disturbance::of(&trials.all, trials.cores);
        let conditions = Conditions {
            numbers: results.len(),
            cores: trials.cores,
            disturbance,
            method: trials.start_method.as_deref(),
        };
        let finding = analysis::finding(&cells, &conditions);
        Self {
            results,
            finding: finding.map(|finding| finding.to_string()),
            disturbed: disturbance.disturbed,
            sizes: params.ints("sizes", trials.cores),
            cores: trials.cores,
            medians: cells.iter().map(|cell| median(&cells, cell)).collect(),
            amdahl: fits(&cells, trials.cores),
            trials: trials.all.iter().filter(|trial| trial.counts()).map(trial).collect(),
            python: trials.left_out.as_deref().map(left_out).or(trials.version),
            start_method: trials.start_method,
        }
    }
}

/// Why CPython takes no part, in words.
pub fn left_out(why: &str) -> String {
    format!("CPython is left out: {why}")
}

/// What the program had in the end.
fn results(trace: &Trace, replay: &Replay) -> Vec<i64> {
    let array = trace.meta().resources_of(ResourceKind::Array).next();
    let array = array.and_then(|array| replay.latest().resource(array));
    let items = array.into_iter().flat_map(|array| &array.contents);
    items.filter_map(|item| item.as_int()).collect()
}

fn trial(trial: &trials::Trial) -> TrialDone {
    let [start_ns, map_ns, shutdown_ns] = trial.parts.map(|part| part.0);
    TrialDone {
        backend: trial.backend.id(),
        pool_size: trial.size,
        trial: trial.number,
        start_ns,
        map_ns,
        shutdown_ns,
        total_ns: trial.total().0,
    }
}

fn median(cells: &[Cell], cell: &Cell) -> Median {
    let [start_ns, map_ns, shutdown_ns] = cell.parts.map(|part| part.0);
    let base = analysis::base(cells, cell.backend);
    Median {
        backend: cell.backend.id(),
        pool_size: cell.size,
        trials: cell.trials,
        start_ns,
        map_ns,
        shutdown_ns,
        total_ns: cell.total.median.0,
        low_ns: cell.total.low.0,
        high_ns: cell.total.high.0,
        busy_ns: cell.busy.0,
        speed_up: base.map(|base| analysis::speed_up(base, cell.total.median)),
        speed_up_base: base.map(|base| base.size),
        times_cpython: analysis::times_cpython(cells, cell),
    }
}

fn fits(cells: &[Cell], cores: usize) -> Vec<Fit> {
    let measured = |backend: &Backend| {
        backend.has_pools() && cells.iter().any(|cell| cell.backend == *backend)
    };
    let fits = Backend::ALL.into_iter().filter(measured).map(|backend| Fit {
        backend: backend.id(),
        law: match analysis::amdahl(cells, backend, cores) {
            Ok(fit) => Law::Fits {
                serial_part: fit.serial_part(),
                limit: (fit.serial > 0.0).then(|| 1.0 / fit.serial_part()),
                sizes: fit.sizes,
            },
            Err(note) => Law::Not { note: note.to_string() },
        },
    });
    fits.collect()
}
