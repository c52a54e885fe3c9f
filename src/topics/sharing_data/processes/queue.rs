//! A queue between processes, each of which has a buffer and a feeder thread; and one whose child is joined before the queue is
//! emptied.

use super::*;
use crate::workers::share::Queue;

// listing: begin
pub fn child(context: &Context, arg: &Value) -> Result<Value, String> {
    let [jobs, buffer, first, items, make, kilobytes] = numbers(arg)?;
    let jobs = Queue::open(context.space()?, jobs)?;
    // Puts go into a buffer; a feeder thread writes them to the pipe.
    let mut jobs = jobs.putter(Some(ResourceId(buffer as u16)), "feeder");
    for n in first..first + items {
        context.at("child.make"); //-
        context.sleep(nanos(make)); //@ child.make
        context.at("child.put"); //-
        jobs.put(context, item(n, kilobytes), None)?; //@ child.put
    }
    context.at("child.finish"); //-
    jobs.finish(context)?; // not before the feeder thread has written all //@ child.finish
    Ok(Value::Nothing)
}

pub fn run(plan: &Plan, lab: &Lab<'_>) -> Result<(), Failure> {
    let (log, recorder) = (lab.main, lab.recorder); //-
    let space = space()?;
    let jobs =
        Queue::new(&space, recorder, "jobs", Some(plan.bound), true, None).map_err(failed)?;
    log.at("start"); //-
    let crew = Crew::start(lab, &space, children_of(plan.processes))?; //@ start
    for k in 0..plan.processes {
        let buffer = Queue::buffer(recorder, "buffer", Some(crew.actor(k))); //-
        let (first, items) = ((k * plan.items) as i64 + 1, plan.items as i64);
        let (make, kilobytes) = (time(plan.produce), plan.kilobytes as i64); //-
        let arg = [jobs.handle(), buffer.0.into(), first, items, make, kilobytes]; //-
        crew.run(k, "process-queue", arg)?;
    }
    let drain = || -> Result<(), Failure> {
        for _ in 0..plan.processes * plan.items {
            log.at("get"); //-
            jobs.get(log, None)?; //@ get
            log.at("use"); //-
            log.sleep(plan.consume)?; //@ use
        }
        Ok(())
    };
    crew.meanwhile(|crew| {
        let first = plan.is(Id::JoinBeforeDrain); //-
        let join = |now| if now { joined(log, crew) } else { Ok(()) }; //-
        join(first)?; //@ ?program=join-before-drain join
        drain()?;
        join(!first)?; //@ ?!program=join-before-drain join
        Ok(())
    })?;
    log.step_at("end"); //-
    Ok(()) //@ end
}
// listing: end

fn joined(log: &Log, crew: &Crew<'_>) -> Result<(), Failure> {
    log.at("join");
    crew.join()
}

fn item(n: i64, kilobytes: i64) -> Value {
    match usize::try_from(kilobytes) {
        Ok(kilobytes @ 1..) => Value::Bytes(vec![n as u8; kilobytes << 10]),
        _ => Value::Int(n),
    }
}
