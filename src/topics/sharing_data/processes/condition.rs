//! A condition between processes: children wait until there is something in stock.

use super::*;
use crate::workers::share::{Condition, Lock, SharedValue};

// listing: begin
pub fn child(context: &Context, arg: &Value) -> Result<Value, String> {
    let [lock, filled, stock, rounds, work] = numbers(arg)?;
    let space = context.space()?;
    let (lock, filled) = (Lock::open(space, lock)?, Condition::open(space, filled)?);
    let stock = SharedValue::open(space, stock)?;
    for _ in 0..rounds {
        context.at("child.acquire"); //-
        let mut guard = lock.acquire(context, None)?; //@ child.acquire
        context.at("child.test"); //-
        while stock.look(context) == 0 {
            //@ child.test
            context.at("child.wait"); //-
            (guard, _) = filled.wait(guard, None)?; //@ child.wait
            context.at("child.test"); //-
        }
        context.at("child.take"); //-
        let left = stock.read(context) - 1;
        stock.write(context, left); //@ child.take
        drop(guard);
        context.at("child.work"); //-
        context.sleep(nanos(work)); //@ child.work
    }
    Ok(Value::Nothing)
}

pub fn run(plan: &Plan, lab: &Lab<'_>) -> Result<(), Failure> {
    let log = lab.main; //-
    let (space, recorder) = (space()?, lab.recorder);
    let lock = Lock::new(&space, recorder, "lock", true).map_err(failed)?;
    let filled = Condition::new(&space, recorder, "filled", &lock).map_err(failed)?;
    let stock = SharedValue::new(&space, recorder, "stock", 0, Some(&lock)).map_err(failed)?;
    log.at("start"); //-
    let crew = Crew::start(lab, &space, children_of(plan.processes))?; //@ start
    let [lock_, filled_, stock_] = [lock.handle(), filled.handle(), stock.handle()]; //-
    let arg = [lock_, filled_, stock_, plan.rounds as i64, time(plan.consume)];
    (0..plan.processes).try_for_each(|k| crew.run(k, "process-condition", arg))?;
    crew.meanwhile(|crew| {
        for _ in 0..plan.processes * plan.rounds {
            log.at("make"); //-
            log.sleep(plan.produce)?; //@ make
            let guard = lock.acquire(log, None)?;
            log.at("put"); //-
            let more = stock.read(log) + 1;
            stock.write(log, more); //@ put
            log.at("notify"); //-
            filled.notify(&guard, if plan.notify_all { u32::MAX } else { 1 }); //@ notify
        }
        log.at("join"); //-
        crew.join() //@ join
    })?;
    log.step_at("end"); //-
    Ok(()) //@ end
}
// listing: end
