//! Which Python runs the program: found, and asked who it is before anything is run.

use super::probe::probe_until;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// The oldest version that the recorder works in.
pub(super) const OLDEST: (u32, u32) = (3, 9);
/// The most that are looked at.
const MOST: usize = 24;

/// A Python that answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interpreter {
    /// What it is called, as it is written in the command.
    pub path: PathBuf,
    /// Its file.
    pub file: PathBuf,
    /// "CPython 3.11.7".
    pub name: String,
    /// "3.11.7".
    pub version: String,
    /// Whether it is one of a virtual environment.
    pub is_virtual: bool,
    /// How it starts processes where the program does not say.
    pub start_method: String,
    /// Whether threads take turns in it.
    pub has_gil: bool,
    /// What its bytecode is called, and the number that this begins with: "cpython-311-a70d0d0a". Empty where it has none.
    pub(super) bytecode: String,
}

/// Why there is no Python to run a program by.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoInterpreter {
    /// None was found.
    #[error(
        "no Python was found; install Python 3, or say where it is (--python PATH, or the field `interpreter`)"
    )]
    Absent,
    /// This one is no use.
    #[error("{} cannot run the program: {why}; choose another Python", path.display())]
    Broken {
        /// What it is called.
        path: PathBuf,
        /// In a few words.
        why: String,
    },
    /// This one is too old.
    #[error("{} is {name}, which is too old to be recorded; Python {}.{} or later is needed", path.display(), OLDEST.0, OLDEST.1)]
    Old {
        /// What it is called.
        path: PathBuf,
        /// "CPython 3.6.15".
        name: String,
    },
}

/// The Python to run `script` by, where nobody has chosen one: that of the active virtual environment, of one beside the
/// script, or what the system calls `python3` or `python`.
///
/// # Errors
/// None of them is of use; what is wrong with the first one that there is.
pub fn find(script: Option<&Path>) -> Result<Interpreter, NoInterpreter> {
    find_until(script, None)
}

/// The one that was chosen, or else that of [`find`], asked no longer than until a time limit.
///
/// # Errors
/// As [`probe`](super::probe()) and [`find`].
pub fn chosen_until(
    chosen: Option<&Path>,
    script: Option<&Path>,
    until: Option<Instant>,
) -> Result<Interpreter, NoInterpreter> {
    match chosen {
        Some(path) => probe_until(path, until),
        None => find_until(script, until),
    }
}

fn find_until(script: Option<&Path>, until: Option<Instant>) -> Result<Interpreter, NoInterpreter> {
    let active = active().into_iter();
    let beside = script.map(beside).into_iter().flatten();
    let mut found = None;
    look(active.chain(beside).chain(called()), until, |interpreter| {
        found = Some(interpreter);
        false
    })?;
    found.ok_or(NoInterpreter::Absent)
}

/// Tells all that are found and of use, each once: that of the active virtual environment, what the system calls `python3` or
/// `python`, then those that pyenv keeps.
///
/// # Errors
/// There is none; what is wrong with the first one that there is.
pub fn all(mut tell: impl FnMut(Interpreter)) -> Result<(), NoInterpreter> {
    let kept = std::env::var_os("PYENV_ROOT").map(PathBuf::from);
    let kept = kept.or_else(|| Some(dirs::home_dir()?.join(".pyenv")));
    let versions = kept.map(|root| root.join("versions"));
    let entries = versions.and_then(|versions| std::fs::read_dir(versions).ok());
    let mut others: Vec<PathBuf> = entries
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path().join("bin/python3"))
        .filter(|path| path.exists())
        .collect();
    // The newest first: 3.13 before 3.9.
    let version = |path: &PathBuf| -> Vec<u32> {
        let name = path.iter().rev().nth(2).unwrap_or_default().to_string_lossy();
        name.split('.').map(|part| part.parse().unwrap_or(0)).collect()
    };
    others.sort_by_key(|path| std::cmp::Reverse((version(path), path.clone())));
    let mut files = Vec::new();
    look(active().into_iter().chain(called()).chain(others).take(MOST), None, |interpreter| {
        // A virtual environment's is a link to another's file, and not the same.
        let file = match interpreter.is_virtual {
            true => interpreter.file.clone(),
            false => interpreter.file.canonicalize().unwrap_or_else(|_| interpreter.file.clone()),
        };
        if !files.contains(&file) {
            files.push(file);
            tell(interpreter);
        }
        true
    })
}

/// The Python of a virtual environment beside a script, where it is one of those that are known. Nothing is run to find that out:
/// what lies beside a file that somebody was sent may be anything.
pub fn of_script(script: &Path, known: &[Interpreter]) -> Option<Interpreter> {
    beside(script).find_map(|path| {
        let target = path.canonicalize().ok()?;
        let is_it = |one: &&Interpreter| {
            !one.is_virtual && one.file.canonicalize().is_ok_and(|file| file == target)
        };
        let one = known.iter().find(is_it)?.clone();
        Some(Interpreter { file: path.clone(), path, is_virtual: true, ..one })
    })
}

/// Probes one after the other until enough are found.
fn look(
    paths: impl Iterator<Item = PathBuf>,
    until: Option<Instant>,
    mut wants_more: impl FnMut(Interpreter) -> bool,
) -> Result<(), NoInterpreter> {
    let (mut wrong, mut is_any) = (None, false);
    for path in paths {
        match probe_until(&path, until) {
            Ok(interpreter) => {
                is_any = true;
                if !wants_more(interpreter) {
                    break;
                }
            }
            Err(NoInterpreter::Broken { .. }) if !is_there(&path) => {}
            Err(error) => drop(wrong.get_or_insert(error)),
        }
    }
    if is_any { Ok(()) } else { Err(wrong.unwrap_or(NoInterpreter::Absent)) }
}

fn active() -> Option<PathBuf> {
    let root = PathBuf::from(std::env::var_os("VIRTUAL_ENV")?);
    Some(root.join("bin/python")).filter(|path| path.exists())
}

fn beside(script: &Path) -> impl Iterator<Item = PathBuf> {
    let folder = script.parent().unwrap_or(Path::new(""));
    let roots = [folder.join(".venv"), folder.join("venv")];
    roots.into_iter().map(|root| root.join("bin/python")).filter(|path| path.exists())
}

fn called() -> impl Iterator<Item = PathBuf> {
    ["python3", "python"].into_iter().map(PathBuf::from)
}

/// Whether there is such a program, where the system looks for one.
fn is_there(path: &Path) -> bool {
    if path.components().count() > 1 {
        return path.exists();
    }
    let folders = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&folders).any(|folder| folder.join(path).exists())
}
