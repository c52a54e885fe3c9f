//! What Linux says of processes, in `/proc`.

use std::fs::{read_dir, read_to_string};

/// One process.
pub struct Stat {
    /// 'R' of one that runs, 'S' of one that sleeps, 'T' of one that is stopped, 'Z' of a zombie.
    pub state: char,
    pub parent: u32,
    pub group: u32,
    /// Hundredths of a second that it has computed.
    pub computed: u64,
}

impl Stat {
    /// Whether it runs: zombies that nobody has waited for do not.
    pub fn runs(&self) -> bool {
        !matches!(self.state, 'Z' | 'X')
    }
}

/// What is said of a process, if there is one of this number.
pub fn stat(pid: u32) -> Option<Stat> {
    let stat = read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // Its name, before this, may be anything.
    let (_, rest) = stat.rsplit_once(')')?;
    let fields: Vec<&str> = rest.split_whitespace().collect();
    // A process that is just ending has no group (-1).
    let number = |place: usize| fields.get(place).and_then(|f| f.parse().ok()).unwrap_or(0);
    let (parent, group) = (number(1) as u32, number(2) as u32);
    Some(Stat { state: fields.first()?.chars().next()?, parent, group, computed: number(11) })
}

/// Whether a process of this number runs.
pub fn runs(pid: u32) -> bool {
    stat(pid).is_some_and(|stat| stat.runs())
}

/// All processes.
pub fn all() -> impl Iterator<Item = (u32, Stat)> {
    let entries = read_dir("/proc").into_iter().flatten().flatten();
    let pids = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    pids.filter_map(|pid| Some((pid, stat(pid)?)))
}

/// The children of a process, zombies included.
pub fn children_of(parent: u32) -> Vec<u32> {
    all().filter(|(_, stat)| stat.parent == parent).map(|(pid, _)| pid).collect()
}

/// The processes that run and began with this among their environment, as `NAME=value`.
pub fn began_with(entry: &str) -> Vec<u32> {
    let has = |pid: u32| {
        let environment = std::fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
        environment.split(|byte| *byte == 0).any(|one| one == entry.as_bytes())
    };
    all().filter(|(pid, stat)| stat.runs() && has(*pid)).map(|(pid, _)| pid).collect()
}
