//! The topics: one tab, one folder each, and the list of all.
//!
//! A topic brings parameters, presets, listings, an experiment that runs and records, and a stage that draws. A
//! new one is a new folder and one line in [`ALL`]; everything that walks the list (tabs, command line, tour,
//! tests) finds it there.

mod contention;
mod ints;
mod listing;
mod multiprocessing;
mod param;
mod planned;
mod pool_size;
#[cfg(unix)]
mod pools;
mod process_pool;
mod python_random;
pub mod runner;
mod shared_list;
#[cfg(test)]
mod what_applies;
mod words;

pub use crate::widgets::code::tokens::Language;
pub use ints::Ints;
pub use listing::{Listing, source_points};
pub use param::{ParamError, ParamKind, ParamSpec, Params, Preset, Value, seconds};

use crate::record::thread::Failure;
use crate::record::{Log, Recorder};
use crate::replay::Replay;
use crate::trace::{ActorId, Meta, SourceId, TextId, Trace};
use crate::widgets::stage::Stage;
use crossbeam::channel::Receiver;
use serde_json::Map;

/// A JSON object: the outcome of a run, by field.
pub type Outcome = Map<String, serde_json::Value>;

/// Every topic, in the order of the tabs.
pub static ALL: &[&dyn Topic] = &[
    &planned::THREADS_VS_PROCESSES,
    &process_pool::ProcessPool,
    &multiprocessing::Multiprocessing,
    &shared_list::SharedList,
    &planned::SHARING_DATA,
    &planned::EXCEPTIONS,
    &planned::FACTORIALS,
    &pool_size::PoolSize,
];

/// What the worker processes of all topics can be asked to do.
#[cfg(unix)]
pub static JOBS: &[&[crate::workers::jobs::JobDef]] =
    &[crate::workers::jobs::ALL, process_pool::JOBS, multiprocessing::JOBS, pool_size::JOBS];

/// The topic with this id.
pub fn find(id: &str) -> Option<&'static dyn Topic> {
    ALL.iter().copied().find(|topic| topic.id() == id)
}

/// One coursework question, with everything needed to run and to show it.
pub trait Topic: Sync {
    /// As written on the command line: `shared-list`.
    fn id(&self) -> &'static str;
    /// Short title of its tab.
    fn title(&self) -> &'static str;
    /// The question, in one sentence.
    fn question(&self) -> &'static str;
    /// The explanation, in Markdown.
    fn explanation(&self) -> &'static str;
    /// Its parameters.
    fn params(&self) -> &'static [ParamSpec];
    /// Whether a parameter matters beside the present values of the others. One that does not is accepted, but not shown.
    fn applies(&self, key: &str, params: &Params) -> bool {
        let _ = (key, params);
        true
    }
    /// Its presets; the first is the default. A topic without presets cannot be run.
    fn presets(&self) -> &'static [Preset];
    /// The listings for these parameters: Python first, then Rust.
    fn listings(&self, params: &Params) -> Vec<Listing>;
    /// Runs the experiment on the calling thread, which is the actor "main", and answers with what came out.
    ///
    /// # Errors
    /// What failed, or that the run was stopped.
    fn run(&self, params: &Params, lab: &Lab<'_>) -> Result<Outcome, Failure>;
    /// Adds to the outcome what only the whole trace tells.
    fn conclude(&self, outcome: &mut Outcome, trace: &Trace, replay: &Replay) {
        let _ = (outcome, trace, replay);
    }
    /// What draws it.
    fn stage(&self) -> &'static dyn Stage;

    /// Whether it starts worker processes.
    fn has_workers(&self) -> bool {
        false
    }

    /// Whether it can be run.
    fn is_built(&self) -> bool {
        !self.presets().is_empty()
    }

    /// The parameters of a preset.
    ///
    /// # Errors
    /// [`ParamError::Preset`] where there is no such preset.
    fn preset(&self, id: &str) -> Result<Params, ParamError> {
        Params::of_preset(self.id(), self.params(), self.presets(), id)
    }

    /// The parameters of the first preset.
    fn default_params(&self) -> Params {
        self.presets()
            .first()
            .and_then(|preset| self.preset(preset.id).ok())
            .unwrap_or_else(|| Params::defaults(self.id(), self.params()))
    }

    /// What a trace of this topic knows before the first event.
    fn meta(&self, params: &Params) -> Meta {
        Meta {
            topic: self.id().to_owned(),
            preset: params.preset().to_owned(),
            params: params.to_strings(),
            sources: source_points(&self.listings(params)),
            ..Meta::default()
        }
    }
}

/// Why there are no worker processes, and what there is `instead`.
#[cfg(not(unix))]
fn no_processes(instead: &str) -> Failure {
    let why = "worker processes need Linux, macOS or another Unix";
    Failure::Error(format!("{why}; {instead}"))
}

/// What an experiment works with.
pub struct Lab<'a> {
    /// Records the run.
    pub recorder: &'a Recorder,
    /// The log of the actor "main", which runs the experiment.
    pub main: &'a Log,
    /// Signals the user wants sent to processes of the run, with who is to get them.
    pub signals: &'a Receiver<(ActorId, u8)>,
}

impl Lab<'_> {
    /// The point of the shown program with this name.
    pub fn point(&self, name: &str) -> SourceId {
        let point = self.recorder.source(name);
        debug_assert!(point != SourceId::NONE, "no listing has a point `{name}`");
        point
    }

    /// A text of the trace.
    pub fn text(&self, text: &str) -> TextId {
        self.recorder.text(text)
    }
}
