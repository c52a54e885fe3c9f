//! Tasks on a pool of processes: messages, squares, images.

use super::super::plan::{Plan, Program};
use crate::record::thread::Failure;
use crate::topics::Lab;
use crate::topics::pools::with_signals;
use crate::workers::{Pool, TaskOptions, Value};

// listing: begin
pub fn run(lab: &Lab<'_>, plan: &Plan) -> Result<(), Failure> {
    let log = lab.main; //-
    log.at("main.start"); //-
    let pool = Pool::start(log, super::pool("pool", plan.workers, None))?; //@ main.start
    with_signals(lab, &pool.signaller(), || {
        let options = TaskOptions::default();
        log.at("main.submit"); //-
        let tasks = pool.map_async(log, job(plan), arguments(plan), Some(1), options)?; //@ main.submit
        log.at("main.results"); //-
        tasks.outcomes(log)?; //@ main.results
        log.at("main.join"); //-
        pool.join(log) //@ main.join
    })
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

/// The label of a task: its number in the pool, as in the lanes, and its work.
fn label(plan: &Plan, task: i64) -> String {
    match plan.program {
        Program::Squares => format!("task {task}: {}²", plan.first + task),
        Program::Images => format!("task {task}: image {task}"),
        _ => format!("task {task}"),
    }
}
