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

/// Memory of this process, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Memory {
    /// In use now.
    pub resident: u64,
    /// Of that, what belongs to this process alone.
    pub own: u64,
}
