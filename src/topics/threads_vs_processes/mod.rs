//! Topic 1, `threads-vs-processes`: the same tasks one after another, by threads and by processes, here and in CPython.
//!
//! Fields of the outcome:
//! - `results`: of the tasks, in their order; every trial of every way gave the same. Of a file the CRC-32 of its bytes.
//! - `finding`, `cpython_finding`: what the trials of this program's ways, and of CPython's, show, in words.
//! - `cpython`: version of the CPython that takes part, how it starts processes, and whether its GIL is `on` or `off`; null
//!   where none does. `left_out`: that it takes no part, or no more, and why.
//! - `cores`: how many can work at once on this machine.
//! - `ways`: of each way its `workers`, `trials`, medians `wall_ns` (with the quartiles `low_ns` and `high_ns`), `cpu_ns` of
//!   all workers together, `start_up_ns` (until the last worker was at its first task), `resident_bytes` and `own_bytes`
//!   (memory of its processes, or what threads added to theirs), `switches` (how often workers left a processor), and how many
//!   times as fast it was as one after another in the same language (`speed_up`; null where the times cannot be compared or
//!   the trials do not tell the two apart). What the system does not tell is null, too. `disturbed`: in how many trials other
//!   programs wanted the processors.
//! - `trials`: `way`, `trial` (from 1), `wall_ns`, `cpu_ns`, `start_up_ns`, in the order they ran.
//!
//! Of `how-many` instead: `cores`, `finding` in words, and for each `work` (`wait`, `compute`) and `way` a curve: `bend`, the number past
//! which no larger one was clearly faster (null where that is not known), and of each number of `workers` its `trials`,
//! `wall_ns`, `low_ns`, `high_ns`. Of `isolation` what topic 3 tells of its `crash`.
//!
//! Of `responsive` instead: `period_ns` from one beat to the next, and of each of the `ways` (`way`) how late each beat came
//! (`late_ns`), the latest (`latest_ns`), and how many came later than the next one was due (`missed`).
//!
//! Of a run by Python: of each of the `ways` how many `workers` were started together and how long they took (`wall_ns`; null where one
//! thread does all), of `how-many` the same as `trials`, and `results` of the processes, as they came; of `responsive` its `ways` are not known.

mod analysis;
mod by_python;
mod chooser;
mod experiment;
mod figure;
mod how_many;
#[cfg(unix)]
mod jobs;
mod outcome;
mod plan;
mod predict;
mod responsive;
mod spec;
mod stage;
mod trials;
mod ways;
mod work;

use super::answer::answer;
use super::multiprocessing::{Multiprocessing, ProcessOutcome};
use super::{About, Conclusion, Guide, Lab, Listing, Outcome, Params, Topic};
use crate::record::thread::Failure;
use crate::replay::Replay;
use crate::trace::Trace;
#[cfg(unix)]
pub use jobs::JOBS;
use plan::{Plan, Program};
use responsive::ResponsiveOutcome;

/// The topic.
pub struct ThreadsVsProcesses;

static ABOUT: About = About {
    id: "threads-vs-processes",
    title: "Threads or processes?",
    question: "The same tasks, one after another, by threads and by processes: which is soonest, and what does it cost?",
    explanation: include_str!("../../../assets/explain/threads-vs-processes.md"),
    params: spec::PARAMS,
    presets: spec::PRESETS,
    has_workers: true,
    shows_program: false,
    applies: spec::applies,
    asks: predict::question,
    answer: || answer!("threads-vs-processes"),
    stage: &stage::WaysStage,
};

impl Topic for ThreadsVsProcesses {
    fn about(&self) -> &'static About {
        &ABOUT
    }
    fn guide(&self) -> Option<&'static Guide> {
        chooser::GUIDE.as_ref()
    }
    fn listings(&self, params: &Params) -> Vec<Listing> {
        let plan = Plan::new(params);
        let (python, task) = plan.work.kind().sources;
        let (jobs, threads) = (rust!("jobs.rs"), rust!("threads.rs", "experiment/threads.rs"));
        let processes = rust!("processes.rs", "experiment/processes.rs");
        let by_ways = |python| vec![python, threads, processes, jobs, task];
        let beside = match plan.program {
            Program::Compare => by_ways(python),
            Program::HowMany => by_ways(python!("threads-vs-processes", "how_many.py")),
            Program::Responsive => {
                let beats = rust!("responsive.rs", "responsive/experiment.rs");
                vec![python!("threads-vs-processes", "responsive.py"), beats, task, jobs]
            }
            Program::Isolation => return Multiprocessing.listings(&plan.crash()),
        };
        Listing::all(beside, params)
    }

    fn run(&self, params: &Params, lab: &Lab<'_>) -> Result<(), Failure> {
        let plan = Plan::new(params);
        match plan.program {
            Program::Compare => experiment::run(lab, &plan),
            Program::Responsive => responsive::experiment::run(lab, &plan),
            Program::HowMany => experiment::share_out(lab, &plan),
            Program::Isolation => Multiprocessing.run(&plan.crash(), lab),
        }
    }

    fn conclude(&self, trace: &Trace, replay: &Replay) -> Box<dyn Conclusion> {
        let plan = Plan::new(&self.params_of(trace.meta()));
        match plan.program {
            Program::Compare => Box::new(outcome::of(trace, replay)),
            Program::Responsive => Box::new(ResponsiveOutcome::until(trace, trace.end())),
            Program::HowMany => Box::new(how_many::HowManyOutcome::of(trace)),
            Program::Isolation => Box::new(ProcessOutcome::with(&plan.crash(), trace, replay)),
        }
    }

    fn by_python(&self, trace: &Trace, replay: &Replay) -> Outcome {
        by_python::outcome(&self.params_of(trace.meta()), trace, replay)
    }
}
