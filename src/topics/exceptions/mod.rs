//! Topic 6, `exceptions`: programs in which something fails, and what becomes of the exception.
//!
//! A program that cannot go on is ended by the [watchdog](super::runner): its run is done, and its findings say why.
//!
//! Fields of the outcome:
//! - `program`: which one ran; `messages`: what was said, in order.
//! - `exit_status`: the program's own, where it came to its end.
//! - `errors`: [{`text`, `raised_by`, `raised_ns`, `caught_by`, `caught_ns`, `kept_ns`, `locks`, `tasks`, `end`}] of exceptions in
//!   the order they were raised: who caught it and when, or nobody; how long it lay where nobody looked; locks that its owner
//!   still had when it left, and tasks that failed with it; `end`: `caught`, `unhandled`, `kept` or `on its way`.
//! - `unheard`: how many nobody caught.
//! - `ends`: [{`name`, `how`}] of threads and processes that do the work: `normal`, `exit code 3`, `killed by SIGKILL`, or an error.
//! - `started`, `finished`: how many of them there were, and came to an end by themselves without an error; `stuck`: names of
//!   those that had not, in a run that was ended because nobody could go on.
//! - `results`: of tasks whose result the program took, in the order it took them; `lost`: numbers of tasks without a result.
//! - `signals`: [{`to`, `signal`, `handled`}] that were sent.
//!
//! Where there are any: `values` of shared numbers at the end; `left` items of queues; `cells` [{`of`, `row`, `column`, `truth`, …}] of the
//! table *who learns of it?*, `of` `cpython` or `ours`; `left_out`: that CPython has no part in it, or no more, and why.
//!
//! In a run by Python `errors` are those that leave a thread, a process or a task: one that is caught by who raised it is no event there.
//! `values` are the numbers among the program's own variables that have changed.

mod by_python;
mod figure;
mod outcome;
mod plan;
mod predict;
#[cfg(unix)]
mod processes;
mod programs;
mod spec;
mod table;
mod threads;
mod verdict;

use super::answer::answer;
use super::{About, Conclusion, Lab, Listing, Outcome, Params, Topic};
use crate::record::thread::Failure;
use crate::replay::Replay;
use crate::trace::Trace;
use plan::Plan;
use programs::{Id, Program};

#[cfg(unix)]
pub use processes::JOBS;

/// The topic.
pub struct Exceptions;

static ABOUT: About = About {
    id: "exceptions",
    title: "Exceptions",
    question: "An error comes up in a thread or a process. Who learns of it, and what does it leave behind?",
    explanation: include_str!("../../../assets/explain/exceptions.md"),
    params: spec::PARAMS,
    presets: spec::PRESETS,
    has_workers: true,
    shows_program: false,
    applies: spec::applies,
    asks: |params| predict::question(&Plan::new(params)),
    answer: || answer!("exceptions"),
    stage: &verdict::ErrorStage,
};

impl Topic for Exceptions {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn refusal(&self, params: &Params) -> Option<String> {
        spec::refusal(params)
    }

    fn listings(&self, params: &Params) -> Vec<Listing> {
        let Program { is, python, rust, .. } = *Program::named(params.choice("program"));
        let python = match is == Id::Pool && params.choice("fault") == "rebuild" {
            true => python!("exceptions", "rebuild.py"),
            false => python,
        };
        Listing::all(vec![python, rust], params)
    }

    fn run(&self, params: &Params, lab: &Lab<'_>) -> Result<(), Failure> {
        let plan = Plan::new(params);
        (plan.program.run)(&plan, lab)
    }

    fn conclude(&self, trace: &Trace, replay: &Replay) -> Box<dyn Conclusion> {
        let plan = Plan::new(&self.params_of(trace.meta()));
        Box::new(outcome::ErrorOutcome::of(&plan, trace, replay))
    }

    fn by_python(&self, trace: &Trace, replay: &Replay) -> Outcome {
        by_python::outcome(&self.params_of(trace.meta()), trace, replay)
    }
}
