//! Why a Python program gave no answer.

use crate::record::Cancelled;
use crate::trace::Nanos;
use crate::workers::tame;
use std::time::Duration;

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PythonError {
    /// There is no such program.
    #[error("python3 was not found")]
    Absent,
    /// It could not be started.
    #[error("python3 could not be started: {0}")]
    NotStarted(String),
    /// It ended instead of answering.
    #[error("python3 {0}")]
    Ended(String),
    /// It closed its output, and did not end.
    #[error("python3 closed its output without an answer")]
    Mute,
    /// It neither answered nor ended.
    #[error("python3 gave no answer in {}", Nanos::from_duration(*.0))]
    Silent(Duration),
    /// Somebody had stopped it.
    #[error("python3 was stopped by a signal, and gave no answer in {}", Nanos::from_duration(*.0))]
    Halted(Duration),
    /// What it said makes no sense.
    #[error("python3 answered what is no answer: {0}")]
    Nonsense(String),
    /// The run was stopped.
    #[error("the run was stopped")]
    Stopped,
}

impl PythonError {
    /// It in a sentence about a Python that is called otherwise.
    pub fn of(&self, name: &str) -> String {
        let said = self.to_string();
        match said.strip_prefix("python3") {
            Some(rest) => format!("{name}{rest}"),
            None => said,
        }
    }

    /// What it said makes no sense, because of this.
    pub fn nonsense(why: &dyn std::fmt::Display) -> Self {
        Self::Nonsense(tame(&why.to_string()))
    }
}

impl From<Cancelled> for PythonError {
    fn from(_: Cancelled) -> Self {
        Self::Stopped
    }
}
