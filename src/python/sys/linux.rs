//! Linux: subreaper, parent-death signal, `/proc`.

use super::Process;
use crate::record::os;
use std::ffi::CString;
use std::os::unix::ffi::OsStrExt;
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
