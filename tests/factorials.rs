//! Topic 7: factorials on a pool of threads.
#![allow(clippy::unwrap_used)]

mod common;
#[path = "factorials/window.rs"]
mod window;

use common::live::Live;
use common::runs::{self, PROGRAM, check, outcome};
use common::window::{app_of, app_on, frames_until_the_end};
use common::{lines, python};
use concurrency_lab::app::command::Page;
use concurrency_lab::app::picture::{self, Part, PictureSpec};
use concurrency_lab::app::playback::{At, PlaybackCommand};
use concurrency_lab::app::session::Session;
use concurrency_lab::replay::{FindingKind, PoolTasks, Replay, findings};
use concurrency_lab::topics::predict::Seen;
use concurrency_lab::topics::runner::{Finished, RunError};
use concurrency_lab::topics::{Language, Topic};
use concurrency_lab::trace::{EventKind, Meta, Nanos, ResourceKind, Trace};
use egui_kittest::kittest::{NodeT, Queryable};
use serde_json::Value;
use std::collections::HashSet;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

const FAST: &str = "time_scale=0.02";

fn topic() -> &'static dyn Topic {
    runs::topic("factorials")
}

fn run(preset: &str, sets: &[&str]) -> Finished {
    let finished = runs::run(topic(), preset, sets);
    check(&finished.trace, &finished.replay);
    finished
}

/// The program's `run --json`.
fn json(preset: &str, sets: &[&str]) -> Value {
    let mut command = Command::new(PROGRAM);
    command.args(["run", "factorials", "--json", "--preset", preset]);
    for set in sets {
        command.args(["--set", set]);
    }
    let output = command.output().unwrap();
    assert!(output.status.success(), "{output:?}");
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Does something while two other threads want all the time of two processors.
fn with_busy_cores(what: impl FnOnce()) {
    let over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while !over.load(Ordering::Relaxed) {
                    std::hint::spin_loop();
                }
            });
        }
        // Also where `what` panics.
        let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(what));
        over.store(true, Ordering::Relaxed);
        if let Err(panic) = result {
            std::panic::resume_unwind(panic);
        }
    });
}

fn numbers(list: &Value) -> Vec<u64> {
    list.as_array().unwrap().iter().map(|n| n.as_u64().unwrap()).collect()
}

/// n! in decimal digits, worked out digit by digit.
fn plain(n: u64) -> String {
    let mut digits = vec![1_u64];
    for factor in 2..=n {
        let mut carry = 0;
        for digit in &mut digits {
            let product = *digit * factor + carry;
            (*digit, carry) = (product % 10, product / 10);
        }
        while carry > 0 {
            digits.push(carry % 10);
            carry /= 10;
        }
    }
    digits.iter().rev().map(u64::to_string).collect()
}

/// What must be so in the outcome of a run in which every task was done.
fn check_outcome(preset: &str, outcome: &Value, sorted: bool) {
    let keys = |field: &str| -> Vec<u64> {
        let map = outcome[field].as_object().unwrap();
        map.keys().map(|key| key.parse().unwrap()).collect()
    };
    let mut tasks = keys("thread_of");
    tasks.sort_unstable();
    for order in ["completion_order", "result_order"] {
        let mut order = numbers(&outcome[order]);
        order.sort_unstable();
        assert_eq!(order, tasks, "{preset}: each task once");
    }
    for field in ["queue_ns", "thread_ns"] {
        assert_eq!(keys(field).len(), tasks.len(), "{preset}: {field}");
    }
    if sorted {
        assert!(numbers(&outcome["result_order"]).is_sorted(), "{preset}");
    }
    let threads: HashSet<u64> =
        outcome["thread_of"].as_object().unwrap().values().map(|id| id.as_u64().unwrap()).collect();
    let size = outcome["threads"].as_u64().unwrap();
    assert!(!threads.is_empty() && threads.len() as u64 <= size, "{preset}: {threads:?}");
    for (n, digits) in outcome["results"].as_object().unwrap() {
        let Some(digits) = digits.as_str() else {
            assert!(outcome["failed"][n].is_string(), "{preset}: no {n}!");
            continue;
        };
        let n: u64 = n.parse().unwrap();
        if n <= 200 {
            assert_eq!(digits, plain(n), "{preset}: {n}!");
        }
    }
}

#[test]
fn every_preset_is_right_with_both_cores_busy() {
    with_busy_cores(|| {
        for preset in topic().about().presets {
            let json = json(preset.id, &[FAST]);
            let (outcome, found) = (&json["outcome"], json["findings"].to_string());
            match preset.id {
                "nested-submit" => {
                    assert!(found.contains("pool-starvation"), "{found}");
                    assert!(numbers(&outcome["completion_order"]).is_empty());
                }
                "time-out" => assert!(found.contains("outlived-time-out"), "{found}"),
                id => check_outcome(id, outcome, ["four-threads", "big", "uneven"].contains(&id)),
            }
            let results = outcome["results"].as_object().unwrap();
            match preset.id {
                "big" => assert_eq!(results.len(), 200),
                "huge" => assert_eq!(results["100000"].as_str().unwrap().len(), 456_574),
                "nested-submit" => assert!(results.values().all(Value::is_null)),
                "one-fails" => {
                    assert_eq!(results.values().filter(|value| value.is_null()).count(), 1);
                    assert!(outcome["failed"]["5"].as_str().unwrap().contains("not defined"));
                }
                // What a task made is there, whoever waited for it.
                "time-out" => assert_eq!(results["2"], "2"),
                _ => assert_eq!(results["10"], "3628800"),
            }
            let ways = outcome["ways"].as_array().map_or(0, Vec::len);
            assert_eq!(ways, if preset.id == "one-to-ten" { 3 } else { 0 }, "{}", preset.id);
        }
    });
}

/// Both engines' runs come to the same fields, worked out in one place; Python leaves no mark where one thread does all.
#[test]
fn both_engines_come_to_the_same_fields() {
    for (preset, set) in [("one-to-ten", "n=9"), ("huge", "n=2000"), ("one-fails", "n=9")] {
        let finished = run(preset, &[FAST, set]);
        let ours = outcome(&finished);
        let theirs = topic().by_python(&finished.trace, &finished.replay);
        assert!(ours.keys().eq(theirs.keys()), "{preset}: {:?}", theirs.keys());
        for (field, value) in ours.iter().filter(|(field, _)| *field != "ways") {
            assert_eq!(theirs[field], *value, "{preset}: {field}");
        }
    }
}

/// As the findings' own test does once; often, because who is when where differs.
#[test]
fn no_right_preset_ever_has_a_fault() {
    for preset in topic().about().presets.iter().filter(|preset| preset.id != "nested-submit") {
        for _ in 0..20 {
            let finished = run(preset.id, &[FAST]);
            let found = findings(&finished.trace, &finished.replay);
            let faults: Vec<_> = found.iter().filter(|f| f.kind.is_fault()).collect();
            assert!(faults.is_empty(), "{}: {faults:#?}", preset.id);
            if preset.id == "submit-result" {
                let turns = found.iter().find(|f| f.kind == FindingKind::NoOverlap).unwrap();
                assert!(
                    turns.sentence.contains("when the result of the one before was there"),
                    "{turns:?}"
                );
            }
        }
    }
}

#[test]
fn results_are_cpythons() {
    if !python::is_there() {
        return;
    }
    let theirs = python::printed(
        "import math, sys\n\
         if hasattr(sys, 'set_int_max_str_digits'): sys.set_int_max_str_digits(0)\n\
         for n in [*range(1, 1001), 100000]: print(n, math.factorial(n))\n",
    );
    let mut theirs = theirs.lines();
    let many = run("big", &["numbers=1000", "threads=3"]);
    let huge = run("huge", &["threads=3"]);
    let [many, huge] = [&many, &huge].map(|run| outcome(run)["results"].as_object().unwrap());
    assert_eq!([many.len(), huge.len()], [1000, 1]);
    for (n, ours) in many.iter().chain(huge) {
        let (number, digits) = theirs.next().unwrap().split_once(' ').unwrap();
        assert_eq!(n, number);
        // Not by assert_eq: nobody reads 456,574 digits.
        assert!(ours.as_str() == Some(digits), "{n}! is not as CPython's");
    }
}

#[test]
fn a_tree_of_any_shape_gives_the_same() {
    for (n, parts, threads) in
        [(0, 1, 1), (1, 3, 2), (2, 64, 8), (200, 1, 3), (199, 7, 3), (150, 64, 1)]
    {
        let sets = [format!("n={n}"), format!("parts={parts}"), format!("threads={threads}")];
        let sets = sets.each_ref().map(String::as_str);
        let finished = run("huge", &sets);
        let outcome = Value::Object(outcome(&finished).clone());
        check_outcome("huge", &outcome, false);
        assert_eq!(outcome["results"][n.to_string()], plain(n), "{n}! in {parts} parts");
    }
    // Here two numbers are multiplied by way of a transform, and the parts are not of one size.
    let [one, other] = ["parts=16", "parts=5"].map(|parts| run("huge", &["n=60000", parts]));
    assert!(outcome(&one)["results"] == outcome(&other)["results"]);
}

fn pool_tasks<'a>(meta: &Meta, replay: &'a Replay) -> &'a PoolTasks {
    replay.tasks().of(meta.resources_of(ResourceKind::Pool).next().unwrap()).unwrap()
}

/// How many wait for results of the pool.
fn waiting(trace: &Trace, replay: &Replay) -> usize {
    let pool = trace.meta().resources_of(ResourceKind::Pool).next();
    let state = pool.and_then(|pool| replay.latest().resource(pool));
    state.map_or(0, |state| state.waiters.len())
}

#[test]
fn a_starved_pool_is_stopped_at_once() {
    for threads in [1, 4, 9] {
        let set = format!("threads={threads}");
        let mut live = Live::start(topic(), runs::params(topic(), "nested-submit", &[&set]));
        live.until("the pool starves", |live| {
            // The threads, and main.
            waiting(&live.trace, &live.replay) == threads + 1
        });
        let start = Instant::now();
        live.handle.stop();
        let finished = live.finish();
        assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
        assert!(matches!(finished.result, Err(RunError::Failed(_))), "it was stopped");
        check(&finished.trace, &finished.replay);
        let found = findings(&finished.trace, &finished.replay);
        assert!(found.iter().any(|f| f.kind == FindingKind::PoolStarvation), "{found:?}");
    }
}

#[test]
fn enough_threads_do_not_starve() {
    for threads in ["threads=10", "threads=12"] {
        let finished = run("nested-submit", &[threads]);
        assert_eq!(outcome(&finished)["results"]["10"], "3628800");
        let found = findings(&finished.trace, &finished.replay);
        assert!(!found.iter().any(|f| f.kind.is_fault()), "{found:?}");
    }
    let json = json("nested-submit", &["numbers=5", "threads=4"]);
    assert!(json["findings"].to_string().contains("pool-starvation"));
}

/// Whoever handed them in: they are begun in the order in which they were handed in.
#[test]
fn tasks_are_begun_in_order() {
    for preset in ["four-threads", "big", "huge", "nested-submit"] {
        let finished = run(preset, &[FAST, "threads=3"]);
        let tasks = pool_tasks(finished.trace.meta(), &finished.replay);
        // Two threads may take the oldest two, and the second one be on record first.
        let begun: Vec<_> = tasks.all.iter().filter_map(|task| Some(task.started?.0)).collect();
        let early = begun
            .iter()
            .enumerate()
            .filter(|(nth, at)| begun[..*nth].iter().filter(|before| before > at).count() >= 3);
        assert_eq!(early.count(), 0, "{preset}");
    }
}

#[test]
fn everybody_is_at_a_line_of_both_programs() {
    for preset in topic().about().presets {
        let params = runs::params(topic(), preset.id, &[FAST]);
        let listings = topic().listings(&params);
        let finished = run(preset.id, &[FAST]);
        let points: HashSet<&str> = (finished.trace.events().iter())
            .filter_map(|event| lines::point(&finished, &listings, event))
            .collect();
        let wanted: &[&str] = match preset.id {
            "huge" => &["main.split", "main.pair", "task.part", "task.multiply", "task.decimal"],
            "nested-submit" => &["main.submit", "task.submit"],
            "one-to-ten" => &["main.alone", "main.each", "main.submit", "task.compute"],
            "one-fails" => &["main.submit", "main.result", "main.caught", "task.sleep"],
            _ => &["main.start", "main.submit", "main.result", "main.end", "task.compute"],
        };
        for point in wanted {
            assert!(points.contains(point), "{}: nobody was at {point}: {points:?}", preset.id);
        }
    }
}

/// The Python programs as shown, with short pauses, really run and say what the Rust ones say.
#[test]
fn the_python_listings_run() {
    if !python::is_there() {
        return;
    }
    for preset in topic().about().presets {
        for more in [&["pause=0.01"][..], &["pause=0.01", "compare=true", "pauses=random"]] {
            // With as many threads as that nobody starves.
            let sets = [more, &["threads=12"]].concat();
            let listings = topic().listings(&runs::params(topic(), preset.id, &sets));
            let python = listings.iter().find(|l| l.language == Language::Python).unwrap();
            assert!(!python.text().contains("#@"), "{}", python.file);
            let said = python::printed(&python.text());
            match preset.id {
                "huge" => assert!(said.contains("456574 digits: 2824229407..."), "{said}"),
                "one-fails" => {
                    assert!(said.contains("-5! failed: factorial() not defined"), "{said}");
                    assert!(said.contains("6! = 720"), "{said}");
                }
                "big" => assert!(said.contains(&format!("200! = {}", plain(200))), "{said}"),
                "time-out" => assert!(said.contains("2! = 2"), "{said}"),
                _ => assert!(said.contains("10! = 3628800"), "{said}"),
            }
            let compares = said.contains("a_thread_for_each: ");
            let can = !["huge", "nested-submit"].contains(&preset.id);
            assert_eq!(compares, can && (more.len() > 1 || preset.id == "one-to-ten"), "{said}");
        }
    }
}

#[test]
fn bad_input_is_one_sentence() {
    for (preset, set, says) in [
        ("huge", "n=100001", "0 to 100,000"),
        ("huge", "n=-1", "0 to 100,000"),
        ("huge", "parts=0", "1 to 64"),
        ("big", "numbers=1001", "1 to 1,000"),
        ("big", "numbers=0", "1 to 1,000"),
        ("big", "numbers=ten", "1 to 1,000"),
        ("four-threads", "threads=65", "0 to 64"),
        ("four-threads", "pause=-1", "0"),
        ("four-threads", "call=apply", "as_completed"),
        ("four-threads", "compare=maybe", "compare"),
    ] {
        let mut command = Command::new(PROGRAM);
        let output = command.args(["run", "factorials", "--preset", preset, "--set", set]).output();
        let output = output.unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{set}: {said}");
        assert_eq!(said.trim().lines().count(), 1, "{set}: {said}");
        assert!(
            said.replace("100000", "100,000").replace("1000", "1,000").contains(says),
            "{set}: {said}"
        );
    }
}

/// What is asked for after an answer comes true with the control that the hint names, and only then.
#[test]
fn what_a_question_asks_for_comes_true() {
    for (preset, fast, changed) in [
        ("one-to-ten", "seed=7", "pause=0.05"),
        ("huge", "n=30000", "threads=1"),
        ("nested-submit", "seed=7", "threads=10"),
        ("submit-result", FAST, "call=map"),
        ("one-fails", FAST, "fails=0"),
        ("time-out", FAST, "patience=60"),
    ] {
        let question = topic().question(&runs::params(topic(), preset, &[fast])).unwrap();
        let then = question.follow_up.unwrap();
        let reached = |sets: &[&str]| {
            let Finished { trace, replay, .. } = &run(preset, sets);
            let conclusion = topic().conclude(trace, replay);
            then.is_reached(&Seen { trace, replay, conclusion: &*conclusion })
        };
        assert!(reached(&[fast, changed]), "{preset}: {}", then.text);
        // How long one works alone is for the machine to say.
        assert!(preset == "huge" || !reached(&[fast]), "{preset}: {}", then.text);
    }
}

/// Whoever leaves the block waits at its `with`, not at the last line within.
#[test]
fn the_wait_for_what_still_runs_stands_at_the_with() {
    let finished = run("time-out", &[]);
    let meta = finished.trace.meta();
    let mut of_main =
        finished.trace.events().iter().filter(|event| {
            event.actor.0 == 0 && matches!(event.kind, EventKind::WaitBegan { .. })
        });
    let last = meta.source(of_main.next_back().unwrap().source).unwrap();
    assert_eq!(last.name, "main.leave");
    let python = topic().python(&runs::params(topic(), "time-out", &[])).unwrap();
    let (_, line) = python.points.iter().find(|(name, _)| *name == last.name).unwrap();
    assert!(python.lines[*line as usize - 1].trim().starts_with("with ThreadPoolExecutor"));
}
