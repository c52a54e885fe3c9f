//! Processes that are sent a signal, with a handler for it or without.

use crate::record::thread::Failure;
use crate::topics::Lab;
use crate::topics::children::{Crew, children_of, failed, numbers, space};
use crate::topics::exceptions::plan::Plan;
use crate::topics::points::points;
use crate::trace::{Item, signal_name};
use crate::workers::share::Semaphore;
use crate::workers::{Context, Value};
use std::time::Duration;

points! {
    At {
        start = "main.start", ready = "main.ready", send = "main.send", join = "main.join",
        end = "main.end",
    }
}

/// Longer than anybody waits.
const LONG: Duration = Duration::from_secs(3600);

// listing: begin
#[rustfmt::skip] //-
pub fn child(context: &Context, arg: &Value) -> Result<Value, String> {
    let [n, signal, handled, ready] = numbers(arg)?;
    if handled != 0 { //-
    context.line("child.handle"); //-
    let handles = context.handle_signals(&[signal as u8]); //@ ?handled child.handle
    if let Err(error) = handles { //@ ?handled
        let why = Item::text(context.text(&error.to_string())); //-
        context.say("no handler: {}", [why, Item::NOTHING]); //@ ?handled
    } //@ ?handled
    } //-
    Semaphore::open(context.space()?, ready)?.release(context);
    context.line("child.work"); //-
    let came = context.sleep_until_signal(LONG); //@ child.work
    if came.is_some() {
        context.line("child.stop"); //-
        context.say("process {} cleans up", [Item::of(n), Item::NOTHING]); //@ child.stop
    }
    Ok(Value::Nothing)
}

pub fn run(plan: &Plan, lab: &Lab<'_>) -> Result<(), Failure> {
    let (log, at) = (lab.main, At::new(lab)); //-
    let space = space()?;
    let ready = Semaphore::new(&space, lab.recorder, "ready", 0).map_err(failed)?;
    log.line(at.start); //-
    let crew = Crew::start(lab, &space, children_of(plan.processes))?; //@ main.start
    crew.meanwhile(|crew| {
        for k in 0..plan.processes {
            let handled = i64::from(plan.handled);
            let arg = [k as i64 + 1, plan.signal.into(), handled, ready.handle()];
            crew.run(k, "exceptions-signal", arg)?;
        }
        log.line(at.ready); //-
        for _ in 0..plan.processes {
            ready.acquire(log, None)?; //@ main.ready
        }
        log.sleep(plan.work)?;
        log.line(at.send); //-
        for k in 0..plan.processes {
            crew.children.signal(log, k, plan.signal); //@ main.send
        }
        log.line(at.join); //-
        crew.join() //@ main.join
    })?;
    log.step(at.end); //-
    super::say(log, &format!("all have ended after {}", signal_name(plan.signal))); //@ main.end
    Ok(())
}
// listing: end
