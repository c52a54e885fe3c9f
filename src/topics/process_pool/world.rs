//! Which pools of a trace there are, and which processes belong to each.

use crate::replay::{Phase, Replay};
use crate::trace::{ActorId, EventKind, Meta, Nanos, ResourceId, ResourceKind, Trace};

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
    /// When the first of them was asked for.
    asked: Option<Nanos>,
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
    /// How many actors have been read, and how many events.
    read: (usize, usize),
}

impl Sides {
    /// All of a trace.
    pub fn of(trace: &Trace) -> Self {
        let mut sides = Self::default();
        sides.read_on(trace);
        sides
    }

    /// Reads what is new.
    pub fn read_on(&mut self, trace: &Trace) {
        let meta = trace.meta();
        if self.all.is_empty() {
            self.all = wanted(meta);
        }
        for id in meta.resources_of(ResourceKind::Pool) {
            let Some(pool) = meta.resource(id) else { continue };
            let number = pool.section.and_then(|id| meta.section(id)).map_or(0, |s| s.number);
            if let Some(side) = self.all.get_mut(number as usize) {
                side.pool = Some(id);
                // The pool knows better than the parameter: where there is one task at a time, it has one worker.
                side.size = pool.capacity.map_or(side.size, |n| (n as usize).clamp(1, 64));
            }
        }
        let (actors, events) = self.read;
        for id in (actors..meta.actors.len()).map(ActorId::from_index) {
            let Some((pool, before)) = meta.actor(id).map(|actor| (actor.pool, actor.replaces))
            else {
                continue;
            };
            let mut sides = self.all.iter_mut();
            if let Some(side) = sides.find(|side| pool.is_some() && side.pool == pool) {
                side.add(id, before);
            }
        }
        for event in trace.events().get(events..).unwrap_or_default() {
            if let EventKind::Spawned { child } = event.kind {
                let mut sides = self.all.iter_mut();
                if let Some(side) = sides.find(|side| side.workers.first() == Some(&child)) {
                    side.asked.get_or_insert(event.at);
                }
            }
        }
        self.read = (meta.actors.len(), trace.events().len());
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
        |kind| Side { kind, pool: None, size, workers: Vec::new(), slots: Vec::new(), asked: None };
    kinds.map(side).collect()
}

impl Side {
    /// Gives a process its place: that of the one it replaces, or one of its own.
    fn add(&mut self, worker: ActorId, before: Option<ActorId>) {
        self.workers.push(worker);
        let mut slots = self.slots.iter_mut();
        match slots.find(|slot| before.is_some() && slot.last().copied() == before) {
            Some(slot) => slot.push(worker),
            None => self.slots.push(vec![worker]),
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
    pub fn begin(&self, replay: &Replay) -> Option<Nanos> {
        self.asked.or_else(|| birth(replay, *self.workers.first()?))
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
