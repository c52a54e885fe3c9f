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

use std::sync::LazyLock;

/// How many processors this program may use. Asked once: the answer takes the reading of several files on Linux, and a stage
/// wants to know with every frame.
pub fn cores() -> usize {
    static CORES: LazyLock<usize> =
        LazyLock::new(|| std::thread::available_parallelism().map_or(1, usize::from));
    *CORES
}

/// Memory of this process, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Memory {
    /// In use now.
    pub resident: u64,
    /// Of that, what belongs to this process alone.
    pub own: u64,
}
