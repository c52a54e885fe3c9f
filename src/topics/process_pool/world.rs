//! Which pools of a trace there are, and which processes belong to each.

use crate::replay::{Phase, Replay};
use crate::trace::{ActorId, ActorKind, EventKind, Meta, Nanos, ResourceId, ResourceKind, Trace};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

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

/// The sides of a trace, in the order they ran. Before a run: those that it would have.
pub fn sides(meta: &Meta, replay: &Replay) -> Vec<Side> {
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
    let mut sides: Vec<Side> = (Kind::ALL.into_iter().filter(wanted))
        .map(|kind| {
            let mut pools = meta.resources.iter();
            let pool = pools.position(|r| r.kind == ResourceKind::Pool && r.name == kind.pool());
            // The pool knows better than the parameter: where there is one task at a time, it has one worker.
            let known = pool.and_then(|index| meta.resources[index].capacity);
            Side {
                kind,
                pool: pool.map(ResourceId::from_index),
                size: known.map_or(size, |n| (n as usize).clamp(1, 64)),
                workers: Vec::new(),
                slots: Vec::new(),
            }
        })
        .collect();
    for (index, actor) in meta.actors.iter().enumerate() {
        if actor.kind == ActorKind::Process
            && let Some((role, _)) = actor.name.rsplit_once(' ')
            && let Some(side) = sides.iter_mut().find(|side| side.kind.role() == role)
        {
            side.workers.push(ActorId::from_index(index));
        }
    }
    for side in &mut sides {
        side.slots = slots(&side.workers, side.size, replay);
    }
    sides
}

/// Gives each process the place of the one that ended first among those that nobody has replaced.
fn slots(workers: &[ActorId], size: usize, replay: &Replay) -> Vec<Vec<ActorId>> {
    let mut slots: Vec<Vec<ActorId>> = Vec::with_capacity(size);
    let mut ends = BinaryHeap::with_capacity(size);
    for &worker in workers {
        let slot = if slots.len() < size {
            slots.push(Vec::new());
            slots.len() - 1
        } else {
            match ends.pop() {
                Some(Reverse((_, slot))) => slot,
                None => continue,
            }
        };
        slots[slot].push(worker);
        let end = death(replay, worker).unwrap_or(Nanos::MAX);
        ends.push(Reverse((end, slot)));
    }
    slots
}

impl Side {
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
