//! Runs of the topic, and what the system knows of processes.

use crate::common::live::Live;
pub use crate::common::proc::runs;
pub use crate::common::runs::{PROGRAM, until};
use crate::common::{proc, runs};
use concurrency_lab::replay::Phase;
use concurrency_lab::topics::runner::Finished;
use concurrency_lab::topics::{Params, Topic};
use concurrency_lab::trace::{ActorId, ActorKind, Batch, EventKind, Measure, Meta, Trace};
use concurrency_lab::widgets::timeline::Line;
use serde_json::Value;
use std::collections::HashSet;
use std::process::{Command, Output};

pub fn topic() -> &'static dyn Topic {
    runs::topic("pool-size")
}

pub fn params(preset: &str, sets: &[&str]) -> Params {
    runs::params(topic(), preset, sets)
}

pub fn run(preset: &str, sets: &[&str]) -> Finished {
    runs::run(topic(), preset, sets)
}

/// The program itself, as a user runs it.
pub fn program(args: &[&str], path: Option<&str>) -> Output {
    let mut command = Command::new(PROGRAM);
    command.args(args);
    if let Some(path) = path {
        command.env("PATH", path);
    }
    command.output().unwrap()
}

pub fn json(output: &Output) -> Value {
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    serde_json::from_slice(&output.stdout).unwrap()
}

pub fn squares(n: i64) -> Value {
    (1..=n).map(|n| n * n).collect()
}

/// Those of a group that run.
pub fn group(leader: u32) -> Vec<u32> {
    let mine = proc::all().filter(|(_, stat)| stat.group == leader && stat.runs());
    mine.map(|(pid, _)| pid).collect()
}

pub fn kill(pid: u32) {
    // SAFETY: a plain call.
    unsafe { libc::kill(pid as i32, libc::SIGKILL) };
}

pub fn cells(outcome: &Value) -> Vec<(String, i64)> {
    let cell = |t: &Value| {
        let backend = t["backend"].as_str().unwrap().to_owned();
        (backend, t["pool_size"].as_i64().unwrap())
    };
    outcome["trials"].as_array().unwrap().iter().map(cell).collect()
}

pub fn check_trials(outcome: &Value, trials: usize, backends: &[&str], sizes: &[i64]) {
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

/// A trace of so many trials, warm-ups too, in each of which so many threads of other programs wanted a processor.
pub fn with_others(trace: &Trace, trials: usize, others: &dyn Fn(usize) -> u64) -> Trace {
    let mut events = trace.events().to_vec();
    let mut trial = 0;
    for event in &mut events {
        if let EventKind::Measured { what: Measure::OtherThreads, amount } = &mut event.kind {
            *amount = others(trial);
            trial += 1;
        }
    }
    assert_eq!(trial, trials);
    let mut changed = Trace::new(trace.meta().clone());
    changed.apply(Batch { events, ..Batch::default() });
    changed
}

/// Every actor has ended, nothing is odd and nothing is lost.
pub fn check_trace(finished: &Finished) {
    assert_eq!(finished.trace.dropped(), 0);
    assert_eq!(finished.trace.warnings(), []);
    assert_eq!(finished.replay.oddities(), []);
    for (index, actor) in finished.replay.latest().actors.iter().enumerate() {
        let name = finished.trace.meta().actor_name(ActorId::from_index(index));
        assert_eq!(actor.phase, Phase::Done, "{name}");
    }
}

/// Each actor stands in one row, and no two of a row ever lived at the same time.
pub fn check_rows(finished: &Finished) {
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
        findings: &[],
        ready: "",
        selection: Default::default(),
        choice: Default::default(),
        theme: &theme,
        memo: &Default::default(),
    };
    let rows = topic().stage().rows(&view).unwrap();
    let rows = rows.lines.into_iter().map(|line| match line {
        Line::Actor(actor, _) => vec![actor],
        Line::Place(place) => place.actors,
        other => panic!("{other:?}"),
    });
    let rows: Vec<_> = rows.collect();
    let mut seen: Vec<ActorId> = rows.iter().flatten().copied().collect();
    seen.sort_unstable();
    let all: Vec<_> = (0..trace.meta().actors.len()).map(ActorId::from_index).collect();
    assert_eq!(seen, all);
    let life = |actor: &ActorId| {
        let mut mine = trace.events().iter().filter(|e| e.actor == *actor).map(|e| e.at);
        let first = mine.next().unwrap();
        (first, mine.next_back().unwrap_or(first))
    };
    for row in &rows {
        let lives: Vec<_> = row.iter().map(life).collect();
        assert!(lives.windows(2).all(|w| w[0].1 <= w[1].0), "{row:?} {lives:?}");
    }
}

/// A run under way.
pub fn live(sets: &[&str]) -> Live {
    Live::start(topic(), params("2-4-8", sets))
}

/// The PID of the process with this name, once it has said that it started, while the system has it.
pub fn process(live: &mut Live, name: &str) -> u32 {
    live.find(name, |live| {
        let meta: &Meta = live.trace.meta();
        let started = live.trace.events().iter().filter_map(|e| match e.kind {
            EventKind::Started { os_id } => Some((e.actor, os_id as u32)),
            _ => None,
        });
        started
            .filter(|(actor, _)| meta.actors[actor.index()].kind == ActorKind::Process)
            .find(|(actor, pid)| meta.actor_name(*actor) == name && runs(*pid))
            .map(|(_, pid)| pid)
    })
}

/// Seconds of work, so that there is time to look.
pub const LONG: [&str; 5] = ["numbers=8", "work=100000", "trials=1", "warm_up=0", "sizes=2"];

pub fn long(backend: &str) -> Vec<&str> {
    [&LONG[..], &[backend]].concat()
}
