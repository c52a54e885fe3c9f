//! A Python is asked who it is.

use super::interpreter::{Interpreter, NoInterpreter, OLDEST};
use crate::workers::python::{PythonError, ask_once};
use crate::workers::tame;
use serde::Deserialize;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// How long one may take to say who it is.
const ANSWER: Duration = Duration::from_secs(5);

/// Asks it who it is. Any Python 3 understands it, and any 2.
const WHO: &str = "\
import json, sys
try:
    import multiprocessing
    method = multiprocessing.get_start_method()
except Exception:
    method = ''
try:
    from importlib.util import MAGIC_NUMBER
    bytecode = sys.implementation.cache_tag + '-' + MAGIC_NUMBER.hex()
except Exception:
    bytecode = ''
name = getattr(getattr(sys, 'implementation', None), 'name', 'cpython')
gil = getattr(sys, '_is_gil_enabled', lambda: True)()
print(json.dumps({'name': name, 'version': list(sys.version_info[:3]), 'level': sys.version_info[3],
    'file': sys.executable or '', 'virtual': sys.prefix != getattr(sys, 'base_prefix', sys.prefix),
    'method': method, 'gil': gil, 'bytecode': bytecode}))
sys.stdout.flush()
";

#[derive(Deserialize)]
struct Who {
    name: String,
    version: (u32, u32, u32),
    level: String,
    file: PathBuf,
    #[serde(rename = "virtual")]
    is_virtual: bool,
    method: String,
    gil: bool,
    #[serde(default)]
    bytecode: String,
}

/// Asks a Python who it is. Takes as long as that takes to start, and no longer than five seconds.
///
/// # Errors
/// It is not there, fails, hangs, talks nonsense, or is too old.
pub fn probe(path: &Path) -> Result<Interpreter, NoInterpreter> {
    probe_until(path, None)
}

/// The same, no longer than until a time limit.
pub(super) fn probe_until(
    path: &Path,
    until: Option<Instant>,
) -> Result<Interpreter, NoInterpreter> {
    let left = until.map_or(ANSWER, |until| until.saturating_duration_since(Instant::now()));
    let broken = |why: String| NoInterpreter::Broken { path: path.to_owned(), why };
    let said = ask_once(path, WHO, left.min(ANSWER)).map_err(|error| {
        broken(match error {
            PythonError::Absent => "there is no such program".to_owned(),
            // Python 2 does not know the option.
            PythonError::Ended(how) if how.contains("-I") => format!("it is no Python 3 ({how})"),
            other => other.of("it"),
        })
    })?;
    let who: Who = serde_json::from_str(&said)
        .map_err(|_| broken("it does not say who it is, as a Python does".to_owned()))?;
    let (major, minor, micro) = who.version;
    let level = if who.level == "final" { "" } else { who.level.as_str() };
    let version = format!("{major}.{minor}.{micro}{level}");
    let called = match who.name.as_str() {
        "cpython" => "CPython",
        "pypy" => "PyPy",
        other => other,
    };
    let name = tame(&format!("{called} {version}"));
    if (major, minor) < OLDEST {
        return Err(NoInterpreter::Old { path: path.to_owned(), name });
    }
    let file = if who.file.as_os_str().is_empty() { path.to_owned() } else { who.file };
    Ok(Interpreter {
        path: path.to_owned(),
        file,
        name,
        version: tame(&version),
        is_virtual: who.is_virtual,
        start_method: tame(&who.method),
        has_gil: who.gil,
        bytecode: if is_plain(&who.bytecode) { who.bytecode } else { String::new() },
    })
}

/// Whether a word can be part of a file's name.
fn is_plain(word: &str) -> bool {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || letter == '-';
    word.len() <= 64 && word.chars().all(is_plain)
}
