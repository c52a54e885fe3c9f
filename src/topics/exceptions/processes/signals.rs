//! Processes that are sent a signal, with a handler for it or without.

use super::*;
use crate::trace::{Item, signal_name};
use crate::workers::share::Semaphore;
use std::time::Duration;

/// Longer than anybody waits.
const LONG: Duration = Duration::from_secs(3600);

// listing: begin
#[rustfmt::skip] //-
pub fn child(context: &Context, arg: &Value) -> Result<Value, String> {
    let [n, signal, handled, ready] = numbers(arg)?;
    if handled != 0 { //-
    context.at("child.handle"); //-
    let handles = context.handle_signals(&[signal as u8]); //@ ?handled child.handle
    if let Err(error) = handles { //@ ?handled
        let why = Item::text(context.text(&error.to_string())); //-
        context.tell("no handler: {}", [why]); //@ ?handled
    } //@ ?handled
    } //-
    Semaphore::open(context.space()?, ready)?.release(context);
    context.at("child.work"); //-
    let came = context.sleep_until_signal(LONG); //@ child.work
    if came.is_some() {
        context.at("child.stop"); //-
        context.tell("process {} cleans up", [Item::of(n)]); //@ child.stop
    }
    Ok(Value::Nothing)
}

pub fn run(plan: &Plan, lab: &Lab<'_>) -> Result<(), Failure> {
    let log = lab.main; //-
    let space = space()?;
    let ready = Semaphore::new(&space, lab.recorder, "ready", 0).map_err(failed)?;
    log.at("main.start"); //-
    let crew = Crew::start(lab, &space, children_of(plan.processes))?; //@ main.start
    crew.meanwhile(|crew| {
        for k in 0..plan.processes {
            let handled = i64::from(plan.handled);
            let arg = [k as i64 + 1, plan.signal.into(), handled, ready.handle()];
            crew.run(k, "exceptions-signal", arg)?;
        }
        log.at("main.ready"); //-
        for _ in 0..plan.processes {
            ready.acquire(log, None)?; //@ main.ready
        }
        log.sleep(plan.work)?;
        log.at("main.send"); //-
        for k in 0..plan.processes {
            crew.children.signal(log, k, plan.signal); //@ main.send
        }
        log.at("main.join"); //-
        crew.join() //@ main.join
    })?;
    log.step_at("main.end"); //-
    log.tell(&format!("all have ended after {}", signal_name(plan.signal)), []); //@ main.end
    Ok(())
}
// listing: end
