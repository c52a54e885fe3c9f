//! What only some systems have, or tell.

use std::io;

/// Whether the system refused something because this program has as many open files as it may have.
#[cfg(unix)]
pub(super) fn is_out_of_files(error: &io::Error) -> bool {
    error.raw_os_error() == Some(libc::EMFILE)
}

/// Not told here.
#[cfg(not(unix))]
pub(super) fn is_out_of_files(_: &io::Error) -> bool {
    false
}

/// The model of the processor.
#[cfg(target_os = "linux")]
pub(super) fn processor() -> String {
    use std::io::Read as _;

    let mut text = String::new();
    if let Ok(file) = std::fs::File::open("/proc/cpuinfo")
        // The first processor stands for all.
        && let Err(error) = file.take(1 << 14).read_to_string(&mut text)
    {
        log::debug!("the model of the processor: {error}");
    }
    let model = text.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    model.map_or_else(String::new, |(_, name)| name.trim().chars().take(100).collect())
}

/// Not told here.
#[cfg(not(target_os = "linux"))]
pub(super) fn processor() -> String {
    String::new()
}
