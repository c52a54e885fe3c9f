//! What the child processes of this topic do.

use super::work::{self, Hands, Task, http};
use crate::record::os;
use crate::topics::children::numbers;
use crate::trace::EventKind;
use crate::workers::jobs::JobDef;
use crate::workers::share::{Pipe, SharedValue, Unrecorded};
use crate::workers::{Context, Value};
use std::net::{Ipv4Addr, TcpListener};

/// All of them.
pub const JOBS: &[JobDef] = &[("serve-files", serve_files), ("do-a-task", do_a_task)];

/// `[handle]` of the number that is to hold the port: a web server on the loopback network, until it is asked to end.
fn serve_files(context: &Context, arg: &Value) -> Result<Value, String> {
    let [handle] = numbers(arg)?;
    let refused = |error: std::io::Error| crate::record::refused::why(&error);
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(refused)?;
    let port = listener.local_addr().map_err(refused)?.port();
    SharedValue::open(context.space()?, handle)?.write(&Unrecorded, port.into());
    let what = context.text("requests");
    context.record(EventKind::IoBegan { what });
    context.flush();
    let served = http::serve(&listener);
    context.record(EventKind::IoEnded);
    served.map_err(refused)?;
    Ok(Value::Nothing)
}

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
    work::measure(os::memory()).for_each(|kind| context.record(kind)); //-
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
