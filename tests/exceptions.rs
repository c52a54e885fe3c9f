//! Topic 6: what becomes of an exception, checked over traces of real runs; what is left behind; the listings under each start
//! method.

#![cfg(unix)]
#![allow(clippy::unwrap_used)]

mod common;
#[path = "exceptions/learns.rs"]
mod learns;
#[path = "exceptions/listings.rs"]
mod listings;
#[path = "exceptions/strip.rs"]
mod strip;

use common::runs::{self, check, outcome, params};
use concurrency_lab::replay::{Course, FindingKind, findings};
use concurrency_lab::topics::runner::{Finished, run_to_end};
use concurrency_lab::topics::{Outcome, Topic};
use concurrency_lab::trace::{Event, EventKind as K};
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
    strip::what_was_printed_is_a_stop(&finished);
}

#[test]
fn results_as_they_are_completed_and_one_error() {
    let finished = run("as-completed", &["time_scale=2"]);
    let outcome = outcome(&finished);
    assert_eq!(numbers(&outcome["results"]), [0, 1, 9, 16]);
    assert_eq!((ends(outcome), numbers(&outcome["lost"])), (vec!["caught"], vec![2]));
    assert_eq!(outcome["errors"][0]["caught_by"], "main");
}

/// The line of Python on which main waits: the `for` that asks for the next one done, and the `with` that is left.
#[test]
fn a_wait_stands_at_the_line_that_waits() {
    let finished = run("as-completed", &[]);
    let listing = topic().python(&params(topic(), "as-completed", &[])).unwrap();
    let meta = finished.trace.meta();
    let line = |event: &Event| {
        let place = &meta.source(event.source).unwrap().name;
        let (_, line) = listing.points.iter().find(|(name, _)| name == place).unwrap();
        listing.lines[*line as usize - 1].trim().to_owned()
    };
    let of_main = |event: &&Event| event.actor.0 == 0 && matches!(event.kind, K::WaitBegan { .. });
    let mut waits = finished.trace.events().iter().filter(of_main);
    assert_eq!(line(waits.next().unwrap()), "for future in as_completed(futures):");
    assert_eq!(line(waits.next_back().unwrap()), "with ThreadPoolExecutor(THREADS) as pool:");
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
    strip::journeys_stand_as_their_sections_do(&finished);

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
    strip::attempts_stand_one_after_another(&finished);
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
    let ways_out =
        [("exit", "exit code 3", "exited with 3"), ("kill", "killed by SIGKILL", "was killed")];
    for (fault, how, told) in ways_out {
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
        strip::a_title_has_the_room_of_what_is_said_twice(&finished);
        strip::the_worker_that_is_gone_is_told_of(&finished, told);
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
        learns::who_learns_is_what_cpython_does,
        learns::cells_are_measured_in_their_time,
        learns::a_wait_for_ever_of_cpython_is_a_wait,
        learns::a_worker_that_is_gone_in_a_pool_of_each_kind,
        learns::an_exception_that_cannot_be_built_again,
    ];
    common::steady::in_a_row(20, tests);
}

#[cfg(target_os = "linux")]
#[test]
#[ignore = "takes minutes: cargo test --test exceptions -- --ignored interrupt"]
fn an_interrupt_in_the_midst_of_a_preset_leaves_nothing() {
    common::steady::an_interrupt_leaves_nothing(topic());
}
