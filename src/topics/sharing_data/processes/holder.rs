//! A process that is killed while it holds or uses something, and the others that want it then.

use super::*;
use crate::topics::crew::until;
use crate::trace::SIGKILL;
use crate::workers::share::{Lock, Queue, Semaphore};
use std::time::Duration;

/// Longer than anybody waits.
const LONG: Duration = Duration::from_secs(3600);
const LOCK: i64 = 0;
const SEMAPHORE: i64 = 1;
const QUEUE: i64 = 2;

// listing: begin
/// Takes it, and is killed.
pub fn holder(context: &Context, arg: &Value) -> Result<Value, String> {
    let [tool, handle] = numbers(arg)?;
    let space = context.space()?;
    context.at("holder.take"); //-
    match tool {
        LOCK => {
            let lock = Lock::open(space, handle)?;
            let _guard = lock.acquire(context, None)?; //@ ?tool=lock holder.take
            context.at("holder.hold"); //-
            context.sleep(LONG); //@ ?tool=lock holder.hold
        }
        SEMAPHORE => {
            Semaphore::open(space, handle)?.acquire(context, None)?; //@ ?tool=semaphore holder.take
            context.at("holder.hold"); //-
            context.sleep(LONG); //@ ?tool=semaphore holder.hold
        }
        _ => {
            Queue::open(space, handle)?.get(context, None)?; //@ ?tool=queue holder.take
        }
    }
    Ok(Value::Nothing)
}

/// Wants it.
pub fn next(context: &Context, arg: &Value) -> Result<Value, String> {
    let [tool, handle, work] = numbers(arg)?;
    let space = context.space()?;
    context.at("next.take"); //-
    match tool {
        LOCK => {
            let lock = Lock::open(space, handle)?;
            let guard = lock.acquire(context, None)?; //@ ?tool=lock next.take
            if let Some(pid) = guard.from_the_dead() {
                let pid = [Item::of(pid.into()), Item::NOTHING]; //-
                context.tell("EOWNERDEAD: process {} died with the lock", pid);
            }
            context.at("next.work"); //-
            context.sleep(nanos(work)); //@ ?tool=lock next.work
        }
        SEMAPHORE => {
            let slots = Semaphore::open(space, handle)?;
            slots.acquire(context, None)?; //@ ?tool=semaphore next.take
            context.at("next.work"); //-
            context.sleep(nanos(work)); //@ ?tool=semaphore next.work
            slots.release(context);
        }
        _ => {
            Queue::open(space, handle)?.get(context, None)?; //@ ?tool=queue next.take
            context.at("next.work"); //-
            context.sleep(nanos(work)); //@ ?tool=queue next.work
        }
    }
    Ok(Value::Nothing)
}

pub fn run(plan: &Plan, lab: &Lab<'_>) -> Result<(), Failure> {
    let (log, recorder) = (lab.main, lab.recorder); //-
    let (space, robust) = (space()?, plan.robust);
    let has: Box<dyn Fn() -> bool>; //-
    let (tool, handle, queue) = match plan.tool {
        "lock" => {
            let lock = Lock::new(&space, recorder, "lock", robust).map_err(failed)?;
            let handle = lock.handle();
            has = Box::new(move || lock.is_taken()); //-
            (LOCK, handle, None)
        }
        "semaphore" => {
            let slots = Semaphore::new(&space, recorder, "slots", 1).map_err(failed)?;
            let handle = slots.handle();
            has = Box::new(move || slots.is_used_up()); //-
            (SEMAPHORE, handle, None)
        }
        _ => {
            let queue = Queue::new(&space, recorder, "jobs", None, robust, None).map_err(failed)?;
            queue.show_lock(recorder, "read lock of jobs"); //-
            let read = queue.clone(); //-
            has = Box::new(move || read.is_read()); //-
            (QUEUE, queue.handle(), Some(queue))
        }
    };
    log.at("start"); //-
    let crew = Crew::start(lab, &space, children_of(plan.processes))?; //@ start
    crew.run(0, "process-holder", [tool, handle])?;
    crew.meanwhile(|crew| {
        log.at("pause"); //-
        log.sleep(plan.pause)?; //@ pause
        until(log, &*has)?; //-
        for k in 1..plan.processes {
            crew.run(k, "process-next", [tool, handle, time(plan.work)])?;
        }
        until(log, || (1..plan.processes).all(|k| crew.children.has_begun(k)))?; //-
        log.sleep(plan.pause)?;
        log.at("kill"); //-
        crew.children.signal(log, 0, SIGKILL); //@ kill
        if let Some(queue) = &queue {
            log.at("go_on"); //-
            let buffer = Queue::buffer(recorder, "buffer", None); //-
            let mut putter = queue.putter(Some::<ResourceId>(buffer), "feeder");
            for n in 1..plan.processes as i64 {
                putter.put(log, n, None)?; //@ ?tool=queue go_on
            }
            putter.finish(log)?;
        }
        log.at("join"); //-
        crew.join() //@ join
    })?;
    log.step_at("end"); //-
    Ok(()) //@ end
}
// listing: end
