//! What is kept of the tab between starts.

use super::Program;
use crate::python::{StartMethod, TIME_LIMIT};
use serde::{Deserialize, Serialize};

/// How many of the programs run last are kept.
const RECENT: usize = 8;
/// What was written in the editor is kept up to so many bytes.
const LONGEST: usize = 64_000;

/// What is kept of the tab between starts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Kept {
    /// Path of the Python; empty: the one that the system would take.
    pub python: String,
    /// How the program starts processes.
    pub start_method: StartMethod,
    /// Its arguments, as they were typed.
    pub args: String,
    /// After how many seconds it is ended; 0: never.
    pub limit: u32,
    /// Whether it is run again whenever its file is saved.
    pub again: bool,
    /// Paths of the programs run last, the last one first.
    pub recent: Vec<String>,
    /// What was written in the editor.
    pub text: String,
}

impl Default for Kept {
    fn default() -> Self {
        Self {
            python: String::new(),
            start_method: StartMethod::Default,
            args: String::new(),
            limit: u32::try_from(TIME_LIMIT.as_secs()).unwrap_or(0),
            again: false,
            recent: Vec::new(),
            text: String::new(),
        }
    }
}

impl Program {
    /// Sets what was kept.
    pub fn remember(&mut self, kept: &Kept) {
        self.earlier.clone_from(&kept.python);
        self.args.clone_from(&kept.args);
        self.text.clone_from(&kept.text);
        self.recent.clone_from(&kept.recent);
        (self.start_method, self.limit, self.again) = (kept.start_method, kept.limit, kept.again);
    }

    /// What is to be kept.
    pub fn to_keep(&self) -> Kept {
        // One that is not there this time may be the next time.
        let chosen = self.interpreters.get(self.chosen).filter(|_| self.chosen > 0);
        let python = match chosen.filter(|_| !self.is_beside) {
            Some(chosen) => chosen.path.to_string_lossy().into_owned(),
            // Empty once it is found, or another is chosen.
            None => self.earlier.clone(),
        };
        let text = Some(&self.text).filter(|text| text.len() <= LONGEST).cloned();
        Kept {
            python,
            start_method: self.start_method,
            args: self.args.clone(),
            limit: self.limit,
            again: self.again,
            recent: self.recent.clone(),
            text: text.unwrap_or_default(),
        }
    }

    /// Takes note that the user's own program was run.
    pub(super) fn ran(&mut self) {
        if let Some(path) = self.script().and_then(|path| path.to_str().map(str::to_owned)) {
            self.recent.retain(|known| *known != path);
            self.recent.insert(0, path);
            self.recent.truncate(RECENT);
        }
    }
}
