//! The recorder's bytecode: it is there before a program begins, and a program is recorded whatever has become of what is kept.

use crate::common::runs::PROGRAM;
use crate::support::Programs;
use serde_json::Value;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const LOCKS: &str = "\
import threading

lock = threading.Lock()
with lock:
    pass
";

/// Runs it with this cache folder, by a Python that says where its modules come from and writes no bytecode itself. The places
/// of the recorder's that it takes.
fn run(programs: &Programs, cache: &Path) -> Vec<String> {
    let mut command = Command::new(PROGRAM);
    command.args(["python", "--json", "locks.py"]).current_dir(programs.path());
    command.env("XDG_CACHE_HOME", cache).stdin(Stdio::null());
    command.env("PYTHONVERBOSE", "1").env("PYTHONDONTWRITEBYTECODE", "1");
    let output = command.output().unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&report["exit_status"], &report["dropped"]), (&0.into(), &0.into()), "{report:#}");
    let resources = report["resources"].as_array().unwrap();
    assert!(resources.iter().any(|one| one["name"] == "lock"), "{report:#}");
    let said = report["stderr"].as_str().unwrap();
    let places = said.lines().filter_map(|line| line.split_once("code object from "));
    let places = places.map(|(_, place)| place.trim_matches('\'').to_owned());
    places.filter(|place| place.contains("_clab_recorder")).collect()
}

fn is_bytecode(places: &[String]) -> bool {
    assert!(places.iter().any(|place| place.contains("wire.")), "{places:?}");
    let is = |place: &&String| place.ends_with(".pyc");
    let many = places.iter().filter(is).count();
    assert!(many == 0 || many == places.len(), "{places:?}");
    many > 0
}

/// The one file that is kept.
fn kept(cache: &Path) -> PathBuf {
    let folder = cache.join("concurrency-lab/recorder");
    let all: Vec<_> = folder.read_dir().unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(all.len(), 1, "{all:?}");
    all[0].clone()
}

#[test]
fn the_recorder_is_compiled_once_and_not_by_the_program() {
    let programs = Programs::new(&[("locks.py", LOCKS)]);
    let cache = programs.file("cache");
    // What an older version of this program has kept, which goes.
    let folder = cache.join("concurrency-lab/recorder");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("0123456789abcdef-CPython.3.9.0"), "old").unwrap();
    assert!(is_bytecode(&run(&programs, &cache)));
    let first = kept(&cache);
    let made = first.metadata().unwrap().ino();
    assert!(is_bytecode(&run(&programs, &cache)));
    assert_eq!(first.metadata().unwrap().ino(), made, "made again");
}

#[test]
fn what_is_damaged_is_made_anew() {
    let programs = Programs::new(&[("locks.py", LOCKS)]);
    let cache = programs.file("cache");
    run(&programs, &cache);
    let file = kept(&cache);
    let whole = std::fs::read(&file).unwrap();
    let turned = |place: usize| {
        let mut bytes = whole.clone();
        bytes[place] ^= 16;
        bytes
    };
    let many = whole.len();
    let longer = whole.repeat(2);
    let damaged = [
        Vec::new(),
        whole[..many / 2].to_vec(),
        turned(0),
        turned(many / 2),
        turned(many - 1),
        longer,
        b"no bytecode at all".to_vec(),
    ];
    for bytes in damaged {
        std::fs::write(&file, &bytes).unwrap();
        assert!(is_bytecode(&run(&programs, &cache)), "{} bytes", bytes.len());
        assert_eq!(std::fs::read(kept(&cache)).unwrap().len(), many, "{} bytes", bytes.len());
    }
}

#[test]
fn a_program_compiles_the_recorder_where_nothing_can_be_kept() {
    let programs = Programs::new(&[("locks.py", LOCKS), ("no-folder", "")]);
    assert!(!is_bytecode(&run(&programs, &programs.file("no-folder"))));
    let cache = programs.file("cache");
    run(&programs, &cache);
    let file = kept(&cache);
    std::fs::remove_file(&file).unwrap();
    std::fs::create_dir(&file).unwrap();
    assert!(!is_bytecode(&run(&programs, &cache)));
}
