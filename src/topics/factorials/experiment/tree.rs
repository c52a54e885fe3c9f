//! One number, as a tree of products.

use super::{Shown, exact, say};
use crate::record::Log;
use crate::record::sync::{AsCompleted, ThreadPool};
use crate::record::thread::Failure;
use crate::replay::words::grouped;
use crate::topics::Lab;
use crate::topics::factorials::plan::Plan;
use crate::topics::factorials::work::{odd_part, twos};
use crate::topics::points::points;
use crate::trace::{Item, TaskId};
use num_bigint::BigUint;

points! {
    /// Where main and tasks can be.
    Points {
        start = "main.start",
        split = "main.split",
        pair = "main.pair",
        result = "main.result",
        digits = "main.digits",
        end = "main.end",
        part = "task.part",
        multiply = "task.multiply",
        decimal = "task.decimal",
    }
}

// listing: begin
pub fn run(lab: &Lab<'_>, plan: &Plan) -> Result<(), Failure> {
    let (log, at) = (lab.main, Points::new(lab)); //-
    log.line(at.start); //-
    let pool = ThreadPool::start(log, "pool", plan.threads, None)?; //@ main.start
    let done = multiply(log, &pool, plan, at).and_then(|product| {
        let task = TaskId::from_index(2 * plan.parts - 1);
        log.line(at.digits); //-
        let decimal = pool.submit(log, task, text(log, "to decimal"), move |log| {
            log.line(at.decimal); //-
            Ok(exact(log, product)) //@ task.decimal
        }); //-
        decimal.result(log) //@ main.digits
    });
    pool.shutdown(log)?;
    let (digits, _) = done?;
    log.line(at.end); //-
    say(log, plan.n, digits); //@ main.end
    Ok(())
}

/// No task waits for another one: when two results are there, a task that multiplies them is handed in.
fn multiply(log: &Log, pool: &ThreadPool, plan: &Plan, at: Points) -> Result<BigUint, Failure> {
    let (n, parts) = (plan.n, plan.parts);
    let mut open = AsCompleted::new(log);
    for part in 0..parts {
        let (task, first) = (TaskId::from_index(part), part as u64 + 1);
        let about = text(log, &format!("{first} · {} · …", first + parts as u64));
        log.line(at.split); //-
        let future = pool.submit(log, task, about, move |log| {
            log.line(at.part); //-
            Ok(in_bits(log, odd_part(n, first, parts))) //@ task.part
        }); //-
        open.add(future); //@ main.split
    }
    let mut single: Option<(TaskId, BigUint)> = None;
    let mut next = parts;
    loop {
        log.line(at.result); //-
        let Some((task, result)) = open.next()? else { break }; //@ main.result
        let (_, value) = result?;
        let Some((other, partner)) = single.take() else {
            single = Some((task, value));
            continue;
        };
        let about = text(log, &format!("{} × {}", other.0, task.0));
        log.line(at.pair); //-
        let future = pool.submit(log, TaskId::from_index(next), about, move |log| {
            log.line(at.multiply); //-
            Ok(in_bits(log, partner * value)) //@ task.multiply
        }); //-
        open.add(future); //@ main.pair
        next += 1;
    }
    let product = single.map_or_else(|| BigUint::from(1_u8), |(_, product)| product);
    Ok(product << twos(n))
}
// listing: end

/// A number too large to be shown, by its size.
fn in_bits(log: &Log, value: BigUint) -> Shown {
    (text(log, &format!("{} bits", grouped(value.bits()))), value)
}

fn text(log: &Log, text: &str) -> Item {
    Item::text(log.recorder().text(text))
}
