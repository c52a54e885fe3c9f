//! A run around a pool, and what the system knows of processes.

use concurrency_lab::record::{Clock, Log, Recorder};
use concurrency_lab::replay::Replay;
use concurrency_lab::trace::{Actor, ActorKind, Batch, EventKind, Meta, TaskId, Trace};
use concurrency_lab::workers::{Pool, PoolOptions, Value, use_program};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

/// Only so that a broken test does not hang for ever.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// Runs `body` as the actor "main" of a run and answers with what it answered, and the trace.
pub fn run<T>(body: impl FnOnce(&Log) -> T) -> (T, Trace) {
    use_program(env!("CARGO_BIN_EXE_concurrency-lab"));
    let (send, batches) = channel::<Batch>();
    let (recorder, collector) = Recorder::start(Meta::default(), Clock::system(), move |batch| {
        send.send(batch).unwrap();
    });
    let log = recorder.log(Actor {
        name: "main".into(),
        badge: "M".into(),
        kind: ActorKind::Thread,
        parent: None,
        ..Actor::default()
    });
    let answer = body(&log);
    drop(log);
    collector.finish().unwrap();
    (answer, gathered(&batches))
}

fn gathered(batches: &Receiver<Batch>) -> Trace {
    let mut trace = Trace::new(Meta::default());
    for batch in batches.try_iter() {
        trace.apply(batch);
    }
    assert_eq!(trace.warnings(), [], "streams are merged in order");
    assert_eq!(trace.dropped(), 0);
    trace
}

/// A run with a pool that is closed and joined at its end. Every process it had must be gone, and the replay of the
/// trace must find nothing odd.
pub fn with_pool<T>(options: PoolOptions, body: impl FnOnce(&Log, &Pool) -> T) -> (T, Trace) {
    let (answer, trace) = run(|log| {
        let pool = Pool::start(log, options).unwrap();
        let answer = body(log, &pool);
        pool.join(log).unwrap();
        answer
    });
    check(&trace);
    (answer, trace)
}

/// Nothing odd in the replay; every process ended, and is gone.
pub fn check(trace: &Trace) {
    let mut replay = Replay::new(trace);
    replay.update(trace, 0);
    assert_eq!(replay.oddities(), [], "{:#?}", trace.events());
    for pid in pids(trace) {
        assert!(!exists(pid), "{pid} is still there, if only as a zombie");
    }
    let processes = (trace.meta().actors.iter()).filter(|a| a.kind == ActorKind::Process);
    let ends = trace.events().iter().filter(|e| {
        let actor = &trace.meta().actors[e.actor.index()];
        actor.kind == ActorKind::Process && matches!(e.kind, EventKind::Ended(_))
    });
    assert_eq!(processes.count(), ends.count(), "each worker's end is on record");
}

/// The PIDs of all workers that said they started.
pub fn pids(trace: &Trace) -> Vec<u32> {
    let started = trace.events().iter().filter_map(|e| match e.kind {
        EventKind::Started { os_id } => Some((e.actor, os_id as u32)),
        _ => None,
    });
    started
        .filter(|(actor, _)| trace.meta().actors[actor.index()].kind == ActorKind::Process)
        .map(|(_, pid)| pid)
        .collect()
}

/// How often a task was started on a worker, and ended.
pub fn count(trace: &Trace, task: TaskId) -> (usize, usize) {
    let mut counts = (0, 0);
    for event in trace.events() {
        match event.kind {
            EventKind::TaskStarted { task: t, .. } if t == task => counts.0 += 1,
            EventKind::TaskFinished { task: t, .. }
            | EventKind::TaskFailed { task: t, .. }
            | EventKind::TaskCancelled { task: t, .. }
                if t == task =>
            {
                counts.1 += 1;
            }
            _ => {}
        }
    }
    counts
}

/// Whether the system has a process of this number, zombies included.
pub fn exists(pid: u32) -> bool {
    // SAFETY: signal 0 is not sent.
    unsafe { libc::kill(pid as i32, 0) == 0 }
}

/// Whether a process of this number runs: zombies of others do not count.
pub fn runs(pid: u32) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let state = stat.rsplit(')').next().unwrap_or_default().trim_start();
    exists(pid) && !state.starts_with('Z') && !state.starts_with('X')
}

/// Looks again until it is so.
pub fn until(what: &str, mut so: impl FnMut() -> bool) {
    let start = Instant::now();
    while !so() {
        assert!(start.elapsed() < PATIENCE, "in vain: {what}");
        std::thread::yield_now();
    }
}

pub fn ints(numbers: impl IntoIterator<Item = i64>) -> Vec<Value> {
    numbers.into_iter().map(Value::Int).collect()
}
