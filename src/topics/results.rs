//! Results: of a whole run, and of the tasks of a pool.

use super::Lab;
use crate::record::Log;
use crate::replay::{Ending, PoolTasks, Replay, Task, findings};
use crate::trace::{
    ActorId, ActorKind, End, EventKind, Item, ItemView, Meta, Resource, ResourceKind, Role, Trace,
    signal_name,
};
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

/// What something is about, in words.
pub fn text(log: &Log, text: &str) -> Item {
    Item::text(log.recorder().text(text))
}

/// How those came to their ends who do the work of a program.
#[derive(Debug, Default)]
pub struct Ends {
    /// How many there are. Workers of a pool are none of these.
    pub started: usize,
    /// How many of these ended by themselves and without an error.
    pub finished: usize,
    /// Whether some are processes.
    pub processes: bool,
    /// Names of those that had not ended when a run was ended because nobody could go on.
    pub stuck: Vec<String>,
    /// Those that ended, workers too, and how.
    pub ended: Vec<(ActorId, End)>,
}

/// How those came to their ends who do the work of a program.
pub fn ends(trace: &Trace, replay: &Replay) -> Ends {
    let (meta, mut ends) = (trace.meta(), Ends::default());
    for id in meta.actors_where(|actor| actor.role == Role::Work) {
        let is_worker = meta.actor(id).is_some_and(|who| who.pool.is_some());
        ends.processes |= meta.actor(id).is_some_and(|who| who.kind == ActorKind::Process);
        ends.started += usize::from(!is_worker);
        match replay.latest().actor(id).and_then(|actor| actor.end) {
            Some((end, _)) if end != End::Cancelled => {
                ends.finished += usize::from(!is_worker && is_good(end));
                ends.ended.push((id, end));
            }
            // Who only waited when a run was stopped might have gone on.
            _ => ends.stuck.extend(trace.stuck().map(|_| meta.actor_name(id))),
        }
    }
    ends
}

/// Whether an end is none with an error, and none by force.
pub fn is_good(end: End) -> bool {
    matches!(end, End::Normal | End::Exited(0) | End::Dismissed)
}

/// An end in words: `normal`, `exit code 3`, `killed by SIGKILL`, or what the error says.
pub fn how(meta: &Meta, end: End) -> String {
    match end {
        End::Normal | End::Exited(0) => "normal".to_owned(),
        End::Error(text) => meta.text(text).to_owned(),
        End::Exited(status) => format!("exit code {status}"),
        End::Killed(signal) => format!("killed by {}", signal_name(signal)),
        End::Cancelled => "stopped".to_owned(),
        End::Dismissed => "ended by its pool".to_owned(),
    }
}

/// The first fault of a run, in a few words and in a sentence, with how often the same befell others: of a run that was ended
/// because nobody could go on, why.
pub fn fault(trace: &Trace, replay: &Replay) -> Option<(&'static str, String)> {
    // Faults come first, and of those what nobody can go on from.
    let mut all = findings(trace, replay).into_iter();
    let first = all.next()?;
    let is_fault = trace.stuck().is_some() || first.kind.is_fault();
    let others = match all.filter(|other| other.kind == first.kind).count() {
        0 => String::new(),
        1 => " The same befell another.".to_owned(),
        n => format!(" The same befell {n} others."),
    };
    is_fault.then(|| (first.kind.title(), first.sentence + &others))
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

/// The tasks of the first pool of a run.
pub fn tasks<'a>(meta: &Meta, replay: &'a Replay) -> Option<&'a PoolTasks> {
    replay.tasks().of(meta.resources_of(ResourceKind::Pool).next()?)
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
