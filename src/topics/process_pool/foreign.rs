//! What came of the same tasks on CPython's own pools, as the trace tells.

use super::numbers::{Numbers, Pool};
use super::outcome::{FailedTask, failures, received, tasks};
use super::{EXECUTOR, PYTHON_POOL};
use crate::replay::Replay;
use crate::replay::words::{agree, count, grouped};
use crate::topics::cpython::Part;
use crate::trace::{End, EventKind, Nanos, SIGKILL, Trace, WaitEnd};
use serde::Serialize;
use std::collections::HashSet;

/// CPython's part of an outcome. The topic's documentation says what the fields are.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct CPython {
    pub version: Option<String>,
    pub start_method: Option<String>,
    pub left_out: Option<String>,
    pub pool: Option<Foreign>,
    pub executor: Option<Foreign>,
}

/// One of its pools.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Foreign {
    pub received: usize,
    pub failed: Vec<FailedTask>,
    pub lost: Vec<u32>,
    pub waits: bool,
    pub killed: usize,
    #[serde(flatten)]
    pub numbers: Option<Numbers>,
}

impl CPython {
    /// CPython's part of a run.
    pub fn of(trace: &Trace, replay: &Replay) -> Self {
        let meta = trace.meta();
        let Part { version, method, left_out, .. } = Part::of(meta);
        let pools = Pool::all(meta);
        let of = |number| {
            let pool = pools.iter().find(|pool| {
                let section = pool.section.and_then(|id| meta.section(id));
                section.is_some_and(|section| section.number == number)
            });
            pool.map(|pool| Foreign::of(pool, trace, replay))
        };
        Self {
            version,
            start_method: method,
            left_out,
            pool: of(PYTHON_POOL),
            executor: of(EXECUTOR),
        }
    }

    /// What its pools did, in sentences.
    pub fn said(&self) -> String {
        let mut said = Vec::new();
        if let Some(why) = &self.left_out {
            said.push(format!("{why}."));
        }
        let version = self.version.as_deref().unwrap_or("CPython");
        let method = self.start_method.as_deref().unwrap_or("default");
        let pools = [("Pool.map", &self.pool), ("ProcessPoolExecutor", &self.executor)];
        for (name, pool) in pools {
            let Some(pool) = pool else { continue };
            // It was broken off with the program that it belonged to.
            if pool.received + pool.failed.len() == 0 && !pool.waits {
                continue;
            }
            let name = match said.is_empty() {
                true => format!("{version} ({method}): {name}"),
                false => name.to_owned(),
            };
            said.push(format!("{name} {}.", pool.said()));
        }
        said.join(" ")
    }
}

impl Foreign {
    fn of(pool: &Pool, trace: &Trace, replay: &Replay) -> Self {
        let tasks = tasks(pool, replay);
        let had: HashSet<u32> = received(pool, trace).into_iter().collect();
        let mut failed = failures(trace.meta(), &tasks);
        // Of the others the program never learned.
        failed.retain(|failed| had.contains(&failed.task));
        let lost = tasks.iter().map(|task| task.id.0).filter(|task| !had.contains(task)).collect();
        let waits = trace.events().iter().any(|event| {
            matches!(event.kind, EventKind::WaitEnded { res, how: WaitEnd::TimedOut } if res == pool.res)
        });
        let end = |worker| replay.latest().actor(worker).and_then(|actor| actor.end);
        let killed = pool.workers.iter().filter_map(|(worker, _)| end(*worker));
        Self {
            received: had.len().saturating_sub(failed.len()),
            failed,
            lost,
            waits,
            killed: killed.filter(|(end, _)| matches!(end, End::Killed(SIGKILL))).count(),
            numbers: Numbers::of(pool, replay, replay.latest(), trace.end()),
        }
    }

    /// What it did, without its name.
    fn said(&self) -> String {
        let tasks = self.received + self.failed.len() + self.lost.len();
        let took = self.numbers.as_ref().map_or(Nanos::ZERO, |numbers| numbers.wall);
        if self.waits {
            let done = self.numbers.as_ref().map_or(0, |numbers| numbers.processes);
            let were = count(done, "process");
            return format!(
                "still waited after {took}, when nothing was left to come: {were} had been started, and the lost task has no result. The lab ended it"
            );
        }
        if let Some(first) = self.failed.first() {
            let all = grouped(tasks);
            let failed = self.failed.len();
            let error = first.error.split(':').next().unwrap_or_default();
            return format!(
                "gave {} of {all}, and {error} for {failed} ({took})",
                count(self.received, "result")
            );
        }
        if !self.lost.is_empty() {
            let were = agree(self.lost.len(), "was", "were");
            return format!(
                "gave {} in {took}; {} {were} waited for no more, and the workers ran on with them",
                count(self.received, "result"),
                count(self.lost.len(), "task"),
            );
        }
        format!("gave all {} in {took}", count(self.received, "result"))
    }
}
