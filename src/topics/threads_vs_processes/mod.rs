//! Topic 1, `threads-vs-processes`: the same tasks one after another, by threads and by processes, here and in CPython.
//!
//! Fields of the outcome:
//! - `results`: of the tasks, in their order; every trial of every way gave the same. Of a file the Adler-32 of its bytes.
//! - `finding`, `cpython_finding`: what the trials of this program's ways, and of CPython's, show, in words.
//! - `cpython`: version of the CPython that takes part, how it starts processes, and whether its GIL is `on` or `off`; null
//!   where none does. `left_out`: why it takes no part, or no more.
//! - `cores`: how many can work at once on this machine.
//! - `ways`: of each way its `workers`, `trials`, medians `wall_ns` (with the quartiles `low_ns` and `high_ns`), `cpu_ns` of
//!   all workers together, `start_up_ns` (until the last worker was at its first task), `resident_bytes` and `own_bytes`
//!   (memory of its processes, or what threads added to theirs), `switches` (how often workers left a processor), and how many
//!   times as fast it was as one after another in the same language (`speed_up`). What the system does not tell is null.
//!   `disturbed`: in how many trials other programs wanted the processors, too.
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
//! thread does all), of `how-many` and `responsive` the same as `trials`, and `results` of the processes, as they came.

mod analysis;
mod by_python;
mod chooser;
mod experiment;
mod figure;
mod how_many;
mod isolation;
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

use super::answer::{Answer, answer};
use super::{About, Conclusion, Guide, Lab, Language, Listing, Outcome, Params, Question, Topic};
use crate::record::thread::Failure;
use crate::replay::Replay;
use crate::trace::Trace;
use crate::widgets::stage::Stage;
#[cfg(unix)]
pub use jobs::JOBS;
use plan::{Plan, Program};
use work::Work;

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
};

impl Topic for ThreadsVsProcesses {
    fn about(&self) -> &'static About {
        &ABOUT
    }
    fn applies(&self, key: &str, params: &Params) -> bool {
        spec::applies(key, params)
    }
    fn question(&self, params: &Params) -> Option<Question> {
        predict::question(params)
    }
    fn guide(&self) -> Option<&'static Guide> {
        Some(&chooser::GUIDE)
    }
    fn answer(&self) -> Option<&'static Answer> {
        answer!("threads-vs-processes")
    }

    fn listings(&self, params: &Params) -> Vec<Listing> {
        let plan = Plan::new(params);
        if plan.program == Program::Isolation {
            return isolation::listings(&plan);
        }
        let work = Work::named(params.choice("program"));
        let is_responsive = Program::named(params.choice("program")) == Program::Responsive;
        let python = match work {
            Work::Download => python!("threads-vs-processes", "downloads.py"),
            _ if is_responsive => python!("threads-vs-processes", "responsive.py"),
            _ if plan.program == Program::HowMany => python!("threads-vs-processes", "how_many.py"),
            Work::Primes => python!("threads-vs-processes", "primes.py"),
            Work::Matrix => python!("threads-vs-processes", "matrix.py"),
            Work::File => python!("threads-vs-processes", "files.py"),
            Work::Hash => python!("threads-vs-processes", "hashing.py"),
            Work::Transfer => python!("threads-vs-processes", "transfer.py"),
            Work::Mixed => python!("threads-vs-processes", "mixed.py"),
            Work::Wait => python!("threads-vs-processes", "how_many.py"),
        };
        let task = match work {
            Work::Download | Work::Mixed => ("http.rs", include_str!("work/http.rs")),
            Work::File => ("files.rs", include_str!("work/files.rs")),
            _ => ("work.rs", include_str!("work.rs")),
        };
        if is_responsive {
            let rust = [
                ("responsive.rs", include_str!("responsive/experiment.rs")),
                ("work.rs", include_str!("work.rs")),
                ("jobs.rs", include_str!("jobs.rs")),
            ];
            let rust = rust.map(|(file, text)| Listing::new(file, Language::Rust, text, params));
            let (file, text) = python;
            let python = Listing::new(file, Language::Python, text, params);
            return [python].into_iter().chain(rust).collect();
        }
        let threads = ("threads.rs", include_str!("experiment/threads.rs"));
        let processes = ("processes.rs", include_str!("experiment/processes.rs"));
        let jobs = ("jobs.rs", include_str!("jobs.rs"));
        let rust = [threads, processes, jobs, task].map(|listing| (listing, Language::Rust));
        [(python, Language::Python)]
            .into_iter()
            .chain(rust)
            .map(|((file, text), language)| Listing::new(file, language, text, params))
            .collect()
    }

    fn run(&self, params: &Params, lab: &Lab<'_>) -> Result<(), Failure> {
        let plan = Plan::new(params);
        match plan.program {
            Program::Compare => experiment::run(lab, &plan),
            Program::Responsive => responsive::experiment::run(lab, &plan),
            Program::HowMany => how_many::experiment::run(lab, &plan),
            Program::Isolation => isolation::run(lab, &plan),
        }
    }

    fn conclude(&self, trace: &Trace, replay: &Replay) -> Box<dyn Conclusion> {
        let plan = Plan::new(&self.params_of(trace.meta()));
        match plan.program {
            Program::Compare => Box::new(outcome::WaysOutcome::of(trace, replay)),
            Program::Responsive => {
                Box::new(responsive::ResponsiveOutcome::until(plan.period, trace, trace.end()))
            }
            Program::HowMany => Box::new(how_many::HowManyOutcome::of(trace)),
            Program::Isolation => isolation::conclude(&plan, trace, replay),
        }
    }

    fn by_python(&self, trace: &Trace, replay: &Replay) -> Outcome {
        by_python::outcome(&self.params_of(trace.meta()), trace, replay)
    }

    fn stage(&self) -> &'static dyn Stage {
        &stage::WaysStage
    }
}
