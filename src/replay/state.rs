//! Everything true at one instant.

mod actor;
mod resource;

pub use actor::{ActorState, Held, Inherited, Phase, Sleeping, Waiting, Working};
pub use resource::{Pending, PoolState, READERS, Read, ResourceState, Waiter, Write};

use super::journey::Journeys;
use crate::trace::{
    ActorId, ActorKind, Item, Meta, Nanos, ResourceId, Role, SectionId, TextId, WaitOp,
};
use std::collections::VecDeque;
use std::ops::Range;

/// How many lines of output are kept.
pub const LINES: usize = 16;

/// A section at one instant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SectionState {
    /// When it began, and who began it.
    pub began: Option<(Nanos, ActorId)>,
    /// When it ended.
    pub ended: Option<Nanos>,
}

/// A line of output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Said {
    /// When.
    pub at: Nanos,
    /// Who.
    pub actor: ActorId,
    /// Its text; fill it in with [`Meta::message`](crate::trace::Meta::message).
    pub text: TextId,
    /// What fills it in.
    pub args: [Item; 2],
}

/// Everything true after some number of events.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct State {
    /// How many events of the trace it includes.
    pub applied: usize,
    /// Time of the last of them.
    pub at: Nanos,
    /// By [`ActorId`].
    pub actors: Vec<ActorState>,
    /// By [`ResourceId`].
    pub resources: Vec<ResourceState>,
    /// The last [`LINES`] lines of output, oldest first.
    pub said: VecDeque<Said>,
    /// By [`SectionId`].
    pub sections: Vec<SectionState>,
    /// Exceptions and what became of them.
    pub journeys: Journeys,
}

impl State {
    /// What is true before the first event.
    pub fn new(meta: &Meta) -> Self {
        let mut state = Self::default();
        state.fit(meta);
        state
    }

    /// An actor, where the trace has mentioned it.
    pub fn actor(&self, id: ActorId) -> Option<&ActorState> {
        self.actors.get(id.index())
    }

    /// The places in the contents of a resource that are a list: those between the two bounds of an array that has them,
    /// else all. A stale write may have put the begin past the end.
    pub fn list_of(&self, meta: &Meta, id: ResourceId) -> Range<usize> {
        let len = self.resource(id).map_or(0, |resource| resource.contents.len());
        let Some(bounds) = meta.resource(id).and_then(|resource| resource.bounds) else {
            return 0..len;
        };
        let [begin, end] = bounds.map(|id| {
            let value = self.resource(id).and_then(|variable| variable.contents.front());
            let value = value.and_then(|value| value.as_int()).unwrap_or(0);
            usize::try_from(value).unwrap_or(0).min(len)
        });
        begin.min(end)..end
    }

    /// Whose phase is an actor's: of a process whose threads are on record too, its main thread's, unless one of them
    /// runs. A process does nothing but what its threads do.
    pub fn acts_for(&self, meta: &Meta, id: ActorId) -> ActorId {
        let is_process = meta.actor(id).is_some_and(|actor| actor.kind == ActorKind::Process);
        // Of a process that is known by its threads alone nothing else is known.
        let lives = |actor: &ActorState| {
            actor.phase == Phase::Running || actor.phase == Phase::Idle && meta.is_by_spans(id)
        };
        if !is_process || !self.actor(id).is_some_and(lives) {
            return id;
        }
        let mut main = id;
        let all =
            meta.actors.iter().zip(&self.actors).zip(0..).map(|((a, s), i)| (a, s, ActorId(i)));
        let threads = all.filter(|(actor, ..)| actor.kind == ActorKind::Thread);
        for (actor, state, thread) in threads.filter(|t| meta.process_of(t.2) == Some(id)) {
            if matches!(state.phase, Phase::Running | Phase::Holding | Phase::Io) {
                return id;
            }
            if actor.role == Role::Main && state.phase != Phase::NotStarted && state.end.is_none() {
                main = thread;
            }
        }
        main
    }

    /// A resource, where the trace has mentioned it.
    pub fn resource(&self, id: ResourceId) -> Option<&ResourceState> {
        self.resources.get(id.index())
    }

    /// Who waits for a result of this resource.
    pub fn asking(&self, res: ResourceId) -> impl Iterator<Item = ActorId> + '_ {
        let all = self.actors.iter().enumerate().filter(move |(_, who)| {
            let waiting = who.waiting.filter(|_| who.end.is_none());
            waiting.is_some_and(|waiting| waiting.res == res && waiting.op == WaitOp::Result)
        });
        all.map(|(index, _)| ActorId::from_index(index))
    }

    /// A section, where the trace has mentioned it.
    pub fn section(&self, id: SectionId) -> Option<&SectionState> {
        self.sections.get(id.index())
    }

    /// The last line of output.
    pub fn last_said(&self) -> Option<Said> {
        self.said.back().copied()
    }

    /// Makes room for all that `meta` names: names may arrive while the run goes on.
    pub(super) fn fit(&mut self, meta: &Meta) {
        self.fit_to(meta, meta.actors.len(), meta.resources.len());
    }

    /// Makes room for this number of actors and resources, named or not.
    pub(super) fn fit_to(&mut self, meta: &Meta, actors: usize, resources: usize) {
        if meta.sections.len() > self.sections.len() {
            self.sections.resize_with(meta.sections.len(), SectionState::default);
        }
        if actors > self.actors.len() {
            self.actors.resize_with(actors, ActorState::default);
        }
        while self.resources.len() < resources {
            let named = meta.resources.get(self.resources.len());
            self.resources.push(named.map_or_else(ResourceState::default, ResourceState::new));
        }
    }

    /// About how many bytes a clone takes.
    pub(super) fn bytes(&self) -> usize {
        let actors: usize = (self.actors.iter())
            .map(|a| {
                size_of_val(&a.holding[..])
                    + size_of_val(&a.doing[..])
                    + size_of_val(&a.inherited[..])
            })
            .sum();
        let resources: usize = (self.resources.iter())
            .map(|r| {
                size_of_val(&r.owners[..])
                    + size_of_val(&r.waiters[..])
                    + size_of_val(&r.takers[..])
                    + r.contents.len() * size_of::<Item>()
                    + r.makers.len() * size_of::<Option<ActorId>>()
                    + r.pool.pending.len() * size_of::<Pending>()
                    + size_of_val(&r.pool.running[..])
                    + size_of_val(&r.pool.places[..])
                    + size_of_val(&r.readers[..])
            })
            .sum();
        let sections = size_of_val(&self.sections[..]);
        let said = self.said.len() * size_of::<Said>();
        let own = size_of_val(&self.actors[..]) + size_of_val(&self.resources[..]);
        own + actors + resources + sections + said + self.journeys.bytes()
    }
}
