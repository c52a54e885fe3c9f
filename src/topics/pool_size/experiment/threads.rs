//! A trial on a pool of threads of this process.

use super::Bench;
use crate::record::sync::{ThreadPool, busy, idle};
use crate::record::thread::{self, Failure};
use crate::record::{Cancelled, Log};
use crate::topics::pool_size::sections::{Part, Trial};
use crate::topics::pool_size::work::square;
use crate::trace::{EventKind, Item, Nanos, ResourceId, TaskId, WaitEnd, WaitOp};
use rayon::prelude::*;

// listing: begin
/// One trial.
pub fn trial(bench: &Bench<'_>, trial: &Trial, size: usize) -> Result<Vec<i64>, Failure> {
    let (log, plan) = (bench.lab.main, bench.plan);
    let name = "pool".to_owned();
    let (numbers, chunk, rounds) = (&plan.numbers, plan.chunk(size), bench.rounds);
    log.at("main.start"); //-
    let pool = trial.run(log, Part::Start, || {
        ThreadPool::start(log, name, size, Some(trial.trial)) //@ main.start
    })?;
    let res = pool.id();
    log.at("main.map"); //-
    let results = trial.run(log, Part::Map, || {
        waiting(log, res, numbers, || {
            //-
            pool.install(|| {
                let chunks = numbers.par_chunks(chunk).enumerate(); //@ main.map
                let square = |(place, part)| square_all(res, place * chunk, part, rounds);
                chunks.flat_map_iter(square).collect::<Result<Vec<_>, _>>()
            })
        }) //-
    });
    log.at("main.shutdown"); //-
    trial.run(log, Part::Shutdown, || {
        pool.shutdown(log) //@ main.shutdown
    })?;
    Ok(results?)
}
// listing: end

/// Hands the numbers in and waits for the results, on record.
fn waiting<T>(log: &Log, res: ResourceId, numbers: &[i64], map: impl FnOnce() -> T) -> T {
    for (task, n) in (0..).map(TaskId).zip(numbers) {
        let item = Item::of(*n);
        log.record(EventKind::TaskSubmitted { res, task, item });
    }
    let op = WaitOp::Result;
    log.record(EventKind::WaitBegan { res, op });
    let results = map();
    let how = WaitEnd::Woken;
    log.record(EventKind::WaitEnded { res, how });
    results
}

/// Squares the numbers of a chunk, the first of which is task `first`, on a thread of the pool.
fn square_all(
    res: ResourceId,
    first: usize,
    numbers: &[i64],
    rounds: u64,
) -> Vec<Result<i64, Cancelled>> {
    let tasks = (first..).map(TaskId::from_index).zip(numbers);
    let squares = thread::here(|log| {
        busy(log, res, Nanos::ZERO);
        let squares = tasks.map(|(task, n)| {
            log.check()?;
            log.record(EventKind::TaskStarted { res, task });
            let square = square(*n, rounds);
            let item = Item::of(square);
            log.record(EventKind::TaskFinished { res, task, item });
            Ok(square)
        });
        let squares = squares.collect();
        idle(log, res);
        squares
    });
    squares.unwrap_or_default()
}
