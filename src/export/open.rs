//! Opens whatever there is a trace in: a recording, or a file of another tool.

use super::recording::{self, Made};
use super::trace_events::{self, Found, ReadError, Watch};
use crate::trace::Trace;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

/// A file that was opened.
#[derive(Debug)]
pub enum Opened {
    /// A recording of this program.
    Recording(Box<recording::Opened>),
    /// A trace of another tool.
    Other(Box<Found>),
}

/// Why a file cannot be opened. Its text is one sentence that says what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// A recording.
    #[error(transparent)]
    Recording(#[from] recording::OpenError),
    /// Something else.
    #[error(transparent)]
    Other(#[from] ReadError),
}

impl OpenError {
    /// Whether somebody asked for it not to be opened.
    pub fn is_cancelled(&self) -> bool {
        matches!(
            self,
            Self::Other(ReadError::Cancelled { .. })
                | Self::Recording(recording::OpenError::Cancelled { .. })
        )
    }
}

impl Opened {
    /// What happened, when and where it was recorded as far as that is known, and what is wrong with the file, in a sentence.
    pub fn trace(self) -> (Trace, Made, Option<String>) {
        match self {
            Self::Recording(opened) => {
                let made = Made { broke_off: opened.broke_off(), ..Made::from(&opened.origin) };
                (opened.trace, made, opened.damage)
            }
            Self::Other(found) => {
                let warning = found.warning().map(|odd| format!("Read with warnings: {odd}."));
                (trace_events::trace_of(&found), Made::default(), warning)
            }
        }
    }
}

/// Opens a file. Which it is of the two its first bytes say, not its name.
///
/// # Errors
/// A file that cannot be read, or is neither. One that is damaged or odd opens as far as it goes.
pub fn open(path: &Path, watch: &Arc<Watch>) -> Result<Opened, OpenError> {
    let by_name = path.extension().is_some_and(|ending| ending == recording::EXTENSION);
    if by_name || is_recording(path) {
        return Ok(Opened::Recording(Box::new(recording::open_watched(path, watch)?)));
    }
    Ok(Opened::Other(Box::new(trace_events::open(path, watch)?)))
}

fn is_recording(path: &Path) -> bool {
    let mut begin = [0; recording::SIGNATURE.len()];
    // What is no file might never end.
    path.is_file()
        && File::open(path).and_then(|mut file| file.read_exact(&mut begin)).is_ok()
        && begin == recording::SIGNATURE
}
