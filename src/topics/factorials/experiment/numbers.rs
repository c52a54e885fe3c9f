//! A task for each number.

use super::*;
use crate::record::sync::{AsCompleted, exception_of};
use crate::record::thread;
use crate::topics::factorials::WAYS;
use crate::topics::factorials::plan::Call;
use crate::topics::factorials::work::factorial;
use crate::trace::{Actor, EventKind, SectionId};
use std::time::Duration;

// listing: begin
pub fn run(lab: &Lab<'_>, plan: &Plan) -> Result<(), Failure> {
    let log = lab.main;
    let mut section = None;
    if plan.compare {
        let [alone, each, pool] = sections(lab);
        log.at("main.alone"); //-
        log.in_section(alone, || one_after_another(log, plan))?;
        log.in_section(each, || a_thread_for_each(log, plan, each))?;
        section = Some(pool);
    }
    match section {
        Some(id) => log.in_section(id, || on_a_pool(log, plan, section))?,
        None => on_a_pool(log, plan, None)?,
    }
    log.step_at("main.end"); //@ main.end
    Ok(())
}

fn one_after_another(log: &Log, plan: &Plan) -> Result<(), Failure> {
    for n in 1..=plan.n {
        log.at("main.alone"); //-
        compute(log, n.cast_signed(), plan.pause(n))?; //@ main.alone
    }
    Ok(())
}

fn a_thread_for_each(log: &Log, plan: &Plan, section: SectionId) -> Result<(), Failure> {
    thread::scope(log, |scope| {
        let mut threads = Vec::new();
        for n in 1..=plan.n {
            let pause = plan.pause(n);
            log.at("main.each"); //-
            threads.push(
                scope.spawn(own(n, section), move |log| compute(log, n.cast_signed(), pause))?,
            ); //@ main.each
        }
        log.at("main.join"); //-
        for thread in threads {
            thread.join(log)?; //@ main.join
        }
        Ok(())
    })
}

fn on_a_pool(log: &Log, plan: &Plan, section: Option<SectionId>) -> Result<(), Failure> {
    log.at("main.start"); //-
    let pool = ThreadPool::start(log, "pool", plan.threads, section)?; //@ main.start
    let submit = |n: u64| {
        let pause = plan.pause(n);
        let number = if plan.fails == Some(n) { -n.cast_signed() } else { n.cast_signed() };
        log.at("main.submit"); //-
        let compute = move |log: &Log| compute(log, number, pause);
        pool.submit(log, task(n), text(log, &format!("{number}!")), compute) //@ main.submit
    };
    let done = match plan.call {
        Call::Map => {
            let futures: Vec<_> = (1..=plan.n).map(submit).collect();
            (1..).zip(futures).try_for_each(|(n, future)| {
                log.at("main.result"); //-
                let (item, _) = future.result(log)?; //@ main.result
                say(log, n, item);
                Ok(())
            })
        }
        Call::AsCompleted => {
            let mut futures = AsCompleted::new(log);
            for n in 1..=plan.n {
                futures.add(submit(n));
            }
            as_completed(log, &pool, futures)
        }
        Call::TimeOut(patience) => {
            let futures: Vec<_> = (1..=plan.n).map(submit).collect();
            (1..).zip(futures).try_for_each(|(n, future)| {
                log.at("main.result"); //-
                let result = future.result_within(log, patience)?; //@ main.result
                match result {
                    Some((item, _)) => say(log, n, item),
                    None => log.tell(&format!("gave up on {n}!"), [Item::NOTHING; 2]),
                }
                Ok(())
            })
        }
        Call::InLoop => (1..=plan.n).try_for_each(|n| {
            let future = submit(n);
            log.at("main.result"); //-
            let (item, _) = future.result(log)?; //@ main.result
            say(log, n, item);
            Ok(())
        }),
    };
    log.at("main.leave"); //-
    pool.shutdown(log)?; //@ main.leave
    done
}

fn as_completed(
    log: &Log,
    pool: &ThreadPool,
    mut futures: AsCompleted<'_, Shown>,
) -> Result<(), Failure> {
    loop {
        log.at("main.result"); //-
        let next = futures.next_done()?; //@ main.result
        match next {
            Some((task, Ok((item, _)))) => say(log, u64::from(task.0), item),
            Some((task, Err(Failure::Error(why)))) => {
                let exception = exception_of(pool.id(), task); //-
                log.at("main.caught"); //-
                log.record(EventKind::Caught { exception }); //-
                log.tell(&format!("-{}! failed: {why}", task.0), [Item::NOTHING; 2]); //@ main.caught
            }
            Some((_, Err(failure))) => return Err(failure),
            None => return Ok(()),
        }
    }
}

fn compute(log: &Log, number: i64, pause: Duration) -> Result<Shown, Failure> {
    if pause > Duration::ZERO {
        log.at("task.sleep"); //-
        log.sleep(pause)?; //@ task.sleep
    }
    log.at("task.compute"); //-
    let Ok(n) = u64::try_from(number) else {
        return Err(Failure::Error("factorial() not defined for negative values".to_owned()));
    };
    Ok(exact(log, factorial(n))) //@ task.compute
}
// listing: end

/// The ways that are compared.
fn sections(lab: &Lab<'_>) -> [SectionId; 3] {
    [0, 1, 2].map(|number| lab.section(WAYS[number as usize], number))
}

/// The thread of one number.
fn own(n: u64, section: SectionId) -> Actor {
    Actor::thread(format!("thread of {n}!"), format!("{n}!")).in_section(Some(section))
}
