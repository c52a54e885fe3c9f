//! The Pythons of this machine: looked for once, on a thread of its own, for the tab of programs and for the tabs' listings.

use super::engine::Python;
use super::later::Later;
use super::session::Wake;
use crate::python::{self, Interpreter, NoInterpreter};
use crate::replay::words::capital;
use std::task::Poll;

/// What is said where none is found.
const NONE: &str = "No Python was found: install Python 3.9 or later";

/// The Pythons that are found by now.
#[derive(Default)]
pub struct Pythons {
    /// What the system would take first.
    pub found: Vec<Interpreter>,
    /// Why there is none, in a sentence without its end.
    pub missing: Option<String>,
    begun: bool,
    looking: Option<Later<News>>,
}

enum News {
    Found(Interpreter),
    Over(Result<(), NoInterpreter>),
}

impl Pythons {
    /// Begins to look, where nobody has.
    pub fn begin(&mut self, wake: &Wake) {
        if std::mem::replace(&mut self.begun, true) {
            return;
        }
        let started = Later::begin_each("find python", Some(wake), |tell| {
            tell(News::Over(python::all(|interpreter| tell(News::Found(interpreter)))));
        });
        match started {
            Ok(looking) => self.looking = Some(looking),
            Err(error) => {
                let why = crate::record::refused::why(&error);
                self.missing = Some(format!("There is no thread to look for Python: {why}"));
            }
        }
    }

    /// Whether they are looked for, or nobody has begun to.
    pub fn is_looking(&self) -> bool {
        self.looking.is_some() || !self.begun
    }

    /// Takes in what was found; whether anything is new.
    pub fn update(&mut self) -> bool {
        let mut is_new = false;
        while let Some(looking) = &self.looking {
            match looking.take() {
                Poll::Ready(Some(News::Found(interpreter))) => self.found.push(interpreter),
                Poll::Ready(Some(News::Over(over))) => {
                    self.looking = None;
                    self.missing = over.err().map(|why| match why {
                        NoInterpreter::Absent => NONE.to_owned(),
                        why => capital(&why.to_string()),
                    });
                }
                Poll::Pending => break,
                Poll::Ready(None) => {
                    self.looking = None;
                    self.missing = Some("The look for Python broke off".to_owned());
                }
            }
            is_new = true;
        }
        is_new
    }

    /// The one that listings are run by.
    pub fn usual(&self) -> Python {
        match (self.found.first(), &self.missing) {
            (Some(first), _) => Python::Found(first.clone()),
            (None, Some(why)) => Python::Missing(why.clone()),
            (None, None) => Python::Unknown,
        }
    }
}
