//! The topics: one tab, one folder each.
//!
//! A topic brings parameters, presets, listings, an experiment that runs and records, what came out of a recorded run,
//! and a stage that draws. A new one is a new folder, named here and in `list.rs`; everything that walks [`ALL`] (tabs, command
//! line, tour, tests) finds it there.

/// A Python listing of a topic: its file name and its text.
macro_rules! python {
    ($topic:literal, $file:literal) => {
        ($file, include_str!(concat!("../../../assets/listings/", $topic, "/", $file)))
    };
}

/// A Rust listing of a topic: its file name, which is its path in the topic's folder unless that is told, and its text.
macro_rules! rust {
    ($file:literal) => {
        rust!($file, $file)
    };
    ($file:expr, $path:expr) => {
        ($file, include_str!($path))
    };
}

/// The Rust listing of a program in the folder `threads` or `processes` of a topic.
macro_rules! program {
    ($folder:ident $module:ident) => {
        (
            concat!(stringify!($folder), "/", stringify!($module), ".rs"),
            include_str!(concat!(stringify!($folder), "/", stringify!($module), ".rs")),
        )
    };
}

/// The function that runs it.
macro_rules! run {
    (threads $module:ident) => {
        super::threads::$module::run
    };
    (processes $module:ident) => {{
        #[cfg(unix)]
        let run = super::processes::$module::run;
        #[cfg(not(unix))]
        let run = |_: &Plan, _: &crate::topics::Lab<'_>| {
            Err(crate::topics::no_processes("the programs of threads run"))
        };
        run
    }};
}

pub mod answer;
mod beats;
mod by_python;
#[cfg(unix)]
mod children;
mod contention;
mod convolution;
pub mod cpython;
mod crew;
mod exceptions;
mod factorials;
pub mod glossary;
pub mod guide;
mod ints;
mod list;
mod listing;
mod multiprocessing;
mod param;
mod points;
mod pool_size;
#[cfg(unix)]
mod pools;
pub mod predict;
mod process_pool;
mod programs;
mod python_random;
mod results;
pub mod runner;
mod shared_list;
mod sharing_data;
mod spread;
mod threads_vs_processes;
mod trials;
mod web;
#[cfg(test)]
mod what_applies;

pub use crate::widgets::code::tokens::Language;
pub use guide::Guide;
pub use ints::Ints;
#[cfg(unix)]
pub use list::JOBS;
pub use list::{ALL, find};
pub use listing::{Listing, Source, source_points};
pub use param::{ParamError, ParamKind, ParamSpec, Params, Preset, Tool, Value, seconds};
pub use predict::Question;
pub use results::how;

use crate::record::thread::Failure;
use crate::record::{Log, Recorder};
use crate::replay::{Replay, statistics};
use crate::trace::{ActorId, Engine, Meta, Program, Section, SectionId, SourceId, TextId, Trace};
use crate::widgets::stage::Stage;
use answer::Answer;
use crossbeam::channel::Receiver;
use serde::Serialize;
use serde_json::Map;
use std::any::Any;

/// A JSON object: the outcome of a run, by field.
pub type Outcome = Map<String, serde_json::Value>;

/// What a topic is.
pub struct About {
    /// As written on the command line: `shared-list`.
    pub id: &'static str,
    /// Short title of its tab.
    pub title: &'static str,
    /// The question, in one sentence.
    pub question: &'static str,
    /// The explanation, in Markdown.
    pub explanation: &'static str,
    /// Its parameters.
    pub params: &'static [ParamSpec],
    /// Its presets; [`Topic::default_params`] says which is the default.
    pub presets: &'static [Preset],
    /// Whether it starts worker processes.
    pub has_workers: bool,
    /// Whether this program is an actor too: the process that runs "main" and that the others are children of.
    pub shows_program: bool,
    /// Whether a parameter matters beside the present values of the others. One that does not is accepted, but not shown.
    pub applies: fn(&str, &Params) -> bool,
    /// The question that a student answers before a run with these parameters. Every preset has one; where parameters
    /// are set otherwise there may be none that any run decides.
    pub asks: fn(&Params) -> Option<Question>,
    /// A full answer to the coursework question that the topic stands for.
    pub answer: fn() -> Option<&'static Answer>,
    /// What draws it.
    pub stage: &'static dyn Stage,
}

/// One coursework question, with everything needed to run and to show it.
pub trait Topic: Sync {
    /// What it is.
    fn about(&self) -> &'static About;
    /// [`About::applies`].
    fn applies(&self, key: &str, params: &Params) -> bool {
        (self.about().applies)(key, params)
    }
    /// [`About::asks`].
    fn question(&self, params: &Params) -> Option<Question> {
        (self.about().asks)(params)
    }
    /// [`About::answer`].
    fn answer(&self) -> Option<&'static Answer> {
        (self.about().answer)()
    }
    /// [`About::stage`].
    fn stage(&self) -> &'static dyn Stage {
        self.about().stage
    }
    /// What it advises for a student's own program, where it does.
    fn guide(&self) -> Option<&'static Guide> {
        None
    }
    /// Why there can be no run with these parameters, in a sentence: each is allowed, but not beside the others.
    fn refusal(&self, params: &Params) -> Option<String> {
        let _ = params;
        None
    }
    /// The listings for these parameters: Python first, then Rust.
    fn listings(&self, params: &Params) -> Vec<Listing>;
    /// The whole Python program for these parameters, which any Python can run; `None` where there is none.
    fn python(&self, params: &Params) -> Option<Listing> {
        let mut listings = self.listings(params).into_iter();
        listings.find(|listing| listing.language == Language::Python)
    }
    /// Runs the experiment on the calling thread, which is the actor "main".
    ///
    /// # Errors
    /// What failed, or that the run was stopped.
    fn run(&self, params: &Params, lab: &Lab<'_>) -> Result<(), Failure>;
    /// What came out of a run that is over, as its trace tells: of one that was not done, as far as it went. Its type is
    /// known to the topic's stage.
    fn conclude(&self, trace: &Trace, replay: &Replay) -> Box<dyn Conclusion>;

    /// What came out of a run of its Python program, by field: those of [`Topic::conclude`] as far as the trace of that program
    /// tells. What it does not tell is null, and what only an experiment of this program has is left out.
    fn by_python(&self, trace: &Trace, replay: &Replay) -> Outcome {
        let _ = (trace, replay);
        Outcome::new()
    }

    /// What came out of a run, by field. Of one by Python of which events are missing, or all are,
    /// that is nothing.
    fn outcome(&self, trace: &Trace, replay: &Replay) -> Outcome {
        match trace.meta().recorder.engine() {
            Engine::Rust => self.conclude(trace, replay).fields(),
            Engine::Python if trace.dropped() > 0 || trace.events().is_empty() => Outcome::new(),
            Engine::Python => self.by_python(trace, replay),
        }
    }

    /// As written on the command line.
    fn id(&self) -> &'static str {
        self.about().id
    }

    /// The parameters of a preset.
    ///
    /// # Errors
    /// [`ParamError::Preset`] where there is no such preset.
    fn preset(&self, id: &str) -> Result<Params, ParamError> {
        let About { id: topic, params, presets, .. } = self.about();
        Params::of_preset(topic, params, presets, id)
    }

    /// The parameters that its tab begins with: those of the first preset, unless the topic says otherwise.
    fn default_params(&self) -> Params {
        let About { id, params, presets, .. } = self.about();
        presets
            .first()
            .and_then(|preset| self.preset(preset.id).ok())
            .unwrap_or_else(|| Params::defaults(id, params))
    }

    /// The parameters of a recorded run. What the trace does not say, or says wrong, is as it is by default.
    fn params_of(&self, meta: &Meta) -> Params {
        let About { id, params, .. } = self.about();
        let mut params = self.preset(&meta.preset).unwrap_or_else(|_| Params::defaults(id, params));
        for (key, value) in &meta.params {
            // A recording may say anything.
            let _ = params.set(key, value);
        }
        params
    }

    /// What a trace of this topic knows before the first event.
    fn meta(&self, params: &Params) -> Meta {
        let listings = self.listings(params);
        Meta {
            topic: self.id().to_owned(),
            preset: params.preset().to_owned(),
            params: params.to_strings(),
            program: Program {
                name: env!("CARGO_PKG_NAME").to_owned(),
                version: env!("CARGO_PKG_VERSION").to_owned(),
            },
            sources: source_points(&listings),
            listings: listings.iter().map(Listing::to_meta).collect(),
            ..Meta::default()
        }
    }
}

/// What came out of a run.
pub trait Conclusion: Any + Send + Sync {
    /// It by field.
    fn fields(&self) -> Outcome;
}

impl<T: Serialize + Any + Send + Sync> Conclusion for T {
    fn fields(&self) -> Outcome {
        match serde_json::to_value(self) {
            Ok(serde_json::Value::Object(fields)) => fields,
            other => {
                debug_assert!(false, "no outcome: {other:?}");
                Outcome::new()
            }
        }
    }
}

/// Why there are no worker processes, and what there is `instead`.
#[cfg(not(unix))]
fn no_processes(instead: &str) -> Failure {
    let why = "worker processes need Linux, macOS or another Unix";
    Failure::Error(format!("{why}; {instead}"))
}

/// What a run has to do with outside of this program.
#[derive(Clone, Debug, Default)]
pub struct Outside {
    /// The Python that it is measured against.
    #[cfg(unix)]
    pub python: crate::workers::python::Which,
}

/// What an experiment works with.
pub struct Lab<'a> {
    /// Records the run.
    pub recorder: &'a Recorder,
    /// The log of the actor "main", which runs the experiment.
    pub main: &'a Log,
    /// Signals the user wants sent to processes of the run, with who is to get them.
    pub signals: &'a Receiver<(ActorId, u8)>,
    /// What there is outside.
    pub outside: &'a Outside,
}

impl Lab<'_> {
    /// The point of the shown program with this name.
    pub fn point(&self, name: &str) -> SourceId {
        let point = self.recorder.source(name);
        debug_assert!(point != SourceId::NONE, "no listing has a point `{name}`");
        point
    }

    /// One of the sections that a run goes through one after another.
    pub fn section(&self, name: impl Into<String>, number: u32) -> SectionId {
        self.recorder.section(Section::new(name, number).in_turn())
    }

    /// A text of the trace.
    pub fn text(&self, text: &str) -> TextId {
        self.recorder.text(text)
    }
}
