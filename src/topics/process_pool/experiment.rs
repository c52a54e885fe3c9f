//! The experiment: the same tasks on one pool, or on one pool after another.

use super::jobs::SLEEPER;
use super::plan::{Against, Call, JobKind, Plan};
use super::{FIRST, SECOND, cpython};
use crate::record::Log;
use crate::record::thread::{self, Failure};
use crate::replay::words::count;
use crate::topics::pools::with_signals;
use crate::topics::{Lab, contention};
use crate::trace::{
    Actor, EventKind, Item, Nanos, ResourceId, Role, SIGKILL, SectionId, TaskId, WaitEnd, WaitOp,
};
use crate::workers::{Job, Pool, PoolOptions, TaskError, TaskOptions, Value};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

type TaskResult = Result<Value, TaskError>;

/// The interval at which the killer checks whether its task has begun.
const LOOK: Duration = Duration::from_micros(300);

/// The run of one pool.
struct Round<'a> {
    plan: &'a Plan,
    /// The section from asking for the pool to the end of its last process.
    section: SectionId,
    /// Where the pool is made: of the second one elsewhere.
    start: &'static str,
    /// Where tasks are handed in and where results are waited for: each call is a branch of the program.
    submit: String,
    result: String,
    options: PoolOptions,
    call: Call,
    chunk: usize,
    kill: Option<(u32, Duration)>,
}

/// The points of a call.
fn branch(call: Call) -> [String; 2] {
    ["main.submit", "main.result"].map(|name| format!("{name}.{}", call.key()))
}

/// Runs the plan.
///
/// # Errors
/// No process could be started, or the run was stopped.
pub fn run(lab: &Lab<'_>, plan: &Plan) -> Result<(), Failure> {
    let [first, second] = plan.names();
    let first = Round::new(plan, lab.section(first, FIRST));
    if plan.against == Against::Nothing {
        first.run(lab)?;
    } else if plan.against == Against::CPython {
        first.run(lab)?;
        cpython::run(lab, plan)?;
    } else {
        let second = first.other(lab.section(second, SECOND));
        contention::tell_cores(lab);
        contention::note_others(lab.main);
        first.run(lab)?;
        contention::note_others(lab.main);
        second.run(lab)?;
        contention::note_others(lab.main);
    }
    lab.main.step_at("main.end");
    Ok(())
}

impl<'a> Round<'a> {
    fn new(plan: &'a Plan, section: SectionId) -> Self {
        let [submit, result] = branch(plan.call);
        Self {
            plan,
            section,
            start: "main.start",
            submit,
            result,
            options: PoolOptions {
                tasks_per_child: plan.tasks_per_child,
                measure: true,
                send_ahead: !plan.is_balanced(),
                section: Some(section),
                ..PoolOptions::new(plan.workers)
            },
            call: plan.call,
            chunk: plan.chunk(),
            kill: plan.kill,
        }
    }

    /// The second pool, which runs the same tasks another way.
    fn other(&self, section: SectionId) -> Self {
        let one_each = self.plan.against == Against::OneEach;
        let (worker, worker_badge) = match one_each {
            true => ("process", 'P'),
            false => ("chunk worker", 'C'),
        };
        let call = match self.call {
            // Only a map has chunks.
            Call::Apply | Call::ApplyAsync if !one_each => Call::Map,
            call => call,
        };
        let [submit, result] = branch(call);
        Self {
            plan: self.plan,
            section,
            options: PoolOptions {
                section: Some(section),
                worker,
                worker_badge,
                size: match self.call {
                    // `apply` has one task at a time.
                    Call::Apply if one_each => 1,
                    _ if one_each => self.plan.workers.min(self.plan.tasks),
                    _ => self.plan.workers,
                },
                tasks_per_child: one_each.then_some(1),
                // Measuring the memory of each new process would make this pool look slower than it is.
                measure: !one_each,
                ..self.options.clone()
            },
            call,
            chunk: if one_each { 1 } else { self.plan.large_chunk() },
            kill: None,
            start: "main.again",
            submit,
            result,
        }
    }

    fn run(&self, lab: &Lab<'_>) -> Result<(), Failure> {
        let (log, section) = (lab.main, self.section);
        log.at(self.start);
        match log.in_section(section, || run_pool(lab, self))? {
            // All tasks failed for want of workers, so the run failed.
            Some(error) => Err(error.into()),
            None => Ok(()),
        }
    }

    fn args(&self) -> Vec<Value> {
        let doomed = |task| self.kill.is_some() && self.plan.is_doomed(task);
        (0..self.plan.tasks).map(|task| arg(self.plan, task, doomed(task))).collect()
    }

    fn job(&self) -> &'static str {
        match self.plan.job {
            JobKind::Square => "square",
            JobKind::Sleep => SLEEPER,
            JobKind::Primes => "count-primes",
            JobKind::Image => "image",
        }
    }

    fn task_options(&self) -> TaskOptions {
        TaskOptions { timeout: self.plan.timeout, retries: self.plan.retries }
    }
}

/// What a task is told; `doomed`: that its worker will be killed in it.
pub fn arg(plan: &Plan, task: usize, doomed: bool) -> Value {
    match plan.job {
        JobKind::Square => Value::Int(task as i64 + 1),
        JobKind::Sleep => {
            let micros = (plan.sleep(task) * 1e6).round() as i64;
            let mut given = vec![task as i64, micros];
            given.extend(doomed.then_some(1));
            let slept = Nanos(micros.unsigned_abs() * 1000);
            Value::Labelled(format!("sleep {slept}"), given)
        }
        JobKind::Primes => Value::Int(plan.limit(task)),
        JobKind::Image => {
            let side = plan.side(task);
            Value::Labelled(format!("{side} × {side}"), vec![side, plan.seed(task)])
        }
    }
}

// What stands between the marks is the Rust listing that the user sees. Lines that end in `//-` only tell the
// recording which line comes next; they are left out there.
// listing: begin
fn run_pool(lab: &Lab<'_>, round: &Round<'_>) -> Result<Option<TaskError>, Failure> {
    let log = lab.main; //-
    let pool = Pool::start(log, round.options.clone())?; //@ main.start main.again
    let signaller = pool.signaller();
    let results = Arc::new(Results::new(&pool)); //-
    let over = AtomicBool::new(false);
    thread::scope(log, |scope| {
        if let Some((task, after)) = round.kill {
            let (pool, over) = (&pool, &over);
            let kill = move |log: &Log| kill(log, pool, TaskId(task), after, over);
            scope.spawn(killer(log), kill)?;
        }
        let called = with_signals(lab, &signaller, || call(log, &pool, round, &results));
        over.store(true, Ordering::Release);
        called
    })?;
    log.at("main.join"); //-
    pool.join(log)?; //@ main.join
    Ok(results.no_workers())
}

fn call(log: &Log, pool: &Pool, round: &Round<'_>, results: &Arc<Results>) -> Result<(), Failure> {
    let (job, args, options) = (round.job(), round.args(), round.task_options());
    log.at(&round.submit); //-
    match round.call {
        Call::Map => {
            let map = pool.map_async(log, job, args, Some(round.chunk), options)?; //@ main.submit.map
            log.at(&round.result); //-
            results.take_all(log, &map.outcomes(log)?); //@ main.result.map
        }
        Call::Imap | Call::ImapUnordered => {
            let in_order = round.call == Call::Imap;
            let map = pool.map_async(log, job, args, Some(round.chunk), options)?; //@ main.submit.imap main.submit.imap_unordered
            let mut each = map.one_by_one(in_order);
            let mut next = || each.next(log); //@ main.result.imap main.result.imap_unordered
            log.at(&round.result); //-
            while let Some((task, result)) = next() {
                results.take(log, task, &result);
            }
        }
        Call::Apply => {
            for (task, arg) in args.into_iter().enumerate() {
                log.at(&round.submit); //-
                let result = pool.apply_with(log, Job::new(job, arg), options); //@ main.submit.apply
                log.at(&round.result); //-
                results.take(log, task, &result); //@ main.result.apply
            }
        }
        Call::ApplyAsync => {
            let mut handles = Vec::new();
            for (task, arg) in args.into_iter().enumerate() {
                let results = Arc::clone(results);
                let callback =
                    Box::new(move |log: &Log, result: &TaskResult| results.take(log, task, result));
                handles.push(pool.apply_async(log, Job::new(job, arg), options, callback)?); //@ main.submit.apply_async
            }
            log.at(&round.result); //-
            for handle in &handles {
                let _ = handle.result(log); //@ main.result.apply_async
            }
            results.called_back(log, handles.len())?;
        }
    }
    Ok(log.check()?)
}

fn kill(
    log: &Log,
    pool: &Pool,
    task: TaskId,
    after: Duration,
    over: &AtomicBool,
) -> Result<(), Failure> {
    let begun = || pool.workers().into_iter().find(|w| w.ready && w.task == Some(task));
    let Some(worker) = watch(log, pool, over, begun)? else {
        return Ok(());
    };
    log.sleep(after)?;
    log.at("killer.kill"); //-
    pool.signaller().signal(log, worker.actor, SIGKILL); //@ killer.kill
    Ok(())
}
// listing: end

/// Polls until `look` finds something or the pool is no longer used. The trace shows a wait.
fn watch<T>(
    log: &Log,
    pool: &Pool,
    over: &AtomicBool,
    look: impl Fn() -> Option<T>,
) -> Result<Option<T>, Failure> {
    let (res, op) = (pool.resource(), WaitOp::Wait);
    log.record(EventKind::WaitBegan { res, op });
    let (found, how) = loop {
        let found = look();
        if found.is_some() || over.load(Ordering::Acquire) {
            break (found, WaitEnd::Woken);
        }
        if log.hold(LOOK).is_err() {
            break (None, WaitEnd::Cancelled);
        }
    };
    log.record(EventKind::WaitEnded { res, how });
    log.check()?;
    Ok(found)
}

fn killer(parent: &Log) -> Actor {
    Actor::thread("killer", "K").started_by(parent.id()).with_role(Role::Helper)
}

/// Receives results and records that.
struct Results {
    pool: ResourceId,
    taken: Mutex<Taken>,
}

#[derive(Default)]
struct Taken {
    count: usize,
    /// The error of the first task that failed for want of workers.
    no_workers: Option<TaskError>,
}

impl Results {
    fn new(pool: &Pool) -> Self {
        Self { pool: pool.resource(), taken: Mutex::default() }
    }

    /// Receives the result of one task, and says it.
    fn take(&self, log: &Log, task: usize, result: &TaskResult) {
        if matches!(result, Err(TaskError::Stopped)) {
            return;
        }
        let id = TaskId::from_index(task);
        log.record(EventKind::ResultsTaken { res: self.pool, task: id, count: 1 });
        let text = |text: &str| log.recorder().text(text);
        let number = Item::of(task as i64);
        match result {
            Ok(value) => {
                let small = value.as_int().and_then(Item::try_int);
                let given = small.unwrap_or_else(|| Item::text(text(&value.to_string())));
                log.say(text("task {} gave {}"), [number, given]);
            }
            Err(error) => {
                let why = Item::text(text(&error.to_string()));
                log.say(text("task {} failed: {}"), [number, why]);
            }
        }
        self.note(1, [result]);
    }

    /// Receives the results of all tasks at once.
    fn take_all(&self, log: &Log, results: &[TaskResult]) {
        let tasks = u32::try_from(results.len()).unwrap_or(u32::MAX);
        log.record(EventKind::ResultsTaken { res: self.pool, task: TaskId(0), count: tasks });
        let failed = results.iter().filter(|r| r.is_err()).count();
        let had = count(results.len() - failed, "result");
        let said = format!("{had}, {}", count(failed, "failed task"));
        log.say(log.recorder().text(&said), [Item::NOTHING; 2]);
        self.note(results.len(), results);
    }

    fn note<'a>(&self, count: usize, results: impl IntoIterator<Item = &'a TaskResult>) {
        let mut failures = results.into_iter().filter_map(|result| result.as_ref().err());
        let no_workers = failures.find(|error| matches!(error, TaskError::NoWorkers(_)));
        let mut taken = self.taken();
        taken.count += count;
        taken.no_workers = taken.no_workers.take().or_else(|| no_workers.cloned());
    }

    fn taken(&self) -> std::sync::MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for the last callback, which may run after `result` has returned.
    fn called_back(&self, log: &Log, count: usize) -> Result<(), Failure> {
        while self.taken().count < count {
            log.hold(LOOK)?;
        }
        Ok(())
    }

    fn no_workers(&self) -> Option<TaskError> {
        self.taken().no_workers.clone()
    }
}
