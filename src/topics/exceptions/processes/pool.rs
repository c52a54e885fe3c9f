//! Tasks on a pool of processes, one of which fails.

use super::*;
use crate::record::sync::exception_of;
use crate::topics::exceptions::spec::is_asked_of_cpython;
use crate::topics::pools::with_signals;
use crate::trace::{EventKind, ResourceId, SectionId, TaskId};
use crate::workers::{Pool, PoolOptions, TaskError, TaskOptions};

// listing: begin
pub fn job(context: &Context, arg: &Value) -> Result<Value, String> {
    let [n, work, fails, fault] = numbers(arg)?;
    context.at("task.work"); //-
    context.sleep(nanos(work)); //@ task.work
    if n == fails {
        context.at("task.fail"); //-
        return fail(context, fault, n); //@ task.fail
    }
    context.at("task.done"); //-
    Ok(Value::Int(n * n)) //@ task.done
}

pub fn run(plan: &Plan, lab: &Lab<'_>) -> Result<(), Failure> {
    let log = lab.main; //-
    let (section, theirs) = sections(plan, lab); //-
    begin(log, section); //-
    log.at("main.start"); //-
    let options = PoolOptions { send_ahead: false, ..PoolOptions::new(plan.processes) };
    let options = PoolOptions { section, ..options }; //-
    let pool = Pool::start(log, options)?; //@ main.start
    with_signals(lab, &pool.signaller(), || {
        let args = (0..plan.tasks).map(|n| arg(plan, n)).collect();
        let once = TaskOptions::default();
        log.at("main.result"); //-
        let tasks = pool.map_async(log, "exceptions-task", args, Some(1), once)?;
        if plan.call == "imap" {
            let mut each = tasks.one_by_one(true);
            loop {
                let next = each.next(log); //@ ?call=imap main.result
                let Some((n, result)) = next else { break };
                taken(log, &pool, n, result)?;
                log.at("main.result"); //-
            }
        } else {
            // The first error, once all tasks are done.
            let all = tasks.results(log); //@ ?!call=imap main.result
            took_all(log, &pool, plan, all)?;
        }
        Ok::<(), Failure>(log.check()?)
    })?;
    log.at("main.join"); //-
    pool.join(log)?; //@ main.join
    end(log, section); //-
    in_cpython(plan, lab, theirs)?; //-
    log.step_at("main.end"); //-
    log.tell("all done", []); //@ main.end
    Ok(())
}

fn caught(log: &Log, pool: &Pool, task: usize, error: TaskError) -> Result<(), Failure> {
    let failure = asked(log, pool.resource(), task, error)?;
    log.at("main.caught"); //-
    log.tell(&format!("failed: {}", log.catch(failure)?), []); //@ main.caught
    Ok(())
}
// listing: end

/// The sections of this pool and of CPython's two, where these are asked.
fn sections(plan: &Plan, lab: &Lab<'_>) -> (Option<SectionId>, Option<SectionId>) {
    if !is_asked_of_cpython(plan.fault) || plan.start_method == "none" {
        return (None, None);
    }
    (Some(lab.section("this pool", 0)), Some(lab.section("CPython's pools", 1)))
}

fn begin(log: &Log, section: Option<SectionId>) {
    if let Some(section) = section {
        log.record(EventKind::SectionBegan { section });
    }
}

fn end(log: &Log, section: Option<SectionId>) {
    if let Some(section) = section {
        log.record(EventKind::SectionEnded { section });
    }
}

/// What CPython's pool and its executor do with the same.
fn in_cpython(plan: &Plan, lab: &Lab<'_>, section: Option<SectionId>) -> Result<(), Failure> {
    let Some(id) = section else { return Ok(()) };
    let cells = ["map", "futures"].map(|tool| (plan.fault, tool)).into_iter();
    lab.main.in_section(id, || learns::ask_cpython(plan, lab, section, cells))
}

fn arg(plan: &Plan, n: usize) -> Value {
    let given = vec![n as i64, time(plan.work), plan.fails as i64, fault(plan.fault)];
    Value::Labelled(format!("square({n})"), given)
}

type Result1 = Result<Value, TaskError>;

/// Takes the result of one task.
fn taken(log: &Log, pool: &Pool, n: usize, result: Result1) -> Result<(), Failure> {
    let (res, task) = (pool.resource(), TaskId::from_index(n));
    match result {
        Ok(value) => {
            log.record(EventKind::ResultsTaken { res, task, count: 1 });
            log.tell(&value.to_string(), []);
            Ok(())
        }
        Err(error) => caught(log, pool, n, error),
    }
}

/// Takes all results, or the one error that there is in their place.
fn took_all(
    log: &Log,
    pool: &Pool,
    plan: &Plan,
    all: Result<Vec<Value>, TaskError>,
) -> Result<(), Failure> {
    match all {
        Ok(values) => {
            let (res, task, count) = (pool.resource(), TaskId(0), values.len() as u32);
            log.record(EventKind::ResultsTaken { res, task, count });
            let numbers: Vec<String> = values.iter().map(ToString::to_string).collect();
            log.tell(&numbers.join(" "), []);
            Ok(())
        }
        Err(error) => caught(log, pool, plan.fails, error),
    }
}

/// The exception of a task, in the program: that of the job, or one of the pool's where its worker is gone.
fn asked(log: &Log, res: ResourceId, task: usize, error: TaskError) -> Result<Failure, Failure> {
    let id = TaskId::from_index(task);
    match error {
        TaskError::Stopped => return Err(Failure::Cancelled),
        TaskError::NoWorkers(_) => return Err(error.into()),
        _ => {}
    }
    log.record(EventKind::ResultsTaken { res, task: id, count: 1 });
    match error {
        TaskError::Failed(text) => {
            let exception = exception_of(res, id);
            log.record(EventKind::Propagated { exception, to: log.id() });
            Ok(Failure::Raised { exception, text })
        }
        other => Ok(log.raise(&other.to_string())),
    }
}
