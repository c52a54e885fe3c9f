//! Topics that are in the list but not built yet: they say so.

use super::{Lab, Listing, Outcome, ParamSpec, Params, Preset, Topic};
use crate::record::thread::Failure;
use crate::widgets::stage::{EmptyStage, Stage};

/// A topic that has its question and nothing else yet.
pub struct Planned {
    id: &'static str,
    title: &'static str,
    question: &'static str,
    explanation: &'static str,
}

macro_rules! planned {
    ($name:ident, $id:literal, $title:literal, $question:literal) => {
        pub static $name: Planned = Planned {
            id: $id,
            title: $title,
            question: $question,
            explanation: include_str!(concat!("../../assets/explain/", $id, ".md")),
        };
    };
}

planned!(
    THREADS_VS_PROCESSES,
    "threads-vs-processes",
    "Threads or processes?",
    "The same work by threads and by processes: which suits which task?"
);
planned!(
    SHARING_DATA,
    "sharing-data",
    "Sharing data",
    "Which tools let threads and processes share data, and what does each guarantee?"
);
planned!(
    EXCEPTIONS,
    "exceptions",
    "Exceptions",
    "An error comes up in a thread or a process. Who learns of it, and what does it leave behind?"
);
planned!(
    FACTORIALS,
    "factorials",
    "Thread pool",
    "Factorials of 1 to 10 on a pool of threads: in which order do they finish?"
);

impl Topic for Planned {
    fn id(&self) -> &'static str {
        self.id
    }
    fn title(&self) -> &'static str {
        self.title
    }
    fn question(&self) -> &'static str {
        self.question
    }
    fn explanation(&self) -> &'static str {
        self.explanation
    }
    fn params(&self) -> &'static [ParamSpec] {
        &[]
    }
    fn presets(&self) -> &'static [Preset] {
        &[]
    }
    fn listings(&self, _: &Params) -> Vec<Listing> {
        Vec::new()
    }
    fn run(&self, _: &Params, _: &Lab<'_>) -> Result<Outcome, Failure> {
        Err(Failure::Error(format!("topic {} is not built yet", self.id)))
    }
    fn stage(&self) -> &'static dyn Stage {
        &EmptyStage
    }
}
