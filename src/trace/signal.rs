//! Names of signals, and the numbers of those that this program sends.

/// Asks a process to stop, as the keyboard does.
pub const SIGINT: u8 = 2;
/// Ends a process. It cannot be caught.
pub const SIGKILL: u8 = 9;
/// Asks a process to end.
pub const SIGTERM: u8 = 15;

/// A signal as programmers call it: `SIGKILL`. Names only the signals whose numbers are the same on every Unix, since a
/// trace does not say which system it comes from; of any other, the number: `signal 64`.
pub fn signal_name(signal: u8) -> String {
    let name = match signal {
        1 => "SIGHUP",
        SIGINT => "SIGINT",
        3 => "SIGQUIT",
        4 => "SIGILL",
        5 => "SIGTRAP",
        6 => "SIGABRT",
        8 => "SIGFPE",
        SIGKILL => "SIGKILL",
        11 => "SIGSEGV",
        13 => "SIGPIPE",
        14 => "SIGALRM",
        SIGTERM => "SIGTERM",
        other => return format!("signal {other}"),
    };
    name.to_owned()
}

#[cfg(test)]
mod tests {
    use super::signal_name;

    #[test]
    fn a_signal_has_its_name_where_that_is_the_same_everywhere() {
        assert_eq!([9, 11, 15, 6].map(signal_name), ["SIGKILL", "SIGSEGV", "SIGTERM", "SIGABRT"]);
        // 10 is SIGUSR1 on Linux and SIGBUS on macOS.
        assert_eq!([0, 10, 64].map(signal_name), ["signal 0", "signal 10", "signal 64"]);
    }

    #[cfg(unix)]
    #[test]
    fn the_numbers_are_those_of_this_system() {
        for (number, name) in [
            (libc::SIGHUP, "SIGHUP"),
            (libc::SIGINT, "SIGINT"),
            (libc::SIGQUIT, "SIGQUIT"),
            (libc::SIGILL, "SIGILL"),
            (libc::SIGTRAP, "SIGTRAP"),
            (libc::SIGABRT, "SIGABRT"),
            (libc::SIGFPE, "SIGFPE"),
            (libc::SIGKILL, "SIGKILL"),
            (libc::SIGSEGV, "SIGSEGV"),
            (libc::SIGPIPE, "SIGPIPE"),
            (libc::SIGALRM, "SIGALRM"),
            (libc::SIGTERM, "SIGTERM"),
        ] {
            assert_eq!(signal_name(number as u8), name);
        }
    }
}
