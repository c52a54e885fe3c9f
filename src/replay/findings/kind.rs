//! The kinds of findings: all that is known of one stands in its row.

use crate::trace::{RecordedBy, Trace};

const FAULT: bool = true;
const NOTE: bool = false;

/// A row: what is found; its name in `run --json`, which stays; it in a few words; and whether something went wrong, or it only
/// says how the run went. Faults come first.
macro_rules! kinds {
    ($(#[doc = $found:literal] $kind:ident, $id:literal, $title:literal, $is_fault:ident;)*) => {
        /// What is found.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum FindingKind {
            $(#[doc = $found] $kind),*
        }

        const ROWS: &[(&str, &str, bool)] = &[$(($id, $title, $is_fault)),*];

        impl FindingKind {
            /// All of them, faults first.
            pub const ALL: [Self; ROWS.len()] = [$(Self::$kind),*];
        }
    };
}

#[rustfmt::skip]
kinds! {
    /// Actors wait for each other in a circle.
    Deadlock, "deadlock", "Deadlock", FAULT;
    /// An actor waits for a lock that it holds itself.
    SelfDeadlock, "self-deadlock", "Waits for itself", FAULT;
    /// All workers of a pool wait for tasks that no worker is left to begin.
    PoolStarvation, "pool-starvation", "Pool starved by its own tasks", FAULT;
    /// A condition was notified when nobody waited; another who came to wait after that was not told.
    LostNotification, "lost-notification", "Notification nobody heard", FAULT;
    /// An actor ended and never gave a lock back.
    LockLeftHeld, "lock-left-held", "Lock never given back", FAULT;
    /// A lock that somebody held when a process was forked: the copy that the process has stays taken.
    ForkedLock, "forked-lock", "Forked while a lock was held", FAULT;
    /// A barrier broke, or not all come that it waits for.
    BrokenBarrier, "broken-barrier", "Broken barrier", FAULT;
    /// Somebody waits for room in something that nobody takes from any more: all others have ended, or wait.
    UndrainedQueue, "undrained-queue", "Nobody empties it", FAULT;
    /// Somebody waits for an item that nobody puts any more: all others have ended, or wait.
    MissingSentinel, "missing-sentinel", "Waits for what nobody puts", FAULT;
    /// Somebody waits until all items of a queue are told to be done: all others have ended, or wait.
    MissingTaskDone, "missing-task-done", "Nobody says done", FAULT;
    /// A semaphore was given more permits back than were taken, and let more in than it was made for.
    OverReleased, "over-released", "Released too often", FAULT;
    /// Something came out of a pipe that nobody had put in: parts of messages.
    CorruptMessage, "corrupt-message", "Corrupt message", FAULT;
    /// Something was changed between its put and its being written.
    ChangedAfterPut, "changed-after-put", "Changed after it was put", FAULT;
    /// A copy was changed and never given back: what it is a copy of stayed as it was.
    ChangedCopy, "changed-copy", "Only a copy was changed", FAULT;
    /// A task was lost with the worker that died in the middle of it.
    LostTask, "lost-task", "Task lost with its worker", FAULT;
    /// An exception came between two changes that belong together.
    HalfChanged, "half-changed", "Half of a change stayed", FAULT;
    /// An exception that no part of the program learned of.
    UnheardException, "unheard-exception", "No part of the program learned of it", FAULT;
    /// A program starts processes, or sets how they are started, where it is imported, and the processes that import it are refused that.
    NoGuard, "no-guard", "No main guard", FAULT;
    /// A pool was ended before its tasks were done.
    PoolEndedEarly, "pool-ended-early", "Pool ended before its tasks", FAULT;
    /// Who passes on the results of a pool has failed, and somebody waits for one.
    LostResult, "lost-result", "Result lost on its way", FAULT;
    /// Workers of a pool die as they begin, and those that follow them as well.
    DyingWorkers, "dying-workers", "Workers die as they begin", FAULT;
    /// A thread or process was started with nothing to run.
    NothingToRun, "nothing-to-run", "Nothing to run", FAULT;
    /// All that are left wait, in no circle, and for nothing that has a kind of its own: what it came from is said before.
    Standstill, "standstill", "Nobody can go on", FAULT;
    /// An update that somebody overwrote without having seen it.
    LostUpdate, "lost-update", "Lost updates", FAULT;
    /// Something was changed without the lock that the others hold for that.
    UnguardedUpdate, "unguarded-update", "Changed without its lock", FAULT;
    /// Events are missing.
    EventsLost, "events-lost", "Events are missing", FAULT;
    /// A lock that several used and nobody ever had to wait for.
    UncontendedLock, "uncontended-lock", "Lock without contention", NOTE;
    /// Threads or tasks of which no two were ever under way at once.
    NoOverlap, "no-overlap", "Nothing ran at once", NOTE;
    /// A waiter that others overtook.
    PassedOver, "passed-over", "Overtaken while waiting", NOTE;
    /// Actors that do nothing without one lock, and so take turns.
    OneLockForAll, "one-lock-for-all", "One lock for everything", NOTE;
    /// Nothing was lost of a variable that several change with no lock to keep them apart.
    OnlyLuck, "only-luck", "Right by luck", NOTE;
    /// A task that went on after whoever wanted its result had stopped waiting for it.
    OutlivedTimeOut, "outlived-time-out", "Went on after the time-out", NOTE;
    /// Tasks of which the handing over took longer than the work.
    CostlyHandOver, "costly-hand-over", "Handing over cost more", NOTE;
    /// A daemon that was in the middle of something when its program ended.
    CutOff, "cut-off", "Cut off at the end", NOTE;
    /// Somebody who looked again and again for what it could have waited for.
    Polling, "polling", "Looks instead of waiting", NOTE;
    /// A pool that is called after processes, and has threads.
    ThreadsNotProcesses, "threads-not-processes", "Threads, not processes", NOTE;
    /// All that are left wait for what only the program itself could give, and it has a handler of a signal: what that would do nobody knows.
    OnlyASignal, "only-a-signal", "Only a signal could wake it", NOTE;
    /// Something that some change with a lock was found to have been changed without it, nobody knows by whom.
    ChangedOutside, "changed-outside", "Changed outside its lock", NOTE;
}

impl FindingKind {
    /// Its stable name in `run --json`.
    pub fn id(self) -> &'static str {
        ROWS[self as usize].0
    }

    /// It in a few words.
    pub fn title(self) -> &'static str {
        ROWS[self as usize].1
    }

    /// Whether something went wrong. The others say how the run went.
    pub fn is_fault(self) -> bool {
        ROWS[self as usize].2
    }

    /// Whether it is that somebody can never go on, from the moment that shows it.
    pub fn is_standing(self) -> bool {
        matches!(
            self,
            Self::Deadlock
                | Self::SelfDeadlock
                | Self::PoolStarvation
                | Self::UndrainedQueue
                | Self::MissingSentinel
                | Self::MissingTaskDone
                | Self::Standstill
        )
    }

    /// Whether it is that, or can be why: who waits for these may give up.
    pub fn may_stand(self) -> bool {
        let may = matches!(
            self,
            Self::LostNotification
                | Self::BrokenBarrier
                | Self::LostTask
                | Self::PoolEndedEarly
                | Self::LostResult
                | Self::ForkedLock
        );
        may || self.is_standing()
    }

    /// Whether a trace has what it is found by, wherever it happens. CPython's recorder does not see plain variables read and
    /// written, and of other tools' traces that is not known at all.
    pub fn is_seen_in(self, trace: &Trace) -> bool {
        let of_variables = matches!(
            self,
            Self::LostUpdate | Self::UnguardedUpdate | Self::HalfChanged | Self::CorruptMessage
        );
        match trace.meta().recorder {
            RecordedBy::Lab => true,
            RecordedBy::Python => !of_variables,
            RecordedBy::VizTracer | RecordedBy::Tool => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_come_first() {
        assert!(FindingKind::ALL.is_sorted_by_key(|kind| !kind.is_fault()));
    }
}
