//! What a task is done with: how it waits and computes where it is.

use crate::record::sync::GilGuard;
use crate::record::thread::Failure;
use crate::record::{Log, os};
use crate::trace::{EventKind, Measure};

/// Whether the run was stopped: for whoever waits for the system.
pub type Stopped<'a> = &'a dyn Fn() -> Result<(), Failure>;

/// What a task is done with.
pub trait Hands {
    /// Goes on to the next step of computing: a moment at which another thread may get its turn.
    ///
    /// # Errors
    /// The run was stopped.
    fn step(&mut self) -> Result<(), Failure>;

    /// Computes in C code that lets go of the GIL.
    ///
    /// # Errors
    /// The run was stopped.
    fn native<T>(
        &mut self,
        call: impl FnOnce(Stopped<'_>) -> Result<T, Failure>,
    ) -> Result<T, Failure>;

    /// What was handed over for the task.
    fn given(&self) -> &[u8];

    /// Waits for the system, on record as input or output of this kind.
    ///
    /// # Errors
    /// What `call` failed with, or that the run was stopped.
    fn wait<T>(
        &mut self,
        what: &str,
        call: impl FnOnce(Stopped<'_>) -> Result<T, Failure>,
    ) -> Result<T, Failure>;
}

/// On a thread.
pub struct OnThread<'a>(pub &'a Log, pub &'a [u8]);

/// On a thread that runs only while it holds the emulated GIL.
pub struct UnderGil<'a>(pub GilGuard<'a>, pub &'a [u8]);

/// In a process of its own.
#[cfg(unix)]
pub struct InProcess<'a>(pub &'a crate::workers::Context, pub &'a [u8]);

impl Hands for OnThread<'_> {
    fn native<T>(
        &mut self,
        call: impl FnOnce(Stopped<'_>) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        call(&|| Ok(self.0.check()?))
    }

    fn given(&self) -> &[u8] {
        self.1
    }

    fn step(&mut self) -> Result<(), Failure> {
        Ok(self.0.check()?)
    }

    fn wait<T>(
        &mut self,
        what: &str,
        call: impl FnOnce(Stopped<'_>) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        on_record(self.0, what, call)
    }
}

impl Hands for UnderGil<'_> {
    fn native<T>(
        &mut self,
        call: impl FnOnce(Stopped<'_>) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        self.0.without(|log| call(&|| Ok(log.check()?)))?
    }

    fn given(&self) -> &[u8] {
        self.1
    }

    fn step(&mut self) -> Result<(), Failure> {
        Ok(self.0.check()?)
    }

    fn wait<T>(
        &mut self,
        what: &str,
        call: impl FnOnce(Stopped<'_>) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        self.0.without(|log| on_record(log, what, call))?
    }
}

#[cfg(unix)]
impl Hands for InProcess<'_> {
    fn native<T>(
        &mut self,
        call: impl FnOnce(Stopped<'_>) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        call(&|| Ok(()))
    }

    fn given(&self) -> &[u8] {
        self.1
    }

    fn step(&mut self) -> Result<(), Failure> {
        // It is killed when the run is stopped.
        Ok(())
    }

    fn wait<T>(
        &mut self,
        what: &str,
        call: impl FnOnce(Stopped<'_>) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let what = self.0.text(what);
        self.0.record(EventKind::IoBegan { what });
        let done = call(&|| Ok(()));
        self.0.record(EventKind::IoEnded);
        done
    }
}

fn on_record<T>(
    log: &Log,
    what: &str,
    call: impl FnOnce(Stopped<'_>) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let what = log.recorder().text(what);
    log.record(EventKind::IoBegan { what });
    let done = call(&|| Ok(log.check()?));
    log.record(EventKind::IoEnded);
    done
}

/// Records what the system says of the calling thread and of the memory of its process, where it says it.
pub fn measure(memory: Option<os::Memory>, record: impl Fn(EventKind)) {
    let tell = |what, amount: Option<u64>| {
        if let Some(amount) = amount {
            record(EventKind::Measured { what, amount });
        }
    };
    tell(Measure::ResidentMemory, memory.map(|memory| memory.resident));
    tell(Measure::OwnMemory, memory.map(|memory| memory.own));
    tell(Measure::Switches, os::thread_switches());
}

/// Records the memory of this process before anybody works: what is recorded later is compared with it.
pub fn measure_growth(memory: Option<os::Memory>, record: impl Fn(EventKind)) {
    let Some(memory) = memory else { return };
    record(EventKind::Measured { what: Measure::ResidentMemory, amount: memory.resident });
    record(EventKind::Measured { what: Measure::OwnMemory, amount: memory.own });
}
