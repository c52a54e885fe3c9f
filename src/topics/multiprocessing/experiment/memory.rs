//! A variable that child processes change, each its own copy; beside it one that threads change together.

use super::super::jobs::{START, VALUE, address, hex};
use super::super::plan::Plan;
use super::super::points::Points;
use super::super::{SHARED, place_name, value_name};
use crate::record::Log;
use crate::record::sync::Lock;
use crate::record::thread::{self, Failure};
use crate::topics::pools::with_signals;
use crate::topics::{Lab, Outcome};
use crate::trace::{Actor, EventKind, Item, Resource, ResourceId, ResourceKind};
use crate::workers::{Pool, TaskError, TaskOptions, Value};
use serde_json::json;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

/// The variable that threads change. As long as a run lasts, it is the run's own.
struct Shared<'a> {
    value: &'a AtomicI64,
    guard: Lock<u32>,
    res: ResourceId,
    pause: Duration,
    steps: i64,
}

// listing: begin
pub fn run(lab: &Lab<'_>, plan: &Plan, at: &Points) -> Result<Outcome, Failure> {
    let log = lab.main;
    let own = Traced::new(lab, &value_name(super::super::PARENT));
    let before = own.look(log, &VALUE);
    log.line(at.start); //-
    let pool = Pool::start(log, super::pool("pool", plan.workers))?; //@ main.start
    let shared_value = AtomicI64::new(START);
    let shared = Shared::new(lab, plan, &shared_value);
    let results = with_signals(lab, &pool.signaller(), || {
        log.line(at.submit); //-
        let options = TaskOptions::default();
        let job = "change-own-memory";
        let tasks = pool.map_async(log, job, arguments(lab, plan), Some(1), options)?; //@ main.submit
        pool.close();
        log.line(at.threads); //-
        change_by_threads(lab, plan, at, &shared)?; //@ main.threads
        log.line(at.results); //-
        let results = tasks.outcomes(log)?; //@ main.results
        pool.join(log)?; //@ main.join
        Ok::<_, Failure>(results)
    })?;
    log.line(at.look); //-
    let after = own.look(log, &VALUE); //@ main.look
    Ok(outcome(before, after, &shared_value, &results))
}

fn change_by_threads(
    lab: &Lab<'_>,
    plan: &Plan,
    at: &Points,
    shared: &Shared<'_>,
) -> Result<(), Failure> {
    thread::scope(lab.main, |scope| {
        let threads: Vec<_> = (1..=plan.workers)
            .map(|k| scope.spawn(actor(lab, k), move |log| shared.change(log, at, k)))
            .collect();
        lab.main.line(at.join_threads); //-
        threads.into_iter().try_for_each(|thread| {
            let thread = thread.map_err(|e| Failure::Error(e.to_string()))?;
            thread.join(lab.main) //@ main.join_threads
        })
    })
}

impl Shared<'_> {
    fn change(&self, log: &Log, at: &Points, add: i64) -> Result<(), Failure> {
        for _ in 0..self.steps {
            log.line(at.thread_pause); //-
            log.sleep(self.pause)?; //@ thread.pause
            log.line(at.thread_change); //-
            let mut version = self.guard.acquire(log);
            let old = self.value.fetch_add(add, Ordering::Relaxed); //@ thread.change
            *version += 1;
            self.changed(log, *version, old, old + add);
        }
        Ok(())
    }
}
// listing: end

impl<'a> Shared<'a> {
    fn new(lab: &Lab<'_>, plan: &Plan, value: &'a AtomicI64) -> Self {
        let traced = Traced::new(lab, SHARED);
        traced.look(lab.main, value);
        Self {
            value,
            guard: Lock::new(lab.recorder, "value lock", 0),
            res: traced.value,
            pause: plan.work / u32::try_from(plan.steps).unwrap_or(1).max(1),
            steps: plan.steps,
        }
    }

    fn changed(&self, log: &Log, version: u32, old: i64, new: i64) {
        log.record(EventKind::ValueChanged {
            res: self.res,
            version,
            old: item(old),
            new: item(new),
        });
    }
}

/// A variable of this process, in the trace.
struct Traced {
    value: ResourceId,
    place: ResourceId,
}

impl Traced {
    fn new(lab: &Lab<'_>, name: &str) -> Self {
        let variable = |name| {
            let resource = Resource::new(name, ResourceKind::Value);
            lab.recorder.resource(resource)
        };
        Self { value: variable(name.to_owned()), place: variable(place_name(name)) }
    }

    /// Reads it, and says where it is.
    fn look(&self, log: &Log, variable: &AtomicI64) -> i64 {
        let place = log.recorder().text(&hex(address(variable)));
        let value = variable.load(Ordering::Relaxed);
        log.record(EventKind::ValueRead { res: self.place, version: 0, value: Item::text(place) });
        log.record(EventKind::ValueRead { res: self.value, version: 0, value: item(value) });
        value
    }
}

fn item(number: i64) -> Item {
    Item::try_int(number).unwrap_or(Item::NOTHING)
}

fn arguments(lab: &Lab<'_>, plan: &Plan) -> Vec<Value> {
    let pause = plan.nanos() / plan.steps.max(1);
    let one = |k: i64| {
        let label = format!("child {k}");
        let Traced { value, place } = Traced::new(lab, &value_name(&label));
        let numbers = vec![k, value.0.into(), place.0.into(), plan.steps, pause];
        Value::Labelled(label, numbers)
    };
    (1..=plan.workers).map(one).collect()
}

fn actor(lab: &Lab<'_>, k: i64) -> Actor {
    Actor::thread(format!("thread {k}"), format!("T{k}")).started_by(lab.main.id())
}

fn outcome(
    before: i64,
    after: i64,
    shared: &AtomicI64,
    results: &[Result<Value, TaskError>],
) -> Outcome {
    let mut copies = vec![json!({
        "process": super::super::PARENT,
        "pid": std::process::id(),
        "address": hex(address(&VALUE)),
        "value": after,
    })];
    for (k, result) in (1..).zip(results) {
        if let Ok(Value::Ints(told)) = result
            && let [pid, place, value] = told[..]
        {
            let (process, address) = (format!("child {k}"), hex(place));
            copies
                .push(json!({"process": process, "pid": pid, "address": address, "value": value}));
        }
    }
    let mut outcome = Outcome::new();
    outcome.insert("parent_before".into(), json!(before));
    outcome.insert("parent_after".into(), json!(after));
    outcome.insert("memory_copies".into(), json!(copies));
    let threads = json!({
        "address": hex(address(shared)),
        "before": START,
        "after": shared.load(Ordering::Relaxed),
    });
    outcome.insert("threads".into(), threads);
    outcome
}
