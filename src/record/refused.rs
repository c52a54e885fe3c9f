//! Why the system refused something, in words that say what to do.

#[cfg(unix)]
use super::os;
use std::io;

/// Why, and what to do, where that is known; else what the system says.
pub fn why(error: &io::Error) -> String {
    known(error).unwrap_or_else(|| said(error))
}

/// What the system says, without its number.
fn said(error: &io::Error) -> String {
    let said = error.to_string();
    match said.split_once(" (os error") {
        Some((words, _)) => words.to_lowercase(),
        None => said,
    }
}

#[cfg(unix)]
fn known(error: &io::Error) -> Option<String> {
    let why = match error.raw_os_error()? {
        libc::EAGAIN => {
            let limit = most_processes().map_or_else(String::new, |(most, what)| {
                format!(", which {what} limits to {most}")
            });
            // A thread's stack is refused in the same words.
            let memory = match os::limits_memory() {
                true => ", or too little memory, which ulimit -v limits",
                false => "",
            };
            format!(
                "there are too many processes and threads{limit}{memory}; ask for fewer, or close other programs"
            )
        }
        libc::EMFILE => {
            let limit = os::most_open_files().map_or_else(String::new, |most| {
                format!(", of which this program may have {most}")
            });
            format!(
                "there are too many open files{limit}; ask for fewer processes, or raise it with ulimit -n"
            )
        }
        libc::ENFILE => "the system has too many open files; close other programs".to_owned(),
        libc::ENOMEM => {
            "there is not enough memory; ask for less, or close other programs".to_owned()
        }
        libc::EFBIG => {
            "a file would be larger than files may be here; raise that with ulimit -f".to_owned()
        }
        libc::EACCES | libc::EPERM => {
            "it may not be run: it is no program, or not allowed".to_owned()
        }
        libc::ENOEXEC => "it is no program for this machine".to_owned(),
        _ => return None,
    };
    Some(why)
}

#[cfg(not(unix))]
fn known(_: &io::Error) -> Option<String> {
    None
}

/// The least limit of processes and threads that can be found, and what sets it.
#[cfg(unix)]
fn most_processes() -> Option<(u64, &'static str)> {
    let user = os::most_of_user().map(|most| (most, "ulimit -u"));
    user.into_iter().chain(os::most_of_group().map(|most| (most, "a control group"))).min()
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn no_number_of_an_error_is_said() {
        for number in 1..=133 {
            let why = why(&io::Error::from_raw_os_error(number));
            assert!(!why.contains("os error") && !why.is_empty(), "{number}: {why}");
        }
        let full = why(&io::Error::from_raw_os_error(libc::EMFILE));
        assert!(full.contains("too many open files") && full.contains("ulimit -n"), "{full}");
        let full = why(&io::Error::from_raw_os_error(libc::EAGAIN));
        assert!(full.contains("too many processes and threads"), "{full}");
        assert_eq!(why(&io::Error::other("the thread is gone")), "the thread is gone");
    }
}
