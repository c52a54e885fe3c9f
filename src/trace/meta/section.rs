//! The parts of a run that are set beside each other.

use super::RecordedBy;
use crate::trace::SectionId;
use serde::{Deserialize, Serialize};

/// A part of a run that is set beside another part: with and without the lock, one way of four, a trial.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    /// As shown: "with the lock".
    pub name: String,
    /// The section it is a part of.
    pub within: Option<SectionId>,
    /// Its number among its neighbours: of the way, of the pool size, of the trial.
    pub number: u32,
    /// Whether its begin and end are events, and it is drawn only in between. Otherwise it is drawn all the time.
    pub begins: bool,
    /// Who recorded it, where runs of several stand beside each other.
    #[serde(default)]
    pub recorder: Option<RecordedBy>,
}

impl Section {
    /// A section of the whole run.
    pub fn new(name: impl Into<String>, number: u32) -> Self {
        Self { name: name.into(), number, ..Self::default() }
    }

    /// It begins and ends on record: its neighbours come one after another.
    pub fn in_turn(mut self) -> Self {
        self.begins = true;
        self
    }

    /// Recorded by `recorder`: see [`Section::recorder`].
    pub fn recorded_by(mut self, recorder: RecordedBy) -> Self {
        self.recorder = Some(recorder);
        self
    }

    /// A part of the section `outer`.
    pub fn within(mut self, outer: SectionId) -> Self {
        self.within = Some(outer);
        self
    }
}
