//! Processes of which one fails: alone, or while it has a lock that the others want.

use super::*;
use crate::topics::crew::until;
use crate::trace::{End, Item, signal_name};
use crate::workers::share::Lock;

// listing: begin
#[rustfmt::skip] //-
pub fn child(context: &Context, arg: &Value) -> Result<Value, String> {
    let [n, work, fails, fault, lock] = numbers(arg)?;
    let lock = if lock == 0 { None } else { Some(Lock::open(context.space()?, lock)?) }; //@ ?hold
    if lock.is_some() { context.at("child.acquire") } //-
    let held = lock.as_ref().map(|lock| lock.acquire(context, None)).transpose()?; //@ ?hold child.acquire
    context.at("child.work"); //-
    context.sleep(nanos(work)); //@ child.work
    if n == fails {
        context.at("child.fail"); //-
        return fail(context, fault, n); //@ child.fail
    }
    drop(held); //@ ?hold
    context.at("child.done"); //-
    context.tell("process {} is done", [Item::of(n)]); //@ child.done
    Ok(Value::Nothing)
}

pub fn run(plan: &Plan, lab: &Lab<'_>) -> Result<(), Failure> {
    let log = lab.main; //-
    let space = space()?;
    let new = || Lock::new(&space, lab.recorder, "lock", false).map_err(failed);
    let lock = plan.hold.then(new).transpose()?; //@ ?hold
    log.at("main.start"); //-
    let crew = Crew::start(lab, &space, children_of(plan.processes))?; //@ main.start
    let handle = lock.as_ref().map_or(0, Lock::handle);
    crew.meanwhile(|crew| {
        for k in 0..plan.processes {
            let arg = [k as i64 + 1, time(plan.work), plan.fails as i64, fault(plan.fault), handle];
            crew.run(k, "exceptions-child", arg)?;
            if k == 0 {
                log.sleep(plan.work / 4)?; // child 1 is the first to take it
                let has_had = |lock: &Lock| lock.is_taken() || crew.children.has_ended(0); //-
                until(log, || lock.as_ref().is_none_or(has_had))?; //-
            }
        }
        let mut codes = Vec::new();
        for k in 0..plan.processes {
            log.at("main.join"); //-
            let ended = crew.children.join(log, k, None)?; //@ main.join
            codes.push(exit_code(ended.end));
        }
        log.at("main.end"); //-
        log.tell(&format!("exit codes: {}", codes.join(", ")), []); //@ main.end
        Ok(())
    })
}
// listing: end

/// As Python has it: the number of a signal is negative.
fn exit_code(end: End) -> String {
    match end {
        End::Exited(status) => status.to_string(),
        End::Killed(signal) => format!("-{signal} ({})", signal_name(signal)),
        _ => "0".to_owned(),
    }
}
