//! A list inside a list of a manager: what a proxy answers with is a copy.

use super::manager::actors;
use super::{Crew, failed, numbers, space};
use crate::record::thread::Failure;
use crate::topics::Lab;
use crate::topics::points::points;
use crate::topics::sharing_data::plan::Plan;
use crate::trace::Item;
use crate::workers::share::{Call, Kept, Manager};
use crate::workers::{Context, Value};

points! {
    At { start = "start", join = "join", look = "look", said = "said", end = "end" }
}

/// The number of the list.
const ROWS: usize = 0;

// listing: begin
pub fn child(context: &Context, arg: &Value) -> Result<Value, String> {
    let [manager, client] = numbers(arg)?;
    let mut rows = Manager::open(context.space()?, manager)?.proxy(client as u32)?;
    context.line("child.get"); //-
    let row = rows.call(context, ROWS, &Call::At(0), None)?; // a copy //@ child.get
    let Value::Ints(mut row) = row else { return Err("no list".to_owned()) };
    context.line("child.append"); //-
    row.push(client); // to the copy //@ child.append
    context.say("the copy has {}", [Item::of(row.len() as i64), Item::NOTHING]); //-
    Ok(Value::Nothing)
}

pub fn run(plan: &Plan, lab: &Lab<'_>) -> Result<(), Failure> {
    let (log, at, recorder) = (lab.main, At::new(lab), lab.recorder); //-
    let space = space()?;
    let manager = Manager::new(&space, plan.processes + 1).map_err(failed)?;
    log.line(at.start); //-
    let crew = Crew::start(lab, &space, actors(plan))?; //@ start
    let server = crew.actor(0);
    let manager = manager.kept_by(recorder, "manager", server);
    let kept = [Kept::list(recorder, "rows", server, vec![Value::Ints(Vec::new())])];
    crew.children.run(0, manager.job(&kept)?)?;
    for client in 1..=plan.processes {
        crew.run(client, "process-nested", [manager.handle(), client as i64])?;
    }
    crew.meanwhile(|crew| {
        log.line(at.join); //-
        (1..=plan.processes).try_for_each(|client| crew.join_one(client))?; //@ join
        let mut rows = manager.proxy(0)?;
        log.line(at.look); //-
        let row = rows.call(log, ROWS, &Call::At(0), None)?; //@ look
        let (said, row) = (lab.text("row 0 is {}"), lab.text(&row.to_string())); //-
        log.line(at.said); //-
        log.say(said, [Item::text(row), Item::NOTHING]); //@ said
        rows.call(log, ROWS, &Call::ShutDown, None)?;
        crew.join_one(0)
    })?;
    log.step(at.end); //-
    Ok(()) //@ end
}
// listing: end
