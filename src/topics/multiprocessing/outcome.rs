//! What came out of a run, as its trace tells.

use super::plan::{Plan, Program};
use super::tally::{self, WayTaken};
use super::{PROCESSES, THREADS, WAYS};
use crate::replay::{ActorState, Replay};
use crate::topics::results;
use crate::trace::{
    ActorId, ActorKind, End, Home, Meta, Resource, ResourceId, ResourceKind, SectionId, Trace,
};
use serde::Serialize;
use serde_json::Value as Json;

/// What came out of a run. The topic's documentation says what the fields are.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ProcessOutcome {
    /// What its program is about.
    #[serde(flatten)]
    pub of: Of,
    /// What was said, in order.
    pub messages: Vec<String>,
    /// The distinct PIDs of those who began tasks, in the order they first did.
    pub pids: Vec<u64>,
    /// The PIDs of the child processes, in the order they were started.
    pub worker_pids: Vec<u64>,
    /// How many tasks ran at once, at most.
    pub overlapping: usize,
}

/// What came out of each kind of program.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Of {
    /// Of tasks on a pool.
    Tasks {
        /// By task.
        results: Vec<Json>,
        /// Why tasks have none.
        failed: Vec<String>,
    },
    /// Of a variable that processes change, and one that threads change.
    Memory {
        /// The parent's variable at first.
        parent_before: Option<i64>,
        /// The parent's variable in the end.
        parent_after: Option<i64>,
        /// Each process's copy of it in the end.
        memory_copies: Vec<Copy>,
        /// The variable of the threads.
        threads: Changed,
    },
    /// Of a process that fails, and a thread that does.
    Crash {
        /// Among processes.
        processes: Crashed,
        /// Among threads of one process.
        threads: Crashed,
    },
    /// Of one computation, four ways.
    Primes {
        /// The primes below it were counted.
        limit: i64,
        /// What shows that other programs had the processors.
        disturbed: Option<String>,
        /// The ways, in the order they were tried.
        ways: Vec<WayDone>,
    },
}

/// A process's copy of a variable.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Copy {
    /// "parent", "child 1".
    pub process: String,
    /// Its PID.
    pub pid: u64,
    /// Where the copy is in its memory.
    pub address: String,
    /// What it holds.
    pub value: Option<i64>,
}

/// A variable that was changed.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Changed {
    /// Where it is.
    pub address: String,
    /// What it held at first.
    pub before: Option<i64>,
    /// What it holds in the end.
    pub after: Option<i64>,
}

/// What a failure left.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Crashed {
    /// How many there were.
    pub started: i64,
    /// How many finished.
    pub survivors: usize,
    /// The PID of the process that failed.
    pub failed_pid: Option<u64>,
    /// The signal that ended it.
    pub signal: Option<u8>,
    /// The status it exited with, where no signal ended it.
    pub exit_status: Option<i32>,
}

/// How one way went.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct WayDone {
    /// Its name.
    pub way: &'static str,
    /// How long it took.
    pub wall_ns: u64,
    /// Processor time of all who worked, together.
    pub cpu_ns: u64,
    /// How many worked.
    pub actors: usize,
    /// What they found.
    pub primes: Option<i64>,
    /// Processor time of each.
    pub cpu_ns_each: Vec<u64>,
    /// How many times faster than the first way.
    pub speed_up: Option<f64>,
}

impl ProcessOutcome {
    /// That of a run that is over, with these parameters.
    pub fn of(plan: &Plan, trace: &Trace, replay: &Replay) -> Self {
        let run = Run { trace, replay, meta: trace.meta() };
        Self {
            of: match plan.program {
                Program::Messages | Program::Squares | Program::Images => run.tasks(),
                Program::Memory => run.memory(),
                Program::Crash => run.crash(plan),
                Program::Primes => run.primes(plan),
            },
            messages: tally::messages(trace),
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
    fn tasks(&self) -> Of {
        let pool = tally::pools(self.trace).next();
        let tasks = pool.and_then(|pool| self.replay.tasks().of(pool));
        let tasks = tasks.map_or_else(Vec::new, results::last_attempts);
        let failures = tasks.iter().filter_map(|task| results::failure(self.meta, task));
        Of::Tasks {
            results: tasks.iter().map(|task| results::result(self.meta, task)).collect(),
            failed: failures.map(str::to_owned).collect(),
        }
    }

    fn memory(&self) -> Of {
        let threads = self.variables(THREADS).next();
        let mut copies = Vec::new();
        let mut children = 0;
        let [mut before, mut after] = [None; 2];
        for id in self.variables(PROCESSES) {
            let owner = match self.resource(id).map(|variable| variable.home) {
                Some(Home::Process(child)) => child,
                _ => {
                    (before, after) = (self.first(id), self.last(id));
                    let Some(program) = tally::program(self.meta) else { continue };
                    copies.push(self.copy("parent".to_owned(), program, id));
                    continue;
                }
            };
            children += 1;
            // Of a process that was killed there is no memory left.
            let ended = self.actor(owner).and_then(|owner| owner.end);
            if matches!(ended, Some((End::Normal | End::Exited(0), _))) {
                copies.push(self.copy(format!("child {children}"), owner, id));
            }
        }
        Of::Memory {
            parent_before: before,
            parent_after: after,
            memory_copies: copies,
            threads: threads.map_or_else(Changed::default, |id| Changed {
                address: self.address(id),
                before: self.first(id),
                after: self.last(id),
            }),
        }
    }

    fn crash(&self, plan: &Plan) -> Of {
        let survivors = |section: Option<SectionId>| {
            let mut pools = tally::pools(self.trace);
            let pool = pools.find(|id| self.resource(*id).is_some_and(|r| r.section == section));
            let pool = pool.and_then(|pool| self.replay.latest().resource(pool));
            pool.map_or(0, |pool| usize::try_from(pool.pool.finished).unwrap_or(usize::MAX))
        };
        let [processes, threads] =
            [PROCESSES, THREADS].map(|number| tally::section(self.meta, number));
        Of::Crash {
            processes: Crashed { survivors: survivors(processes), ..self.crashed(plan, processes) },
            threads: Crashed {
                survivors: tally::threads_that_finished(self.trace, self.replay),
                ..self.crashed(plan, threads)
            },
        }
    }

    /// How the process of a section that failed ended.
    fn crashed(&self, plan: &Plan, section: Option<SectionId>) -> Crashed {
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
        Crashed {
            started: plan.workers,
            survivors: 0,
            failed_pid: failed.map(|(pid, ..)| pid),
            signal: failed.and_then(|(_, signal, _)| signal),
            exit_status: failed.and_then(|(.., status)| status),
        }
    }

    fn primes(&self, plan: &Plan) -> Of {
        let ways = tally::ways(self.meta, self.replay.latest(), self.trace.end());
        let done = ways.iter().map(|way| self.way(&ways, way));
        let disturbed = tally::disturbed(&ways);
        Of::Primes { limit: plan.limit, disturbed, ways: done.collect() }
    }

    fn way(&self, ways: &[WayTaken], way: &WayTaken) -> WayDone {
        let mut found = self.meta.resources_of(ResourceKind::Value);
        let found =
            found.find(|id| self.resource(*id).is_some_and(|r| r.section == Some(way.section)));
        WayDone {
            way: WAYS.get(way.place).map_or("", |way| way.name),
            wall_ns: way.wall.0,
            cpu_ns: way.cpu().0,
            actors: way.each.len(),
            primes: found.and_then(|id| self.last(id)),
            cpu_ns_each: way.each.iter().map(|(_, cpu)| cpu.0).collect(),
            speed_up: tally::speed_up(ways, way),
        }
    }

    fn actor(&self, id: ActorId) -> Option<&ActorState> {
        self.replay.latest().actor(id)
    }

    fn resource(&self, id: ResourceId) -> Option<&Resource> {
        self.meta.resource(id)
    }

    /// The variables of a section.
    fn variables(&self, number: u32) -> impl Iterator<Item = ResourceId> + '_ {
        let section = tally::section(self.meta, number);
        let all = self.meta.resources_of(ResourceKind::Value);
        all.filter(move |id| {
            section.is_some() && self.resource(*id).is_some_and(|r| r.section == section)
        })
    }

    /// What a variable held at first.
    fn first(&self, id: ResourceId) -> Option<i64> {
        self.resource(id)?.initial.first()?.as_int()
    }

    /// What it holds in the end.
    fn last(&self, id: ResourceId) -> Option<i64> {
        self.replay.latest().resource(id)?.contents.front()?.as_int()
    }

    fn address(&self, id: ResourceId) -> String {
        let address = self.replay.latest().resource(id).and_then(|variable| variable.address);
        address.map_or_else(String::new, tally::hex)
    }

    fn copy(&self, process: String, owner: ActorId, id: ResourceId) -> Copy {
        let pid = self.actor(owner).map_or(0, |owner| owner.os_id);
        Copy { process, pid, address: self.address(id), value: self.last(id) }
    }
}
