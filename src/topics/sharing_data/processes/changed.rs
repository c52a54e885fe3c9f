//! A list that is changed after it was put into a queue.

use super::{Crew, children_of, failed, numbers, space};
use crate::record::thread::Failure;
use crate::topics::Lab;
use crate::topics::points::points;
use crate::topics::sharing_data::plan::Plan;
use crate::trace::{Item, ResourceId};
use crate::workers::share::Queue;
use crate::workers::{Context, Value};
use std::sync::{Arc, Mutex, PoisonError};

points! {
    At { start = "start", get = "get", said = "said", join = "join", end = "end" }
}

// listing: begin
pub fn child(context: &Context, arg: &Value) -> Result<Value, String> {
    let [jobs, buffer] = numbers(arg)?;
    let jobs = Queue::open(context.space()?, jobs)?;
    let mut jobs = jobs.putter(Some(ResourceId(buffer as u16)), "feeder");
    let numbers = Arc::new(Mutex::new(vec![1, 2, 3]));
    context.line("child.put"); //-
    jobs.put(context, Arc::clone(&numbers), None)?; //@ child.put
    numbers.lock().unwrap_or_else(PoisonError::into_inner).clear(); //@ child.clear
    context.line("child.clear"); //-
    context.say("cleared the list", [Item::NOTHING; 2]); //-
    context.line("child.finish"); //-
    jobs.finish(context)?; //@ child.finish
    Ok(Value::Nothing)
}

pub fn run(_: &Plan, lab: &Lab<'_>) -> Result<(), Failure> {
    let (log, at, recorder) = (lab.main, At::new(lab), lab.recorder); //-
    let space = space()?;
    let jobs = Queue::new(&space, recorder, "jobs", None, true, None).map_err(failed)?;
    log.line(at.start); //-
    let crew = Crew::start(lab, &space, children_of(1))?; //@ start
    let buffer = Queue::buffer(recorder, "buffer", Some(crew.actor(0))); //-
    crew.run(0, "process-changed", [jobs.handle(), buffer.0.into()])?;
    crew.meanwhile(|crew| {
        log.line(at.get); //-
        let numbers = jobs.get(log, None)?; //@ get
        let (said, numbers) = (lab.text("got {}"), lab.text(&numbers.to_string())); //-
        log.line(at.said); //-
        log.say(said, [Item::text(numbers), Item::NOTHING]); //@ said
        log.line(at.join); //-
        crew.join() //@ join
    })?;
    log.step(at.end); //-
    Ok(()) //@ end
}
// listing: end
