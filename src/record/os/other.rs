//! Systems other than Linux.

use super::Memory;

/// The number the system's own tools show for the calling thread; 0 where it has none we can ask for.
#[cfg(target_os = "macos")]
pub fn thread_id() -> u64 {
    let mut id = 0_u64;
    // SAFETY: a null thread means the calling one, and `id` is valid to write to.
    let status = unsafe { libc::pthread_threadid_np(0, &raw mut id) };
    if status == 0 { id } else { 0 }
}

/// The number the system's own tools show for the calling thread; 0 where it has none we can ask for.
#[cfg(not(target_os = "macos"))]
pub fn thread_id() -> u64 {
    0
}

/// Not told here.
pub fn memory() -> Option<Memory> {
    None
}

/// Not told here.
pub fn quick_memory() -> Option<Memory> {
    None
}

/// Not told here.
pub fn thread_switches() -> Option<u64> {
    None
}

/// Not told here.
pub fn other_threads() -> Option<usize> {
    None
}

/// There are no control groups here.
#[cfg(unix)]
pub fn most_of_group() -> Option<u64> {
    None
}
