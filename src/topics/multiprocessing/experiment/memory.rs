//! A variable that child processes change, each its own copy; beside it one that threads change together.

use super::super::jobs::{START, VALUE, address};
use super::super::plan::Plan;
use super::super::{SHARED, value_name};
use super::beside;
use crate::record::sync::Lock;
use crate::record::thread::{self, Failure};
use crate::record::{Log, Recorder};
use crate::topics::Lab;
use crate::topics::pools::with_signals;
use crate::trace::{Actor, EventKind, Home, Item, Resource, ResourceId, ResourceKind, SectionId};
use crate::workers::{Pool, TaskOptions, Value, WorkerInfo};
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

/// The variable that threads change. Each run has one of its own.
struct Shared<'a> {
    value: &'a AtomicI64,
    guard: Lock<u32>,
    res: ResourceId,
    section: SectionId,
    pause: Duration,
    steps: i64,
}

// listing: begin
pub fn run(lab: &Lab<'_>, plan: &Plan) -> Result<(), Failure> {
    let log = lab.main; //-
    let [apart, together] = beside(lab, "a memory each", "one memory for all"); //-
    let own = variable(&lab.recorder.within(apart), &value_name("parent"), &VALUE); //-
    look(log, own, &VALUE);
    let pool = super::pool("pool", plan.workers, Some(apart));
    log.at("main.start"); //-
    let pool = Pool::start(log, pool)?; //@ main.start
    let value = AtomicI64::new(START);
    let shared = Shared::new(lab, plan, &value, together);
    with_signals(lab, &pool.signaller(), || {
        log.at("main.submit"); //-
        let (job, options) = ("change-own-memory", TaskOptions::default());
        let copies = arguments(&lab.recorder.within(apart), plan, &pool);
        let tasks = pool.map_async(log, job, copies, Some(1), options)?; //@ main.submit
        pool.close();
        log.at("main.threads"); //-
        change_by_threads(lab, plan, &shared)?; //@ main.threads
        log.at("main.results"); //-
        tasks.outcomes(log)?; //@ main.results
        log.at("main.join"); //-
        pool.join(log) //@ main.join
    })?;
    log.at("main.look"); //-
    look(log, own, &VALUE); //@ main.look
    Ok(())
}

fn change_by_threads(lab: &Lab<'_>, plan: &Plan, shared: &Shared<'_>) -> Result<(), Failure> {
    thread::scope(lab.main, |scope| {
        let threads: Vec<_> = (1..=plan.workers)
            .map(|k| scope.spawn(shared.actor(k), move |log| shared.change(log, k)))
            .collect();
        lab.main.at("main.join_threads"); //-
        threads.into_iter().try_for_each(|thread| {
            thread?.join(lab.main) //@ main.join_threads
        })
    })
}

impl Shared<'_> {
    fn change(&self, log: &Log, add: i64) -> Result<(), Failure> {
        for _ in 0..self.steps {
            log.at("thread.pause"); //-
            log.sleep(self.pause)?; //@ thread.pause
            log.at("thread.change"); //-
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
    fn new(lab: &Lab<'_>, plan: &Plan, value: &'a AtomicI64, section: SectionId) -> Self {
        let recorder = lab.recorder.within(section);
        let guard = Lock::new(&recorder, "value lock", 0);
        let res = variable(&recorder, SHARED, value);
        look(lab.main, res, value);
        let pause = plan.work / u32::try_from(plan.steps).unwrap_or(1).max(1);
        Self { value, guard, res, section, pause, steps: plan.steps }
    }

    fn actor(&self, k: i64) -> Actor {
        Actor::thread(format!("thread {k}"), format!("T{k}")).in_section(Some(self.section))
    }

    fn changed(&self, log: &Log, version: u32, old: i64, new: i64) {
        let (res, old, new) = (self.res, Item::of(old), Item::of(new));
        log.record(EventKind::ValueChanged { res, version, old, new });
    }
}

/// A variable of this process, in the trace.
fn variable(recorder: &Recorder, name: &str, variable: &AtomicI64) -> ResourceId {
    let held = Item::of(variable.load(Ordering::Relaxed));
    recorder.resource(Resource::new(name, ResourceKind::Value).with_initial(vec![held]))
}

/// Reads a variable that nobody has written, and says where it is.
fn look(log: &Log, res: ResourceId, variable: &AtomicI64) {
    log.record(EventKind::Placed { res, address: address(variable) });
    let value = Item::of(variable.load(Ordering::Relaxed));
    log.record(EventKind::ValueSeen { res, version: 0, value });
}

/// What each worker is to do with its own copy of the variable.
fn arguments(recorder: &Recorder, plan: &Plan, pool: &Pool) -> Vec<Value> {
    let pause = plan.nanos() / plan.steps.max(1);
    let one = |(k, worker): (i64, WorkerInfo)| {
        let label = format!("child {k}");
        let copy = Resource::new(value_name(&label), ResourceKind::Value);
        let copy = recorder.resource(copy.at_home(Home::Process(worker.actor)));
        let owner = worker.pid.into();
        Value::Labelled(label, vec![k, owner, copy.0.into(), plan.steps, pause])
    };
    (1..).zip(pool.workers()).map(one).collect()
}
