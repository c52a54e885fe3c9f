//! What came out of a run, as its trace tells.

use super::runs::{Run, Runs};
use crate::replay::{self, Longest, LostUpdate, Replay, State, lost_updates, overwrites};
use crate::trace::{ActorId, End, EventKind, Follow, Meta, ResourceId, ResourceKind, Role, Trace};
use serde::Serialize;
use std::collections::BTreeSet;

/// What came out of a run. The topic's documentation says what the fields are.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ListOutcome {
    /// Of the list that updates can get lost in where there is one, else of the other.
    #[serde(flatten)]
    pub list: Counts,
    /// Updates that were lost, at both ends of the list together.
    pub lost_updates: usize,
    /// Lost updates of where the list begins.
    pub lost_at_head: usize,
    /// Lost updates of where the list ends.
    pub lost_at_tail: usize,
    /// Threads that failed.
    pub failed: usize,
    /// Whether there is a list in which updates can get lost.
    #[serde(skip)]
    pub is_racing: bool,
    /// The lost updates, in the order they were overwritten.
    #[serde(skip)]
    pub losses: Vec<LostUpdate>,
    /// The writes over an update that was not seen, in order; of some of these the update came back later.
    #[serde(skip)]
    pub overwrites: Vec<LostUpdate>,
    /// Where there are locks and updates get lost all the same.
    #[serde(skip)]
    pub gap: Option<Gap>,
    /// Of the list with the lock, where both ran side by side.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub with_lock: Option<Counts>,
    /// How many numbers each remover got out of a queue.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub shares: Vec<u64>,
    /// Each run of a program that was repeated.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub runs: Vec<Run>,
}

/// Why locks keep nobody out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Gap {
    /// These threads took none.
    NotTaken(Vec<String>),
    /// No two threads took the same one.
    NotTheSame,
}

impl Gap {
    /// The one of a run, by who took which lock.
    fn of(trace: &Trace) -> Option<Self> {
        let meta = trace.meta();
        let is_lock = |id| meta.resource(id).is_some_and(|r| r.kind == ResourceKind::Lock);
        let taken = trace.events().iter().filter_map(|event| match event.kind {
            EventKind::Acquired { res } if is_lock(res) => Some((res, event.actor)),
            _ => None,
        });
        let taken: BTreeSet<(ResourceId, ActorId)> = taken.collect();
        let locks: BTreeSet<ResourceId> = taken.iter().map(|(lock, _)| *lock).collect();
        let takers: BTreeSet<ActorId> = taken.iter().map(|(_, taker)| *taker).collect();
        let others = meta.actors_where(|actor| actor.role == Role::Work);
        let others: Vec<_> = others.filter(|id| !takers.contains(id)).collect();
        match (locks.len(), others.is_empty()) {
            (0, _) => None,
            (_, false) => {
                Some(Self::NotTaken(others.iter().map(|id| meta.actor_name(*id)).collect()))
            }
            (1, true) => None,
            (locks, true) => (locks == taken.len()).then_some(Self::NotTheSame),
        }
    }
}

/// What came of one list; of the lists of several runs, all together.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    pub final_list: Vec<i64>,
    pub added: u64,
    pub removed: u64,
    pub empty_attempts: u64,
    pub expected: u64,
    pub actual: usize,
    pub waits: u64,
    pub longest_wait_ns: u64,
    pub longest_hold_ns: u64,
}

impl ListOutcome {
    /// That of a run that is over.
    pub fn of(trace: &Trace, replay: &Replay) -> Self {
        let meta = trace.meta();
        let sum = |kind, of: &dyn Fn(ResourceId) -> Option<Counts>| {
            meta.resources_of(kind).filter_map(of).reduce(Counts::and)
        };
        let list = sum(ResourceKind::List, &|id| Counts::list(id, trace, replay));
        let queue = sum(ResourceKind::Queue, &|id| Counts::queue(id, trace, replay));
        let cells = |wanted: bool| {
            sum(ResourceKind::Array, &|id| {
                let fits = is_racing(meta, id) == wanted;
                fits.then(|| Counts::cells(id, trace, replay)).flatten()
            })
        };
        let racing = cells(true);
        let guarded = list.or(queue).or_else(|| cells(false));
        let losses = losses(trace);
        let bounds =
            meta.resources_of(ResourceKind::Array).filter_map(|id| meta.resource(id)?.bounds);
        let heads: Vec<ResourceId> = bounds.map(|[head, _]| head).collect();
        let lost_at_head = losses.iter().filter(|lost| heads.contains(&lost.res)).count();
        let is_racing = racing.is_some();
        let with_lock = guarded.clone().filter(|_| is_racing);
        let alone = is_racing && with_lock.is_none();
        Self {
            gap: alone.then(|| Gap::of(trace)).flatten(),
            lost_updates: losses.len(),
            lost_at_head,
            lost_at_tail: losses.len() - lost_at_head,
            failed: failed(trace, replay),
            is_racing,
            losses,
            overwrites: overwrites_of(trace),
            with_lock,
            list: racing.or(guarded).unwrap_or_default(),
            shares: shares(trace),
            runs: Runs::of(trace).all,
        }
    }
}

/// Whether updates of an array's list can get lost: not everybody takes its lock.
pub fn is_racing(meta: &Meta, array: ResourceId) -> bool {
    let some_do_without = meta.param("lock") == Some("one-side");
    meta.resource(array)
        .is_some_and(|r| r.bounds.is_some() && (r.guard.is_none() || some_do_without))
}

/// The updates that were lost, in the order they were overwritten.
fn losses(trace: &Trace) -> Vec<LostUpdate> {
    of_all_variables(trace, lost_updates)
}

/// The writes over an update that was not seen, in order.
pub fn overwrites_of(trace: &Trace) -> Vec<LostUpdate> {
    of_all_variables(trace, overwrites)
}

fn of_all_variables(
    trace: &Trace,
    of: impl Fn(&Trace, ResourceId) -> Vec<LostUpdate>,
) -> Vec<LostUpdate> {
    let variables = trace.meta().resources_of(ResourceKind::Value);
    let mut all: Vec<_> = variables.flat_map(|id| of(trace, id)).collect();
    all.sort_by_key(|lost| lost.by.write);
    all
}

/// The threads at work that ended with an error.
fn failed(trace: &Trace, replay: &Replay) -> usize {
    let all = trace.meta().actors.iter().zip(&replay.latest().actors);
    let fails = |end: Option<(End, _)>| matches!(end, Some((End::Error(_), _)));
    all.filter(|(actor, state)| actor.role == Role::Work && fails(state.end)).count()
}

/// How many numbers each thread got out of a queue, in the order of the threads.
fn shares(trace: &Trace) -> Vec<u64> {
    let mut shares: Vec<(ActorId, u64)> = Vec::new();
    for event in trace.events() {
        let EventKind::Got { item, .. } = event.kind else { continue };
        let number = u64::from(item.as_int().is_some());
        match shares.iter_mut().find(|(who, _)| *who == event.actor) {
            Some((_, sum)) => *sum += number,
            None => shares.push((event.actor, number)),
        }
    }
    shares.sort_unstable();
    shares.into_iter().map(|(_, sum)| sum).collect()
}

impl Counts {
    /// The counts of a list of the program's own.
    fn list(id: ResourceId, trace: &Trace, replay: &Replay) -> Option<Self> {
        let list = replay.latest().resource(id)?;
        let initial = trace.meta().resource(id).map_or(0, |list| list.initial.len() as u64);
        let moved = [list.added + initial, list.removed, list.found_empty];
        let left = list.contents.iter().filter_map(|item| item.as_int()).collect();
        Some(Self::new(left, moved).with_lock(id, trace.meta(), replay))
    }

    /// The counts of a queue: a `None` that is in it is no number.
    fn queue(id: ResourceId, trace: &Trace, replay: &Replay) -> Option<Self> {
        let queue = replay.latest().resource(id)?;
        let (mut put, mut got) = (0, 0);
        for event in trace.events() {
            match event.kind {
                EventKind::Put { res, item } if res == id => {
                    put += u64::from(item.as_int().is_some())
                }
                EventKind::Got { res, item } if res == id => {
                    got += u64::from(item.as_int().is_some())
                }
                _ => {}
            }
        }
        let stats = replay.stats().resources.get(id.index());
        let left = queue.contents.iter().filter_map(|item| item.as_int()).collect();
        Some(Self { waits: stats.map_or(0, |stats| stats.waits), ..Self::new(left, [put, got, 0]) })
    }

    /// The counts of cells between two variables: each number added is a write of where the list ends, each number
    /// removed one of where it begins.
    fn cells(id: ResourceId, trace: &Trace, replay: &Replay) -> Option<Self> {
        let counts = Self::cells_at(id, trace.meta(), replay.latest())?;
        Some(counts.with_lock(id, trace.meta(), replay))
    }

    /// What is true of such cells in a state.
    pub fn cells_at(id: ResourceId, meta: &Meta, state: &State) -> Option<Self> {
        let cells = state.resource(id)?;
        let bounds = meta.resource(id)?.bounds?;
        let [head, tail] = bounds.map(|id| state.resource(id));
        let writes = |variable: Option<&replay::ResourceState>| {
            variable.map_or(0, |variable| u64::from(variable.version))
        };
        let between = cells.contents.range(state.list_of(meta, id));
        let moved = [writes(tail), writes(head), cells.found_empty];
        Some(Self::new(between.map(|item| item.as_int().unwrap_or(0)).collect(), moved))
    }

    fn new(final_list: Vec<i64>, [added, removed, empty_attempts]: [u64; 3]) -> Self {
        Self {
            actual: final_list.len(),
            final_list,
            added,
            removed,
            empty_attempts,
            // Without a lock the same number may be removed more than once.
            expected: added.saturating_sub(removed),
            ..Self::default()
        }
    }

    /// With the waits and holds of the lock that goes with a resource.
    fn with_lock(mut self, of: ResourceId, meta: &Meta, replay: &Replay) -> Self {
        let lock = meta.resource(of).and_then(|resource| resource.guard);
        let stats = lock.and_then(|lock| replay.stats().resources.get(lock.index()));
        let longest = |longest: Option<Longest>| longest.map_or(0, |longest| longest.lasted.0);
        self.waits = stats.map_or(0, |stats| stats.waits);
        self.longest_wait_ns = longest(stats.and_then(|stats| stats.longest_wait));
        self.longest_hold_ns = longest(stats.and_then(|stats| stats.longest_hold));
        self
    }

    /// Both together; the list is that of the later one.
    fn and(self, later: Self) -> Self {
        Self {
            added: self.added + later.added,
            removed: self.removed + later.removed,
            empty_attempts: self.empty_attempts + later.empty_attempts,
            expected: self.expected + later.expected,
            actual: self.actual + later.actual,
            waits: self.waits + later.waits,
            longest_wait_ns: self.longest_wait_ns.max(later.longest_wait_ns),
            longest_hold_ns: self.longest_hold_ns.max(later.longest_hold_ns),
            ..later
        }
    }
}
