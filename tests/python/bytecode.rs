//! The recorder's bytecode: it is there before a program begins, and a program is recorded whatever has become of what is kept.

use crate::common::runs::PROGRAM;
use crate::support::Programs;
use serde_json::Value;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const LOCKS: &str = "\
import threading

lock = threading.Lock()
with lock:
    pass
";

/// The command, with this cache folder.
fn command(programs: &Programs, cache: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(PROGRAM);
    command.args(["python", "--json"]).args(args).arg("locks.py").current_dir(programs.path());
    command.env("XDG_CACHE_HOME", cache).stdin(Stdio::null());
    command
}

/// What it tells of the program, which has been recorded.
fn told(command: &mut Command) -> Value {
    let output = command.output().unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&report["exit_status"], &report["dropped"]), (&0.into(), &0.into()), "{report:#}");
    let resources = report["resources"].as_array().unwrap();
    assert!(resources.iter().any(|one| one["name"] == "lock"), "{report:#}");
    report
}

/// Runs it by a Python that says where its modules come from and writes no bytecode itself. The places of the recorder's that
/// it takes.
fn places(command: &mut Command) -> Vec<String> {
    let report = told(command.env("PYTHONVERBOSE", "1").env("PYTHONDONTWRITEBYTECODE", "1"));
    let said = report["stderr"].as_str().unwrap();
    let places = said.lines().filter_map(|line| line.split_once("code object from "));
    let places = places.map(|(_, place)| place.trim_matches('\'').to_owned());
    places.filter(|place| place.contains("concurrency-lab-run-")).collect()
}

fn run(programs: &Programs, cache: &Path) -> Vec<String> {
    places(&mut command(programs, cache, &[]))
}

fn is_bytecode(places: &[String]) -> bool {
    for module in ["/sitecustomize.", "/_clab_recorder/"] {
        assert!(places.iter().any(|place| place.contains(module)), "{places:?}");
    }
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
    std::fs::write(folder.join("01234567-cpython-39-610d0d0a"), "old").unwrap();
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
        let made = kept(&cache).metadata().unwrap().ino();
        assert!(is_bytecode(&run(&programs, &cache)), "{} bytes", bytes.len());
        assert_eq!(kept(&cache).metadata().unwrap().ino(), made, "{} bytes", bytes.len());
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

/// A Python that says who it is, and does this when it is to make bytecode.
fn odd_python(programs: &Programs, name: &str, does: &str) -> String {
    let path = programs.file(name);
    let text = format!("#!/bin/sh\ncase \"$3\" in *marshal*) {does};; esac\nexec python3 \"$@\"\n");
    std::fs::write(&path, text).unwrap();
    std::fs::set_permissions(&path, PermissionsExt::from_mode(0o755)).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn a_program_is_recorded_whatever_its_python_makes_of_the_recorder() {
    let programs = Programs::new(&[("locks.py", LOCKS)]);
    let odd = [
        ("fails", "exit 3"),
        ("hangs", "exec sleep 60"),
        ("lies", "echo made; exit 0"),
        ("chatters", "exec yes"),
        // Files may have 8 blocks of 512 bytes.
        ("cuts", "ulimit -f 8"),
    ];
    for (name, does) in odd {
        let python = odd_python(&programs, name, does);
        let cache = programs.file(&format!("cache of one that {name}"));
        let mut command = command(&programs, &cache, &["--python", &python]);
        assert!(!is_bytecode(&places(&mut command)), "{name}");
        let left = cache.join("concurrency-lab/recorder").read_dir().unwrap().count();
        assert_eq!(left, 0, "{name}");
    }
}

/// The time is over before the program is begun.
#[test]
fn a_program_is_not_begun_that_has_no_time_left() {
    let programs = Programs::new(&[("locks.py", "open('begun', 'w')\n")]);
    let python = odd_python(&programs, "slow", "exec sleep 60");
    let args = ["--timeout", "1", "--python", &python];
    let mut command = command(&programs, &programs.file("cache"), &args);
    let output = command.output().unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&report["timed_out"], &report["events"]), (&true.into(), &0.into()), "{report:#}");
    assert!(!programs.file("begun").exists());
}

/// Where this user wants bytecode to be, none of the recorder's stays.
#[test]
fn nothing_is_left_where_bytecode_is_kept_elsewhere() {
    let programs = Programs::new(&[("locks.py", LOCKS)]);
    let elsewhere = programs.file("elsewhere");
    let mut command = command(&programs, &programs.file("cache"), &[]);
    told(command.env("PYTHONPYCACHEPREFIX", &elsewhere).env_remove("PYTHONDONTWRITEBYTECODE"));
    fn files(folder: &Path) -> Vec<PathBuf> {
        let inside = folder.read_dir().into_iter().flatten().map(|entry| entry.unwrap().path());
        inside.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
    }
    let left = files(&elsewhere);
    assert!(left.iter().all(|path| !path.to_string_lossy().contains("_clab")), "{left:?}");
}
