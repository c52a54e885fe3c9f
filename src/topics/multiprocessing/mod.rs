//! Topic 3, `multiprocessing`: child processes, each with a PID and a memory of its own.
//!
//! Fields of the outcome, of every program:
//! - `messages`: what the processes and threads said, in the order they did.
//! - `worker_pids`: of all child processes that started, in the order they were started; `pids`: the distinct ones that began
//!   tasks, in the order they first did.
//! - `overlapping`: how many tasks ran at once, at most.
//!
//! Of tasks (`five-workers`, `parallel-squares`, `four-images`):
//! - `results`: of the tasks, in their order; `null` where a task has none. A message's is its number, an image's how often
//!   it was filtered.
//! - `failed`: why tasks have none.
//!
//! Of `own-memory`:
//! - `parent_before`, `parent_after`: the parent's variable.
//! - `memory_copies`: [{`process`, `pid`, `address`, `value`}], each process's copy of it in the end.
//! - `failed`: why children have none: they were killed.
//! - `threads`: {`address`, `before`, `after`} of the variable that threads changed.
//!
//! Of `crash`, `processes` and `threads` (of one process): {`started`, `survivors`, `failed_pid`, `signal`, `exit_status`}:
//! how many there were, how many finished, and how the process that failed ended.
//!
//! Of `cpu-bound`:
//! - `limit`: the primes below it were counted.
//! - `ways`: [{`way`, `wall_ns`, `cpu_ns`, `actors`, `primes`, `cpu_ns_each`, `speed_up`}]: the time that passed, the processor
//!   time the system counted for those who worked (together, and each), how many they were, what they found, and how
//!   many times faster that was than one after another; null where the times cannot be compared.
//! - `disturbed`: what shows that other programs had the processors, so that these times cannot be compared; null where
//!   nothing shows it.

mod by_python;
#[cfg(unix)]
mod experiment;
mod figure;
#[cfg(unix)]
mod jobs;
mod outcome;
mod plan;
mod predict;
pub(super) mod primes;
mod spec;
mod tally;
mod verdict;

use super::answer::answer;
use super::{About, Conclusion, Lab, Listing, Outcome, Params, Topic};
use crate::record::thread::Failure;
use crate::replay::Replay;
use crate::trace::Trace;
pub use outcome::ProcessOutcome;
use plan::{Plan, Program};

#[cfg(unix)]
pub use jobs::JOBS;
pub use verdict::crash as crash_moment;

/// The parameters with which so many processes and threads work, of which one crashes in a way of its own.
pub fn crash_params(workers: usize, failure: &str, scale: f64) -> Params {
    let defaults = || Params::defaults(ABOUT.id, spec::PARAMS);
    let mut params = Multiprocessing.preset("crash").unwrap_or_else(|_| defaults());
    let set = [
        ("workers", workers.to_string()),
        ("failure", failure.to_owned()),
        ("time_scale", scale.to_string()),
    ];
    for (key, value) in set {
        if let Err(error) = params.set(key, &value) {
            log::error!("{key} of the crash: {error}");
        }
    }
    params
}

/// Number of the section of processes, where they are beside threads.
const PROCESSES: u32 = 0;
/// Number of the section of threads.
const THREADS: u32 = 1;

/// Name of the variable that threads change.
const SHARED: &str = "value of the threads";

/// Name of the variable of a process.
fn value_name(process: &str) -> String {
    format!("value in {process}")
}

/// One way to do the same work.
struct Way {
    /// As shown.
    name: &'static str,
    /// What its actors are called.
    actors: &'static str,
    /// A letter for their badges.
    badge: char,
}

/// The ways, in the order they are tried: the section of each has its place here as its number.
const WAYS: [Way; 4] = [
    Way { name: "one after another", actors: "only thread", badge: 'O' },
    Way { name: "threads, emulated GIL", actors: "GIL thread", badge: 'G' },
    Way { name: "threads", actors: "thread", badge: 'T' },
    Way { name: "processes", actors: "worker", badge: 'W' },
];

/// The topic.
pub struct Multiprocessing;

static ABOUT: About = About {
    id: "multiprocessing",
    title: "Multiprocessing",
    question: "Several processes, each with a memory of its own: what is that good for?",
    explanation: include_str!("../../../assets/explain/multiprocessing.md"),
    params: spec::PARAMS,
    presets: spec::PRESETS,
    has_workers: true,
    shows_program: true,
    applies: spec::applies,
    asks: predict::question,
    answer: || answer!("multiprocessing"),
    stage: &verdict::ProcessStage,
};

impl Topic for Multiprocessing {
    fn about(&self) -> &'static About {
        &ABOUT
    }
    fn listings(&self, params: &Params) -> Vec<Listing> {
        let tasks = rust!("tasks.rs", "experiment/tasks.rs");
        let (python, rust) = match Program::named(params.choice("program")) {
            Program::Messages => (python!("multiprocessing", "five_workers.py"), tasks),
            Program::Squares => (python!("multiprocessing", "parallel_squares.py"), tasks),
            Program::Images => (python!("multiprocessing", "four_images.py"), tasks),
            Program::Memory => (
                python!("multiprocessing", "own_memory.py"),
                rust!("memory.rs", "experiment/memory.rs"),
            ),
            Program::Crash => {
                (python!("multiprocessing", "crash.py"), rust!("crash.rs", "experiment/crash.rs"))
            }
            Program::Primes => {
                (python!("multiprocessing", "cpu_bound.py"), rust!("ways.rs", "experiment/ways.rs"))
            }
        };
        Listing::all(vec![python, rust, rust!("jobs.rs")], params)
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
        Box::new(ProcessOutcome::with(&self.params_of(trace.meta()), trace, replay))
    }

    fn by_python(&self, trace: &Trace, replay: &Replay) -> Outcome {
        by_python::outcome(&self.params_of(trace.meta()), trace, replay)
    }
}
