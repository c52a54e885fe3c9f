//! A trial on a pool of worker processes.

use super::Bench;
use crate::record::thread::Failure;
use crate::topics::pool_size::jobs;
use crate::topics::pool_size::sections::{Part, Trial};
use crate::workers::{Pool, PoolOptions, TaskOptions, Value};

/// How often a number is squared again whose worker was killed.
const RETRIES: u32 = 3;

// listing: begin
/// One trial. A worker that is killed costs time, not results.
pub fn trial(bench: &Bench<'_>, trial: &Trial, size: usize) -> Result<Vec<i64>, Failure> {
    let (log, plan) = (bench.lab.main, bench.plan);
    let (job, argument) = jobs::of(bench.rounds);
    let options = PoolOptions { section: Some(trial.trial), ..PoolOptions::new(size) };
    let again = TaskOptions { retries: RETRIES, ..TaskOptions::default() };
    let numbers = plan.numbers.iter().map(|n| argument(*n)).collect();
    log.at("main.start"); //-
    let pool = trial.run(log, Part::Start, || {
        Pool::start(log, options) //@ main.start
    })?;
    log.at("main.map"); //-
    let results = trial.run(log, Part::Map, || {
        let map = pool.map_async(log, job, numbers, plan.chunk, again)?;
        map.results(log) //@ main.map
    })?;
    log.at("main.shutdown"); //-
    trial.run(log, Part::Shutdown, || {
        pool.join(log) //@ main.shutdown
    })?;
    Ok(results.iter().filter_map(Value::as_int).collect())
}
// listing: end
