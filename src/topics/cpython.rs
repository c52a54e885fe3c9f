//! CPython's part in a run, beside this program's own: what it did and why it did no more, as facts of the trace, the same in all
//! topics; and a run that goes on without it where it fails.

mod crew;

pub use crew::Crew;

use super::Lab;
use crate::record::thread::Failure;
use crate::replay::words::count;
use crate::trace::{Item, Meta, Role, SectionId};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value as Json;
use std::time::Duration;

#[cfg(unix)]
pub use crate::workers::python::{Python, PythonError};
#[cfg(not(unix))]
pub use absent::{Python, PythonError};

/// Which one: "CPython 3.11.7".
const VERSION: &str = "cpython";
/// How it started its processes: "fork".
const METHOD: &str = "cpython_method";
/// Whether its GIL is `on` or `off`.
const GIL: &str = "cpython_gil";
/// Why it took no part, or no more: the reason alone.
const MISSING: &str = "cpython_missing";
/// What it had done before: how many, and of what, in the singular: "trial".
const DONE: &str = "cpython_done";
const UNIT: &str = "cpython_unit";
/// That it owed an answer when the run was stopped.
const OWED: &str = "cpython_owed";

/// CPython's part in a run, as its trace tells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Part {
    /// Which one: "CPython 3.11.7".
    pub version: Option<String>,
    /// How it started its processes: "fork".
    pub method: Option<String>,
    /// Whether its GIL is `on` or `off`, where it was asked.
    pub gil: Option<String>,
    /// That it took no part, or no more, and why: a sentence without its end.
    pub left_out: Option<String>,
    /// Whether anything of it counts.
    pub counts: bool,
}

impl Part {
    /// The one in the run of a trace.
    pub fn of(meta: &Meta) -> Self {
        let fact = |key| meta.fact(key).map(str::to_owned);
        let done = meta.fact(DONE).and_then(|done| done.parse().ok()).zip(meta.fact(UNIT));
        let left_out = meta.fact(MISSING).map(|why| match done {
            Some((done, unit)) => left_out(why, done, unit),
            // An earlier version recorded it. What it had done is not told, or is in those words.
            None => format!("Of CPython this is recorded: {why}"),
        });
        let version = fact(VERSION);
        let counts = version.is_some() && (left_out.is_none() || done.is_some_and(|of| of.0 > 0));
        Self { version, method: fact(METHOD), gil: fact(GIL), left_out, counts }
    }

    /// "CPython 3.11.7, start method fork, GIL on", or that it takes no part; nothing where neither is known.
    pub fn about(&self) -> Option<String> {
        let Self { version, method, gil, .. } = self;
        let [version, method, gil] = [version, method, gil].map(Option::as_ref);
        let about = || Some(format!("{}, start method {}, GIL {}", version?, method?, gil?));
        self.left_out.clone().or_else(about)
    }
}

/// Who owed an answer when the run of a trace was stopped: CPython, by its version once it has told that.
pub fn owed_by(meta: &Meta) -> Option<&str> {
    meta.fact(OWED)?;
    meta.fact(VERSION).or(Some("python3"))
}

fn left_out(why: &str, done: usize, unit: &str) -> String {
    match done {
        0 => format!("CPython is left out: {why}"),
        _ => format!("CPython took part in {} and no more: {why}", count(done, unit)),
    }
}

/// An answer, as what it is to be.
///
/// # Errors
/// It is something else.
pub fn understood<T: DeserializeOwned>(answer: Json) -> Result<T, PythonError> {
    serde_json::from_value(answer).map_err(|error| PythonError::nonsense(&error))
}

/// A program that CPython runs beside this one.
#[derive(Clone, Copy, Debug)]
pub struct Program {
    /// Its text.
    pub text: &'static str,
    /// What it does time after time, in the singular: "trial".
    pub unit: &'static str,
    /// What it is in the trace.
    pub role: Role,
    /// The section it is a part of.
    pub section: Option<SectionId>,
}

impl Program {
    /// One that does the work itself.
    pub fn new(text: &'static str, unit: &'static str) -> Self {
        Self { text, unit, role: Role::Work, section: None }
    }

    /// Only those that it starts do the work.
    pub fn helper(self) -> Self {
        Self { role: Role::Helper, ..self }
    }
}

/// CPython as long as it takes part: once it has failed it is asked no more.
pub struct Peer<'a> {
    lab: &'a Lab<'a>,
    python: Option<Python>,
    unit: &'static str,
    /// How many of its trials count, or whatever its unit is.
    done: usize,
    /// How it starts its processes, where it was asked.
    pub method: String,
    /// That it takes no part, or no more, and why.
    pub absent: Option<String>,
}

/// What programs say first: how they start their processes, and some whether the GIL is on. Those that say nothing but how they
/// start processes say it without a name.
#[derive(Deserialize)]
struct Begun {
    method: String,
    gil: Option<bool>,
}

impl<'a> Peer<'a> {
    /// One that takes no part.
    pub fn none(lab: &'a Lab<'a>) -> Self {
        Self { lab, python: None, unit: "", done: 0, method: String::new(), absent: None }
    }

    /// Starts it with a program.
    ///
    /// # Errors
    /// The run was stopped.
    pub fn open(lab: &'a Lab<'a>, program: Program) -> Result<Self, Failure> {
        let mut peer = Self { unit: program.unit, ..Self::none(lab) };
        peer.python = peer.unless_failed(start(lab, program))?;
        if let Some(python) = &peer.python {
            lab.recorder.fact(VERSION, python.version());
        }
        Ok(peer)
    }

    /// Starts it with a program, which answers a first request: how it starts its processes, and what else `ready` takes.
    ///
    /// # Errors
    /// The run was stopped.
    pub fn start<T: DeserializeOwned>(
        lab: &'a Lab<'a>,
        program: Program,
        request: &Json,
        ready: impl FnOnce(T),
    ) -> Result<Self, Failure> {
        let mut peer = Self::open(lab, program)?;
        let begun = peer.trial(false, |python| {
            let answer = python.ask(lab.main, request, &[], Duration::ZERO)?;
            let begun = match &answer {
                Json::String(method) => Begun { method: method.clone(), gil: None },
                more => understood(more.clone())?,
            };
            ready(understood(answer)?);
            Ok(begun)
        })?;
        if let Some(Begun { method, gil }) = begun {
            if let Some(is_on) = gil {
                lab.recorder.fact(GIL, if is_on { "on" } else { "off" });
            }
            lab.recorder.fact(METHOD, &*method);
            peer.method = method;
        }
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
            Err(PythonError::Stopped) => {
                self.lab.recorder.fact(OWED, "yes");
                return Err(Failure::Cancelled);
            }
            Err(error) => error.to_string(),
        };
        let said = left_out(&why, self.done, self.unit);
        let facts = [(MISSING, why), (DONE, self.done.to_string()), (UNIT, self.unit.to_owned())];
        facts.into_iter().for_each(|(key, value)| self.lab.recorder.fact(key, value));
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
fn start(lab: &Lab<'_>, program: Program) -> Result<Python, PythonError> {
    let Program { text, role, section, .. } = program;
    Python::start(lab.main, &lab.outside.python, text, role, section)
}

#[cfg(not(unix))]
fn start(_: &Lab<'_>, _: Program) -> Result<Python, PythonError> {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn said(facts: &[(&str, &str)]) -> Option<String> {
        let facts = facts.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
        Part::of(&Meta { facts: facts.collect(), ..Meta::default() }).left_out
    }

    #[test]
    fn who_has_done_something_is_not_left_out() {
        let facts = |done| [(MISSING, "python3 was not found"), (DONE, done), (UNIT, "way")];
        let said = |done| said(&facts(done)).unwrap_or_default();
        assert_eq!(said("0"), "CPython is left out: python3 was not found");
        assert_eq!(said("1"), "CPython took part in 1 way and no more: python3 was not found");
        assert_eq!(said("2"), "CPython took part in 2 ways and no more: python3 was not found");
    }

    #[test]
    fn who_was_found_and_has_done_nothing_does_not_count() {
        let counts = |facts: &[(&str, &str)]| {
            let facts = facts.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
            Part::of(&Meta { facts: facts.collect(), ..Meta::default() }).counts
        };
        let found = (VERSION, "CPython 3.11.7");
        let died = |done| counts(&[found, (MISSING, "it died"), (DONE, done), (UNIT, "way")]);
        assert!(counts(&[found]) && died("1") && !died("0") && !counts(&[]));
    }

    /// Earlier versions recorded the reason, or all of it in words.
    #[test]
    fn of_an_earlier_recording_is_said_what_is_known() {
        let of = |why| said(&[(MISSING, why)]).unwrap_or_default();
        assert_eq!(of("python3 died"), "Of CPython this is recorded: python3 died");
        let words = "CPython took part in 2 ways and no more: python3 died";
        assert_eq!(of(words), format!("Of CPython this is recorded: {words}"));
        assert_eq!(said(&[]), None);
    }
}
