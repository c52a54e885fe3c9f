//! One of several processes fails; beside it one of several threads of one process does.

use super::super::plan::Plan;
use super::super::points::Points;
use crate::record::thread::Failure;
use crate::replay::words::count;
use crate::topics::pools::with_signals_to;
use crate::topics::{Lab, Outcome};
use crate::workers::{Exit, Pool, PoolOptions, TaskError, TaskOptions, Value};
use serde_json::json;

// listing: begin
pub fn run(lab: &Lab<'_>, plan: &Plan, at: &Points) -> Result<Outcome, Failure> {
    let log = lab.main;
    let options = TaskOptions::default();
    log.line(at.start); //-
    let processes = Pool::start(log, super::pool("pool", plan.workers))?; //@ main.start
    let host = PoolOptions { worker: "host", worker_badge: 'H', ..super::pool("host pool", 1) };
    let host = Pool::start(log, host)?;
    let signallers = [&processes.signaller(), &host.signaller()];
    let (results, threads) = with_signals_to(lab, &signallers, || {
        log.line(at.submit); //-
        let args = (0..plan.workers).map(|place| process(plan, place)).collect();
        let tasks = processes.map_async(log, "work-or-crash", args, Some(1), options)?; //@ main.submit
        let job = "threads-of-which-one-crashes";
        log.line(at.threads); //-
        let threads = host.map_async(log, job, vec![threads(plan)], Some(1), options)?; //@ main.threads
        // A worker that fails is not replaced.
        processes.close();
        host.close();
        log.line(at.results); //-
        let results = tasks.outcomes(log)?; //@ main.results
        let threads = threads.outcomes(log)?;
        log.line(at.join); //-
        processes.join(log)?; //@ main.join
        host.join(log)?;
        Ok::<_, Failure>((results, threads))
    })?;
    let survivors = results.iter().filter(|result| result.is_ok()).count();
    let mut outcome = Outcome::new();
    outcome.insert("processes".into(), report(&results, plan.workers, survivors));
    // Which threads came to their end only the trace tells.
    outcome.insert("threads".into(), report(&threads, plan.workers, 0));
    let text = lab.text("Still here: {} of the other processes finished");
    let survivors = crate::trace::Item::int(i32::try_from(survivors).unwrap_or(i32::MAX));
    log.say(text, [survivors, crate::trace::Item::NOTHING]);
    Ok(outcome)
}

fn process(plan: &Plan, place: i64) -> Value {
    let signal = if place == plan.victim() { plan.signal } else { 0 };
    Value::Labelled(format!("task {place}"), vec![place, plan.nanos(), signal])
}

fn threads(plan: &Plan) -> Value {
    let arguments = vec![plan.workers, plan.victim(), plan.nanos(), plan.signal];
    Value::Labelled(count(plan.workers, "thread"), arguments)
}
// listing: end

/// How the one that failed ended, and how many others went on to their end.
fn report(
    results: &[Result<Value, TaskError>],
    started: i64,
    survivors: usize,
) -> serde_json::Value {
    let died = results.iter().find_map(|result| match result {
        Err(TaskError::WorkerDied { pid, exit, .. }) => Some((*pid, *exit)),
        _ => None,
    });
    let (signal, status) = match died {
        Some((_, Exit::Signal(signal))) => (Some(signal), None),
        Some((_, Exit::Status(status))) => (None, Some(status)),
        None => (None, None),
    };
    json!({
        "started": started,
        "survivors": survivors,
        "failed_pid": died.map(|(pid, _)| pid),
        "signal": signal,
        "exit_status": status,
    })
}
