//! Topic 2, `process-pool`: a fixed set of worker processes takes tasks from one queue.
//!
//! Fields of the outcome:
//! - `results`: what came of each task, by task; null where it failed. A square, a PID (sleep), a number of primes, a
//!   checksum (image).
//! - `failed`: the tasks that failed, with the `error` of each.
//! - `received_order`: tasks in the order in which the program had their results (which depends on the call);
//!   `completion_order`: in the order in which workers were done with them.
//! - `chunk`: how many tasks travelled together.
//! - `done_by`: PID that began each task, by task (its last attempt; 0 where nobody did); `pids`: the distinct ones of those;
//!   `worker_pids`: of all processes that started, whether or not they did a task, in the order they were started.
//! - `messages`: what the workers said, in order.
//! - `killed`: workers that a signal killed before the pool was done.
//! - Numbers of the pool:
//!   - `wall_ns`: from asking for the first process to the end of the last one.
//!   - `start_ns`: until the workers it began with were all there.
//!   - `processes`: how many were started in all.
//!   - `utilisation`: time spent in tasks ÷ (workers × time from the first process to the last result).
//!   - `mean_queue_wait_ns`: from a task's submission to its beginning.
//!   - `overhead_per_task_ns`: from when both the task and a place for it were there (the place's last task had ended, or the pool was
//!     asked for) until it began. So it has the start of processes and the messages in it, but no waiting for other tasks.
//!   - `tasks_per_worker`: tasks begun by each process, in the order they were started.
//!   - `busiest_ns`, `least_busy_ns`: time in tasks of the place that was busy longest, and least.
//!   - `own_memory_bytes`: of each worker as measured last: memory that is its alone.
//! - `one_process_each` or `large_chunks`: the same numbers of the second pool, where there was one, and its `failed`.
//! - `saved_by_reuse_ns`: with `one_process_each`, how much longer that took; measured. Null where a task failed in
//!   either pool: they did not do the same work.
//! - `cpython`, where the tasks were run with CPython's own pools: its `version` and `start_method`, `left_out` (why it took
//!   no part, or no more), and of `pool` (`multiprocessing.Pool.map`) and `executor` (`ProcessPoolExecutor`): `received`: how many
//!   results the program had; `failed`: the tasks whose error it had; `lost`: the tasks of which it had nothing; `waits`: whether
//!   it would have waited for ever, and was ended by this lab; `killed`: workers that were killed in the middle of a task; and the numbers of a pool.
//! - `disturbed`, with one of the first two: what shows that other programs had the processors, so that the two times cannot be compared.

mod by_python;
#[cfg(unix)]
mod cpython;
#[cfg(unix)]
mod experiment;
mod figure;
mod foreign;
#[cfg(unix)]
mod jobs;
mod numbers;
mod outcome;
mod plan;
mod predict;
mod spec;
mod verdict;

#[cfg(unix)]
pub use jobs::JOBS;

use super::answer::answer;
use super::{About, Conclusion, Lab, Listing, Outcome, Params, Topic};
use crate::record::thread::Failure;
use crate::replay::Replay;
use crate::trace::Trace;
use outcome::PoolOutcome;
use plan::Plan;

/// The topic.
pub struct ProcessPool;

static ABOUT: About = About {
    id: "process-pool",
    title: "Process pool",
    question: "A fixed set of worker processes takes tasks from one queue. What does reuse buy?",
    explanation: include_str!("../../../assets/explain/process-pool.md"),
    params: spec::PARAMS,
    presets: spec::PRESETS,
    has_workers: true,
    shows_program: false,
    applies: spec::applies,
    asks: predict::question,
    answer: || answer!("process-pool"),
    stage: &verdict::PoolStage,
};

impl Topic for ProcessPool {
    fn about(&self) -> &'static About {
        &ABOUT
    }
    fn listings(&self, params: &Params) -> Vec<Listing> {
        let jobs = match params.choice("job") {
            "sleep" => rust!("jobs.rs"),
            _ => rust!("jobs.rs", "../../workers/jobs.rs"),
        };
        Listing::all(vec![python(params), rust!("experiment.rs"), jobs], params)
    }

    #[cfg(unix)]
    fn run(&self, params: &Params, lab: &Lab<'_>) -> Result<(), Failure> {
        experiment::run(lab, &Plan::new(params))
    }

    #[cfg(not(unix))]
    fn run(&self, _: &Params, _: &Lab<'_>) -> Result<(), Failure> {
        Err(super::no_processes("topics without processes run here"))
    }

    fn conclude(&self, trace: &Trace, replay: &Replay) -> Box<dyn Conclusion> {
        let plan = Plan::new(&self.params_of(trace.meta()));
        Box::new(PoolOutcome::of(&plan, trace, replay))
    }

    fn by_python(&self, trace: &Trace, replay: &Replay) -> Outcome {
        by_python::outcome(&self.params_of(trace.meta()), trace, replay)
    }
}

/// Number of the section of the first pool.
const FIRST: u32 = 0;
/// Number of the section of the pool that it is set against.
const SECOND: u32 = 1;
/// Numbers of the sections of CPython's two pools.
const PYTHON_POOL: u32 = 2;
const EXECUTOR: u32 = 3;

/// The Python program that these parameters come closest to.
fn python(params: &Params) -> (&'static str, &'static str) {
    let job = params.choice("job");
    if params.int("kill") >= 0 && job == "sleep" {
        return python!("process-pool", "kill_one.py");
    }
    match (params.choice("against"), job) {
        ("large-chunks", _) => python!("process-pool", "uneven.py"),
        (_, "sleep") => python!("process-pool", "sleepers.py"),
        (_, "count-primes") => python!("process-pool", "primes.py"),
        (_, "image") => python!("process-pool", "images.py"),
        _ => python!("process-pool", "squares.py"),
    }
}
