//! Results of the tasks of a pool.

use crate::replay::{Ending, PoolTasks, Task};
use crate::trace::{ActorId, EventKind, Item, ItemView, Meta, Trace};
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

/// That CPython takes no part, or no more once `done` was ("3 trials"), in words.
pub fn left_out(why: impl std::fmt::Display, done: Option<String>) -> String {
    match done {
        None => format!("CPython is left out: {why}"),
        Some(done) => format!("CPython took part in {done} and no more: {why}"),
    }
}
