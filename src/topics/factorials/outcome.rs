//! What came out of a run, of this program or of Python's, as its trace tells.

use super::WAYS;
use super::plan::{Plan, Program};
use crate::replay::{Replay, Task};
use crate::topics::by_python::{self, Life};
use crate::topics::results::{failure, last_attempts, messages, result, tasks};
use crate::trace::{ActorKind, Engine, Meta, Nanos, RecordedBy, ResourceKind, SectionId, Trace};
use serde::Serialize;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

/// What came out of a run. The topic's documentation says what the fields are.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct FactorialOutcome {
    pub results: BTreeMap<u64, Json>,
    pub failed: BTreeMap<u64, String>,
    pub completion_order: Vec<u64>,
    pub result_order: Vec<u64>,
    pub threads: Option<u32>,
    pub thread_of: BTreeMap<u64, u64>,
    pub queue_ns: BTreeMap<u64, Nanos>,
    pub thread_ns: BTreeMap<u64, Nanos>,
    pub wall_ns: Option<Nanos>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub product_ns: Option<Nanos>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ways: Vec<Way>,
    pub messages: Vec<String>,
}

/// How long one way took, where that is known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Way {
    pub way: &'static str,
    pub wall_ns: Option<Nanos>,
}

impl FactorialOutcome {
    /// The outcome of a run with these parameters, by whichever engine.
    pub fn of(plan: &Plan, trace: &Trace, replay: &Replay) -> Self {
        let meta = trace.meta();
        let is_tree = plan.program == Program::Tree;
        // In Python a task is called by the number that it was handed.
        let name = |task: &Task| match task.item.as_int() {
            Some(number) if !is_tree => number.unsigned_abs(),
            _ => u64::from(task.id.0),
        };
        let pool = meta.resources_of(ResourceKind::Pool).next();
        let ways = if meta.recorder.engine() == Engine::Rust { ways } else { ways_of_python };
        let mut outcome = Self {
            threads: pool.and_then(|pool| meta.resource(pool)?.capacity),
            ways: if plan.compare { ways(trace, replay) } else { Vec::new() },
            messages: messages(trace, |_| true),
            ..Self::default()
        };
        let Some(tasks) = tasks(meta, replay) else { return outcome };
        let all = last_attempts(tasks);
        outcome.completion_order = tasks.ended_at(Nanos::MAX).map(name).collect();
        outcome.result_order = tasks.taken().map(name).collect();
        for task in &all {
            let name = name(task);
            let os_id = |worker| replay.latest().actor(worker).map_or(0, |worker| worker.os_id);
            outcome.thread_of.extend(task.worker().map(|worker| (name, os_id(worker))));
            outcome.queue_ns.extend(task.waited().map(|time| (name, time)));
            outcome.thread_ns.extend(task.took().map(|time| (name, time)));
            outcome.failed.extend(failure(meta, task).map(|why| (name, why.to_owned())));
            if !is_tree {
                outcome.results.insert(name, digits(meta, task));
            }
        }
        let first = all.iter().map(|task| task.submitted).min();
        let until = |at: Option<Nanos>| Some(at?.since(first?));
        outcome.wall_ns = until(all.iter().filter_map(|task| Some(task.ended?.0)).max());
        // The last task makes digits of the product.
        if let Some(last) = all.last().filter(|_| is_tree) {
            outcome.results.insert(plan.n, digits(meta, last));
            outcome.product_ns = until(last.ended.map(|_| last.submitted));
        }
        outcome
    }

    /// The times of the ways, where all are known.
    pub fn times(&self) -> Option<[Nanos; 3]> {
        let times: Option<Vec<Nanos>> = self.ways.iter().map(|way| way.wall_ns).collect();
        times?.try_into().ok()
    }
}

/// The result of a task in decimal digits; null where it has none. Of a long one of Python's only the beginning is on record,
/// which is none.
fn digits(meta: &Meta, task: &Task) -> Json {
    match result(meta, task) {
        Json::Number(number) => json!(number.to_string()),
        Json::String(text) if meta.recorder == RecordedBy::Python => {
            let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
            if is_number { json!(text) } else { Json::Null }
        }
        other => other,
    }
}

/// The ways that have been compared, with their times.
fn ways(trace: &Trace, replay: &Replay) -> Vec<Way> {
    let way = |id: SectionId| {
        let way = trace.meta().section_among(id, &WAYS)?;
        let (wall, over) = replay.latest().section(id)?.took(trace.end())?;
        Some(Way { way, wall_ns: over.then_some(wall) })
    };
    trace.meta().section_ids().filter_map(way).collect()
}

/// The ways that leave a mark in Python: nothing begins or ends where one thread does all.
fn ways_of_python(trace: &Trace, replay: &Replay) -> Vec<Way> {
    let crowds = by_python::crowds(trace, replay);
    let each = crowds.iter().find(|crowd| crowd.kind == ActorKind::Thread);
    let pool = by_python::lives(trace, replay).first().and_then(Life::wall);
    let walls = [None, each.and_then(|crowd| crowd.wall()), pool];
    WAYS.into_iter().zip(walls).map(|(way, wall_ns)| Way { way, wall_ns }).collect()
}
