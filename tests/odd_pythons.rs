//! A `python3` that is none, hangs, dies, talks nonsense or leaves somebody behind: one sentence says so in time, the other
//! results stand, and nothing is left running.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used)]

#[path = "common/mod.rs"]
mod common;
#[path = "odd_pythons/table.rs"]
mod table;

use common::live::Live;
use common::{proc, python, runs};
use concurrency_lab::topics::Outside;
use concurrency_lab::topics::runner::{Finished, run_to_end_with};
use concurrency_lab::trace::EventKind;
use concurrency_lab::workers::python::Which;
use serde_json::{Value, json};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use table::{HELLO, READY, ROW, TABLE};

/// What a line of the table has in place of `python3`.
enum Is {
    /// A shell script.
    Script(&'static str),
    /// A file with this text, and whether it may be executed.
    File(&'static str, bool),
    Directory,
    DanglingLink,
    Missing,
}
use Is::{DanglingLink, Directory, File, Missing, Script};

/// How long it is waited for: not for long where it never answers, and for as long as a busy machine takes where it does.
#[derive(Clone, Copy, PartialEq)]
enum Wait {
    Short,
    Long,
}
use Wait::{Long, Short};

/// Puts a line of the table in place.
fn place(dir: &Path, number: usize, is: &Is, real: Option<&str>) -> PathBuf {
    let path = dir.join(format!("python{number}"));
    let write = |text: &str, mode| {
        std::fs::write(&path, text).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
    };
    match is {
        Script(text) => {
            let text = text.replace("HELLO", HELLO).replace("READY", READY).replace("ROW", ROW);
            let text = text.replace("REAL", real.unwrap_or("false"));
            // Whatever it starts has this in its environment.
            let mark = format!("ODD_PYTHON={}", path.display());
            write(&format!("#!/bin/sh\nexport {mark} PATH=/usr/bin:/bin\n{text}\n"), 0o755);
        }
        File(text, executable) => write(text, if *executable { 0o755 } else { 0o644 }),
        Directory => std::fs::create_dir(&path).unwrap(),
        DanglingLink => std::os::unix::fs::symlink(dir.join("gone"), &path).unwrap(),
        Missing => {}
    }
    path
}

/// Who still runs of what one has started.
fn left(path: &Path) -> Vec<u32> {
    proc::began_with(&format!("ODD_PYTHON={}", path.display()))
}

fn outside(path: &Path, wait: Wait) -> Outside {
    let answer = match wait {
        Short => Duration::from_millis(500),
        Long => Duration::from_secs(60),
    };
    Outside { python: Which { names: vec![path.to_owned()], answer } }
}

fn trials(outcome: &Value, backend: &str) -> usize {
    let all = outcome["trials"].as_array().unwrap();
    all.iter().filter(|trial| trial["backend"] == backend).count()
}

/// Runs tab 8 with it.
fn run(path: &Path, wait: Wait) -> Finished {
    let topic = runs::topic("pool-size");
    let params = runs::params(topic, "2-4-8", &["sizes=1", "trials=2", "warm_up=0"]);
    run_to_end_with(topic, params, Some(runs::PATIENCE), outside(path, wait), None).unwrap()
}

fn check(path: &Path, (name, is, wait, said): &(&str, Is, Wait, &str)) {
    let begun = Instant::now();
    let finished = run(path, *wait);
    let took = begun.elapsed();
    let outcome = Value::Object(finished.result.unwrap_or_else(|error| panic!("{name}: {error}")));
    let python = outcome["python"].as_str().unwrap();
    assert!(python.contains(said), "{name}: {python}");
    assert!(python.chars().all(|c| !c.is_control()) && python.len() < 400, "{name}: {python}");
    // The other results stand.
    assert_eq!(outcome["results"], json!([1, 4, 9, 16, 25, 36, 49, 64, 81, 100]), "{name}");
    assert_eq!(trials(&outcome, "workers"), 2, "{name}");
    let parts = match *said {
        "3." => 2,
        said if said.contains("took part in 1") => 1,
        _ => 0,
    };
    assert_eq!(trials(&outcome, "cpython"), parts, "{name}");
    // Half a second is waited for it, and half a second for those that it has left behind: the rest is the machine's.
    if *wait == Short {
        assert!(took < Duration::from_secs(30), "{name}: {took:?}");
    }
    assert_eq!(finished.trace.warnings(), [], "{name}");
    assert_eq!(finished.replay.oddities(), [], "{name}");
    // Who was killed for its silence was killed by the program, on record.
    let killed = finished.trace.events().iter();
    let killed = killed.filter(|e| matches!(e.kind, EventKind::SignalSent { signal: 9, .. }));
    if said.contains("no answer in") || said.contains("closed") {
        assert_eq!(killed.count(), 1, "{name}");
    }
    if matches!(is, Script(_)) {
        runs::until(&format!("{name}: nobody is left"), || left(path).is_empty().then_some(()));
    }
}

#[test]
fn an_odd_python_costs_nothing_but_itself() {
    assert!(TABLE.len() >= 30);
    let dir = tempfile::tempdir().unwrap();
    let real = real();
    // All of them before the first runs: nobody executes a file that another thread has open for writing.
    let rows = TABLE.iter().filter(|(_, is, ..)| {
        real.is_some() || !matches!(is, Script(text) if text.contains("REAL"))
    });
    let rows: Vec<_> = rows.collect();
    let paths: Vec<PathBuf> = rows
        .iter()
        .enumerate()
        .map(|(number, (_, is, ..))| place(dir.path(), number, is, real.as_deref()))
        .collect();
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while let Some(row) = rows.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let number = rows.iter().position(|other| std::ptr::eq(*other, *row)).unwrap();
                    check(&paths[number], row);
                }
            });
        }
    });
}

/// The machine's own Python.
fn real() -> Option<String> {
    let printed = || python::printed("import sys; print(sys.executable)");
    python::is_there().then(|| printed().trim().to_owned())
}

/// One that dies half-way took part until then. Each topic that asks it says so, in its outcome and in its log, and its recording
/// has the reason and the number as data.
#[test]
fn a_python_that_dies_half_way_took_part_until_then() {
    let Some(real) = real() else { return };
    let dir = tempfile::tempdir().unwrap();
    // How many requests are answered, where the outcome says it, and what it took part in.
    for (number, (topic, preset, sets, answers, told, done)) in [
        ("threads-vs-processes", "cpu", &["trials=1", "limit=1000"][..], 2, "/left_out", "1 trial"),
        ("process-pool", "kill-one-in-cpython", &[], 2, "/cpython/left_out", "1 pool"),
        ("sharing-data", "compare", &["messages=100"], 3, "/python", "2 ways"),
        ("exceptions", "who-learns", &["patience=1"], 2, "/left_out", "2 programs"),
        ("exceptions", "broken-pool", &["patience=1"], 1, "/left_out", "1 program"),
        ("pool-size", "2-4-8", &["sizes=1", "warm_up=0"], 2, "/python", "1 trial"),
    ]
    .into_iter()
    .enumerate()
    {
        let path = dir.path().join(format!("python{number}"));
        let on = "IFS= read -r line; printf '%s\n' \"$line\"; ".repeat(answers);
        let text = format!("#!/bin/sh\n({on} read line) | {real} \"$@\"\nexit 9\n");
        std::fs::write(&path, text).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        let (topic, limit) = (runs::topic(topic), Some(runs::PATIENCE));
        let params = runs::params(topic, preset, sets);
        let finished = run_to_end_with(topic, params, limit, outside(&path, Long), None).unwrap();
        let outcome = finished.result.unwrap_or_else(|error| panic!("{preset}: {error}"));
        let outcome = Value::Object(outcome);
        let said = outcome.pointer(told).and_then(Value::as_str).unwrap_or_default();
        let begins = format!("CPython took part in {done} and no more: python3 ");
        assert!(said.starts_with(&begins), "{preset}: {said:?} in {outcome}");
        let meta = finished.trace.meta();
        let logged = finished.trace.events().iter().any(|event| match event.kind {
            EventKind::Message { text, args } => meta.message(text, args) == said,
            _ => false,
        });
        assert!(logged, "{preset}: {said}");
        let why = meta.fact("cpython_missing").unwrap_or_default();
        assert_eq!(format!("python3 {}", &said[begins.len()..]), why, "{preset}");
        assert_eq!(meta.fact("cpython_done"), done.split(' ').next(), "{preset}");
    }
}

/// A run with the machine's own Python, and the PID of that once it has said it.
fn live(sets: &[&str], answer: Duration) -> (Live, u32) {
    let topic = runs::topic("pool-size");
    let params = runs::params(topic, "2-4-8", sets);
    let outside = Outside { python: Which { answer, ..Which::default() } };
    let mut live = Live::start_with(topic, params, outside);
    let python = live.find("CPython", |live| {
        live.trace.events().iter().find_map(|event| match event.kind {
            EventKind::Started { os_id }
                if live.trace.meta().actor_name(event.actor) == "CPython" =>
            {
                Some(os_id as u32)
            }
            _ => None,
        })
    });
    (live, python)
}

/// As the system does when memory is short: CPython's pool waits for ever for what they had begun.
#[test]
fn the_workers_of_cpythons_pool_are_killed() {
    if !python::is_there() {
        return;
    }
    // Its workers square for far longer than it may take to answer, unless they are killed.
    let sets = ["numbers=8", "work=100000", "trials=1", "warm_up=0", "sizes=2"];
    let (mut live, python) = live(&sets, Duration::from_secs(4));
    let own = proc::stat(python).unwrap().group;
    let mut killed = 0;
    while !live.is_over() {
        let guard = proc::children_of(python).into_iter().min();
        for pid in proc::children_of(python) {
            if Some(pid) != guard && proc::stat(pid).is_some_and(|stat| stat.group == own) {
                // SAFETY: a signal to a process that was just seen.
                unsafe { libc::kill(pid as i32, libc::SIGKILL) };
                killed += 1;
            }
        }
        live.update();
        std::thread::sleep(Duration::from_millis(20));
    }
    assert!(killed > 0);
    let finished = live.finish();
    let outcome = Value::Object(finished.result.unwrap());
    let python = outcome["python"].as_str().unwrap();
    assert!(python.starts_with("CPython is left out: python3 "), "{python}");
    assert_eq!(trials(&outcome, "workers"), 1);
    assert_eq!(finished.trace.warnings(), []);
}

/// Somebody stops it in the middle of a trial: the run can be stopped at once, and nothing is left.
#[test]
fn a_run_that_waits_for_a_stopped_python_can_be_stopped() {
    if !python::is_there() {
        return;
    }
    let sets = ["numbers=8", "work=100000", "trials=1", "warm_up=0", "sizes=2"];
    let (mut live, python) = live(&sets, Duration::from_secs(60));
    // SAFETY: a signal to a process that has just said that it is there.
    unsafe { libc::kill(python as i32, libc::SIGSTOP) };
    let stopped = Instant::now();
    live.handle.stop();
    live.until("the end", Live::is_over);
    assert!(stopped.elapsed() < Duration::from_secs(30));
    assert!(!proc::runs(python));
    assert!(live.result.is_some_and(|result| result.is_err()));
}

/// Where there is no Python, a test that needs one passes, and says that it was left out and why.
#[test]
fn what_is_left_out_for_want_of_a_python_says_so() {
    let test = "a_run_that_waits_for_a_stopped_python_can_be_stopped";
    let mut command = std::process::Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", test, "--nocapture"]).env("PATH", "/nonexistent");
    let ran = command.output().unwrap();
    let said = String::from_utf8_lossy(&ran.stdout);
    assert!(ran.status.success() && said.contains("1 passed"), "{said}");
    assert!(said.contains("LEFT OUT: what needs a python3 that can start processes: "), "{said}");
}
