//! What is run, and how.

use super::interpreter::Interpreter;
use crate::record::os;
use crate::trace::{Meta, Program, RecordedBy};
use std::borrow::Cow;
use std::ffi::OsString;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// How long a program may take where nobody says.
pub const TIME_LIMIT: Duration = Duration::from_secs(60);

/// How a program starts its processes.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    clap::ValueEnum,
    serde::Serialize,
    serde::Deserialize,
)]
pub enum StartMethod {
    /// As it says itself, or else as its Python does.
    #[default]
    Default,
    /// The process is copied.
    Fork,
    /// A new Python is started, which imports the program.
    Spawn,
    /// A process that does little else is copied.
    Forkserver,
}

impl StartMethod {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Default, Self::Fork, Self::Spawn, Self::Forkserver];

    /// As Python calls it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::Fork => "fork",
            Self::Spawn => "spawn",
            Self::Forkserver => "forkserver",
        }
    }
}

/// Whose input and output the program has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Stdio3 {
    /// This program's own.
    #[default]
    Inherited,
    /// Pipes, but for input, which is this program's.
    Captured,
    /// Pipes.
    Piped,
}

/// What is run.
#[derive(Clone, Debug)]
pub struct Options {
    /// The Python.
    pub interpreter: Interpreter,
    /// The program, as it is written in the command.
    pub script: PathBuf,
    /// Its arguments.
    pub args: Vec<OsString>,
    /// The folder that it is run in; this program's own where there is none.
    pub folder: Option<PathBuf>,
    /// Its text, where it is one of this program's own: it is put into a folder for the run, and is run there.
    pub own: Option<Cow<'static, str>>,
    /// What it is a program of, where it is a topic's: its preset, its parameters.
    pub of: Option<Box<Meta>>,
    /// Whether it is ended once nobody in it can go on: what it proves is known then.
    pub ends_stuck: bool,
    /// How it starts processes.
    pub start_method: StartMethod,
    /// After how long it is ended.
    pub time_limit: Option<Duration>,
    /// Since when that counts, where it is not from the start of the program.
    pub since: Option<Instant>,
    /// Whose input and output it has.
    pub stdio: Stdio3,
}

impl Options {
    /// The command, word by word.
    pub fn command(&self) -> Vec<OsString> {
        let first = [self.interpreter.path.clone().into(), self.script.clone().into()];
        first.into_iter().chain(self.args.iter().cloned()).collect()
    }

    /// What is known before anything is recorded.
    pub fn meta(&self) -> Meta {
        let (name, version) = self.interpreter.name.split_once(' ').unwrap_or(("Python", ""));
        let program = Program { name: name.to_owned(), version: version.to_owned() };
        let cores = os::cores();
        let facts = vec![("cores".to_owned(), cores.to_string())];
        let of = self.of.as_deref().cloned().unwrap_or_default();
        Meta { program, recorder: RecordedBy::Python, facts, ..of }
    }
}
