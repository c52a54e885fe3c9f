//! Every Python listing of every preset, run by Python under the recorder, beside the run by this program: both come to the same
//! outcome, or differ as the table says.

mod differences;
mod outcomes;

use crate::common::runs::PROGRAM;
use concurrency_lab::topics::ALL;
use differences::{DIFFERENCES, Difference};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Runs at once: they sleep most of the time.
const AT_ONCE: usize = 6;

/// Less to do, and faster, with the same outcome.
const SMALL: &[(&str, &[&str])] = &[
    ("threads-vs-processes", &["limit=20000", "side=40", "megabytes=1", "trials=1", "most=4", "cpython=none"]),
    ("threads-vs-processes/downloads", &["time_scale=0.02"]),
    ("threads-vs-processes/mixed", &["time_scale=0.02"]),
    ("threads-vs-processes/responsive", &["time_scale=0.05"]),
    ("threads-vs-processes/how-many", &["time_scale=0.05"]),
    ("threads-vs-processes/isolation", &["time_scale=0.05"]),
    ("process-pool", &["time_scale=0.05", "limit=2000", "side=8"]),
    ("process-pool/a-thousand-images", &["tasks=12"]),
    ("multiprocessing", &["time_scale=0.05"]),
    ("shared-list", &["time_scale=0.05"]),
    ("sharing-data", &["time_scale=0.05", "messages=20", "start_method=none"]),
    ("exceptions", &["time_scale=0.05", "start_method=none"]),
    ("factorials", &["time_scale=0.05", "n=2000"]),
    ("pool-size", &["trials=1", "work=0", "backend=workers", "sizes=2 4"]),
];

/// The run of a preset by one of the engines, as the command reports it.
fn run(topic: &str, preset: &str, engine: &str, limit: &str) -> Value {
    let path = format!("{topic}/{preset}");
    let sets = SMALL.iter().filter(|(of, _)| *of == topic || *of == path);
    let sets = sets.flat_map(|(_, sets)| sets.iter()).flat_map(|set| ["--set", set]);
    let mut command = Command::new(PROGRAM);
    command.args(["run", topic, "--preset", preset, "--json", "--engine", engine]).args(sets);
    let output = command.args(["--timeout", limit]).stdin(Stdio::null()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let complained = String::from_utf8_lossy(&output.stderr);
    serde_json::from_str(&said)
        .unwrap_or_else(|error| panic!("{path} by {engine}: {error}\n{said}\n{complained}"))
}

/// The ids of the faults that were found: not of the remarks, which depend on times.
fn faults(report: &Value) -> BTreeSet<&str> {
    let notes = [
        "uncontended-lock",
        "no-overlap",
        "passed-over",
        "one-lock-for-all",
        "only-luck",
        "costly-hand-over",
    ];
    crate::support::findings(report).into_iter().filter(|id| !notes.contains(id)).collect()
}

/// What is wrong with the two runs of a preset, beside what is known to differ.
fn compare(topic: &str, preset: &str) -> Vec<String> {
    let path = format!("{topic}/{preset}");
    let known: Vec<&Difference> =
        DIFFERENCES.iter().filter(|(of, ..)| *of == path).map(|(_, known, _)| known).collect();
    let waits = known.iter().any(|known| matches!(known, Difference::WaitsForEver));
    let (ours, theirs) = std::thread::scope(|scope| {
        let ours = scope.spawn(|| run(topic, preset, "rust", "60"));
        let theirs = run(topic, preset, "python", if waits { "2" } else { "60" });
        (ours.join().unwrap(), theirs)
    });
    let mut wrong = Vec::new();
    let mut check = |what: &str, ours: String, theirs: String| {
        if ours != theirs {
            wrong.push(format!("{path}: {what}: {ours} by this program, {theirs} by Python"));
        }
    };
    check("engine", "rust python".to_owned(), format!("{} {}", text(&ours["engine"]), text(&theirs["engine"])));
    check("events lost", "0 0".to_owned(), format!("{} {}", ours["dropped"], theirs["dropped"]));
    check("preset and parameters", of(&ours), of(&theirs));
    check("ended because nobody could go on", ours["stuck"].to_string(), theirs["stuck"].to_string());
    check("timed out", waits.to_string(), theirs["timed_out"].to_string());
    if !waits && theirs["stuck"] == false {
        check("exit status", "0".to_owned(), theirs["exit_status"].to_string());
    }
    let (mut found, mut wanted) = (faults(&theirs), faults(&ours));
    for known in &known {
        match known {
            Difference::NotFound(id) => drop(wanted.remove(id)),
            Difference::AlsoFound(id) => drop(found.remove(id)),
            Difference::MayFind(id) => {
                wanted.remove(id);
                found.remove(id);
            }
            Difference::WaitsForEver | Difference::Outcome => {}
        }
    }
    check("found", format!("{wanted:?}"), format!("{found:?}"));
    if !known.iter().any(|known| matches!(known, Difference::Outcome | Difference::WaitsForEver)) {
        let stdout = text(&theirs["stdout"]);
        let (ours, theirs) = outcomes::both(topic, preset, &ours["outcome"], stdout);
        check("outcome", ours.to_string(), theirs.to_string());
    }
    if !wrong.is_empty() {
        wrong.push(format!("{}\n{}", text(&theirs["stdout"]), text(&theirs["stderr"])));
    }
    wrong
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// What a run was of.
fn of(report: &Value) -> String {
    format!("{} {} {}", report["topic"], report["preset"], report["params"])
}

#[test]
fn every_listing_comes_to_the_outcome_of_this_program() {
    let all: Vec<(&str, &str)> = ALL
        .iter()
        .flat_map(|topic| topic.about().presets.iter().map(|preset| (topic.id(), preset.id)))
        .collect();
    let paths: BTreeMap<String, ()> = all.iter().map(|(t, p)| (format!("{t}/{p}"), ())).collect();
    for (path, _, why) in DIFFERENCES {
        assert!(paths.contains_key(*path) && !why.is_empty(), "{path}");
    }
    let next = AtomicUsize::new(0);
    let wrong: Vec<String> = std::thread::scope(|scope| {
        let work = || {
            let mut wrong = Vec::new();
            while let Some((topic, preset)) = all.get(next.fetch_add(1, Ordering::Relaxed)) {
                wrong.extend(compare(topic, preset));
            }
            wrong
        };
        let threads: Vec<_> = (0..AT_ONCE).map(|_| scope.spawn(work)).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
