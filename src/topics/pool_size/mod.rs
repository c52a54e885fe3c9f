//! Topic 8, `pool-size`: squares of 1 to 10 on pools of different sizes, and what each size costs and brings.
//!
//! Fields of the outcome:
//! - `results`: the squares, in order; every backend's trials gave the same.
//! - `finding`: what the measurement shows, in a sentence or two; each names the pool it is about.
//! - `disturbed`: in how many of the trials other programs wanted the processors, too.
//! - `sizes`: the pool sizes measured; `cores`: how many can work at once on this machine.
//! - `python`: which Python took part, or why none did; null where none was asked for. `start_method`: how its pools
//!   started their workers; null where none took part.
//! - `medians`: for each backend and size its `trials`, the medians `start_ns`, `map_ns`, `shutdown_ns` and `total_ns`, the
//!   quartiles `low_ns` and `high_ns` of the total, `busy_ns` (time the workers spent on the numbers, all together; 0 where
//!   they do not tell), `speed_up` with what it is relative to (`speed_up_base`: a pool size, 0 for one after another),
//!   and `times_cpython` (how many times as long CPython's pool of that size took; null where unknown).
//! - `amdahl`: for each backend with pools the fit of Amdahl's law: `serial_part`, `limit` (the most it allows) and the `sizes`
//!   it goes through (those with a core for each worker), or a `note` why a fit would mean nothing.
//! - `trials`: `backend` (`workers`, `threads`, `sequential`, `cpython`), `pool_size` (0: no pool), `trial` (from 1),
//!   `start_ns`, `map_ns`, `shutdown_ns`, `total_ns`, in the order they ran, without the warm-up. From the stamps of the trace:
//!   `total_ns` runs from the start of the first part to the end of the last one.

mod analysis;
mod experiment;
#[cfg(unix)]
mod jobs;
mod laps;
mod plan;
mod points;
mod spec;
mod stage;
mod trials;
mod work;

use super::{About, Lab, Language, Listing, Outcome, Params, Topic};
use crate::record::thread::Failure;
use crate::replay::Replay;
use crate::trace::Trace;
use crate::widgets::stage::Stage;
use analysis::{Conditions, Disturbance};
#[cfg(unix)]
pub use jobs::ALL as JOBS;
use plan::{Backend, Plan};
use serde_json::{Value as Json, json};
use trials::Trials;

/// The topic.
pub struct PoolSize;

static ABOUT: About = About {
    id: "pool-size",
    title: "Pool size",
    question: "Squares of 1 … 10 on pools of different sizes: does a bigger pool finish sooner?",
    explanation: include_str!("../../../assets/explain/pool-size.md"),
    params: spec::PARAMS,
    presets: spec::PRESETS,
    has_workers: true,
    shows_program: false,
};

impl Topic for PoolSize {
    fn about(&self) -> &'static About {
        &ABOUT
    }
    fn applies(&self, key: &str, params: &Params) -> bool {
        let backends = Backend::chosen(params.choice("backend"));
        match key {
            // A plain loop has neither.
            "sizes" | "chunk" => backends.iter().any(|backend| backend.has_pools()),
            "start_method" => backends.contains(&Backend::CPython),
            _ => true,
        }
    }
    fn listings(&self, params: &Params) -> Vec<Listing> {
        macro_rules! python {
            ($file:literal) => {
                ($file, include_str!(concat!("../../../assets/listings/pool-size/", $file)))
            };
        }
        let (file, text) = match params.int("work") {
            0 => python!("squares.py"),
            _ => python!("sweep.py"),
        };
        let mut listings = vec![Listing::new(file, Language::Python, text, params)];
        let backends = Backend::chosen(params.choice("backend"));
        let mut add = |file, text| listings.push(Listing::new(file, Language::Rust, text, params));
        let only_threads =
            backends.contains(&Backend::Threads) && !backends.contains(&Backend::Workers);
        if !only_threads {
            add("workers.rs", include_str!("experiment/workers.rs"));
            add(
                "jobs.rs",
                match params.int("work") {
                    0 => include_str!("../../workers/jobs.rs"),
                    _ => include_str!("jobs.rs"),
                },
            );
        }
        if backends.contains(&Backend::Threads) {
            add("threads.rs", include_str!("experiment/threads.rs"));
        }
        listings
    }

    fn run(&self, params: &Params, lab: &Lab<'_>) -> Result<(), Failure> {
        let plan = Plan::new(params);
        let done = experiment::run(lab, &plan)?;
        lab.main.step(lab.point("main.end"));
        let mut outcome = Outcome::new();
        outcome.insert("results".into(), json!(done.results));
        outcome.insert("finding".into(), Json::Null);
        outcome.insert("sizes".into(), json!(plan.sizes));
        outcome.insert("cores".into(), json!(plan.cores));
        outcome.insert("python".into(), json!(done.python));
        lab.recorder.fact("outcome", serde_json::Value::Object(outcome).to_string());
        Ok(())
    }

    fn outcome(&self, trace: &Trace, replay: &Replay) -> Outcome {
        let told = trace.meta().fact("outcome").unwrap_or("{}");
        let mut outcome: Outcome = serde_json::from_str(told).unwrap_or_default();
        conclude(&mut outcome, trace, replay);
        outcome
    }

    fn stage(&self) -> &'static dyn Stage {
        &stage::SizeStage
    }
}

fn conclude(outcome: &mut Outcome, trace: &Trace, _: &Replay) {
    let trials = Trials::of(trace);
    let cells = analysis::cells(&trials.all);
    let numbers = outcome.get("results").and_then(Json::as_array).map_or(0, Vec::len);
    let disturbance = Disturbance::of(&trials.all, trials.cores);
    let conditions = Conditions {
        numbers,
        cores: trials.cores,
        disturbance,
        method: trials.python_method.as_deref(),
    };
    let finding = analysis::finding(&cells, &conditions);
    let said = finding.map(|finding| finding.to_string());
    outcome.insert("finding".into(), json!(said));
    outcome.insert("disturbed".into(), json!(disturbance.disturbed));
    outcome.insert("start_method".into(), json!(trials.python_method));
    let medians: Vec<Json> = cells.iter().map(|cell| median(&cells, cell)).collect();
    outcome.insert("medians".into(), json!(medians));
    outcome.insert("amdahl".into(), json!(fits(&cells, trials.cores)));
    let counted = trials.all.iter().filter(|trial| trial.counts());
    let trials: Vec<Json> = counted.map(trial_json).collect();
    outcome.insert("trials".into(), json!(trials));
}

fn trial_json(trial: &trials::Trial) -> Json {
    let [start, map, shutdown] = trial.parts.map(|part| part.0);
    json!({
        "backend": trial.backend.id(),
        "pool_size": trial.size,
        "trial": trial.number,
        "start_ns": start,
        "map_ns": map,
        "shutdown_ns": shutdown,
        "total_ns": trial.total().0,
    })
}

fn median(cells: &[analysis::Cell], cell: &analysis::Cell) -> Json {
    let [start, map, shutdown] = cell.parts.map(|part| part.0);
    let base = analysis::base(cells, cell.backend);
    json!({
        "backend": cell.backend.id(),
        "pool_size": cell.size,
        "trials": cell.trials,
        "start_ns": start,
        "map_ns": map,
        "shutdown_ns": shutdown,
        "total_ns": cell.total.median.0,
        "low_ns": cell.total.low.0,
        "high_ns": cell.total.high.0,
        "busy_ns": cell.busy.0,
        "speed_up": base.map(|base| analysis::speed_up(base, cell.total.median)),
        "speed_up_base": base.map(|base| base.size),
        "times_cpython": analysis::times_cpython(cells, cell),
    })
}

fn fits(cells: &[analysis::Cell], cores: usize) -> Vec<Json> {
    let measured = |backend: &Backend| {
        backend.has_pools() && cells.iter().any(|cell| cell.backend == *backend)
    };
    let fits = Backend::ALL.into_iter().filter(measured).map(|backend| {
        match analysis::amdahl(cells, backend, cores) {
            Ok(fit) => json!({
                "backend": backend.id(),
                "serial_part": fit.serial_part(),
                "limit": (fit.serial > 0.0).then(|| 1.0 / fit.serial_part()),
                "sizes": fit.sizes,
            }),
            Err(note) => json!({ "backend": backend.id(), "note": note }),
        }
    });
    fits.collect()
}
