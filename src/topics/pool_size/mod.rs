//! Topic 8, `pool-size`: squares of 1 to 10 on pools of different sizes, and what each size costs and brings.
//!
//! Fields of the outcome:
//! - `results`: the squares, in order; every backend's trials gave the same.
//! - `finding`: what the measurement shows, in a sentence or two; each names the pool it is about.
//! - `disturbed`: in how many of the trials other programs wanted the processors, too.
//! - `not_compared`: why ratios of times are left out (null): other programs had the processors, times cannot be what they
//!   are, or the trials do not tell them apart; null where none is.
//! - `sizes`: the pool sizes measured; `cores`: how many can work at once on this machine.
//! - `python`: which Python took part, or why none did; null where none was asked for. `start_method`: how its pools
//!   started their workers (`fork, forkserver, spawn`: each of them, in turn); `python_loop_ns`: how long a loop in it took for the same, where that takes no longer than a tenth of a second (median).
//!   Null where none took part.
//! - `medians`: for each backend and size its `trials`, the medians `start_ns`, `map_ns`, `shutdown_ns` and `total_ns`, the
//!   quartiles `low_ns` and `high_ns` of the total, `busy_ns` (time the workers spent on the numbers, all together; null where
//!   they do not tell), `speed_up` with what it is relative to (`speed_up_base`: a pool size, 0 for one after another),
//!   `efficiency` (that divided by how many times as many work; null without a pool),
//!   and `times_cpython` (how many times as long CPython's pool of that size took, by `fork` where the start methods are compared; null where unknown).
//!   A ratio that noise could turn round is null.
//! - `amdahl`: for each backend with pools the fit of Amdahl's law: `serial_part`, `limit` (the most it allows) and the `sizes`
//!   it goes through (those with a core for each worker), or a `note` why a fit would mean nothing.
//! - `trials`: `backend` (`workers`, `threads`, `sequential`, `cpython`; `cpython-fork` and so on where the start methods are
//!   compared), `pool_size` (0: no pool), `trial` (from 1),
//!   `start_ns`, `map_ns`, `shutdown_ns`, `total_ns`, in the order they ran, without the warm-up. From the stamps of the trace:
//!   `total_ns` runs from the start of the first part to the end of the last one.
//!
//! In a run by Python a trial is the life of a pool: it starts with its first worker, maps from when the first task is handed in until
//! the results are there, and shuts down until its last worker has ended. The first pool of each size is to warm up.

mod analysis;
mod by_python;
mod experiment;
#[cfg(unix)]
mod jobs;
mod outcome;
mod plan;
mod predict;
mod sections;
mod spec;
mod stage;
mod trials;
mod work;

use super::answer::answer;
use super::{About, Conclusion, Lab, Listing, Outcome, Params, Topic};
use crate::record::thread::Failure;
use crate::replay::Replay;
use crate::trace::Trace;
#[cfg(unix)]
pub use jobs::ALL as JOBS;
use plan::{Backend, Plan};

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
    applies: spec::applies,
    asks: predict::question,
    answer: || answer!("pool-size"),
    stage: &stage::SizeStage,
};

impl Topic for PoolSize {
    fn about(&self) -> &'static About {
        &ABOUT
    }
    fn listings(&self, params: &Params) -> Vec<Listing> {
        let is_work = params.int("work") > 0;
        let jobs = match is_work {
            false => rust!("jobs.rs", "../../workers/jobs.rs"),
            true => rust!("jobs.rs"),
        };
        let backends = Backend::chosen(params.choice("backend"), "default");
        let has_threads = backends.contains(&Backend::Threads);
        let mut sources = vec![match is_work {
            false => python!("pool-size", "squares.py"),
            true => python!("pool-size", "sweep.py"),
        }];
        if !has_threads || backends.contains(&Backend::Workers) {
            sources.extend([rust!("workers.rs", "experiment/workers.rs"), jobs]);
        }
        if has_threads {
            sources.push(rust!("threads.rs", "experiment/threads.rs"));
        }
        Listing::all(sources, params)
    }

    fn run(&self, params: &Params, lab: &Lab<'_>) -> Result<(), Failure> {
        experiment::run(lab, &Plan::new(params))
    }

    fn conclude(&self, trace: &Trace, replay: &Replay) -> Box<dyn Conclusion> {
        Box::new(outcome::of(&self.params_of(trace.meta()), trace, replay))
    }

    fn by_python(&self, trace: &Trace, replay: &Replay) -> Outcome {
        by_python::outcome(&self.params_of(trace.meta()), trace, replay)
    }
}
