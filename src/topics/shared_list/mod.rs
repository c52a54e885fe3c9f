//! Topic 4, `shared-list`: threads that add to and remove from one list, under one lock.
//!
//! Fields of the outcome:
//! - `final_list`: what the list holds in the end.
//! - `added`, `removed`: how many numbers the threads say they added and removed.
//! - `empty_attempts`: attempts to remove that found nothing.
//! - `expected`: `added` − `removed`; `actual`: the length of the final list.
//! - `lost_updates`: writes that another thread overwrote without having seen them (proved from the trace; 0 with the lock);
//!   `lost_at_head`, `lost_at_tail`: how many of them to the variable where the list begins, and to the one where it
//!   ends.
//! - `waits`: how often a thread had to wait for the lock; `longest_wait_ns`, `longest_hold_ns`: of the lock.
//! - `with_lock`: these fields for the guarded list, without `lost_updates`, where both ran side by side.

mod experiment;
mod outcome;
mod plan;
mod points;
mod predict;
mod racy;
mod run;
mod spec;
mod verdict;

use super::{About, Conclusion, Lab, Language, Listing, Params, Question, Topic, Value};
use crate::record::thread::Failure;
use crate::replay::Replay;
use crate::trace::Trace;
use crate::widgets::stage::Stage;
use outcome::ListOutcome;
use plan::Plan;

/// The topic.
pub struct SharedList;

static ABOUT: About = About {
    id: "shared-list",
    title: "Lock and list",
    question: "One thread adds numbers to a list, another removes them. Who may touch the list, and when?",
    explanation: include_str!("../../../assets/explain/shared-list.md"),
    params: spec::PARAMS,
    presets: spec::PRESETS,
    has_workers: false,
    shows_program: false,
};

impl Topic for SharedList {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn question(&self, params: &Params) -> Option<Question> {
        predict::question(params)
    }

    fn listings(&self, params: &Params) -> Vec<Listing> {
        let mut listings = Vec::new();
        let mut add =
            |file, language, text| listings.push(Listing::new(file, language, text, params));
        let (guarded, racing) = match params.choice("lock") {
            "without" => (false, true),
            "both" => (true, true),
            _ => (true, false),
        };
        if racing {
            let (file, text) = python!("shared-list", "no_lock.py");
            add(file, Language::Python, text);
            add("racy.rs", Language::Rust, include_str!("racy.rs"));
        }
        if guarded {
            let (file, text) = python(params);
            add(file, Language::Python, text);
            add("experiment.rs", Language::Rust, include_str!("experiment.rs"));
        }
        listings
    }

    fn run(&self, params: &Params, lab: &Lab<'_>) -> Result<(), Failure> {
        run::run(lab, &Plan::new(params))
    }

    fn conclude(&self, trace: &Trace, replay: &Replay) -> Box<dyn Conclusion> {
        Box::new(ListOutcome::of(trace, replay))
    }

    fn stage(&self) -> &'static dyn Stage {
        &verdict::ListStage
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
