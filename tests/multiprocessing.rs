//! Topic 3 in depth: real processes and threads, checked event by event and against the system.

#![cfg(unix)]
#![allow(clippy::unwrap_used)]

use concurrency_lab::replay::{Phase, Replay};
use concurrency_lab::topics::runner::{self, Finished, RunError, Update, run_to_end};
use concurrency_lab::topics::{Language, Params, Topic, find};
use concurrency_lab::trace::{
    ActorId, ActorKind, End, Event, EventKind, ResourceId, ResourceKind, Trace,
};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::HashSet;
use std::io::Write;
use std::process::Command;
use std::time::{Duration, Instant};

const PROGRAM: &str = env!("CARGO_BIN_EXE_concurrency-lab");
/// Only so that a broken test does not hang for ever.
const PATIENCE: Duration = Duration::from_secs(120);

fn topic() -> &'static dyn Topic {
    concurrency_lab::workers::use_program(PROGRAM);
    find("multiprocessing").unwrap()
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

fn outcome(finished: &Finished) -> &concurrency_lab::topics::Outcome {
    finished.result.as_ref().unwrap()
}

/// The streams fit together, everybody has ended, and no child is left.
fn check(trace: &Trace, replay: &Replay) {
    assert_eq!(trace.warnings(), []);
    assert_eq!(replay.oddities(), []);
    assert_eq!(trace.dropped(), 0);
    for (actor, state) in trace.meta().actors.iter().zip(&replay.latest().actors) {
        assert!(state.end.is_some(), "{} has not ended", actor.name);
    }
    for pid in pids(trace) {
        assert!(!exists(pid), "{pid} is still there, if only as a zombie");
    }
}

/// The PIDs of the child processes of a trace.
fn pids(trace: &Trace) -> Vec<u64> {
    let started = trace.events().iter().filter_map(|e| match e.kind {
        EventKind::Started { os_id } => Some((actor(trace, e.actor), os_id)),
        _ => None,
    });
    let children = started.filter(|(a, _)| a.kind == ActorKind::Process && a.name != "parent");
    children.map(|(_, pid)| pid).collect()
}

fn actor(trace: &Trace, id: ActorId) -> &concurrency_lab::trace::Actor {
    &trace.meta().actors[id.index()]
}

fn exists(pid: u64) -> bool {
    // SAFETY: signal 0 is not sent.
    unsafe { libc::kill(pid as i32, 0) == 0 }
}

fn ends(trace: &Trace) -> impl Iterator<Item = (&str, End)> {
    trace.events().iter().filter_map(|e| match e.kind {
        EventKind::Ended(end) => Some((actor(trace, e.actor).name.as_str(), end)),
        _ => None,
    })
}

/// What the real binary prints.
fn json(preset: &str, sets: &[&str]) -> Value {
    let mut command = Command::new(PROGRAM);
    command.args(["run", "multiprocessing", "--json", "--preset", preset]);
    for set in sets {
        command.args(["--set", set]);
    }
    let output = command.output().unwrap();
    assert!(output.status.success(), "{output:?}");
    serde_json::from_slice(&output.stdout).unwrap()
}

fn strings(value: &Value) -> Vec<&str> {
    let all = value.as_array().unwrap().iter();
    all.map(|text| text.as_str().unwrap()).collect()
}

#[test]
fn five_workers_by_the_real_binary() {
    let told = json("five-workers", &["time_scale=0.05"]);
    let outcome = &told["outcome"];
    let mut messages = strings(&outcome["messages"]);
    messages.sort_unstable();
    let expected: Vec<_> = (0..5).map(|n| format!("Worker {n} finished")).collect();
    assert_eq!(messages, expected);
    assert_eq!(outcome["results"], json!([0, 1, 2, 3, 4]));
    assert_eq!(outcome["failed"], json!([]));
    let pids = outcome["pids"].as_array().unwrap();
    let distinct: HashSet<_> = pids.iter().map(|pid| pid.as_u64().unwrap()).collect();
    assert_eq!((pids.len(), distinct.len()), (4, 4));
    let actors = told["actors"].as_array().unwrap().iter();
    let processes = actors.filter(|a| a["kind"] == "process" && a["name"] != "parent");
    let os_ids: Vec<_> = processes.map(|a| a["os_id"].clone()).collect();
    assert_eq!(&os_ids, pids);
}

#[test]
fn squares_are_exact() {
    let told = json("parallel-squares", &["time_scale=0.02"]);
    assert_eq!(told["outcome"]["results"], json!([1, 4, 9, 16, 25]));
    let more = run("parallel-squares", &["time_scale=0", "tasks=300"]);
    let squares: Vec<i64> = (1..=300).map(|n| n * n).collect();
    assert_eq!(outcome(&more)["results"], json!(squares));
}

#[test]
fn images_are_filtered_for_as_long_as_asked() {
    let finished = run("four-images", &["time_scale=0.02"]);
    for passes in outcome(&finished)["results"].as_array().unwrap() {
        assert!(passes.as_i64().unwrap() > 0);
    }
    for (state, actor) in
        (finished.replay.latest().actors.iter()).zip(&finished.trace.meta().actors)
    {
        if actor.kind == ActorKind::Process && actor.name != "parent" && state.task.is_none() {
            assert!(state.cpu_time.is_some(), "{}", actor.name);
        }
    }
    let tasks = finished.replay.tasks();
    let pool = pool(&finished.trace);
    assert_eq!(tasks.of(pool).unwrap().all.len(), 4);
    let used: u64 = (finished.replay.latest().actors.iter())
        .zip(&finished.trace.meta().actors)
        .filter(|(_, actor)| actor.name.starts_with("worker"))
        .filter_map(|(state, _)| state.cpu_time)
        .map(|t| t.0)
        .sum();
    assert!(used >= 4 * 40_000_000, "40 ms each on a processor: {used}");
}

fn pool(trace: &Trace) -> ResourceId {
    let pools = |r: &concurrency_lab::trace::Resource| r.kind == ResourceKind::Pool;
    ResourceId::from_index(trace.meta().resources.iter().position(pools).unwrap())
}

#[test]
fn children_change_their_own_copy_and_threads_the_same_one() {
    let finished = run("own-memory", &["time_scale=0.02", "workers=4", "steps=5"]);
    let outcome = outcome(&finished);
    assert_eq!(outcome["parent_before"], 100);
    assert_eq!(outcome["parent_after"], 100);
    let copies = outcome["memory_copies"].as_array().unwrap();
    assert_eq!(copies.len(), 5);
    assert_eq!(copies[0]["process"], "parent");
    assert_eq!(copies[0]["pid"], std::process::id());
    let mut pids = HashSet::new();
    let mut places = HashSet::new();
    for (k, copy) in copies.iter().enumerate() {
        assert_eq!(copy["value"], 100 + 5 * k, "{copy}");
        assert!(pids.insert(copy["pid"].as_u64().unwrap()));
        if k > 0 {
            places.insert(copy["address"].as_str().unwrap());
        }
    }
    if cfg!(target_os = "linux") {
        assert_eq!(places.len(), 1, "all forked from one process: {places:?}");
    }
    assert_eq!(outcome["threads"]["before"], 100);
    assert_eq!(outcome["threads"]["after"], 100 + 5 * (1 + 2 + 3 + 4));
    // The replay shows every copy, in the end and in between.
    let state = finished.replay.latest();
    let meta = finished.trace.meta();
    let held = |name: &str| {
        let place = meta.resources.iter().position(|r| r.name == name).unwrap();
        let item = state.resources[place].contents[0];
        meta.item(item)
    };
    assert_eq!(held("value in parent"), "100");
    assert_eq!(held("value in child 3"), "115");
    assert_eq!(
        held("address of value in child 3"),
        copies[3]["address"].as_str().unwrap()
    );
    assert_eq!(held("value of the threads"), "150");
    let changes = |of: &str| {
        let events = finished.trace.events().iter().filter_map(|e| match e.kind {
            EventKind::ValueChanged {
                res,
                version,
                old,
                new,
            } if meta.resource_name(res) == of => Some((
                version,
                old.as_int().unwrap(),
                new.as_int().unwrap(),
                e.actor,
            )),
            _ => None,
        });
        events.collect::<Vec<_>>()
    };
    let second = changes("value in child 2");
    let numbers: Vec<_> = second
        .iter()
        .map(|(v, old, new, _)| (*v, *old, *new))
        .collect();
    let expected = [1, 2, 3, 4, 5].map(|n: u32| {
        let new = 100 + 2 * i64::from(n);
        (n, new - 2, new)
    });
    assert_eq!(numbers, expected);
    let who: HashSet<_> = second.iter().map(|(.., actor)| *actor).collect();
    assert_eq!(who.len(), 1, "nobody else can change it");
    let shared = changes("value of the threads");
    assert_eq!(shared.len(), 20);
    assert!(
        shared.windows(2).all(|pair| pair[0].2 == pair[1].1),
        "one after another"
    );
}

#[test]
fn a_failure_ends_a_process_alone_but_all_threads_of_one() {
    for (failure, signal) in [("abort", 6), ("segfault", 11), ("kill", 9)] {
        let set = format!("failure={failure}");
        let finished = run("crash", &["time_scale=0.02", "workers=5", &set]);
        let outcome = outcome(&finished);
        let (processes, threads) = (&outcome["processes"], &outcome["threads"]);
        assert_eq!(
            (&processes["started"], &processes["survivors"]),
            (&json!(5), &json!(4))
        );
        assert_eq!(
            (&threads["started"], &threads["survivors"]),
            (&json!(5), &json!(0))
        );
        assert_eq!(processes["signal"], signal);
        assert_eq!(threads["signal"], signal);
        let trace = &finished.trace;
        let killed: HashSet<_> = ends(trace)
            .filter(|(_, end)| *end == End::Killed(signal))
            .map(|(name, _)| name.to_owned())
            .collect();
        let mut expected: HashSet<_> = (1..=5).map(|n| format!("thread {n}")).collect();
        expected.extend(["worker 2".to_owned(), "host 1".to_owned()]);
        assert_eq!(killed, expected);
        let messages = strings(&outcome["messages"]);
        for line in ["Worker 2 fails", "Thread 2 fails", "Worker 5 finished"] {
            assert!(messages.contains(&line), "{messages:?}");
        }
        let host = trace
            .meta()
            .actors
            .iter()
            .position(|a| a.name == "host 1")
            .unwrap();
        let inside = trace
            .meta()
            .actors
            .iter()
            .filter(|a| a.name.starts_with("thread "));
        for thread in inside {
            assert_eq!(thread.kind, ActorKind::Thread);
            assert_eq!(thread.parent, Some(ActorId::from_index(host)));
        }
    }
}

#[test]
fn a_crash_with_one_process_leaves_none_and_the_app_goes_on() {
    let finished = run("crash", &["time_scale=0.01", "workers=1"]);
    assert_eq!(outcome(&finished)["processes"]["survivors"], 0);
    assert_eq!(outcome(&finished)["threads"]["survivors"], 0);
}

#[test]
fn all_four_ways_count_the_same_primes() {
    let sets = ["limit=20000", "workers=3", "interval=0.0005"];
    let finished = run("cpu-bound", &sets);
    let outcome = outcome(&finished);
    let ways = outcome["ways"].as_array().unwrap();
    let names: Vec<_> = ways
        .iter()
        .map(|way| way["way"].as_str().unwrap())
        .collect();
    let expected = [
        "one after another",
        "threads, emulated GIL",
        "threads",
        "processes",
    ];
    assert_eq!(names, expected);
    for (way, actors) in ways.iter().zip([1, 3, 3, 3]) {
        assert_eq!(way["primes"], 2262, "{way}");
        assert_eq!(way["actors"], actors, "{way}");
        let each = way["cpu_ns_each"].as_array().unwrap();
        let sum: u64 = each.iter().map(|cpu| cpu.as_u64().unwrap()).sum();
        assert_eq!(way["cpu_ns"], sum);
        assert!(each.iter().all(|cpu| cpu.as_u64().unwrap() > 0), "{way}");
        assert!(way["wall_ns"].as_u64().unwrap() > 0);
    }
    assert_eq!(ways[0]["speed_up"], 1.0);
    check_gil(&finished.trace);
}

/// Who has the emulated GIL has it alone.
fn check_gil(trace: &Trace) {
    let name = |r: &concurrency_lab::trace::Resource| r.name == "emulated GIL";
    let gil = ResourceId::from_index(trace.meta().resources.iter().position(name).unwrap());
    let mut holder = None;
    for event in trace
        .events()
        .iter()
        .filter(|e| e.kind.resource() == Some(gil))
    {
        match event.kind {
            EventKind::Acquired { .. } => assert_eq!(holder.replace(event.actor), None),
            EventKind::Released { .. } => assert_eq!(holder.take(), Some(event.actor)),
            _ => {}
        }
    }
    assert_eq!(holder, None);
}

/// A run under way, as far as its news came.
struct Live {
    handle: runner::RunHandle,
    trace: Trace,
    replay: Replay,
    result: Option<Result<(), RunError>>,
}

impl Live {
    fn start(preset: &str, sets: &[&str]) -> Self {
        let params = params(preset, sets);
        let trace = Trace::new(topic().meta(&params));
        Self {
            replay: Replay::new(&trace),
            trace,
            handle: runner::start(topic(), params, || ()).unwrap(),
            result: None,
        }
    }

    /// Takes in news until something is so.
    fn until(&mut self, what: &str, so: impl Fn(&Self) -> bool) {
        let start = Instant::now();
        while !so(self) {
            let news: Vec<_> = self.handle.updates().collect();
            for update in news {
                match update {
                    Update::Batch(batch) => {
                        let applied = self.trace.apply(batch);
                        self.replay.update(&self.trace, applied.first_changed);
                    }
                    Update::Ended { result, .. } => {
                        self.result = Some(result.map(drop).map_err(RunError::Failed));
                    }
                }
            }
            assert!(start.elapsed() < PATIENCE, "never: {what}");
            std::thread::yield_now();
        }
    }

    fn at_work(&self) -> Vec<(ActorId, u64)> {
        let states = self.replay.latest().actors.iter().enumerate();
        let busy = states.filter(|(_, state)| state.task.is_some() && state.end.is_none());
        busy.map(|(index, state)| (ActorId::from_index(index), state.os_id))
            .collect()
    }

    fn has(&self, like: impl Fn(&Event) -> bool) -> bool {
        self.trace.events().iter().any(like)
    }
}

#[test]
fn processes_are_real_overlap_and_one_can_be_killed() {
    let mut live = Live::start("parallel-squares", &["work=60"]);
    live.until("four tasks run at once", |live| live.at_work().len() == 4);
    let workers = live.at_work();
    let distinct: HashSet<_> = workers.iter().map(|(_, pid)| *pid).collect();
    assert_eq!(distinct.len(), 4);
    for (_, pid) in &workers {
        assert!(exists(*pid));
        if cfg!(target_os = "linux") {
            let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
            let parent = stat.rsplit(") ").next().unwrap().split(' ').nth(1).unwrap();
            assert_eq!(parent, std::process::id().to_string());
        }
    }
    let (victim, pid) = workers[1];
    live.handle.signal(victim, 9);
    live.until("it is gone", |live| {
        live.has(|e| e.actor == victim && e.kind == EventKind::Ended(End::Killed(9)))
    });
    assert!(!exists(pid));
    let you = |e: &Event| matches!(e.kind, EventKind::SignalSent { to, signal: 9 } if to == victim);
    assert!(live.has(you));
    live.until("another takes its place", |live| live.at_work().len() == 4);
    live.handle.stop();
    live.until("the run ends", |live| live.result.is_some());
    assert!(live.result.unwrap().is_err());
    check(&live.trace, &live.replay);
}

#[test]
fn stopped_in_the_middle_no_program_leaves_a_child() {
    for preset in topic().presets() {
        let sets = ["work=60", "limit=50000000", "workers=3"];
        let mut live = Live::start(preset.id, &sets);
        let ready: fn(&Live) -> bool = match preset.id {
            "cpu-bound" => |live| live.has(|e| matches!(e.kind, EventKind::SpanBegan { .. })),
            "crash" => |live| live.at_work().len() == 4,
            _ => |live| live.at_work().len() == 3,
        };
        live.until(preset.id, ready);
        live.handle.stop();
        live.until("the run ends", |live| live.result.is_some());
        assert!(live.result.is_some_and(|result| result.is_err()));
        check(&live.trace, &live.replay);
    }
}

#[test]
fn each_way_can_be_stopped() {
    for way in ["threads, emulated GIL", "threads", "processes"] {
        let mut live = Live::start("cpu-bound", &["limit=100000", "time_scale=10"]);
        live.until(way, |live| {
            let meta = live.trace.meta();
            live.has(|e| matches!(e.kind, EventKind::SpanBegan { name } if meta.text(name) == way))
        });
        live.handle.stop();
        live.until("the run ends", |live| live.result.is_some());
        check(&live.trace, &live.replay);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]
    #[test]
    fn whatever_the_parameters(
        program in 0..6_usize,
        workers in 1..=6_i64,
        tasks in 1..=12_i64,
        first in 0..50_i64,
        steps in 1..=6_i64,
        failure in 0..3_usize,
    ) {
        let program = ["messages", "squares", "images", "memory", "crash", "primes"][program];
        let failure = ["abort", "segfault", "kill"][failure];
        let sets = [
            format!("program={program}"),
            format!("workers={workers}"),
            format!("tasks={tasks}"),
            format!("first={first}"),
            format!("steps={steps}"),
            format!("failure={failure}"),
            "time_scale=0.01".to_owned(),
        ];
        let sets: Vec<&str> = sets.iter().map(String::as_str).collect();
        let finished = run("five-workers", &sets);
        let outcome = outcome(&finished);
        let workers_started = outcome["pids"].as_array().unwrap().len() as i64;
        let overlapping = outcome["overlapping"].as_i64().unwrap();
        match program {
            "messages" | "squares" | "images" => {
                prop_assert_eq!(workers_started, workers);
                prop_assert!((1..=workers.min(tasks)).contains(&overlapping));
                let results = outcome["results"].as_array().unwrap();
                prop_assert_eq!(results.len() as i64, tasks);
                for (n, result) in (first..).zip(results) {
                    match program {
                        "messages" => prop_assert_eq!(result, n),
                        "squares" => prop_assert_eq!(result, n * n),
                        _ => prop_assert!(result.as_i64().unwrap() > 0),
                    }
                }
            }
            "memory" => {
                prop_assert_eq!(&outcome["parent_after"], 100);
                for (k, copy) in outcome["memory_copies"].as_array().unwrap().iter().enumerate() {
                    prop_assert_eq!(&copy["value"], 100 + steps * k as i64);
                }
                let sum = workers * (workers + 1) / 2;
                prop_assert_eq!(&outcome["threads"]["after"], 100 + steps * sum);
            }
            "crash" => {
                prop_assert_eq!(&outcome["processes"]["survivors"], workers - 1);
                prop_assert_eq!(&outcome["threads"]["survivors"], 0);
            }
            _ => {
                let limit = outcome["limit"].as_i64().unwrap();
                let prime = |n: &i64| (2..*n).take_while(|d| d * d <= *n).all(|d| n % d != 0);
                let primes = (2..limit).filter(prime).count();
                for way in outcome["ways"].as_array().unwrap() {
                    prop_assert_eq!(&way["primes"], primes);
                }
            }
        }
    }
}

/// The points where the parent and its threads are must have a line in the Python and in the Rust listing.
#[test]
fn the_listings_name_the_points_that_are_reached() {
    for preset in topic().presets() {
        let params = params(preset.id, &["time_scale=0.02"]);
        let listings = topic().listings(&params);
        let finished = run(preset.id, &["time_scale=0.02"]);
        let mut reached = HashSet::new();
        for event in finished.trace.events() {
            if let Some(point) = finished.trace.meta().source(event.source) {
                reached.insert(point.name.as_str());
            }
        }
        assert!(reached.len() > 2, "{}: {reached:?}", preset.id);
        for language in [Language::Python, Language::Rust] {
            let listing = listings.iter().find(|l| l.language == language).unwrap();
            let text = listing.text();
            assert!(
                !text.contains("//@") && !text.contains("#@"),
                "{}",
                listing.file
            );
            for point in &reached {
                let named = listing.points.iter().any(|(name, _)| name == point);
                assert!(named, "{} lacks {point}", listing.file);
            }
        }
    }
}

fn python() -> Option<&'static str> {
    let code = "import sys; assert sys.version_info >= (3, 8)";
    ["python3", "python"].into_iter().find(|name| {
        let tried = Command::new(name).args(["-c", code]).output();
        tried.is_ok_and(|out| out.status.success())
    })
}

/// The Python listings as shown, with little work, really run and say what the Rust runs say.
#[test]
fn the_python_listings_run() {
    let Some(python) = python() else {
        eprintln!("no python3 here: the listings were not run");
        return;
    };
    for (preset, lines) in [
        (
            "five-workers",
            &["Worker 4 finished", "[0, 1, 2, 3, 4]"][..],
        ),
        ("parallel-squares", &["[1, 4, 9, 16, 25]"]),
        ("four-images", &["Image 4 filtered"]),
        (
            "own-memory",
            &["parent after", ": 100 at", ": 109 at", ": 118 at"],
        ),
        (
            "crash",
            &["Worker 3 finished", "[0, -6, 0, 0]", "all threads: -6"],
        ),
        (
            "cpu-bound",
            &["threads: 1229 primes", "processes: 1229 primes"],
        ),
    ] {
        let params = params(preset, &["work=0.05", "limit=10000"]);
        let listings = topic().listings(&params);
        let listing = listings
            .iter()
            .find(|l| l.language == Language::Python)
            .unwrap();
        let mut file = tempfile::Builder::new().suffix(".py").tempfile().unwrap();
        file.write_all(listing.text().as_bytes()).unwrap();
        let output = Command::new(python).arg(file.path()).output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{}: {complaint}", listing.file);
        for line in lines {
            assert!(said.contains(line), "{}: {said}", listing.file);
        }
    }
}

#[test]
fn threads_of_a_worker_are_actors_from_start_to_end() {
    let finished = run("crash", &["time_scale=0.02"]);
    let trace = &finished.trace;
    let threads = trace.meta().actors.iter().enumerate();
    let threads = threads.filter(|(_, a)| a.name.starts_with("thread "));
    let mut os_ids = HashSet::new();
    for (index, _) in threads {
        let id = ActorId::from_index(index);
        let kinds: Vec<_> = trace.events().iter().filter(|e| e.actor == id).collect();
        let EventKind::Started { os_id } = kinds[0].kind else {
            panic!("{:?}", kinds[0]);
        };
        assert!(os_ids.insert(os_id) || os_id == 0);
        assert!(
            kinds
                .iter()
                .any(|e| matches!(e.kind, EventKind::SleepBegan { .. }))
        );
        assert_eq!(kinds.last().unwrap().kind, EventKind::Ended(End::Killed(6)));
        let spawned = EventKind::Spawned { child: id };
        let by = trace.events().iter().find(|e| e.kind == spawned).unwrap();
        assert_eq!(actor(trace, by.actor).name, "host 1");
        assert!(by.at <= kinds[0].at);
    }
    let host = trace
        .meta()
        .actors
        .iter()
        .position(|a| a.name == "host 1")
        .unwrap();
    assert_eq!(finished.replay.latest().actors[host].phase, Phase::Failed);
}

mod common;

mod window {
    //! The stage, with clicks by accessible name.

    use super::*;
    use concurrency_lab::app::command::Page;
    use concurrency_lab::app::picture::{self, Part, PictureSpec};
    use concurrency_lab::app::playback::At;
    use concurrency_lab::app::session::Session;
    use concurrency_lab::app::{App, Settings};
    use concurrency_lab::widgets::selection::Selection;
    use egui_kittest::Harness;
    use egui_kittest::kittest::Queryable;

    fn app(preset: &str, sets: &[&str]) -> Harness<'static, App> {
        let mut session = Session::new(topic());
        session.set_params(params(preset, sets));
        let mut app = App::new(Settings::default());
        app.show(session);
        common::app(app)
    }

    fn until(harness: &mut Harness<'static, App>, what: &str, is: impl Fn(&App) -> bool) {
        let start = Instant::now();
        while !is(harness.state()) {
            harness.step();
            assert!(start.elapsed() < PATIENCE, "never: {what}");
        }
        harness.run_steps(2);
    }

    fn click(harness: &mut Harness<'static, App>, name: &str) {
        let node = harness.get_all_by_label_contains(name).next().unwrap();
        node.click();
        harness.run_steps(3);
    }

    fn selected(harness: &Harness<'static, App>) -> Option<String> {
        let session = harness.state().session();
        match session.selection {
            Selection::Actor(id) => Some(session.recording.trace.meta().actor_name(id)),
            _ => None,
        }
    }

    #[test]
    fn a_process_is_selected_and_killed_by_its_button() {
        let mut harness = app("five-workers", &["work=60"]);
        assert!(harness.query_by_label_contains("Kill").is_none());
        harness.get_by_label("Run").click();
        harness.run_steps(3);
        until(&mut harness, "all are at work", |app| {
            let actors = &app.session().recording.state().actors;
            actors.iter().filter(|a| a.task.is_some()).count() == 4
        });
        assert!(
            harness
                .query_by_label_contains("4 tasks run at once")
                .is_some()
        );
        click(&mut harness, "worker 2, PID");
        assert_eq!(selected(&harness).as_deref(), Some("worker 2"));
        assert!(
            harness
                .query_all_by_label_contains("What is worker 2 doing?")
                .next()
                .is_some()
        );
        harness.get_by_label("Kill worker 2").click();
        until(&mut harness, "it is killed", |app| {
            let recording = &app.session().recording;
            ends(&recording.trace).any(|end| end == ("worker 2", End::Killed(9)))
                && recording
                    .state()
                    .actors
                    .iter()
                    .any(|a| a.phase == Phase::Failed)
        });
        assert!(
            harness.query_by_label("Kill worker 2").is_none(),
            "it is dead"
        );
        let dead = "worker 2, PID";
        let said = harness.get_all_by_label_contains(dead).next().unwrap();
        assert!(
            format!("{said:?}").contains("killed by SIGKILL"),
            "{said:?}"
        );
        harness.get_by_label("Stop").click();
        until(&mut harness, "the run ends", |app| {
            !app.session().is_running()
        });
        let recording = &harness.state().session().recording;
        check(&recording.trace, &recording.replay);
        // Another click takes the selection back.
        click(&mut harness, "worker 2, PID");
        assert_eq!(selected(&harness), None);
        assert!(
            harness
                .query_all_by_label_contains("Stopped")
                .next()
                .is_some()
        );
    }

    #[test]
    fn a_thread_inside_a_process_can_be_selected() {
        let mut harness = app("crash", &["time_scale=0.02"]);
        harness.get_by_label("Run").click();
        harness.run_steps(3);
        until(&mut harness, "the run ends", |app| {
            !app.session().is_running()
        });
        harness.key_press(egui::Key::End);
        harness.run_steps(3);
        assert!(
            harness
                .query_all_by_label_contains("3 of 4 processes and 0 of 4 threads")
                .next()
                .is_some()
        );
        click(&mut harness, "thread 3, tid");
        assert_eq!(selected(&harness).as_deref(), Some("thread 3"));
        // In its middle there are its threads.
        let host = harness.get_all_by_label_contains("host 1, PID").next();
        host.unwrap().click_accesskit();
        harness.run_steps(3);
        assert_eq!(selected(&harness).as_deref(), Some("host 1"));
    }

    /// Before a run, at any instant of one, stopped, with many processes: there is a picture.
    #[test]
    fn every_instant_can_be_drawn_at_every_size() {
        let draw = |session: Session, size, at| {
            let spec = PictureSpec {
                size,
                scale: 1.0,
                dark: false,
                part: Part::Stage,
                page: Page::Numbers,
                at,
            };
            let image = picture::draw(session, &spec).unwrap();
            let colours: HashSet<&[u8]> = image.rgba.chunks_exact(4).collect();
            assert!(colours.len() > 20);
        };
        for preset in topic().presets() {
            for sets in [&["time_scale=0.02"][..], &["time_scale=0.01", "workers=24"]] {
                let params = params(preset.id, sets);
                let mut idle = Session::new(topic());
                idle.set_params(params.clone());
                draw(idle, [1024.0, 640.0], At::End);
                let finished = run(preset.id, sets);
                let outcome = outcome(&finished).clone();
                let looks = [[1440.0, 900.0], [1024.0, 640.0], [1280.0, 720.0]];
                for (step, size) in (0..=6).zip(looks.into_iter().cycle()) {
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
                    let session = Session::finished(topic(), params.clone(), again);
                    draw(session, size, At::Fraction(f64::from(step) / 6.0));
                }
            }
        }
    }
}
