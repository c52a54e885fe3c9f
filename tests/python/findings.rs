//! Programs with faults that people get stuck on, and others that only look like those: what is said of each. The first lines of a
//! program in `tests/python_findings` tell what is to be found, and what is not.

use crate::common::runs::PROGRAM;
use crate::support;
use concurrency_lab::replay::FindingKind;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

/// What a line of a program's head says.
fn said<'a>(text: &'a str, what: &str) -> Option<Vec<&'a str>> {
    let mut lines = text.lines().take_while(|line| line.starts_with('#'));
    let line = lines.find_map(|line| line.strip_prefix(&format!("# {what}:")))?;
    Some(line.split_whitespace().collect())
}

fn report(python: Option<&Path>, path: &Path, limit: &str) -> Value {
    let mut command = Command::new(PROGRAM);
    command.args(["python", "--json", "--timeout", limit]);
    command.args(python.into_iter().flat_map(|python| [Path::new("--python"), python]));
    command.arg(path).env_remove("PYTHONPATH").stdin(Stdio::null());
    let output = command.output().unwrap();
    let complained = String::from_utf8_lossy(&output.stderr);
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{}: {error}: {complained}", path.display()))
}

/// What is wrong with what is said of a program.
fn wrong(python: Option<&Path>, path: &Path) -> Option<String> {
    let text = std::fs::read_to_string(path).unwrap();
    let wanted = said(&text, "finds").unwrap();
    let unwanted = said(&text, "not").unwrap_or_default();
    let hangs = said(&text, "timeout");
    let seconds = hangs.as_ref().and_then(|words| words.first()?.parse::<u32>().ok());
    // On a busy machine a start takes seconds, and the limit counts from the command's.
    let limit = seconds.map_or(60, |seconds| seconds + 4);
    let report = report(python, path, &limit.to_string());
    let found = support::findings(&report);
    let is_fault = |id: &str| {
        let kind = FindingKind::ALL.into_iter().find(|kind| kind.id() == id);
        kind.unwrap_or_else(|| panic!("{id}")).is_fault()
    };
    let is_told = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .all(|found| found["is_fault"].as_bool() == found["id"].as_str().map(is_fault));
    let missing = wanted.iter().any(|id| !found.contains(id));
    let others =
        found.iter().any(|id| unwanted.contains(id) || is_fault(id) && !wanted.contains(id));
    let is_ended = report["timed_out"] == hangs.is_some();
    (missing || others || !is_ended || !is_told).then(|| {
        format!("{}: wanted {wanted:?}, found {:#}\n{report:#}", path.display(), report["findings"])
    })
}

fn all_wrong(python: Option<&Path>) -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/python_findings");
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|end| end == "py"));
    paths.sort();
    assert!(paths.len() >= 25, "{} programs", paths.len());
    // The first run has the recorder compiled, which is no part of what a program's time limit is for.
    report(python, &folder.join("short_but_at_once.py"), "60");
    let next = AtomicUsize::new(0);
    let work = || {
        let mut all = Vec::new();
        while let Some(path) = paths.get(next.fetch_add(1, Ordering::Relaxed)) {
            all.extend(wrong(python, path));
        }
        all
    };
    std::thread::scope(|scope| {
        let others: Vec<_> = (0..3).map(|_| scope.spawn(work)).collect();
        others.into_iter().flat_map(|other| other.join().unwrap()).collect()
    })
}

#[test]
fn what_goes_wrong_in_a_program_is_said_and_nothing_else() {
    let wrong = all_wrong(None);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
#[ignore = "needs several interpreters: cargo test --test python -- --ignored every_interpreter"]
fn what_goes_wrong_is_said_with_every_interpreter() {
    let mut all = Vec::new();
    for python in super::recorder::interpreters() {
        let wrong = all_wrong(Some(&python));
        all.extend(wrong.into_iter().map(|wrong| format!("{}: {wrong}", python.display())));
    }
    assert!(all.is_empty(), "{}", all.join("\n"));
}
