//! What came out of a run, as its trace tells.

use super::plan::{Plan, Program};
use super::tally::{self, WayTaken};
use super::{PROCESSES, THREADS, WAYS};
use crate::replay::{ActorState, Replay, Task};
use crate::topics::{Params, results};
use crate::trace::{
    ActorId, ActorKind, End, Home, Meta, ResourceId, ResourceKind, SectionId, Trace,
};
use serde::Serialize;
use serde_json::{Value as Json, json};

/// What came out of a run. The topic's documentation says what the fields are.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ProcessOutcome {
    /// The fields of its program.
    #[serde(flatten)]
    pub of: Json,
    messages: Vec<String>,
    /// Of the processes that began tasks.
    pub pids: Vec<u64>,
    worker_pids: Vec<u64>,
    /// How many tasks ran at once, at most.
    pub overlapping: usize,
}

impl ProcessOutcome {
    /// The outcome of a run with these parameters of the topic.
    pub fn with(params: &Params, trace: &Trace, replay: &Replay) -> Self {
        Self::of(&Plan::new(params), trace, replay)
    }

    /// The outcome of a run of this plan.
    pub fn of(plan: &Plan, trace: &Trace, replay: &Replay) -> Self {
        let run = Run { trace, replay, meta: trace.meta() };
        Self {
            of: match plan.program {
                Program::Messages | Program::Squares | Program::Images => run.tasks(),
                Program::Memory => run.memory(),
                Program::Crash => run.crash(plan),
                Program::Primes => run.primes(plan),
            },
            messages: results::messages(trace, |_| true),
            pids: tally::pids_at_work(trace, replay),
            worker_pids: tally::pids(trace, replay),
            overlapping: tally::overlapping(trace, replay),
        }
    }
}

/// A run that is over.
struct Run<'a> {
    trace: &'a Trace,
    replay: &'a Replay,
    meta: &'a Meta,
}

impl Run<'_> {
    fn tasks(&self) -> Json {
        let results = self.attempts().into_iter().map(|task| results::result(self.meta, task));
        json!({ "results": results.collect::<Vec<_>>(), "failed": self.failed() })
    }

    /// The last attempts at the tasks of the first pool.
    fn attempts(&self) -> Vec<&Task> {
        results::tasks(self.meta, self.replay).map_or_else(Vec::new, results::last_attempts)
    }

    /// What became of the tasks of the first pool that failed.
    fn failed(&self) -> Vec<Json> {
        let tasks = self.attempts().into_iter();
        tasks.filter_map(|task| results::failure(self.meta, task)).map(Json::from).collect()
    }

    fn memory(&self) -> Json {
        let threads = tally::variables(self.meta, THREADS).next();
        let mut copies = Vec::new();
        let mut children = 0;
        let [mut before, mut after] = [None; 2];
        for id in tally::variables(self.meta, PROCESSES) {
            let owner = match self.meta.resource(id).map(|variable| variable.home) {
                Some(Home::Process(child)) => child,
                _ => {
                    (before, after) = (self.first(id), self.last(id));
                    let Some(program) = tally::program(self.meta) else { continue };
                    copies.push(self.copy("parent".to_owned(), program, id));
                    continue;
                }
            };
            children += 1;
            // A killed process has no memory left.
            let ended = self.actor(owner).and_then(|owner| owner.end);
            if matches!(ended, Some((End::Normal | End::Exited(0), _))) {
                copies.push(self.copy(format!("child {children}"), owner, id));
            }
        }
        json!({
            "parent_before": before,
            "parent_after": after,
            "memory_copies": copies,
            "failed": self.failed(),
            "threads": {
                "address": threads.map_or_else(String::new, |id| self.address(id)),
                "before": threads.and_then(|id| self.first(id)),
                "after": threads.and_then(|id| self.last(id)),
            },
        })
    }

    fn copy(&self, process: String, owner: ActorId, id: ResourceId) -> Json {
        let pid = self.actor(owner).map_or(0, |owner| owner.os_id);
        let (address, value) = (self.address(id), self.last(id));
        json!({ "process": process, "pid": pid, "address": address, "value": value })
    }

    fn crash(&self, plan: &Plan) -> Json {
        let processes = self.meta.numbered(PROCESSES);
        let mut pools = tally::pools(self.trace);
        let pool = pools.find(|id| self.meta.resource(*id).is_some_and(|r| r.section == processes));
        let pool = pool.and_then(|pool| self.replay.latest().resource(pool));
        let survivors = pool.map_or(0, |pool| pool.pool.finished);
        let of_threads = tally::threads_that_finished(self.trace, self.replay);
        json!({
            "processes": self.crashed(plan, processes, survivors),
            "threads": self.crashed(plan, self.meta.numbered(THREADS), of_threads as u64),
        })
    }

    /// How the process of a section that failed ended, and how many finished.
    fn crashed(&self, plan: &Plan, section: Option<SectionId>, survivors: u64) -> Json {
        let mut processes = self.meta.actors_where(|actor| {
            actor.kind == ActorKind::Process && section.is_some() && actor.section == section
        });
        let failed = processes.find_map(|id| {
            let process = self.actor(id)?;
            match process.end?.0 {
                End::Killed(signal) => Some((process.os_id, Some(signal), None)),
                End::Exited(status) if status != 0 => Some((process.os_id, None, Some(status))),
                _ => None,
            }
        });
        json!({
            "started": plan.workers,
            "survivors": survivors,
            "failed_pid": failed.map(|(pid, ..)| pid),
            "signal": failed.and_then(|(_, signal, _)| signal),
            "exit_status": failed.and_then(|(.., status)| status),
        })
    }

    fn primes(&self, plan: &Plan) -> Json {
        let ways = tally::ways(self.meta, self.replay.latest(), self.trace.end());
        json!({
            "limit": plan.limit,
            "disturbed": tally::disturbed(&ways),
            "ways": ways.iter().map(|way| self.way(&ways, way)).collect::<Vec<_>>(),
        })
    }

    fn way(&self, ways: &[WayTaken], way: &WayTaken) -> Json {
        let mut found = self.meta.resources_of(ResourceKind::Value);
        let is_here = |id: &ResourceId| {
            self.meta.resource(*id).is_some_and(|found| found.section == Some(way.section))
        };
        json!({
            "way": WAYS.get(way.place).map_or("", |way| way.name),
            "wall_ns": way.wall.0,
            "cpu_ns": way.cpu().0,
            "actors": way.each.len(),
            "primes": found.find(is_here).and_then(|id| self.last(id)),
            "cpu_ns_each": way.each.iter().map(|(_, cpu)| cpu.0).collect::<Vec<_>>(),
            "speed_up": tally::fair_speed_up(ways, way),
        })
    }

    fn actor(&self, id: ActorId) -> Option<&ActorState> {
        self.replay.latest().actor(id)
    }

    /// What a variable held at first.
    fn first(&self, id: ResourceId) -> Option<i64> {
        self.meta.resource(id)?.initial.first()?.as_int()
    }

    /// What it holds in the end.
    fn last(&self, id: ResourceId) -> Option<i64> {
        self.replay.latest().resource(id)?.contents.front()?.as_int()
    }

    fn address(&self, id: ResourceId) -> String {
        let address = self.replay.latest().resource(id).and_then(|variable| variable.address);
        address.map_or_else(String::new, tally::hex)
    }
}
