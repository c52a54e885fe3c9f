//! Topic 6: what becomes of an exception, checked over traces of real runs; what is left behind; the listings under each start
//! method.

#![cfg(unix)]
#![allow(clippy::unwrap_used)]

mod common;

use common::python;
use common::runs::{self, check, outcome, params};
use concurrency_lab::replay::{Course, FindingKind, findings};
use concurrency_lab::topics::runner::{Finished, run_to_end};
use concurrency_lab::topics::{Language, Outcome, Topic};
use concurrency_lab::trace::{EventKind as K, Role, WaitEnd, WaitOp};
use serde_json::{Value, json};
use std::time::Duration;

fn topic() -> &'static dyn Topic {
    runs::topic("exceptions")
}

fn run(preset: &str, sets: &[&str]) -> Finished {
    let mut all = vec!["time_scale=0.1"];
    all.extend(sets);
    let timed = topic().applies("time_scale", &params(topic(), preset, &[]));
    let all: Vec<&str> = all.into_iter().filter(|s| timed || !s.starts_with("time")).collect();
    let finished = runs::run(topic(), preset, &all);
    assert!(finished.result.is_ok(), "{preset}: {:?}", finished.result.as_ref().err());
    check(&finished.trace, &finished.replay);
    finished
}

fn kinds(finished: &Finished) -> Vec<FindingKind> {
    findings(&finished.trace, &finished.replay).into_iter().map(|found| found.kind).collect()
}

/// How each exception ended, in the order they were raised.
fn ends(outcome: &Outcome) -> Vec<&str> {
    let errors = outcome["errors"].as_array().unwrap().iter();
    errors.map(|error| error["end"].as_str().unwrap()).collect()
}

/// How threads and processes ended.
fn ways(outcome: &Outcome) -> Vec<&str> {
    let ends = outcome["ends"].as_array().unwrap().iter();
    ends.map(|end| end["how"].as_str().unwrap()).collect()
}

fn numbers(value: &Value) -> Vec<i64> {
    value.as_array().unwrap().iter().map(|n| n.as_i64().unwrap()).collect()
}

#[test]
fn an_exception_that_leaves_its_thread_is_heard_of_by_nobody_and_the_program_ends_well() {
    let finished = run("unhandled", &[]);
    let outcome = outcome(&finished);
    assert_eq!(ends(outcome), ["unhandled"]);
    assert_eq!(outcome["exit_status"], 0);
    // The thread that failed at its second row of four had saved one.
    assert_eq!(outcome["left"], 9);
    assert_eq!(outcome["finished"], 2);
    assert!(kinds(&finished).contains(&FindingKind::UnheardException));
}

#[test]
fn an_exception_that_its_thread_handles_costs_one_row() {
    let finished = run("caught", &[]);
    let outcome = outcome(&finished);
    assert_eq!(ends(outcome), ["caught"]);
    assert_eq!((&outcome["left"], &outcome["finished"]), (&json!(11), &json!(3)));
    assert_eq!(outcome["errors"][0]["caught_by"], outcome["errors"][0]["raised_by"]);
    assert!(!kinds(&finished).contains(&FindingKind::UnheardException));
}

#[test]
fn logging_tells_of_it_and_the_thread_still_ends() {
    let finished = run("logging", &[]);
    let outcome = outcome(&finished);
    assert_eq!((&outcome["left"], ends(outcome)), (&json!(9), vec!["unhandled"]));
    let messages = outcome["messages"].as_array().unwrap();
    assert!(messages.iter().any(|said| said.as_str().unwrap().contains("ERROR in thread 2")));
}

#[test]
fn results_as_they_are_completed_and_one_error() {
    let finished = run("as-completed", &["time_scale=2"]);
    let outcome = outcome(&finished);
    assert_eq!(numbers(&outcome["results"]), [0, 1, 9, 16]);
    assert_eq!((ends(outcome), numbers(&outcome["lost"])), (vec!["caught"], vec![2]));
    assert_eq!(outcome["errors"][0]["caught_by"], "main");
}

#[test]
fn a_future_keeps_its_exception_until_it_is_asked() {
    let finished = run("future", &["time_scale=0.5"]);
    let out = outcome(&finished);
    assert_eq!(numbers(&out["results"]), [0, 1, 9, 16]);
    assert!(out["errors"][0]["kept_ns"].as_u64().unwrap() > 0);
    let journeys = &finished.replay.latest().journeys.kept;
    let courses: Vec<_> = journeys[0].stops.iter().map(|stop| stop.course).collect();
    assert!(
        matches!(courses[..], [Course::Raised, Course::Kept(_), Course::Passed(_), Course::Caught]),
        "{courses:?}"
    );
    let finished = run("never-asked", &[]);
    let out = outcome(&finished);
    assert_eq!((ends(out), numbers(&out["results"])), (vec!["kept"], Vec::new()));
    assert_eq!(out["exit_status"], 0);
    assert!(kinds(&finished).contains(&FindingKind::UnheardException));
}

#[test]
fn a_lock_that_is_leaked_is_found_and_one_of_a_block_is_given_back() {
    let finished = run("leaked-lock", &["time_scale=1"]);
    let outcome_ = outcome(&finished);
    assert!(kinds(&finished).contains(&FindingKind::LockLeftHeld));
    runs::is_found_soon(&finished);
    assert_eq!(outcome_["stuck"].as_array().unwrap().len(), 2);
    assert_eq!(outcome_["finished"], 2, "those of the other lock");
    let errors = outcome_["errors"].as_array().unwrap().iter();
    let left: Vec<usize> = errors.map(|e| e["locks"].as_array().unwrap().len()).collect();
    assert_eq!(left.iter().sum::<usize>(), 1, "{left:?}");
    // The block was left with the exception, and gave its lock back on the way.
    let released = |place: usize| {
        let stops = &finished.replay.latest().journeys.kept[place].stops;
        stops.iter().any(|stop| matches!(stop.course, Course::Released(_)))
    };
    assert_eq!([released(0), released(1)], [left[0] == 0, left[1] == 0]);

    let finished = run("finally", &["time_scale=1"]);
    assert_eq!(finished.trace.stuck(), None);
    assert_eq!(outcome(&finished)["finished"], 2);
    assert!(!kinds(&finished).contains(&FindingKind::LockLeftHeld));
}

/// Who only waited, or worked, when a run was stopped might have come to its end.
#[test]
fn nobody_is_stuck_in_a_run_that_is_stopped() {
    let params = params(topic(), "error-queue", &["work=60"]);
    let finished = run_to_end(topic(), params, Some(Duration::from_millis(200))).unwrap();
    assert!(finished.result.is_err() && finished.trace.stuck().is_none());
    let outcome = topic().conclude(&finished.trace, &finished.replay).fields();
    assert_eq!(outcome["stuck"], json!([]));
}

#[test]
fn half_of_a_change_stays_though_the_lock_is_given_back() {
    let sum =
        |sets: &[&str]| numbers(&outcome(&run("half-changed", sets))["values"]).iter().sum::<i64>();
    assert!(kinds(&run("half-changed", &[])).contains(&FindingKind::HalfChanged));
    assert!(
        !kinds(&run("half-changed", &["order=check-first"])).contains(&FindingKind::HalfChanged)
    );
    assert_eq!(sum(&[]), 70);
    assert_eq!(sum(&["order=check-first"]), 100);
}

#[test]
fn a_queue_and_an_event_carry_the_news() {
    let finished = run("error-queue", &[]);
    let out = outcome(&finished);
    assert_eq!(ends(out), ["caught"]);
    assert_eq!((&out["errors"][0]["caught_by"], &out["finished"]), (&json!("main"), &json!(4)));
    let got = finished.trace.events().iter().filter(|event| matches!(event.kind, K::Got { .. }));
    assert_eq!(got.count(), 4, "one report of each");

    let rows = |sets: &[&str]| outcome(&run("error-event", sets))["left"].as_i64().unwrap();
    assert_eq!(rows(&["looks=false"]), 2 * 6 + 1);
    assert!(rows(&["time_scale=0.5"]) < 2 * 6 + 1);
}

#[test]
fn types_of_ones_own_are_told_apart() {
    let caught = |sets: &[&str]| {
        let finished = run("custom-error", sets);
        let out = outcome(&finished).clone();
        (numbers(&out["results"]), ends(&out).iter().filter(|end| **end == "caught").count())
    };
    assert_eq!(caught(&[]), (vec![0, 4], 2));
    assert_eq!(caught(&["catch=base"]), (vec![0, 4, 16], 3));
}

#[test]
fn a_time_out_ends_the_waiting_and_not_the_task() {
    let finished = run("timeout-cancel", &["time_scale=0.3"]);
    let out = outcome(&finished);
    assert_eq!((ends(out), numbers(&out["lost"])), (vec!["caught"], vec![1]));
    let messages = out["messages"].to_string();
    assert!(messages.contains("cancelled: job 0 false, job 1 true"), "{messages}");
    assert!(messages.contains("the work is done"), "{messages}");
    // With patience it has the result, and both do their work.
    let finished = run("timeout-cancel", &["patience=60", "time_scale=0.02"]);
    assert!(numbers(&outcome(&finished)["lost"]).is_empty());
}

#[test]
fn attempts_end_with_an_answer_or_a_fallback() {
    let pauses = |finished: &Finished| -> Vec<u64> {
        let slept = finished.trace.events().iter().filter_map(|event| match event.kind {
            K::SleepBegan { planned } => Some(planned.0),
            _ => None,
        });
        // Between calls, each of which sleeps, too.
        slept.collect::<Vec<_>>().into_iter().skip(1).step_by(2).collect()
    };
    let finished = run("retry-fallback", &[]);
    assert_eq!(ends(outcome(&finished)), ["caught"; 4]);
    assert!(outcome(&finished)["messages"].to_string().contains("gave up"));
    let waited = pauses(&finished);
    assert_eq!(waited.len(), 3);
    assert!(waited.windows(2).all(|two| two[1] == 2 * two[0]), "{waited:?}");
    let finished = run("retry-fallback", &["attempts=8", "time_scale=0.02"]);
    assert_eq!(ends(outcome(&finished)), ["caught"; 5]);
    assert!(outcome(&finished)["messages"].to_string().contains("answer: 42"));
}

#[test]
fn map_raises_when_all_other_tasks_are_done() {
    let finished = run("pool-task", &[]);
    let out = outcome(&finished);
    assert_eq!((ends(out), numbers(&out["results"])), (vec!["caught"], Vec::new()));
    let events = finished.trace.events();
    let passed = events.iter().find(|e| matches!(e.kind, K::Propagated { .. })).unwrap().at;
    let done = events.iter().filter(|e| matches!(e.kind, K::TaskFinished { .. }) && e.at < passed);
    assert_eq!(done.count(), 7);
    assert_ne!(out["errors"][0]["raised_by"], out["errors"][0]["caught_by"]);
    let finished = run("pool-task", &["call=imap"]);
    assert_eq!(numbers(&outcome(&finished)["results"]), [0, 1, 9, 16, 25, 36, 49]);
}

#[test]
fn a_worker_that_ends_in_a_task_is_replaced_and_its_task_fails() {
    for (fault, how) in [("exit", "exit code 3"), ("kill", "killed by SIGKILL")] {
        let finished = run("exit-in-task", &[&format!("fault={fault}"), "start_method=none"]);
        let out = outcome(&finished);
        assert_eq!((ends(out), numbers(&out["lost"])), (vec!["caught"], vec![2]));
        let ended = ways(out);
        assert!(ended.contains(&how), "{ended:?}");
        assert_eq!(ended.len(), 4, "one in the place of the dead");
        // Raised by who learned of it, for the task that has no result.
        let journey = &finished.replay.latest().journeys.kept[0];
        let tasks: Vec<u32> = journey.tasks.iter().map(|(_, task)| task.0).collect();
        assert_eq!(tasks, [2]);
    }
}

#[test]
fn a_dead_process_harms_the_others_by_what_is_shared() {
    for (fault, how) in
        [("raise", "exit code 1"), ("exit", "exit code 3"), ("kill", "killed by SIGKILL")]
    {
        let fault = format!("fault={fault}");
        let finished = run("crash-isolation", &[&fault]);
        let out = outcome(&finished);
        assert_eq!(ways(out), [how, "normal", "normal"]);
        let finished = run("crash-isolation", &[&fault, "hold=true"]);
        if how != "exit code 1" {
            runs::is_found_soon(&finished);
        }
        let is_left = kinds(&finished).contains(&FindingKind::LockLeftHeld);
        assert_eq!(
            (is_left, finished.trace.stuck().is_some()),
            match how {
                // An exception leaves the block, which gives the lock back.
                "exit code 1" => (false, false),
                _ => (true, true),
            },
            "{how}"
        );
    }
}

#[test]
fn signals_are_handled_where_they_can_be() {
    for (signal, handler, handled) in [
        ("SIGTERM", true, true),
        ("SIGINT", true, true),
        ("SIGKILL", true, false),
        ("SIGTERM", false, false),
        ("SIGINT", false, false),
    ] {
        let finished = run("signal", &[&format!("signal={signal}"), &format!("handled={handler}")]);
        let out = outcome(&finished);
        let sent = out["signals"].as_array().unwrap();
        assert_eq!(sent.len(), 3);
        assert!(sent.iter().all(|sent| sent["signal"] == signal && sent["handled"] == handled));
        let how = if handled { "normal".to_owned() } else { format!("killed by {signal}") };
        assert!(ways(out).iter().all(|end| *end == how), "{out:?}");
    }
}

/// As `nohup` and a script's `&` start it: what is ignored is inherited, and a child that went on for good would be a lie.
#[test]
fn a_signal_ends_children_even_if_the_program_was_started_with_it_ignored() {
    for signal in ["SIGINT", "SIGTERM"] {
        let script = format!(
            "trap '' INT QUIT TERM HUP; exec \"$0\" run exceptions --preset signal --set signal={signal} --set handled=false --set time_scale=0.05 --timeout 60 --json"
        );
        let said =
            std::process::Command::new("sh").args(["-c", &script, runs::PROGRAM]).output().unwrap();
        assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
        let text = String::from_utf8_lossy(&said.stdout);
        let killed = text.matches(&format!("killed by {signal}")).count();
        assert!(killed >= 3, "{signal}: {text}");
    }
}

/// Cells that CPython has measured: row, column, who learns, of what.
fn cells(outcome: &Outcome, of: &str) -> Vec<(String, String, String, Value)> {
    let cells = outcome["cells"].as_array().unwrap().iter().filter(|cell| cell["of"] == of);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let cell = |cell: &Value| {
        let told = if cell["code"].is_null() { &cell["caller"] } else { &cell["code"] };
        (text(&cell["row"]), text(&cell["column"]), text(&cell["truth"]), told.clone())
    };
    cells.map(cell).collect()
}

/// As measured on CPython 3.8 to 3.14.
#[test]
fn who_learns_is_what_cpython_does() {
    let finished = run("who-learns", &[]);
    let out = outcome(&finished);
    let own = cells(out, "ours");
    assert_eq!(own.len(), 8);
    assert!(own.iter().all(|cell| cell.2 == "caller" || cell.2 == "outside"), "{own:?}");
    if !python::is_there() {
        eprintln!("no python3 here: its cells were not measured");
        return;
    }
    let expected = [
        ("raise", "thread", "outside", json!(null)),
        ("raise", "asked", "caller", json!("ValueError")),
        ("raise", "not asked", "nobody", json!(null)),
        ("raise", "process", "outside", json!(1)),
        ("raise", "pool", "caller", json!("ValueError")),
        ("raise", "executor", "caller", json!("ValueError")),
        ("exit", "thread", "nobody", json!(null)),
        ("exit", "asked", "caller", json!("SystemExit")),
        ("exit", "not asked", "nobody", json!(null)),
        ("exit", "process", "outside", json!(3)),
        ("exit", "pool", "waits", json!(null)),
        ("exit", "executor", "caller", json!("SystemExit")),
        ("kill", "thread", "all-ends", json!(null)),
        ("kill", "asked", "all-ends", json!(null)),
        ("kill", "not asked", "all-ends", json!(null)),
        ("kill", "process", "outside", json!(-9)),
        ("kill", "pool", "waits", json!(null)),
        ("kill", "executor", "caller", json!("BrokenProcessPool")),
        ("send", "thread", "no-error", json!(null)),
        ("send", "asked", "no-error", json!(null)),
        ("send", "not asked", "no-error", json!(null)),
        ("send", "process", "no-error", json!(0)),
        ("send", "pool", "caller", json!("MaybeEncodingError")),
        ("send", "executor", "caller", json!("TypeError")),
    ];
    for (found, expected) in cells(out, "cpython").iter().zip(&expected) {
        let found = (&*found.0, &*found.1, &*found.2, found.3.clone());
        // What cannot be pickled has had another name in each of two versions.
        let named = found.0 == "send" && found.2 == "caller" && expected.2 == "caller";
        assert!(found == *expected || named, "{found:?}, expected {expected:?}");
    }
    assert_eq!(cells(out, "cpython").len(), expected.len());
}

/// A cell of this program's own is on record from its beginning to its end, in the order of the rows: it is shown from then on.
#[test]
fn own_cells_are_measured_in_their_time() {
    let finished = run("who-learns", &["start_method=none"]);
    let meta = finished.trace.meta();
    let main = meta.actors_where(|actor| actor.role == Role::Main).next().unwrap();
    let mut spans = Vec::new();
    for event in finished.trace.events().iter().filter(|event| event.actor == main) {
        match event.kind {
            K::SpanBegan { name } => spans.push((meta.text(name).to_owned(), event.at, None)),
            K::SpanEnded { .. } => spans.last_mut().unwrap().2 = Some(event.at),
            _ => {}
        }
    }
    let names: Vec<&str> = spans.iter().map(|(name, ..)| name.as_str()).collect();
    let rows = ["raise", "exit", "kill", "send"];
    let all: Vec<String> = rows
        .iter()
        .flat_map(|row| [format!("{row} in process"), format!("{row} in pool")])
        .collect();
    assert_eq!(names, all);
    assert!(spans.iter().all(|(_, began, ended)| ended.is_some_and(|ended| ended > *began)));
    assert!(spans.windows(2).all(|two| two[0].2.unwrap() <= two[1].1), "one after another");
}

/// CPython's map that waits for ever is on record as a wait, within what it took.
#[test]
fn a_wait_for_ever_of_cpython_is_a_wait() {
    if !python::is_there() {
        return;
    }
    let finished = run("broken-pool", &["patience=1"]);
    let meta = finished.trace.meta();
    let of = |event: &&concurrency_lab::trace::Event| {
        meta.actor(event.actor).is_some_and(|who| who.name == "CPython")
    };
    let mut waits = Vec::new();
    for event in finished.trace.events().iter().filter(of) {
        match event.kind {
            K::WaitBegan { res, op: WaitOp::Result } => waits.push((res, event.at, None)),
            K::WaitEnded { res, how } if waits.last().is_some_and(|(of, ..)| *of == res) => {
                waits.last_mut().unwrap().2 = Some((event.at, how));
            }
            _ => {}
        }
    }
    assert_eq!(waits.len(), 1, "the executor does not wait");
    let (res, began, ended) = waits[0];
    assert_eq!(meta.resource_name(res), "map()");
    let (ended, how) = ended.unwrap();
    assert!(how == WaitEnd::TimedOut && ended > began);
}

#[test]
fn a_kill_in_a_pool_of_each_kind() {
    let finished = run("broken-pool", &[]);
    let out = outcome(&finished);
    assert_eq!((ends(out), numbers(&out["lost"])), (vec!["caught"], vec![2]));
    if python::is_there() {
        let theirs: Vec<_> =
            cells(out, "cpython").into_iter().map(|cell| (cell.1, cell.2)).collect();
        let expected = [("map", "waits"), ("futures", "caller")];
        assert_eq!(theirs, expected.map(|(tool, truth)| (tool.to_owned(), truth.to_owned())));
    }
}

/// What comes out of a worker is its text here; CPython builds the exception again, and cannot. As measured on 3.9 to 3.14.
#[test]
fn an_exception_that_cannot_be_built_again() {
    let finished = run("cannot-be-rebuilt", &[]);
    let out = outcome(&finished);
    assert_eq!((ends(out), numbers(&out["lost"])), (vec!["caught"], vec![2]));
    assert_eq!(out["errors"][0]["text"], "Refused: row 2: not allowed");
    if python::is_there() {
        let expected =
            [("map", "waits", json!(null)), ("futures", "caller", json!("BrokenProcessPool"))];
        let expected = expected.map(|(tool, truth, told)| {
            ("rebuild".to_owned(), tool.to_owned(), truth.to_owned(), told)
        });
        assert_eq!(cells(out, "cpython"), expected);
    }
    let alone = params(topic(), "crash-isolation", &["fault=rebuild"]);
    assert!(topic().refusal(&alone).is_some());
}

/// The Python program of a preset as shown, its waits a tenth.
fn program(preset: &str, sets: &[&str]) -> String {
    let mut params = params(topic(), preset, sets);
    for key in ["work", "patience"] {
        let shorter = params.float(key) * 0.3;
        params.set(key, &shorter.to_string()).unwrap();
    }
    let listings = topic().listings(&params);
    listings.iter().find(|listing| listing.language == Language::Python).unwrap().text()
}

#[test]
fn the_python_listings_do_what_is_said_of_them() {
    if !python::is_there() {
        eprintln!("no python3 here: the listings were not run");
        return;
    }
    for (preset, sets, said) in [
        ("unhandled", &[][..], &["rows: 9 of 12"][..]),
        ("caught", &[], &["skipped: row 2 of thread 2", "rows: 11 of 12"]),
        ("logging", &[], &["rows: 9 of 12"]),
        ("future", &[], &["0\n1\nfailed: no 2\n9\n16\nall done"]),
        ("never-asked", &[], &["all done"]),
        ("as-completed", &["work=0.5"], &["0\nfailed: no 2\n1\n9\n16\nall done"]),
        ("finally", &[], &["safe 2 is done", "safe 3 is done", "all done"]),
        ("half-changed", &[], &["in the end: 70"]),
        ("half-changed", &["order=check-first"], &["in the end: 100"]),
        ("error-queue", &[], &["1\nfailed: no 2\n9\n16\nall done"]),
        ("error-event", &[], &["failed: row 2 of thread 2", "stops"]),
        ("error-event", &["looks=false"], &["rows: 13 of 18"]),
        ("custom-error", &[], &["skipped: no row 1", "stopped: not allowed to read row 3"]),
        (
            "custom-error",
            &["catch=base"],
            &["skipped: not allowed to read row 3", "16\nskipped: no row 5"],
        ),
        (
            "timeout-cancel",
            &[],
            &["cancelled: job 0 False job 1 True", "the work is done\nleft the block"],
        ),
        ("retry-fallback", &[], &["failed: attempt 4\ngave up"]),
        ("pool-task", &[], &["failed: no 2\nall done"]),
        ("pool-task", &["call=imap"], &["0\n1\nfailed: no 2\n9\n16\n25\n36\n49"]),
        ("cannot-be-rebuilt", &[], &["failed: no answer", "all done"]),
        ("cannot-be-rebuilt", &["fails=9", "patience=30"], &["0 1 4 9 16 25 36 49\nall done"]),
        ("exit-in-task", &[], &["failed: no answer"]),
        ("exit-in-task", &["fault=kill"], &["failed: no answer"]),
        ("crash-isolation", &[], &["exit codes: [-9, 0, 0]"]),
        ("crash-isolation", &["fault=exit"], &["exit codes: [3, 0, 0]"]),
        ("crash-isolation", &["fault=raise", "hold=true"], &["exit codes: [1, 0, 0]"]),
        ("broken-pool", &[], &["failed: no answer"]),
        (
            "who-learns",
            &[],
            &[
                "an error, in_future: the caller: ValueError",
                "a wish to end, in_process: exit code 3",
                "a wish to end, in_pool: the caller: TimeoutError",
                "not picklable, in_pool: the caller: MaybeEncodingError",
                "done",
            ],
        ),
        ("signal", &[], &["process 3 cleans up", "all have ended: [0, 0, 0]"]),
        ("signal", &["signal=SIGKILL"], &["all have ended: [-9, -9, -9]"]),
        ("signal", &["handled=false", "signal=SIGTERM"], &["all have ended: [-15, -15, -15]"]),
    ] {
        let text = program(preset, sets);
        let of_processes = text.contains("import multiprocessing");
        let all = if of_processes {
            let method = |method: &str| {
                let choose =
                    format!("    __import__('multiprocessing').set_start_method('{method}')");
                python::printed(&format!("if __name__ == '__main__':\n{choose}\n{text}"))
            };
            ["fork", "forkserver", "spawn"].map(method).to_vec()
        } else {
            vec![python::printed(&text)]
        };
        for printed in all {
            for said in said {
                assert!(printed.contains(said), "{preset} {sets:?}: {said}\n{printed}\n{text}");
            }
        }
    }
    for (preset, sets) in [("leaked-lock", &[][..]), ("crash-isolation", &["hold=true"])] {
        python::hangs(&program(preset, sets), Duration::from_secs(2));
    }
}

/// What these tests find out of each preset holds twenty times in a row, with every processor busy.
#[cfg(target_os = "linux")]
#[test]
#[ignore = "takes half an hour: cargo test --test exceptions -- --ignored"]
fn each_preset_holds_twenty_times_in_a_row_on_a_busy_machine() {
    let tests: &[fn()] = &[
        an_exception_that_leaves_its_thread_is_heard_of_by_nobody_and_the_program_ends_well,
        an_exception_that_its_thread_handles_costs_one_row,
        logging_tells_of_it_and_the_thread_still_ends,
        results_as_they_are_completed_and_one_error,
        a_future_keeps_its_exception_until_it_is_asked,
        a_lock_that_is_leaked_is_found_and_one_of_a_block_is_given_back,
        half_of_a_change_stays_though_the_lock_is_given_back,
        a_queue_and_an_event_carry_the_news,
        types_of_ones_own_are_told_apart,
        a_time_out_ends_the_waiting_and_not_the_task,
        attempts_end_with_an_answer_or_a_fallback,
        map_raises_when_all_other_tasks_are_done,
        a_worker_that_ends_in_a_task_is_replaced_and_its_task_fails,
        a_dead_process_harms_the_others_by_what_is_shared,
        signals_are_handled_where_they_can_be,
        a_signal_ends_children_even_if_the_program_was_started_with_it_ignored,
        who_learns_is_what_cpython_does,
        own_cells_are_measured_in_their_time,
        a_wait_for_ever_of_cpython_is_a_wait,
        a_kill_in_a_pool_of_each_kind,
        an_exception_that_cannot_be_built_again,
    ];
    common::steady::in_a_row(20, tests);
}

#[cfg(target_os = "linux")]
#[test]
#[ignore = "takes minutes: cargo test --test exceptions -- --ignored interrupt"]
fn an_interrupt_in_the_midst_of_a_preset_leaves_nothing() {
    common::steady::an_interrupt_leaves_nothing(topic());
}
