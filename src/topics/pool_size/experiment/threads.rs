//! A trial on a pool of threads of this process.

use super::Bench;
use crate::record::thread::{self, Failure, JoinHandle};
use crate::record::{Cancelled, Log};
use crate::topics::pool_size::sections::{Part, Trial};
use crate::topics::pool_size::work::square;
use crate::trace::{
    Actor, EventKind, Item, Resource, ResourceId, ResourceKind, TaskId, WaitEnd, WaitOp,
};
use rayon::prelude::*;
use rayon::{ThreadBuilder, ThreadPool, ThreadPoolBuilder};
use std::io;

// listing: begin
/// One trial.
pub fn trial(bench: &Bench<'_>, trial: &Trial, size: usize) -> Result<Vec<i64>, Failure> {
    let (log, plan) = (bench.lab.main, bench.plan);
    let resource = Resource::new(format!("threads, pool of {size}"), ResourceKind::Pool);
    let capacity = u32::try_from(size).unwrap_or(u32::MAX);
    let resource = resource.with_capacity(capacity).in_section(Some(trial.trial));
    let res = bench.lab.recorder.resource(resource);
    let (numbers, chunk, rounds) = (&plan.numbers, plan.chunk(size), bench.rounds);
    log.line(bench.at.start); //-
    let (pool, threads) = trial.run(log, Part::Start, || {
        start(log, trial, res, size) //@ main.start
    });
    let pool = finish_unless(log, pool, threads)?; //-
    log.line(bench.at.map); //-
    let results = trial.run(log, Part::Map, || {
        waiting(log, res, numbers, || {
            //-
            pool.0.install(|| {
                let chunks = numbers.par_chunks(chunk).enumerate(); //@ main.map
                let square = |(place, part)| square_all(res, place * chunk, part, rounds);
                chunks.flat_map_iter(square).collect::<Result<Vec<_>, _>>()
            })
        }) //-
    });
    log.line(bench.at.shutdown); //-
    trial.run(log, Part::Shutdown, || {
        pool.end(log) //@ main.shutdown
    })?;
    Ok(results?)
}
// listing: end

/// A pool and its threads, to be waited for.
struct Started(ThreadPool, Vec<JoinHandle<()>>);

impl Started {
    /// Tells the threads to end, and waits until they have.
    fn end(self, log: &Log) -> Result<(), Failure> {
        let Self(pool, threads) = self;
        drop(pool);
        join(log, threads)
    }
}

fn join(log: &Log, threads: Vec<JoinHandle<()>>) -> Result<(), Failure> {
    // All of them, whatever comes of the first.
    let ends: Vec<_> = threads.into_iter().map(|thread| thread.join(log)).collect();
    ends.into_iter().collect()
}

type Built = (Result<ThreadPool, rayon::ThreadPoolBuildError>, Vec<JoinHandle<()>>);

/// Starts a pool whose threads are actors.
fn start(log: &Log, trial: &Trial, res: ResourceId, size: usize) -> Built {
    let mut threads = Vec::with_capacity(size);
    let spawn = |thread: ThreadBuilder| -> io::Result<()> {
        let number = thread.index() + 1;
        let actor = Actor::thread(format!("thread {number}"), format!("T{number}"));
        let actor = actor.worker_of(res).in_section(Some(trial.trial));
        threads.push(thread::spawn(log, actor, move |log| {
            idle(log, res);
            thread.run();
            let how = WaitEnd::Broken;
            log.record(EventKind::WaitEnded { res, how });
            Ok(())
        })?);
        Ok(())
    };
    let builder = ThreadPoolBuilder::new().num_threads(size);
    let pool = builder.spawn_handler(spawn).build();
    (pool, threads)
}

/// Where the system had no thread to spare, those it had are waited for: the unfinished pool has told them to end.
fn finish_unless(
    log: &Log,
    pool: Result<ThreadPool, rayon::ThreadPoolBuildError>,
    threads: Vec<JoinHandle<()>>,
) -> Result<Started, Failure> {
    match pool {
        Ok(pool) => Ok(Started(pool, threads)),
        Err(error) => {
            join(log, threads)?;
            Err(Failure::Error(format!(
                "could not start a pool of threads: {error}; choose smaller sizes"
            )))
        }
    }
}

fn idle(log: &Log, res: ResourceId) {
    let op = WaitOp::Task;
    log.record(EventKind::WaitBegan { res, op });
}

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
        let how = WaitEnd::Woken;
        log.record(EventKind::WaitEnded { res, how });
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
