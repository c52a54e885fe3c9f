//! What came out of a run, as its trace tells.

use super::done::Done;
use super::numbers::Numbers;
use super::plan::Plan;
use super::world::{Kind, Side, Sides};
use crate::replay::{ActorState, Replay, Task};
use crate::topics::results;
use crate::trace::{End, EventKind, Meta, Trace};
use serde::Serialize;
use serde_json::Value as Json;
use std::collections::HashSet;

/// What came out of a run. The topic's documentation says what the fields are.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct PoolOutcome {
    /// By task.
    pub results: Vec<Json>,
    /// Tasks that failed.
    pub failed: Vec<FailedTask>,
    /// Tasks in the order in which the program had their results.
    pub received_order: Vec<u32>,
    /// How many tasks travelled together.
    pub chunk: usize,
    /// What the first pool measures up to.
    #[serde(flatten)]
    pub numbers: Option<Numbers>,
    /// Tasks in the order in which workers were done with them.
    pub completion_order: Vec<u32>,
    /// PID that began each task, by task.
    pub done_by: Vec<u64>,
    /// The distinct ones of those.
    pub pids: Vec<u64>,
    /// PIDs of all workers, in the order they were started.
    pub worker_pids: Vec<u64>,
    /// What the workers said, in order.
    pub messages: Vec<String>,
    /// Workers that a signal killed.
    pub killed: usize,
    /// What came of a pool of one process for each task.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub one_process_each: Option<OtherPool>,
    /// What came of a pool with one chunk for each worker.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub large_chunks: Option<OtherPool>,
    /// How much longer one process for each task took: nothing where there was none, null where it cannot be compared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub saved_by_reuse_ns: Option<Option<i64>>,
}

/// A task that failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FailedTask {
    /// Which.
    pub task: u32,
    /// Why.
    pub error: String,
}

/// What came of a second pool.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct OtherPool {
    /// Tasks that failed.
    pub failed: Vec<FailedTask>,
    /// What it measures up to.
    #[serde(flatten)]
    pub numbers: Option<Numbers>,
}

impl PoolOutcome {
    /// That of a run that is over, with these parameters.
    pub fn of(plan: &Plan, trace: &Trace, replay: &Replay) -> Self {
        let sides = Sides::of(trace).all;
        let done = Done::of(trace.meta(), replay);
        let numbers = |side: &Side| {
            let numbers = Numbers::of(side, &done, replay, trace.end());
            numbers.map(|n| n.with_memory(side, replay.latest()))
        };
        let Some(first) = sides.first() else { return Self::default() };
        let mut outcome = Self {
            chunk: plan.chunk(),
            numbers: numbers(first),
            ..Self::of_tasks(first, trace, replay)
        };
        outcome.who_worked(first, trace, replay);
        if let Some(side) = sides.get(1) {
            let failed = failures(trace.meta(), &tasks(side, replay));
            let other = OtherPool { failed, numbers: numbers(side) };
            match side.kind {
                Kind::OneEach => {
                    outcome.saved_by_reuse_ns = Some(outcome.saved_against(&other));
                    outcome.one_process_each = Some(other);
                }
                Kind::LargeChunks | Kind::Reused => outcome.large_chunks = Some(other),
            }
        }
        outcome
    }

    fn saved_against(&self, other: &OtherPool) -> Option<i64> {
        let (reused, fresh) = self.numbers.as_ref().zip(other.numbers.as_ref())?;
        let whole = self.failed.is_empty() && other.failed.is_empty();
        whole.then(|| fresh.wall.0.cast_signed().wrapping_sub(reused.wall.0.cast_signed()))
    }

    fn of_tasks(side: &Side, trace: &Trace, replay: &Replay) -> Self {
        let meta = trace.meta();
        let pool = side.pool.and_then(|pool| replay.tasks().of(pool));
        let tasks = tasks(side, replay);
        let pid = |task: &Task| {
            let worker = task.worker().and_then(|worker| replay.latest().actor(worker));
            worker.map_or(0, |worker| worker.os_id)
        };
        let done_by: Vec<u64> = tasks.iter().map(|task| pid(task)).collect();
        let mut seen = HashSet::new();
        let ended = pool.into_iter().flat_map(|pool| pool.ended_at(trace.end()));
        Self {
            results: tasks.iter().map(|task| results::result(meta, task)).collect(),
            failed: failures(meta, &tasks),
            received_order: received(side, trace),
            // Of a task that was begun again only the last attempt counts.
            completion_order: ended.filter(|task| !task.retried).map(|task| task.id.0).collect(),
            pids: (done_by.iter().copied()).filter(|pid| *pid != 0 && seen.insert(*pid)).collect(),
            done_by,
            ..Self::default()
        }
    }

    fn who_worked(&mut self, side: &Side, trace: &Trace, replay: &Replay) {
        let workers: HashSet<_> = side.workers.iter().copied().collect();
        let states: Vec<&ActorState> =
            side.workers.iter().filter_map(|w| replay.latest().actor(*w)).collect();
        self.worker_pids = states.iter().map(|a| a.os_id).filter(|pid| *pid != 0).collect();
        self.killed = states.iter().filter(|a| matches!(a.end, Some((End::Killed(_), _)))).count();
        let said = trace.events().iter().filter_map(|event| match event.kind {
            EventKind::Message { text, args } if workers.contains(&event.actor) => {
                Some(trace.meta().message(text, args))
            }
            _ => None,
        });
        self.messages = said.collect();
    }
}

/// The tasks of a pool, by number.
fn tasks<'a>(side: &Side, replay: &'a Replay) -> Vec<&'a Task> {
    let pool = side.pool.and_then(|pool| replay.tasks().of(pool));
    pool.map_or_else(Vec::new, results::last_attempts)
}

fn failures(meta: &Meta, tasks: &[&Task]) -> Vec<FailedTask> {
    let failed = tasks.iter().filter_map(|task| {
        let error = results::failure(meta, task)?.to_owned();
        Some(FailedTask { task: task.id.0, error })
    });
    failed.collect()
}

/// Tasks in the order in which the program had their results.
fn received(side: &Side, trace: &Trace) -> Vec<u32> {
    let taken = trace.events().iter().filter_map(|event| match event.kind {
        EventKind::ResultsTaken { res, task, count } if side.pool == Some(res) => {
            // A recording may say any number.
            Some(task.0..task.0.saturating_add(count.min(1 << 20)))
        }
        _ => None,
    });
    taken.flatten().collect()
}
