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
    let failed: Vec<String> = results
        .iter()
        .filter_map(|result| Some(result.as_ref().err()?.to_string()))
        .collect();
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
    let numbers = plan.first..plan.first + plan.tasks;
    numbers
        .map(|n| Value::Labelled(label(plan, n), vec![n, plan.nanos()]))
        .collect()
}
// listing: end

fn label(plan: &Plan, number: i64) -> String {
    match plan.program {
        Program::Squares => format!("square of {number}"),
        Program::Images => format!("image {number}"),
        _ => format!("task {number}"),
    }
}
