//! Statistics of a pool: times, utilisation, overhead, tasks per worker.

use crate::replay::{Phase, Replay, State};
use crate::trace::{ActorId, Meta, Nanos, ResourceId, ResourceKind, SectionId};
use serde::{Serialize, Serializer};

/// A pool of a trace, with the processes that have worked in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pool {
    /// Its resource.
    pub res: ResourceId,
    /// The section of the run it belongs to.
    pub section: Option<SectionId>,
    /// The number of workers at a time.
    pub size: usize,
    /// Its workers in the order they were started, each with its place. A worker that replaces another has the place of
    /// that one.
    pub workers: Vec<(ActorId, usize)>,
    /// The number of places.
    pub places: usize,
    /// When it was asked for and when its last process ended, where no section of the run says that.
    pub life: Option<(Nanos, Option<Nanos>)>,
}

impl Pool {
    /// The pools of a trace, in the order they were started.
    pub fn all(meta: &Meta) -> Vec<Self> {
        let pool = |res| {
            let named = meta.resource(res)?;
            let size = named.capacity.map_or(1, |size| (size as usize).clamp(1, 64));
            let (section, workers) = (named.section, Vec::new());
            Some(Self { res, section, size, workers, places: 0, life: None })
        };
        let mut pools: Vec<_> = meta.resources_of(ResourceKind::Pool).filter_map(pool).collect();
        let mut place_of = vec![usize::MAX; meta.actors.len()];
        for (index, actor) in meta.actors.iter().enumerate() {
            let Some(pool) = pools.iter_mut().find(|pool| actor.pool == Some(pool.res)) else {
                continue;
            };
            let before = actor.replaces.and_then(|before| place_of.get(before.index()).copied());
            let place = before.filter(|place| *place < pool.places).unwrap_or(pool.places);
            pool.places = pool.places.max(place + 1);
            place_of[index] = place;
            pool.workers.push((ActorId::from_index(index), place));
        }
        pools
    }

    /// The instant it was asked for, and the end of its last process, if that has ended.
    pub fn span(&self, replay: &Replay) -> Option<(Nanos, Option<Nanos>)> {
        let Some(section) = self.section else { return self.life };
        let section = replay.latest().section(section)?;
        Some((section.began?.0, section.ended))
    }

    /// Time in tasks up to the instant `now`, whose state is `state`, of the busiest place and of the least busy one.
    pub fn spread(&self, state: &State, now: Nanos) -> (Nanos, Nanos) {
        let mut busy = vec![Nanos::ZERO; self.places];
        for (worker, place) in &self.workers {
            let Some(actor) = state.actor(*worker) else { continue };
            let until = actor.end.map_or(now, |(_, at)| at.min(now));
            let under_way = actor.task.map_or(Nanos::ZERO, |task| until.since(task.since));
            busy[*place] = busy[*place] + actor.busy + under_way;
        }
        let of = |time: Option<&Nanos>| time.copied().unwrap_or_default();
        (of(busy.iter().max()), of(busy.iter().min()))
    }
}

/// Numbers of one pool up to an instant. The topic's documentation defines each.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Numbers {
    #[serde(rename = "wall_ns", serialize_with = "ns")]
    pub wall: Nanos,
    #[serde(rename = "start_ns", serialize_with = "ns_or_0")]
    pub start: Option<Nanos>,
    pub processes: usize,
    #[serde(serialize_with = "rounded")]
    pub utilisation: f64,
    #[serde(rename = "mean_queue_wait_ns", serialize_with = "ns_or_0")]
    pub mean_wait: Option<Nanos>,
    #[serde(rename = "overhead_per_task_ns", serialize_with = "ns_or_0")]
    pub overhead: Option<Nanos>,
    #[serde(rename = "tasks_per_worker")]
    pub per_worker: Vec<u32>,
    #[serde(rename = "busiest_ns", serialize_with = "ns")]
    pub busiest: Nanos,
    #[serde(rename = "least_busy_ns", serialize_with = "ns")]
    pub least_busy: Nanos,
    #[serde(rename = "own_memory_bytes", skip_serializing_if = "Vec::is_empty")]
    pub memory: Vec<u64>,
}

impl Numbers {
    /// Numbers of a pool up to the instant `until`, whose state is `state`; `None` before the pool was asked for.
    pub fn of(pool: &Pool, replay: &Replay, state: &State, until: Nanos) -> Option<Self> {
        let (begin, end) = pool.span(replay).filter(|(begin, _)| *begin <= until)?;
        let tasks = replay.tasks().of(pool.res);
        let mut numbers = Self::default();
        let mut sums = Sums::default();
        let mut busy = vec![Nanos::ZERO; pool.places];
        // The instant since which each place is free.
        let mut free = vec![begin; pool.places];
        // The instant the first worker of each place was ready.
        let mut there = vec![None; pool.places];
        for (worker, place) in &pool.workers {
            let Some(birth) = birth(replay, *worker).filter(|at| *at <= until) else { continue };
            numbers.processes += 1;
            there[*place].get_or_insert(birth);
            let mut begun = 0;
            // A task that is lost with its worker takes no more time.
            let dead = state.actor(*worker).and_then(|actor| actor.end);
            let until = dead.map_or(until, |(_, at)| at.min(until));
            for task in tasks.into_iter().flat_map(|tasks| tasks.begun_by(*worker, until)) {
                let Some((started, _)) = task.started else { continue };
                let gone = task.ended.map_or(until, |(at, _)| at.min(until));
                sums.waited = sums.waited + started.since(task.submitted);
                sums.overhead = sums.overhead + started.since(task.submitted.max(free[*place]));
                busy[*place] = busy[*place] + gone.since(started);
                free[*place] = gone;
                begun += 1;
            }
            sums.tasks += u64::from(begun);
            numbers.per_worker.push(begun);
        }
        let mean = |sum: Nanos| sum.0.checked_div(sums.tasks).map(Nanos);
        let total: u128 = busy.iter().map(|b| u128::from(b.0)).sum();
        let last = free.iter().max().map_or(Nanos::ZERO, |last| last.since(begin));
        let room = pool.size as u128 * u128::from(last.0);
        let all_there = there.into_iter().reduce(|a, b| Some(a?.max(b?))).flatten();
        let measured = pool.workers.iter().filter_map(|(worker, _)| state.actor(*worker));
        Some(Self {
            wall: end.map_or(until, |end| end.min(until)).since(begin),
            start: all_there.map(|at| at.since(begin)),
            utilisation: if room == 0 { 0.0 } else { total as f64 / room as f64 },
            mean_wait: mean(sums.waited),
            overhead: mean(sums.overhead),
            busiest: busy.iter().max().copied().unwrap_or_default(),
            least_busy: busy.iter().min().copied().unwrap_or_default(),
            memory: measured.filter_map(|actor| actor.own_memory).collect(),
            ..numbers
        })
    }

    /// Memory of a worker, on average, in bytes.
    pub fn mean_memory(&self) -> Option<u64> {
        let sum: u64 = self.memory.iter().sum();
        sum.checked_div(self.memory.len() as u64)
    }
}

/// The instant at which a process said that it runs.
fn birth(replay: &Replay, actor: ActorId) -> Option<Nanos> {
    let spans = &replay.lanes().actors.get(actor.index())?.spans;
    spans.iter().find(|span| span.phase != Phase::NotStarted).map(|span| span.start)
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
