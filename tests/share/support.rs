//! A run with processes that share things.

use super::proc;
use concurrency_lab::record::{Clock, Log, Recorder};
use concurrency_lab::replay::Replay;
use concurrency_lab::trace::{
    Actor, ActorKind, Batch, Event, EventKind, Meta, ResourceId, Role, Trace,
};
use concurrency_lab::workers::share::{Children, Ended, ShareError, Space};
use concurrency_lab::workers::{Job, Start, Value, use_program};
use std::sync::Arc;
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

/// Only so that a broken test does not hang for ever.
pub const PATIENCE: Duration = Duration::from_secs(60);
/// The longest that a run may last whose processes are killed.
pub const SOON: Duration = Duration::from_secs(5);

/// Runs `body` as the actor "main" of a run; what it answered, and the trace.
pub fn run<T>(body: impl FnOnce(&Log) -> T) -> (T, Trace) {
    use_program(env!("CARGO_BIN_EXE_concurrency-lab"));
    let (send, batches) = channel::<Batch>();
    let (recorder, collector) = Recorder::start(Meta::default(), Clock::system(), move |batch| {
        send.send(batch).unwrap();
    });
    let log = recorder.log(Actor::thread("main", "M").with_role(Role::Main));
    let answer = body(&log);
    drop(log);
    collector.finish().unwrap();
    let mut trace = Trace::new(Meta::default());
    for batch in batches.try_iter() {
        trace.apply(batch);
    }
    assert_eq!(trace.warnings(), [], "streams are merged in order");
    (answer, trace)
}

/// A run with `count` children that share a space, which `body` fills and uses.
pub struct Shop<'a> {
    pub log: &'a Log,
    pub space: Arc<Space>,
    pub start: Start,
}

impl Shop<'_> {
    pub fn children(&self, count: usize) -> Children {
        let actors =
            (1..=count).map(|k| Actor::process(format!("child {k}"), format!("C{k}"))).collect();
        Children::start(self.log, &self.space, actors, self.start).unwrap()
    }

    /// Waits for all of them; what they answered.
    pub fn answers(&self, children: &Children) -> Vec<Value> {
        let all = 0..children.actors().len();
        all.map(|child| {
            let ended = children.join(self.log, child, Some(PATIENCE)).unwrap();
            ended.answer.unwrap_or_else(|| panic!("{:?}: {}", ended.end, ended.stderr)).unwrap()
        })
        .collect()
    }

    /// Waits for all of them, and kills those that have not ended after so long.
    pub fn ends(&self, children: &Children, limit: Duration) -> Vec<Ended> {
        let until = Instant::now() + limit;
        (0..children.actors().len())
            .map(|child| {
                let left = until.saturating_duration_since(Instant::now());
                match children.join(self.log, child, Some(left)) {
                    Err(ShareError::TimedOut) => {
                        children.signal(self.log, child, 9);
                        children.join(self.log, child, Some(PATIENCE)).unwrap()
                    }
                    ended => ended.unwrap(),
                }
            })
            .collect()
    }
}

pub fn job(name: &str, arg: impl IntoIterator<Item = i64>) -> Job {
    Job { name: name.to_owned(), arg: Value::Ints(arg.into_iter().collect()) }
}

/// A run with a space, for each way of starting children. Nothing is left of it.
pub fn shops(body: impl Fn(&Shop<'_>)) -> Vec<Trace> {
    [Start::Fork, Start::Exec].map(|start| shop(start, &body)).into()
}

pub fn shop(start: Start, body: impl FnOnce(&Shop<'_>)) -> Trace {
    let ((), trace) = run(|log| {
        let shop = Shop { log, space: Space::new().unwrap(), start };
        body(&shop);
    });
    for pid in pids(&trace) {
        assert!(!proc::all().any(|(other, _)| other == pid), "{pid} is still there");
    }
    trace
}

/// Nothing odd in the replay, and each process's end is on record.
pub fn check(trace: &Trace) {
    let mut replay = Replay::new(trace);
    replay.update(trace, 0);
    assert_eq!(replay.oddities(), [], "{:#?}", trace.events());
    assert_eq!(trace.dropped(), 0);
    let is_process = |e: &&Event| trace.meta().actors[e.actor.index()].kind == ActorKind::Process;
    let ends = trace.events().iter().filter(is_process);
    let ends = ends.filter(|e| matches!(e.kind, EventKind::Ended(_))).count();
    let all = trace.meta().actors.iter().filter(|a| a.kind == ActorKind::Process).count();
    assert_eq!(ends, all);
}

/// Stamps of what happened to one thing always rise.
pub fn rises(trace: &Trace, res: ResourceId) {
    let its = trace.events().iter().filter(|e| e.kind.resource() == Some(res));
    let stamps: Vec<_> = its.map(|e| e.at).collect();
    assert!(stamps.is_sorted_by(|a, b| a < b), "stamps of one thing rise");
}

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
