//! Who and what is there at an instant: which sections, which actors, and of which process each is.

use crate::replay::Phase;
use crate::replay::crowds::crowds;
use crate::replay::state::{ActorState, State};
use crate::trace::{Actor, ActorId, ActorKind, Meta, RecordedBy, ResourceId, Role, SectionId};
use std::collections::{BTreeMap, HashMap, HashSet};

/// The actors and sections that are there at an instant, worked out once for a scene.
pub struct Present<'a> {
    meta: &'a Meta,
    /// Of each section, whether it is there.
    sections: Vec<bool>,
    /// Of each actor, the process that it is, or is a thread of.
    processes: Vec<Option<ActorId>>,
    /// Of each actor, whether it is drawn: it is no user, and no replacement has taken its place.
    placed: Vec<bool>,
    /// Of each actor, its place in the pool it is a worker of.
    places: Vec<usize>,
    /// The program the run began with, where that is an actor.
    program: Option<ActorId>,
    /// The pools that are not there.
    absent: HashSet<ResourceId>,
}

impl<'a> Present<'a> {
    pub fn new(meta: &'a Meta, state: &State) -> Self {
        let processes = processes(meta);
        let places = places(meta, state);
        let absent = absent_pools(meta, state, &places);
        let mut placed = placed(meta, state, &places);
        for (placed, actor) in placed.iter_mut().zip(&meta.actors) {
            *placed &= actor.pool.is_none_or(|pool| !absent.contains(&pool));
        }
        for id in of_other_crowds(meta, state) {
            placed[id.index()] = false;
        }
        let program = program_among(meta, &processes);
        Self { meta, sections: sections(meta, state), processes, placed, places, program, absent }
    }

    /// The program the run began with, where that is an actor.
    pub fn program(&self) -> Option<ActorId> {
        self.program
    }

    /// The process that an actor is, or is a thread of.
    pub fn process_of(&self, id: ActorId) -> Option<ActorId> {
        self.processes.get(id.index()).copied().flatten()
    }

    /// The section an actor belongs to: its own one, or its process's.
    pub fn section_of(&self, id: ActorId) -> Option<SectionId> {
        let own = |id: ActorId| self.meta.actor(id).and_then(|actor| actor.section);
        own(id).or_else(|| own(self.process_of(id)?))
    }

    /// Whether a section is there.
    pub fn section(&self, id: Option<SectionId>) -> bool {
        id.is_none_or(|id| self.sections.get(id.index()).is_none_or(|there| *there))
    }

    /// Whether an actor is there, leaving aside whether its section is: neither it nor its process is a user or has been
    /// replaced.
    pub fn actor(&self, id: ActorId) -> bool {
        let placed = |id: ActorId| self.placed.get(id.index()).is_some_and(|placed| *placed);
        placed(id) && self.process_of(id).is_none_or(placed)
    }

    /// Whether a resource is there, leaving aside whether its section is: it is no pool of another time.
    pub fn resource(&self, id: ResourceId) -> bool {
        !self.absent.contains(&id)
    }

    /// Where an actor stands among others: first who is no worker, then by pool and place in it.
    pub fn rank(&self, id: ActorId) -> (Option<ResourceId>, usize) {
        let pool = self.meta.actor(id).and_then(|actor| actor.pool);
        (pool, self.places.get(id.index()).copied().unwrap_or(usize::MAX))
    }
}

/// The values of `count` things. `of` answers with a thing's value, or with the number of another thing that has the same
/// value. `circle` is the value of things that refer to each other in a circle, or to a thing that does not exist: a
/// damaged trace may say that two actors started each other.
fn resolve<T: Copy>(count: usize, circle: T, of: impl Fn(usize) -> Result<T, usize>) -> Vec<T> {
    let mut known = vec![None; count];
    let mut path = Vec::new();
    for first in 0..count {
        let mut at = first;
        let value = loop {
            match known.get(at).copied().unwrap_or(Some(circle)) {
                Some(value) => break value,
                // Ends a circle: a chain that comes back to this one.
                None => known[at] = Some(circle),
            }
            path.push(at);
            match of(at) {
                Ok(value) => break value,
                Err(next) => at = next,
            }
        };
        for at in path.drain(..) {
            known[at] = Some(value);
        }
    }
    known.into_iter().map(|value| value.unwrap_or(circle)).collect()
}

/// The process of each actor, as [`Meta::process_of`] gives it for one.
fn processes(meta: &Meta) -> Vec<Option<ActorId>> {
    resolve(meta.actors.len(), None, |index| {
        let actor = &meta.actors[index];
        match (actor.kind, actor.parent) {
            (ActorKind::Process, _) => Ok(Some(ActorId::from_index(index))),
            (ActorKind::Thread, Some(parent)) => Err(parent.index()),
            (ActorKind::Thread, None) => Ok(None),
        }
    })
}

/// Whether each section is there. A section that does not begin on record always is. Of neighbours that begin one after
/// another, those under way are there, or else the one that ended last. A section within another needs that one.
fn sections(meta: &Meta, state: &State) -> Vec<bool> {
    let count = meta.sections.len();
    let ids = || (0..count).map(SectionId::from_index);
    let began = |id| state.section(id).filter(|section| section.began.is_some());
    let mut there: Vec<_> = (meta.sections.iter().zip(ids()))
        .map(|(section, id)| !section.begins || began(id).is_some_and(|s| s.ended.is_none()))
        .collect();
    // A neighbour under way leaves no room for sections that are over.
    let mut last = HashMap::new();
    for (section, id) in meta.sections.iter().zip(ids()).filter(|(section, _)| section.begins) {
        if let Some(state) = began(id) {
            // No end is later than any.
            let ended = (state.ended.is_none(), state.ended, id);
            let last = last.entry(section.within).or_insert(ended);
            *last = ended.max(*last);
        }
    }
    for (under_way, _, id) in last.into_values() {
        there[id.index()] |= !under_way;
    }
    resolve(count, true, |index| match meta.sections[index].within {
        Some(outer) if there[index] => Err(outer.index()),
        _ => Ok(there[index]),
    })
}

/// The pools that are not there: those that are past, whose workers have all ended while one of their section that was made
/// later has had some; and in a Python program, where pools are numbered as they are made, those that do not exist yet.
fn absent_pools(meta: &Meta, state: &State, places: &[usize]) -> HashSet<ResourceId> {
    let mut lives: BTreeMap<ResourceId, (bool, bool)> = BTreeMap::new();
    for ((actor, state), place) in meta.actors.iter().zip(&state.actors).zip(places) {
        let Some(pool) = actor.pool else { continue };
        let (has_come, is_over) = lives.entry(pool).or_insert((false, true));
        let is_here = state.phase != Phase::NotStarted || *place != usize::MAX;
        *has_come |= is_here;
        *is_over &= !is_here || state.end.is_some();
    }
    let section = |pool: ResourceId| meta.resource(pool).and_then(|pool| pool.section);
    let (mut absent, mut later, mut earlier) = (HashSet::new(), HashSet::new(), HashSet::new());
    for (pool, (_, is_over)) in lives.iter().rev().filter(|(_, (has_come, _))| *has_come) {
        if !later.insert(section(*pool)) && *is_over {
            absent.insert(*pool);
        }
    }
    for (pool, (has_come, _)) in &lives {
        let section = section(*pool);
        let is_first = earlier.insert(section);
        if meta.recorder_in(section) == RecordedBy::Python && !has_come && !is_first {
            absent.insert(*pool);
        }
    }
    absent
}

/// The most threads, or processes, of one parent that all stand in the scene whenever they are there.
const CROWD: usize = 16;

/// Of a Python program that starts very many threads or processes, a crowd after the other, those of other crowds than the last
/// one that has begun, and who is yet to come.
fn of_other_crowds(meta: &Meta, state: &State) -> Vec<ActorId> {
    let mut groups: BTreeMap<(Option<ActorId>, bool), Vec<ActorId>> = BTreeMap::new();
    let is_by_python = |recorder| recorder == RecordedBy::Python;
    if meta.recorders().any(is_by_python) && meta.actors.len() > CROWD {
        for id in meta.actors_where(|actor| actor.role == Role::Work && actor.pool.is_none()) {
            let Some(actor) = meta.actor(id).filter(|_| is_by_python(meta.recorder_of(id))) else {
                continue;
            };
            let is_process = actor.kind == ActorKind::Process;
            groups.entry((actor.parent, is_process)).or_default().push(id);
        }
    }
    let mut others = Vec::new();
    for group in groups.into_values().filter(|group| group.len() > CROWD) {
        let has_come = |actor: &ActorState| actor.phase != Phase::NotStarted;
        let (come, yet): (Vec<_>, Vec<_>) =
            group.into_iter().partition(|id| state.actor(*id).is_some_and(has_come));
        others.extend(yet);
        let mut crowds = crowds(state, come);
        crowds.pop();
        others.extend(crowds.into_iter().flatten());
    }
    others
}

/// The section of those in turn that an instant is in: the one under way that began last, or else the one that ended last.
/// The innermost, where they are nested: of one whose parts are over, the part that ended last. `None` before the first.
pub fn section_at(meta: &Meta, state: &State) -> Option<SectionId> {
    let in_turn = meta.sections.iter().enumerate().filter(|(_, section)| section.begins);
    let begun: Vec<_> = in_turn
        .filter_map(|(index, section)| {
            let id = SectionId::from_index(index);
            let state = state.section(id)?;
            let (began, _) = state.began?;
            Some(((state.ended.is_none(), state.ended, began, id), section.within))
        })
        .collect();
    let last = |within: Option<SectionId>| {
        let of = begun.iter().filter(|(_, of)| within.is_none() || *of == within);
        of.map(|(when, _)| *when).max().map(|(.., id)| id)
    };
    let mut found = last(None);
    // A trace may say anything, so also that two sections are within each other.
    for _ in 0..meta.sections.len() {
        match found.and_then(|outer| last(Some(outer))) {
            Some(inner) => found = Some(inner),
            None => break,
        }
    }
    found
}

/// Of each actor, its place in the pool it is a worker of.
fn places(meta: &Meta, state: &State) -> Vec<usize> {
    let mut places = vec![usize::MAX; meta.actors.len()];
    for (index, resource) in state.resources.iter().enumerate() {
        let pool = Some(ResourceId::from_index(index));
        for (place, worker) in resource.pool.places.iter().enumerate() {
            if meta.actor(*worker).is_some_and(|worker| worker.pool == pool) {
                places[worker.index()] = place;
            }
        }
    }
    places
}

/// Of each actor, whether it is drawn. A user never is. A replacement is from when it was started; whoever was replaced
/// is until it has ended and its replacement was started.
fn placed(meta: &Meta, state: &State, places: &[usize]) -> Vec<bool> {
    let count = meta.actors.len();
    let ids = || (0..count).map(ActorId::from_index);
    // A worker takes its place when it is spawned.
    let has_come = |id: ActorId| {
        let phase = state.actor(id).map_or(Phase::NotStarted, |actor| actor.phase);
        phase != Phase::NotStarted || places.get(id.index()).is_some_and(|p| *p != usize::MAX)
    };
    let mut succeeded = vec![false; count];
    for id in ids().filter(|id| has_come(*id)) {
        let mut at = id;
        // All its predecessors are past, even where one between them never started.
        while let Some(before) = meta.actor(at).and_then(|actor| actor.replaces)
            && before != id
            && let Some(succeeded) = succeeded.get_mut(before.index())
            && !*succeeded
        {
            *succeeded = true;
            at = before;
        }
    }
    let has_ended = |id: ActorId| state.actor(id).is_some_and(|actor| actor.end.is_some());
    (meta.actors.iter().zip(ids()))
        .map(|(actor, id)| {
            let follows = actor.replaces.is_none() || has_come(id);
            let is_past = succeeded[id.index()] && has_ended(id);
            actor.role != Role::User && follows && !is_past
        })
        .collect()
}

/// The program the run began with: the first process that no other actor, or a user, has started. `None` where a thread
/// belongs to no process: then it is a thread of the program, and the program is no actor of the trace.
pub fn program(meta: &Meta) -> Option<ActorId> {
    program_among(meta, &processes(meta))
}

fn program_among(meta: &Meta, processes: &[Option<ActorId>]) -> Option<ActorId> {
    let is_user = |actor: &Actor| actor.role == Role::User;
    let mut all = meta.actors.iter().zip(processes).filter(|(actor, _)| !is_user(actor));
    if all.any(|(_, process)| process.is_none()) {
        return None;
    }
    let by_nobody =
        |actor: &Actor| actor.parent.is_none_or(|parent| meta.actor(parent).is_some_and(is_user));
    meta.actors_where(|a| a.kind == ActorKind::Process && !is_user(a) && by_nobody(a)).next()
}
