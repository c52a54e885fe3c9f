//! Tasks on a pool of processes: messages, squares, images.

use super::super::plan::{Plan, Program};
use super::super::points::Points;
use super::shown;
use crate::record::thread::Failure;
use crate::topics::pools::with_signals;
use crate::topics::{Lab, Outcome};
use crate::workers::{Pool, TaskOptions, Value};
use serde_json::json;

// listing: begin
pub fn run(lab: &Lab<'_>, plan: &Plan, at: &Points) -> Result<Outcome, Failure> {
    let log = lab.main;
    log.line(at.start); //-
    let pool = Pool::start(log, super::pool("pool", plan.workers))?; //@ main.start
    let results = with_signals(lab, &pool.signaller(), || {
        let options = TaskOptions::default();
        log.line(at.submit); //-
        let tasks = pool.map_async(log, job(plan), arguments(plan), Some(1), options)?; //@ main.submit
        log.line(at.results); //-
        let results = tasks.outcomes(log)?; //@ main.results
        log.line(at.join); //-
        pool.join(log)?; //@ main.join
        Ok::<_, Failure>(results)
    })?;
    let failed: Vec<String> =
        results.iter().filter_map(|result| Some(result.as_ref().err()?.to_string())).collect();
    let mut outcome = Outcome::new();
    let results: Vec<_> = results.iter().map(shown).collect();
    outcome.insert("results".into(), json!(results));
    outcome.insert("failed".into(), json!(failed));
    Ok(outcome)
}

fn job(plan: &Plan) -> &'static str {
    match plan.program {
        Program::Squares => "slow-square",
        Program::Images => "filter-image",
        _ => "say-finished",
    }
}

fn arguments(plan: &Plan) -> Vec<Value> {
    let argument = |task| {
        let number = plan.first + task;
        Value::Labelled(label(plan, task), vec![number, plan.nanos()])
    };
    (0..plan.tasks).map(argument).collect()
}
// listing: end

/// What a task is called: by its number in its pool, as in the lanes, and by what it does.
fn label(plan: &Plan, task: i64) -> String {
    match plan.program {
        Program::Squares => format!("task {task}: {}²", plan.first + task),
        Program::Images => format!("task {task}: image {task}"),
        _ => format!("task {task}"),
    }
}
