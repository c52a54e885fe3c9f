//! Results: of a whole run, and of the tasks of a pool.

use super::Lab;
use crate::replay::{Ending, PoolTasks, Replay, Task};
use crate::trace::{ActorId, EventKind, Item, ItemView, Meta, Resource, ResourceKind, Trace};
use serde_json::Value as Json;

/// The messages of some actors, in order.
pub fn messages(trace: &Trace, of: impl Fn(ActorId) -> bool) -> Vec<String> {
    let said = trace.events().iter().filter(|event| of(event.actor));
    let said = said.filter_map(|event| match event.kind {
        EventKind::Message { text, args } => Some(trace.meta().message(text, args)),
        _ => None,
    });
    said.collect()
}

/// Records the results of a run as an array with this name.
pub fn keep(lab: &Lab<'_>, name: &str, results: &[i64]) {
    let count = u32::try_from(results.len()).unwrap_or(u32::MAX);
    let array = Resource::new(name, ResourceKind::Array).with_capacity(count);
    let res = lab.recorder.resource(array);
    for (index, result) in (0..).zip(results) {
        lab.main.record(EventKind::SlotChanged { res, index, new: Item::of(*result) });
    }
}

/// What the first array of a run has at its end.
pub fn kept(trace: &Trace, replay: &Replay) -> Vec<i64> {
    let array = trace.meta().resources_of(ResourceKind::Array).next();
    let array = array.and_then(|array| replay.latest().resource(array));
    let items = array.into_iter().flat_map(|array| &array.contents);
    items.filter_map(|item| item.as_int()).collect()
}

/// The last attempt at each task, by task.
pub fn last_attempts(tasks: &PoolTasks) -> Vec<&Task> {
    let mut last: Vec<_> = tasks.all.iter().filter(|task| !task.retried).collect();
    last.sort_by_key(|task| task.id);
    last
}

/// The result of a task; null where it has none.
pub fn result(meta: &Meta, task: &Task) -> Json {
    match task.ended {
        Some((_, Ending::Finished(item))) => json(meta, item),
        _ => Json::Null,
    }
}

/// Why a task has no result.
pub fn failure<'a>(meta: &'a Meta, task: &Task) -> Option<&'a str> {
    match task.ended?.1 {
        Ending::Finished(_) => None,
        Ending::Failed(error) => Some(meta.text(error)),
        Ending::Cancelled => Some("the task was cancelled"),
    }
}

fn json(meta: &Meta, item: Item) -> Json {
    match item.view() {
        ItemView::Int(number) => number.into(),
        ItemView::Text(text) => meta.text(text).into(),
        ItemView::Nothing => Json::Null,
    }
}
