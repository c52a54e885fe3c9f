//! A run around a pool, and what the system knows of processes.

use super::proc;
use concurrency_lab::record::{Clock, Log, Recorder};
use concurrency_lab::replay::Replay;
use concurrency_lab::trace::{Actor, ActorKind, Batch, EventKind, Meta, TaskId, Trace};
use concurrency_lab::workers::{Pool, PoolOptions, Value, use_program};
use std::process::Command;
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
    exists(pid) && proc::stat(pid).is_none_or(|stat| stat.runs())
}

/// Whether a process is stopped by a signal.
pub fn is_stopped(pid: u32) -> bool {
    proc::stat(pid).is_some_and(|stat| stat.state == 'T')
}

/// The children of this process but for its fork server.
pub fn children() -> Vec<u32> {
    let mut all = proc::children_of(std::process::id());
    all.retain(|pid| Some(*pid) != fork_server());
    all
}

/// The fork server of this process.
pub fn fork_server() -> Option<u32> {
    fork_server_of(std::process::id())
}

/// The fork server of a program. Until a worker has given itself its name it looks like the fork server that it is a copy of.
pub fn fork_server_of(program: u32) -> Option<u32> {
    let own = format!("worker\0fork-server\0{program}\0");
    proc::children_of(program).into_iter().find(|pid| {
        let parts = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        String::from_utf8_lossy(&parts).ends_with(&own) && !is_worker(*pid)
    })
}

/// Whether a process has given itself the name of a worker.
pub fn is_worker(pid: u32) -> bool {
    let name = std::fs::read_to_string(format!("/proc/{pid}/comm"));
    name.is_ok_and(|name| name.trim() == "clab worker")
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

const ALONE: &str = "CONCURRENCY_LAB_TEST_ALONE";

/// Runs `body` in a process that runs this test and nothing else.
pub fn alone(test: &str, body: impl FnOnce()) {
    if std::env::var_os(ALONE).is_some() {
        body();
        return;
    }
    let done = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture"])
        .env(ALONE, "1")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&done.stdout);
    let trouble = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success() && said.contains("1 passed"), "{said}{trouble}");
}

/// Sets how many descriptors this process may have; how many it could before.
pub fn descriptors(most: u64) -> u64 {
    let mut limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: `limit` is valid to read and to write.
    unsafe {
        assert_eq!(libc::getrlimit(libc::RLIMIT_NOFILE, &raw mut limit), 0);
        let before = std::mem::replace(&mut limit.rlim_cur, most);
        assert_eq!(libc::setrlimit(libc::RLIMIT_NOFILE, &raw const limit), 0);
        before
    }
}
