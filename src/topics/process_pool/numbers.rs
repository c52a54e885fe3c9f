//! What a pool's run measures up to.

use super::world::{self, Side};
use crate::replay::{Replay, Task};
use crate::topics::Outcome;
use crate::trace::{Nanos, Trace};
use serde_json::json;

/// The numbers of one pool, up to an instant. How each is defined stands in the topic's documentation.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Numbers {
    /// From asking for its first process to the end of its last one, or to the instant.
    pub wall: Nanos,
    /// Until the first workers were all there.
    pub start: Option<Nanos>,
    /// Processes started.
    pub processes: usize,
    /// Workers that began a task.
    pub at_work: usize,
    /// Time in tasks, all workers together, of the workers' time from the pool's beginning to its last result.
    pub utilisation: f64,
    /// Time a task waited for a worker, on average.
    pub mean_wait: Option<Nanos>,
    /// Time from when a task and a place for it were both there until it began, on average.
    pub overhead: Option<Nanos>,
    /// Tasks begun by each worker, in the order the workers were started.
    pub per_worker: Vec<u32>,
    /// Time in tasks of the place that was busy longest, and of the one that was busy least.
    pub busiest: (Nanos, Nanos),
    /// Memory of its own, each worker as measured last, where it was measured.
    pub memory: Vec<u64>,
}

impl Numbers {
    /// Those of a side up to an instant.
    pub fn of(side: &Side, trace: &Trace, replay: &Replay, until: Nanos) -> Option<Self> {
        let begin = side.begin(trace, replay).filter(|at| *at <= until)?;
        let known = side.pool.and_then(|pool| replay.tasks().of(pool));
        let mut begun: Vec<&Task> = (known.map_or(&[][..], |t| t.known_at(until)).iter())
            .filter(|task| task.started.is_some_and(|(at, _)| at <= until))
            .collect();
        // Nearly sorted as it is: tasks are mostly begun in the order they were handed in.
        begun.sort_by_key(|task| task.started);
        // Who has which place, by actor; and the place is free since when.
        let mut places = Vec::new();
        for (slot, workers) in side.slots.iter().enumerate() {
            for worker in workers {
                let least = worker.index() + 1;
                places.resize(least.max(places.len()), None);
                places[worker.index()] = Some(slot);
            }
        }
        let mut free = vec![begin; side.slots.len()];
        let mut busy = vec![Nanos::ZERO; side.slots.len()];
        let mut each = vec![0_u32; places.len()];
        let (mut waited, mut overhead, mut last) = (0_u128, 0_u128, begin);
        for task in &begun {
            let Some((start, worker)) = task.started else {
                continue;
            };
            let Some(&Some(slot)) = places.get(worker.index()) else {
                continue;
            };
            let end = task.ended.map_or(until, |(at, _)| at.min(until));
            waited += u128::from(start.since(task.submitted).0);
            overhead += u128::from(start.since(task.submitted.max(free[slot])).0);
            free[slot] = end;
            busy[slot] = busy[slot] + end.since(start);
            last = last.max(end);
            each[worker.index()] += 1;
        }
        let mean = |sum: u128| {
            let count = begun.len() as u128;
            (count > 0).then(|| Nanos((sum / count.max(1)) as u64))
        };
        let total: u128 = busy.iter().map(|b| u128::from(b.0)).sum();
        let room = side.size as u128 * u128::from(last.since(begin).0);
        let alive = side
            .workers
            .iter()
            .filter(|w| world::birth(replay, **w).is_some_and(|at| at <= until));
        let end = side.end(replay).map_or(until, |end| end.min(until));
        Some(Self {
            wall: end.since(begin),
            start: side
                .ready(replay)
                .filter(|at| *at <= until)
                .map(|at| at.since(begin)),
            processes: side.started_at(replay, until),
            at_work: each.iter().filter(|tasks| **tasks > 0).count(),
            utilisation: if room == 0 {
                0.0
            } else {
                total as f64 / room as f64
            },
            mean_wait: mean(waited),
            overhead: mean(overhead),
            per_worker: (alive.map(|w| each.get(w.index()).copied().unwrap_or(0))).collect(),
            busiest: (
                busy.iter().max().copied().unwrap_or_default(),
                busy.iter().min().copied().unwrap_or_default(),
            ),
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

    /// As fields of an outcome.
    pub fn add_to(&self, outcome: &mut Outcome) {
        let ns = |time: Option<Nanos>| time.map_or(0, |t| t.0);
        outcome.insert("wall_ns".into(), json!(self.wall.0));
        outcome.insert("start_ns".into(), json!(ns(self.start)));
        outcome.insert("processes".into(), json!(self.processes));
        let utilisation = (self.utilisation * 1000.0).round() / 1000.0;
        outcome.insert("utilisation".into(), json!(utilisation));
        outcome.insert("mean_queue_wait_ns".into(), json!(ns(self.mean_wait)));
        outcome.insert("overhead_per_task_ns".into(), json!(ns(self.overhead)));
        outcome.insert("tasks_per_worker".into(), json!(self.per_worker));
        outcome.insert("busiest_ns".into(), json!(self.busiest.0.0));
        outcome.insert("least_busy_ns".into(), json!(self.busiest.1.0));
        if !self.memory.is_empty() {
            outcome.insert("own_memory_bytes".into(), json!(self.memory));
        }
    }
}
