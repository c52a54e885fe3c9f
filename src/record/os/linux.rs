//! Linux: most of it is in `/proc`.

use super::Memory;

/// The number the system's own tools show for the calling thread; 0 where it has none we can ask for.
pub fn thread_id() -> u64 {
    // SAFETY: gettid takes nothing and cannot fail.
    let id = unsafe { libc::gettid() };
    u64::try_from(id).unwrap_or(0)
}

/// The memory of this process, counted page by page, which may take a millisecond; where the system tells.
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
pub fn quick_memory() -> Option<Memory> {
    let pages = std::fs::read_to_string("/proc/self/statm").ok()?;
    let mut numbers = pages.split_whitespace().skip(1).map(str::parse::<u64>);
    let (resident, shared) = (numbers.next()?.ok()?, numbers.next()?.ok()?);
    // SAFETY: plain call.
    let page = u64::try_from(unsafe { libc::sysconf(libc::_SC_PAGESIZE) }).ok()?;
    Some(Memory { resident: page * resident, own: page * resident.saturating_sub(shared) })
}

/// How often the calling thread has left a processor, of its own accord or not; where the system tells.
pub fn thread_switches() -> Option<u64> {
    // SAFETY: all zeros are a valid `rusage`, which is valid to write to.
    let (status, usage) = unsafe {
        let mut usage: libc::rusage = std::mem::zeroed();
        (libc::getrusage(libc::RUSAGE_THREAD, &raw mut usage), usage)
    };
    let switches = usage.ru_nvcsw + usage.ru_nivcsw;
    (status == 0).then(|| u64::try_from(switches).unwrap_or(0))
}

/// How many threads of other programs run at this instant, or want a processor.
pub fn other_threads() -> Option<usize> {
    let running = running(&std::fs::read_to_string("/proc/stat").ok()?)?;
    // The thread that asks is one of them.
    if running <= 1 { Some(0) } else { Some(running.saturating_sub(own_running()?)) }
}

/// How many threads run on the whole machine, of what Linux says of it.
fn running(stat: &str) -> Option<usize> {
    let line = stat.lines().find_map(|line| line.strip_prefix("procs_running "))?;
    line.trim().parse().ok()
}

/// How many threads of this process run.
fn own_running() -> Option<usize> {
    let tasks = std::fs::read_dir("/proc/self/task").ok()?;
    let running = |task: &std::path::Path| stat(task).is_some_and(|stat| stat.starts_with('R'));
    Some(tasks.flatten().filter(|task| running(&task.path())).count())
}

/// The PIDs of all processes.
pub fn pids() -> impl Iterator<Item = i32> {
    let entries = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok())
}

/// What `stat` says, behind its name, of the process or thread that this folder of `/proc` is of: "R 1 …".
pub fn stat(folder: &std::path::Path) -> Option<String> {
    let stat = std::fs::read(folder.join("stat")).ok()?;
    // "4711 (name) R …": a name may have anything in it, and half a letter.
    Some(String::from_utf8_lossy(&stat).rsplit_once(") ")?.1.trim_end().to_owned())
}

/// The least number of processes that the control groups of this process allow (version 2, as it is mounted everywhere).
pub fn most_of_group() -> Option<u64> {
    let groups = std::fs::read_to_string("/proc/self/cgroup").ok()?;
    let own = groups.lines().find_map(|line| line.strip_prefix("0::"))?;
    let root = std::path::Path::new("/sys/fs/cgroup");
    let own = root.join(own.trim_start_matches('/'));
    let groups = own.ancestors().take_while(|group| group.starts_with(root));
    let most = groups.filter_map(|group| std::fs::read_to_string(group.join("pids.max")).ok());
    most.filter_map(|most| most.trim().parse().ok()).min()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_running_threads_are_read_off_what_linux_says() {
        assert_eq!(running("cpu  1 2 3\nctxt 77\nprocs_running 5\nprocs_blocked 0\n"), Some(5));
        assert_eq!(running("cpu  1 2 3\n"), None);
    }

    #[test]
    fn a_thread_is_known_whatever_its_name() {
        // Cut by the system after 15 bytes, in the middle of a letter.
        let named = std::thread::Builder::new().name("ääääääää) Z".to_owned());
        let own = || stat(std::path::Path::new("/proc/thread-self"));
        let known = named.spawn(own).ok().and_then(|thread| thread.join().ok()).flatten();
        assert!(known.is_some_and(|stat| stat.starts_with("R ")));
    }

    #[test]
    fn threads_of_this_program_are_told_from_others() {
        use std::sync::atomic::{AtomicBool, Ordering};
        static OVER: AtomicBool = AtomicBool::new(false);
        let begun = std::sync::Barrier::new(9);
        let own = std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    begun.wait();
                    while !OVER.load(Ordering::Relaxed) {
                        std::hint::spin_loop();
                    }
                });
            }
            begun.wait();
            // The threads at the barrier become ready one after another.
            let most = (0..1000).filter_map(|_| own_running()).take_while(|own| *own < 9).count();
            OVER.store(true, Ordering::Relaxed);
            most
        });
        assert!(own < 1000, "all eight and the one that asks");
        assert!(other_threads().is_some());
    }
}
