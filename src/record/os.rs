//! What the operating system knows of a thread. Small functions, per system where they differ.

/// The number the system's own tools show for the calling thread; 0 where it has none we can ask for.
#[cfg(target_os = "linux")]
pub fn thread_id() -> u64 {
    // SAFETY: gettid takes nothing and cannot fail.
    let id = unsafe { libc::gettid() };
    u64::try_from(id).unwrap_or(0)
}

/// The number the system's own tools show for the calling thread; 0 where it has none we can ask for.
#[cfg(target_os = "macos")]
pub fn thread_id() -> u64 {
    let mut id = 0_u64;
    // SAFETY: a null thread means the calling one, and `id` is valid to write to.
    let status = unsafe { libc::pthread_threadid_np(0, &raw mut id) };
    if status == 0 { id } else { 0 }
}

/// The number the system's own tools show for the calling thread; 0 where it has none we can ask for.
#[cfg(not(any(target_os = "linux", target_os = "macos")))]
pub fn thread_id() -> u64 {
    0
}

/// Nanoseconds the calling thread has had a processor, where the system tells.
#[cfg(unix)]
pub fn thread_cpu_time() -> Option<u64> {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: `time` is valid to write to.
    let status = unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &raw mut time) };
    (status == 0).then(|| time.tv_sec as u64 * 1_000_000_000 + time.tv_nsec as u64)
}

/// Nanoseconds the calling thread has had a processor, where the system tells.
#[cfg(not(unix))]
pub fn thread_cpu_time() -> Option<u64> {
    None
}
