//! What really runs: the same tasks on one pool, or on one pool after another.

use super::jobs::SLEEPER;
use super::plan::{Against, Call, JobKind, Plan};
use super::points::Points;
use super::world::Kind;
use crate::record::Log;
use crate::record::thread::{self, Failure};
use crate::topics::pools::with_signals;
use crate::topics::words::several;
use crate::topics::{Lab, Outcome};
use crate::trace::{Actor, EventKind, Item, Role, SourceId, TaskId, TextId, WaitEnd, WaitOp};
use crate::workers::{Job, Pool, PoolOptions, TaskError, TaskOptions, Value};
use serde_json::json;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

type TaskResult = Result<Value, TaskError>;

/// How often the killer looks whether its task has begun.
const LOOK: Duration = Duration::from_micros(300);

/// One pool's turn.
struct Round<'a> {
    plan: &'a Plan,
    at: Points,
    options: PoolOptions,
    call: Call,
    chunk: usize,
    kill: Option<(u32, Duration)>,
    texts: Texts,
}

/// What came of the tasks.
#[derive(Default)]
struct Received {
    /// By task.
    results: Vec<Option<TaskResult>>,
    /// Tasks in the order in which their results were had.
    order: Vec<usize>,
}

#[derive(Clone, Copy)]
struct Texts {
    gave: TextId,
    failed: TextId,
}

/// Runs the plan; answers with all of the outcome that the trace does not tell.
///
/// # Errors
/// No processes are to be had, or the run was stopped.
pub fn run(lab: &Lab<'_>, plan: &Plan) -> Result<Outcome, Failure> {
    let mut round = Round::new(lab, plan);
    let received = round.run(lab)?;
    let mut outcome = received.into_outcome();
    outcome.insert("chunk".into(), json!(round.chunk));
    if let Some((kind, mut other)) = round.other(lab) {
        let failed = other.run(lab)?.failed();
        outcome.insert(kind.key().into(), json!({ "failed": failed }));
    }
    lab.main.step(round.at.end);
    Ok(outcome)
}

impl<'a> Round<'a> {
    fn new(lab: &Lab<'_>, plan: &'a Plan) -> Self {
        Self {
            plan,
            at: Points::new(lab, plan.call),
            options: PoolOptions {
                name: Kind::Reused.pool().to_owned(),
                worker: Kind::Reused.role(),
                worker_badge: Kind::Reused.letter(),
                tasks_per_child: plan.tasks_per_child,
                measure: true,
                send_ahead: !plan.is_balanced(),
                ..PoolOptions::new(plan.workers)
            },
            call: plan.call,
            chunk: plan.chunk(),
            kill: plan.kill,
            texts: Texts {
                gave: lab.text("task {} gave {}"),
                failed: lab.text("task {} failed: {}"),
            },
        }
    }

    /// The same tasks the other way, where they are to be compared.
    fn other(&self, lab: &Lab<'_>) -> Option<(Kind, Self)> {
        let one_each = match self.plan.against {
            Against::Nothing => return None,
            Against::OneEach => true,
            Against::LargeChunks => false,
        };
        let kind = if one_each { Kind::OneEach } else { Kind::LargeChunks };
        let call = match self.call {
            // Only a map knows chunks.
            Call::Apply | Call::ApplyAsync if !one_each => Call::Map,
            call => call,
        };
        let other = Self {
            plan: self.plan,
            options: PoolOptions {
                name: kind.pool().to_owned(),
                worker: kind.role(),
                worker_badge: kind.letter(),
                size: match self.call {
                    // There is one task at a time.
                    Call::Apply if one_each => 1,
                    _ if one_each => self.plan.workers.min(self.plan.tasks),
                    _ => self.plan.workers,
                },
                tasks_per_child: one_each.then_some(1),
                // Asking each new process would make the other way look slower than it is.
                measure: !one_each,
                ..self.options.clone()
            },
            call,
            chunk: if one_each { 1 } else { self.plan.large_chunk() },
            kill: None,
            at: Points { start: self.at.again, ..Points::new(lab, call) },
            texts: self.texts,
        };
        Some((kind, other))
    }

    fn run(&mut self, lab: &Lab<'_>) -> Result<Received, Failure> {
        let received = run_pool(lab, self)?;
        // All of them failed because there are no workers: so did the run.
        let lost = |r: &Option<TaskResult>| matches!(r, Some(Err(TaskError::NoWorkers(_))));
        match received.results.iter().find(|r| lost(r)) {
            Some(Some(Err(error))) => Err(error.clone().into()),
            _ => Ok(received),
        }
    }

    fn args(&self) -> Vec<Value> {
        (0..self.plan.tasks).map(|task| self.arg(task)).collect()
    }

    fn arg(&self, task: usize) -> Value {
        let plan = self.plan;
        match plan.job {
            JobKind::Square => Value::Int(task as i64 + 1),
            JobKind::Sleep => {
                let micros = (plan.sleep(task) * 1e6).round() as i64;
                let mut given = vec![task as i64, micros];
                if self.kill.is_some() && plan.is_doomed(task) {
                    given.push(1);
                }
                Value::Ints(given)
            }
            JobKind::Primes => Value::Int(plan.limit(task)),
            JobKind::Image => Value::Ints(vec![plan.side(task), plan.seed(task)]),
        }
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

// What stands between the marks is the Rust listing that the user sees. Lines that end in `//-` only tell the
// recording which line comes next; they are left out there.
// listing: begin
fn run_pool(lab: &Lab<'_>, round: &Round<'_>) -> Result<Received, Failure> {
    let (log, at) = (lab.main, round.at); //-
    log.line(at.start); //-
    let pool = Pool::start(log, round.options.clone())?; //@ main.start main.again
    let signaller = pool.signaller();
    let over = AtomicBool::new(false);
    let received = thread::scope(log, |scope| {
        if let Some((task, after)) = round.kill {
            let (pool, over) = (&pool, &over);
            let kill = move |log: &Log| kill(log, pool, TaskId(task), after, over, at.kill);
            scope.spawn(killer(log), kill).map_err(no_thread)?;
        }
        let received = with_signals(lab, &signaller, || call(log, &pool, round));
        over.store(true, Ordering::Release);
        received
    })?;
    log.line(at.join); //-
    pool.join(log)?; //@ main.join
    Ok(received)
}

fn call(log: &Log, pool: &Pool, round: &Round<'_>) -> Result<Received, Failure> {
    let (job, args, options) = (round.job(), round.args(), round.task_options());
    let mut received = Received::of(args.len());
    let at = round.at; //-
    log.line(at.submit); //-
    match round.call {
        Call::Map => {
            let map = pool.map_async(log, job, args, Some(round.chunk), options)?; //@ main.submit.map
            log.line(at.result); //-
            received.all(log, map.outcomes(log)?); //@ main.result.map
        }
        Call::Imap | Call::ImapUnordered => {
            let in_order = round.call == Call::Imap;
            let map = pool.map_async(log, job, args, Some(round.chunk), options)?; //@ main.submit.imap main.submit.imap_unordered
            let mut results = map.one_by_one(in_order);
            let mut next = || results.next(log); //@ main.result.imap main.result.imap_unordered
            log.line(at.result); //-
            while let Some((task, result)) = next() {
                received.one(log, task, result, &round.texts);
            }
        }
        Call::Apply => {
            for (task, arg) in args.into_iter().enumerate() {
                log.line(at.submit); //-
                let result = pool.apply_with(log, Job::new(job, arg), options); //@ main.submit.apply
                log.line(at.result); //-
                received.one(log, task, result, &round.texts); //@ main.result.apply
            }
        }
        Call::ApplyAsync => {
            let (order, texts) = (Arc::new(Mutex::new(Vec::new())), round.texts);
            let mut handles = Vec::new();
            for (task, arg) in args.into_iter().enumerate() {
                let order = Arc::clone(&order);
                let callback = Box::new(move |log: &Log, result: &TaskResult| {
                    say(log, task, result, &texts);
                    order.lock().unwrap_or_else(PoisonError::into_inner).push(task);
                });
                handles.push(pool.apply_async(log, Job::new(job, arg), options, callback)?); //@ main.submit.apply_async
            }
            log.line(at.result); //-
            for (task, handle) in handles.into_iter().enumerate() {
                received.results[task] = Some(handle.result(log)); //@ main.result.apply_async
            }
            received.called_back(log, &order)?;
        }
    }
    log.check()?;
    Ok(received)
}

fn kill(
    log: &Log,
    pool: &Pool,
    task: TaskId,
    after: Duration,
    over: &AtomicBool,
    at: SourceId, //-
) -> Result<(), Failure> {
    let begun = || pool.workers().into_iter().find(|w| w.ready && w.task == Some(task));
    let Some(worker) = watch(log, pool, over, begun)? else {
        return Ok(());
    };
    log.sleep(after)?;
    log.line(at); //-
    pool.signaller().signal(log, worker.actor, SIGKILL); //@ killer.kill
    Ok(())
}
// listing: end

const SIGKILL: u8 = 9;

/// Looks again and again, on record as a wait, until there is something or the pool is no longer used.
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

fn no_thread(error: std::io::Error) -> Failure {
    Failure::Error(format!("could not start a thread: {error}; close other programs and try again"))
}

fn killer(parent: &Log) -> Actor {
    Actor::thread("killer", "K").started_by(parent.id()).with_role(Role::Helper)
}

/// A result as it is had, said aloud.
fn say(log: &Log, task: usize, result: &TaskResult, texts: &Texts) {
    let text = |text: &str| Item::text(log.recorder().text(text));
    let number = Item::try_int(task as i64).unwrap_or(Item::NOTHING);
    match result {
        Ok(value) => {
            let small = value.as_int().and_then(Item::try_int);
            let given = small.unwrap_or_else(|| text(&value.to_string()));
            log.say(texts.gave, [number, given]);
        }
        Err(error) => log.say(texts.failed, [number, text(&error.to_string())]),
    }
}

impl Received {
    fn of(tasks: usize) -> Self {
        Self { results: vec![None; tasks], order: Vec::with_capacity(tasks) }
    }

    fn one(&mut self, log: &Log, task: usize, result: TaskResult, texts: &Texts) {
        if matches!(result, Err(TaskError::Stopped)) {
            return;
        }
        say(log, task, &result, texts);
        self.order.push(task);
        self.results[task] = Some(result);
    }

    fn all(&mut self, log: &Log, results: Vec<TaskResult>) {
        let failed = results.iter().filter(|r| r.is_err()).count();
        let had = several(results.len() - failed, "result");
        let said = format!("{had}, {}", several(failed, "failed task"));
        let said = log.recorder().text(&said);
        log.say(said, [Item::NOTHING; 2]);
        self.order.extend(0..results.len());
        self.results = results.into_iter().map(Some).collect();
    }

    /// Waits for the last callback, which may come after the result it was called with.
    fn called_back(&mut self, log: &Log, order: &Mutex<Vec<usize>>) -> Result<(), Failure> {
        let order = || order.lock().unwrap_or_else(PoisonError::into_inner);
        while order().len() < self.results.len() {
            log.hold(LOOK)?;
        }
        self.order = std::mem::take(&mut *order());
        Ok(())
    }

    fn failed(&self) -> Vec<serde_json::Value> {
        let errors = self.results.iter().enumerate().filter_map(|(task, r)| {
            let error = r.as_ref()?.as_ref().err()?;
            Some(json!({"task": task, "error": error.to_string()}))
        });
        errors.collect()
    }

    fn into_outcome(self) -> Outcome {
        let mut outcome = Outcome::new();
        outcome.insert("failed".into(), json!(self.failed()));
        let results = self.results.into_iter().map(|result| match result {
            Some(Ok(Value::Int(value))) => json!(value),
            Some(Ok(value)) => json!(value.to_string()),
            Some(Err(_)) | None => serde_json::Value::Null,
        });
        outcome.insert("results".into(), results.collect());
        outcome.insert("received_order".into(), json!(self.order));
        outcome
    }
}
