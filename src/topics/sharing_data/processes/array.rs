//! A row of numbers in shared memory, and one who forgets its lock.

use super::*;
use crate::workers::share::{Array, Lock};

/// How many cells it has.
const CELLS: usize = 4;

// listing: begin
pub fn child(context: &Context, arg: &Value) -> Result<Value, String> {
    let [lock, cells, rounds, work, forgets] = numbers(arg)?;
    let lock = Lock::open(context.space()?, lock)?;
    let cells = Array::open(context.space()?, cells)?;
    for _ in 0..rounds {
        for cell in 0..cells.len() {
            context.at("child.acquire"); //-
            let take = || lock.acquire(context, None);
            let guard = (forgets == 0).then(take).transpose()?; //@ child.acquire
            let old = cells.read(cell)?;
            context.at("child.work"); //-
            context.sleep(nanos(work)); //@ child.work
            context.at("child.write"); //-
            cells.write(context, cell, old + 1)?; //@ child.write
            drop(guard);
        }
    }
    Ok(Value::Nothing)
}

pub fn run(plan: &Plan, lab: &Lab<'_>) -> Result<(), Failure> {
    let log = lab.main; //-
    let (space, recorder) = (space()?, lab.recorder);
    let lock = Lock::new(&space, recorder, "cells lock", true).map_err(failed)?;
    let cells = Array::new(&space, recorder, "cells", &[0; CELLS], Some(&lock)).map_err(failed)?;
    log.at("start"); //-
    let crew = Crew::start(lab, &space, children_of(plan.processes))?; //@ start
    for k in 0..plan.processes {
        let forgets = plan.is(Id::ArrayOneForgets) && k + 1 == plan.processes;
        let (rounds, work) = (plan.rounds as i64, time(plan.work));
        let arg = [lock.handle(), cells.handle(), rounds, work, forgets.into()];
        crew.run(k, "process-array", arg)?;
    }
    log.at("join"); //-
    crew.meanwhile(Crew::join)?; //@ join
    log.step_at("end"); //-
    Ok(()) //@ end
}
// listing: end
