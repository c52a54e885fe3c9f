//! The scene: what any trace looks like at an instant. Which sections stand beside each other, which processes are in
//! them with which threads and resources, what lies between processes, and what ties actors to resources.
//!
//! It is worked out from names' ids and the state alone, never from a name's text, and knows nothing of places on screen.

mod text;

use super::Phase;
use super::state::{ActorState, State, Waiter};
use crate::trace::{
    ActorId, ActorKind, Home, Item, Meta, Nanos, ResourceId, Role, SectionId, TaskId, WaitOp,
};

/// What a trace looks like at an instant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scene {
    /// Sections beside each other, in the order of their ids; what belongs to none comes first.
    pub sections: Vec<SectionAt>,
    /// What ties actors to resources and to each other, by actor.
    pub ties: Vec<Tie>,
}

/// A section with what is in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SectionAt {
    /// Which one; `None`: what belongs to no section.
    pub id: Option<SectionId>,
    /// Its processes: the program the run began with, then the others by place.
    pub processes: Vec<ProcessAt>,
    /// Resources between processes.
    pub between: Vec<ResourceId>,
}

/// A process with what is in its memory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProcessAt {
    /// Which one; `None`: the program the run began with, where that is no actor of the trace.
    pub process: Option<ActorId>,
    /// The pool it is a worker of.
    pub pool: Option<ResourceId>,
    /// The worker that stood in its place before.
    pub before: Option<ActorId>,
    /// Its threads.
    pub threads: Vec<ActorId>,
    /// Threads that serve or start the others, drawn quietly.
    pub helpers: Vec<ActorId>,
    /// Resources in its memory.
    pub resources: Vec<ResourceId>,
}

/// What ties an actor to a resource or to another actor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tie {
    /// Who.
    pub actor: ActorId,
    /// Since when.
    pub since: Nanos,
    /// To what, and how.
    pub kind: TieKind,
}

/// The kinds of ties.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TieKind {
    /// It holds a lock this many times, or this many permits.
    Holds {
        /// Of what.
        res: ResourceId,
        /// How many times.
        depth: u32,
    },
    /// It waits for a resource.
    Waits {
        /// For which.
        res: ResourceId,
        /// To do what.
        op: WaitOp,
        /// Its place in the order of arrival, from 0. Arrival is no promise of a turn.
        place: usize,
        /// How often somebody who came later was served first.
        passed_over: u32,
        /// It waited for a condition, was notified, and has not gone on yet.
        notified: bool,
    },
    /// It waits for the end of another actor.
    Joins {
        /// Of which one.
        target: ActorId,
    },
    /// It runs a task.
    Runs {
        /// Of which pool.
        pool: ResourceId,
        /// Which one.
        task: TaskId,
    },
    /// It moves an item in or out, and still holds the lock that guards the resource.
    Moves {
        /// Into or out of what.
        res: ResourceId,
        /// What.
        item: Item,
        /// In, or out.
        inwards: bool,
    },
    /// It works with a value that it has read and not written since.
    Reads {
        /// Of which variable.
        res: ResourceId,
        /// What it read.
        value: Item,
        /// Somebody else has written since.
        stale: bool,
    },
}

impl Scene {
    /// What the trace of `meta` looks like at the instant at which `state` is true.
    pub fn at(meta: &Meta, state: &State) -> Self {
        let mut scene = Self::default();
        for id in (0..meta.actors.len()).map(ActorId::from_index) {
            scene.place_actor(meta, state, id);
        }
        for id in (0..meta.resources.len()).map(ResourceId::from_index) {
            scene.place_resource(meta, state, id);
        }
        scene.sections.sort_by_key(|section| section.id);
        for section in &mut scene.sections {
            section.order(meta, state);
        }
        if scene.sections.len() > 1 {
            // Beside sections, those who only start and serve the others are no section of their own.
            let first = program(meta);
            let unnamed = scene.sections.iter_mut().filter(|section| section.id.is_none());
            unnamed.for_each(|section| {
                section.processes.retain(|process| {
                    let serves = process.process.is_none() || process.process == first;
                    !serves || !process.threads.is_empty() || !process.resources.is_empty()
                });
            });
        }
        scene.sections.retain(|section| !section.is_empty());
        for (index, actor) in state.actors.iter().enumerate() {
            scene.tie(meta, state, ActorId::from_index(index), actor);
        }
        for (index, resource) in state.resources.iter().enumerate() {
            scene.tie_resource(meta, state, ResourceId::from_index(index), resource);
        }
        scene.ties.sort_by_key(|tie| tie.actor);
        scene
    }

    /// The ties of one actor.
    pub fn ties_of(&self, actor: ActorId) -> &[Tie] {
        let begin = self.ties.partition_point(|tie| tie.actor < actor);
        let end = self.ties.partition_point(|tie| tie.actor <= actor);
        &self.ties[begin..end]
    }

    /// All actors that stand in the scene: processes and their threads, helpers too.
    pub fn actors(&self) -> impl Iterator<Item = ActorId> + '_ {
        let processes = self.sections.iter().flat_map(|section| &section.processes);
        processes.flat_map(|process| {
            let threads = process.threads.iter().chain(&process.helpers).copied();
            process.process.into_iter().chain(threads)
        })
    }

    /// All resources that stand in the scene.
    pub fn resources(&self) -> impl Iterator<Item = ResourceId> + '_ {
        self.sections.iter().flat_map(|section| {
            let inside = section.processes.iter().flat_map(|process| &process.resources);
            inside.chain(&section.between).copied()
        })
    }

    fn place_actor(&mut self, meta: &Meta, state: &State, id: ActorId) {
        let Some(actor) = meta.actor(id) else { return };
        if actor.role == Role::User || !is_present(meta, state, actor.section) {
            return;
        }
        let before = actor.replaces;
        if before.is_some() && !has_come(state, id) {
            // Its place is still another's.
            return;
        }
        if has_a_successor(meta, state, id) {
            return;
        }
        let section = self.section(actor.section);
        if actor.kind == ActorKind::Process {
            let process = section.process(Some(id));
            (process.pool, process.before) = (actor.pool, before);
            return;
        }
        let process = section.process(meta.process_of(id));
        match actor.role {
            Role::Main | Role::Helper => process.helpers.push(id),
            Role::Work | Role::User => process.threads.push(id),
        }
    }

    fn place_resource(&mut self, meta: &Meta, state: &State, id: ResourceId) {
        let Some(resource) = meta.resource(id) else { return };
        // Whose end it is says the actor itself.
        if resource.is_an_end() || !is_present(meta, state, resource.section) {
            return;
        }
        let section = self.section(resource.section);
        match resource.home {
            Home::Shared => section.between.push(id),
            Home::Program => section.process(program(meta)).resources.push(id),
            Home::Process(process) => section.process(Some(process)).resources.push(id),
        }
    }

    fn section(&mut self, id: Option<SectionId>) -> &mut SectionAt {
        let place = self.sections.iter().position(|section| section.id == id);
        let place = place.unwrap_or_else(|| {
            self.sections.push(SectionAt { id, ..SectionAt::default() });
            self.sections.len() - 1
        });
        &mut self.sections[place]
    }

    fn tie(&mut self, meta: &Meta, state: &State, id: ActorId, actor: &ActorState) {
        let mut add = |since, kind| self.ties.push(Tie { actor: id, since, kind });
        for held in &actor.holding {
            add(held.since, TieKind::Holds { res: held.res, depth: held.depth });
        }
        if let Some(waiting) = actor.waiting {
            let ends = meta.resource(waiting.res).filter(|r| r.is_an_end()).and_then(|r| r.of);
            match ends {
                Some(target) => add(waiting.since, TieKind::Joins { target }),
                None if waiting.op == WaitOp::Task => {}
                None => {
                    let (place, waiter) = place_in_line(state, id, waiting.res);
                    let resource = state.resource(waiting.res);
                    let notified = resource.map_or(0, |r| r.notified as usize);
                    add(
                        waiting.since,
                        TieKind::Waits {
                            res: waiting.res,
                            op: waiting.op,
                            place,
                            passed_over: waiter.map_or(0, |w| w.passed_over),
                            notified: place < notified,
                        },
                    );
                }
            }
        }
        if let Some(working) = actor.task {
            add(working.since, TieKind::Runs { pool: working.pool, task: working.task });
        }
    }

    fn tie_resource(
        &mut self,
        meta: &Meta,
        state: &State,
        id: ResourceId,
        resource: &super::ResourceState,
    ) {
        if let Some((at, actor, item, inwards)) = resource.last_move
            && is_guarded_by(meta, state, id, actor, at)
        {
            self.ties.push(Tie {
                actor,
                since: at,
                kind: TieKind::Moves { res: id, item, inwards },
            });
        }
        for read in &resource.readers {
            let ended = state.actor(read.actor).is_some_and(|actor| actor.end.is_some());
            if !ended {
                let stale = read.version != resource.version;
                let kind = TieKind::Reads { res: id, value: read.value, stale };
                self.ties.push(Tie { actor: read.actor, since: read.at, kind });
            }
        }
    }
}

impl SectionAt {
    /// Whether nothing is in it.
    pub fn is_empty(&self) -> bool {
        self.between.is_empty() && self.processes.iter().all(ProcessAt::is_empty)
    }

    fn process(&mut self, id: Option<ActorId>) -> &mut ProcessAt {
        let place = self.processes.iter().position(|process| process.process == id);
        let place = place.unwrap_or_else(|| {
            self.processes.push(ProcessAt { process: id, ..ProcessAt::default() });
            self.processes.len() - 1
        });
        &mut self.processes[place]
    }

    /// The program first, then workers where they stand in their pool, then the others.
    fn order(&mut self, meta: &Meta, state: &State) {
        self.processes.retain(|process| !process.is_empty());
        let first = program(meta);
        self.processes.sort_by_key(|at| {
            let is_program = at.process.is_none() || at.process == first;
            (!is_program, at.pool, at.process.map(|id| place_in(state, at.pool, id)), at.process)
        });
        for process in &mut self.processes {
            let pool = |id: ActorId| meta.actor(id).and_then(|actor| actor.pool);
            process.threads.sort_by_key(|id| (pool(*id), place_in(state, pool(*id), *id), *id));
        }
    }
}

impl ProcessAt {
    /// Whether it stands for nobody and holds nothing.
    fn is_empty(&self) -> bool {
        self.process.is_none() && self.threads.is_empty() && self.resources.is_empty()
    }
}

/// Whether an actor holds the lock that guards a resource, and has held it since it touched the resource at an instant:
/// then nobody else has seen by now what it did.
pub fn is_guarded_by(
    meta: &Meta,
    state: &State,
    res: ResourceId,
    actor: ActorId,
    touched: Nanos,
) -> bool {
    let guard = meta.resource(res).and_then(|r| r.guard).and_then(|guard| state.resource(guard));
    guard.is_some_and(|guard| {
        (guard.owners.iter()).any(|(owner, held)| *owner == actor && held.since <= touched)
    })
}

/// The actor that is the program the run began with: the first process that nobody started.
fn program(meta: &Meta) -> Option<ActorId> {
    meta.actors_where(|actor| actor.kind == ActorKind::Process && actor.parent.is_none()).next()
}

/// Where an actor stands in its pool.
fn place_in(state: &State, pool: Option<ResourceId>, actor: ActorId) -> usize {
    let places = pool.and_then(|pool| state.resource(pool)).map(|r| &r.pool.places);
    places.and_then(|p| p.iter().position(|place| *place == actor)).unwrap_or(usize::MAX)
}

/// Whether a section is to be seen: one that never begins is always there; of those that begin one after another, all
/// that are under way, and else the one that began last.
fn is_present(meta: &Meta, state: &State, section: Option<SectionId>) -> bool {
    let Some(id) = section else { return true };
    let outer = meta.section(id).and_then(|section| section.within);
    if outer.is_some_and(|outer| outer != id && !is_under_way(meta, state, outer)) {
        return false;
    }
    is_under_way(meta, state, id)
}

fn is_under_way(meta: &Meta, state: &State, id: SectionId) -> bool {
    let Some(section) = meta.section(id) else { return true };
    let began = |id: SectionId| state.section(id).and_then(|s| s.began);
    let Some((at, _)) = began(id) else {
        // It may begin later, as its neighbours do; or none of them does.
        return !section.begins;
    };
    if state.section(id).is_some_and(|s| s.ended.is_none()) {
        return true;
    }
    // Over: it stays until a neighbour begins.
    let neighbours = (0..meta.sections.len()).map(SectionId::from_index).filter(|other| {
        *other != id && meta.section(*other).is_some_and(|s| s.within == section.within)
    });
    neighbours.filter_map(|other| Some((began(other)?.0, other))).all(|other| other < (at, id))
}

/// Whether the actor has been started or has done anything.
fn has_come(state: &State, id: ActorId) -> bool {
    let known = state.actor(id).is_some_and(|actor| actor.phase != Phase::NotStarted);
    known || state.resources.iter().any(|resource| resource.pool.places.contains(&id))
}

/// Whether another actor stands in its place by now.
fn has_a_successor(meta: &Meta, state: &State, id: ActorId) -> bool {
    let Some(pool) = meta.actor(id).and_then(|actor| actor.pool) else { return false };
    let ended = state.actor(id).is_some_and(|actor| actor.end.is_some());
    let places = state.resource(pool).map(|resource| &resource.pool.places);
    ended && places.is_some_and(|places| !places.is_empty() && !places.contains(&id))
}

/// The place of an actor among those that wait for a resource, in order of arrival.
fn place_in_line(state: &State, actor: ActorId, res: ResourceId) -> (usize, Option<Waiter>) {
    let waiters = state.resource(res).map_or(&[][..], |resource| &resource.waiters);
    let place = waiters.iter().position(|waiter| waiter.actor == actor);
    (place.unwrap_or(waiters.len()), place.map(|place| waiters[place]))
}
