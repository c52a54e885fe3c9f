//! Linux: subreaper, parent-death signal, `/proc`.

use super::Process;
use crate::record::os;
use std::collections::BTreeSet;
use std::ffi::CString;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

/// The folder that is kept in memory.
pub(super) const MEMORY: Option<&str> = Some("/dev/shm");

pub(super) fn become_subreaper() {
    // SAFETY: plain call on the calling process.
    unsafe { libc::prctl(libc::PR_SET_CHILD_SUBREAPER, 1) };
}

pub(super) fn die_with_parent() {
    // SAFETY: plain call that may be made between fork and exec.
    unsafe { libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL) };
}

pub(super) fn processes() -> Vec<Process> {
    os::pids().filter_map(process).collect()
}

fn stat(pid: i32) -> Option<String> {
    os::stat(Path::new(&format!("/proc/{pid}")))
}

pub(super) fn left_status(pid: i32) -> Option<i32> {
    const EXIT_CODE: usize = 49;
    let stat = stat(pid)?;
    let mut fields = stat.split(' ');
    (stat.starts_with("Z ")).then(|| fields.nth(EXIT_CODE)?.parse().ok())?
}

/// One that has not ended.
fn process(pid: i32) -> Option<Process> {
    let stat = stat(pid)?;
    let mut fields = stat.split(' ');
    let state = fields.next()?;
    let parent = fields.next()?.parse().ok()?;
    let session = fields.nth(1)?.parse().ok()?;
    (!matches!(state, "Z" | "X")).then_some(Process { pid, parent, session })
}

pub(super) fn began_with(pid: i32, variable: &[u8]) -> bool {
    let environment = std::fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
    environment.split(|byte| *byte == 0).any(|entry| entry == variable)
}

/// Files that are in the memory of a process, as device and number: those that may be named semaphores.
pub(super) fn semaphores(pid: i32) -> Vec<(u64, u64)> {
    // "7f95…-7f95… rw-s 00000000 00:1b 532050     /dev/shm/sem.qjcnIr (deleted)": the C library makes one under another name.
    let maps = std::fs::read(format!("/proc/{pid}/maps")).unwrap_or_default();
    let maps = String::from_utf8_lossy(&maps);
    let file = |line: &str| {
        let mut fields = line.split_whitespace().skip(3);
        let (major, minor) = fields.next()?.split_once(':')?;
        let number = fields.next()?.parse().ok()?;
        let hex = |digits| u32::from_str_radix(digits, 16).ok();
        Some((libc::makedev(hex(major)?, hex(minor)?), number))
    };
    maps.lines().filter(|line| line.contains(SEMAPHORES)).filter_map(file).collect()
}

/// Where named semaphores are.
const SEMAPHORES: &str = "/dev/shm/sem.";

/// Removes the names that CPython's multiprocessing gave to these semaphores, where they still have them.
pub(super) fn remove_semaphores(files: &BTreeSet<(u64, u64)>) {
    let entries = std::fs::read_dir("/dev/shm").into_iter().flatten().flatten();
    for entry in entries.filter(|entry| entry.file_name().as_bytes().starts_with(b"sem.mp-")) {
        let about = entry.metadata().map(|about| (about.dev(), about.ino()));
        if about.is_ok_and(|file| files.contains(&file)) {
            // Somebody else may have removed it just now.
            let _ = std::fs::remove_file(entry.path());
        }
    }
}

pub(super) fn command_line(pid: i32) -> Vec<u8> {
    std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default()
}

pub(super) fn is_in_memory(folder: &Path) -> bool {
    let Ok(path) = CString::new(folder.as_os_str().as_bytes()) else { return false };
    // SAFETY: an all-zero statfs is valid, and valid to write to; the path ends in a zero byte.
    let (done, stat) = unsafe {
        let mut stat: libc::statfs = std::mem::zeroed();
        (libc::statfs(path.as_ptr(), &raw mut stat), stat)
    };
    done == 0 && stat.f_type == libc::TMPFS_MAGIC
}
