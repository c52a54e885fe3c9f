//! The replay of a whole trace: state anywhere, lanes, statistics and oddities, kept up to date as the trace grows.

use super::lanes::Reach;
use super::{Finding, Lanes, Marks, Oddity, State, Stats, Tasks, TimeOuts};
use crate::replay::{Ending, Phase, Task};
use crate::trace::{ActorId, Event, Meta, Nanos, ResourceId, Role, Trace};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

/// The least number of events between two keyframes: few enough to be applied in a fraction of a millisecond.
const SPACING: usize = 4096;
/// The most bytes that all keyframes together take. Beyond that every other keyframe is dropped.
const BUDGET: usize = 64 << 20;
/// The most oddities that are kept; all are counted.
const ODDITIES: usize = 1000;

/// Everything as it was after some event.
struct Keyframe {
    state: State,
    stats: Stats,
    reach: Reach,
    odd: u64,
    bytes: usize,
}

/// What a trace says, worked out once and kept up to date.
///
/// Keyframes hold the state at intervals; the state anywhere is the keyframe before it and the events since.
pub struct Replay {
    /// Sorted by `state.applied`; the first one is before all events, once there is one.
    keyframes: Vec<Keyframe>,
    keyframe_bytes: usize,
    spacing: usize,
    latest: State,
    lanes: Lanes,
    stats: Stats,
    tasks: Tasks,
    marks: Marks,
    time_outs: TimeOuts,
    oddities: Vec<(usize, Oddity)>,
    odd: u64,
    /// How many actors, resources and sections had a name when the replay was last brought up to date.
    named: [usize; 3],
    epoch: u64,
    /// What the whole trace proved at this revision, once somebody has asked.
    found: OnceLock<(u64, Vec<Finding>)>,
}

/// A number no other replay has had, so that a cursor knows whose state it has.
fn new_epoch() -> u64 {
    static EPOCH: AtomicU64 = AtomicU64::new(1);
    EPOCH.fetch_add(1, Ordering::Relaxed)
}

impl Default for Replay {
    fn default() -> Self {
        Self {
            keyframes: Vec::new(),
            keyframe_bytes: 0,
            spacing: SPACING,
            latest: State::default(),
            lanes: Lanes::default(),
            stats: Stats::default(),
            tasks: Tasks::default(),
            marks: Marks::default(),
            time_outs: TimeOuts::default(),
            oddities: Vec::new(),
            odd: 0,
            named: [0; 3],
            epoch: new_epoch(),
            found: OnceLock::new(),
        }
    }
}

impl Replay {
    /// The replay of all events that a trace has by now.
    pub fn new(trace: &Trace) -> Self {
        let mut replay = Self::default();
        replay.update(trace, 0);
        replay
    }

    /// Brings it up to date after the trace has changed; `first_changed` as in
    /// [`Applied`](crate::trace::Applied). Costs what the new events cost, and where events were put in before others
    /// what those after the keyframe before them cost.
    pub fn update(&mut self, trace: &Trace, first_changed: usize) {
        let meta = trace.meta();
        self.found.take();
        // A resource that was used before its name came starts differently: with what the name says it held. And of an
        // actor the name says whether it has a place in a pool, and whether it is the user, whose lane is made of other
        // spans than everybody else's; and of a section, whether what its dead hold is gone with it.
        let [actors, resources, sections] = self.named;
        let mut late = meta.actors.iter().take(self.latest.actors.len()).skip(actors);
        // A list that is named after a variable that it begins or ends at has the length that this says from the first event on.
        let mut bounds = meta.resources.iter().skip(resources).filter_map(|named| named.bounds);
        let bound_late =
            bounds.any(|of| of.iter().any(|id| id.index() < self.latest.resources.len()));
        let named_late = late.any(|actor| actor.pool.is_some() || actor.role == Role::User)
            || meta.resources.len() > resources && self.latest.resources.len() > resources
            || meta.sections.len() > sections && self.latest.sections.len() > sections;
        self.named = [meta.actors.len(), meta.resources.len(), meta.sections.len()];
        let unchanged = first_changed.min(trace.events().len());
        if self.keyframes.is_empty() || named_late || bound_late {
            self.restart(meta);
        } else if unchanged < self.latest.applied {
            self.rewind(unchanged);
        }
        self.latest.fit(meta);
        self.lanes.fit(meta, &self.latest);
        self.stats.fit(&self.latest);
        let mut next_keyframe = self.next_keyframe();
        for event in &trace.events()[self.latest.applied..] {
            self.step(meta, event);
            if self.latest.applied >= next_keyframe {
                self.keep();
                next_keyframe = self.next_keyframe();
            }
        }
    }

    /// What the whole trace proves, worked out by `find` once for each revision of it.
    pub(super) fn found(&self, trace: &Trace, find: impl Fn() -> Vec<Finding>) -> Vec<Finding> {
        let revision = trace.revision();
        let (of, found) = self.found.get_or_init(|| (revision, find()));
        if *of == revision { found.clone() } else { find() }
    }

    /// The state after the first `n_events` events of the trace it is of.
    pub fn after(&self, trace: &Trace, n_events: usize) -> State {
        let mut state = self.state_before(n_events).cloned().unwrap_or_default();
        forward(&mut state, trace, n_events);
        state
    }

    /// The state at an instant, events of that instant included.
    pub fn at(&self, trace: &Trace, t: Nanos) -> State {
        self.after(trace, trace.count_until(t))
    }

    /// The state after the last event.
    pub fn latest(&self) -> &State {
        &self.latest
    }

    /// What every actor did over time, and what every resource went through.
    pub fn lanes(&self) -> &Lanes {
        &self.lanes
    }

    /// The task that a worker of a pool was at when it ended at `end`.
    pub fn lost_with(&self, pool: ResourceId, worker: ActorId, end: Nanos) -> Option<&Task> {
        let last = self.tasks.of(pool)?.begun_by(worker, end).next_back()?;
        let finished = matches!(last.ended, Some((_, Ending::Finished(_))));
        // That a task has failed may be said before or after its worker is said to have ended. With one that failed by
        // itself the worker was done, and waited for the next.
        let spans = &self.lanes.actors.get(worker.index())?.spans;
        let before = spans.iter().rev().find(|span| span.start < end);
        let waited = before.is_some_and(|span| span.phase == Phase::Idle);
        (!finished && !waited).then_some(last)
    }

    /// Every task of every pool.
    pub fn tasks(&self) -> &Tasks {
        &self.tasks
    }

    /// What happened that matters.
    pub fn marks(&self) -> &Marks {
        &self.marks
    }

    /// Which sleeps are the time-outs of waits.
    pub fn time_outs(&self) -> &TimeOuts {
        &self.time_outs
    }

    /// Totals up to the last event.
    pub fn stats(&self) -> &Stats {
        &self.stats
    }

    /// What was odd, with the index of the event: the first thousand, in order.
    pub fn oddities(&self) -> &[(usize, Oddity)] {
        &self.oddities
    }

    /// How many events were odd.
    pub fn odd_count(&self) -> u64 {
        self.odd
    }

    /// Part of the time from the start of the run to `until` in which a resource had an owner, from 0 to 1, `until`
    /// being any time of the trace or later.
    pub fn held_fraction(&self, trace: &Trace, res: ResourceId, until: Nanos) -> f64 {
        let n_events = trace.count_until(until);
        let (mut state, mut stats) = match self.keyframe(n_events) {
            _ if n_events >= self.latest.applied => (self.latest.clone(), self.stats.clone()),
            Some(k) => (k.state.clone(), k.stats.clone()),
            None => Default::default(),
        };
        let events = trace.events().get(state.applied..n_events);
        for event in events.unwrap_or_default() {
            let index = state.applied;
            let effect = state.apply_with_effect(trace.meta(), event);
            stats.fit(&state);
            stats.follow(trace.meta(), &state, index, event, &effect);
        }
        (stats.resources.get(res.index())).map_or(0.0, |r| r.held_fraction(until))
    }

    /// How many keyframes there are, and about how many bytes they take.
    pub fn keyframes(&self) -> (usize, usize) {
        (self.keyframes.len(), self.keyframe_bytes)
    }

    /// The version of the past: a number that changes when late events change what was true before, and stays the same
    /// when events are added at the end.
    pub(super) fn epoch(&self) -> u64 {
        self.epoch
    }

    /// The last state kept at or before `n_events`: of a keyframe, or the latest.
    pub(super) fn state_before(&self, n_events: usize) -> Option<&State> {
        if self.latest.applied <= n_events && !self.keyframes.is_empty() {
            return Some(&self.latest);
        }
        self.keyframe(n_events).map(|k| &k.state)
    }

    fn keyframe(&self, n_events: usize) -> Option<&Keyframe> {
        let past = (self.keyframes).partition_point(|k| k.state.applied <= n_events);
        past.checked_sub(1).map(|last| &self.keyframes[last])
    }

    fn next_keyframe(&self) -> usize {
        (self.keyframes.last()).map_or(0, |k| k.state.applied + self.spacing)
    }

    fn step(&mut self, meta: &Meta, event: &Event) {
        let index = self.latest.applied;
        let effect = self.latest.apply_with_effect(meta, event);
        self.lanes.fit(meta, &self.latest);
        self.stats.fit(&self.latest);
        self.lanes.follow(meta, &self.latest, index, event, &effect);
        self.stats.follow(meta, &self.latest, index, event, &effect);
        self.tasks.follow(index, event);
        self.marks.follow(index, event, &effect);
        self.time_outs.follow(&self.latest, index, event);
        if let Some(oddity) = effect.oddity {
            self.odd += 1;
            if self.oddities.len() < ODDITIES {
                self.oddities.push((index, oddity));
            }
        }
    }

    fn keep(&mut self) {
        let reach = self.lanes.reach();
        let bytes =
            size_of::<Keyframe>() + self.latest.bytes() + self.stats.bytes() + reach.bytes();
        self.keyframe_bytes += bytes;
        self.keyframes.push(Keyframe {
            state: self.latest.clone(),
            stats: self.stats.clone(),
            reach,
            odd: self.odd,
            bytes,
        });
        if self.keyframe_bytes > BUDGET {
            self.spacing = self.spacing.saturating_mul(2);
            let mut odd_one = false;
            self.keyframes.retain(|_| {
                odd_one = !odd_one;
                odd_one
            });
            self.keyframe_bytes = self.keyframes.iter().map(|k| k.bytes).sum();
        }
    }

    fn restart(&mut self, meta: &Meta) {
        let (named, spacing) = (self.named, self.spacing);
        *self = Self { named, spacing, latest: State::new(meta), ..Self::default() };
        self.lanes.fit(meta, &self.latest);
        self.stats.fit(&self.latest);
        self.keep();
    }

    /// Takes everything back to the last keyframe at or before `n_events`.
    fn rewind(&mut self, n_events: usize) {
        // The first keyframe is before all events, so it always stays.
        while self.keyframes.len() > 1
            && (self.keyframes.last()).is_some_and(|k| k.state.applied > n_events)
        {
            let gone = self.keyframes.pop().map_or(0, |k| k.bytes);
            self.keyframe_bytes -= gone;
        }
        let Some(keyframe) = self.keyframes.last() else {
            return;
        };
        self.latest = keyframe.state.clone();
        self.stats = keyframe.stats.clone();
        self.lanes.rewind(&keyframe.reach, keyframe.state.applied);
        self.tasks.rewind(keyframe.state.applied);
        self.marks.rewind(keyframe.state.applied);
        self.time_outs.rewind(keyframe.state.applied);
        self.odd = keyframe.odd;
        let applied = self.latest.applied;
        self.oddities.retain(|&(index, _)| index < applied);
        self.epoch = new_epoch();
    }
}

/// Brings a state forward to after `n_events` events.
pub(super) fn forward(state: &mut State, trace: &Trace, n_events: usize) {
    let meta = trace.meta();
    state.fit(meta);
    let end = n_events.min(trace.events().len());
    for event in trace.events().get(state.applied..end).unwrap_or_default() {
        state.apply(meta, event);
    }
}
