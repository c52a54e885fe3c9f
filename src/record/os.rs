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

/// Memory of this process, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Memory {
    /// In use now.
    pub resident: u64,
    /// Of that, what belongs to this process alone.
    pub own: u64,
}

/// The memory of this process, counted page by page, which may take a millisecond; where the system tells.
#[cfg(target_os = "linux")]
pub fn memory() -> Option<Memory> {
    let pages = std::fs::read_to_string("/proc/self/smaps_rollup").ok()?;
    let sum = |name: &str| {
        let lines = pages.lines().filter(|line| line.starts_with(name));
        lines.filter_map(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok()).sum::<u64>()
    };
    Some(Memory { resident: 1024 * sum("Rss:"), own: 1024 * sum("Private_") })
}

/// The same in microseconds: what is mapped from files or shared counts as shared, the rest as own. So it is good for
/// how much a process has grown.
#[cfg(target_os = "linux")]
pub fn quick_memory() -> Option<Memory> {
    let pages = std::fs::read_to_string("/proc/self/statm").ok()?;
    let mut numbers = pages.split_whitespace().skip(1).map(str::parse::<u64>);
    let (resident, shared) = (numbers.next()?.ok()?, numbers.next()?.ok()?);
    // SAFETY: plain call.
    let page = u64::try_from(unsafe { libc::sysconf(libc::_SC_PAGESIZE) }).ok()?;
    Some(Memory { resident: page * resident, own: page * resident.saturating_sub(shared) })
}

/// How often the calling thread has left a processor, of its own accord or not; where the system tells.
#[cfg(target_os = "linux")]
pub fn thread_switches() -> Option<u64> {
    // SAFETY: all zeros are a valid `rusage`, which is valid to write to.
    let (status, usage) = unsafe {
        let mut usage: libc::rusage = std::mem::zeroed();
        (libc::getrusage(libc::RUSAGE_THREAD, &raw mut usage), usage)
    };
    let switches = usage.ru_nvcsw + usage.ru_nivcsw;
    (status == 0).then(|| u64::try_from(switches).unwrap_or(0))
}

/// Not told here.
#[cfg(not(target_os = "linux"))]
pub fn memory() -> Option<Memory> {
    None
}

/// Not told here.
#[cfg(not(target_os = "linux"))]
pub fn quick_memory() -> Option<Memory> {
    None
}

/// Not told here.
#[cfg(not(target_os = "linux"))]
pub fn thread_switches() -> Option<u64> {
    None
}
