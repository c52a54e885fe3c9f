//! The processes of a program that is shown, started and joined as in Python.

pub use crate::workers::jobs::numbers;

use super::Lab;
use super::pools::with_signals_by;
use crate::record::thread::Failure;
use crate::record::{Log, refused};
use crate::trace::{Actor, ActorId};
use crate::workers::share::{Children, Space};
use crate::workers::{Job, Start, Value};
use std::sync::Arc;
use std::time::Duration;

/// The processes of a program. None is left behind.
pub struct Crew<'a> {
    lab: &'a Lab<'a>,
    /// The processes.
    pub children: Children,
}

/// What the processes of a program share.
///
/// # Errors
/// The system has no memory to share.
pub fn space() -> Result<Arc<Space>, Failure> {
    Space::new().map_err(failed)
}

/// The system refused something.
pub fn failed(error: std::io::Error) -> Failure {
    let why = refused::why(&error);
    Failure::Error(format!("what processes share could not be made: {why}"))
}

/// Number `k`, from 0, of several processes that do the same.
pub fn one_of(name: &str, letter: char, k: usize) -> Actor {
    Actor::process(format!("{name} {}", k + 1), format!("{letter}{}", k + 1))
}

/// So many children.
pub fn children_of(count: usize) -> Vec<Actor> {
    (0..count).map(|k| one_of("child", 'C', k)).collect()
}

impl<'a> Crew<'a> {
    /// Starts processes that share a space.
    ///
    /// # Errors
    /// The system refused one.
    pub fn start(
        lab: &'a Lab<'a>,
        space: &Arc<Space>,
        actors: Vec<Actor>,
    ) -> Result<Self, Failure> {
        let children = Children::start(lab.main, space, actors, Start::Fork);
        let refused = |error: std::io::Error| {
            let why = refused::why(&error);
            Failure::Error(format!("the processes could not be started: {why}"))
        };
        Ok(Self { lab, children: children.map_err(refused)? })
    }

    /// The actor that one of them is.
    pub fn actor(&self, child: usize) -> ActorId {
        self.children.actors()[child]
    }

    /// Has one of them do its job with these handles and numbers.
    ///
    /// # Errors
    /// There is no such process.
    pub fn run<const N: usize>(
        &self,
        child: usize,
        job: &str,
        arg: [i64; N],
    ) -> Result<(), Failure> {
        Ok(self.children.run(child, Job::new(job, Value::Ints(arg.into())))?)
    }

    /// Waits for the ends of all of them, one after another. As in Python it does not learn how they ended: that is what exit
    /// codes are for.
    ///
    /// # Errors
    /// The run was stopped.
    pub fn join(&self) -> Result<(), Failure> {
        (0..self.children.actors().len()).try_for_each(|child| self.join_one(child))
    }

    /// Waits for the end of one of them.
    ///
    /// # Errors
    /// The run was stopped.
    pub fn join_one(&self, child: usize) -> Result<(), Failure> {
        self.children.join(self.lab.main, child, None)?;
        Ok(())
    }

    /// Runs `body`, while the user can send signals to the processes.
    ///
    /// # Errors
    /// What failed in it.
    pub fn meanwhile<T>(
        &self,
        body: impl FnOnce(&Self) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let signaller = self.children.signaller();
        let signal = |log: &Log, to, signal| signaller.signal(log, to, signal);
        with_signals_by(self.lab, &signal, || body(self))
    }
}

/// A time of an argument.
pub fn nanos(nanos: i64) -> Duration {
    Duration::from_nanos(nanos.unsigned_abs())
}

/// A time for an argument.
pub fn time(time: Duration) -> i64 {
    i64::try_from(time.as_nanos()).unwrap_or(i64::MAX)
}
