//! An actor at one instant.

use super::Said;
use crate::trace::{
    ActorId, End, ExceptionId, Nanos, ResourceId, SourceId, TaskId, TextId, WaitOp,
};

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
    /// Ended before it was done, since the run was stopped.
    Stopped,
}

impl Phase {
    /// All of them, by their number.
    pub const ALL: [Self; 11] = [
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
        Self::Stopped,
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

/// A lock that was held when a process was started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Inherited {
    /// By whom.
    pub holder: ActorId,
    /// The lock, and how it was held.
    pub held: Held,
    /// Its holder is who started the process: where that was by a fork, the main thread of the process is a copy of it.
    pub is_starters: bool,
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
    /// Whether somebody has asked for it to start.
    pub spawned: bool,
    /// Of a process: the locks that were held where it was started, when it was. Where it was forked, its copies of them began so.
    pub inherited: Vec<Inherited>,
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

impl ActorState {
    /// Whether it has been asked for and has not begun to run.
    pub fn is_to_start(&self) -> bool {
        self.spawned && self.phase == Phase::NotStarted && self.end.is_none()
    }

    /// The phase of an actor that has started, as its other fields say.
    pub(in crate::replay) fn phase_now(&self) -> Phase {
        if let Some((end, _)) = self.end {
            return match end {
                End::Normal | End::Dismissed | End::Exited(0) => Phase::Done,
                End::Cancelled => Phase::Stopped,
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
