//! A list inside a list of a manager: what a proxy answers with is a copy.

use super::manager::actors;
use super::*;
use crate::trace::EventKind;
use crate::workers::share::{Call, Kept, Manager, Proxy, ShareError};

/// The number of the list.
const ROWS: usize = 0;

// listing: begin
pub fn child(context: &Context, arg: &Value) -> Result<Value, String> {
    let [manager, client, copy, gives_back] = numbers(arg)?;
    let mut rows = Manager::open(context.space()?, manager)?.proxy(client as u32)?;
    context.at("child.get"); //-
    let row = rows.call(context, ROWS, &Call::At(0), None)?; // a copy //@ child.get
    let Value::Ints(mut row) = row else { return Err("no list".to_owned()) };
    copied(context, copy, &row); //-
    context.at("child.append"); //-
    row.push(client); // to the copy //@ child.append
    changed(context, copy, row.len() - 1, client); //-
    context.tell("the copy has {}", [Item::of(row.len() as i64)]); //-
    put_back(gives_back, context, &mut rows, row)?; //@ ?give_back=yes child.give
    Ok(Value::Nothing)
}

pub fn run(plan: &Plan, lab: &Lab<'_>) -> Result<(), Failure> {
    let (log, recorder) = (lab.main, lab.recorder); //-
    let space = space()?;
    let manager = Manager::new(&space, plan.processes + 1).map_err(failed)?;
    log.at("start"); //-
    let crew = Crew::start(lab, &space, actors(plan))?; //@ start
    let server = crew.actor(0);
    let manager = manager.kept_by(recorder, "manager", server);
    let kept = [Kept::list(recorder, "rows", server, vec![Value::Ints(Vec::new())])];
    crew.children.run(0, manager.job(&kept)?)?;
    for client in 1..=plan.processes {
        let copy = kept[ROWS].copy(recorder, "copy of rows[0]", crew.actor(client)); //-
        let arg = [manager.handle(), client as i64, copy.0.into(), plan.gives_back.into()];
        crew.run(client, "process-nested", arg)?;
    }
    crew.meanwhile(|crew| {
        log.at("join"); //-
        (1..=plan.processes).try_for_each(|client| crew.join_one(client))?; //@ join
        let mut rows = manager.proxy(0)?;
        log.at("look"); //-
        let row = rows.call(log, ROWS, &Call::At(0), None)?; //@ look
        let count = if let Value::Ints(row) = &row { row.len() as i64 } else { 0 }; //-
        let row = lab.text(&row.to_string()); //-
        log.at("said"); //-
        log.tell("row 0 is {}", [Item::text(row), Item::of(count)]); //@ said
        rows.call(log, ROWS, &Call::ShutDown, None)?;
        crew.join_one(0)
    })?;
    log.step_at("end"); //-
    Ok(()) //@ end
}
// listing: end

/// There is a copy, with this in it.
fn copied(context: &Context, copy: i64, row: &[i64]) {
    (0..).zip(row).for_each(|(index, item)| changed(context, copy, index, *item));
    context.record(EventKind::Copied { res: ResourceId(copy as u16) });
}

/// The copy has an item more.
fn changed(context: &Context, copy: i64, index: usize, item: i64) {
    let (res, index, item) = (ResourceId(copy as u16), index as u32, Item::of(item));
    context.record(EventKind::Inserted { res, index, item });
}

fn put_back(
    gives_back: i64,
    context: &Context,
    rows: &mut Proxy,
    row: Vec<i64>,
) -> Result<(), ShareError> {
    if gives_back == 1 {
        context.at("child.give");
        rows.call(context, ROWS, &Call::PutAt(0, Value::Ints(row)), None)?;
    }
    Ok(())
}
