//! Topic 8 in depth: real pools, real trials, real children of children.

#![cfg(unix)]
#![allow(clippy::unwrap_used)]

mod common;

use concurrency_lab::app::session::Session;
use concurrency_lab::app::{App, Settings};
use concurrency_lab::replay::{Phase, Replay};
use concurrency_lab::topics::runner::{Finished, RunHandle, Update, run_to_end, start};
use concurrency_lab::topics::{Language, Params, Topic, find};
use concurrency_lab::trace::{ActorId, ActorKind, End, EventKind, Meta, Trace};
use concurrency_lab::workers::use_program;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use proptest::prelude::*;
use serde_json::Value;
use std::collections::{HashMap, HashSet};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

const PROGRAM: &str = env!("CARGO_BIN_EXE_concurrency-lab");
/// Only so that a broken test does not hang for ever.
const PATIENCE: Duration = Duration::from_secs(120);

fn topic() -> &'static dyn Topic {
    use_program(PROGRAM);
    find("pool-size").unwrap()
}

fn params(preset: &str, sets: &[&str]) -> Params {
    let mut params = topic().preset(preset).unwrap();
    for set in sets {
        params.set_pair(set).unwrap();
    }
    params
}

fn run(preset: &str, sets: &[&str]) -> Finished {
    run_to_end(topic(), params(preset, sets), Some(PATIENCE)).unwrap()
}

/// The program itself, as a user runs it.
fn program(args: &[&str], path: Option<&str>) -> Output {
    let mut command = Command::new(PROGRAM);
    command.args(args);
    if let Some(path) = path {
        command.env("PATH", path);
    }
    command.output().unwrap()
}

fn json(output: &Output) -> Value {
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    serde_json::from_slice(&output.stdout).unwrap()
}

fn has_python() -> bool {
    let tried = Command::new("python3")
        .args(["-c", "import multiprocessing"])
        .output();
    tried.is_ok_and(|out| out.status.success())
}

fn squares(n: i64) -> Value {
    (1..=n).map(|n| n * n).collect()
}

/// Looks again until it is so.
fn until<T>(what: &str, mut so: impl FnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(so) = so() {
            return so;
        }
        assert!(start.elapsed() < PATIENCE, "in vain: {what}");
        std::thread::yield_now();
    }
}

/// Parent, process group and state of every process the system has.
fn processes() -> HashMap<u32, (u32, u32, char)> {
    let mut all = HashMap::new();
    for entry in std::fs::read_dir("/proc").into_iter().flatten().flatten() {
        let Ok(pid) = entry.file_name().to_string_lossy().parse() else {
            continue;
        };
        let stat = std::fs::read_to_string(entry.path().join("stat")).unwrap_or_default();
        let Some((_, rest)) = stat.rsplit_once(')') else {
            continue;
        };
        let fields: Vec<&str> = rest.split_whitespace().collect();
        let number = |place: usize| fields[place].parse().unwrap();
        all.insert(
            pid,
            (number(1), number(2), fields[0].chars().next().unwrap()),
        );
    }
    all
}

/// Those of a group that run: zombies nobody has waited for do not.
fn group(leader: u32) -> Vec<u32> {
    let all = processes().into_iter();
    let mine = all.filter(|(_, (_, group, state))| *group == leader && !"ZX".contains(*state));
    mine.map(|(pid, _)| pid).collect()
}

fn runs(pid: u32) -> bool {
    processes()
        .get(&pid)
        .is_some_and(|(.., state)| !"ZX".contains(*state))
}

fn kill(pid: u32) {
    // SAFETY: a plain call.
    unsafe { libc::kill(pid as i32, libc::SIGKILL) };
}

fn cells(outcome: &Value) -> Vec<(String, i64)> {
    let cell = |t: &Value| {
        let backend = t["backend"].as_str().unwrap().to_owned();
        (backend, t["pool_size"].as_i64().unwrap())
    };
    outcome["trials"]
        .as_array()
        .unwrap()
        .iter()
        .map(cell)
        .collect()
}

fn check_trials(outcome: &Value, trials: usize, backends: &[&str], sizes: &[i64]) {
    let mut wanted = HashSet::new();
    for backend in backends {
        match *backend {
            "sequential" => drop(wanted.insert(("sequential".to_owned(), 0))),
            name => wanted.extend(sizes.iter().map(|size| (name.to_owned(), *size))),
        }
    }
    let cells = cells(outcome);
    assert_eq!(cells.len(), trials * wanted.len());
    // In turn: every round measures everything once.
    for (round, cells) in cells.chunks(wanted.len()).enumerate() {
        let seen: HashSet<_> = cells.iter().cloned().collect();
        assert_eq!(seen, wanted, "round {round}");
    }
    for trial in outcome["trials"].as_array().unwrap() {
        let ns = |field: &str| trial[field].as_u64().unwrap();
        assert!(ns("start_ns") + ns("map_ns") + ns("shutdown_ns") <= ns("total_ns"));
        assert!(ns("map_ns") > 0);
        let number = trial["trial"].as_u64().unwrap();
        assert!((1..=trials as u64).contains(&number));
        if trial["backend"] != "sequential" {
            assert!(ns("start_ns") > 0 && ns("shutdown_ns") > 0);
        }
    }
    assert!(outcome["finding"].as_str().unwrap().ends_with('.'));
}

/// Every actor has ended, nothing is odd and nothing is lost.
fn check_trace(finished: &Finished) {
    assert_eq!(finished.trace.dropped(), 0);
    assert_eq!(finished.trace.warnings(), []);
    assert_eq!(finished.replay.oddities(), []);
    for (index, actor) in finished.replay.latest().actors.iter().enumerate() {
        let name = finished.trace.meta().actor_name(ActorId::from_index(index));
        assert_eq!(actor.phase, Phase::Done, "{name}");
    }
}

#[test]
fn every_preset_through_the_program() {
    let cores = std::thread::available_parallelism().unwrap().get() as i64;
    for (preset, sizes) in [
        ("2-4-8", vec![2, 4, 8]),
        ("1-to-5", vec![1, 2, 3, 4, 5]),
        ("sweep", (1..=2 * cores).collect()),
    ] {
        let args = ["run", "pool-size", "--preset", preset, "--json"];
        let report = json(&program(
            &[&args[..], &["--set", "trials=3"]].concat(),
            None,
        ));
        let outcome = &report["outcome"];
        assert_eq!(outcome["results"], squares(10), "{preset}");
        assert_eq!(report["dropped"], 0);
        let mut backends = match preset {
            "sweep" => vec!["workers", "threads", "sequential"],
            _ => vec!["workers"],
        };
        if has_python() {
            backends.push("cpython");
            assert!(outcome["python"].as_str().unwrap().starts_with("CPython 3"));
        }
        if sizes.len() <= 10 {
            assert_eq!(outcome["sizes"], Value::from(sizes.clone()), "{preset}");
            check_trials(outcome, 3, &backends, &sizes);
        }
        let actors = report["actors"].as_array().unwrap();
        assert!(actors.iter().all(|a| a["outcome"] == "normal"), "{preset}");
        let pids: Vec<_> = actors.iter().filter(|a| a["kind"] == "process").collect();
        assert!(pids.iter().all(|a| a["os_id"].as_u64().unwrap() > 1));
    }
}

#[test]
fn what_python_is_not_there_for_goes_on_without_it() {
    let args = [
        "run",
        "pool-size",
        "--json",
        "--set",
        "trials=2",
        "--set",
        "sizes=1,2",
    ];
    let outcome = json(&program(&args, Some("/nonexistent")))["outcome"].clone();
    assert_eq!(
        outcome["python"],
        "CPython is left out: python3 was not found"
    );
    assert_eq!(outcome["results"], squares(10));
    check_trials(&outcome, 2, &["workers"], &[1, 2]);

    let only = [&args[..], &["--set", "backend=cpython"]].concat();
    let failed = program(&only, Some("/nonexistent"));
    assert_eq!(failed.status.code(), Some(1));
    let said = String::from_utf8(failed.stderr).unwrap();
    assert_eq!(said.lines().count(), 1);
    assert!(said.contains("python3 was not found") && said.contains("choose another backend"));
}

#[test]
fn a_python_that_fails_is_left_out_with_its_last_words() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    let fake = dir.path().join("python3");
    std::fs::write(
        &fake,
        "#!/bin/sh\necho some trouble >&2\necho no python today >&2\nexit 3\n",
    )
    .unwrap();
    std::fs::set_permissions(&fake, std::fs::Permissions::from_mode(0o755)).unwrap();
    let path = format!("{}:/usr/bin:/bin", dir.path().display());
    let args = [
        "run",
        "pool-size",
        "--json",
        "--set",
        "trials=1",
        "--set",
        "sizes=2",
    ];
    let outcome = json(&program(&args, Some(&path)))["outcome"].clone();
    assert_eq!(
        outcome["python"],
        "CPython is left out: python3 exited with status 3: no python today"
    );
    check_trials(&outcome, 1, &["workers"], &[2]);

    std::fs::write(&fake, "#!/bin/sh\necho hello\nread line\n").unwrap();
    let outcome = json(&program(&args, Some(&path)))["outcome"].clone();
    let said = outcome["python"].as_str().unwrap();
    assert!(
        said.starts_with("CPython is left out: python3 answered what is no answer"),
        "{said}"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10))]
    #[test]
    fn whatever_the_parameters_the_squares_are_exact_and_every_trial_is_on_record(
        sizes in proptest::collection::btree_set(1..=9_i64, 1..4),
        numbers in 1..=40_i64,
        work in prop_oneof![Just(0), 1..300],
        trials in 1..4_usize,
        warm_up in 0..3,
        chunk in 0..12,
        backend in 0..4_usize,
    ) {
        let (word, mut backends) = [
            ("workers+threads", vec!["workers", "threads"]),
            ("threads", vec!["threads"]),
            ("sequential", vec!["sequential"]),
            ("all", vec!["workers", "threads", "sequential", "cpython"]),
        ][backend].clone();
        backends.retain(|name| *name != "cpython" || has_python());
        let sizes: Vec<i64> = sizes.into_iter().collect();
        let list: Vec<String> = sizes.iter().map(i64::to_string).collect();
        let sets = [
            format!("sizes={}", list.join(",")),
            format!("numbers={numbers}"),
            format!("work={work}"),
            format!("trials={trials}"),
            format!("warm_up={warm_up}"),
            format!("chunk={chunk}"),
            format!("backend={word}"),
        ];
        let sets: Vec<&str> = sets.iter().map(String::as_str).collect();
        let finished = run("2-4-8", &sets);
        check_trace(&finished);
        let outcome = Value::Object(finished.result.as_ref().unwrap().clone());
        prop_assert_eq!(&outcome["results"], &squares(numbers));
        check_trials(&outcome, trials, &backends, &sizes);
        // Every worker of every trial is an actor: of its own, or as a thread.
        let rounds = trials + warm_up as usize;
        let workers = rounds * sizes.iter().sum::<i64>() as usize;
        let pools = backends.iter().filter(|b| ["workers", "threads"].contains(*b)).count();
        let worked = finished.trace.meta().actors.iter().filter(|a| {
            a.name.starts_with("worker ") || a.name.starts_with("thread ")
        });
        prop_assert_eq!(worked.count(), workers * pools);
        check_rows(&finished);
    }
}

/// Each actor stands in one row, and no two of a row ever lived at the same time.
fn check_rows(finished: &Finished) {
    let Finished { trace, replay, .. } = finished;
    let theme = concurrency_lab::widgets::theme::Theme::light();
    let view = concurrency_lab::widgets::stage::StageView {
        trace,
        replay,
        state: replay.latest(),
        now: trace.end(),
        motion: concurrency_lab::trace::Nanos::ZERO,
        status: &concurrency_lab::widgets::stage::RunStatus::Done,
        outcome: None,
        selection: Default::default(),
        theme: &theme,
    };
    let rows = topic().stage().rows(&view).unwrap().actors;
    let mut seen: Vec<ActorId> = rows.iter().flatten().copied().collect();
    seen.sort_unstable();
    let all: Vec<_> = (0..trace.meta().actors.len())
        .map(ActorId::from_index)
        .collect();
    assert_eq!(seen, all);
    let life = |actor: &ActorId| {
        let mut mine = trace
            .events()
            .iter()
            .filter(|e| e.actor == *actor)
            .map(|e| e.at);
        let first = mine.next().unwrap();
        (first, mine.last().unwrap_or(first))
    };
    for row in &rows {
        let lives: Vec<_> = row.iter().map(life).collect();
        assert!(
            lives.windows(2).all(|w| w[0].1 <= w[1].0),
            "{row:?} {lives:?}"
        );
    }
}

/// A run under way, with its trace so far.
struct Live {
    handle: RunHandle,
    trace: Trace,
    ended: Option<bool>,
}

impl Live {
    fn new(sets: &[&str]) -> Self {
        let params = params("2-4-8", sets);
        let trace = Trace::new(topic().meta(&params));
        let handle = start(topic(), params, || ()).unwrap();
        Self {
            handle,
            trace,
            ended: None,
        }
    }

    fn update(&mut self) {
        for update in self.handle.updates() {
            match update {
                Update::Batch(batch) => drop(self.trace.apply(batch)),
                Update::Ended { result, .. } => self.ended = Some(result.is_ok()),
            }
        }
    }

    /// PIDs of processes that have said they started, with their names, and that the system has.
    fn alive(&mut self) -> Vec<(String, u32)> {
        self.update();
        let meta: &Meta = self.trace.meta();
        let started = self.trace.events().iter().filter_map(|e| match e.kind {
            EventKind::Started { os_id } => Some((e.actor, os_id as u32)),
            _ => None,
        });
        started
            .filter(|(actor, _)| meta.actors[actor.index()].kind == ActorKind::Process)
            .map(|(actor, pid)| (meta.actor_name(actor), pid))
            .filter(|(_, pid)| runs(*pid))
            .collect()
    }

    fn process(&mut self, name: &str) -> u32 {
        until(name, || {
            let alive = self.alive();
            alive
                .into_iter()
                .find(|(n, _)| n == name)
                .map(|(_, pid)| pid)
        })
    }

    fn finish(mut self) -> Finished {
        until("the end", || {
            self.update();
            self.ended
        });
        Finished {
            replay: Replay::new(&self.trace),
            wall: self.trace.end(),
            trace: self.trace,
            result: Ok(Default::default()),
        }
    }
}

/// Seconds of work, so that there is time to look.
const LONG: [&str; 5] = [
    "numbers=8",
    "work=100000",
    "trials=1",
    "warm_up=0",
    "sizes=2",
];

fn long(backend: &str) -> Vec<&str> {
    [&LONG[..], &[backend]].concat()
}

#[test]
fn workers_are_children_of_this_process_while_they_live() {
    let mut live = Live::new(&long("backend=workers"));
    let pids = [live.process("worker 1"), live.process("worker 2")];
    let all = processes();
    for pid in pids {
        assert_eq!(all[&pid].0, std::process::id());
    }
    assert_ne!(pids[0], pids[1]);
    let finished = live.finish();
    check_trace(&finished);
    assert!(pids.iter().all(|pid| !processes().contains_key(pid)));
}

#[test]
fn a_worker_killed_in_a_trial_costs_time_and_no_results() {
    let mut live = Live::new(&long("backend=workers"));
    let victim = live.process("worker 1");
    // Only once it has begun to square: its chunk must be done again.
    until("it is at work", || {
        live.update();
        let started = |e: &concurrency_lab::trace::Event| {
            matches!(e.kind, EventKind::TaskStarted { .. })
                && live.trace.meta().actor_name(e.actor) == "worker 1"
        };
        live.trace.events().iter().any(started).then_some(())
    });
    kill(victim);
    until("the end", || {
        live.update();
        live.ended
    });
    assert_eq!(
        live.ended,
        Some(true),
        "the results were checked by the run"
    );
    let killed = live
        .trace
        .events()
        .iter()
        .filter(|e| matches!(e.kind, EventKind::Ended(End::Killed(9))));
    assert_eq!(killed.count(), 1);
}

#[test]
fn a_stopped_run_leaves_no_child() {
    for backend in ["workers", "threads", "cpython", "sequential"] {
        if backend == "cpython" && !has_python() {
            continue;
        }
        let mut live = Live::new(&long(&format!("backend={backend}")));
        let mut children = Vec::new();
        match backend {
            "workers" => children.push(live.process("worker 2")),
            "cpython" => {
                let python = live.process("CPython");
                // Itself, its guard and two workers.
                children = until("its pool", || Some(group(python)).filter(|g| g.len() >= 4));
            }
            _ => until("the trial", || {
                live.update();
                let meta = live.trace.meta();
                meta.texts
                    .iter()
                    .any(|t| t.starts_with("trial"))
                    .then_some(())
            }),
        }
        live.handle.stop();
        until("it ends", || {
            live.update();
            live.ended
        });
        assert_eq!(live.ended, Some(false), "{backend}");
        until("nobody is left", || {
            (!children.iter().any(|pid| runs(*pid))).then_some(())
        });
        let replay = Replay::new(&live.trace);
        assert!(
            replay.latest().actors.iter().all(|a| a.end.is_some()),
            "{backend}"
        );
        assert_eq!(replay.oddities(), [], "{backend}");
    }
}

#[test]
fn cpython_killed_in_a_trial_is_left_out_and_the_others_go_on() {
    if !has_python() {
        return;
    }
    let mut live = Live::new(&[
        "numbers=8",
        "work=50000",
        "trials=2",
        "warm_up=0",
        "sizes=2",
    ]);
    let python = live.process("CPython");
    let members = until("its pool", || Some(group(python)).filter(|g| g.len() >= 4));
    kill(python);
    until("the end", || {
        live.update();
        live.ended
    });
    assert_eq!(live.ended, Some(true));
    let texts = &live.trace.meta().texts;
    let said = texts
        .iter()
        .find(|t| t.starts_with("CPython is left out"))
        .unwrap();
    assert_eq!(said, "CPython is left out: python3 was killed by signal 9");
    until("its pool is gone", || {
        (!members.iter().any(|pid| runs(*pid))).then_some(())
    });
}

#[test]
fn nothing_of_cpython_outlives_a_killed_program() {
    if !has_python() {
        return;
    }
    let sets = long("backend=cpython");
    let mut command = Command::new(PROGRAM);
    command.args(["run", "pool-size"]);
    for set in &sets {
        command.args(["--set", set]);
    }
    let mut program = command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let members = until("its pool", || {
        let all = processes();
        let mine = all
            .iter()
            .filter(|(_, (parent, ..))| *parent == program.id());
        let groups = mine.map(|(pid, _)| group(*pid));
        groups.into_iter().find(|group| group.len() >= 4)
    });
    program.kill().unwrap();
    program.wait().unwrap();
    until("nobody is left", || {
        (!members.iter().any(|pid| runs(*pid))).then_some(())
    });
}

#[test]
fn the_largest_run_fits_in_a_trace() {
    let most = params(
        "2-4-8",
        &["sizes=55-64", "trials=30", "warm_up=3", "backend=all"],
    );
    assert_eq!(most.ints("sizes", 1).iter().sum::<i64>(), 595);
    let mut refused = most.clone();
    for set in [
        "sizes=65",
        "sizes=1-11",
        "trials=31",
        "warm_up=4",
        "numbers=201",
    ] {
        assert!(refused.set_pair(set).is_err(), "{set}");
    }
    assert_eq!(refused, most);
}

#[test]
fn the_listings_name_the_parts_and_the_python_ones_run() {
    for (preset, backend) in [
        ("2-4-8", "workers"),
        ("sweep", "all"),
        ("1-to-5", "threads"),
    ] {
        let backend = format!("backend={backend}");
        let params = params(preset, &["trials=2", "numbers=4", "work=10", &backend]);
        let params = match preset {
            "2-4-8" => {
                let mut plain = params;
                plain.set_pair("work=0").unwrap();
                plain
            }
            _ => params,
        };
        let listings = topic().listings(&params);
        for listing in &listings {
            let names: HashSet<&str> = listing.points.iter().map(|(n, _)| n.as_str()).collect();
            for part in ["main.start", "main.map", "main.shutdown"] {
                assert!(names.contains(part), "{} lacks {part}", listing.file);
            }
            assert!(!listing.text().contains("//-"), "{}", listing.file);
        }
        let python = listings
            .iter()
            .find(|l| l.language == Language::Python)
            .unwrap();
        if has_python() {
            let mut file = tempfile::NamedTempFile::with_suffix(".py").unwrap();
            std::io::Write::write_all(&mut file, python.text().as_bytes()).unwrap();
            let done = Command::new("python3").arg(file.path()).output().unwrap();
            let said = String::from_utf8_lossy(&done.stdout);
            assert!(
                done.status.success(),
                "{}",
                String::from_utf8_lossy(&done.stderr)
            );
            assert!(said.contains("squares: [1, 4, 9, 16]"), "{said}");
            assert!(said.contains("pool of 2"), "{said}");
        }
    }
}

fn app(sets: &[&str]) -> Harness<'static, App> {
    let mut session = Session::new(topic());
    session.set_params(params("2-4-8", sets));
    let mut app = App::new(Settings::default());
    app.show(session);
    let mut harness = common::app(app);
    harness.step();
    harness
}

fn run_app(harness: &mut Harness<'static, App>) {
    harness.get_by_label("Run").click();
    harness.run_steps(3);
    until("the run ends", || {
        harness.step();
        (!harness.state().session().is_running()).then_some(())
    });
    // A short run is played again from its start.
    harness.key_press(egui::Key::End);
    harness.run_steps(3);
}

fn click(harness: &mut Harness<'static, App>, name: &str) {
    harness.get_by_label(name).click();
    harness.run_steps(3);
}

#[test]
fn a_dot_opens_the_lanes_of_its_trial() {
    let mut harness = app(&["sizes=1 2", "trials=2", "backend=workers+threads"]);
    run_app(&mut harness);
    let dots = || {
        ["worker processes", "threads"]
            .into_iter()
            .flat_map(|backend| {
                (1..=2).flat_map(move |size| {
                    (1..=2).map(move |n| format!("trial {n}, pool of {size}, {backend}: "))
                })
            })
    };
    for dot in dots() {
        assert!(harness.query_by_label_contains(&dot).is_some(), "{dot}");
    }
    harness
        .get_by_label_contains("trial 2, pool of 2, worker processes: ")
        .click();
    harness.run_steps(3);
    let session = harness.state().session();
    let trace = &session.recording.trace;
    let (from, length) = session.timeline.window(trace.end());
    let now = session.now().0;
    let said = |text: &str| {
        let meta = trace.meta();
        let id = meta.texts.iter().position(|t| t == text).unwrap();
        let of = trace.events().iter().filter(move |e| match e.kind {
            EventKind::Message { text, .. } => text.index() == id,
            _ => false,
        });
        of.filter(|e| match e.kind {
            EventKind::Message { args, .. } => args.map(|a| a.as_int()) == [Some(2), Some(2)],
            _ => false,
        })
        .map(|e| e.at.0)
        .next()
        .unwrap()
    };
    let announced = said("trial {}: pool of {}, worker processes");
    assert!(now > announced && now as f64 <= from + length);
    assert!(
        length < trace.end().0 as f64 / 2.0,
        "the lanes show a part of the run"
    );
    assert!(
        harness
            .query_by_label_contains("At the cursor: trial 2, pool of 2")
            .is_some()
    );
}

#[test]
fn the_figure_can_be_turned_over() {
    let mut harness = app(&["sizes=1-2", "trials=2", "backend=workers+threads"]);
    assert!(
        harness
            .query_by_label_contains("Run squares the numbers 1 to 10 on pools of 1 and 2")
            .is_some()
    );
    run_app(&mut harness);
    click(&mut harness, "Speed-up");
    assert!(harness.query_by_label_contains("Amdahl").is_some());
    click(&mut harness, "Show threads");
    click(&mut harness, "Time");
    assert!(harness.query_by_label_contains("Amdahl").is_none());
    // A list of sizes is typed, and taken when it is one.
    for (typed, taken) in [
        ("3,1", "3 1"),
        ("nothing", "3 1"),
        ("1-2×cores", "1-2×cores"),
    ] {
        let field = harness.get_by_role_and_label(egui::Role::TextInput, "sizes");
        field.click();
        harness.run_steps(2);
        harness.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::A);
        harness.run_steps(1);
        harness
            .get_by_role_and_label(egui::Role::TextInput, "sizes")
            .type_text(typed);
        harness.run_steps(2);
        harness.key_press(egui::Key::Enter);
        harness.run_steps(3);
        let now = harness
            .state()
            .session()
            .params
            .get("sizes")
            .unwrap()
            .to_string();
        assert_eq!(now, taken, "{typed}");
    }
}
