//! Which pools of a trace there are, and which processes belong to each.

use crate::replay::{Phase, Replay};
use crate::trace::{
    ActorId, ActorKind, EventKind, Meta, Nanos, Resource, ResourceId, ResourceKind, Trace,
};

/// What is special about a pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Its workers do task after task.
    Reused,
    /// A process of its own for each task.
    OneEach,
    /// One chunk for each worker.
    LargeChunks,
}

impl Kind {
    const ALL: [Self; 3] = [Self::Reused, Self::OneEach, Self::LargeChunks];

    /// Name of the pool.
    pub const fn pool(self) -> &'static str {
        match self {
            Self::Reused => "pool",
            Self::OneEach => "one each",
            Self::LargeChunks => "chunks",
        }
    }

    /// Field of the outcome that has what the pool measured up to, where it is not the first one.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Reused => "pool",
            Self::OneEach => "one_process_each",
            Self::LargeChunks => "large_chunks",
        }
    }

    /// What its processes are called, before their number.
    pub const fn role(self) -> &'static str {
        match self {
            Self::Reused => "worker",
            Self::OneEach => "process",
            Self::LargeChunks => "chunk worker",
        }
    }

    /// What their badges begin with.
    pub const fn letter(self) -> char {
        match self {
            Self::Reused => 'W',
            Self::OneEach => 'P',
            Self::LargeChunks => 'C',
        }
    }
}

/// One pool of a trace with its processes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Side {
    /// What is special about it.
    pub kind: Kind,
    /// The pool; none before it was started.
    pub pool: Option<ResourceId>,
    /// Its workers at a time.
    pub size: usize,
    /// Its processes, in the order they were started.
    pub workers: Vec<ActorId>,
    /// The same by place: who took whose place.
    pub slots: Vec<Vec<ActorId>>,
    /// How many of `workers` have a place that they keep, whatever comes.
    settled: usize,
}

/// When a process said that it runs, if it has.
pub fn birth(replay: &Replay, actor: ActorId) -> Option<Nanos> {
    let spans = &replay.lanes().actors.get(actor.index())?.spans;
    spans.first().map(|span| span.start)
}

/// When a process ended, if it has.
pub fn death(replay: &Replay, actor: ActorId) -> Option<Nanos> {
    let last = replay.lanes().actors.get(actor.index())?.spans.last()?;
    matches!(last.phase, Phase::Done | Phase::Failed).then_some(last.start)
}

/// The sides of a trace, as far as it has been read.
#[derive(Clone, Debug, Default)]
pub struct Sides {
    /// In the order they ran. Before a run: those that it would have.
    pub all: Vec<Side>,
    /// How many actors have been read.
    read: usize,
}

impl Sides {
    /// All of a trace.
    pub fn of(meta: &Meta, replay: &Replay) -> Self {
        let mut sides = Self::default();
        sides.read_on(meta, replay);
        sides
    }

    /// Reads what is new.
    pub fn read_on(&mut self, meta: &Meta, replay: &Replay) {
        if self.all.is_empty() {
            self.all = wanted(meta);
        }
        for side in &mut self.all {
            let mut pools = meta.resources.iter();
            let is = |r: &Resource| r.kind == ResourceKind::Pool && r.name == side.kind.pool();
            if let Some(index) = pools.position(is) {
                side.pool = Some(ResourceId::from_index(index));
                // The pool knows better than the parameter: where there is one task at a time, it has one worker.
                let known = meta.resources[index].capacity;
                side.size = known.map_or(side.size, |n| (n as usize).clamp(1, 64));
            }
        }
        let news = meta.actors.get(self.read..).unwrap_or_default();
        for (index, actor) in (self.read..).zip(news) {
            if actor.kind == ActorKind::Process
                && let Some((role, _)) = actor.name.rsplit_once(' ')
                && let Some(side) = self.all.iter_mut().find(|side| side.kind.role() == role)
            {
                side.workers.push(ActorId::from_index(index));
            }
        }
        self.read = meta.actors.len();
        for side in &mut self.all {
            side.give_places(replay);
        }
    }
}

/// The sides that a run's parameters ask for.
fn wanted(meta: &Meta) -> Vec<Side> {
    let param = |key: &str| {
        let found = meta.params.iter().find(|(k, _)| k == key);
        found.map_or("", |(_, value)| value)
    };
    // A recording may say anything.
    let size = param("workers").parse().unwrap_or(1).clamp(1, 64);
    let wanted = |kind: &Kind| match kind {
        Kind::Reused => true,
        Kind::OneEach => param("against") == "one-process-each",
        Kind::LargeChunks => param("against") == "large-chunks",
    };
    let kinds = Kind::ALL.into_iter().filter(wanted);
    let side =
        |kind| Side { kind, pool: None, size, workers: Vec::new(), slots: Vec::new(), settled: 0 };
    kinds.map(side).collect()
}

impl Side {
    /// Gives each process the place of the one that ended first among those that nobody has replaced. What was settled
    /// before stays: later deaths come later.
    fn give_places(&mut self, replay: &Replay) {
        for worker in self.workers[self.settled..].iter().rev() {
            let mut slots = self.slots.iter_mut();
            if let Some(slot) = slots.find(|slot| slot.last() == Some(worker)) {
                slot.pop();
            }
        }
        self.slots.retain(|slot| !slot.is_empty());
        let mut settled = true;
        for &worker in &self.workers[self.settled..] {
            if self.slots.len() < self.size {
                self.slots.push(vec![worker]);
            } else {
                let end = |slot: &Vec<ActorId>| slot.last().and_then(|last| death(replay, *last));
                let ends = self.slots.iter().map(|slot| end(slot).unwrap_or(Nanos::MAX));
                let Some((first, slot)) = ends.zip(0..).min() else {
                    continue;
                };
                self.slots[slot].push(worker);
                settled &= first < Nanos::MAX;
            }
            self.settled += usize::from(settled);
        }
    }

    /// The process that has a place at an instant: the last one that has said it runs. And how many were there before.
    pub fn occupant(&self, slot: usize, replay: &Replay, now: Nanos) -> Option<(ActorId, usize)> {
        let all = self.slots.get(slot)?;
        let born = all.partition_point(|w| birth(replay, *w).is_some_and(|at| at <= now));
        let place = born.checked_sub(1)?;
        Some((all[place], place))
    }

    /// When its first process was asked for.
    pub fn begin(&self, trace: &Trace, replay: &Replay) -> Option<Nanos> {
        let first = *self.workers.first()?;
        let born = birth(replay, first)?;
        // It was asked for a few events before.
        let past = trace.count_until(born);
        let before = trace.events()[..past].iter().rev().take(NEAR);
        let asked = before
            .filter(|e| matches!(e.kind, EventKind::Spawned { child } if child == first))
            .map(|e| e.at)
            .next();
        asked.or(Some(born))
    }

    /// When its last process ended, if all have that are known.
    pub fn end(&self, replay: &Replay) -> Option<Nanos> {
        let mut last = None;
        for slot in &self.slots {
            last = last.max(Some(death(replay, *slot.last()?)?));
        }
        last
    }

    /// When the first of its workers were all there.
    pub fn ready(&self, replay: &Replay) -> Option<Nanos> {
        let first = self.slots.iter().map(|slot| birth(replay, *slot.first()?));
        first.reduce(|a, b| Some(a?.max(b?))).flatten()
    }

    /// How many of its processes had started by an instant.
    pub fn started_at(&self, replay: &Replay, now: Nanos) -> usize {
        // In the order they were asked for, which is almost the order in which they say they run.
        let mut slots = self.slots.iter();
        let born = |slot: &Vec<ActorId>| {
            slot.partition_point(|w| birth(replay, *w).is_some_and(|at| at <= now))
        };
        slots.by_ref().map(born).sum()
    }
}

/// Events between asking for a process and its first word, at most.
const NEAR: usize = 4096;
