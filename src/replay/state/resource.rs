//! A resource at one instant.

use super::Held;
use crate::trace::{ActorId, Item, Nanos, Resource, ResourceKind, TaskId, WaitOp};
use std::collections::VecDeque;

/// How many readers of a variable are kept.
pub const READERS: usize = 64;

/// An actor in the waiting line of a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waiter {
    /// Who.
    pub actor: ActorId,
    /// Since when.
    pub since: Nanos,
    /// To do what.
    pub op: WaitOp,
    /// How often somebody who came later was served first.
    pub passed_over: u32,
}

/// A write of a variable, or of a cell of an array.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Write {
    /// When.
    pub at: Nanos,
    /// Who.
    pub actor: ActorId,
    /// What it overwrote; nothing where that is not known.
    pub old: Item,
    /// What it wrote.
    pub new: Item,
    /// Which cell, of an array.
    pub index: Option<u32>,
}

/// What an actor has read of a variable that it has not written since.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Read {
    /// Who.
    pub actor: ActorId,
    /// When.
    pub at: Nanos,
    /// The write whose value it read (0: the value at the start). Stale once the variable's version is another.
    pub version: u32,
    /// What it read.
    pub value: Item,
}

/// A task that waits for a worker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pending {
    /// Which task.
    pub task: TaskId,
    /// What it is about.
    pub item: Item,
    /// Who handed it in.
    pub by: ActorId,
    /// When.
    pub since: Nanos,
    /// The worker it was sent to ahead of time, which begins it after the tasks it was sent before.
    pub to: Option<ActorId>,
}

/// The tasks of a pool at one instant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PoolState {
    /// Handed in, not begun, in the order they came.
    pub pending: VecDeque<Pending>,
    /// Under way, with their workers, in the order they began.
    pub running: Vec<(ActorId, TaskId)>,
    /// How many finished with a result.
    pub finished: u64,
    /// How many failed.
    pub failed: u64,
    /// How many were cancelled.
    pub cancelled: u64,
    /// Its workers by place; a worker takes the place of the one it replaces.
    pub places: Vec<ActorId>,
    /// Tasks that failed without an exception on record: their worker died, say. At most [`STOPS`].
    ///
    /// [`STOPS`]: crate::replay::STOPS
    pub lost: Vec<TaskId>,
}

/// One resource at one instant. Fields that do not apply to its kind stay empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ResourceState {
    /// Who owns it: one for a lock, several for a semaphore; in the order they acquired it.
    pub owners: Vec<(ActorId, Held)>,
    /// Whether it was still owned when its run ended, which is one of several beside each other: nobody owns it now.
    pub left: bool,
    /// Of a copy of a lock, as a forked process has it: who held the lock at the fork. The copy began locked, and nobody has had it
    /// or given it back since.
    pub holder_at_fork: Option<ActorId>,
    /// Who waits, in the order they began to.
    pub waiters: Vec<Waiter>,
    /// Items of a list, queue, pipe or array; the one value of a variable.
    pub contents: VecDeque<Item>,
    /// Permits of a semaphore that nobody has.
    pub permits: u32,
    /// Who has ever taken a permit of a semaphore, or received something from a pipe.
    pub takers: Vec<ActorId>,
    /// How many of a condition's waiters have been notified and have not gone on yet.
    pub notified: u32,
    /// How many ended while they waited for a condition, and may still be counted by who notifies it.
    pub dead_waiters: u32,
    /// How many have arrived at a barrier since it opened last.
    pub arrived: u32,
    /// Tasks of a pool.
    pub pool: PoolState,
    /// The number of a variable's last write (0: none yet).
    pub version: u32,
    /// The last write of a variable, or of any cell of an array.
    pub last_write: Option<Write>,
    /// Who has read a variable and not written it since, in the order they read: at most [`READERS`], the latest.
    pub readers: Vec<Read>,
    /// Its address in the memory of its process.
    pub address: Option<u64>,
    /// Who notified a condition, set or cleared an event last, and when.
    pub last_signal: Option<(Nanos, ActorId)>,
    /// An event that is set, a future that is done.
    pub set: bool,
    /// A copy that was made, or that somebody has used.
    pub is_there: bool,
    /// Barrier generations that have passed.
    pub generation: u32,
    /// A broken barrier, a closed queue.
    pub closed: bool,
    /// Something came out that nobody had put in: a part of messages. What is left is parts, too.
    pub torn: bool,
    /// How many items went in since the start.
    pub added: u64,
    /// How many came out.
    pub removed: u64,
    /// How many of those that went into a queue or a pipe, and of those that came out, were sentinels: nothing, which tells
    /// who takes it to stop.
    pub sentinels: [u64; 2],
    /// How many items of a queue were told to be done.
    pub done: u64,
    /// How many attempts found nothing.
    pub found_empty: u64,
    /// The item that went in or out last: when, who, the item, and whether it went in.
    pub last_move: Option<(Nanos, ActorId, Item, bool)>,
    /// Where among the contents that item went in, or where it came out.
    pub last_place: u32,
    /// Who put in what a list, queue or pipe holds, or wrote the cells of an array that is a list: one for each of its
    /// contents; `None` for what it held at the start.
    pub makers: VecDeque<Option<ActorId>>,
    /// Who put something in last.
    pub put_by: Option<ActorId>,
    /// Who took something out last.
    pub taken_by: Option<ActorId>,
}

impl ResourceState {
    /// As it is before the first event.
    pub(super) fn new(resource: &Resource) -> Self {
        use ResourceKind as K;
        let is_moved = matches!(resource.kind, K::List | K::Queue | K::Pipe);
        let makers = if is_moved { resource.initial.len() } else { 0 };
        Self {
            contents: resource.initial.iter().copied().collect(),
            makers: std::iter::repeat_n(None, makers).collect(),
            permits: match resource.kind {
                ResourceKind::Semaphore => resource.capacity.unwrap_or(1),
                _ => 0,
            },
            ..Self::default()
        }
    }

    /// Items that went in, now or at the start, and were not told to be done.
    pub fn unfinished(&self) -> u64 {
        let at_start = (self.contents.len() as u64 + self.removed).saturating_sub(self.added);
        (at_start + self.added).saturating_sub(self.done)
    }

    /// How many wait in the line of one of this kind. Who waits until all items of a queue are done stands in none.
    pub fn in_line(&self, kind: Option<ResourceKind>) -> usize {
        match kind {
            Some(ResourceKind::Queue) => {
                self.waiters.iter().filter(|waiter| waiter.op != WaitOp::Join).count()
            }
            _ => self.waiters.len(),
        }
    }

    /// Who put in an item that it holds, where that is known.
    pub fn maker(&self, place: usize) -> Option<ActorId> {
        self.makers.get(place).copied().flatten()
    }
}
