//! The system's allocator, told what a window needs of it.

/// Has the allocator keep what one frame gives back for the next. The meshes of a frame take some ten megabytes; glibc
/// hands blocks of that size back to the system now and then, and to get them again costs a page fault for every 4 KiB:
/// several milliseconds in a frame that has eight. Elsewhere nothing is done.
///
/// The numbers are bytes: blocks from 8 MiB on (recordings, not meshes) still come from the system and grow without being
/// copied; up to 64 MiB that are free stay with the program. See `mallopt(3)`.
pub fn keep_what_frames_use() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    {
        // SAFETY: plain calls with numbers; both may come at any time, from any thread.
        unsafe {
            libc::mallopt(libc::M_MMAP_THRESHOLD, 8 << 20);
            libc::mallopt(libc::M_TRIM_THRESHOLD, 64 << 20);
        }
    }
}
