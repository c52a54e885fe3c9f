//! What came out of a run, as its trace tells.

use super::foreign::CPython;
use super::numbers::{Numbers, Pool};
use super::plan::{Against, JobKind, Plan};
use crate::replay::words::count;
use crate::replay::{ActorState, Replay, Task};
use crate::topics::{by_python, contention, results};
use crate::trace::{End, Event, EventKind, Follow, Meta, Nanos, Trace};
use serde::Serialize;
use serde_json::Value as Json;
use std::collections::HashSet;

/// What came out of a run. The topic's documentation says what the fields are.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct PoolOutcome {
    pub results: Vec<Json>,
    pub failed: Vec<FailedTask>,
    pub received_order: Vec<u32>,
    pub chunk: usize,
    #[serde(flatten)]
    pub numbers: Option<Numbers>,
    pub completion_order: Vec<u32>,
    pub done_by: Vec<u64>,
    pub pids: Vec<u64>,
    pub worker_pids: Vec<u64>,
    pub messages: Vec<String>,
    pub killed: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disturbed: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub one_process_each: Option<OtherPool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub large_chunks: Option<OtherPool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cpython: Option<CPython>,
    /// `None`: there was no such pool; `Some(None)`: it cannot be compared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub saved_by_reuse_ns: Option<Option<i64>>,
}

/// A task that failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FailedTask {
    pub task: u32,
    pub error: String,
}

/// What came of a second pool.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct OtherPool {
    pub failed: Vec<FailedTask>,
    #[serde(flatten)]
    pub numbers: Option<Numbers>,
}

impl PoolOutcome {
    /// The outcome of a run with these parameters.
    pub fn of(plan: &Plan, trace: &Trace, replay: &Replay) -> Self {
        let mut pools = Pool::all(trace.meta());
        for life in by_python::lives(trace, replay) {
            if let Some(pool) = pools.iter_mut().find(|pool| pool.res == life.pool) {
                pool.life = Some((life.began, life.ended));
            }
        }
        let numbers = |pool| Numbers::of(pool, replay, replay.latest(), trace.end());
        let Some(first) = pools.first() else { return Self::default() };
        let mut outcome = Self {
            chunk: plan.chunk(),
            numbers: numbers(first),
            disturbed: Others::of(trace).disturbed(plan, trace.meta(), trace.end()),
            ..Self::of_tasks(first, trace, replay)
        };
        outcome.who_worked(first, trace, replay);
        if plan.against == Against::CPython {
            outcome.cpython = Some(CPython::of(trace, replay));
        } else if let Some(pool) = pools.get(1) {
            let failed = failures(trace.meta(), &tasks(pool, replay));
            let other = OtherPool { failed, numbers: numbers(pool) };
            match plan.against {
                Against::OneEach => {
                    outcome.saved_by_reuse_ns = Some(outcome.saved_against(&other));
                    outcome.one_process_each = Some(other);
                }
                _ => outcome.large_chunks = Some(other),
            }
        }
        outcome
    }

    /// The second pool.
    pub fn other(&self) -> Option<&OtherPool> {
        self.one_process_each.as_ref().or(self.large_chunks.as_ref())
    }

    /// Which of two pools was faster, where their times can be compared.
    pub fn faster(&self) -> Option<usize> {
        let other = self.other().filter(|other| other.failed.is_empty())?;
        if !self.failed.is_empty() || self.disturbed.is_some() {
            return None;
        }
        let (first, second) = self.numbers.as_ref().zip(other.numbers.as_ref())?;
        // Each ran once.
        contention::tells_apart(first.wall, second.wall)
            .then(|| usize::from(second.wall < first.wall))
    }

    fn saved_against(&self, other: &OtherPool) -> Option<i64> {
        let (reused, fresh) = self.numbers.as_ref().zip(other.numbers.as_ref())?;
        let whole = self.failed.is_empty() && other.failed.is_empty();
        whole.then(|| fresh.wall.0.cast_signed().wrapping_sub(reused.wall.0.cast_signed()))
    }

    fn of_tasks(of: &Pool, trace: &Trace, replay: &Replay) -> Self {
        let meta = trace.meta();
        let tasks = tasks(of, replay);
        let pid = |task: &Task| {
            let worker = task.worker().and_then(|worker| replay.latest().actor(worker));
            worker.map_or(0, |worker| worker.os_id)
        };
        let done_by: Vec<u64> = tasks.iter().map(|task| pid(task)).collect();
        let mut seen = HashSet::new();
        let pool = replay.tasks().of(of.res);
        let ended = pool.into_iter().flat_map(|pool| pool.ended_at(trace.end()));
        Self {
            results: tasks.iter().map(|task| results::result(meta, task)).collect(),
            failed: failures(meta, &tasks),
            received_order: received(of, trace),
            // Of a task that was begun again only the last attempt counts.
            completion_order: ended.filter(|task| !task.retried).map(|task| task.id.0).collect(),
            pids: (done_by.iter().copied()).filter(|pid| *pid != 0 && seen.insert(*pid)).collect(),
            done_by,
            ..Self::default()
        }
    }

    fn who_worked(&mut self, pool: &Pool, trace: &Trace, replay: &Replay) {
        let workers: HashSet<_> = pool.workers.iter().map(|(worker, _)| *worker).collect();
        let states = pool.workers.iter().filter_map(|(w, _)| replay.latest().actor(*w));
        let states: Vec<&ActorState> = states.collect();
        self.worker_pids = states.iter().map(|a| a.os_id).filter(|pid| *pid != 0).collect();
        self.killed = states.iter().filter(|a| matches!(a.end, Some((End::Killed(_), _)))).count();
        self.messages = results::messages(trace, |actor| workers.contains(&actor));
    }
}

/// The number of threads of other programs that wanted a processor, each time it was counted.
#[derive(Clone, Debug, Default)]
pub struct Others {
    all: Vec<(Nanos, usize)>,
}

impl Follow for Others {
    fn take(&mut self, _: &Meta, event: &Event) {
        self.all.extend(contention::others_of(event).map(|others| (event.at, others)));
    }
}

impl Others {
    /// The evidence up to an instant that other programs had the processors, so that the times of two pools cannot be
    /// compared. Tasks that sleep need no processor.
    pub fn disturbed(&self, plan: &Plan, meta: &Meta, until: Nanos) -> Option<String> {
        let compared = matches!(plan.against, Against::OneEach | Against::LargeChunks);
        if !compared || plan.job == JobKind::Sleep {
            return None;
        }
        let cores = Some(contention::cores_of(meta)).filter(|cores| *cores > 0)?;
        let told = self.all.iter().filter(|(at, _)| *at <= until);
        let others = told.map(|(_, others)| *others).max()?;
        contention::are_too_many(others, plan.workers, cores).then(|| {
            format!("{} of other programs wanted a processor, too", count(others, "thread"))
        })
    }
}

/// The tasks of a pool, by number.
pub fn tasks<'a>(pool: &Pool, replay: &'a Replay) -> Vec<&'a Task> {
    replay.tasks().of(pool.res).map_or_else(Vec::new, results::last_attempts)
}

pub fn failures(meta: &Meta, tasks: &[&Task]) -> Vec<FailedTask> {
    let failed = tasks.iter().filter_map(|task| {
        let error = results::failure(meta, task)?.to_owned();
        Some(FailedTask { task: task.id.0, error })
    });
    failed.collect()
}

/// Tasks in the order in which the program had their results.
pub fn received(pool: &Pool, trace: &Trace) -> Vec<u32> {
    let taken = trace.events().iter().filter_map(|event| match event.kind {
        EventKind::ResultsTaken { res, task, count } if pool.res == res => {
            // A recording may say any number.
            Some(task.0..task.0.saturating_add(count.min(1 << 20)))
        }
        _ => None,
    });
    taken.flatten().collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::topics::Topic;
    use crate::topics::process_pool::ProcessPool;

    #[test]
    fn other_programs_disturb_those_who_compute() {
        let facts = vec![("cores".to_owned(), "2".to_owned())];
        let meta = Meta { facts, ..Meta::default() };
        let others = Others { all: vec![(Nanos(5), 0), (Nanos(9), 3)] };
        let plan = |preset| Plan::new(&ProcessPool.preset(preset).unwrap());
        let images = plan("a-thousand-images");
        assert_eq!(others.disturbed(&images, &meta, Nanos(8)), None);
        let said = others.disturbed(&images, &meta, Nanos(9)).unwrap();
        assert_eq!(said, "3 threads of other programs wanted a processor, too");
        assert_eq!(others.disturbed(&plan("uneven"), &meta, Nanos(9)), None, "sleep needs none");
        assert_eq!(others.disturbed(&plan("squares"), &meta, Nanos(9)), None, "one pool");
    }
}
