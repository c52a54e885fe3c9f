//! Two processes that receive at one end of a pipe.

use super::{Crew, failed, nanos, numbers, one_of, space, time};
use crate::record::thread::Failure;
use crate::topics::Lab;
use crate::topics::points::points;
use crate::topics::sharing_data::plan::Plan;
use crate::trace::Item;
use crate::workers::share::{Pipe, ShareError};
use crate::workers::{Context, Value};

points! {
    At { start = "start", send = "send", join = "join", end = "end" }
}

// listing: begin
pub fn child(context: &Context, arg: &Value) -> Result<Value, String> {
    let [pipe, pause] = numbers(arg)?;
    let pipe = Pipe::open(context.space()?, pipe)?;
    loop {
        // First the length of a message, then the message; between them anything may happen.
        let between = || context.sleep(nanos(pause));
        context.line("reader.receive"); //-
        let n = pipe.receive(context, None, &between)?; //@ reader.receive
        context.line("reader.said"); //-
        let n = Item::of(n.as_int().ok_or("None: no more to come")?); //-
        context.say("got {}", [n, Item::NOTHING]); //@ reader.said
    }
}

pub fn run(plan: &Plan, lab: &Lab<'_>) -> Result<(), Failure> {
    let (log, at) = (lab.main, At::new(lab)); //-
    let space = space()?;
    let pipe = Pipe::new(&space, lab.recorder, "pipe", None).map_err(failed)?;
    let readers = (0..2).map(|k| one_of("reader", 'R', k)).collect();
    log.line(at.start); //-
    let crew = Crew::start(lab, &space, readers)?; //@ start
    (0..2).try_for_each(|k| crew.run(k, "process-reader", [pipe.handle(), time(plan.work)]))?;
    crew.meanwhile(|crew| {
        for n in 1..=plan.items as i64 {
            log.line(at.send); //-
            pipe.send(log, &Value::Int(n), None)?; //@ send
        }
        for reader in 0..2 {
            log.line(at.join); //-
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
    log.step(at.end); //-
    Ok(()) //@ end
}
// listing: end
