//! What runs the program of a tab: this program, or the machine's Python, which runs the tab's Python listing under the recorder.

use crate::python::{Interpreter, Options, StartMethod, Stdio3, TIME_LIMIT};
use crate::topics::{Params, Topic};
use crate::trace::{Engine, Meta};
use std::path::PathBuf;
use std::time::Duration;

/// What is said where a topic has no Python program for its parameters.
pub const NO_LISTING: &str =
    "There is no Python program for these parameters: choose This program under “Run as”";

/// The Python that listings are run by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Python {
    /// It is not known yet.
    #[default]
    Unknown,
    /// This one.
    Found(Interpreter),
    /// There is none, with a sentence why.
    Missing(String),
}

impl Python {
    /// In a few words: "Python 3.11".
    pub fn name(&self) -> String {
        let version = match self {
            Self::Found(interpreter) => interpreter.version.as_str(),
            Self::Unknown | Self::Missing(_) => "3",
        };
        let mut parts = version.split('.');
        let parts: Vec<&str> = parts.by_ref().take(2).collect();
        format!("Python {}", parts.join("."))
    }
}

/// The run of a topic's Python program by an interpreter, recorded; `None` where the topic has no such program.
pub fn options(
    topic: &dyn Topic,
    params: &Params,
    interpreter: Interpreter,
    time_limit: Option<Duration>,
) -> Option<Options> {
    let listing = topic.python(params)?;
    let of = Meta {
        topic: topic.id().to_owned(),
        preset: params.preset().to_owned(),
        params: params.to_strings(),
        ..Meta::default()
    };
    Some(Options {
        interpreter,
        script: PathBuf::from(listing.file),
        args: Vec::new(),
        folder: None,
        own: Some(listing.text().into()),
        of: Some(Box::new(of)),
        ends_stuck: true,
        since: None,
        start_method: start_method(topic, params),
        time_limit,
        stdio: Stdio3::Captured,
    })
}

/// [`options`] with the usual time limit.
pub fn usual(topic: &dyn Topic, params: &Params, interpreter: Interpreter) -> Option<Options> {
    options(topic, params, interpreter, Some(TIME_LIMIT))
}

/// How processes are started: as the parameter says, where the topic has one that matters.
fn start_method(topic: &dyn Topic, params: &Params) -> StartMethod {
    const KEY: &str = "start_method";
    if params.get(KEY).is_none() || !topic.applies(KEY, params) {
        return StartMethod::Default;
    }
    let word = params.choice(KEY);
    StartMethod::ALL.into_iter().find(|method| method.name() == word).unwrap_or_default()
}

/// As a choice is called.
pub fn name(engine: Engine, python: &Python) -> String {
    match engine {
        Engine::Rust => "This program".to_owned(),
        Engine::Python => python.name(),
    }
}
