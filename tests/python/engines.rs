//! Every Python listing of every preset, run by Python under the recorder, beside the run by this program: both come to the same
//! outcome, or differ as the table says.

mod differences;
mod outcomes;
mod told;

use crate::common::runs::{self, PROGRAM};
use concurrency_lab::replay::findings;
use concurrency_lab::topics::ALL;
use concurrency_lab::topics::runner::Finished;
use differences::{DIFFERENCES, Difference};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Runs at once: they sleep most of the time.
const AT_ONCE: usize = 6;

/// Less to do, and faster, with the same outcome.
const SMALL: &[(&str, &[&str])] = &[
    (
        "threads-vs-processes",
        &["limit=20000", "side=40", "megabytes=1", "trials=1", "most=4", "cpython=none"],
    ),
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
    // An update is lost only where a child still counts when the next one begins.
    ("sharing-data/value-unlocked", &["time_scale=1"]),
    ("exceptions", &["time_scale=0.05", "start_method=none"]),
    ("factorials", &["time_scale=0.05", "n=2000"]),
    ("pool-size", &["trials=1", "work=0", "backend=workers", "sizes=2 4"]),
];

/// What is set otherwise than in the preset.
fn sets(topic: &str, preset: &str) -> Vec<&'static str> {
    let path = format!("{topic}/{preset}");
    let sets = SMALL.iter().filter(|(of, _)| *of == topic || *of == path);
    sets.flat_map(|(_, sets)| sets.iter().copied()).collect()
}

/// The run of a preset by this program, with the fields of its report that are compared.
fn by_this_program(topic: &str, preset: &str) -> Value {
    let (topic, sets) = (runs::topic(topic), sets(topic, preset));
    let params = runs::params(topic, preset, &sets);
    let Finished { trace, replay, result, .. } = runs::run(topic, preset, &sets);
    let params: serde_json::Map<String, Value> =
        params.iter().map(|(spec, value)| (spec.key.to_owned(), json!(value))).collect();
    let findings = findings(&trace, &replay).into_iter().map(|f| json!({ "id": f.kind.id() }));
    json!({
        "topic": topic.id(),
        "preset": preset,
        "params": params,
        "engine": trace.meta().recorder.engine(),
        "dropped": trace.dropped(),
        "stuck": trace.stuck().is_some(),
        "outcome": result.unwrap(),
        "findings": findings.collect::<Vec<_>>(),
    })
}

/// The run of a preset by Python, as the command reports it.
fn by_python(topic: &str, preset: &str, limit: &str) -> Value {
    let path = format!("{topic}/{preset}");
    let sets = sets(topic, preset).into_iter().flat_map(|set| ["--set", set]);
    let mut command = Command::new(PROGRAM);
    command.args(["run", topic, "--preset", preset, "--json", "--engine", "python"]).args(sets);
    command.arg("--python").arg(interpreter());
    let output = command.args(["--timeout", limit]).stdin(Stdio::null()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let complained = String::from_utf8_lossy(&output.stderr);
    serde_json::from_str(&said)
        .unwrap_or_else(|error| panic!("{path}: {error}\n{said}\n{complained}"))
}

/// The file of the Python that the system takes: what stands for it may take longer to start than it does.
fn interpreter() -> &'static Path {
    static FILE: OnceLock<PathBuf> = OnceLock::new();
    FILE.get_or_init(|| concurrency_lab::python::find(None).unwrap().file)
}

/// The ids of the faults that were found: not of the remarks, which depend on times.
fn faults(report: &Value) -> BTreeSet<&str> {
    let notes = [
        "uncontended-lock",
        "no-overlap",
        "passed-over",
        "one-lock-for-all",
        "only-luck",
        "outlived-time-out",
        "costly-hand-over",
    ];
    crate::support::findings(report).into_iter().filter(|id| !notes.contains(id)).collect()
}

/// What is wrong with the two runs of a preset, beside what is known to differ.
fn compare(topic: &str, preset: &str) -> Vec<String> {
    let path = format!("{topic}/{preset}");
    let known: Vec<&Difference> =
        DIFFERENCES.iter().filter(|(of, ..)| *of == path).map(|(_, known, _)| known).collect();
    let stands = known.iter().any(|known| matches!(known, Difference::StandsStill));
    let ours = by_this_program(topic, preset);
    let theirs = by_python(topic, preset, "60");
    let mut wrong = Vec::new();
    let mut check = |what: &str, ours: String, theirs: String| {
        if ours != theirs {
            wrong.push(format!("{path}: {what}: {ours} by this program, {theirs} by Python"));
        }
    };
    check(
        "engine",
        "rust python".to_owned(),
        format!("{} {}", text(&ours["engine"]), text(&theirs["engine"])),
    );
    check("events lost", "0 0".to_owned(), format!("{} {}", ours["dropped"], theirs["dropped"]));
    check("preset and parameters", of(&ours), of(&theirs));
    check(
        "ended because nobody could go on",
        (stands || ours["stuck"] == true).to_string(),
        theirs["stuck"].to_string(),
    );
    check("timed out", "false".to_owned(), theirs["timed_out"].to_string());
    if theirs["stuck"] == false {
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
            Difference::StandsStill => drop(wanted.insert("standstill")),
            Difference::Outcome
            | Difference::Program
            | Difference::Unknown(_)
            | Difference::Other(_)
            | Difference::MayDiffer(_)
            | Difference::InNeither(_) => {}
        }
    }
    check("found", format!("{wanted:?}"), format!("{found:?}"));
    let is_other = known.iter().any(|known| matches!(known, Difference::Program));
    if !stands && !is_other {
        let all = told::both(topic, preset, &ours["outcome"], &theirs["outcome"]);
        for known in &known {
            if let Some(field) = known.field() {
                assert!(all.iter().any(|(told, ..)| *told == field), "{path}: {field}");
            }
        }
        for (field, ours, theirs) in all {
            let known = known.iter().copied().find(|known| known.field() == Some(field));
            if let Some(why) = told::wrong(known, &ours, &theirs) {
                let said = format!("{why}: {ours} by this program, {theirs} by Python");
                check(&format!("outcome, {field}"), "as the table says".to_owned(), said);
            }
        }
    }
    let prints_other = known.iter().any(|known| matches!(known, Difference::Outcome));
    if !stands && !is_other && !prints_other {
        // What two threads write at once may share a line; on record each has its own.
        let said = theirs["outcome"]["messages"].as_array().filter(|_| topic == "sharing-data");
        let said = said.map(|all| {
            all.iter()
                .map(text)
                .filter(|line| !line.starts_with("stderr: "))
                .collect::<Vec<_>>()
                .join("\n")
        });
        let stdout = said.as_deref().unwrap_or(text(&theirs["stdout"]));
        let (ours, theirs) = outcomes::both(topic, preset, &ours["outcome"], stdout);
        check("printed", ours.to_string(), theirs.to_string());
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
                let compared = std::panic::catch_unwind(|| compare(topic, preset));
                wrong.extend(
                    compared.unwrap_or_else(|_| vec![format!("{topic}/{preset} panicked")]),
                );
            }
            wrong
        };
        let threads: Vec<_> = (0..AT_ONCE).map(|_| scope.spawn(work)).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
