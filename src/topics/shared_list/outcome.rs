//! What came out of a run, as its trace tells.

use crate::replay::{self, Longest, LostUpdate, Replay, lost_updates};
use crate::trace::{Resource, ResourceId, ResourceKind, Trace};
use serde::Serialize;

/// What came out of a run. The topic's documentation says what the fields are.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ListOutcome {
    /// Of the list without a lock where there is one, else of the one with it.
    #[serde(flatten)]
    pub list: Counts,
    /// Updates that were lost, at both ends of the list together.
    pub lost_updates: usize,
    /// Lost updates of where the list begins.
    pub lost_at_head: usize,
    /// Lost updates of where the list ends.
    pub lost_at_tail: usize,
    /// Whether there is a list without a lock.
    #[serde(skip)]
    pub is_racing: bool,
    /// The lost updates, in the order they were overwritten.
    #[serde(skip)]
    pub losses: Vec<LostUpdate>,
    /// Of the list with the lock, where both ran side by side.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub with_lock: Option<Counts>,
}

/// What came of one list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    pub final_list: Vec<i64>,
    pub added: u64,
    pub removed: u64,
    pub empty_attempts: u64,
    pub expected: i64,
    pub actual: usize,
    pub waits: u64,
    pub longest_wait_ns: u64,
    pub longest_hold_ns: u64,
}

impl ListOutcome {
    /// That of a run that is over.
    pub fn of(trace: &Trace, replay: &Replay) -> Self {
        let lists = trace.meta().resources_of(ResourceKind::List);
        let guarded = lists.filter_map(|id| Counts::guarded(id, trace, replay)).next();
        let mut arrays = trace.meta().resources_of(ResourceKind::Array);
        let racing = arrays.find_map(|id| Some((Counts::racing(id, trace, replay)?, id)));
        let Some((racing, array)) = racing else {
            return Self { list: guarded.unwrap_or_default(), ..Self::default() };
        };
        let bounds = trace.meta().resource(array).and_then(|r| r.bounds);
        let losses = losses(trace);
        let lost = |variable| losses.iter().filter(|lost| lost.res == variable).count();
        let [head, tail] = bounds.map_or([0; 2], |bounds| bounds.map(lost));
        Self {
            list: racing,
            lost_updates: head + tail,
            lost_at_head: head,
            lost_at_tail: tail,
            is_racing: true,
            losses,
            with_lock: guarded,
        }
    }
}

/// The updates that were lost, in the order they were overwritten.
pub fn losses(trace: &Trace) -> Vec<LostUpdate> {
    let variables = trace.meta().resources_of(ResourceKind::Value);
    let mut losses: Vec<_> = variables.flat_map(|id| lost_updates(trace, id)).collect();
    losses.sort_by_key(|lost| lost.by.write);
    losses
}

impl Counts {
    /// The counts of a list behind a lock.
    fn guarded(id: ResourceId, trace: &Trace, replay: &Replay) -> Option<Self> {
        let list = replay.latest().resource(id)?;
        let lock = trace.meta().resource(id).and_then(|list: &Resource| list.guard);
        let stats = lock.and_then(|lock| replay.stats().resources.get(lock.index()));
        let longest = |longest: Option<Longest>| longest.map_or(0, |longest| longest.lasted.0);
        let moved = [list.added, list.removed, list.found_empty];
        Some(Self {
            waits: stats.map_or(0, |stats| stats.waits),
            longest_wait_ns: longest(stats.and_then(|stats| stats.longest_wait)),
            longest_hold_ns: longest(stats.and_then(|stats| stats.longest_hold)),
            ..Self::new(list.contents.iter().filter_map(|item| item.as_int()).collect(), moved)
        })
    }

    /// The counts of the cells between two variables: each number added is a write of where the list ends, each number
    /// removed one of where it begins.
    fn racing(id: ResourceId, trace: &Trace, replay: &Replay) -> Option<Self> {
        let state = replay.latest();
        let cells = state.resource(id)?;
        let [head, tail] = trace.meta().resource(id)?.bounds?;
        let (head, tail) = (state.resource(head)?, state.resource(tail)?);
        let bound = |variable: &replay::ResourceState| {
            let value = variable.contents.front().and_then(|item| item.as_int());
            usize::try_from(value.unwrap_or(0)).unwrap_or(0).min(cells.contents.len())
        };
        // A stale write may have put the head past the tail.
        let between = cells.contents.iter().take(bound(tail)).skip(bound(head));
        let moved = [u64::from(tail.version), u64::from(head.version), cells.found_empty];
        Some(Self::new(between.map(|item| item.as_int().unwrap_or(0)).collect(), moved))
    }

    fn new(final_list: Vec<i64>, [added, removed, empty_attempts]: [u64; 3]) -> Self {
        Self {
            actual: final_list.len(),
            final_list,
            added,
            removed,
            empty_attempts,
            expected: added.cast_signed().wrapping_sub(removed.cast_signed()),
            ..Self::default()
        }
    }
}
