//! The threads of a program that is shown, started and joined as in Python.

use super::Lab;
use crate::record::Log;
use crate::record::thread::{self, Failure, Scope, ScopedJoinHandle};
use crate::trace::Actor;
use std::time::{Duration, Instant};

/// The threads of a program, which borrow what they share. None is left behind.
pub struct Crew<'scope, 'env: 'scope, 'lab> {
    lab: &'lab Lab<'lab>,
    scope: Scope<'scope, 'env, 'lab>,
    threads: Vec<ScopedJoinHandle<'scope, ()>>,
}

impl<'scope> Crew<'scope, '_, '_> {
    /// Starts a thread.
    ///
    /// # Errors
    /// The system has none to spare.
    pub fn start(
        &mut self,
        actor: Actor,
        body: impl FnOnce(&Log) -> Result<(), Failure> + Send + 'scope,
    ) -> Result<(), Failure> {
        self.threads.push(self.scope.spawn(actor, body)?);
        Ok(())
    }

    /// Waits for all threads started so far. As in Python it does not learn how they failed.
    ///
    /// # Errors
    /// The run was stopped, or a thread panicked.
    pub fn join(&mut self) -> Result<(), Failure> {
        let mut result = Ok(());
        for thread in self.threads.drain(..) {
            match thread.join(self.lab.main) {
                Ok(()) | Err(Failure::Error(_) | Failure::Raised { .. }) => {}
                Err(failure) => {
                    // The other threads may wait for something that will not come.
                    self.lab.recorder.cancel().cancel();
                    // A failure says more than the stop that followed it.
                    if matches!(result, Ok(()) | Err(Failure::Cancelled)) {
                        result = Err(failure);
                    }
                }
            }
        }
        result
    }
}

/// Runs a program that starts threads, to the end of all of them.
///
/// # Errors
/// What failed, or that the run was stopped.
pub fn crew<'env, 'lab>(
    lab: &'lab Lab<'lab>,
    program: impl for<'scope> FnOnce(&mut Crew<'scope, 'env, 'lab>) -> Result<(), Failure>,
) -> Result<(), Failure> {
    thread::scope(lab.main, |scope| {
        let mut crew = Crew { lab, scope, threads: Vec::new() };
        let result = program(&mut crew);
        if result.is_err() {
            lab.recorder.cancel().cancel();
        }
        let joined = crew.join();
        match result {
            Err(Failure::Cancelled) | Ok(()) => joined.and(result),
            Err(_) => result,
        }
    })
}

/// Number `k`, from 0, of several threads that do the same.
pub fn one_of(name: &str, letter: char, k: usize) -> Actor {
    Actor::thread(format!("{name} {}", k + 1), format!("{letter}{}", k + 1))
}

/// Waits until something is so that a pause is to have brought about: a busy machine may be slower than the pause. Ten seconds at
/// most.
///
/// # Errors
/// The run was stopped.
pub fn until(log: &Log, is_so: impl Fn() -> bool) -> Result<(), Failure> {
    let begun = Instant::now();
    while !is_so() && begun.elapsed() < Duration::from_secs(10) {
        log.hold(Duration::from_millis(1))?;
    }
    Ok(())
}
