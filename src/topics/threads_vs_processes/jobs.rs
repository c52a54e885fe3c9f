//! What the child processes of this topic do.

use super::work::{Hands, Task};
use crate::record::os;
use crate::trace::EventKind;
use crate::workers::jobs::JobDef;
use crate::workers::share::Pipe;
use crate::workers::{Context, Value};

/// All of them.
pub const JOBS: &[JobDef] = &[("do-a-task", do_a_task)];

// listing: begin
/// A process does its task and ends.
fn do_a_task(context: &Context, arg: &Value) -> Result<Value, String> {
    let (task, pipe) = Task::of_value(arg)?;
    let name = context.text(&task.name()); //-
    context.record(EventKind::SpanBegan { name }); //-
    context.at("task"); //-
    let given = if pipe == 0 { Vec::new() } else { receive(context, pipe)? };
    let result =
        task.run(&mut Hands::in_process(context, &given)).map_err(|error| error.to_string())?; //@ task
    context.record(EventKind::SpanEnded { name }); //-
    os::measured(os::memory()).for_each(|kind| context.record(kind)); //-
    Ok(Value::Int(result))
}

/// Receives what it is handed: a copy, through a pipe.
fn receive(context: &Context, pipe: i64) -> Result<Vec<u8>, String> {
    let pipe = Pipe::open(context.space()?, pipe)?;
    match pipe.receive(context, None, &|| ())? {
        Value::Bytes(given) => Ok(given),
        other => Err(format!("{other} is no packet")),
    }
}
// listing: end
