//! What came out of a run, as its trace tells.

use super::WAYS;
use super::plan::{Plan, Program};
use crate::replay::{PoolTasks, Replay, Task};
use crate::topics::results::{failure, messages, result};
use crate::trace::{Meta, Nanos, ResourceId, ResourceKind, SectionId, Trace};
use serde::Serialize;
use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;

/// What came out of a run. The topic's documentation says what the fields are.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct FactorialOutcome {
    pub results: Map<String, Json>,
    pub failed: BTreeMap<u32, String>,
    pub completion_order: Vec<u32>,
    pub result_order: Vec<u32>,
    pub threads: usize,
    pub thread_of: BTreeMap<u32, u64>,
    pub queue_ns: BTreeMap<u32, u64>,
    pub thread_ns: BTreeMap<u32, u64>,
    pub wall_ns: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub product_ns: Option<u64>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ways: Vec<Way>,
    pub messages: Vec<String>,
}

/// How long one way took.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Way {
    pub way: &'static str,
    pub wall_ns: u64,
}

/// The pool of the run.
pub fn pool(meta: &Meta) -> Option<ResourceId> {
    meta.resources_of(ResourceKind::Pool).next()
}

/// The tasks of the run's pool, by number.
pub fn tasks<'a>(meta: &Meta, replay: &'a Replay) -> Option<&'a PoolTasks> {
    replay.tasks().of(pool(meta)?)
}

impl FactorialOutcome {
    /// The outcome of a run with these parameters.
    pub fn of(plan: &Plan, trace: &Trace, replay: &Replay) -> Self {
        let meta = trace.meta();
        let mut outcome = Self {
            threads: plan.threads,
            ways: ways(meta, replay),
            messages: messages(trace, |_| true),
            ..Self::default()
        };
        let Some(tasks) = tasks(meta, replay) else { return outcome };
        outcome.result_order = tasks.taken().map(|task| task.id.0).collect();
        outcome.completion_order = tasks.ended_at(Nanos(u64::MAX)).map(|task| task.id.0).collect();
        outcome.wall_ns = span(&tasks.all);
        for task in &tasks.all {
            outcome.took(task, replay);
            if let Some(why) = failure(meta, task) {
                outcome.failed.insert(task.id.0, why.to_owned());
            }
        }
        match plan.program {
            Program::Tree => {
                // The last task makes digits of the product.
                let ends = tasks.all.first().zip(tasks.all.last());
                let (first, whole) = ends.filter(|(_, last)| last.ended.is_some()).unzip();
                outcome.product_ns = first
                    .zip(whole)
                    .map(|(first, whole): (&Task, &Task)| whole.submitted.since(first.submitted).0);
                outcome.keep(plan.n, whole.map_or(Json::Null, |task| result(meta, task)));
            }
            Program::Numbers | Program::Recursion => {
                let mut all: Vec<&Task> = tasks.all.iter().collect();
                all.sort_by_key(|task| task.id);
                for task in all {
                    outcome.keep(u64::from(task.id.0), result(meta, task));
                }
            }
        }
        outcome
    }

    fn took(&mut self, task: &Task, replay: &Replay) {
        let id = task.id.0;
        if let (Some(waited), Some(worker)) = (task.waited(), task.worker()) {
            let os_id = replay.latest().actor(worker).map_or(0, |worker| worker.os_id);
            self.queue_ns.insert(id, waited.0);
            self.thread_of.insert(id, os_id);
        }
        if let Some(took) = task.took() {
            self.thread_ns.insert(id, took.0);
        }
    }

    fn keep(&mut self, n: u64, result: Json) {
        let decimal = match result {
            Json::Number(number) => Json::String(number.to_string()),
            other => other,
        };
        self.results.insert(n.to_string(), decimal);
    }
}

/// From the first task handed in to the last one done.
fn span(tasks: &[Task]) -> u64 {
    let first = tasks.iter().map(|task| task.submitted).min();
    let last = tasks.iter().filter_map(|task| Some(task.ended?.0)).max();
    first.zip(last).map_or(0, |(first, last)| last.since(first).0)
}

/// The ways that have been compared, with their times.
pub fn ways(meta: &Meta, replay: &Replay) -> Vec<Way> {
    let way = |id: SectionId| {
        let times = replay.latest().section(id)?;
        let way = WAYS.get(meta.section(id)?.number as usize)?;
        Some(Way { way, wall_ns: times.ended?.since(times.began?.0).0 })
    };
    meta.section_ids().filter_map(way).collect()
}
