//! What work is done with, wherever that is: on a thread, on a thread under the emulated GIL, in a process. How it waits and
//! computes there.

use super::Log;
use super::sync::GilGuard;
use super::thread::Failure;
use crate::trace::{EventKind, TextId};

/// Whether the run was stopped: for whoever waits for the system.
pub type Stopped<'a> = &'a dyn Fn() -> Result<(), Failure>;

/// Where work is done: a thread, or a process of its own, which is killed when the run is stopped.
pub trait Place {
    /// Whether to go on.
    ///
    /// # Errors
    /// The run was stopped.
    fn check(&self) -> Result<(), Failure> {
        Ok(())
    }

    /// The id of a text in what it records.
    fn text(&self, text: &str) -> TextId;

    /// Records what happens now.
    fn tell(&self, kind: EventKind);
}

impl Place for Log {
    fn check(&self) -> Result<(), Failure> {
        Ok(Self::check(self)?)
    }
    fn text(&self, text: &str) -> TextId {
        self.recorder().text(text)
    }
    fn tell(&self, kind: EventKind) {
        self.record(kind);
    }
}

/// What work is done with: a place, and what was handed over for it.
pub struct Hands<'a> {
    place: &'a dyn Place,
    /// The emulated GIL, where the place is a thread that runs only while it holds it.
    gil: Option<GilGuard<'a>>,
    /// What was handed over for the work.
    pub given: &'a [u8],
}

impl<'a> Hands<'a> {
    /// On a thread, which may hold the emulated GIL.
    pub fn on_thread(log: &'a Log, gil: Option<GilGuard<'a>>, given: &'a [u8]) -> Self {
        Self { place: log, gil, given }
    }

    /// In a process of its own.
    pub fn in_process(process: &'a dyn Place, given: &'a [u8]) -> Self {
        Self { place: process, gil: None, given }
    }

    /// Goes on to the next step of computing: a moment at which another thread may get its turn.
    ///
    /// # Errors
    /// The run was stopped.
    pub fn step(&mut self) -> Result<(), Failure> {
        match &mut self.gil {
            Some(held) => Ok(held.check()?),
            None => self.place.check(),
        }
    }

    /// Computes in C code that lets go of the GIL.
    ///
    /// # Errors
    /// What `call` failed with, or that the run was stopped.
    pub fn native(
        &mut self,
        call: impl FnOnce(Stopped<'_>) -> Result<i64, Failure>,
    ) -> Result<i64, Failure> {
        let place = self.place;
        let call = || call(&|| place.check());
        match &mut self.gil {
            Some(held) => held.without(|_| call())?,
            None => call(),
        }
    }

    /// Waits for the system, on record as input or output of this kind, and without the GIL.
    ///
    /// # Errors
    /// What `call` failed with, or that the run was stopped.
    pub fn wait(
        &mut self,
        what: &str,
        call: impl FnOnce(Stopped<'_>) -> Result<i64, Failure>,
    ) -> Result<i64, Failure> {
        let place = self.place;
        self.native(|is_stopped| {
            place.tell(EventKind::IoBegan { what: place.text(what) });
            let done = call(is_stopped);
            place.tell(EventKind::IoEnded);
            done
        })
    }
}
