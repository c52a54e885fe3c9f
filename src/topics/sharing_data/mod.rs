//! Topic 5, `sharing-data`: the tools that threads and processes share data with, each used right and used wrong.
//!
//! A program that cannot go on is ended by the [watchdog](super::runner): its run is done, and its findings say why.
//!
//! Fields of the outcome, of every program:
//! - `program`: which one ran.
//! - `messages`: what was said, in order.
//! - `finished`: how many threads came to their end by themselves, of `started`.
//! - `stuck`: names of those that had not ended in a run that was ended because nobody could go on; empty in any other.
//! - `failed`: why threads failed, by name.
//! - `tools`: [{`name`, `kind`, `acquired`, `waits`, `longest_wait_ns`, `most_inside`}] of what was shared: how often it was
//!   taken, how often somebody had to wait and for how long at most, and how many had it at once.
//! - `passed_over`: how often somebody who came later was served before one who waited, at most.
//!
//! Where there is one: `count` and `expected` of a shared number; `put`, `got`, `left` items of its queues, pipes and
//! lists, together, and `fragments` of messages, with which `left` is not known; `generations` of a barrier; `meals` of the philosophers; `ways_ns` {name: what a message takes} of `compare`, and its `python`: which one took part, or why none did. Of a run by Python `variables`: what plain
//! variables of the program that others use held in the end, by name.
//!
//! # Adding a tool
//!
//! 1. Its program: a file in `threads` or `processes`, between whose marks its Rust listing stands, and a Python listing in
//!    `assets/listings/sharing-data`.
//! 2. A row in `programs.rs` for the program that uses it right, and one for each broken twin. Variant, preset, row of the
//!    chooser, listings, `--set program=…` and what the outcome counts come from there. A parameter that no other program has
//!    is added to `spec.rs` and `plan.rs`; processes bring a line in [`JOBS`].
//! 3. A question in `predict`: the tests ask for one.
//!
//! What a twin proves is a finding of any trace: see [`findings`](mod@crate::replay::findings).

mod by_python;
mod costs;
mod figure;
mod outcome;
mod plan;
mod predict;
#[cfg(unix)]
mod processes;
mod programs;
mod spec;
mod threads;
mod verdict;
mod ways;

use super::answer::answer;
use super::{About, Conclusion, Lab, Listing, Outcome, Params, Topic};
use crate::record::thread::Failure;
use crate::replay::Replay;
use crate::trace::Trace;
use plan::Plan;
use programs::Program;

#[cfg(unix)]
pub use processes::JOBS;

/// The topic.
pub struct SharingData;

/// The parameters that a trace was recorded with.
fn params_of(trace: &Trace) -> Params {
    SharingData.params_of(trace.meta())
}

static ABOUT: About = About {
    id: "sharing-data",
    title: "Sharing data",
    question: "Which tools let threads and processes share data, and what does each guarantee?",
    explanation: include_str!("../../../assets/explain/sharing-data.md"),
    params: spec::PARAMS,
    presets: programs::PRESETS,
    has_workers: true,
    shows_program: false,
    applies: spec::applies,
    asks: predict::question,
    answer: || answer!("sharing-data"),
    stage: &verdict::SharingStage,
};

impl Topic for SharingData {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn listings(&self, params: &Params) -> Vec<Listing> {
        let Program { python, rust, .. } = *Program::named(params.choice("program"));
        Listing::all(vec![python, rust], params)
    }

    fn run(&self, params: &Params, lab: &Lab<'_>) -> Result<(), Failure> {
        let plan = Plan::new(params);
        (plan.program.run)(&plan, lab)
    }

    fn conclude(&self, trace: &Trace, replay: &Replay) -> Box<dyn Conclusion> {
        let plan = Plan::new(&self.params_of(trace.meta()));
        Box::new(outcome::SharingOutcome::of(&plan, trace, replay))
    }

    fn by_python(&self, trace: &Trace, replay: &Replay) -> Outcome {
        by_python::outcome(&self.params_of(trace.meta()), trace, replay)
    }
}
