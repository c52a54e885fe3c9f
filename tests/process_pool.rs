//! Topic 2 in depth: real processes, counted, killed, and gone afterwards.

#![cfg(unix)]
#![allow(clippy::unwrap_used)]

mod common;

use concurrency_lab::app::command::Page;
use concurrency_lab::app::picture::{self, Part, PictureSpec};
use concurrency_lab::app::playback::At;
use concurrency_lab::app::session::Session;
use concurrency_lab::app::{App, Settings};
use concurrency_lab::replay::Replay;
use concurrency_lab::topics::runner::{self, Finished, RunHandle, Update, run_to_end};
use concurrency_lab::topics::{Language, Outcome, Params, Topic, find};
use concurrency_lab::trace::{ActorId, ActorKind, End, EventKind, Trace};
use concurrency_lab::widgets::selection::Selection;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::{BTreeSet, HashSet};
use std::io::Write;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Only so that a broken test does not hang for ever.
const PATIENCE: Duration = Duration::from_secs(100);

fn topic() -> &'static dyn Topic {
    concurrency_lab::workers::use_program(env!("CARGO_BIN_EXE_concurrency-lab"));
    find("process-pool").unwrap()
}

fn params(preset: &str, sets: &[&str]) -> Params {
    let mut params = topic().preset(preset).unwrap();
    for set in sets {
        params.set_pair(set).unwrap();
    }
    params
}

fn run(preset: &str, sets: &[&str]) -> Finished {
    let finished = run_to_end(topic(), params(preset, sets), Some(PATIENCE)).unwrap();
    check(&finished.trace, &finished.replay);
    finished
}

/// Nothing lost or odd; every process ended on record, and is gone.
fn check(trace: &Trace, replay: &Replay) {
    assert_eq!(trace.dropped(), 0);
    assert_eq!(trace.warnings(), []);
    assert_eq!(replay.oddities(), []);
    for (actor, state) in trace.meta().actors.iter().zip(&replay.latest().actors) {
        assert!(state.end.is_some(), "{} did not end", actor.name);
    }
    for pid in pids(trace) {
        assert!(!exists(pid), "{pid} is still there, if only as a zombie");
    }
}

fn outcome(finished: &Finished) -> &Outcome {
    finished.result.as_ref().unwrap()
}

fn ints(value: &Value) -> Vec<i64> {
    let all = value.as_array().unwrap().iter();
    all.map(|v| v.as_i64().unwrap()).collect()
}

/// The PIDs of all processes that said they started.
fn pids(trace: &Trace) -> Vec<u32> {
    let started = trace.events().iter().filter_map(|e| match e.kind {
        EventKind::Started { os_id } => Some((e.actor, os_id as u32)),
        _ => None,
    });
    let processes =
        started.filter(|(a, _)| trace.meta().actors[a.index()].kind == ActorKind::Process);
    processes.map(|(_, pid)| pid).collect()
}

fn exists(pid: u32) -> bool {
    // SAFETY: signal 0 is not sent.
    unsafe { libc::kill(pid as i32, 0) == 0 }
}

fn until(what: &str, mut so: impl FnMut() -> bool) {
    let start = Instant::now();
    while !so() {
        assert!(start.elapsed() < PATIENCE, "in vain: {what}");
        std::thread::sleep(Duration::from_millis(1));
    }
}

fn squares(tasks: i64) -> Value {
    json!((1..=tasks).map(|n| n * n).collect::<Vec<_>>())
}

#[test]
fn every_call_has_all_results_in_its_own_order() {
    for call in ["map", "imap", "imap_unordered", "apply", "apply_async"] {
        for chunk in ["chunk=0", "chunk=3"] {
            let finished = run("squares", &[&format!("call={call}"), chunk, "tasks=20"]);
            let outcome = outcome(&finished);
            assert_eq!(outcome["results"], squares(20), "{call}");
            assert_eq!(outcome["failed"], json!([]));
            let received = ints(&outcome["received_order"]);
            let completed = ints(&outcome["completion_order"]);
            let in_order: Vec<i64> = (0..20).collect();
            match call {
                "map" | "imap" | "apply" => assert_eq!(received, in_order, "{call}"),
                _ => {
                    let sorted: BTreeSet<i64> = received.iter().copied().collect();
                    assert_eq!(sorted.into_iter().collect::<Vec<_>>(), in_order, "{call}");
                }
            }
            if call == "apply" {
                assert_eq!(completed, in_order, "one after another");
            }
            let size = match (call, chunk) {
                ("apply" | "apply_async", _) | ("imap" | "imap_unordered", "chunk=0") => 1,
                (_, "chunk=0") => 2,
                _ => 3,
            };
            assert_eq!(outcome["chunk"], size, "{call}");
            let callbacks = finished.trace.events().iter().filter(|e| {
                matches!(e.kind, EventKind::SpanBegan { name } if finished.trace.meta().text(name) == "callback")
            });
            assert_eq!(
                callbacks.count(),
                if call == "apply_async" { 20 } else { 0 }
            );
        }
    }
}

#[test]
fn apply_hands_in_a_task_only_when_the_one_before_is_done() {
    let finished = run("squares", &["call=apply"]);
    let mut open = 0;
    for event in finished.trace.events() {
        match event.kind {
            EventKind::TaskSubmitted { .. } => open += 1,
            EventKind::TaskFinished { .. } => open -= 1,
            _ => {}
        }
        assert!((0..=1).contains(&open));
    }
}

#[test]
fn ten_sleepers_are_done_by_exactly_four_processes_that_say_so() {
    let finished = run("ten-sleepers", &["time_scale=0.05"]);
    let outcome = outcome(&finished);
    let messages = outcome["messages"].as_array().unwrap();
    assert_eq!(messages.len(), 10);
    let said: HashSet<&str> = messages
        .iter()
        .map(|m| m.as_str().unwrap().rsplit(' ').next().unwrap())
        .collect();
    assert_eq!(said.len(), 4, "{messages:?}");
    assert_eq!(outcome["results"], outcome["done_by"]);
    for (task, pid) in ints(&outcome["done_by"]).into_iter().enumerate() {
        let line = json!(format!("task {task} was done by PID {pid}"));
        assert!(messages.contains(&line), "{line}");
    }
    let started: HashSet<i64> = pids(&finished.trace).into_iter().map(i64::from).collect();
    assert_eq!(started, ints(&outcome["pids"]).into_iter().collect());
    assert_eq!(outcome["processes"], 4);
    assert_eq!(outcome["tasks_per_worker"].as_array().unwrap().len(), 4);
    assert!(
        outcome["wall_ns"].as_u64().unwrap() >= 150_000_000,
        "three rounds of 50 ms"
    );
    let memory = outcome["own_memory_bytes"].as_array();
    if cfg!(target_os = "linux") {
        assert!(memory.unwrap().iter().all(|m| m.as_u64().unwrap() > 4096));
    }
}

#[test]
fn one_process_per_image_is_one_process_per_image() {
    let finished = run("a-thousand-images", &["tasks=60", "workers=4", "side=8"]);
    let reused = outcome(&finished);
    let each = &reused["one_process_each"];
    assert_eq!(reused["results"].as_array().unwrap().len(), 60);
    assert_eq!(reused["processes"], 4);
    assert_eq!(ints(&reused["tasks_per_worker"]).iter().sum::<i64>(), 60);
    let per_worker = ints(&each["tasks_per_worker"]);
    assert_eq!(per_worker.iter().sum::<i64>(), 60);
    assert!(per_worker.iter().all(|tasks| *tasks <= 1));
    assert!(each["processes"].as_u64().unwrap() >= 60);
    let wall = |o: &Value| o["wall_ns"].as_i64().unwrap();
    let saved = wall(each) - wall(&json!(reused));
    assert_eq!(reused["saved_by_reuse_ns"], saved);
    let all = pids(&finished.trace);
    assert!(all.len() >= 64, "4 and at least one for each image");
}

#[test]
fn large_chunks_stay_with_their_workers() {
    let finished = run("uneven", &["time_scale=0.1"]);
    let outcome = outcome(&finished);
    assert_eq!(outcome["results"].as_array().unwrap().len(), 32);
    assert_eq!(outcome["chunk"], 1);
    let large = &outcome["large_chunks"];
    assert_eq!(large["tasks_per_worker"], json!([8, 8, 8, 8]));
    // A sleep is never shorter than planned: 0.01 s in the mean, 3x² of it for each of the last eight of 32.
    let planned: f64 = (24..32)
        .map(|t| (f64::from(t) + 0.5) / 32.0)
        .map(|x| 3.0 * x * x * 0.01)
        .sum();
    assert!(large["busiest_ns"].as_f64().unwrap() >= planned * 1e9);
}

#[test]
fn a_killed_worker_costs_one_task_and_is_replaced() {
    for call in ["map", "imap", "imap_unordered", "apply", "apply_async"] {
        let finished = run("kill-one", &["time_scale=0.04", &format!("call={call}")]);
        let outcome = outcome(&finished);
        let failed = outcome["failed"].as_array().unwrap();
        assert_eq!(failed.len(), 1, "{call}: {failed:?}");
        assert_eq!(failed[0]["task"], 6);
        assert!(
            failed[0]["error"]
                .as_str()
                .unwrap()
                .ends_with("was killed by signal 9")
        );
        assert_eq!(outcome["killed"], 1);
        assert_eq!(outcome["processes"], 5, "{call}");
        let results = outcome["results"].as_array().unwrap();
        assert_eq!(results.iter().filter(|r| r.is_null()).count(), 1);
        assert!(results[6].is_null());
        assert_eq!(outcome["messages"].as_array().unwrap().len(), 9);
        let killers: Vec<&str> = (finished.trace.events().iter())
            .filter(|e| matches!(e.kind, EventKind::SignalSent { signal: 9, .. }))
            .map(|e| finished.trace.meta().actors[e.actor.index()].name.as_str())
            .collect();
        assert_eq!(killers, ["killer"]);
    }
}

#[test]
fn a_task_may_be_begun_again_when_its_worker_was_killed() {
    let finished = run("kill-one", &["time_scale=0.05", "retries=2"]);
    let outcome = outcome(&finished);
    assert_eq!(outcome["failed"], json!([]));
    assert_eq!(outcome["results"], outcome["done_by"]);
}

#[test]
fn a_task_that_takes_too_long_costs_its_worker() {
    let sets = ["seconds=60", "tasks=3", "workers=2", "timeout=0.03"];
    let finished = run("ten-sleepers", &sets);
    let failed = outcome(&finished)["failed"].as_array().unwrap();
    assert_eq!(failed.len(), 3);
    for task in failed {
        assert_eq!(task["error"], "the task took longer than it was given");
    }
}

/// A run that goes on, with what is known of it.
struct Live {
    handle: RunHandle,
    trace: Trace,
    replay: Replay,
    over: bool,
}

impl Live {
    fn start(preset: &str, sets: &[&str]) -> Self {
        let params = params(preset, sets);
        let trace = Trace::new(topic().meta(&params));
        Self {
            replay: Replay::new(&trace),
            trace,
            handle: runner::start(topic(), params, || ()).unwrap(),
            over: false,
        }
    }

    fn until(&mut self, what: &str, so: impl Fn(&Self) -> bool) {
        let start = Instant::now();
        while !so(self) {
            for update in self.handle.updates().collect::<Vec<_>>() {
                match update {
                    Update::Batch(batch) => {
                        let applied = self.trace.apply(batch);
                        self.replay.update(&self.trace, applied.first_changed);
                    }
                    Update::Ended { .. } => self.over = true,
                }
            }
            assert!(start.elapsed() < PATIENCE, "in vain: {what}");
            std::thread::yield_now();
        }
    }

    fn at_work(&self) -> Vec<ActorId> {
        let states = self.replay.latest().actors.iter().enumerate();
        let busy = states.filter(|(_, a)| a.task.is_some() && a.sleeping.is_some());
        busy.map(|(index, _)| ActorId::from_index(index)).collect()
    }
}

#[test]
fn the_processes_are_real_and_stop_ends_them_at_once() {
    for sets in [
        &["seconds=60"][..],
        &["seconds=60", "call=apply_async", "workers=7"],
    ] {
        let mut live = Live::start("ten-sleepers", sets);
        let size = if sets.len() == 1 { 4 } else { 7 };
        live.until("all work", |live| live.at_work().len() == size);
        let all = pids(&live.trace);
        assert_eq!(all.iter().collect::<HashSet<_>>().len(), size);
        for pid in &all {
            assert!(exists(*pid));
            #[cfg(target_os = "linux")]
            {
                let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
                let parent = stat
                    .rsplit(')')
                    .next()
                    .unwrap()
                    .split_whitespace()
                    .nth(1)
                    .unwrap();
                assert_eq!(
                    parent,
                    std::process::id().to_string(),
                    "a child of this process"
                );
            }
        }
        live.handle.stop();
        live.until("the run ends", |live| live.over);
        check(&live.trace, &live.replay);
    }
}

#[test]
fn a_run_can_be_stopped_at_any_moment() {
    for preset in ["squares", "a-thousand-images", "kill-one", "uneven"] {
        for limit in [1, 4, 12, 40, 90] {
            let limit = Duration::from_millis(limit);
            let sets = ["tasks=400", "time_scale=0.1"];
            let finished = run_to_end(topic(), params(preset, &sets), Some(limit)).unwrap();
            check(&finished.trace, &finished.replay);
        }
    }
}

#[test]
fn the_user_can_kill_a_worker() {
    let mut live = Live::start("ten-sleepers", &["time_scale=0.3"]);
    live.until("all work", |live| live.at_work().len() == 4);
    let victim = live.at_work()[2];
    live.handle.signal(victim, 9);
    live.until("the run ends", |live| live.over);
    check(&live.trace, &live.replay);
    let end = live.replay.latest().actor(victim).unwrap().end.unwrap().0;
    assert_eq!(end, End::Killed(9));
    let sender = live
        .trace
        .events()
        .iter()
        .find(|e| matches!(e.kind, EventKind::SignalSent { .. }));
    assert_eq!(live.trace.meta().actor_name(sender.unwrap().actor), "you");
    let ends = live.trace.events().iter().filter(|e| {
        matches!(
            e.kind,
            EventKind::TaskFinished { .. } | EventKind::TaskFailed { .. }
        )
    });
    assert_eq!(ends.count(), 10);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20))]
    #[test]
    fn whatever_the_parameters_every_task_is_done_once(
        workers in 1..=6_usize,
        tasks in 1..60_usize,
        call in 0..5_usize,
        chunk in 0..9_usize,
        job in 0..4_usize,
        costs in 0..3_usize,
        child in 0..4_usize,
        against in 0..3_usize,
        seed in 0..1000_u32,
    ) {
        let sets = [
            format!("workers={workers}"),
            format!("tasks={tasks}"),
            format!("call={}", ["map", "imap", "imap_unordered", "apply", "apply_async"][call]),
            format!("chunk={chunk}"),
            format!("job={}", ["square", "sleep", "count-primes", "image"][job]),
            format!("costs={}", ["equal", "random", "growing"][costs]),
            format!("tasks_per_child={child}"),
            format!("against={}", ["nothing", "one-process-each", "large-chunks"][against]),
            format!("seed={seed}"),
            "limit=100".to_owned(),
            "side=5".to_owned(),
            "seconds=0.0003".to_owned(),
        ];
        let sets: Vec<&str> = sets.iter().map(String::as_str).collect();
        let finished = run("squares", &sets);
        let outcome = outcome(&finished);
        prop_assert_eq!(&outcome["failed"], &json!([]));
        let results = outcome["results"].as_array().unwrap();
        prop_assert_eq!(results.len(), tasks);
        prop_assert!(results.iter().all(Value::is_i64));
        match job {
            0 => prop_assert_eq!(&outcome["results"], &squares(tasks as i64)),
            1 => prop_assert_eq!(&outcome["results"], &outcome["done_by"]),
            2 if costs == 0 => prop_assert!(results.iter().all(|r| *r == 25)),
            _ => {}
        }
        for order in ["received_order", "completion_order"] {
            let order: BTreeSet<i64> = ints(&outcome[order]).into_iter().collect();
            prop_assert_eq!(order.len(), tasks);
            prop_assert_eq!(order.last(), Some(&(tasks as i64 - 1)));
        }
        let pids: HashSet<i64> = ints(&outcome["pids"]).into_iter().collect();
        prop_assert!(ints(&outcome["done_by"]).iter().all(|pid| pids.contains(pid)));
        let second = ["", "one_process_each", "large_chunks"][against];
        for numbers in [Some(&json!(outcome)), outcome.get(second)].into_iter().flatten() {
            let per_worker = ints(&numbers["tasks_per_worker"]);
            prop_assert_eq!(per_worker.iter().sum::<i64>(), tasks as i64);
            prop_assert_eq!(per_worker.len() as u64, numbers["processes"].as_u64().unwrap());
            let utilisation = numbers["utilisation"].as_f64().unwrap();
            prop_assert!((0.0..=1.0).contains(&utilisation), "{}", utilisation);
            let wait = numbers["mean_queue_wait_ns"].as_u64().unwrap();
            prop_assert!(numbers["overhead_per_task_ns"].as_u64().unwrap() <= wait);
            prop_assert!(numbers["busiest_ns"].as_u64() >= numbers["least_busy_ns"].as_u64());
        }
    }
}

/// The app on topic 2.
fn app(preset: &str, sets: &[&str]) -> Harness<'static, App> {
    let mut session = Session::new(topic());
    session.set_params(params(preset, sets));
    let mut app = App::new(Settings::default());
    app.show(session);
    common::app(app)
}

fn frames_until(
    harness: &mut Harness<'static, App>,
    what: &str,
    is: impl Fn(&Harness<'static, App>) -> bool,
) {
    let start = Instant::now();
    while !is(harness) {
        harness.step();
        assert!(start.elapsed() < PATIENCE, "never: {what}");
    }
}

#[test]
fn a_worker_is_selected_by_a_click_and_killed_by_another() {
    let mut harness = app("ten-sleepers", &["time_scale=0.6"]);
    harness.step();
    assert!(harness.query_by_label("Kill worker 3").is_none());
    harness.get_by_label("Run").click();
    let busy = |h: &Harness<'static, App>| h.query_by_label_contains("worker 3, PID").is_some();
    frames_until(&mut harness, "worker 3 is there", busy);
    assert!(
        harness.query_by_label("Kill worker 3").is_none(),
        "nobody is selected"
    );
    harness.get_by_label_contains("worker 3, PID").click();
    let can = |h: &Harness<'static, App>| h.query_by_label("Kill worker 3").is_some();
    frames_until(&mut harness, "the button is there", can);
    let Selection::Actor(victim) = harness.state().session().selection else {
        panic!("the worker is selected");
    };
    harness.get_by_label("Kill worker 3").click();
    frames_until(&mut harness, "the run ends", |h| {
        !h.state().session().is_running()
    });
    harness.run_steps(3);
    assert!(
        harness.query_by_label("Kill worker 3").is_none(),
        "it is dead"
    );
    let session = harness.state().session();
    let trace = &session.recording.trace;
    assert_eq!(trace.meta().actor_name(victim), "worker 3");
    let end = session.recording.replay.latest().actor(victim).unwrap().end;
    assert!(matches!(end, Some((End::Killed(9), _))));
    assert_eq!(session.outcome.as_ref().unwrap()["killed"], 1);
    check(trace, &session.recording.replay);
}

#[test]
fn the_stage_tells_a_death_in_words_and_compares_two_pools() {
    let mut harness = app("kill-one", &["time_scale=0.04"]);
    harness.get_by_label("Run").click();
    harness.step();
    frames_until(&mut harness, "the run ends", |h| {
        !h.state().session().is_running()
    });
    harness.key_press(egui::Key::End);
    harness.run_steps(3);
    let _ = harness.get_by_label_contains("was killed by SIGKILL in task 6");
    let _ = harness.get_by_label_contains("9 done, task 6 failed");
    let mut harness = app("uneven", &["time_scale=0.05"]);
    harness.get_by_label("Run").click();
    harness.step();
    frames_until(&mut harness, "the run ends", |h| {
        !h.state().session().is_running()
    });
    harness.key_press(egui::Key::End);
    harness.run_steps(3);
    let end = harness.state().session().end();
    harness
        .get_by_label_contains("Show one task at a time: took")
        .click();
    harness.run_steps(3);
    assert!(
        harness.state().session().now() < end,
        "the cursor is where the first pool ended"
    );
    let _ = harness.get_by_label_contains("Show chunks of 8");
}

/// One worker and sixty-four, one task and ten thousand, at every size and in every state.
#[test]
fn the_stage_can_be_drawn_at_any_moment_of_any_run() {
    let cases: [(&str, &[&str]); 5] = [
        ("squares", &["workers=1", "tasks=1"]),
        ("squares", &["workers=64", "tasks=10000"]),
        (
            "squares",
            &[
                "workers=3",
                "tasks=500",
                "call=apply_async",
                "tasks_per_child=20",
            ],
        ),
        ("a-thousand-images", &["tasks=150", "side=4"]),
        ("kill-one", &["time_scale=0.02", "workers=2", "retries=1"]),
    ];
    for (preset, sets) in cases {
        let finished = run(preset, sets);
        let outcome = finished.result.unwrap();
        for (size, at) in [
            ([1440.0, 900.0], At::Fraction(0.3)),
            ([1280.0, 720.0], At::Fraction(0.0)),
            ([1024.0, 640.0], At::Fraction(0.7)),
            ([700.0, 420.0], At::End),
        ] {
            let again = Finished {
                replay: {
                    let mut replay = Replay::new(&finished.trace);
                    replay.update(&finished.trace, 0);
                    replay
                },
                trace: finished.trace.clone(),
                result: Ok(outcome.clone()),
                wall: finished.wall,
            };
            let spec = PictureSpec {
                size,
                scale: 1.0,
                dark: size[0] < 1200.0,
                part: Part::Window,
                page: Page::Numbers,
                at,
            };
            let session = Session::finished(topic(), params(preset, sets), again);
            let image = picture::draw(session, &spec).unwrap();
            assert_eq!([image.width as f32, image.height as f32], size);
        }
    }
}

#[test]
fn nobody_outlives_a_killed_program() {
    let mut program = Command::new(env!("CARGO_BIN_EXE_concurrency-lab"))
        .args([
            "run",
            "process-pool",
            "--preset",
            "ten-sleepers",
            "--set",
            "seconds=60",
        ])
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let mut children = Vec::new();
    until("its workers are there", || {
        children = children_of(program.id());
        // The fork server is one more.
        children.len() >= 4
    });
    program.kill().unwrap();
    program.wait().unwrap();
    until("all are gone", || !children.iter().any(|pid| runs(*pid)));
}

fn stat(pid: u32) -> Option<(char, u32)> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let mut fields = stat.rsplit(')').next()?.split_whitespace();
    Some((fields.next()?.chars().next()?, fields.next()?.parse().ok()?))
}

fn children_of(parent: u32) -> Vec<u32> {
    let all = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let pids = all.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    pids.filter(|pid| stat(*pid).is_some_and(|(_, of)| of == parent))
        .collect()
}

/// Zombies of others do not count.
fn runs(pid: u32) -> bool {
    stat(pid).is_some_and(|(state, _)| !matches!(state, 'Z' | 'X'))
}

#[test]
fn both_listings_of_each_preset_name_where_main_is() {
    for preset in topic().presets() {
        let listings = topic().listings(&params(preset.id, &[]));
        for language in [Language::Python, Language::Rust] {
            let listing = listings.iter().find(|l| l.language == language).unwrap();
            let text = listing.text();
            assert!(
                !text.contains("//@") && !text.contains("#@"),
                "{}",
                listing.file
            );
            let mut points = vec!["main.start", "main.submit", "main.result", "main.join"];
            if preset.id == "kill-one" {
                points.push("killer.kill");
            }
            if ["uneven", "a-thousand-images"].contains(&preset.id) {
                points.push("main.again");
            }
            for point in points {
                let named = listing.points.iter().any(|(name, _)| name == point);
                assert!(named, "{} lacks {point}", listing.file);
            }
        }
    }
}

/// The Python listings as shown, with short sleeps and few tasks, really run.
#[test]
fn the_python_listings_run() {
    let is_there = Command::new("python3")
        .args(["-c", "import multiprocessing"])
        .output();
    if !is_there.is_ok_and(|out| out.status.success()) {
        eprintln!("no python3 here: the listings were not run");
        return;
    }
    let calls = [
        "call=map",
        "call=imap",
        "call=imap_unordered",
        "call=apply",
        "call=apply_async",
    ];
    for (place, preset) in topic().presets().iter().enumerate() {
        let mut sets = vec!["seconds=0.02", "workers=3", calls[place]];
        if preset.id == "a-thousand-images" {
            sets.push("tasks=12");
        }
        for job in ["", "job=count-primes"] {
            if !job.is_empty() && preset.id != "squares" {
                continue;
            }
            if !job.is_empty() {
                sets.extend([job, "limit=100"]);
            }
            let listings = topic().listings(&params(preset.id, &sets));
            let listing = listings
                .iter()
                .find(|l| l.language == Language::Python)
                .unwrap();
            let mut file = tempfile::NamedTempFile::new().unwrap();
            file.write_all(listing.text().as_bytes()).unwrap();
            let output = Command::new("python3").arg(file.path()).output().unwrap();
            let said = String::from_utf8_lossy(&output.stdout);
            let error = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "{}: {error}", listing.file);
            assert!(said.contains("results:"), "{}: {said}", listing.file);
            match listing.file {
                "squares.py" => assert!(said.contains("[1, 4, 9, 16, 25, 36, 49, 64, 81, 100]")),
                "kill_one.py" => assert!(said.contains("task 6 is lost"), "{said}"),
                "primes.py" => assert!(said.contains("[25, 25"), "{said}"),
                _ => {}
            }
        }
    }
}
