//! Tasks on a pool of processes: messages, squares, images.

use super::super::plan::{Plan, Program};
use crate::record::thread::Failure;
use crate::topics::Lab;
use crate::topics::points::points;
use crate::topics::pools::with_signals;
use crate::workers::{Pool, TaskOptions, Value};

points! {
    /// Where main can be.
    Points {
        start = "main.start",
        submit = "main.submit",
        results = "main.results",
        join = "main.join",
    }
}

// listing: begin
pub fn run(lab: &Lab<'_>, plan: &Plan) -> Result<(), Failure> {
    let (log, at) = (lab.main, Points::new(lab)); //-
    log.line(at.start); //-
    let pool = Pool::start(log, super::pool("pool", plan.workers, None))?; //@ main.start
    with_signals(lab, &pool.signaller(), || {
        let options = TaskOptions::default();
        log.line(at.submit); //-
        let tasks = pool.map_async(log, job(plan), arguments(plan), Some(1), options)?; //@ main.submit
        log.line(at.results); //-
        tasks.outcomes(log)?; //@ main.results
        log.line(at.join); //-
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
