//! One computation, four ways, one after the other.

use super::super::plan::Plan;
use super::super::{WAYS, primes};
use crate::record::Log;
use crate::record::sync::Gil;
use crate::record::thread::{self, Failure};
use crate::topics::Lab;
use crate::topics::pools::with_signals;
use crate::trace::{Actor, EventKind, Item, Resource, ResourceId, ResourceKind, SectionId};
use crate::workers::{Pool, Value};

// listing: begin
pub fn run(lab: &Lab<'_>, plan: &Plan) -> Result<(), Failure> {
    let [alone, with_gil, threads, processes] = &[0, 1, 2, 3].map(|place| Way::new(lab, place));
    let gil = Gil::new(&lab.recorder.within(with_gil.section), plan.interval);
    timed(lab, "main.alone", alone, || {
        by_threads(lab, plan, alone, 1, count) //@ main.alone
    })?;
    timed(lab, "main.gil", with_gil, || {
        let count = |log: &Log, numbers| count_with_gil(log, &gil, numbers);
        by_threads(lab, plan, with_gil, plan.workers, count) //@ main.gil
    })?;
    timed(lab, "main.free", threads, || {
        by_threads(lab, plan, threads, plan.workers, count) //@ main.free
    })?;
    timed(lab, "main.processes", processes, || {
        by_processes(lab, plan, processes) //@ main.processes
    })
}

/// Each thread counts the primes of its part.
fn by_threads(
    lab: &Lab<'_>,
    plan: &Plan,
    way: &Way,
    count: i64,
    work: impl Fn(&Log, Numbers) -> Result<i64, Failure> + Sync,
) -> Result<i64, Failure> {
    let work = &work;
    thread::scope(lab.main, |scope| {
        let threads: Vec<_> = (0..count)
            .map(|part| {
                let numbers = Numbers { part, parts: count, limit: plan.limit };
                scope.spawn(way.actor(part), move |log| work(log, numbers))
            })
            .collect();
        threads.into_iter().try_fold(0, |sum, thread| Ok(sum + thread?.join(lab.main)?))
    })
}

fn count(log: &Log, numbers: Numbers) -> Result<i64, Failure> {
    let mut primes = 0;
    for number in numbers.iter() {
        primes += i64::from(primes::is_prime(&number));
        log.check()?;
    }
    Ok(primes)
}

/// The same, but only the holder of the lock runs.
fn count_with_gil(log: &Log, gil: &Gil, numbers: Numbers) -> Result<i64, Failure> {
    let mut held = gil.acquire(log)?;
    let mut primes = 0;
    for number in numbers.iter() {
        primes += i64::from(primes::is_prime(&number));
        held.check()?; // gives the lock up if another has waited for 5 ms
    }
    Ok(primes)
}

/// Each process counts the primes of its part. Starting and ending them is part of the time.
fn by_processes(lab: &Lab<'_>, plan: &Plan, way: &Way) -> Result<i64, Failure> {
    let pool = Pool::start(lab.main, super::pool("pool", plan.workers, Some(way.section)))?;
    with_signals(lab, &pool.signaller(), || {
        let part = |part| {
            let label = format!("task {part}: part {part}");
            Value::Labelled(label, vec![part, plan.workers, plan.limit])
        };
        let parts = (0..plan.workers).map(part).collect();
        let counts = pool.map(lab.main, "count-primes-of-a-part", parts, Some(1))?;
        pool.join(lab.main)?;
        Ok(counts.iter().filter_map(Value::as_int).sum())
    })
}
// listing: end

/// The part of the numbers that one actor checks.
#[derive(Clone, Copy)]
struct Numbers {
    part: i64,
    parts: i64,
    limit: i64,
}

impl Numbers {
    fn iter(self) -> impl Iterator<Item = i64> {
        primes::numbers(self.part, self.parts, self.limit)
    }
}

/// One way in the trace: its section, and the variable with the number of primes found.
struct Way {
    place: usize,
    section: SectionId,
    found: ResourceId,
}

impl Way {
    fn new(lab: &Lab<'_>, place: usize) -> Self {
        let number = u32::try_from(place).unwrap_or(u32::MAX);
        let section = lab.section(WAYS[place].name, number);
        let found = Resource::new("primes found", ResourceKind::Value).in_section(Some(section));
        Self { place, section, found: lab.recorder.resource(found) }
    }

    /// The thread that takes this part.
    fn actor(&self, part: i64) -> Actor {
        let (way, number) = (&WAYS[self.place], part + 1);
        Actor::thread(format!("{} {number}", way.actors), format!("{}{number}", way.badge))
            .in_section(Some(self.section))
    }
}

/// Runs one way: the length of its section is the way's time.
fn timed(
    lab: &Lab<'_>,
    point: &str,
    way: &Way,
    body: impl FnOnce() -> Result<i64, Failure>,
) -> Result<(), Failure> {
    let (section, log) = (way.section, lab.main);
    log.check()?;
    log.at(point);
    let found = log.in_section(section, body);
    let (res, version, old, new) = (way.found, 1, Item::NOTHING, Item::of(found?));
    log.record(EventKind::ValueChanged { res, version, old, new });
    Ok(())
}
