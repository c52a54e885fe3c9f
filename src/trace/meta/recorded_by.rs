//! Who recorded.

use super::Meta;
use crate::trace::{ActorId, SectionId};
use serde::{Deserialize, Serialize};

/// Who recorded a run, or a part of one: what the trace tells of it, and what it leaves open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RecordedBy {
    /// This program, of itself and of its children: who is not seen to wait, runs.
    #[default]
    #[serde(alias = "rust")]
    Lab,
    /// This program's recorder inside a Python. Of somebody who is in its code it does not tell whether it computes, or waits in
    /// a call that is not recorded; reads and writes of plain variables it does not see.
    Python,
    /// VizTracer: a Python's named stretches, by the names that it has for them.
    VizTracer,
    /// Any other tool: named stretches, and no more.
    Tool,
}

/// What carries out the program of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Engine {
    /// This program: the Rust listing.
    #[default]
    Rust,
    /// A Python, recorded: the Python listing, or a program of the user's own.
    Python,
}

impl RecordedBy {
    /// By what a run of this program's that it recorded was carried out.
    pub fn engine(self) -> Engine {
        match self {
            Self::Python => Engine::Python,
            Self::Lab | Self::VizTracer | Self::Tool => Engine::Rust,
        }
    }
}

impl Meta {
    /// Who recorded what belongs to a section, or to none.
    pub fn recorder_in(&self, section: Option<SectionId>) -> RecordedBy {
        let mut at = section;
        // A trace may say anything, so also that two sections are within each other.
        for _ in 0..=self.sections.len() {
            let Some(section) = at.and_then(|id| self.section(id)) else { break };
            if let Some(recorder) = section.recorder {
                return recorder;
            }
            at = section.within;
        }
        self.recorder
    }

    /// Who recorded what an actor did.
    pub fn recorder_of(&self, actor: ActorId) -> RecordedBy {
        self.recorder_in(self.section_of(actor))
    }

    /// Who recorded it: of runs that stand beside each other, each of them.
    pub fn recorders(&self) -> impl Iterator<Item = RecordedBy> + Clone {
        let parts = self.sections.iter().filter_map(|section| section.recorder);
        let whole = parts.clone().next().is_none().then_some(self.recorder);
        whole.into_iter().chain(parts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::{Actor, Section};

    #[test]
    fn each_part_of_a_trace_has_its_own() {
        use RecordedBy::{Lab, Python, Tool};
        let by = |recorder| Section { recorder: Some(recorder), ..Section::new("run", 0) };
        let inner = Section::new("trial", 1).within(SectionId(1));
        let circle = Section::new("in itself", 0).within(SectionId(3));
        let sections = vec![by(Lab), by(Python), inner, circle];
        let actors = vec![
            Actor::thread("a", "A").in_section(Some(SectionId(0))),
            Actor::thread("b", "B").in_section(Some(SectionId(2))),
            Actor::thread("child of b", "C").started_by(ActorId(1)),
            Actor::thread("d", "D").in_section(Some(SectionId(3))),
            Actor::thread("e", "E"),
        ];
        let meta = Meta { recorder: Tool, sections, actors, ..Meta::default() };
        let of: Vec<RecordedBy> = (0..5).map(|id| meta.recorder_of(ActorId(id))).collect();
        assert_eq!(of, [Lab, Python, Python, Tool, Tool]);
        assert!(meta.recorders().eq([Lab, Python]));
        assert!(Meta { recorder: Python, ..Meta::default() }.recorders().eq([Python]));
    }

    #[test]
    fn what_older_versions_called_the_engine_is_read() {
        for (text, recorder) in [
            (r#""engine":"python","#, RecordedBy::Python),
            (r#""engine":"rust","#, RecordedBy::Lab),
            ("", RecordedBy::Lab),
        ] {
            let text = format!(
                r#"{{{text}"topic":"","preset":"","params":[],"program":{{"name":"","version":""}},"facts":[],"listings":[],
                    "sections":[],"actors":[],"resources":[],"sources":[],"texts":[]}}"#
            );
            let meta = serde_json::from_str::<Meta>(&text);
            assert_eq!(meta.map(|meta| meta.recorder).ok(), Some(recorder), "{text}");
        }
    }
}
