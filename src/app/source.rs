//! What a tab shows: the runs of a topic, or a trace without one.

use crate::replay::Replay;
use crate::topics::Topic;
use crate::trace::{End, Meta, Role, Trace};
use crate::widgets::stage::RunStatus;

/// What a tab shows.
#[derive(Clone)]
pub enum Source {
    /// The runs of a topic.
    Topic(&'static dyn Topic),
    /// A trace without a topic, such as that of another program, with a short name for it.
    Trace(String),
    /// The runs of a student's own program.
    Program,
    /// Runs that stand beside each other.
    Comparison,
}

impl Source {
    /// The topic, where there is one.
    pub fn topic(&self) -> Option<&'static dyn Topic> {
        match self {
            Self::Topic(topic) => Some(*topic),
            Self::Trace(_) | Self::Program | Self::Comparison => None,
        }
    }

    /// Short title of the tab.
    pub fn title(&self) -> &str {
        match self {
            Self::Topic(topic) => topic.about().title,
            Self::Trace(name) => name,
            Self::Program => "My program",
            Self::Comparison => "Comparison",
        }
    }

    /// The subject in one sentence: the topic's question, or where the trace is from.
    pub fn question(&self, meta: &Meta) -> String {
        match self {
            Self::Topic(topic) => topic.about().question.to_owned(),
            Self::Program => "What do the threads and processes of your own program do?".to_owned(),
            Self::Comparison => {
                let runs = meta.sections.iter().filter(|section| section.within.is_none());
                let names: Vec<&str> = runs.map(|section| &section.name[..]).collect();
                format!("What differs? {}", names.join(" | "))
            }
            Self::Trace(_) if meta.program.name.is_empty() => {
                match meta.actors.iter().any(|actor| actor.by_spans) {
                    true => "A trace that another tool recorded.".to_owned(),
                    false => "A recorded trace.".to_owned(),
                }
            }
            Self::Trace(_) => {
                let recorder = format!("{} {}", meta.program.name, meta.program.version);
                format!("A trace recorded by {}.", recorder.trim_end())
            }
        }
    }

    /// The explanation, in Markdown.
    pub fn explanation(&self, meta: &Meta) -> &'static str {
        let by_spans = meta.actors.iter().any(|actor| actor.by_spans);
        match self {
            Self::Topic(topic) => topic.about().explanation,
            Self::Trace(_) if by_spans => include_str!("../../assets/explain/other_tool.md"),
            Self::Trace(_) => include_str!("../../assets/explain/trace.md"),
            Self::Comparison => include_str!("../../assets/explain/comparison.md"),
            Self::Program => include_str!("../../assets/explain/program.md"),
        }
    }
}

/// How a recorded run ended, as far as its main thread tells.
pub fn status(trace: &Trace, replay: &Replay) -> RunStatus {
    let meta = trace.meta();
    let main = meta.actors_where(|actor| actor.role == Role::Main).next();
    let end = main.and_then(|main| replay.latest().actor(main)).and_then(|main| main.end);
    match end.map(|(end, _)| end) {
        Some(End::Error(text)) => RunStatus::Failed(meta.text(text).to_owned()),
        Some(End::Cancelled) => RunStatus::Stopped,
        _ => RunStatus::Done,
    }
}
