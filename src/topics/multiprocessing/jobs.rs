//! What the worker processes of this topic do.

use super::plan::ABORT;
use super::primes;
use crate::record::os;
use crate::topics::children::{nanos, numbers};
use crate::trace::{EventKind, Item, ResourceId};
use crate::workers::jobs::{self, JobDef};
use crate::workers::{Context, Value};
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

/// All of them.
pub const JOBS: &[JobDef] = &[
    ("say-finished", say_finished),
    ("slow-square", slow_square),
    ("filter-image", filter_image),
    ("change-own-memory", change_own_memory),
    ("work-or-crash", work_or_crash),
    ("threads-of-which-one-crashes", threads_of_which_one_crashes),
    ("count-primes-of-a-part", count_primes_of_a_part),
];

/// What the variable holds when a process begins.
pub const START: i64 = 100;
/// How much longer threads sleep that one of them is to end with their process: on a busy machine that one may be late by more than
/// their work.
const LATE: Duration = Duration::from_secs(10);
/// The variable. Each process has its own: this program's memory is not its children's.
pub static VALUE: AtomicI64 = AtomicI64::new(START);

/// Where a variable is, as the process sees it.
pub fn address(variable: &AtomicI64) -> u64 {
    std::ptr::from_ref(variable).addr() as u64
}

fn resource(number: i64) -> ResourceId {
    ResourceId(number as u16)
}

// What stands between the marks is a Rust listing. Lines that end in `//-` only tell the recording which line comes next;
// they are left out there.
// listing: begin
/// A task of the five: sleeps, then says so.
fn say_finished(context: &Context, arg: &Value) -> Result<Value, String> {
    let [number, work] = numbers(arg)?; //@ say-finished
    context.at("say-finished.sleep"); //-
    context.sleep(nanos(work)); //@ say-finished.sleep
    context.at("say-finished.say"); //-
    context.tell("Worker {} finished", [Item::of(number)]); //@ say-finished.say
    Ok(Value::Int(number))
}

/// A square that takes its time.
fn slow_square(context: &Context, arg: &Value) -> Result<Value, String> {
    let [number, work] = numbers(arg)?; //@ slow-square
    context.at("slow-square.sleep"); //-
    context.sleep(nanos(work)); //@ slow-square.sleep
    let square = number * number;
    context.at("slow-square.say"); //-
    context.tell("{} squared is {}", [Item::of(number), Item::of(square)]); //@ slow-square.say
    Ok(Value::Int(square))
}

/// Blurs an image again and again, until it has had a processor for as long as asked.
fn filter_image(context: &Context, arg: &Value) -> Result<Value, String> {
    const SIDE: i64 = 64;
    let [number, work] = numbers(arg)?; //@ filter-image
    let used = || os::thread_cpu_time().unwrap_or(u64::MAX);
    let end = used().saturating_add(work.unsigned_abs());
    let mut passes = 0;
    context.at("filter-image.blur"); //-
    while used() < end {
        jobs::image(context, &Value::Ints(vec![SIDE, number + passes]))?; //@ filter-image.blur
        passes += 1;
    }
    context.at("filter-image.say"); //-
    context.tell("Image {} filtered {} times", [Item::of(number), Item::of(passes)]); //@ filter-image.say
    Ok(Value::Int(passes))
}

/// Changes the variable: this process's own copy of it.
fn change_own_memory(context: &Context, arg: &Value) -> Result<Value, String> {
    let [add, owner, copy, steps, pause] = numbers(arg)?;
    let copy = own_copy(owner, copy); //-
    look_at_memory(context, copy); //@ change-own-memory
    for step in 1..=steps {
        context.at("change-own-memory.pause"); //-
        context.sleep(nanos(pause)); //@ change-own-memory.pause
        context.at("change-own-memory.change"); //-
        let old = VALUE.fetch_add(add, Ordering::Relaxed); //@ change-own-memory.change
        changed(context, copy, step, old, old + add);
    }
    Ok(Value::Int(VALUE.load(Ordering::Relaxed)))
}

/// Works; the one that is to fail does so half-way.
fn work_or_crash(context: &Context, arg: &Value) -> Result<Value, String> {
    let [number, work, signal] = numbers(arg)?; //@ work-or-crash
    context.at("work-or-crash.first_half"); //-
    context.sleep(nanos(work / 2)); //@ work-or-crash.first_half
    if signal != 0 {
        context.at("work-or-crash.fail"); //-
        context.tell("Task {} fails", [Item::of(number)]);
        crash(context, signal)?; //@ work-or-crash.fail
    }
    context.at("work-or-crash.second_half"); //-
    context.sleep(nanos(work / 2)); //@ work-or-crash.second_half
    context.at("work-or-crash.finish"); //-
    context.tell("Task {} finished", [Item::of(number)]); //@ work-or-crash.finish
    Ok(Value::Int(number))
}

/// The same by threads of this one process.
fn threads_of_which_one_crashes(context: &Context, arg: &Value) -> Result<Value, String> {
    let [threads, victim, work, signal] = numbers(arg)?; //@ threads-of-which-one-crashes
    context.at("host.start"); //-
    context.scope(|scope| {
        let mut running = Vec::new();
        for place in 0..threads {
            let number = place + 1;
            let body = move |context: &Context| {
                context.at("thread.first_half"); //-
                context.sleep(nanos(work / 2)); //@ thread.first_half
                if place == victim {
                    context.at("thread.fail"); //-
                    context.tell("Thread {} fails", [Item::of(number)]);
                    crash(context, signal)?; //@ thread.fail
                }
                context.at("thread.second_half"); //-
                context.sleep(nanos(work / 2)); //@ thread.second_half
                let _ = (victim >= 0).then(|| context.sleep(LATE)); //-
                context.at("thread.finish"); //-
                context.tell("Thread {} finished", [Item::of(number)]); //@ thread.finish
                Ok(())
            };
            let (name, badge) = (format!("thread {number}"), format!("T{number}"));
            let thread = scope.spawn(&name, &badge, body); //@ host.start
            running.push(thread.map_err(|e| e.to_string())?);
        }
        context.at("host.join"); //-
        let mut running = running.into_iter();
        running.try_for_each(|thread| thread.join(context)) //@ host.join
    })?;
    Ok(Value::Int(threads))
}

/// Counts the primes of one part of the numbers below a limit.
fn count_primes_of_a_part(_: &Context, arg: &Value) -> Result<Value, String> {
    let [part, parts, limit] = numbers(arg)?; //@ count-primes-of-a-part
    let count = primes::numbers(part, parts, limit).filter(primes::is_prime);
    Ok(Value::Int(count.count() as i64))
}
// listing: end

/// The copy in the trace, if it belongs to this process. The replacement of a killed process has another one.
fn own_copy(owner: i64, copy: i64) -> Option<ResourceId> {
    (owner == i64::from(std::process::id())).then(|| resource(copy))
}

/// Says what the variable is, and where.
fn look_at_memory(context: &Context, copy: Option<ResourceId>) {
    let (address, now) = (address(&VALUE), Item::of(VALUE.load(Ordering::Relaxed)));
    if let Some(res) = copy {
        context.record(EventKind::Placed { res, address });
        context.record(EventKind::ValueSeen { res, version: 0, value: now });
    }
    let at = context.text(&format!("{address:#x}"));
    context.tell("value is {} at {}", [now, Item::text(at)]);
}

fn changed(context: &Context, copy: Option<ResourceId>, step: i64, old: i64, new: i64) {
    let (old, new) = (Item::of(old), Item::of(new));
    if let Some(res) = copy {
        context.record(EventKind::ValueChanged { res, version: step as u32, old, new });
    }
    context.tell("value = {}", [new]);
}

/// Ends the process, with all that is in it.
fn crash(context: &Context, signal: i64) -> Result<(), String> {
    context.flush();
    if signal == ABORT {
        std::process::abort();
    }
    jobs::signal(context, &Value::Int(signal)).map(drop)
}
