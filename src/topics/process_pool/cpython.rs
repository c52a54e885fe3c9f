//! The same tasks on CPython's own two pools: `multiprocessing.Pool` and `concurrent.futures.ProcessPoolExecutor`.

use super::experiment::arg;
use super::plan::{JobKind, Plan};
use super::{EXECUTOR, PYTHON_POOL};
use crate::record::thread::Failure;
use crate::record::{Log, RemoteLog};
use crate::topics::Lab;
use crate::topics::cpython::{Peer, Program, Python, PythonError};
use crate::trace::{
    Actor, ActorId, End, EventKind, Home, Item, Nanos, Resource, ResourceId, ResourceKind,
    SectionId, TaskId, WaitEnd, WaitOp,
};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::{Value as Json, json};

/// The program it runs.
const PROGRAM: &str = concat!(
    include_str!("../../../assets/python/methods.py"),
    include_str!("../../../assets/python/pools.py")
);
/// How often everything may take as long as one task after another, on a machine that may be busy with other things.
const PATIENCE: u32 = 3;

/// Runs the plan's tasks on both, where there is a CPython; where there is none, or no more, that is on record.
pub fn run(lab: &Lab<'_>, plan: &Plan) -> Result<(), Failure> {
    let (log, program) = (lab.main, Program::new(PROGRAM, "pool").helper());
    let request = json!({ "method": plan.start_method });
    let mut peer = Peer::start(lab, program, &request, |_: IgnoredAny| ())?;
    let method = peer.method.clone();
    for (number, kind, short, name) in [
        (PYTHON_POOL, "pool", "Pool", Named { pool: "Pool", badge: 'P', is_executor: false }),
        (
            EXECUTOR,
            "executor",
            "executor",
            Named { pool: "executor", badge: 'E', is_executor: true },
        ),
    ] {
        peer.trial(true, |python| {
            let section = lab.section(format!("{} {short}, {method}", python.version()), number);
            let round = Round::new(lab, plan, python, section, name);
            log.in_section(section, || round.run(log, python, kind, &method))
        })?;
    }
    peer.end();
    Ok(())
}

/// What one of its pools is in the trace.
#[derive(Clone, Copy)]
struct Named {
    pool: &'static str,
    /// The letter of its workers.
    badge: char,
    is_executor: bool,
}

/// What the program tells.
#[derive(Deserialize)]
#[serde(tag = "what")]
enum Told {
    /// Nothing: it lives.
    #[serde(rename = "waits")]
    Waits,
    #[serde(rename = "handed in")]
    HandedIn,
    /// There is a process, which may not have come to anything yet.
    #[serde(rename = "spawned")]
    Spawned { pid: u64 },
    #[serde(rename = "started")]
    Started { pid: u64 },
    #[serde(rename = "began")]
    Began { pid: u64, task: u32 },
    #[serde(rename = "sleeps")]
    Sleeps { pid: u64, planned: u64 },
    #[serde(rename = "done")]
    Done { pid: u64, task: u32, value: Json },
    #[serde(rename = "killed")]
    Killed { pid: u64 },
    #[serde(rename = "ended")]
    Ended { pid: u64, code: Option<i32> },
    #[serde(rename = "result")]
    Result { task: u32 },
    #[serde(rename = "failed")]
    Failed { task: u32, error: String },
    #[serde(rename = "results")]
    Results { count: u32 },
    /// Nobody waits for this task any more, which runs on.
    #[serde(rename = "timed out")]
    TimedOut { task: u32 },
    /// Its map would have waited for ever.
    #[serde(rename = "gave up")]
    GaveUp,
    /// It ends its workers, whatever they do.
    #[serde(rename = "terminated")]
    Terminated,
}

struct Worker {
    pid: u64,
    log: RemoteLog,
    started: bool,
    sleeps: bool,
    idle: bool,
    ended: bool,
    replaced: bool,
}

impl Worker {
    fn starts(&mut self, res: ResourceId, at: Nanos) {
        if !std::mem::replace(&mut self.started, true) {
            self.log.push(at, EventKind::Started { os_id: self.pid });
            self.idles(res, at);
        }
    }

    fn idles(&mut self, res: ResourceId, at: Nanos) {
        self.idle = true;
        self.log.push(at, EventKind::WaitBegan { res, op: WaitOp::Task });
    }

    fn works(&mut self, res: ResourceId, at: Nanos) {
        if std::mem::take(&mut self.idle) {
            self.log.push(at, EventKind::WaitEnded { res, how: WaitEnd::Woken });
        }
    }

    fn wakes(&mut self, at: Nanos) {
        if std::mem::take(&mut self.sleeps) {
            self.log.push(at, EventKind::SleepEnded);
        }
    }
}

/// The run of one of the two.
struct Round<'a> {
    lab: &'a Lab<'a>,
    plan: &'a Plan,
    section: SectionId,
    res: ResourceId,
    python: ActorId,
    name: Named,
    workers: Vec<Worker>,
    /// The tasks that have neither ended nor failed.
    open: Vec<TaskId>,
    waiting: bool,
}

impl<'a> Round<'a> {
    fn new(
        lab: &'a Lab<'a>,
        plan: &'a Plan,
        python: &Python,
        section: SectionId,
        name: Named,
    ) -> Self {
        let pool = Resource::new(name.pool, ResourceKind::Pool)
            .as_executor(name.is_executor)
            .with_capacity(u32::try_from(plan.workers).unwrap_or(u32::MAX))
            .with_messages_each(plan.tasks_per_child)
            .at_home(Home::Shared)
            .in_section(Some(section));
        let res = lab.recorder.resource(pool);
        let (python, workers, open) = (python.actor(), Vec::new(), Vec::new());
        Self { lab, plan, section, res, python, name, workers, open, waiting: false }
    }

    fn run(
        mut self,
        log: &Log,
        python: &mut Python,
        kind: &str,
        method: &str,
    ) -> Result<(), PythonError> {
        let plan = self.plan;
        let jobs: Vec<Json> = (0..plan.tasks).map(|task| job(plan, task)).collect();
        let (kill, after) =
            plan.kill.map_or((-1, 0.0), |(task, after)| (i64::from(task), after.as_secs_f64()));
        let request = json!({
            "kind": kind,
            "method": method,
            "workers": plan.workers,
            "chunk": plan.chunk(),
            "tasks_per_child": plan.tasks_per_child,
            "timeout": plan.timeout.map_or(0.0, |timeout| timeout.as_secs_f64()),
            "kill": kill,
            "after": after,
            "jobs": jobs,
        });
        let work = PATIENCE * plan.whole_work();
        let listener = &mut |told: &Json, at: Nanos, log: &mut RemoteLog| self.take(told, at, log);
        python.ask_and_listen(log, &request, &[], work, listener).map(drop)
    }

    /// Puts on record what it tells.
    fn take(&mut self, told: &Json, at: Nanos, log: &mut RemoteLog) -> Result<(), PythonError> {
        let told = Told::deserialize(told).map_err(|error| PythonError::nonsense(&error))?;
        let (res, recorder) = (self.res, self.lab.recorder);
        match told {
            Told::Waits => {}
            Told::HandedIn => {
                for place in 0..self.plan.tasks {
                    let (task, arg) = (TaskId::from_index(place), arg(self.plan, place, false));
                    let item = arg.item(|text| recorder.text(text));
                    log.push(at, EventKind::TaskSubmitted { res, task, item });
                    self.open.push(task);
                }
                self.waiting = true;
                log.push(at, EventKind::WaitBegan { res, op: WaitOp::Result });
            }
            Told::Spawned { pid } => self.spawned(pid, at, log),
            Told::Started { pid } => {
                self.spawned(pid, at, log);
                self.of(pid, |worker| worker.starts(res, at));
            }
            Told::Began { pid, task } => {
                let task = TaskId(task);
                self.of(pid, |worker| {
                    worker.works(res, at);
                    worker.log.push(at, EventKind::TaskStarted { res, task });
                });
            }
            Told::Sleeps { pid, planned } => self.of(pid, |worker| {
                worker.sleeps = true;
                worker.log.push(at, EventKind::SleepBegan { planned: Nanos(planned) });
            }),
            Told::Done { pid, task, value } => {
                let task = TaskId(task);
                let value = value.as_i64().unwrap_or(0);
                let item = Item::try_int(value).unwrap_or(Item::NOTHING);
                self.of(pid, |worker| worker.wakes(at));
                // Whoever waited for it may have learned of the end of the pool first.
                if let Some(place) = self.open.iter().position(|open| *open == task) {
                    self.open.remove(place);
                    self.of(pid, |worker| {
                        worker.log.push(at, EventKind::TaskFinished { res, task, item });
                        worker.idles(res, at);
                    });
                }
            }
            Told::Killed { pid } => {
                let killed = self.workers.iter().find(|worker| worker.pid == pid);
                if let Some(to) = killed.map(|worker| worker.log.id()) {
                    log.push(at, EventKind::SignalSent { to, signal: SIGKILL });
                }
                self.ended(pid, at, End::Killed(SIGKILL));
            }
            Told::Ended { pid, code } => self.ended(
                pid,
                at,
                match code {
                    None | Some(0) => End::Normal,
                    Some(code @ 1..) => End::Exited(code),
                    Some(signal) => End::Killed(u8::try_from(-i64::from(signal)).unwrap_or(0)),
                },
            ),
            Told::Result { task } => self.had(task, at, log),
            Told::Results { count } => {
                log.push(at, EventKind::ResultsTaken { res, task: TaskId(0), count });
                self.waits_no_more(at, log, WaitEnd::Woken);
            }
            Told::Failed { task, error } => {
                self.had(task, at, log);
                let task = TaskId(task);
                if let Some(place) = self.open.iter().position(|open| *open == task) {
                    self.open.remove(place);
                    let error = recorder.text(&error);
                    log.push(at, EventKind::TaskFailed { res, task, error });
                }
            }
            Told::TimedOut { task } => {
                let text =
                    recorder.text("TimeoutError: nobody waits for task {} any more, which runs on");
                let args = [Item::of(i64::from(task)), Item::NOTHING];
                log.push(at, EventKind::Message { text, args });
            }
            Told::GaveUp => self.waits_no_more(at, log, WaitEnd::TimedOut),
            Told::Terminated => {
                self.waits_no_more(at, log, WaitEnd::Woken);
                for task in std::mem::take(&mut self.open) {
                    log.push(at, EventKind::TaskCancelled { res, task });
                }
            }
        }
        for worker in &self.workers {
            worker.log.promise(at);
        }
        Ok(())
    }

    /// The program has a result, or an error.
    fn had(&mut self, task: u32, at: Nanos, log: &mut RemoteLog) {
        log.push(at, EventKind::ResultsTaken { res: self.res, task: TaskId(task), count: 1 });
        if task as usize + 1 == self.plan.tasks {
            self.waits_no_more(at, log, WaitEnd::Woken);
        }
    }

    fn waits_no_more(&mut self, at: Nanos, log: &mut RemoteLog, how: WaitEnd) {
        if std::mem::take(&mut self.waiting) {
            log.push(at, EventKind::WaitEnded { res: self.res, how });
        }
    }

    /// Puts a process on record that is not there yet.
    fn spawned(&mut self, pid: u64, at: Nanos, log: &mut RemoteLog) {
        if self.workers.iter().any(|worker| worker.pid == pid && !worker.ended) {
            return;
        }
        let number = self.workers.len() + 1;
        let gone = self.workers.iter_mut().find(|worker| worker.ended && !worker.replaced);
        let before = gone.map(|worker| {
            worker.replaced = true;
            worker.log.id()
        });
        let Named { pool, badge, .. } = self.name;
        let actor = Actor::process(format!("{pool} worker {number}"), format!("{badge}{number}"))
            .started_by(self.python)
            .in_section(Some(self.section))
            .worker_of(self.res)
            .replacing(before);
        let remote = self.lab.recorder.remote(actor);
        log.push(at, EventKind::Spawned { child: remote.id() });
        self.workers.push(Worker {
            pid,
            log: remote,
            started: false,
            sleeps: false,
            idle: false,
            ended: false,
            replaced: false,
        });
    }

    fn of(&mut self, pid: u64, what: impl FnOnce(&mut Worker)) {
        if let Some(worker) = self.workers.iter_mut().rfind(|worker| worker.pid == pid) {
            what(worker);
        }
    }

    fn ended(&mut self, pid: u64, at: Nanos, end: End) {
        self.of(pid, |worker| {
            if !std::mem::replace(&mut worker.ended, true) {
                worker.log.push(at, EventKind::Ended(end));
            }
        });
    }
}

const SIGKILL: u8 = 9;

/// What Python is told of a task.
fn job(plan: &Plan, task: usize) -> Json {
    match plan.job {
        JobKind::Square => json!([task, "square", task + 1, 0]),
        JobKind::Sleep => json!([task, "sleep", plan.sleep(task), plan.is_doomed(task)]),
        JobKind::Primes => json!([task, "primes", plan.limit(task), 0]),
        JobKind::Image => json!([task, "image", plan.side(task), plan.seed(task)]),
    }
}
