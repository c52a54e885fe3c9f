//! What a task is done with: how it waits and computes where it is.

use crate::record::sync::GilGuard;
use crate::record::thread::Failure;
use crate::record::{Log, os};
use crate::trace::{EventKind, Measure};

/// Whether the run was stopped: for whoever waits for the system.
pub type Stopped<'a> = &'a dyn Fn() -> Result<(), Failure>;

/// What a task is done with: a place, and what was handed over for it.
pub struct Hands<'a> {
    place: Place<'a>,
    /// What was handed over for the task.
    pub given: &'a [u8],
}

/// Where a task is done.
enum Place<'a> {
    Thread(&'a Log),
    /// A thread that runs only while it holds the emulated GIL.
    UnderGil(GilGuard<'a>),
    /// A process of its own, which is killed when the run is stopped.
    #[cfg(unix)]
    Process(&'a crate::workers::Context),
}

impl<'a> Hands<'a> {
    /// On a thread.
    pub fn on_thread(log: &'a Log, given: &'a [u8]) -> Self {
        Self { place: Place::Thread(log), given }
    }

    /// On a thread that runs only while it holds the emulated GIL.
    pub fn under_gil(held: GilGuard<'a>, given: &'a [u8]) -> Self {
        Self { place: Place::UnderGil(held), given }
    }

    /// In a process of its own.
    #[cfg(unix)]
    pub fn in_process(context: &'a crate::workers::Context, given: &'a [u8]) -> Self {
        Self { place: Place::Process(context), given }
    }

    /// Goes on to the next step of computing: a moment at which another thread may get its turn.
    ///
    /// # Errors
    /// The run was stopped.
    pub fn step(&mut self) -> Result<(), Failure> {
        match &mut self.place {
            Place::Thread(log) => Ok(log.check()?),
            Place::UnderGil(held) => Ok(held.check()?),
            #[cfg(unix)]
            Place::Process(_) => Ok(()),
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
        match &mut self.place {
            Place::Thread(log) => call(&|| Ok(log.check()?)),
            Place::UnderGil(held) => held.without(|log| call(&|| Ok(log.check()?)))?,
            #[cfg(unix)]
            Place::Process(_) => call(&|| Ok(())),
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
        match &mut self.place {
            Place::Thread(log) => on_record(log, what, call),
            Place::UnderGil(held) => held.without(|log| on_record(log, what, call))?,
            #[cfg(unix)]
            Place::Process(context) => {
                let what = context.text(what);
                context.record(EventKind::IoBegan { what });
                let done = call(&|| Ok(()));
                context.record(EventKind::IoEnded);
                done
            }
        }
    }
}

fn on_record(
    log: &Log,
    what: &str,
    call: impl FnOnce(Stopped<'_>) -> Result<i64, Failure>,
) -> Result<i64, Failure> {
    let what = log.recorder().text(what);
    log.record(EventKind::IoBegan { what });
    let done = call(&|| Ok(log.check()?));
    log.record(EventKind::IoEnded);
    done
}

/// Records memory in use and memory of its own, where they are known.
pub fn measured(memory: Option<[u64; 2]>, mut record: impl FnMut(EventKind)) {
    let kinds = [Measure::ResidentMemory, Measure::OwnMemory];
    for (what, amount) in kinds.into_iter().zip(memory.into_iter().flatten()) {
        record(EventKind::Measured { what, amount });
    }
}

/// What the system says of the memory of this process, as [`measured`] takes it.
pub fn bytes(memory: Option<os::Memory>) -> Option<[u64; 2]> {
    memory.map(|memory| [memory.resident, memory.own])
}

/// Records what the system says of the calling thread and of the memory of its process, where it says it.
pub fn measure(memory: Option<os::Memory>, mut record: impl FnMut(EventKind)) {
    measured(bytes(memory), &mut record);
    if let Some(amount) = os::thread_switches() {
        record(EventKind::Measured { what: Measure::Switches, amount });
    }
}
