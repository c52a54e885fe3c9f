//! A lock between processes.

use super::*;
use crate::workers::share::Lock;

// listing: begin
pub fn child(context: &Context, arg: &Value) -> Result<Value, String> {
    let [lock, rounds, work, pause] = numbers(arg)?;
    let lock = Lock::open(context.space()?, lock)?;
    for _ in 0..rounds {
        context.at("child.acquire"); //-
        let guard = lock.acquire(context, None)?; //@ child.acquire
        context.at("child.work"); //-
        context.sleep(nanos(work)); //@ child.work
        context.at("child.release"); //-
        drop(guard); //@ child.release
        context.at("child.pause"); //-
        context.sleep(nanos(pause)); //@ child.pause
    }
    Ok(Value::Nothing)
}

pub fn run(plan: &Plan, lab: &Lab<'_>) -> Result<(), Failure> {
    let log = lab.main; //-
    let space = space()?;
    let lock = Lock::new(&space, lab.recorder, "lock", true).map_err(failed)?;
    log.at("start"); //-
    let crew = Crew::start(lab, &space, children_of(plan.processes))?; //@ start
    let arg = [lock.handle(), plan.rounds as i64, time(plan.work), time(plan.pause)];
    (0..plan.processes).try_for_each(|k| crew.run(k, "process-lock", arg))?;
    log.at("join"); //-
    crew.meanwhile(Crew::join)?; //@ join
    log.step_at("end"); //-
    Ok(()) //@ end
}
// listing: end
