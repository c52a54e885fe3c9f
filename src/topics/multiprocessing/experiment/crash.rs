//! One of several processes fails; beside it one of several threads of one process does.

use super::super::plan::Plan;
use super::beside;
use crate::record::thread::Failure;
use crate::replay::words::count;
use crate::topics::Lab;
use crate::topics::pools::with_signals_to;
use crate::trace::Item;
use crate::workers::{Pool, PoolOptions, TaskOptions, Value};

// listing: begin
pub fn run(lab: &Lab<'_>, plan: &Plan) -> Result<(), Failure> {
    let log = lab.main; //-
    let options = TaskOptions::default();
    let [alone, together] = beside(lab, "processes", "threads of one process"); //-
    let pool = super::pool("pool", plan.workers, Some(alone));
    log.at("main.start"); //-
    let processes = Pool::start(log, pool)?; //@ main.start
    let pool = super::pool("host", 1, Some(together));
    let pool = PoolOptions { worker: "host", worker_badge: 'H', ..pool };
    let host = Pool::start(log, pool)?;
    let signallers = [&processes.signaller(), &host.signaller()];
    with_signals_to(lab, &signallers, || {
        log.at("main.submit"); //-
        let args = (0..plan.workers).map(|place| process(plan, place)).collect();
        let tasks = processes.map_async(log, "work-or-crash", args, Some(1), options)?; //@ main.submit
        let job = "threads-of-which-one-crashes";
        log.at("main.threads"); //-
        let threads = host.map_async(log, job, vec![threads(plan)], Some(1), options)?; //@ main.threads
        // A worker that fails is not replaced.
        processes.close();
        host.close();
        log.at("main.results"); //-
        let results = tasks.outcomes(log)?; //@ main.results
        threads.outcomes(log)?;
        log.at("main.join"); //-
        processes.join(log)?; //@ main.join
        host.join(log)?;
        let survivors = results.iter().filter(|result| result.is_ok()).count();
        let text = lab.text("Still here: {} of the other processes finished");
        log.say(text, [Item::of(survivors as i64), Item::NOTHING]);
        Ok(())
    })
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
