//! The scene: what any trace looks like at an instant. Which sections stand beside each other, which processes are in
//! them with which threads and resources, what lies between processes, and what ties actors to resources.
//!
//! It is worked out from ids and the state alone, never from a name's text, and knows nothing of places on screen. Who or
//! what the trace does not name stands nowhere.
//!
//! - A section that begins and ends on record is there while it lasts, and until another one of its kind has begun.
//! - A worker whose place another one has taken is not there any more, nor are its threads and its memory.
//! - A pool whose workers have all ended is not there any more once a pool of its section that was made later has workers, nor
//!   are they: pools that are tried one after another stand there one at a time. In a Python program one that is yet to come is
//!   not there either, but for the first; nor, where it starts very many threads or processes, those that ended before the last
//!   ones were started, and those that are yet to come.
//! - Beside sections, the program with nothing but helpers in it, who start and serve the others, is not there.
//! - A user is not there: views draw users as marks in the lanes.

mod boxes;
mod present;
mod text;
mod ties;

pub use present::{program, section_at};
pub use ties::is_guarded_by;

use super::circle::Circle;
use super::state::State;
use crate::trace::{ActorId, Item, Meta, Nanos, ResourceId, SectionId, TaskId, WaitOp};

/// What a trace looks like at an instant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scene {
    /// Sections beside each other, in the order of their ids, outer and inner ones alike; what belongs to none comes first.
    /// None is empty.
    pub sections: Vec<SectionAt>,
    /// What ties the actors of the scene to resources and to each other, by actor. The other end of a tie may have no place
    /// in the scene: a lock of a section that is over, a worker that was replaced.
    pub ties: Vec<Tie>,
    /// Waits that form a circle, where they do and all of it stands in the scene.
    pub circle: Option<Circle>,
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

/// A process with what is in its memory: all of it that belongs to one section.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProcessAt {
    /// Which one; `None`: the program the run began with, where that is no actor of the trace.
    pub process: Option<ActorId>,
    /// The process itself belongs to another section: here are only threads and resources of it.
    pub elsewhere: bool,
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
        /// Its place in the order of arrival among the waiters for this operation, from 0. Arrival is no promise of a
        /// turn.
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
        let sections = boxes::sections(meta, state);
        let mut scene = Self { sections, ..Self::default() };
        scene.ties = ties::of(meta, state, scene.actors());
        let stands = |circle: &Circle| {
            let here = |id: ActorId| scene.actors().any(|actor| actor == id);
            circle.members.iter().all(|member| here(member.0))
        };
        scene.circle = Circle::at(meta, state).filter(stands);
        scene
    }

    /// The ties of one actor.
    pub fn ties_of(&self, actor: ActorId) -> &[Tie] {
        let begin = self.ties.partition_point(|tie| tie.actor < actor);
        let end = self.ties.partition_point(|tie| tie.actor <= actor);
        &self.ties[begin..end]
    }

    /// All actors that stand in the scene, each once: processes and their threads, helpers too.
    pub fn actors(&self) -> impl Iterator<Item = ActorId> + '_ {
        let processes = self.sections.iter().flat_map(|section| &section.processes);
        processes.flat_map(|at| {
            let process = at.process.filter(|_| !at.elsewhere);
            process.into_iter().chain(at.threads.iter().chain(&at.helpers).copied())
        })
    }

    /// All resources that stand in the scene, each once.
    pub fn resources(&self) -> impl Iterator<Item = ResourceId> + '_ {
        self.sections.iter().flat_map(|section| {
            let inside = section.processes.iter().flat_map(|process| &process.resources);
            inside.chain(&section.between).copied()
        })
    }
}
