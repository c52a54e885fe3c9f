//! A number in shared memory, with its lock and without.

use super::*;
use crate::workers::share::{Lock, SharedValue};

// listing: begin
pub fn child(context: &Context, arg: &Value) -> Result<Value, String> {
    let [lock, counter, rounds, work] = numbers(arg)?;
    let counter = SharedValue::open(context.space()?, counter)?;
    let lock = (lock != 0).then(|| Lock::open(context.space()?, lock).map_err(String::from)); //@ ?program=value
    let lock = lock.transpose()?; //@ ?program=value
    for _ in 0..rounds {
        let guard = take(&lock, context)?; //@ ?program=value child.acquire
        context.at("child.read"); //-
        let old = counter.read(context); //@ child.read
        context.at("child.work"); //-
        context.sleep(nanos(work)); //@ child.work
        context.at("child.write"); //-
        counter.write(context, old + 1); //@ child.write
        drop(guard); //@ ?program=value
    }
    Ok(Value::Nothing)
}

pub fn run(plan: &Plan, lab: &Lab<'_>) -> Result<(), Failure> {
    let log = lab.main; //-
    let space = space()?;
    let new = || Lock::new(&space, lab.recorder, "counter lock", true).map_err(failed); //@ ?program=value
    let lock = plan.is(Id::Value).then(new).transpose()?;
    let counter = SharedValue::new(&space, lab.recorder, "counter", 0, lock.as_ref());
    let counter = counter.map_err(failed)?;
    log.at("start"); //-
    let crew = Crew::start(lab, &space, children_of(plan.processes))?; //@ start
    let lock = lock.map_or(0, |lock| lock.handle());
    let arg = [lock, counter.handle(), plan.rounds as i64, time(plan.work)];
    (0..plan.processes).try_for_each(|k| crew.run(k, "process-value", arg))?;
    log.at("join"); //-
    crew.meanwhile(Crew::join)?; //@ join
    log.at("look"); //-
    counter.look(log); //@ look
    Ok(())
}
// listing: end
