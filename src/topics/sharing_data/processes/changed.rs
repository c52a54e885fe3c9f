//! A list that is changed after it was put into a queue.

use super::*;
use crate::workers::share::{Event, Queue};
use std::sync::{Arc, Mutex, PoisonError};

// listing: begin
pub fn child(context: &Context, arg: &Value) -> Result<Value, String> {
    let [jobs, buffer, kilobytes, cleared] = numbers(arg)?;
    let jobs = Queue::open(context.space()?, jobs)?;
    let mut jobs = jobs.putter(Some(ResourceId(buffer as u16)), "feeder");
    if kilobytes > 0 {
        // More than the pipe has room for: the feeder thread is at it until it is received.
        context.at("child.large"); //-
        jobs.put(context, Value::Bytes(vec![0; kilobytes as usize * 1024]), None)?; //@ child.large
    }
    let numbers = Arc::new(Mutex::new(vec![1, 2, 3]));
    context.at("child.put"); //-
    jobs.put(context, Arc::clone(&numbers), None)?; //@ child.put
    numbers.lock().unwrap_or_else(PoisonError::into_inner).clear(); //@ child.clear
    context.at("child.clear"); //-
    context.tell("cleared the list", []); //-
    context.at("child.tell"); //-
    Event::open(context.space()?, cleared)?.set(context); //@ child.tell
    context.at("child.finish"); //-
    jobs.finish(context)?; //@ child.finish
    Ok(Value::Nothing)
}

pub fn run(plan: &Plan, lab: &Lab<'_>) -> Result<(), Failure> {
    let (log, recorder) = (lab.main, lab.recorder); //-
    let space = space()?;
    let jobs = Queue::new(&space, recorder, "jobs", None, true, None).map_err(failed)?;
    let cleared = Event::new(&space, recorder, "cleared").map_err(failed)?;
    log.at("start"); //-
    let crew = Crew::start(lab, &space, children_of(1))?; //@ start
    let buffer = Queue::buffer(recorder, "buffer", Some(crew.actor(0))); //-
    let arg = [jobs.handle(), buffer.0.into(), plan.kilobytes as i64, cleared.handle()];
    crew.run(0, "process-changed", arg)?;
    crew.meanwhile(|crew| {
        log.at("wait"); //-
        cleared.wait(log, None)?; // nobody takes anything before  //@ wait
        log.at("get"); //-
        if plan.kilobytes > 0 {
            jobs.get(log, None)?; // the large one
        }
        let numbers = jobs.get(log, None)?; //@ get
        let numbers = lab.text(&numbers.to_string()); //-
        log.at("said"); //-
        log.tell("got {}", [Item::text(numbers)]); //@ said
        log.at("join"); //-
        crew.join() //@ join
    })?;
    log.step_at("end"); //-
    Ok(()) //@ end
}
// listing: end
