//! What came out of a run, as its trace tells.

use super::plan::Plan;
use super::programs::{Counts, Id};
use super::ways::{Measured, measured};
use crate::replay::{Replay, fragments, most_inside};
use crate::topics::cpython::Part;
use crate::topics::results;
use crate::trace::{ActorId, End, EventKind, Home, ResourceId, ResourceKind, Role, Trace, WaitOp};
use serde::Serialize;
use std::collections::BTreeMap;

/// What came out of a run. The topic's documentation says what the fields are.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct SharingOutcome {
    pub program: &'static str,
    messages: Vec<String>,
    pub started: usize,
    /// Whether those are processes.
    #[serde(skip)]
    pub processes: bool,
    pub finished: usize,
    pub stuck: Vec<String>,
    pub failed: BTreeMap<String, String>,
    /// The first fault, in a few words and in a sentence.
    #[serde(skip)]
    pub fault: Option<(&'static str, String)>,
    tools: Vec<ToolUse>,
    pub passed_over: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub count: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub put: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub got: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub left: Option<usize>,
    /// What went in besides to tell consumers to stop.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sentinels: Option<u64>,
    /// What came out that nobody had put in: parts of messages.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fragments: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub generations: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub meals: Option<usize>,
    /// Nanoseconds that a message takes, by way.
    #[serde(rename = "ways_ns", skip_serializing_if = "serde_json::Map::is_empty")]
    pub ways: serde_json::Map<String, serde_json::Value>,
    /// Which CPython took part in `compare`, or why none did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub python: Option<String>,
    /// Whether it took part to the end.
    #[serde(skip)]
    pub python_is_missing: bool,
}

/// How one of the things shared was used.
#[derive(Clone, Debug, PartialEq, Serialize)]
struct ToolUse {
    name: String,
    kind: ResourceKind,
    acquired: u64,
    waits: u64,
    longest_wait_ns: u64,
    most_inside: usize,
}

impl SharingOutcome {
    /// The outcome of a run of this plan.
    pub fn of(plan: &Plan, trace: &Trace, replay: &Replay) -> Self {
        let (meta, state) = (trace.meta(), replay.latest());
        let ends = results::ends(trace, replay);
        let failed = ends.ended.iter().filter(|(_, end)| !results::is_good(*end));
        let mut outcome = Self {
            program: plan.program.id,
            messages: results::messages(trace, |_| true),
            started: ends.started,
            processes: ends.processes,
            finished: ends.finished,
            failed: failed.map(|(id, end)| (meta.actor_name(*id), why(trace, *id, *end))).collect(),
            stuck: ends.stuck,
            fault: results::fault(trace, replay),
            ..Self::default()
        };
        let most = most_inside(trace);
        for (index, resource) in meta.resources.iter().enumerate() {
            let id = ResourceId::from_index(index);
            let Some(at_end) = state.resource(id).filter(|_| !resource.is_an_end()) else {
                continue;
            };
            outcome.tools.push(tool(trace, replay, id, &most));
            match resource.kind {
                ResourceKind::Value if plan.program.counts == Counts::Rounds => {
                    outcome.count = at_end.contents.front().and_then(|value| value.as_int());
                    outcome.expected = Some((plan.workers() * plan.rounds) as i64);
                }
                ResourceKind::Array if plan.program.counts == Counts::Cells => {
                    let cells = at_end.contents.iter().filter_map(|cell| cell.as_int());
                    outcome.count = Some(cells.sum());
                    let all = plan.workers() * plan.rounds * at_end.contents.len();
                    outcome.expected = Some(all as i64);
                }
                // What is in a buffer is on its way to a queue.
                _ if resource.is_buffer => {}
                // What went into a copy went into nothing that anybody shares.
                _ if resource.copy_of.is_some() => {}
                _ if at_end.added == 0 && resource.home != Home::Program => {}
                ResourceKind::Queue | ResourceKind::Pipe | ResourceKind::List => {
                    let [put, taken] = at_end.sentinels;
                    let there = at_end.contents.len() as u64;
                    let left = there.saturating_sub(put.saturating_sub(taken)) as usize;
                    *outcome.put.get_or_insert_default() += at_end.added.saturating_sub(put);
                    *outcome.got.get_or_insert_default() += at_end.removed.saturating_sub(taken);
                    *outcome.left.get_or_insert_default() += left;
                    if put > 0 {
                        *outcome.sentinels.get_or_insert_default() += put;
                    }
                }
                ResourceKind::Barrier => outcome.generations = Some(at_end.generation),
                _ => {}
            }
        }
        if plan.is(Id::Compare) {
            let ways = measured(meta, state).into_iter();
            let each = |way: Measured| Some((way.name.clone(), way.each(plan)?.0.into()));
            outcome.ways = ways.filter_map(each).collect();
            let Part { version, left_out, .. } = Part::of(meta);
            outcome.python_is_missing = left_out.is_some();
            outcome.python = left_out.or(version);
        }
        // Of what is left of torn messages nobody knows how many they are.
        if let (Some(got), torn @ 1..) = (outcome.got, fragments(trace)) {
            outcome.got = Some(got.saturating_sub(torn));
            (outcome.fragments, outcome.left) = (Some(torn), None);
        }
        let passed_over = replay.stats().resources.iter().map(|stats| stats.most_passed_over);
        outcome.passed_over = passed_over.max().unwrap_or(0);
        // Philosophers say nothing else.
        let dines = |id| meta.actor(id).is_some_and(|actor| actor.role == Role::Work);
        let counts = plan.program.counts == Counts::Meals;
        outcome.meals = counts.then(|| results::messages(trace, dines).len());
        outcome
    }

    /// How many had something of this kind at once, at most.
    pub fn most_inside(&self, kind: ResourceKind) -> usize {
        let of_kind = self.tools.iter().filter(|tool| tool.kind == kind);
        of_kind.map(|tool| tool.most_inside).max().unwrap_or(0)
    }
}

/// Why somebody failed: of a process with an exit code, the last exception that it raised.
fn why(trace: &Trace, actor: ActorId, end: End) -> String {
    let its = trace.events().iter().rev().filter(|event| event.actor == actor);
    let mut raised = its.filter_map(|event| match (event.kind, end) {
        (EventKind::Raised { text, .. }, End::Exited(_)) => Some(trace.meta().text(text)),
        _ => None,
    });
    raised.next().map_or_else(|| results::how(trace.meta(), end), str::to_owned)
}

fn tool(
    trace: &Trace,
    replay: &Replay,
    id: ResourceId,
    most: &BTreeMap<ResourceId, usize>,
) -> ToolUse {
    let meta = trace.meta();
    let stats = replay.stats().resources.get(id.index()).cloned().unwrap_or_default();
    // Who still waits when the run is ended has waited, too.
    let waiting = replay.latest().resource(id).map_or(&[][..], |state| &state.waiters);
    let open = waiting.iter().filter(|waiter| waiter.op != WaitOp::Task);
    let open: Vec<u64> = open.map(|waiter| trace.end().since(waiter.since).0).collect();
    let ended = stats.longest_wait.map_or(0, |wait| wait.lasted.0);
    ToolUse {
        name: meta.resource_name(id),
        kind: meta.resource(id).map_or(ResourceKind::Lock, |resource| resource.kind),
        acquired: stats.acquisitions,
        waits: stats.waits + open.len() as u64,
        longest_wait_ns: open.into_iter().max().unwrap_or(0).max(ended),
        most_inside: most.get(&id).copied().unwrap_or(0),
    }
}
