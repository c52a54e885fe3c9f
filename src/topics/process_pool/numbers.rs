//! Statistics of a pool: times, utilisation, overhead, tasks per worker.

use super::done::Done;
use super::world::{self, Side};
use crate::replay::Replay;
use crate::trace::{ActorId, Nanos};
use serde::{Serialize, Serializer};
use std::collections::HashMap;

/// The numbers of one pool, up to an instant. How each is defined stands in the topic's documentation.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Numbers {
    /// From asking for its first process to the end of its last one, or to the instant.
    #[serde(rename = "wall_ns", serialize_with = "ns")]
    pub wall: Nanos,
    /// Until the first workers were all there.
    #[serde(rename = "start_ns", serialize_with = "ns_or_0")]
    pub start: Option<Nanos>,
    /// Processes started.
    pub processes: usize,
    /// Workers that began a task.
    #[serde(skip)]
    pub at_work: usize,
    /// Time in tasks, all workers together, of the workers' time from the pool's beginning to its last result.
    #[serde(serialize_with = "rounded")]
    pub utilisation: f64,
    /// Time a task waited for a worker, on average.
    #[serde(rename = "mean_queue_wait_ns", serialize_with = "ns_or_0")]
    pub mean_wait: Option<Nanos>,
    /// Time from when a task and a place for it were both there until it began, on average.
    #[serde(rename = "overhead_per_task_ns", serialize_with = "ns_or_0")]
    pub overhead: Option<Nanos>,
    /// Tasks begun by each worker, in the order the workers were started.
    #[serde(rename = "tasks_per_worker")]
    pub per_worker: Vec<u32>,
    /// Time in tasks of the place that was busy longest.
    #[serde(rename = "busiest_ns", serialize_with = "ns")]
    pub busiest: Nanos,
    /// Time in tasks of the place that was busy least.
    #[serde(rename = "least_busy_ns", serialize_with = "ns")]
    pub least_busy: Nanos,
    /// Memory of its own, each worker as measured last, where it was measured.
    #[serde(rename = "own_memory_bytes", skip_serializing_if = "Vec::is_empty")]
    pub memory: Vec<u64>,
}

impl Numbers {
    /// Those of a side up to an instant.
    pub fn of(side: &Side, done: &Done, replay: &Replay, until: Nanos) -> Option<Self> {
        let begin = side.begin(replay).filter(|at| *at <= until)?;
        let under_way = under_way(side, replay);
        let mut sums = Sums::default();
        let mut busy = vec![Nanos::ZERO; side.slots.len()];
        let mut each = HashMap::with_capacity(side.workers.len());
        let mut last = begin;
        for (slot, busy) in side.slots.iter().zip(&mut busy) {
            // Since when the place is free.
            let mut free = begin;
            for worker in slot {
                let begun = done.begun(*worker, until);
                let mut tasks = begun.len();
                if let [first, ..] = begun
                    && let Some(task) = begun.last()
                {
                    let gone = task.ended.min(until);
                    sums.waited = sums.waited + task.waited;
                    sums.overhead = sums.overhead
                        + task.overhead
                        + first.started.since(first.submitted.max(free));
                    *busy = *busy + task.busy.since(task.ended.since(gone));
                    free = gone;
                }
                let mine = under_way.iter().find(|(who, ..)| who == worker);
                if let Some(&(_, submitted, started)) = mine
                    && started <= until
                {
                    tasks += 1;
                    sums.waited = sums.waited + started.since(submitted);
                    sums.overhead = sums.overhead + started.since(submitted.max(free));
                    *busy = *busy + until.since(started);
                    free = until;
                }
                sums.tasks += tasks as u64;
                each.insert(*worker, u32::try_from(tasks).unwrap_or(u32::MAX));
            }
            last = last.max(free);
        }
        let mean = |sum: Nanos| sum.0.checked_div(sums.tasks).map(Nanos);
        let total: u128 = busy.iter().map(|b| u128::from(b.0)).sum();
        let room = side.size as u128 * u128::from(last.since(begin).0);
        let alive =
            side.workers.iter().filter(|w| world::birth(replay, **w).is_some_and(|at| at <= until));
        let end = side.end(replay).map_or(until, |end| end.min(until));
        Some(Self {
            wall: end.since(begin),
            start: side.ready(replay).filter(|at| *at <= until).map(|at| at.since(begin)),
            processes: side.started_at(replay, until),
            at_work: each.values().filter(|tasks| **tasks > 0).count(),
            utilisation: if room == 0 { 0.0 } else { total as f64 / room as f64 },
            mean_wait: mean(sums.waited),
            overhead: mean(sums.overhead),
            per_worker: (alive.map(|w| each.get(w).copied().unwrap_or(0))).collect(),
            busiest: busy.iter().max().copied().unwrap_or_default(),
            least_busy: busy.iter().min().copied().unwrap_or_default(),
            memory: Vec::new(),
        })
    }

    /// With the memory each worker had when it was measured last.
    pub fn with_memory(mut self, side: &Side, state: &crate::replay::State) -> Self {
        let measured = side.workers.iter().filter_map(|w| state.actor(*w));
        self.memory = measured.filter_map(|a| a.own_memory).collect();
        self
    }

    /// Memory of a worker, on average, in bytes.
    pub fn mean_memory(&self) -> Option<u64> {
        let sum: u64 = self.memory.iter().sum();
        sum.checked_div(self.memory.len() as u64)
    }
}

fn ns<S: Serializer>(time: &Nanos, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_u64(time.0)
}

fn ns_or_0<S: Serializer>(time: &Option<Nanos>, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_u64(time.map_or(0, |time| time.0))
}

fn rounded<S: Serializer>(part: &f64, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_f64((part * 1000.0).round() / 1000.0)
}

/// Sums over tasks that have begun.
#[derive(Default)]
struct Sums {
    tasks: u64,
    waited: Nanos,
    overhead: Nanos,
}

/// The tasks that have not ended, as far as the trace tells: their workers, when they were handed in, and when begun.
fn under_way(side: &Side, replay: &Replay) -> Vec<(ActorId, Nanos, Nanos)> {
    let pool = side.pool.and_then(|id| {
        let state = replay.latest().resource(id)?;
        Some((state, replay.tasks().of(id)?))
    });
    let Some((state, tasks)) = pool else {
        return Vec::new();
    };
    let running = state.pool.running.iter().filter_map(|(_, id)| {
        let task = tasks.get(*id).filter(|task| task.ended.is_none())?;
        let (started, worker) = task.started?;
        Some((worker, task.submitted, started))
    });
    running.collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::topics::process_pool::world::Sides;
    use crate::trace::{
        Actor, Batch, End, Event, EventKind, Item, Meta, Resource, ResourceId, ResourceKind,
        SourceId, TaskId, Trace,
    };

    const POOL: ResourceId = ResourceId(0);
    const TASKS: u32 = 40;

    /// Two places whose workers end after three tasks each, task by task, with whom each batch names.
    fn batches() -> Vec<Batch> {
        let mut random = fastrand::Rng::with_seed(3);
        let mut batches = vec![Batch {
            actors: vec![Actor::thread("main", "M")],
            resources: vec![Resource::new("pool", ResourceKind::Pool)],
            ..Batch::default()
        }];
        let (mut at, mut seq) = (0, 0);
        let mut event = |who: u16, kind| {
            at += random.u64(0..1000);
            seq += 1;
            Event { at: Nanos(at), seq, actor: ActorId(who), source: SourceId::NONE, kind }
        };
        let task = TaskId;
        let handed_in = |task| EventKind::TaskSubmitted { res: POOL, task, item: Item::int(1) };
        batches[0].events = (0..TASKS).map(|t| event(0, handed_in(task(t)))).collect();
        // Worker, and how many tasks it has done.
        let mut places: [(u16, u32); 2] = [(0, 3); 2];
        let (mut next, mut workers) = (0, 0);
        while next < TASKS {
            let mut batch = Batch::default();
            for (worker, done) in &mut places {
                if *done == 3 {
                    workers += 1;
                    let before = (*worker > 0).then_some(ActorId(*worker));
                    let actor = Actor::process(format!("worker {workers}"), "W");
                    batch.actors.push(actor.worker_of(POOL).replacing(before));
                    if before.is_some() {
                        let ended = event(*worker, EventKind::Ended(End::Normal));
                        batch.events.push(ended);
                    }
                    (*worker, *done) = (workers, 0);
                    batch.events.push(event(*worker, EventKind::Started { os_id: 1 }));
                }
                let (res, task) = (POOL, task(next));
                batch.events.push(event(*worker, EventKind::TaskStarted { res, task }));
                (next, *done) = (next + 1, *done + 1);
            }
            batches.push(batch);
            let mut batch = Batch::default();
            for ((worker, _), back) in places.iter().zip([2, 1]) {
                let kind = EventKind::TaskFinished {
                    res: POOL,
                    task: task(next - back),
                    item: Item::int(1),
                };
                batch.events.push(event(*worker, kind));
            }
            batches.push(batch);
        }
        batches
    }

    /// The time waited, the overhead and the time in tasks, by a walk over all tasks in the order they were begun.
    fn walked(side: &Side, replay: &Replay, until: Nanos) -> (u64, [u64; 3]) {
        let begin = side.begin(replay).unwrap();
        let tasks = replay.tasks().of(POOL).unwrap();
        let begun = tasks.all.iter().filter_map(|task| Some((task.started?, task)));
        let mut begun: Vec<_> = begun.filter(|((at, _), _)| *at <= until).collect();
        begun.sort_by_key(|(started, _)| *started);
        let mut free = vec![begin; side.slots.len()];
        let mut sums = [0; 3];
        for ((start, worker), task) in &begun {
            let mut slots = side.slots.iter();
            let slot = slots.position(|slot| slot.contains(worker)).unwrap();
            let end = task.ended.map_or(until, |(at, _)| at.min(until));
            sums[0] += start.since(task.submitted).0;
            sums[1] += start.since(task.submitted.max(free[slot])).0;
            sums[2] += end.since(*start).0;
            free[slot] = end;
        }
        (begun.len() as u64, sums)
    }

    #[test]
    fn reading_on_comes_to_what_a_walk_over_everything_does() {
        let mut trace =
            Trace::new(Meta { params: vec![("workers".into(), "2".into())], ..Meta::default() });
        let mut replay = Replay::new(&trace);
        let (mut sides, mut done) = (Sides::default(), Done::default());
        for batch in batches() {
            let applied = trace.apply(batch);
            replay.update(&trace, applied.first_changed);
            sides.read_on(&trace);
            done.read_on(trace.meta(), &replay);
            let whole = Sides::of(&trace).all;
            assert_eq!(sides.all[0].slots, whole[0].slots);
            let side = &sides.all[0];
            let end = trace.end().0;
            for until in [end, end / 2, end / 3 * 2, end / 7].map(Nanos) {
                let numbers = Numbers::of(side, &done, &replay, until);
                let Some(numbers) = numbers else { continue };
                let (tasks, [waited, overhead, busy]) = walked(side, &replay, until);
                let counted: u32 = numbers.per_worker.iter().sum();
                assert_eq!(u64::from(counted), tasks);
                let mean = |sum: u64| sum.checked_div(tasks).map(Nanos);
                assert_eq!(numbers.mean_wait, mean(waited));
                assert_eq!(numbers.overhead, mean(overhead));
                let total = numbers.busiest + numbers.least_busy;
                assert_eq!(total.0, busy, "two places");
            }
        }
        assert_eq!(sides.all[0].workers.len(), 14);
        assert_eq!(sides.all[0].slots.len(), 2);
    }
}
