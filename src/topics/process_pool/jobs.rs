//! The jobs of this topic, beside those that every worker knows.

use crate::trace::Item;
use crate::workers::jobs::JobDef;
use crate::workers::{Context, Value};
use std::time::Duration;

/// The jobs.
pub const JOBS: &[JobDef] = &[(SLEEPER, sleeper)];

/// The job that sleeps and says which process did it. Argument: `[task, microseconds]`, with a 1 added for the task whose
/// worker will be killed.
pub const SLEEPER: &str = "sleep-and-say";

/// The longest time a task waits for its worker to be killed.
const DOOMED: Duration = Duration::from_secs(60);

// What stands between the marks is the Rust listing of the job. Lines that end in `//-` only tell the recording which
// line comes next; they are left out there.
// listing: begin
/// Sleeps, then says who it was.
fn sleeper(context: &Context, arg: &Value) -> Result<Value, String> {
    let (task, duration, doomed) = given(arg)?; //@ sleep-and-say
    context.at("sleep-and-say.sleep"); //-
    context.sleep(duration); //@ sleep-and-say.sleep
    if doomed {
        // The signal is on its way. It must find the task unfinished, however busy the machine is.
        context.sleep(DOOMED);
    }
    let pid = i64::from(std::process::id());
    context.at("sleep-and-say.say"); //-
    context.tell("task {} was done by PID {}", [Item::of(task), Item::of(pid)]); //@ sleep-and-say.say
    Ok(Value::Int(pid))
}
// listing: end

/// The task, its duration, and whether its worker will be killed in it.
fn given(arg: &Value) -> Result<(i64, Duration, bool), String> {
    let (task, micros, doomed) = match arg {
        Value::Ints(given) | Value::Labelled(_, given) => match given[..] {
            [task, micros] => (task, micros, false),
            [task, micros, doomed] => (task, micros, doomed != 0),
            _ => return Err(format!("{arg} is not a task and its time")),
        },
        _ => return Err(format!("{arg} is not a task and its time")),
    };
    let micros = u64::try_from(micros).map_err(|_| format!("{micros} µs is no time to sleep"))?;
    Ok((task, Duration::from_micros(micros), doomed))
}
