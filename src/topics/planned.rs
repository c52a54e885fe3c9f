//! Topics that are in the list but not built yet: they say so.

use super::{About, Conclusion, Lab, Listing, Outcome, Params, Topic};
use crate::record::thread::Failure;
use crate::replay::Replay;
use crate::trace::Trace;
use crate::widgets::stage::{EmptyStage, Stage};

/// A topic that has its question and nothing else yet.
pub struct Planned(&'static About);

macro_rules! planned {
    ($name:ident, $id:literal, $title:literal, $question:literal) => {
        pub static $name: Planned = Planned(&About {
            id: $id,
            title: $title,
            question: $question,
            explanation: include_str!(concat!("../../assets/explain/", $id, ".md")),
            params: &[],
            presets: &[],
            has_workers: false,
            shows_program: false,
        });
    };
}

planned!(
    THREADS_VS_PROCESSES,
    "threads-vs-processes",
    "Threads or processes?",
    "The same work by threads and by processes: which suits which task?"
);
impl Topic for Planned {
    fn about(&self) -> &'static About {
        self.0
    }
    fn listings(&self, _: &Params) -> Vec<Listing> {
        Vec::new()
    }
    fn run(&self, _: &Params, _: &Lab<'_>) -> Result<(), Failure> {
        Err(Failure::Error(format!("topic {} is not built yet", self.0.id)))
    }
    fn conclude(&self, _: &Trace, _: &Replay) -> Box<dyn Conclusion> {
        Box::new(Outcome::new())
    }
    fn stage(&self) -> &'static dyn Stage {
        &EmptyStage
    }
}
