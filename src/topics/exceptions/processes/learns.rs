//! Something goes wrong in one tool after another, and whoever waits for it says what it is told: here by processes and a pool,
//! and in CPython, where each is a program of its own.

use crate::record::thread::Failure;
use crate::topics::Lab;
use crate::topics::children::{Crew, space};
use crate::topics::cpython::{Peer, Program};
use crate::topics::exceptions::plan::Plan;
use crate::topics::exceptions::table::{COLUMNS, CPYTHON, OURS, ROWS, Told, key, number};
use crate::topics::points::points;
use crate::trace::{Actor, End, SectionId};
use crate::workers::{Job, Pool, PoolOptions, TaskError, TaskOptions, Value};
use serde_json::json;
use std::time::Duration;

points! {
    At { process = "main.process", pool = "main.pool", cpython = "main.cpython", end = "main.end" }
}

/// No program is ended sooner: starting Python takes a while.
const LEAST: Duration = Duration::from_secs(1);
/// How long an executor may take at most.
const PATIENCE: Duration = Duration::from_secs(10);
/// The program it runs.
const PROGRAM: &str = include_str!("../../../../assets/python/learns.py");
/// More than a message may have.
const TOO_LONG: i64 = 17 << 20;

// listing: begin
/// What goes wrong, as a job that workers know.
fn job(row: &str) -> Job {
    match row {
        "raise" => Job::new("fail", Value::from("ValueError")),
        "exit" => Job::new("exit", 3),
        "kill" => Job::new("signal", 9),
        _ => Job::new("zeros", TOO_LONG), // a result that is too long to be sent
    }
}

pub fn run(plan: &Plan, lab: &Lab<'_>) -> Result<(), Failure> {
    let (log, at) = (lab.main, At::new(lab)); //-
    for (row, ..) in ROWS {
        log.line(at.process); //-
        note(lab, row, "process", in_process)?; //@ main.process
        log.line(at.pool); //-
        note(lab, row, "pool", in_pool)?; //@ main.pool
    }
    log.line(at.cpython); //-
    let cells = ROWS.iter().flat_map(|row| COLUMNS.map(|column| (row.0, column.0)));
    ask_cpython(plan, lab, None, cells)?; //@ main.cpython
    log.step(at.end); //-
    Ok(()) //@ main.end
}

fn in_process(lab: &Lab<'_>, row: &str) -> Result<Told, Failure> {
    let actor = Actor::process(format!("process: {row}"), "P");
    let crew = Crew::start(lab, &space()?, vec![actor])?;
    crew.children.run(0, job(row))?;
    let ended = crew.children.join(lab.main, 0, None)?;
    let code = match ended.end {
        End::Exited(code) => code,
        End::Killed(signal) => -i32::from(signal),
        _ => 0,
    };
    let text = !ended.stderr.is_empty();
    Ok(Told { code: Some(code), status: Some(0), text, ..Told::default() })
}

fn in_pool(lab: &Lab<'_>, row: &str) -> Result<Told, Failure> {
    let pool = Pool::start(lab.main, PoolOptions::new(1))?;
    let asked = pool.submit(lab.main, job(row), TaskOptions::default());
    pool.close(); // nobody takes the place of a worker that dies
    let caller = match asked.and_then(|task| task.result(lab.main)) {
        Ok(_) => None,
        Err(TaskError::Stopped) => return Err(Failure::Cancelled),
        Err(TaskError::WorkerDied { .. }) => Some("WorkerDied".to_owned()),
        Err(_) => Some("TaskError".to_owned()),
    };
    pool.join(lab.main)?;
    Ok(Told { caller, status: Some(0), ..Told::default() })
}
// listing: end

/// Does what measures a cell, in the section of that cell, where it is in a table.
fn in_cell<T>(lab: &Lab<'_>, (of, row, column): (&str, &str, &str), what: impl FnOnce() -> T) -> T {
    let Some(number) = number(of, row, column) else { return what() };
    let whose = if of == CPYTHON { "CPython, " } else { "" };
    lab.main.in_section(lab.section(format!("{whose}{row} in {column}"), number), what)
}

/// Measures a cell of this program's own.
fn note(
    lab: &Lab<'_>,
    row: &str,
    column: &str,
    measure: fn(&Lab<'_>, &str) -> Result<Told, Failure>,
) -> Result<(), Failure> {
    let measured = || lab.main.in_span(&format!("{row} in {column}"), || measure(lab, row));
    let told = in_cell(lab, (OURS, row, column), measured)?;
    let told = serde_json::to_string(&told).unwrap_or_default();
    lab.recorder.fact(&key(OURS, row, column), told);
    Ok(())
}

/// Has CPython measure cells, where there is one; what it took for each is a span of it.
///
/// # Errors
/// The run was stopped.
pub fn ask_cpython<'a>(
    plan: &Plan,
    lab: &Lab<'_>,
    section: Option<SectionId>,
    cells: impl Iterator<Item = (&'a str, &'a str)>,
) -> Result<(), Failure> {
    if plan.start_method == "none" {
        return Ok(());
    }
    let least = plan.limit.max(LEAST);
    let mut peer = Peer::open(lab, Program { section, ..Program::new(PROGRAM, "program") })?;
    for (row, column) in cells {
        let name = format!("{row} in {column}");
        // An executor comes to an end by itself: on a busy machine it takes its time.
        let limit = if column == "futures" { least.max(PATIENCE) } else { least };
        let (method, seconds) = (plan.start_method, limit.as_secs_f64());
        let request = json!({ "row": row, "column": column, "method": method, "limit": seconds, "name": name });
        peer.trial(true, |python| {
            let ask = || python.ask(lab.main, &request, &[], limit + PATIENCE);
            let told = in_cell(lab, (CPYTHON, row, column), ask)?;
            // A program that failed by itself has found out nothing.
            if told["status"].as_i64().is_some_and(|status| status > 0) {
                super::say(lab.main, &format!("CPython, {name}: the program failed"));
                return Ok(());
            }
            lab.recorder.fact(&key(CPYTHON, row, column), told.to_string());
            let told: Told = serde_json::from_value(told).unwrap_or_default();
            let [truth, detail, ..] = told.words(row);
            super::say(lab.main, &format!("CPython, {name}: {truth}, {detail}"));
            Ok(())
        })?;
    }
    peer.end();
    Ok(())
}
