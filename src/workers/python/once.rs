//! One question to a Python: who it is.

use super::output::{Output, Over};
use super::{CLOSING, LAST_WORDS, PythonError, execute};
use crate::record::refused;
use crate::workers::sys;
use crate::workers::words::last_line;
use crossbeam::sync::Parker;
use std::os::fd::AsFd;
use std::path::Path;
use std::time::{Duration, Instant};

/// Runs a short program by the Python of this name, alone (`-I`), and answers with the first line that it prints. Neither it
/// nor what it starts is left running.
///
/// # Errors
/// There is no such Python, or it ends, hangs or says nothing that is a line.
pub fn ask_once(name: &Path, program: &str, limit: Duration) -> Result<String, PythonError> {
    let mut child = execute(&[name.to_owned()], program)?;
    let pipes: Vec<u64> = [child.stdout.as_ref(), child.stderr.as_ref()]
        .into_iter()
        .flatten()
        .filter_map(|pipe| sys::pipe_number(pipe.as_fd()))
        .collect();
    let parker = Parker::new();
    let output = Output::of(&mut child, parker.unparker().clone());
    let output = output.map_err(|error| PythonError::NotStarted(refused::why(&error)))?;
    let until = Instant::now() + limit;
    while !output.has_news() && Instant::now() < until {
        parker.park_deadline(until);
    }
    // Asked first: the line may come just before its end.
    let over = output.over();
    let heard = match (output.line(), over) {
        (Some(line), _) => Ok(line),
        (None, None) => Err(PythonError::Silent(limit)),
        (None, Some(Over::TooLong)) => Err(PythonError::nonsense(&"a line without an end")),
        (None, Some(Over::NotText)) => Err(PythonError::nonsense(&"what is no text")),
        (None, Some(Over::Closed)) => Err(PythonError::Mute),
    };
    let has_ended = heard.is_ok() || child.ends_within(CLOSING);
    child.kill_group();
    let exit = child.reap().filter(|_| has_ended);
    // What it wrote last is read when its pipes are.
    if !output.ends_within(LAST_WORDS) {
        sys::kill_holders(&pipes);
        output.ends_within(LAST_WORDS);
    }
    match (heard, exit) {
        (Err(PythonError::Mute), Some((exit, _))) => {
            let said =
                last_line(&output.words()).map_or_else(String::new, |line| format!(": {line}"));
            Err(PythonError::Ended(format!("{exit}{said}")))
        }
        (heard, _) => heard,
    }
}
