//! The same computing, four ways, one after the other.

use super::super::plan::Plan;
use super::super::points::Points;
use super::super::{WAYS, Way, primes};
use crate::record::Log;
use crate::record::sync::Gil;
use crate::record::thread::{self, Failure};
use crate::topics::pools::with_signals;
use crate::topics::{Lab, Outcome};
use crate::trace::{Actor, ActorKind, EventKind, SourceId};
use crate::workers::{Pool, Value};
use serde_json::json;

// listing: begin
pub fn run(lab: &Lab<'_>, plan: &Plan, at: &Points) -> Result<Outcome, Failure> {
    let [alone, with_gil, threads, processes] = &WAYS;
    let gil = Gil::new(lab.recorder, plan.interval);
    let primes = [
        timed(lab, at.alone, alone, || {
            by_threads(lab, plan, alone, 1, count) //@ main.alone
        })?,
        timed(lab, at.gil, with_gil, || {
            let count = |log: &Log, numbers| count_with_gil(log, &gil, numbers);
            by_threads(lab, plan, with_gil, plan.workers, count) //@ main.gil
        })?,
        timed(lab, at.free, threads, || {
            by_threads(lab, plan, threads, plan.workers, count) //@ main.free
        })?,
        timed(lab, at.processes, processes, || {
            by_processes(lab, plan) //@ main.processes
        })?,
    ];
    let mut outcome = Outcome::new();
    outcome.insert("limit".into(), json!(plan.limit));
    outcome.insert("primes".into(), json!(primes));
    Ok(outcome)
}

/// Each thread counts the primes of its part.
fn by_threads(
    lab: &Lab<'_>,
    plan: &Plan,
    way: &Way,
    count: i64,
    work: impl Fn(&Log, Numbers) -> Result<i64, Failure> + Sync,
) -> Result<i64, Failure> {
    let work = &work;
    thread::scope(lab.main, |scope| {
        let threads: Vec<_> = (0..count)
            .map(|part| {
                let numbers = Numbers { part, parts: count, limit: plan.limit };
                scope.spawn(actor(lab, way, part), move |log| work(log, numbers))
            })
            .collect();
        threads.into_iter().try_fold(0, |sum, thread| {
            let thread = thread.map_err(|e| Failure::Error(e.to_string()))?;
            Ok(sum + thread.join(lab.main)?)
        })
    })
}

fn count(log: &Log, numbers: Numbers) -> Result<i64, Failure> {
    let mut primes = 0;
    for number in numbers.iter() {
        primes += i64::from(primes::is_prime(&number));
        log.check()?;
    }
    Ok(primes)
}

/// The same, but only the holder of the lock runs.
fn count_with_gil(log: &Log, gil: &Gil, numbers: Numbers) -> Result<i64, Failure> {
    let mut held = gil.acquire(log)?;
    let mut primes = 0;
    for number in numbers.iter() {
        primes += i64::from(primes::is_prime(&number));
        held.check()?; // gives the lock up if another has waited for 5 ms
    }
    Ok(primes)
}

/// Each process counts the primes of its part. Starting and ending them is part of the time.
fn by_processes(lab: &Lab<'_>, plan: &Plan) -> Result<i64, Failure> {
    let pool = Pool::start(lab.main, super::pool("pool", plan.workers))?;
    with_signals(lab, &pool.signaller(), || {
        let part = |part| {
            let label = format!("task {part}: part {part}");
            Value::Labelled(label, vec![part, plan.workers, plan.limit])
        };
        let parts = (0..plan.workers).map(part).collect();
        let counts = pool.map(lab.main, "count-primes-of-a-part", parts, Some(1))?;
        pool.join(lab.main)?;
        Ok(counts.iter().filter_map(Value::as_int).sum())
    })
}
// listing: end

/// Which numbers somebody looks at.
#[derive(Clone, Copy)]
struct Numbers {
    part: i64,
    parts: i64,
    limit: i64,
}

impl Numbers {
    fn iter(self) -> impl Iterator<Item = i64> {
        primes::numbers(self.part, self.parts, self.limit)
    }
}

/// Runs one way, as a span of main: its length is the way's time.
fn timed<T>(
    lab: &Lab<'_>,
    at: SourceId,
    way: &Way,
    body: impl FnOnce() -> Result<T, Failure>,
) -> Result<T, Failure> {
    lab.main.check()?;
    let name = lab.text(way.name);
    lab.main.line(at);
    lab.main.record(EventKind::SpanBegan { name });
    let answer = body();
    lab.main.record(EventKind::SpanEnded { name });
    answer
}

fn actor(lab: &Lab<'_>, way: &Way, part: i64) -> Actor {
    Actor {
        name: way.actor(part + 1),
        badge: format!("{}{}", way.badge, part + 1),
        kind: ActorKind::Thread,
        parent: Some(lab.main.id()),
        ..Actor::default()
    }
}
