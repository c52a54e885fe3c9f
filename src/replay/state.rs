//! Everything true at one instant.

use crate::trace::{ActorId, End, Item, Nanos, ResourceId, SourceId, TaskId, TextId, WaitOp};
use std::collections::VecDeque;

/// What an actor is doing. One look each, in lanes and on stages.
///
/// An actor may do several at once (sleep while it holds a lock); the phase shown is the first that applies of: not
/// started, failed, done, waiting or blocked, doing I/O, holding, sleeping, running.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Phase {
    /// Known, but not started yet.
    #[default]
    NotStarted,
    /// Runs.
    Running,
    /// Runs (or sleeps) while it owns a lock or a permit.
    Holding,
    /// Waits for a lock, a permit, a notification, an event, a barrier or an actor's end.
    Waiting,
    /// Waits for data: an empty or full queue or pipe, a result.
    Blocked,
    /// Reads or writes.
    Io,
    /// Sleeps.
    Sleeping,
    /// Ended with an error or by a signal.
    Failed,
    /// Ended.
    Done,
}

/// A lock or permit that an actor holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Held {
    /// Which.
    pub res: ResourceId,
    /// Since when.
    pub since: Nanos,
    /// How many times (an rlock), or how many permits (a semaphore).
    pub depth: u32,
    /// Where it was acquired.
    pub source: SourceId,
}

/// What an actor waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// For which resource.
    pub res: ResourceId,
    /// To do what.
    pub op: WaitOp,
    /// Since when.
    pub since: Nanos,
}

/// The task an actor works on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Working {
    /// Of which pool.
    pub pool: ResourceId,
    /// Which task.
    pub task: TaskId,
    /// Since when.
    pub since: Nanos,
}

/// A sleep under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sleeping {
    /// Since when.
    pub since: Nanos,
    /// For how long, if nothing wakes it.
    pub planned: Nanos,
}

/// One actor at one instant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ActorState {
    /// The phase shown.
    pub phase: Phase,
    /// Since when it has been in it.
    pub since: Nanos,
    /// The last point of the shown program it reached, or [`SourceId::NONE`].
    pub source: SourceId,
    /// Thread id or PID; 0 where unknown.
    pub os_id: u64,
    /// Locks and permits it holds, in the order they were taken.
    pub holding: Vec<Held>,
    /// What it waits for.
    pub waiting: Option<Waiting>,
    /// The task it works on.
    pub task: Option<Working>,
    /// Its sleep.
    pub sleeping: Option<Sleeping>,
    /// The I/O it does, and since when.
    pub io: Option<(TextId, Nanos)>,
    /// How it ended, and when.
    pub end: Option<(End, Nanos)>,
    /// How many of its events have been lost.
    pub dropped: u64,
}

/// An actor in the waiting line of a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waiter {
    /// Who.
    pub actor: ActorId,
    /// Since when.
    pub since: Nanos,
    /// To do what.
    pub op: WaitOp,
}

/// One resource at one instant. Fields that do not apply to its kind stay empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ResourceState {
    /// Who owns it: one for a lock, several for a semaphore; in the order they acquired it.
    pub owners: Vec<(ActorId, Held)>,
    /// Who waits, in the order they began to.
    pub waiters: Vec<Waiter>,
    /// Items of a list, queue, pipe or array; the one value of a variable.
    pub contents: VecDeque<Item>,
    /// The last write of a variable (0: none yet).
    pub version: u32,
    /// An event that is set.
    pub set: bool,
    /// Barrier generations that have passed.
    pub generation: u32,
    /// A broken barrier, a closed queue.
    pub closed: bool,
    /// How many items went in since the start.
    pub added: u64,
    /// How many came out.
    pub removed: u64,
    /// How many attempts found nothing.
    pub found_empty: u64,
    /// The item that went in or out last: when, who, the item, and whether it went in.
    pub last_move: Option<(Nanos, ActorId, Item, bool)>,
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
    /// The last line of output.
    pub said: Option<Said>,
}
