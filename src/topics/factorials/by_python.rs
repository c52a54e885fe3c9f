//! What came out of a run of a Python program, as far as its trace tells.

use super::WAYS;
use super::plan::{Plan, Program};
use crate::replay::{Replay, Task};
use crate::topics::results::{failure, last_attempts, messages, result};
use crate::topics::{Outcome, Params, by_python};
use crate::trace::{ActorKind, EventKind, Meta, Nanos, ResourceKind, TaskId, Trace};
use serde_json::{Map, Value as Json, json};
use std::collections::HashMap;

/// The outcome of a run with these parameters.
pub fn outcome(params: &Params, trace: &Trace, replay: &Replay) -> Outcome {
    let (plan, meta) = (Plan::new(params), trace.meta());
    let mut outcome = Outcome::new();
    let pool = meta.resources_of(ResourceKind::Pool).next();
    let tasks = pool.and_then(|pool| replay.tasks().of(pool));
    let all: Vec<&Task> = tasks.map_or_else(Vec::new, last_attempts);
    let is_tree = plan.program == Program::Tree;
    // A task is called by the number that it was handed; those of a tree, in their order.
    let name = |task: &Task| match task.item.as_int() {
        Some(number) if !is_tree => number.unsigned_abs(),
        _ => u64::from(task.id.0),
    };
    let names: HashMap<TaskId, u64> = all.iter().map(|task| (task.id, name(task))).collect();
    let mut results = Map::new();
    let mut failed = Map::new();
    for task in &all {
        if !is_tree {
            results.insert(name(task).to_string(), digits(meta, task));
        }
        if let Some(why) = failure(meta, task) {
            failed.insert(name(task).to_string(), json!(why));
        }
    }
    if is_tree {
        // The last one makes digits of the product.
        results.insert(plan.n.to_string(), all.last().map_or(Json::Null, |t| digits(meta, t)));
    }
    let took = trace.events().iter().filter_map(|event| match event.kind {
        EventKind::ResultsTaken { res, task, .. } if Some(res) == pool => names.get(&task),
        _ => None,
    });
    let ended = tasks.into_iter().flat_map(|tasks| tasks.ended_at(Nanos(u64::MAX)));
    let completed: Vec<u64> = ended.map(name).collect();
    let waited = all.iter().filter_map(|task| Some((name(task).to_string(), task.waited()?.0)));
    let worked = all.iter().filter_map(|task| Some((name(task).to_string(), task.took()?.0)));
    let queue: Map<String, Json> = waited.map(|(name, time)| (name, json!(time))).collect();
    let thread: Map<String, Json> = worked.map(|(name, time)| (name, json!(time))).collect();
    let first = all.iter().map(|task| task.submitted).min();
    let last = all.iter().filter_map(|task| Some(task.ended?.0)).max();
    let wall = first.zip(last).map(|(first, last)| last.since(first).0);
    let capacity = pool.and_then(|pool| meta.resource(pool)?.capacity);
    for (field, value) in [
        ("results", json!(results)),
        ("failed", json!(failed)),
        ("completion_order", json!(completed)),
        ("result_order", json!(took.collect::<Vec<_>>())),
        ("threads", json!(capacity)),
        ("queue_ns", json!(queue)),
        ("thread_ns", json!(thread)),
        ("wall_ns", json!(wall)),
        ("messages", json!(messages(trace, |_| true))),
    ] {
        outcome.insert(field.to_owned(), value);
    }
    if plan.compare {
        outcome.insert("ways".to_owned(), ways(trace, replay));
    }
    outcome
}

/// The result of a task in decimal digits; null where it has none, or is too long to be on record.
fn digits(meta: &Meta, task: &Task) -> Json {
    let digits = match result(meta, task) {
        Json::Number(number) => number.to_string(),
        Json::String(text) => text,
        _ => return Json::Null,
    };
    match digits.bytes().all(|byte| byte.is_ascii_digit()) {
        true => json!(digits),
        false => Json::Null,
    }
}

/// The ways that leave a mark: nothing begins or ends where one thread does all.
fn ways(trace: &Trace, replay: &Replay) -> Json {
    let crowds = by_python::crowds(trace, replay);
    let each = crowds.iter().find(|crowd| crowd.kind == ActorKind::Thread);
    let lives = by_python::lives(trace, replay);
    let pool = lives.first().and_then(|life| Some(life.ended?.since(life.began)));
    let walls = [None, each.and_then(|crowd| crowd.wall()), pool];
    let way =
        |(way, wall): (&str, Option<Nanos>)| json!({ "way": way, "wall_ns": wall.map(|w| w.0) });
    WAYS.into_iter().zip(walls).map(way).collect()
}
