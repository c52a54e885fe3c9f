//! Findings: what a whole run proves, each with the moment that shows it.
//!
//! A check is a file here, and may find several kinds. It sees every event in order, with the state that the event led to, and says at the end what it
//! found. A finding says only what the trace proves: where events are missing, or where somebody could still have gone on,
//! a check is silent.
//!
//! A wait with a time-out is a sleep that is under way beside the wait: whoever has one goes on by itself.

mod copies;
mod cut_off;
mod cycle;
mod foreign;
mod guard;
mod half;
mod lasting;
mod left;
mod messages;
mod missing;
mod order;
mod overlap;
mod permits;
mod polling;
mod pools;
mod served;
mod stuck;

pub use foreign::{NO_GUARD, NOTHING_TO_RUN};

use super::{Replay, State};
use crate::trace::{ActorId, End, Event, EventKind, Meta, Nanos, ResourceId, Role, Trace, WaitEnd};

/// What is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FindingKind {
    /// Actors wait for each other in a circle.
    Deadlock,
    /// An actor waits for a lock that it holds itself.
    SelfDeadlock,
    /// All workers of a pool wait for tasks that no worker is left to begin.
    PoolStarvation,
    /// A condition was notified when nobody waited; who came to wait after that was not told.
    LostNotification,
    /// An actor ended and never gave a lock back.
    LockLeftHeld,
    /// A barrier broke, or not all come that it waits for.
    BrokenBarrier,
    /// Somebody waits for room in something that nobody is left to take from.
    UndrainedQueue,
    /// Somebody waits for an item that nobody is left to put.
    MissingSentinel,
    /// Somebody waits until all items of a queue are told to be done, and nobody is left to tell it.
    MissingTaskDone,
    /// A semaphore was given more permits back than were taken, and let more in than it was made for.
    OverReleased,
    /// Something came out of a pipe that nobody had put in: parts of messages.
    CorruptMessage,
    /// Something was changed between its put and its being written.
    ChangedAfterPut,
    /// A copy was changed and never given back: what it is a copy of stayed as it was.
    ChangedCopy,
    /// A task was lost with the worker that died in the middle of it.
    LostTask,
    /// An exception came between two changes that belong together.
    HalfChanged,
    /// An exception that nobody learned of.
    UnheardException,
    /// A program starts processes where it is imported, and the processes that import it are refused that.
    NoGuard,
    /// A pool was ended before its tasks were done.
    PoolEndedEarly,
    /// Who passes on the results of a pool has failed, and somebody waits for one.
    LostResult,
    /// Workers of a pool die as they begin, and those that follow them as well.
    DyingWorkers,
    /// A thread or process was started with nothing to run.
    NothingToRun,
    /// All that are left wait, in no circle, and for nothing that has a kind of its own: what it came from is said before.
    Standstill,
    /// An update that somebody overwrote without having seen it.
    LostUpdate,
    /// Something was changed without the lock that the others hold for that.
    UnguardedUpdate,
    /// Events are missing.
    EventsLost,
    /// A lock that several used and nobody ever had to wait for.
    UncontendedLock,
    /// Threads or tasks of which no two were ever under way at once.
    NoOverlap,
    /// A waiter that others overtook.
    PassedOver,
    /// Actors that do nothing without one lock, and so take turns.
    OneLockForAll,
    /// Nothing was lost of a variable that several change with no lock to keep them apart.
    OnlyLuck,
    /// A task that went on after whoever wanted its result had stopped waiting for it.
    OutlivedTimeOut,
    /// Tasks of which the handing over took longer than the work.
    CostlyHandOver,
    /// A daemon that was in the middle of something when its program ended.
    CutOff,
    /// Somebody who looked again and again for what it could have waited for.
    Polling,
    /// A pool that is called after processes, and has threads.
    ThreadsNotProcesses,
}

impl FindingKind {
    /// All of them, faults first.
    pub const ALL: [Self; 35] = [
        Self::Deadlock,
        Self::SelfDeadlock,
        Self::PoolStarvation,
        Self::LostNotification,
        Self::LockLeftHeld,
        Self::BrokenBarrier,
        Self::UndrainedQueue,
        Self::MissingSentinel,
        Self::MissingTaskDone,
        Self::OverReleased,
        Self::CorruptMessage,
        Self::ChangedAfterPut,
        Self::ChangedCopy,
        Self::LostTask,
        Self::HalfChanged,
        Self::UnheardException,
        Self::NoGuard,
        Self::PoolEndedEarly,
        Self::LostResult,
        Self::DyingWorkers,
        Self::NothingToRun,
        Self::Standstill,
        Self::LostUpdate,
        Self::UnguardedUpdate,
        Self::EventsLost,
        Self::UncontendedLock,
        Self::NoOverlap,
        Self::PassedOver,
        Self::OneLockForAll,
        Self::OnlyLuck,
        Self::OutlivedTimeOut,
        Self::CostlyHandOver,
        Self::CutOff,
        Self::Polling,
        Self::ThreadsNotProcesses,
    ];

    /// Its stable name in `run --json`.
    pub fn id(self) -> &'static str {
        match self {
            Self::Deadlock => "deadlock",
            Self::SelfDeadlock => "self-deadlock",
            Self::PoolStarvation => "pool-starvation",
            Self::LostNotification => "lost-notification",
            Self::LockLeftHeld => "lock-left-held",
            Self::BrokenBarrier => "broken-barrier",
            Self::UndrainedQueue => "undrained-queue",
            Self::MissingSentinel => "missing-sentinel",
            Self::MissingTaskDone => "missing-task-done",
            Self::OverReleased => "over-released",
            Self::CorruptMessage => "corrupt-message",
            Self::ChangedAfterPut => "changed-after-put",
            Self::ChangedCopy => "changed-copy",
            Self::LostTask => "lost-task",
            Self::HalfChanged => "half-changed",
            Self::UnheardException => "unheard-exception",
            Self::NoGuard => "no-guard",
            Self::PoolEndedEarly => "pool-ended-early",
            Self::LostResult => "lost-result",
            Self::DyingWorkers => "dying-workers",
            Self::NothingToRun => "nothing-to-run",
            Self::Standstill => "standstill",
            Self::LostUpdate => "lost-update",
            Self::UnguardedUpdate => "unguarded-update",
            Self::EventsLost => "events-lost",
            Self::UncontendedLock => "uncontended-lock",
            Self::NoOverlap => "no-overlap",
            Self::PassedOver => "passed-over",
            Self::OneLockForAll => "one-lock-for-all",
            Self::OnlyLuck => "only-luck",
            Self::OutlivedTimeOut => "outlived-time-out",
            Self::CostlyHandOver => "costly-hand-over",
            Self::CutOff => "cut-off",
            Self::Polling => "polling",
            Self::ThreadsNotProcesses => "threads-not-processes",
        }
    }

    /// It in a few words.
    pub fn title(self) -> &'static str {
        match self {
            Self::Deadlock => "Deadlock",
            Self::SelfDeadlock => "Waits for itself",
            Self::PoolStarvation => "Pool starved by its own tasks",
            Self::LostNotification => "Notification nobody heard",
            Self::LockLeftHeld => "Lock never given back",
            Self::BrokenBarrier => "Broken barrier",
            Self::UndrainedQueue => "Nobody empties it",
            Self::MissingSentinel => "Nobody says stop",
            Self::MissingTaskDone => "Nobody says done",
            Self::OverReleased => "Released too often",
            Self::CorruptMessage => "Corrupt message",
            Self::ChangedAfterPut => "Changed after it was put",
            Self::ChangedCopy => "Only a copy was changed",
            Self::LostTask => "Task lost with its worker",
            Self::HalfChanged => "Half of a change stayed",
            Self::UnheardException => "Exception nobody learned of",
            Self::NoGuard => "No main guard",
            Self::PoolEndedEarly => "Pool ended before its tasks",
            Self::LostResult => "Result lost on its way",
            Self::DyingWorkers => "Workers die as they begin",
            Self::NothingToRun => "Nothing to run",
            Self::Standstill => "Nobody can go on",
            Self::LostUpdate => "Lost updates",
            Self::UnguardedUpdate => "Changed without its lock",
            Self::EventsLost => "Events are missing",
            Self::UncontendedLock => "Lock without contention",
            Self::NoOverlap => "Nothing ran at once",
            Self::PassedOver => "Overtaken while waiting",
            Self::OneLockForAll => "One lock for everything",
            Self::OnlyLuck => "Right by luck",
            Self::OutlivedTimeOut => "Went on after the time-out",
            Self::CostlyHandOver => "Handing over cost more",
            Self::CutOff => "Cut off at the end",
            Self::Polling => "Looks instead of waiting",
            Self::ThreadsNotProcesses => "Threads, not processes",
        }
    }

    /// Whether a trace has what it is found by, wherever it happens. CPython's recorder does not see plain variables read and
    /// written, and of other tools' traces that is not known at all.
    pub fn is_seen_in(self, trace: &Trace) -> bool {
        let meta = trace.meta();
        let of_variables = matches!(
            self,
            Self::LostUpdate | Self::UnguardedUpdate | Self::HalfChanged | Self::CorruptMessage
        );
        match meta.is_by_python() {
            true => !of_variables,
            false => !meta.topic.is_empty() || meta.program.name.is_empty(),
        }
    }

    /// Whether something went wrong. The others say how the run went.
    pub fn is_fault(self) -> bool {
        let notes = [
            Self::UncontendedLock,
            Self::NoOverlap,
            Self::PassedOver,
            Self::OneLockForAll,
            Self::OnlyLuck,
            Self::OutlivedTimeOut,
            Self::CostlyHandOver,
            Self::CutOff,
            Self::Polling,
            Self::ThreadsNotProcesses,
        ];
        !notes.contains(&self)
    }
}

/// A statement about a run that its trace proves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What is found.
    pub kind: FindingKind,
    /// The moment that shows it.
    pub at: Nanos,
    /// Index of the event at that moment.
    pub event: usize,
    /// Who takes part.
    pub actors: Vec<ActorId>,
    /// Of what.
    pub resources: Vec<ResourceId>,
    /// It in a sentence.
    pub sentence: String,
}

/// The run as far as it has been read.
struct Run<'a> {
    trace: &'a Trace,
    meta: &'a Meta,
    replay: &'a Replay,
    /// After the event at hand; at the end: after the last.
    state: &'a State,
    /// The run was stopped, now or before: from then on waits end for another reason than what is waited for, and what was
    /// not asked for might have been.
    stopped: bool,
}

impl Run<'_> {
    fn role(&self, actor: ActorId) -> Role {
        self.meta.actor(actor).map_or(Role::Work, |actor| actor.role)
    }

    /// Index of the first event at or after an instant.
    fn event_at(&self, at: Nanos) -> usize {
        self.trace.events().partition_point(|event| event.at < at)
    }

    /// Whether events of somebody are missing: what is not on record may have happened.
    fn is_partial(&self) -> bool {
        self.trace.dropped() > 0 || self.replay.stats().is_partial()
    }
}

/// One check.
trait Check {
    /// Takes in an event, the `index`th.
    fn follow(&mut self, run: &Run<'_>, index: usize, event: &Event) {
        let _ = (run, index, event);
    }

    /// What it found, at the end of the run.
    fn finish(self: Box<Self>, run: &Run<'_>) -> Vec<Finding>;
}

/// What a whole run proves, faults first, each kind in the order of time. The time it takes grows with the number of events; asked again, it
/// takes none.
pub fn findings(trace: &Trace, replay: &Replay) -> Vec<Finding> {
    replay.found(trace, || find(trace, replay))
}

fn find(trace: &Trace, replay: &Replay) -> Vec<Finding> {
    let meta = trace.meta();
    let mut checks: Vec<Box<dyn Check>> = vec![
        Box::new(cycle::Cycles::default()),
        Box::new(stuck::Stuck::default()),
        Box::new(left::Left::default()),
        Box::new(guard::Guards::default()),
        Box::new(half::Halves::default()),
        Box::new(permits::Permits::default()),
        Box::new(messages::Messages::default()),
        Box::new(copies::Copies::default()),
        Box::new(pools::Pools::default()),
        Box::new(served::Served::default()),
        Box::new(cut_off::CutOff::default()),
        Box::new(polling::Polling::default()),
        Box::new(foreign::Called),
        Box::new(foreign::Targetless),
        Box::new(order::PassedOver::default()),
        Box::new(missing::Missing),
        Box::new(foreign::Guardless),
        Box::new(overlap::Overlap),
        Box::new(lasting::Locks),
    ];
    let (mut state, mut stopped) = (State::new(meta), false);
    for (index, event) in trace.events().iter().enumerate() {
        state.apply(meta, event);
        stopped |= matches!(
            event.kind,
            EventKind::Ended(End::Cancelled) | EventKind::WaitEnded { how: WaitEnd::Cancelled, .. }
        );
        let run = Run { trace, meta, replay, state: &state, stopped };
        for check in &mut checks {
            check.follow(&run, index, event);
        }
    }
    let run = Run { trace, meta, replay, state: &state, stopped };
    let mut found: Vec<_> = checks.into_iter().flat_map(|check| check.finish(&run)).collect();
    // What is not on record may have happened.
    if run.is_partial() {
        found.retain(|finding| finding.kind == FindingKind::EventsLost);
    }
    // Who stands in a circle is among those that all wait in the end: the circle says more, and comes first.
    let circular = [FindingKind::Deadlock, FindingKind::SelfDeadlock];
    let circles: Vec<_> =
        found.iter().map(|f| circular.contains(&f.kind).then(|| f.actors.clone())).collect();
    let says_more = |place: usize, finding: &Finding| {
        let others = circles.iter().enumerate().filter(|(other, _)| *other != place);
        let mut others = others.filter_map(|(other, actors)| Some((other, actors.as_ref()?)));
        others.any(|(other, actors)| {
            let fewer = actors.len() < finding.actors.len();
            let first = other < place && actors.len() == finding.actors.len();
            (fewer || first) && actors.iter().all(|who| finding.actors.contains(who))
        })
    };
    let mut place = 0;
    found.retain(|finding| {
        place += 1;
        let standing = [FindingKind::Deadlock, FindingKind::Standstill].contains(&finding.kind);
        !standing || !says_more(place - 1, finding)
    });
    found.sort_by_key(|finding| (finding.kind, finding.event));
    found
}
