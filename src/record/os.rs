//! What the operating system knows of a thread, of this process and of the machine. What only one system has is in the module of
//! that system, and the others say that they do not have it.

#[cfg(not(unix))]
#[path = "os/not_unix.rs"]
mod family;
#[cfg(unix)]
#[path = "os/unix.rs"]
mod family;
#[cfg(target_os = "linux")]
#[path = "os/linux.rs"]
mod system;
#[cfg(not(target_os = "linux"))]
#[path = "os/other.rs"]
mod system;

pub use family::*;
pub use system::*;

use crate::trace::{EventKind, Measure};
use serde::Deserialize;
use std::sync::LazyLock;

/// How many processors this program may use. Asked once: the answer takes the reading of several files on Linux, and a stage
/// wants to know with every frame.
pub fn cores() -> usize {
    static CORES: LazyLock<usize> =
        LazyLock::new(|| std::thread::available_parallelism().map_or(1, usize::from));
    *CORES
}

/// Memory of this process, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub struct Memory {
    /// In use now.
    pub resident: u64,
    /// Of that, what belongs to this process alone.
    pub own: u64,
}

impl Memory {
    /// It as what is recorded of it.
    pub fn measured(self) -> [EventKind; 2] {
        [(Measure::ResidentMemory, self.resident), (Measure::OwnMemory, self.own)]
            .map(|(what, amount)| EventKind::Measured { what, amount })
    }
}

/// What is recorded of the calling thread, how often it has left a processor, and of its process, this memory; as far as the
/// system tells.
pub fn measured(memory: Option<Memory>) -> impl Iterator<Item = EventKind> {
    let switches = thread_switches();
    let switches = switches.map(|amount| EventKind::Measured { what: Measure::Switches, amount });
    memory.into_iter().flat_map(Memory::measured).chain(switches)
}
