//! An event between processes.

use super::*;
use crate::workers::share::Event;

// listing: begin
pub fn child(context: &Context, arg: &Value) -> Result<Value, String> {
    let [go, work] = numbers(arg)?;
    context.at("child.wait"); //-
    Event::open(context.space()?, go)?.wait(context, None)?; //@ child.wait
    context.at("child.work"); //-
    context.sleep(nanos(work)); //@ child.work
    Ok(Value::Nothing)
}

pub fn run(plan: &Plan, lab: &Lab<'_>) -> Result<(), Failure> {
    let log = lab.main; //-
    let space = space()?;
    let go = Event::new(&space, lab.recorder, "go").map_err(failed)?;
    log.at("start"); //-
    let crew = Crew::start(lab, &space, children_of(plan.processes))?; //@ start
    let arg = [go.handle(), time(plan.work)];
    (0..plan.processes).try_for_each(|k| crew.run(k, "process-event", arg))?;
    crew.meanwhile(|crew| {
        log.at("pause"); //-
        log.sleep(plan.pause)?; //@ pause
        log.at("set"); //-
        go.set(log); //@ set
        log.at("join"); //-
        crew.join() //@ join
    })?;
    log.step_at("end"); //-
    Ok(()) //@ end
}
// listing: end
