//! Systems that are no Unix.

/// Nanoseconds the calling thread has had a processor, where the system tells.
pub fn thread_cpu_time() -> Option<u64> {
    None
}

/// No signal is sent here for such a file.
pub fn take_limits_as_errors() {}
