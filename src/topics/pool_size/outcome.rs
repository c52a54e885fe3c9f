//! What came out of a run, as its trace tells: the topic's documentation says what the fields are.

use super::analysis::{self, Cell, Compared, Conditions};
use super::plan::Backend;
use super::trials::{Trial, Trials, loop_takes};
use crate::replay::Replay;
use crate::topics::cpython::Part;
use crate::topics::{Params, results};
use crate::trace::{Follow, Nanos, Trace};
use serde_json::{Value as Json, json};

/// What came out of a run that is over, with these parameters, by field.
pub fn of(params: &Params, trace: &Trace, replay: &Replay) -> Json {
    let (trials, part) = (Trials::of(trace), Part::of(trace.meta()));
    let cells = analysis::cells(&trials.all);
    let results = results::kept(trace, replay);
    let disturbance = analysis::disturbance(&trials.all, trials.cores);
    let conditions = Conditions {
        numbers: results.len(),
        cores: trials.cores,
        disturbance,
        method: part.method.as_deref(),
        loop_takes: loop_takes(trace.meta()),
    };
    let finding = analysis::finding(&cells, &conditions);
    let compared = Compared::of(&cells, &conditions);
    let counted = trials.all.iter().filter(|trial| trial.counts());
    json!({
        "results": results,
        "finding": finding.map(|finding| finding.to_string()),
        "disturbed": disturbance.disturbed,
        "not_compared": compared.left_out(&cells),
        "sizes": params.ints("sizes", trials.cores),
        "cores": trials.cores,
        "python": part.left_out.or(part.version),
        "start_method": part.method,
        "python_loop_ns": loop_takes(trace.meta()).map(|took| took.0),
        "medians": cells.iter().map(|cell| median(&cells, cell, &compared)).collect::<Vec<_>>(),
        "amdahl": fits(&cells, trials.cores, &compared),
        "trials": counted.map(trial).collect::<Vec<_>>(),
    })
}

/// A trial, by field.
pub fn trial(trial: &Trial) -> Json {
    let [Nanos(start), Nanos(map), Nanos(shutdown)] = trial.parts();
    json!({
        "backend": trial.of.backend.id(),
        "pool_size": trial.of.size,
        "trial": trial.number,
        "start_ns": start,
        "map_ns": map,
        "shutdown_ns": shutdown,
        "total_ns": trial.wall().0,
    })
}

/// The trials of a cell together, by field.
pub fn median(cells: &[Cell], cell: &Cell, compared: &Compared) -> Json {
    let [Nanos(start), Nanos(map), Nanos(shutdown)] = cell.parts;
    let base = analysis::base(cells, cell.backend);
    json!({
        "backend": cell.backend.id(),
        "pool_size": cell.size,
        "trials": cell.total.count(),
        "start_ns": start,
        "map_ns": map,
        "shutdown_ns": shutdown,
        "total_ns": cell.total.median.0,
        "low_ns": cell.total.low.0,
        "high_ns": cell.total.high.0,
        "busy_ns": (cell.busy > Nanos::ZERO).then_some(cell.busy.0),
        "speed_up": compared.speed_up(cells, cell),
        "speed_up_base": base.map(|base| base.size),
        "efficiency": compared.efficiency(cells, cell),
        "times_cpython": compared.times_cpython(cells, cell),
    })
}

/// Amdahl's law for each backend with pools, or why a fit would mean nothing.
fn fits(cells: &[Cell], cores: usize, compared: &Compared) -> Vec<Json> {
    let measured = |backend: &Backend| {
        backend.has_pools() && cells.iter().any(|cell| cell.backend == *backend)
    };
    let fit = |backend: Backend| match compared.amdahl(cells, backend, cores) {
        Ok(fit) => json!({
            "backend": backend.id(),
            "serial_part": fit.serial_part(),
            "limit": (fit.serial > 0.0).then(|| 1.0 / fit.serial_part()),
            "sizes": fit.sizes,
        }),
        Err(note) => json!({ "backend": backend.id(), "note": note }),
    };
    Backend::ALL.into_iter().filter(measured).map(fit).collect()
}
