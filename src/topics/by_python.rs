//! What the trace of a Python program tells that outcomes are made of. Nobody has marked there which part of the run is which,
//! so parts are told by who lived when.

use super::Outcome;
use super::results::{last_attempts, result};
use crate::replay::{self, Replay, Task};
use crate::trace::{
    ActorId, ActorKind, End, EventKind, Home, ItemView, Left, Meta, Nanos, ResourceId,
    ResourceKind, Role, Trace,
};
use serde_json::{Value as Json, json};
use std::collections::HashMap;

/// Says of fields that they are not known.
pub fn unknown(outcome: &mut Outcome, fields: &[&str]) {
    outcome.extend(fields.iter().map(|field| ((*field).to_owned(), Json::Null)));
}

/// The plain variables of the program itself, where it came to an orderly end.
fn left(meta: &Meta) -> &[Left] {
    let program = program(meta).and_then(|id| meta.actor(id));
    program.map_or(&[], |program| &program.left)
}

/// The same by name: what each held in the end.
pub fn variables(meta: &Meta) -> Outcome {
    left(meta).iter().map(|left| (left.name.clone(), left.value.clone())).collect()
}

/// The numbers among the program's own variables that the run has changed.
pub fn changed_numbers(meta: &Meta) -> Vec<i64> {
    let changed = |left: &&Left| left.before != left.value && left.before.is_i64();
    left(meta).iter().filter(changed).filter_map(|left| left.value.as_i64()).collect()
}

/// The program that the run began with.
pub fn program(meta: &Meta) -> Option<ActorId> {
    meta.actors_where(|actor| actor.role == Role::Main).next()
}

/// Results of tasks that came together, as one list; a task that failed has null.
pub fn results(meta: &Meta, replay: &Replay, pool: ResourceId) -> Vec<Json> {
    let tasks = replay.tasks().of(pool).map_or_else(Vec::new, last_attempts);
    tasks.into_iter().flat_map(|task| results_of(meta, task)).collect()
}

/// The results of a task. Those of several calls that travelled together are a list, which only a short one is on record in full.
pub fn results_of(meta: &Meta, task: &Task) -> Vec<Json> {
    let result = result(meta, task);
    let list = result.as_str().filter(|text| text.starts_with('['));
    match list.and_then(|list| serde_json::from_str(list).ok()) {
        Some(Json::Array(all)) => all,
        _ => vec![result],
    }
}

/// The life of a pool of a trace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Life {
    /// Which pool.
    pub pool: ResourceId,
    /// How many workers it has at a time.
    pub size: usize,
    /// When its first worker was started.
    pub began: Nanos,
    /// When its first task was handed in.
    pub submitted: Nanos,
    /// When the program had its last result.
    pub taken: Option<Nanos>,
    /// When its last worker ended.
    pub ended: Option<Nanos>,
}

impl Life {
    /// From the start of its first worker to the end of its last.
    pub fn wall(&self) -> Option<Nanos> {
        Some(self.ended?.since(self.began))
    }
}

/// The lives of the pools that had tasks, in the order in which they began.
pub fn lives(trace: &Trace, replay: &Replay) -> Vec<Life> {
    let meta = trace.meta();
    let mut lives: HashMap<ResourceId, Life> = HashMap::new();
    let mut spawned: HashMap<ResourceId, Nanos> = HashMap::new();
    for event in trace.events() {
        match event.kind {
            EventKind::Spawned { child } => {
                if let Some(pool) = meta.actor(child).and_then(|actor| actor.pool) {
                    spawned.entry(pool).or_insert(event.at);
                }
            }
            EventKind::TaskSubmitted { res, .. } => {
                lives.entry(res).or_insert(Life {
                    pool: res,
                    size: meta.resource(res).and_then(|pool| pool.capacity).unwrap_or(0) as usize,
                    began: event.at,
                    submitted: event.at,
                    taken: None,
                    ended: None,
                });
            }
            EventKind::ResultsTaken { res, .. } => {
                if let Some(life) = lives.get_mut(&res) {
                    life.taken = Some(event.at);
                }
            }
            _ => {}
        }
    }
    let mut lives: Vec<Life> = lives.into_values().collect();
    for life in &mut lives {
        life.began = spawned.get(&life.pool).map_or(life.began, |at| life.began.min(*at));
        let workers = meta.actors_where(|actor| actor.pool == Some(life.pool));
        let end = |worker| Some(replay.latest().actor(worker)?.end?.1);
        life.ended = workers.map(end).reduce(|a, b| Some(a?.max(b?))).flatten();
    }
    lives.sort_by_key(|life| (life.began, life.pool));
    lives
}

/// Threads or processes that the program has started for one piece of work, and how long that took.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Crowd {
    /// What they are.
    pub kind: ActorKind,
    /// Who.
    pub members: Vec<ActorId>,
    /// When the first was started.
    pub began: Nanos,
    /// When the last one ended.
    pub ended: Option<Nanos>,
}

impl Crowd {
    /// From the start of the first to the end of the last.
    pub fn wall(&self) -> Option<Nanos> {
        Some(self.ended?.since(self.began))
    }
}

/// The crowds that the program itself has started, in the order in which they began, but for workers of pools and daemons.
pub fn crowds(trace: &Trace, replay: &Replay) -> Vec<Crowd> {
    let (meta, state) = (trace.meta(), replay.latest());
    let program = program(meta);
    let spawned = |id: ActorId| {
        let mut events = trace.events().iter();
        events.find(|event| event.kind == EventKind::Spawned { child: id }).map(|event| event.at)
    };
    let mut all = Vec::new();
    for kind in [ActorKind::Thread, ActorKind::Process] {
        let own = |actor: &crate::trace::Actor| {
            let works = actor.role == Role::Work && actor.pool.is_none() && !actor.daemon;
            works && actor.kind == kind && actor.parent.is_some() && actor.parent == program
        };
        for members in replay::crowds(state, meta.actors_where(own)) {
            let Some(began) = members.first().and_then(|first| spawned(*first)) else { continue };
            let end = |member: &ActorId| Some(state.actor(*member)?.end?.1);
            let ended = members.iter().map(end).reduce(|a, b| Some(a?.max(b?))).flatten();
            all.push(Crowd { kind, members, began, ended });
        }
    }
    all.sort_by_key(|crowd| crowd.began);
    all
}

/// Numbers that the program took from queues between processes, but from those that only daemons fill.
pub fn taken_from_processes(trace: &Trace) -> Vec<i64> {
    let meta = trace.meta();
    let program = program(meta);
    let mut by_daemons = Vec::new();
    let mut all = Vec::new();
    for event in trace.events() {
        match event.kind {
            EventKind::Put { res, .. } => {
                let process = meta.process_of(event.actor).and_then(|id| meta.actor(id));
                if process.is_some_and(|process| process.daemon) {
                    by_daemons.push(res);
                }
            }
            EventKind::Got { res, item } if Some(event.actor) == program => {
                let is_shared = |queue: &&crate::trace::Resource| {
                    queue.home == Home::Shared && queue.kind == ResourceKind::Queue
                };
                if meta.resource(res).filter(is_shared).is_some()
                    && let ItemView::Int(number) = item.view()
                {
                    all.push((res, number));
                }
            }
            _ => {}
        }
    }
    all.into_iter().filter(|(res, _)| !by_daemons.contains(res)).map(|(_, n)| n).collect()
}

/// What came of processes of which one crashes, and of one whose threads work beside one that does.
pub fn crash(trace: &Trace, replay: &Replay) -> Outcome {
    let (meta, state) = (trace.meta(), replay.latest());
    let end = |id: ActorId| state.actor(id).and_then(|actor| actor.end).map(|(end, _)| end);
    let is_child = |a: &crate::trace::Actor| a.kind == ActorKind::Process && a.role == Role::Work;
    let children: Vec<ActorId> = meta.actors_where(is_child).collect();
    let threads_of = |process: ActorId| {
        let own = move |a: &crate::trace::Actor| {
            a.kind == ActorKind::Thread && a.role == Role::Work && a.parent == Some(process)
        };
        meta.actors_where(own).collect::<Vec<_>>()
    };
    let crashed = |processes: &[ActorId], workers: &[ActorId]| {
        let ended_well = |id: &&ActorId| matches!(end(**id), Some(End::Normal | End::Exited(0)));
        let failed = processes.iter().find_map(|id| {
            let (signal, status) = match end(*id)? {
                End::Killed(signal) => (Some(signal), None),
                End::Exited(status) if status != 0 => (None, Some(status)),
                _ => return None,
            };
            Some((state.actor(*id)?.os_id, signal, status))
        });
        json!({
            "started": workers.len(),
            "survivors": workers.iter().filter(ended_well).count(),
            "failed_pid": failed.map(|failed| failed.0),
            "signal": failed.and_then(|failed| failed.1),
            "exit_status": failed.and_then(|failed| failed.2),
        })
    };
    let (hosts, alone): (Vec<_>, Vec<_>) =
        children.into_iter().partition(|child| !threads_of(*child).is_empty());
    let threads: Vec<ActorId> = hosts.iter().flat_map(|host| threads_of(*host)).collect();
    let mut outcome = Outcome::new();
    outcome.insert("processes".to_owned(), crashed(&alone, &alone));
    outcome.insert("threads".to_owned(), crashed(&hosts, &threads));
    outcome
}
