//! One thing that one actor did at one instant.

use super::{
    ActorId, ExceptionId, Item, ItemView, Nanos, ResourceId, SectionId, SourceId, TaskId, TextId,
};
use serde::{Deserialize, Serialize};

/// One thing that one actor did at one instant. Forty bytes: traces hold millions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// When, since the start of the run.
    pub at: Nanos,
    /// The actor's own count of its events, from 0: orders events of one actor with equal `at`, and shows gaps.
    pub seq: u32,
    /// Who.
    pub actor: ActorId,
    /// The point of the shown program the actor had reached, or [`SourceId::NONE`].
    pub source: SourceId,
    /// What.
    pub kind: EventKind,
}

impl Event {
    /// The key by which the events of a trace are sorted.
    pub fn key(&self) -> (Nanos, ActorId, u32) {
        (self.at, self.actor, self.seq)
    }
}

/// What an actor waits to do with a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum WaitOp {
    /// Waits to own a lock, an rlock or a permit of a semaphore.
    Acquire,
    /// Waits for a notification of a condition, for an event to be set, or for the other parties of a barrier.
    Wait,
    /// Waits for room in a full queue or pipe.
    Put,
    /// Waits for an item in an empty queue or pipe.
    Get,
    /// Waits for an actor to end.
    Join,
    /// Waits for the result of a task or future.
    Result,
    /// A worker waits for its pool to give it a task.
    Task,
}

/// How a wait ended, other than by [`EventKind::Acquired`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum WaitEnd {
    /// It got what it waited for (notified, set, barrier full, room, item, result, joined).
    Woken,
    /// The time-out passed first.
    TimedOut,
    /// The run was stopped.
    Cancelled,
    /// The barrier broke, or the queue was closed.
    Broken,
    /// Another exception ended it: one of a handler of a signal, say.
    Interrupted,
}

/// How an actor ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum End {
    /// It returned, or exited with status 0.
    Normal,
    /// With an error: an unhandled exception, a panic.
    Error(TextId),
    /// The process exited with a status other than 0.
    Exited(i32),
    /// A signal killed the process.
    Killed(u8),
    /// The run was stopped and the actor left early.
    Cancelled,
    /// Its pool ended it, by a signal, because it is of no more use.
    Dismissed,
}

/// What is measured: of an actor, or of the machine that it runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Measure {
    /// Memory that belongs to the process alone, in bytes. A thread tells it of its process.
    OwnMemory,
    /// Time on a processor since it began, in nanoseconds.
    CpuTime,
    /// The number of threads of other programs that run or wait for a processor.
    OtherThreads,
    /// Memory of the process that is in use now, in bytes, also what it shares with other processes.
    ResidentMemory,
    /// How often the system has taken the processor from it, or it has given it up, since it began.
    Switches,
}

/// What happened. Fields named `res` are the resource it happened to. Recordings hold variants by their number: new ones come last.
#[expect(missing_docs, reason = "the variants tell what their fields are")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum EventKind {
    /// The actor runs. `os_id`: its thread id or PID as the OS names it, 0 if unknown.
    Started { os_id: u64 },
    /// The actor is no more. May be recorded by another actor's observer (its `actor` is the one that ended).
    Ended(End),
    /// The actor started another one.
    Spawned { child: ActorId },
    /// The actor reached `source`; nothing else happened.
    At,

    /// It cannot go on until `res` lets it.
    WaitBegan { res: ResourceId, op: WaitOp },
    /// It took the lock or a permit. Stamped after it was taken. Ends a wait, if there was one.
    Acquired { res: ResourceId },
    /// It gave the lock or a permit back. Stamped before it was given.
    Released { res: ResourceId },
    /// A wait ended without [`EventKind::Acquired`].
    WaitEnded { res: ResourceId, how: WaitEnd },
    /// It notified `woken` waiters of a condition.
    Notified { res: ResourceId, woken: u32 },
    /// It set an event.
    Set { res: ResourceId },
    /// It cleared an event, or reset a barrier, which is as new.
    Cleared { res: ResourceId },
    /// It was the last to arrive: the barrier opened for this `generation` (from 0).
    BarrierPassed { res: ResourceId, generation: u32 },
    /// It broke the barrier.
    BarrierBroken { res: ResourceId },

    /// It put an item in at the back.
    Put { res: ResourceId, item: Item },
    /// It took an item out at the front.
    Got { res: ResourceId, item: Item },
    /// It told a queue that the work on an item that was taken out is done.
    ItemDone { res: ResourceId },
    /// It closed the queue or pipe.
    Closed { res: ResourceId },
    /// It inserted an item in a list before `index`.
    Inserted { res: ResourceId, index: u32, item: Item },
    /// It removed the item at `index` of a list.
    Removed { res: ResourceId, index: u32, item: Item },
    /// It wanted to take something and there was nothing.
    FoundEmpty { res: ResourceId },
    /// It read a variable. `version` counts the variable's writes: it read what write number `version` left (0: the start).
    ValueRead { res: ResourceId, version: u32, value: Item },
    /// It looked at a variable, without the intention to write it. Otherwise as [`EventKind::ValueRead`].
    ValueSeen { res: ResourceId, version: u32, value: Item },
    /// It wrote a variable: write number `version` (from 1). `old` is the value it replaced.
    ValueChanged { res: ResourceId, version: u32, old: Item, new: Item },
    /// The variable or array lies at this address of its process's memory.
    Placed { res: ResourceId, address: u64 },
    /// It wrote one cell of an array.
    SlotChanged { res: ResourceId, index: u32, new: Item },

    /// It handed a task to a pool.
    TaskSubmitted { res: ResourceId, task: TaskId, item: Item },
    /// It sent `count` tasks, numbered from `task` on, to the worker `to`, which begins them when those sent before are
    /// done (prefetch).
    TaskAssigned { res: ResourceId, task: TaskId, count: u32, to: ActorId },
    /// It began a task.
    TaskStarted { res: ResourceId, task: TaskId },
    /// It finished a task with a result.
    TaskFinished { res: ResourceId, task: TaskId, item: Item },
    /// The task failed.
    TaskFailed { res: ResourceId, task: TaskId, error: TextId },
    /// The task was cancelled.
    TaskCancelled { res: ResourceId, task: TaskId },
    /// The program has the results of `count` tasks, numbered from `task` on, or learned that they failed.
    ResultsTaken { res: ResourceId, task: TaskId, count: u32 },

    /// It raised an exception.
    Raised { exception: ExceptionId, text: TextId },
    /// It handled an exception.
    Caught { exception: ExceptionId },
    /// It passed an exception on to another actor.
    Propagated { exception: ExceptionId, to: ActorId },
    /// A future or a pool keeps the exception until somebody asks for the result.
    Kept { exception: ExceptionId, res: ResourceId },
    /// Nobody handled the exception.
    Unhandled { exception: ExceptionId },

    /// It sent a signal to another actor.
    SignalSent { to: ActorId, signal: u8 },
    /// It handled a signal.
    SignalHandled { signal: u8 },

    /// It sleeps, for `planned` if nothing wakes it.
    SleepBegan { planned: Nanos },
    /// It woke.
    SleepEnded,
    /// It does input or output named by `what`.
    IoBegan { what: TextId },
    /// The input or output is done.
    IoEnded,
    /// A named stretch of work began.
    SpanBegan { name: TextId },
    /// It ended.
    SpanEnded { name: TextId },

    /// A section of the run began.
    SectionBegan { section: SectionId },
    /// It ended.
    SectionEnded { section: SectionId },

    /// The operating system told this about the actor or about the machine. May be recorded by an observer, like an
    /// actor's end.
    Measured { what: Measure, amount: u64 },

    /// A line of output: `text` with its first two `{}` filled by `args`.
    Message { text: TextId, args: [Item; 2] },
    /// `count` events of this actor were lost before this one. 0: some may have been, and nobody knows how many.
    Dropped { count: u64 },

    /// It has made `res`, a copy of something, for itself: what is in there by now is what was copied.
    Copied { res: ResourceId },
    /// It looked whether an actor had ended, and it had. `how`: it asked how, and was told.
    EndSeen { of: ActorId, how: bool },
    /// It gave up on purpose what is not done yet of a pool's tasks.
    GivenUp { res: ResourceId },
    /// The actor's process asked the system for an alarm, a signal to itself, after so long, and again and again as often; none any
    /// more where it is zero.
    AlarmSet { after: Nanos, every: Nanos },
    /// It wanted to give a permit back, and was refused: the semaphore is bounded, and has them all.
    Refused { res: ResourceId },
    /// It found, as it acquired the lock that goes with it, that a variable had been written without that, once or more often, nobody
    /// knows by whom. Otherwise as [`EventKind::ValueChanged`].
    FoundChanged { res: ResourceId, version: u32, old: Item, new: Item },
    /// So it found that something had been put into a list.
    FoundInserted { res: ResourceId, index: u32, item: Item },
    /// So it found that something had been taken out of one.
    FoundRemoved { res: ResourceId, index: u32, item: Item },
}

impl EventKind {
    /// The resource that the event happened to, where there is one.
    pub fn resource(mut self) -> Option<ResourceId> {
        self.resource_mut().copied()
    }

    /// The same, to be replaced: for a stream whose resources are numbered by another table.
    pub fn resource_mut(&mut self) -> Option<&mut ResourceId> {
        use EventKind as K;
        match self {
            K::WaitBegan { res, .. }
            | K::Acquired { res }
            | K::Released { res }
            | K::WaitEnded { res, .. }
            | K::Notified { res, .. }
            | K::Set { res }
            | K::Cleared { res }
            | K::BarrierPassed { res, .. }
            | K::BarrierBroken { res }
            | K::Put { res, .. }
            | K::Got { res, .. }
            | K::ItemDone { res }
            | K::Closed { res }
            | K::Inserted { res, .. }
            | K::Removed { res, .. }
            | K::Copied { res }
            | K::GivenUp { res }
            | K::Refused { res }
            | K::FoundEmpty { res }
            | K::ValueRead { res, .. }
            | K::ValueSeen { res, .. }
            | K::ValueChanged { res, .. }
            | K::FoundChanged { res, .. }
            | K::FoundInserted { res, .. }
            | K::FoundRemoved { res, .. }
            | K::Placed { res, .. }
            | K::SlotChanged { res, .. }
            | K::TaskSubmitted { res, .. }
            | K::TaskAssigned { res, .. }
            | K::TaskStarted { res, .. }
            | K::TaskFinished { res, .. }
            | K::TaskFailed { res, .. }
            | K::TaskCancelled { res, .. }
            | K::ResultsTaken { res, .. }
            | K::Kept { res, .. } => Some(res),
            K::Started { .. }
            | K::Ended(_)
            | K::Spawned { .. }
            | K::At
            | K::Raised { .. }
            | K::Caught { .. }
            | K::Propagated { .. }
            | K::Unhandled { .. }
            | K::SignalSent { .. }
            | K::SignalHandled { .. }
            | K::AlarmSet { .. }
            | K::SleepBegan { .. }
            | K::SleepEnded
            | K::IoBegan { .. }
            | K::IoEnded
            | K::SpanBegan { .. }
            | K::SpanEnded { .. }
            | K::SectionBegan { .. }
            | K::SectionEnded { .. }
            | K::Measured { .. }
            | K::Message { .. }
            | K::EndSeen { .. }
            | K::Dropped { .. } => None,
        }
    }

    /// The event with the id of each text replaced: for a stream whose texts are numbered by another table.
    #[must_use]
    pub fn map_texts(self, mut to: impl FnMut(TextId) -> TextId) -> Self {
        use EventKind as K;
        let mut map = |item: Item| match item.view() {
            ItemView::Text(id) => Item::text(to(id)),
            ItemView::Int(_) | ItemView::Nothing => item,
        };
        let mut kind = self;
        kind.each_value(|item| *item = map(*item));
        match &mut kind {
            K::Message { text, args } => {
                *args = args.map(&mut map);
                *text = to(*text);
            }
            K::Ended(End::Error(text))
            | K::TaskFailed { error: text, .. }
            | K::Raised { text, .. }
            | K::IoBegan { what: text }
            | K::SpanBegan { name: text }
            | K::SpanEnded { name: text } => *text = to(*text),
            _ => {}
        }
        kind
    }

    /// Does something with each value that it is about: what was in a variable or passed through a queue, say. What a line of
    /// output is filled with is none.
    pub fn each_value(&mut self, mut with: impl FnMut(&mut Item)) {
        use EventKind as K;
        match self {
            K::Put { item, .. }
            | K::Got { item, .. }
            | K::Inserted { item, .. }
            | K::Removed { item, .. }
            | K::FoundInserted { item, .. }
            | K::FoundRemoved { item, .. }
            | K::ValueRead { value: item, .. }
            | K::ValueSeen { value: item, .. }
            | K::SlotChanged { new: item, .. }
            | K::TaskSubmitted { item, .. }
            | K::TaskFinished { item, .. } => with(item),
            K::ValueChanged { old, new, .. } | K::FoundChanged { old, new, .. } => {
                with(old);
                with(new);
            }
            _ => {}
        }
    }
}

// Ten million events are to fit in 1 GiB with everything derived from them.
const _: () = assert!(size_of::<Event>() == 40);
