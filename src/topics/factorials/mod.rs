//! Topic 7, `factorials`: factorials on a pool of threads, exact however large.
//!
//! Task `n` computes n!. In `recursion`, too; in `product-tree` tasks 0 to `parts` − 1 are the parts, the next ones
//! multiply two results each, and the last one turns the product into decimal digits.
//!
//! A program that cannot go on is ended by the [watchdog](super::runner): its run is done, and its findings say why.
//!
//! Fields of the outcome:
//! - `results`: {n: n! in decimal digits}; null where there is none.
//! - `failed`: {n: error} of tasks that failed.
//! - `completion_order`: numbers of the tasks in the order in which they were done; `result_order`: in which the program had
//!   their results.
//! - `threads`: how many threads the pool has; `thread_of`: {task: OS id of the thread that began it}.
//! - `queue_ns`: {task: from when it was handed in until a thread began it}; `thread_ns`: {task: how long that thread took},
//!   with what it slept, and with making the digits of a result of more than 63 bits.
//! - `wall_ns`: from the first task handed in to the last one done.
//! - `product_ns`, of `product-tree`: the same without the last task, which only makes digits.
//! - `ways`, where they are compared: [{`way`, `wall_ns`}], with the start and the end of the threads.
//! - `messages`: what was said, in order.
//!
//! What is not known is null: so is how long one thread took for all in Python, where nothing begins and ends then.

mod experiment;
mod figure;
mod outcome;
mod plan;
mod predict;
mod spec;
mod verdict;
mod work;

use super::answer::answer;
use super::{About, Conclusion, Lab, Listing, Outcome, Params, Topic};
use crate::record::thread::Failure;
use crate::replay::Replay;
use crate::trace::Trace;
use outcome::FactorialOutcome;
use plan::{Call, Plan, Program};

/// The topic.
pub struct Factorials;

static ABOUT: About = About {
    id: "factorials",
    title: "Thread pool",
    question: "Factorials of 1 to 10 on a pool of threads: in which order do they finish?",
    explanation: include_str!("../../../assets/explain/factorials.md"),
    params: spec::PARAMS,
    presets: spec::PRESETS,
    has_workers: false,
    shows_program: false,
    applies: spec::applies,
    asks: predict::question,
    answer: || answer!("factorials"),
    stage: &verdict::FactorialStage,
};

/// The ways that are compared, in the order they are tried: the section of each has its place here as its number.
const WAYS: [&str; 3] = ["one after another", "a thread for each", "pool"];

impl Topic for Factorials {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn listings(&self, params: &Params) -> Vec<Listing> {
        let plan = Plan::new(params);
        let python = match (plan.program, plan.call) {
            (Program::Tree, _) => python!("factorials", "product_tree.py"),
            (Program::Recursion, _) => python!("factorials", "nested_submit.py"),
            (_, Call::Map) => python!("factorials", "with_map.py"),
            (_, Call::AsCompleted) => python!("factorials", "with_as_completed.py"),
            (_, Call::TimeOut(_)) => python!("factorials", "with_time_out.py"),
            (_, Call::InLoop) => python!("factorials", "result_in_loop.py"),
        };
        let rust = match plan.program {
            Program::Numbers => rust!("numbers.rs", "experiment/numbers.rs"),
            Program::Tree => rust!("tree.rs", "experiment/tree.rs"),
            Program::Recursion => rust!("recursion.rs", "experiment/recursion.rs"),
        };
        Listing::all(vec![python, rust, rust!("work.rs")], params)
    }

    fn run(&self, params: &Params, lab: &Lab<'_>) -> Result<(), Failure> {
        experiment::run(lab, &Plan::new(params))
    }

    fn conclude(&self, trace: &Trace, replay: &Replay) -> Box<dyn Conclusion> {
        let plan = Plan::new(&self.params_of(trace.meta()));
        Box::new(FactorialOutcome::of(&plan, trace, replay))
    }

    fn by_python(&self, trace: &Trace, replay: &Replay) -> Outcome {
        self.conclude(trace, replay).fields()
    }
}
