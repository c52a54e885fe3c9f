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
//! - `threads`: {`address`, `before`, `after`} of the variable that threads changed.
//!
//! Of `crash`, `processes` and `threads` (of one process): {`started`, `survivors`, `failed_pid`, `signal`, `exit_status`}:
//! how many there were, how many finished, and how the process that failed ended.
//!
//! Of `cpu-bound`:
//! - `limit`: the primes below it were counted.
//! - `ways`: [{`way`, `wall_ns`, `cpu_ns`, `actors`, `primes`, `cpu_ns_each`, `speed_up`}]: the time that passed, the processor
//!   time the system counted for those who worked (together, and each), how many they were, what they found, and how
//!   much faster that was than one after another.
//! - `disturbed`: what shows that other programs had the processors, so that these times cannot be compared; null where
//!   nothing shows it.

#[cfg(unix)]
mod experiment;
#[cfg(unix)]
mod jobs;
mod plan;
#[cfg(unix)]
mod points;
mod primes;
mod spec;
mod stage;
mod tally;

use super::{Lab, Language, Listing, Outcome, ParamSpec, Params, Preset, Topic};
use crate::record::thread::Failure;
use crate::replay::Replay;
use crate::trace::Trace;
use crate::widgets::stage::Stage;
use plan::Program;
use serde_json::json;

#[cfg(unix)]
pub use jobs::JOBS;

/// Name of the actor that is this process.
const PARENT: &str = "parent";
/// Name of the variable that threads change.
const SHARED: &str = "value of the threads";

/// Name of the variable of a process.
fn value_name(process: &str) -> String {
    format!("value in {process}")
}

/// Name of what holds the address of a variable.
fn place_name(variable: &str) -> String {
    format!("address of {variable}")
}

/// One way to do the same work.
struct Way {
    /// As shown, and as the trace names its span.
    name: &'static str,
    /// What its actors are called.
    actors: &'static str,
    /// A letter for their badges.
    badge: char,
}

impl Way {
    /// Name of its actor with this number.
    fn actor(&self, number: i64) -> String {
        format!("{} {number}", self.actors)
    }

    /// Whether an actor of this name works in it.
    fn has(&self, actor: &str) -> bool {
        let number = actor.strip_prefix(self.actors);
        number.is_some_and(|n| n.trim_start().bytes().all(|b| b.is_ascii_digit()))
    }
}

/// The ways, in the order they are tried.
const WAYS: [Way; 4] = [
    Way { name: "one after another", actors: "only thread", badge: 'O' },
    Way { name: "threads, emulated GIL", actors: "GIL thread", badge: 'G' },
    Way { name: "threads", actors: "thread", badge: 'T' },
    Way { name: "processes", actors: "worker", badge: 'W' },
];

/// The topic.
pub struct Multiprocessing;

impl Topic for Multiprocessing {
    fn id(&self) -> &'static str {
        "multiprocessing"
    }
    fn title(&self) -> &'static str {
        "Multiprocessing"
    }
    fn question(&self) -> &'static str {
        "Several processes, each with a memory of its own: what is that good for?"
    }
    fn explanation(&self) -> &'static str {
        include_str!("../../../assets/explain/multiprocessing.md")
    }
    fn has_workers(&self) -> bool {
        true
    }
    fn params(&self) -> &'static [ParamSpec] {
        spec::PARAMS
    }
    fn applies(&self, key: &str, params: &Params) -> bool {
        spec::applies(key, params)
    }
    fn presets(&self) -> &'static [Preset] {
        spec::PRESETS
    }

    fn listings(&self, params: &Params) -> Vec<Listing> {
        macro_rules! python {
            ($file:literal) => {
                ($file, include_str!(concat!("../../../assets/listings/multiprocessing/", $file)))
            };
        }
        let (tasks, memory, crash, ways) = (
            ("tasks.rs", include_str!("experiment/tasks.rs")),
            ("memory.rs", include_str!("experiment/memory.rs")),
            ("crash.rs", include_str!("experiment/crash.rs")),
            ("ways.rs", include_str!("experiment/ways.rs")),
        );
        let (python, rust) = match Program::named(params.choice("program")) {
            Program::Messages => (python!("five_workers.py"), tasks),
            Program::Squares => (python!("parallel_squares.py"), tasks),
            Program::Images => (python!("four_images.py"), tasks),
            Program::Memory => (python!("own_memory.py"), memory),
            Program::Crash => (python!("crash.py"), crash),
            Program::Primes => (python!("cpu_bound.py"), ways),
        };
        let jobs = ("jobs.rs", include_str!("jobs.rs"));
        let all = [(python, Language::Python), (rust, Language::Rust), (jobs, Language::Rust)];
        all.into_iter()
            .map(|((file, text), language)| Listing::new(file, language, text, params))
            .collect()
    }

    #[cfg(unix)]
    fn run(&self, params: &Params, lab: &Lab<'_>) -> Result<Outcome, Failure> {
        experiment::run(lab, &plan::Plan::new(params))
    }

    #[cfg(not(unix))]
    fn run(&self, _: &Params, _: &Lab<'_>) -> Result<Outcome, Failure> {
        Err(super::no_processes("topics without processes run here"))
    }

    fn conclude(&self, outcome: &mut Outcome, trace: &Trace, replay: &Replay) {
        outcome.insert("messages".into(), json!(tally::messages(trace)));
        outcome.insert("pids".into(), json!(tally::pids_at_work(trace, replay)));
        outcome.insert("worker_pids".into(), json!(tally::pids(trace, replay)));
        let overlapping = tally::overlapping(trace, replay);
        outcome.insert("overlapping".into(), json!(overlapping));
        if let Some(threads) = outcome.get_mut("threads").and_then(|t| t.get_mut("survivors")) {
            *threads = json!(tally::threads_that_finished(trace, replay));
        }
        if let Some(primes) = outcome.remove("primes") {
            let spans = tally::spans(trace);
            let ways = tally::ways(trace.meta(), &spans, replay.latest(), trace.end());
            let all = ways.iter().enumerate().map(|(place, way)| {
                json!({
                    "way": WAYS[way.place].name,
                    "wall_ns": way.wall.0,
                    "cpu_ns": way.cpu().0,
                    "actors": way.each.len(),
                    "primes": primes[place],
                    "cpu_ns_each": way.each.iter().map(|(_, cpu)| cpu.0).collect::<Vec<_>>(),
                    "speed_up": tally::speed_up(&ways, way),
                })
            });
            outcome.insert("disturbed".into(), json!(tally::disturbed(&ways)));
            outcome.insert("ways".into(), all.collect());
        }
    }

    fn stage(&self) -> &'static dyn Stage {
        &stage::ProcessStage
    }
}
