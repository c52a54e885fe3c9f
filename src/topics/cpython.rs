//! CPython's part in a run, beside this program's own: which one it was, as facts of the trace, the same in all topics; and a
//! run that goes on without it where it fails.

use super::Lab;
use super::results::left_out;
use crate::record::thread::Failure;
use crate::replay::words::count;
use crate::trace::Item;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value as Json;
use std::time::Duration;

#[cfg(unix)]
pub use crate::workers::python::{Python, PythonError};
#[cfg(not(unix))]
pub use absent::{Python, PythonError};

/// Which one: "CPython 3.11.7".
pub const VERSION: &str = "cpython";
/// How it started its processes: "fork".
pub const METHOD: &str = "cpython_method";
/// Why it took no part, or no more.
pub const MISSING: &str = "cpython_missing";

/// An answer, as what it is to be.
///
/// # Errors
/// It is something else.
pub fn understood<T: DeserializeOwned>(answer: Json) -> Result<T, PythonError> {
    serde_json::from_value(answer).map_err(|error| PythonError::nonsense(&error))
}

/// CPython as long as it takes part: once it has failed it is asked no more.
pub struct Peer<'a> {
    lab: &'a Lab<'a>,
    python: Option<Python>,
    /// How many of its trials count.
    done: usize,
    /// That it takes no part, or no more, and why.
    pub absent: Option<String>,
}

/// What every program says first: how it starts its processes.
#[derive(Deserialize)]
struct Begun {
    method: String,
}

impl<'a> Peer<'a> {
    /// One that takes no part.
    pub fn none(lab: &'a Lab<'a>) -> Self {
        Self { lab, python: None, done: 0, absent: None }
    }

    /// Starts it with a program, which answers a first request: how it starts its processes, and what else `ready` takes.
    ///
    /// # Errors
    /// The run was stopped.
    pub fn start<T: DeserializeOwned>(
        lab: &'a Lab<'a>,
        program: &str,
        request: &Json,
        ready: impl FnOnce(T),
    ) -> Result<Self, Failure> {
        let start = || {
            let mut python = start(lab, program)?;
            let answer = python.ask(lab.main, request, &[], Duration::ZERO)?;
            let Begun { method } = understood(answer.clone())?;
            ready(understood(answer)?);
            lab.recorder.fact(VERSION, python.version());
            lab.recorder.fact(METHOD, method);
            Ok(python)
        };
        let (mut peer, started) = (Self::none(lab), start());
        peer.python = peer.unless_failed(started)?;
        Ok(peer)
    }

    /// Whether it takes part.
    pub fn is_there(&self) -> bool {
        self.python.is_some()
    }

    /// What comes of a trial, one that `counts` or not, unless it fails.
    ///
    /// # Errors
    /// The run was stopped.
    pub fn trial<T>(
        &mut self,
        counts: bool,
        trial: impl FnOnce(&mut Python) -> Result<T, PythonError>,
    ) -> Result<Option<T>, Failure> {
        let Some(mut python) = self.python.take() else { return Ok(None) };
        let done = trial(&mut python);
        let done = self.unless_failed(done)?;
        if done.is_some() {
            self.python = Some(python);
            self.done += usize::from(counts);
        }
        Ok(done)
    }

    /// Puts a failure on record, with which the run goes on.
    fn unless_failed<T>(&mut self, done: Result<T, PythonError>) -> Result<Option<T>, Failure> {
        let why = match done {
            Ok(done) => return Ok(Some(done)),
            Err(PythonError::Stopped) => return Err(Failure::Cancelled),
            Err(error) => error.to_string(),
        };
        self.lab.recorder.fact(MISSING, &why);
        let said = left_out(&why, (self.done > 0).then(|| count(self.done, "trial")));
        self.lab.main.tell(&said, [Item::NOTHING; 2]);
        self.absent = Some(said);
        Ok(None)
    }

    /// Lets it end.
    pub fn end(self) {
        if let Some(python) = self.python {
            python.end(self.lab.main);
        }
    }
}

#[cfg(unix)]
fn start(lab: &Lab<'_>, program: &str) -> Result<Python, PythonError> {
    let role = crate::trace::Role::Work;
    Python::start(lab.main, &lab.outside.python, program, role)
}

#[cfg(not(unix))]
fn start(_: &Lab<'_>, _: &str) -> Result<Python, PythonError> {
    Err(PythonError::Ended("it is run on Linux and macOS only".to_owned()))
}

/// What stands for it where it is not run.
#[cfg(not(unix))]
mod absent {
    use crate::record::{Log, RemoteLog};
    use crate::trace::{Actor, EventKind, SectionId};
    use serde_json::Value as Json;
    use std::convert::Infallible;
    use std::time::Duration;

    /// There is none.
    pub struct Python(Infallible);

    /// Why there is none.
    #[derive(Debug, thiserror::Error)]
    pub enum PythonError {
        #[error("{0}")]
        Ended(String),
        #[error("the run was stopped")]
        Stopped,
    }

    impl PythonError {
        pub fn nonsense(why: &dyn std::fmt::Display) -> Self {
            Self::Ended(why.to_string())
        }
    }

    type Asked = Result<Json, PythonError>;

    impl Python {
        pub fn ask(&mut self, _: &Log, _: &Json, _: &[SectionId], _: Duration) -> Asked {
            match self.0 {}
        }
        pub fn version(&self) -> &str {
            match self.0 {}
        }
        pub fn announce(&self, _: &Log, _: Actor) -> RemoteLog {
            match self.0 {}
        }
        pub fn witness(&self, _: RemoteLog, _: &[(u64, EventKind)]) {
            match self.0 {}
        }
        pub fn end(self, _: &Log) {
            match self.0 {}
        }
    }
}
