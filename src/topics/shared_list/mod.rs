//! Topic 4, `shared-list`: threads that add to and remove from one list, under one lock, under none, and under locks that do
//! not help.
//!
//! Fields of the outcome, of the list in which updates can get lost where there is one, else of the other:
//! - `final_list`: what the list, or the queue, holds in the end.
//! - `added`, `removed`: how many numbers the threads say they added and removed; those that a list began with count as added.
//! - `empty_attempts`: attempts to remove that found nothing.
//! - `expected`: `added` − `removed`, and 0 where without a lock more was removed than added; `actual`: the length of the final
//!   list.
//! - `lost_updates`: writes that another thread overwrote without having seen them (proved from the trace; 0 with the lock);
//!   `lost_at_head`, `lost_at_tail`: how many of them to the variable where the list begins, and to the one where it
//!   ends.
//! - `failed`: how many threads ended with an error.
//! - `waits`: how often a thread had to wait for the lock, or for an item; `longest_wait_ns`, `longest_hold_ns`: of the lock.
//! - `with_lock`: the counts of the guarded list, where both ran side by side.
//! - `shares`: how many numbers each remover got out of the queue, where there is one.
//! - `runs`, of a program that is repeated: for each run, in the order they ended, whether there was a `lock`, how many numbers
//!   were `expected`, and how many are there (`actual`). The counts above are then those of all runs together, and
//!   `final_list` is that of the last.
//! - `variables`, of a run by Python: what plain variables of the program that threads use held in the end, by name.

mod by_python;
mod check;
mod experiment;
mod figure;
mod gate;
mod outcome;
mod plan;
mod points;
mod predict;
mod queue;
mod racy;
mod run;
mod runs;
mod spec;
mod verdict;
mod world;

use super::answer::answer;
use super::{About, Conclusion, Lab, Listing, Outcome, Params, Topic, Value};
use crate::record::thread::Failure;
use crate::replay::Replay;
use crate::trace::Trace;
use outcome::ListOutcome;
use plan::{Plan, Program};

/// The topic.
pub struct SharedList;

static ABOUT: About = About {
    id: "shared-list",
    title: "Lock and list",
    question: "Threads add numbers to one list and remove them. Who may touch the list, and when?",
    explanation: include_str!("../../../assets/explain/shared-list.md"),
    params: spec::PARAMS,
    presets: spec::PRESETS,
    has_workers: false,
    shows_program: false,
    applies: spec::applies,
    asks: predict::question,
    answer: || answer!("shared-list"),
    stage: &verdict::ListStage,
};

impl Topic for SharedList {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn refusal(&self, params: &Params) -> Option<String> {
        spec::refusal(params)
    }

    /// Those of a preset in which somebody waits from the start.
    fn default_params(&self) -> Params {
        let contended = self.preset(spec::CONTENDED);
        contended.unwrap_or_else(|_| Params::defaults(ABOUT.id, spec::PARAMS))
    }

    fn listings(&self, params: &Params) -> Vec<Listing> {
        let lock = params.choice("lock");
        let racy = [python!("shared-list", "no_lock.py"), rust!("racy.rs")];
        let guarded = [python(params), rust!("experiment.rs")];
        let shown = match (Program::of(params), lock) {
            (Program::Count, _) => vec![count(lock), rust!("racy.rs")],
            (Program::CheckThenAct, _) => vec![check(params.choice("test")), rust!("check.rs")],
            (Program::Queue, _) => vec![python!("shared-list", "with_queue.py"), rust!("queue.rs")],
            (Program::List, "with") => guarded.to_vec(),
            (Program::List, "both") => [racy, guarded].concat(),
            (Program::List, _) => racy.to_vec(),
        };
        Listing::all(shown, params)
    }

    fn run(&self, params: &Params, lab: &Lab<'_>) -> Result<(), Failure> {
        run::run(lab, &Plan::new(params))
    }

    fn conclude(&self, trace: &Trace, replay: &Replay) -> Box<dyn Conclusion> {
        Box::new(ListOutcome::of(trace, replay))
    }

    fn by_python(&self, trace: &Trace, replay: &Replay) -> Outcome {
        by_python::outcome(&self.params_of(trace.meta()), trace, replay)
    }
}

/// The Python program whose threads only add.
fn count(lock: &str) -> (&'static str, &'static str) {
    match lock {
        "without" => python!("shared-list", "count.py"),
        "both" => python!("shared-list", "repeat.py"),
        "with" => python!("shared-list", "count_locked.py"),
        _ => python!("shared-list", "who_locks.py"),
    }
}

/// The Python program whose threads test, then act.
fn check(test: &str) -> (&'static str, &'static str) {
    match test {
        "outside" => python!("shared-list", "check_then_act.py"),
        _ => python!("shared-list", "check_inside.py"),
    }
}

/// The Python program with a lock that these parameters come closest to.
fn python(params: &Params) -> (&'static str, &'static str) {
    let many = params.int("adders") > 1 || params.int("removers") > 1;
    let is = |key, word| params.get(key) == Some(&Value::Choice(word));
    if is("until", "flag") {
        python!("shared-list", "done_flag.py")
    } else if is("until", "empty") {
        python!("shared-list", "take_turns.py")
    } else if many {
        python!("shared-list", "contended.py")
    } else if is("pace", "random") {
        python!("shared-list", "random_pace.py")
    } else if is("pause", "before") {
        python!("shared-list", "quick_ten.py")
    } else {
        python!("shared-list", "five.py")
    }
}
