//! Everything true at one instant.

use super::journey::Journeys;
use crate::trace::{
    ActorId, ActorKind, End, ExceptionId, Item, Meta, Nanos, Resource, ResourceId, ResourceKind,
    Role, SectionId, SourceId, TaskId, TextId, WaitOp,
};
use std::collections::VecDeque;
use std::ops::Range;

/// What an actor is doing. Each phase has one look, in lanes and on stages.
///
/// An actor may do several at once (sleep while it holds a lock); the phase shown is the first that applies of: not
/// started, failed, done, waiting, blocked or idle, doing I/O, holding, sleeping, running.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Phase {
    /// Named by the trace, but not started yet.
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
    /// A worker that has nothing to do: it waits for a task.
    Idle,
    /// Ended with an error or by a signal.
    Failed,
    /// Ended.
    Done,
}

impl Phase {
    /// All of them, by their number.
    pub const ALL: [Self; 10] = [
        Self::NotStarted,
        Self::Running,
        Self::Holding,
        Self::Waiting,
        Self::Blocked,
        Self::Io,
        Self::Sleeping,
        Self::Idle,
        Self::Failed,
        Self::Done,
    ];
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
    /// Where it was acquired again, the second and the third time.
    pub again: [SourceId; 2],
}

impl Held {
    /// Where it was acquired, the first time first, as far as that is kept.
    pub fn sources(&self) -> impl Iterator<Item = SourceId> + '_ {
        let times = (self.depth.max(1) as usize).min(1 + self.again.len());
        std::iter::once(self.source).chain(self.again).take(times)
    }

    /// Acquired once more.
    pub fn take_again(&mut self, source: SourceId) {
        if let Some(next) = self.again.get_mut(self.depth.max(1) as usize - 1) {
            *next = source;
        }
        self.depth = self.depth.saturating_add(1);
    }
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
    /// Named stretches of work it is in, outermost first.
    pub doing: Vec<TextId>,
    /// Memory that belongs to it alone, in bytes, as measured last.
    pub own_memory: Option<u64>,
    /// Its time on a processor, as measured last.
    pub cpu_time: Option<Nanos>,
    /// When it began to run.
    pub began: Option<Nanos>,
    /// How it ended, and when.
    pub end: Option<(End, Nanos)>,
    /// When somebody first saw that it had ended: had waited for that, or asked.
    pub seen: Option<Nanos>,
    /// How many of its events have been lost.
    pub dropped: u64,
    /// Whether events of it may be missing, nobody knows how many: the last ones of an actor that was killed.
    pub incomplete: bool,
    /// Tasks it has finished with a result.
    pub tasks_done: u32,
    /// How long it was busy with tasks that have ended, whatever came of them.
    pub busy: Nanos,
    /// The last line it put out.
    pub said: Option<Said>,
    /// The exception that it has raised or got, and neither handled nor passed on.
    pub exception: Option<ExceptionId>,
    /// The task of which it has learned in this moment that it is lost.
    pub missed: Option<(ResourceId, TaskId)>,
    /// The alarm that its process has set: when it rings, and whether again after that. Of a process.
    pub alarm: Option<(Nanos, bool)>,
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
    /// [`STOPS`]: super::STOPS
    pub lost: Vec<TaskId>,
}

/// One resource at one instant. Fields that do not apply to its kind stay empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ResourceState {
    /// Who owns it: one for a lock, several for a semaphore; in the order they acquired it.
    pub owners: Vec<(ActorId, Held)>,
    /// Whether it was still owned when its run ended, which is one of several beside each other: nobody owns it now.
    pub left: bool,
    /// Who waits, in the order they began to.
    pub waiters: Vec<Waiter>,
    /// Items of a list, queue, pipe or array; the one value of a variable.
    pub contents: VecDeque<Item>,
    /// Permits of a semaphore that nobody has.
    pub permits: u32,
    /// Who has ever taken a permit of a semaphore.
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
    /// An event that is set, a future that is done, a copy that was made.
    pub set: bool,
    /// Barrier generations that have passed.
    pub generation: u32,
    /// A broken barrier, a closed queue.
    pub closed: bool,
    /// How many items went in since the start.
    pub added: u64,
    /// How many came out.
    pub removed: u64,
    /// How many of those that went into a queue, and of those that came out, were sentinels: nothing, which tells a
    /// consumer to stop.
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
    /// Items that went in, now or at the start, and were not told to be done.
    pub fn unfinished(&self) -> u64 {
        let at_start = (self.contents.len() as u64 + self.removed).saturating_sub(self.added);
        (at_start + self.added).saturating_sub(self.done)
    }

    /// Who put in an item that it holds, where that is known.
    pub fn maker(&self, place: usize) -> Option<ActorId> {
        self.makers.get(place).copied().flatten()
    }
}

/// How many readers of a variable are kept.
pub const READERS: usize = 64;
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

impl ActorState {
    /// The phase of an actor that has started, as its other fields say.
    pub(super) fn phase_now(&self) -> Phase {
        if let Some((end, _)) = self.end {
            return match end {
                End::Normal | End::Cancelled | End::Dismissed | End::Exited(0) => Phase::Done,
                End::Error(_) | End::Exited(_) | End::Killed(_) => Phase::Failed,
            };
        }
        match self.waiting.map(|w| w.op) {
            Some(WaitOp::Acquire | WaitOp::Wait | WaitOp::Join) => Phase::Waiting,
            Some(WaitOp::Put | WaitOp::Get | WaitOp::Result) => Phase::Blocked,
            Some(WaitOp::Task) => Phase::Idle,
            None if self.io.is_some() => Phase::Io,
            None if !self.holding.is_empty() => Phase::Holding,
            None if self.sleeping.is_some() => Phase::Sleeping,
            None => Phase::Running,
        }
    }

    /// The resource its phase is about: the one waited for, or the one acquired last of those it holds.
    pub fn subject(&self) -> Option<ResourceId> {
        match self.phase {
            Phase::Waiting | Phase::Blocked | Phase::Idle => self.waiting.map(|w| w.res),
            Phase::Holding => self.holding.last().map(|h| h.res),
            _ => None,
        }
    }
}

impl ResourceState {
    /// As it is before the first event.
    fn new(resource: &Resource) -> Self {
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
            .map(|a| size_of_val(&a.holding[..]) + size_of_val(&a.doing[..]))
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
