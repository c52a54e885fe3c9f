//! A topic's Python program run in its tab: by the machine's Python, under the recorder.
//!
//! What a topic concludes is about its own experiment, so of such a run that is said which its trace tells.

use super::{Run, Session, Wake, run};
use crate::app::engine::{self, NO_LISTING, Python};
use crate::app::guesses::Asked;
use crate::app::program::Program;
use crate::app::recording::Recording;
use crate::app::source::Source;
use crate::python::{self, Ending, Interpreter, Stream};
use crate::replay::Replay;
use crate::topics::{Params, Topic};
use crate::trace::{Engine, Trace};
use crate::widgets::stage::RunStatus;

impl Session {
    /// A run of a topic's Python program that is over, with what it has written, for pictures.
    pub fn listing_ran(
        topic: &'static dyn Topic,
        params: Params,
        interpreter: Interpreter,
        (trace, replay): (Trace, Replay),
        (ending, output): (Ending, &[Vec<u8>; 2]),
    ) -> Self {
        let recording = Recording::of(trace, replay);
        let mut session = Self::with(Source::Topic(topic), params, recording);
        (session.engine, session.python) = (Engine::Python, Python::Found(interpreter));
        let status = match run::result(&ending) {
            Ok(()) => RunStatus::Done,
            Err(failure) => RunStatus::Failed(failure.to_string()),
        };
        let mut session = session.of_a_run(status, &Asked::default());
        let mut program: Box<Program> = Box::default();
        for (stream, bytes) in [Stream::Out, Stream::Err].into_iter().zip(output) {
            program.console.add(stream, bytes);
        }
        program.ending = Some(ending);
        session.listing = Some(program);
        session
    }

    /// Has the next run be by this program, or by Python.
    pub fn set_engine(&mut self, engine: Engine) {
        self.engine = engine;
        self.awaits_python = false;
        self.consider_engine();
    }

    /// Takes in which Python there is. A run that has waited for it begins.
    pub fn set_python(&mut self, python: &Python, wake: &Wake) {
        self.python.clone_from(python);
        self.consider_engine();
        if std::mem::take(&mut self.awaits_python) {
            self.start(wake);
        }
    }

    /// Whether Python cannot run what is set, and why.
    pub fn why_no_python(&self) -> Option<&str> {
        let topic = self.runnable()?;
        match &self.python {
            Python::Missing(why) => Some(why),
            _ if topic.python(&self.params).is_none() => Some(NO_LISTING),
            Python::Found(_) | Python::Unknown => None,
        }
    }

    /// Finds out whether what is chosen can run the program.
    pub(super) fn consider_engine(&mut self) {
        let why = self.why_no_python().filter(|_| self.engine == Engine::Python);
        self.engine_refusal = why.map(str::to_owned);
    }

    /// Starts the topic's Python program.
    pub(super) fn start_listing(&mut self, topic: &'static dyn Topic, wake: &Wake) {
        if self.engine_refusal.is_some() {
            return;
        }
        let Python::Found(interpreter) = &self.python else {
            self.awaits_python = true;
            return;
        };
        let Some(options) = engine::usual(topic, &self.params, interpreter.clone()) else { return };
        self.guesses.leave();
        self.asked = Asked::default();
        let meta = options.meta();
        self.keep(&format!("{} {}", meta.topic, meta.preset), &meta);
        self.forget_run(meta);
        let wake = wake.clone();
        match python::start(options, move || wake()) {
            Ok(run) => {
                self.listing = Some(Box::default());
                self.follow(Run::Program(run));
            }
            Err(error) => {
                let why = crate::record::refused::why(&error);
                self.status = RunStatus::Failed(format!("there is no thread to run it: {why}"));
            }
        }
    }
}
