//! What every Unix has.

/// Nanoseconds the calling thread has had a processor, where the system tells.
pub fn thread_cpu_time() -> Option<u64> {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: `time` is valid to write to.
    let status = unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &raw mut time) };
    (status == 0).then(|| time.tv_sec as u64 * 1_000_000_000 + time.tv_nsec as u64)
}

/// A file that grows beyond what the system allows is an error where it is written, not the end of the program.
pub fn take_limits_as_errors() {
    // SAFETY: plain call; no handler of ours is involved.
    unsafe { libc::signal(libc::SIGXFSZ, libc::SIG_IGN) };
}

/// The most processes and threads that the user may have, where there is such a limit.
pub fn most_of_user() -> Option<u64> {
    // SAFETY: `limit` gives it room to write to.
    limit(|it| unsafe { libc::getrlimit(libc::RLIMIT_NPROC, it) })
}

/// The most files that this process may have open, where there is such a limit.
pub fn most_open_files() -> Option<u64> {
    // SAFETY: `limit` gives it room to write to.
    limit(|it| unsafe { libc::getrlimit(libc::RLIMIT_NOFILE, it) })
}

/// Whether the memory of this process is limited.
pub fn limits_memory() -> bool {
    // SAFETY: `limit` gives it room to write to.
    limit(|it| unsafe { libc::getrlimit(libc::RLIMIT_AS, it) }).is_some()
}

/// A limit of this process, where there is one; `get` asks for it.
fn limit(get: impl FnOnce(*mut libc::rlimit) -> libc::c_int) -> Option<u64> {
    let mut limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    let known = get(&raw mut limit) == 0;
    (known && limit.rlim_cur != libc::RLIM_INFINITY).then_some(limit.rlim_cur)
}
