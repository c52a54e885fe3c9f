//! Two processes that receive at one end of a pipe.

use super::*;
use crate::workers::share::{Pipe, ShareError};

// listing: begin
pub fn child(context: &Context, arg: &Value) -> Result<Value, String> {
    let [pipe, pause] = numbers(arg)?;
    let pipe = Pipe::open(context.space()?, pipe)?;
    loop {
        // First the length of a message, then the message; between them anything may happen.
        let between = || context.sleep(nanos(pause));
        context.at("reader.receive"); //-
        let n = pipe.receive(context, None, &between)?; //@ reader.receive
        context.at("reader.said"); //-
        let n = Item::of(n.as_int().ok_or("None: no more to come")?); //-
        context.tell("got {}", [n]); //@ reader.said
    }
}

pub fn run(plan: &Plan, lab: &Lab<'_>) -> Result<(), Failure> {
    let log = lab.main; //-
    let space = space()?;
    let pipe = Pipe::new(&space, lab.recorder, "pipe", None).map_err(failed)?;
    let readers = (0..2).map(|k| one_of("reader", 'R', k)).collect();
    log.at("start"); //-
    let crew = Crew::start(lab, &space, readers)?; //@ start
    (0..2).try_for_each(|k| crew.run(k, "process-reader", [pipe.handle(), time(plan.work)]))?;
    crew.meanwhile(|crew| {
        for n in 1..=plan.items as i64 {
            log.at("send"); //-
            pipe.send(log, &Value::Int(n), None)?; //@ send
        }
        for reader in 0..2 {
            log.at("join"); //-
            // For a while: one that has lost the beginning of a message may wait for ever.
            match crew.children.join(log, reader, Some(plan.patience)) {
                //@ join
                Err(ShareError::TimedOut) | Ok(_) => {}
                Err(error) => return Err(error.into()),
            }
        }
        // Daemons end with the program.
        crew.children.terminate(log);
        crew.join()
    })?;
    log.step_at("end"); //-
    Ok(()) //@ end
}
// listing: end
