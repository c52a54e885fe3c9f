//! What the operating system calls a thread. One small function per system.

/// The number the system's own tools show for the calling thread; 0 where it has none we can ask for.
#[cfg(target_os = "linux")]
pub(super) fn thread_id() -> u64 {
    // SAFETY: gettid takes nothing and cannot fail.
    let id = unsafe { libc::gettid() };
    u64::try_from(id).unwrap_or(0)
}

/// The number the system's own tools show for the calling thread; 0 where it has none we can ask for.
#[cfg(target_os = "macos")]
pub(super) fn thread_id() -> u64 {
    let mut id = 0_u64;
    // SAFETY: a null thread means the calling one, and `id` is valid to write to.
    let status = unsafe { libc::pthread_threadid_np(0, &raw mut id) };
    if status == 0 { id } else { 0 }
}

/// The number the system's own tools show for the calling thread; 0 where it has none we can ask for.
#[cfg(not(any(target_os = "linux", target_os = "macos")))]
pub(super) fn thread_id() -> u64 {
    0
}
