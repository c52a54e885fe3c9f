//! Topic 2, `process-pool`: a fixed set of worker processes takes tasks from one queue.
//!
//! Fields of the outcome:
//! - `results`: what came of each task, by task; null where it failed. A square, a PID (sleep), a number of primes, a
//!   checksum (image).
//! - `failed`: the tasks that failed, with the `error` of each.
//! - `received_order`: tasks in the order in which the program had their results (which depends on the call);
//!   `completion_order`: in the order in which workers were done with them.
//! - `chunk`: how many tasks travelled together.
//! - `done_by`: PID that began each task, by task (its last attempt; 0 where nobody did); `pids`: the distinct ones of those;
//!   `worker_pids`: of all processes that started, whether or not they did a task, in the order they were started.
//! - `messages`: what the workers said, in order.
//! - `killed`: workers that a signal killed before the pool was done.
//! - Numbers of the pool:
//!   - `wall_ns`: from asking for the first process to the end of the last one.
//!   - `start_ns`: until the workers it began with were all there.
//!   - `processes`: how many were started in all.
//!   - `utilisation`: time spent in tasks ÷ (workers × time from the first process to the last result).
//!   - `mean_queue_wait_ns`: from a task's submission to its beginning.
//!   - `overhead_per_task_ns`: from when both the task and a place for it were there (the place's last task had ended, or the pool was
//!     asked for) until it began. So it has the start of processes and the messages in it, but no waiting for other tasks.
//!   - `tasks_per_worker`: tasks begun by each process, in the order they were started.
//!   - `busiest_ns`, `least_busy_ns`: time in tasks of the place that was busy longest, and least.
//!   - `own_memory_bytes`: of each worker as measured last: memory that is its alone.
//! - `one_process_each` or `large_chunks`: the same numbers of the second pool, where there was one, and its `failed`.
//! - `saved_by_reuse_ns`: with `one_process_each`, how much longer that took; measured. Null where a task failed in
//!   either pool: they did not do the same work.

mod done;
#[cfg(unix)]
mod experiment;
#[cfg(unix)]
mod jobs;
mod numbers;
mod plan;
#[cfg(unix)]
mod points;
mod spec;
mod stage;
mod world;

#[cfg(unix)]
pub use jobs::JOBS;

use super::{About, Lab, Language, Listing, Outcome, Params, Topic};
use crate::record::thread::Failure;
use crate::replay::{Replay, TaskStage};
use crate::trace::{End, EventKind, Trace};
use crate::widgets::stage::Stage;
use done::Done;
use numbers::Numbers;
use serde_json::json;
use std::collections::HashSet;
use world::{Kind, Side, Sides};

/// The topic.
pub struct ProcessPool;

static ABOUT: About = About {
    id: "process-pool",
    title: "Process pool",
    question: "A fixed set of worker processes takes tasks from one queue. What does reuse buy?",
    explanation: include_str!("../../../assets/explain/process-pool.md"),
    params: spec::PARAMS,
    presets: spec::PRESETS,
    has_workers: true,
    shows_program: false,
};

impl Topic for ProcessPool {
    fn about(&self) -> &'static About {
        &ABOUT
    }
    fn applies(&self, key: &str, params: &Params) -> bool {
        spec::applies(key, params)
    }
    fn listings(&self, params: &Params) -> Vec<Listing> {
        let (file, text) = python(params);
        let rust = include_str!("experiment.rs");
        let jobs = match params.choice("job") {
            "sleep" => include_str!("jobs.rs"),
            _ => include_str!("../../workers/jobs.rs"),
        };
        vec![
            Listing::new(file, Language::Python, text, params),
            Listing::new("experiment.rs", Language::Rust, rust, params),
            Listing::new("jobs.rs", Language::Rust, jobs, params),
        ]
    }

    #[cfg(unix)]
    fn run(&self, params: &Params, lab: &Lab<'_>) -> Result<(), Failure> {
        let outcome = experiment::run(lab, &plan::Plan::new(params))?;
        lab.recorder.fact("outcome", serde_json::Value::Object(outcome).to_string());
        Ok(())
    }

    #[cfg(not(unix))]
    fn run(&self, _: &Params, _: &Lab<'_>) -> Result<(), Failure> {
        Err(super::no_processes("topics without processes run here"))
    }

    fn outcome(&self, trace: &Trace, replay: &Replay) -> Outcome {
        let told = trace.meta().fact("outcome").unwrap_or("{}");
        let mut outcome: Outcome = serde_json::from_str(told).unwrap_or_default();
        conclude(&mut outcome, trace, replay);
        outcome
    }

    fn stage(&self) -> &'static dyn Stage {
        &stage::PoolStage
    }
}

fn conclude(outcome: &mut Outcome, trace: &Trace, replay: &Replay) {
    let sides = Sides::of(trace.meta(), replay).all;
    let done = Done::of(trace.meta(), replay);
    let numbers = |side: &Side| {
        let numbers = Numbers::of(side, &done, trace, replay, trace.end());
        numbers.map(|n| n.with_memory(side, replay.latest()))
    };
    let Some(first) = sides.first() else { return };
    let reused = numbers(first);
    if let Some(reused) = &reused {
        reused.add_to(outcome);
    }
    who_did_what(outcome, first, trace, replay);
    for side in &sides[1..] {
        let key = side.kind.key();
        let Some(other) = numbers(side) else { continue };
        let mut fields = match outcome.remove(key) {
            Some(serde_json::Value::Object(fields)) => fields,
            _ => Outcome::new(),
        };
        other.add_to(&mut fields);
        if let (Kind::OneEach, Some(reused)) = (side.kind, &reused) {
            let saved = i128::from(other.wall.0) - i128::from(reused.wall.0);
            let whole = failures(outcome) + failures(&fields) == 0;
            let saved = whole.then_some(saved as i64);
            outcome.insert("saved_by_reuse_ns".into(), json!(saved));
        }
        outcome.insert(key.into(), json!(fields));
    }
}

/// How many tasks failed in a pool, by its fields.
fn failures(fields: &Outcome) -> usize {
    let failed = fields.get("failed").and_then(|failed| failed.as_array());
    failed.map_or(0, Vec::len)
}

/// Adds which process did which task, and what the workers said.
fn who_did_what(outcome: &mut Outcome, side: &Side, trace: &Trace, replay: &Replay) {
    let state = replay.latest();
    let count = outcome.get("results").and_then(|r| r.as_array()).map_or(0, Vec::len);
    let mut done_by = vec![0; count];
    let mut completed = Vec::with_capacity(count);
    if let Some(tasks) = side.pool.and_then(|pool| replay.tasks().of(pool)) {
        for task in &tasks.all {
            let pid = task.worker().and_then(|w| state.actor(w)).map_or(0, |a| a.os_id);
            if let Some(place) = done_by.get_mut(task.id.index()) {
                *place = pid;
            }
        }
        let finished = |stage| matches!(stage, TaskStage::Ended(_));
        for task in tasks.ended_at(trace.end()) {
            // Of a task that was begun again only the last attempt counts.
            let last = tasks.get(task.id) == Some(task);
            if last && finished(task.at(trace.end())) {
                completed.push(task.id.0);
            }
        }
    }
    let mut seen = HashSet::new();
    let pids: Vec<u64> =
        (done_by.iter().copied()).filter(|pid| *pid != 0 && seen.insert(*pid)).collect();
    let started = side.workers.iter().filter_map(|w| state.actor(*w));
    let worker_pids: Vec<u64> = started.map(|a| a.os_id).filter(|pid| *pid != 0).collect();
    let workers: HashSet<_> = side.workers.iter().copied().collect();
    let messages: Vec<String> = (trace.events().iter())
        .filter(|event| workers.contains(&event.actor))
        .filter_map(|event| match event.kind {
            EventKind::Message { text, args } => Some(trace.meta().message(text, args)),
            _ => None,
        })
        .collect();
    let killed = (side.workers.iter().filter_map(|w| state.actor(*w)))
        .filter(|a| matches!(a.end, Some((End::Killed(_), _))))
        .count();
    outcome.insert("completion_order".into(), json!(completed));
    outcome.insert("done_by".into(), json!(done_by));
    outcome.insert("pids".into(), json!(pids));
    outcome.insert("worker_pids".into(), json!(worker_pids));
    outcome.insert("messages".into(), json!(messages));
    outcome.insert("killed".into(), json!(killed));
}

/// The Python program that these parameters come closest to.
fn python(params: &Params) -> (&'static str, &'static str) {
    macro_rules! listing {
        ($file:literal) => {
            ($file, include_str!(concat!("../../../assets/listings/process-pool/", $file)))
        };
    }
    let job = params.choice("job");
    if params.int("kill") >= 0 && job == "sleep" {
        return listing!("kill_one.py");
    }
    match (params.choice("against"), job) {
        ("large-chunks", _) => listing!("uneven.py"),
        (_, "sleep") => listing!("sleepers.py"),
        (_, "count-primes") => listing!("primes.py"),
        (_, "image") => listing!("images.py"),
        _ => listing!("squares.py"),
    }
}
