//! In what order files are read, and how far.

#![allow(clippy::unwrap_used)]

use super::*;

/// The files of a process, which has recorded nothing.
fn begun(folder: &Path, pid: u64, began: u64, definitions: &str) {
    let mut head = vec![0; HEADER as usize];
    head[..8].copy_from_slice(SIGNATURE);
    head[8..12].copy_from_slice(&(SLOT as u32).to_le_bytes());
    head[12..16].copy_from_slice(&(HEADER as u32).to_le_bytes());
    head[24..32].copy_from_slice(&pid.to_le_bytes());
    head[32..40].copy_from_slice(&began.to_le_bytes());
    let path = folder.join(format!("{pid}.0.ring"));
    std::fs::write(path.with_extension("defs"), definitions).unwrap();
    std::fs::write(path, head).unwrap();
}

#[test]
fn what_is_defined_beyond_the_most_is_missing_and_counts_once() {
    let folder = tempfile::tempdir().unwrap();
    let (first, more) = ("{\"d\":\"text\"}\n", "{\"d\":\"site\"}\n");
    begun(folder.path(), 7, 1, first);
    let mut files = Files::new(folder.path());
    files.most_definitions = first.len() as u64;
    let mut read = || {
        files.look();
        let found = files.definitions().len();
        (found, files.damaged(0), files.is_cut(0))
    };
    assert_eq!([read(), read()], [(1, 0, false), (0, 0, false)], "all that there is");
    begun(folder.path(), 7, 1, &format!("{first}{more}{more}"));
    assert_eq!([read(), read()], [(0, 1, true), (0, 1, true)]);
}

#[test]
fn processes_stand_in_the_order_in_which_they_began_whatever_their_pids_are() {
    let folder = tempfile::tempdir().unwrap();
    for (pid, began) in [(10_002_u64, 20_u64), (9_998, 10), (9_999, 30)] {
        begun(folder.path(), pid, began, "");
    }
    let mut files = Files::new(folder.path());
    files.look();
    let began: Vec<u64> = files.processes.iter().map(|process| process.began).collect();
    assert_eq!(began, [10, 20, 30]);
}
