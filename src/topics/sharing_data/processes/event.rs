//! An event between processes.

use super::{Crew, children_of, failed, nanos, numbers, space, time};
use crate::record::thread::Failure;
use crate::topics::Lab;
use crate::topics::points::points;
use crate::topics::sharing_data::plan::Plan;
use crate::workers::share::Event;
use crate::workers::{Context, Value};

points! {
    At { start = "start", pause = "pause", set = "set", join = "join", end = "end" }
}

// listing: begin
pub fn child(context: &Context, arg: &Value) -> Result<Value, String> {
    let [go, work] = numbers(arg)?;
    context.line("child.wait"); //-
    Event::open(context.space()?, go)?.wait(context, None)?; //@ child.wait
    context.line("child.work"); //-
    context.sleep(nanos(work)); //@ child.work
    Ok(Value::Nothing)
}

pub fn run(plan: &Plan, lab: &Lab<'_>) -> Result<(), Failure> {
    let (log, at) = (lab.main, At::new(lab)); //-
    let space = space()?;
    let go = Event::new(&space, lab.recorder, "go").map_err(failed)?;
    log.line(at.start); //-
    let crew = Crew::start(lab, &space, children_of(plan.processes))?; //@ start
    let arg = [go.handle(), time(plan.work)];
    (0..plan.processes).try_for_each(|k| crew.run(k, "process-event", arg))?;
    crew.meanwhile(|crew| {
        log.line(at.pause); //-
        log.sleep(plan.pause)?; //@ pause
        log.line(at.set); //-
        go.set(log); //@ set
        log.line(at.join); //-
        crew.join() //@ join
    })?;
    log.step(at.end); //-
    Ok(()) //@ end
}
// listing: end
