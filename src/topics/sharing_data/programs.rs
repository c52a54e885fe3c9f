//! The programs: all that is known of one stands in one row.

use super::plan::Plan;
use crate::topics::Preset;
use crate::topics::programs::{programs, who};
use crate::trace::ResourceKind;

/// What a program counts, which its outcome says beside what was to be expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counts {
    /// Nothing.
    Nothing,
    /// The rounds of all who take part, in a variable.
    Rounds,
    /// The same in each cell of an array.
    Cells,
    /// The meals of philosophers.
    Meals,
}

/// All programs. A row: its variant and its name; whether it uses its tool right or is a broken twin, and the row of the
/// chooser; where it is; its Python listing; the parameters that matter; what it counts; how its preset sets them; and what
/// its preset is.
macro_rules! with_presets {
    ($($variant:ident $id:literal: $how:ident $tool:ident, $folder:ident $module:ident, $python:literal, $params:expr,
        $counts:ident, [$($key:literal = $value:literal),*], $summary:literal;)*) => {
        programs! {
            "sharing-data", Counts;
            $($variant $id: $folder $module, $python, $params, Counts::$counts;)*
        }

        /// Their presets, each with the name of its program.
        pub const PRESETS: &[Preset] = &[$(
            Preset::new($id, &[("program", $id) $(, ($key, $value))*])
                .$how(who!($folder).title(), $tool.0, $tool.1)
                .summary($summary)
        ),*];
    };
}

/// A row of the chooser: its tool, and whose badge it bears. Its group is who takes part.
type Row = (&'static str, &'static [ResourceKind]);

const LOCK: Row = ("lock", &[ResourceKind::Lock]);
const RLOCK: Row = ("rlock", &[ResourceKind::RLock]);
const LOCKS: Row = ("several locks", &[ResourceKind::Lock, ResourceKind::Lock]);
const SEMAPHORE: Row = ("semaphore", &[ResourceKind::Semaphore]);
const CONDITION: Row = ("condition", &[ResourceKind::Condition]);
const EVENT: Row = ("event", &[ResourceKind::Event]);
const BARRIER: Row = ("barrier", &[ResourceKind::Barrier]);
const QUEUE: Row = ("queue", &[ResourceKind::Queue]);
const PIPE: Row = ("pipe", &[ResourceKind::Pipe]);
const VALUE: Row = ("value", &[ResourceKind::Value]);
const ARRAY: Row = ("array", &[ResourceKind::Array]);
const MANAGER: Row = ("manager", &[ResourceKind::Manager]);
const COMPARE: Row = ("compare", &[ResourceKind::Pipe]);

const LOCK_PARAMS: &[&str] = &["threads", "rounds", "work", "pause"];
const SEMAPHORE_PARAMS: &[&str] = &["threads", "permits", "rounds", "work", "pause"];
const CONDITION_PARAMS: &[&str] = &["consumers", "items", "notify", "produce", "consume"];
const QUEUE_PARAMS: &[&str] = &["producers", "consumers", "items", "bound", "produce", "consume"];
const JOBS_PARAMS: &[&str] = &["processes", "items", "bound", "kilobytes", "produce", "consume"];
const COUNT_PARAMS: &[&str] = &["processes", "rounds", "work"];
const TAKE_PARAMS: &[&str] = &["processes", "rounds", "work", "pause"];
const TABLE_PARAMS: &[&str] = &["philosophers", "way", "rounds", "work", "pause", "patience"];

with_presets! {
    Lock "lock": right LOCK, threads lock, "lock.py", LOCK_PARAMS, Rounds, [],
        "Three threads count together: each reads, works and writes while it has the lock.";
    LockEachOwn "lock-each-own": broken LOCK, threads lock, "lock.py", LOCK_PARAMS, Rounds, [],
        "The same with a lock for each thread: each reads, works and writes while it has its own.";
    Rlock "rlock": right RLOCK, threads rlock, "rlock.py", LOCK_PARAMS, Rounds, ["threads" = "2", "rounds" = "2", "work" = "0.1"],
        "Three functions that call each other take the same rlock.";
    LockTwice "lock-twice": broken RLOCK, threads rlock, "rlock.py", LOCK_PARAMS, Rounds, ["threads" = "2", "rounds" = "2", "work" = "0.1"],
        "The same three functions with a plain lock.";
    PhilosophersInOrder "philosophers-in-order": right LOCKS, threads deadlock, "philosophers.py", TABLE_PARAMS, Meals, ["philosophers" = "5", "way" = "order", "rounds" = "2", "pause" = "0.05", "work" = "0.1"],
        "Five philosophers, a fork between each two of them; everybody takes the fork with the lower letter first.";
    Deadlock "deadlock": broken LOCKS, threads deadlock, "philosophers.py", TABLE_PARAMS, Meals, ["rounds" = "50", "pause" = "0.05"],
        "Two threads take two locks, one after the other: each the other's second one first.";
    Philosophers "philosophers": broken LOCKS, threads deadlock, "philosophers.py", TABLE_PARAMS, Meals, ["philosophers" = "5", "rounds" = "50", "pause" = "0.05"],
        "Five philosophers, a fork between each two of them; everybody takes the left fork, then the right one.";
    Semaphore "semaphore": right SEMAPHORE, threads semaphore, "semaphore.py", SEMAPHORE_PARAMS, Nothing, ["threads" = "8", "rounds" = "2", "work" = "0.2"],
        "Eight threads share three permits: each takes one, works, and gives it back.";
    SemaphoreOverReleased "semaphore-over-released": broken SEMAPHORE, threads semaphore, "semaphore.py", SEMAPHORE_PARAMS, Nothing, ["threads" = "8", "rounds" = "3", "work" = "0.2"],
        "One thread gives a permit back twice, to a semaphore that only counts.";
    SemaphoreBounded "semaphore-bounded": broken SEMAPHORE, threads semaphore, "semaphore.py", SEMAPHORE_PARAMS, Nothing, ["threads" = "8", "rounds" = "3", "work" = "0.2"],
        "One thread gives a permit back twice, to a semaphore that knows how many there are at most.";
    Condition "condition": right CONDITION, threads condition, "condition.py", CONDITION_PARAMS, Nothing, ["consumers" = "3", "items" = "6", "produce" = "0.2", "consume" = "0.3"],
        "Three threads wait until there is something in a list; each that was notified looks again before it takes.";
    IfNotWhile "if-not-while": broken CONDITION, threads condition, "condition.py", CONDITION_PARAMS, Nothing, ["consumers" = "3", "items" = "6", "produce" = "0.2", "consume" = "0.3", "notify" = "all"],
        "The same, but who was notified takes without looking again; all are notified of one item.";
    NotifyBeforeWait "notify-before-wait": broken CONDITION, threads notify, "notify_before_wait.py", &["work", "wait"], Nothing, ["work" = "0.2"],
        "One thread notifies, then another begins to wait.";
    Event "event": right EVENT, threads event, "event.py", &["threads", "work", "pause"], Nothing, ["threads" = "4", "work" = "0.1", "pause" = "0.4"],
        "Four threads wait for a flag, which the main thread sets after a while; a fifth comes later.";
    EventCleared "event-cleared": broken EVENT, threads event, "event.py", &["threads", "work", "pause"], Nothing, ["threads" = "4", "work" = "0.1", "pause" = "0.4"],
        "The same, but the main thread clears the flag as soon as it has set it.";
    Barrier "barrier": right BARRIER, threads barrier, "barrier.py", &["threads", "rounds", "work"], Nothing, ["threads" = "4", "rounds" = "3", "work" = "0.1"],
        "Four threads of different speed meet after each of three rounds.";
    BarrierOneMissing "barrier-one-missing": broken BARRIER, threads barrier, "barrier.py", &["threads", "rounds", "work", "patience"], Nothing, ["threads" = "4", "rounds" = "3", "work" = "0.1"],
        "One of four threads does not come to the second meeting; the others wait for it with a time-out.";
    Queue "queue": right QUEUE, threads queue, "jobs_queue.py", QUEUE_PARAMS, Nothing, [],
        "One thread makes five items, 1 s each, another uses them, 1.5 s each; between them room for one.";
    QueueSeveral "queue-several": right QUEUE, threads queue, "jobs_queue.py", QUEUE_PARAMS, Nothing, ["producers" = "2", "consumers" = "2", "items" = "8", "bound" = "4", "produce" = "0.09", "consume" = "0.17"],
        "Two producers, two consumers, and room for four items between them.";
    OneSentinel "one-sentinel": broken QUEUE, threads queue, "jobs_queue.py", QUEUE_PARAMS, Nothing, ["consumers" = "3", "items" = "6", "bound" = "4", "produce" = "0.1", "consume" = "0.3"],
        "Three consumers stop when they get None, and the main thread puts one None in.";
    TaskDoneMissing "task-done-missing": broken QUEUE, threads queue, "jobs_queue.py", QUEUE_PARAMS, Nothing, ["consumers" = "2", "items" = "3", "bound" = "4", "produce" = "0.1", "consume" = "0.3"],
        "A consumer fails before it has told the queue that its item is done.";
    ProcessQueue "process-queue": right QUEUE, processes queue, "process_queue.py", JOBS_PARAMS, Nothing, ["processes" = "2", "items" = "4", "bound" = "3", "produce" = "0.15", "consume" = "0.1"],
        "Two processes put four items each into a queue between processes; the main process takes them.";
    JoinBeforeDrain "join-before-drain": broken QUEUE, processes queue, "process_queue.py", JOBS_PARAMS, Nothing, ["processes" = "1", "items" = "2", "bound" = "4", "kilobytes" = "1000", "produce" = "0.05", "consume" = "0.05"],
        "A process puts items of 1 MB; the main process waits for its end before it takes them.";
    ChangedAfterPut "changed-after-put": broken QUEUE, processes changed, "changed_after_put.py", &["kilobytes"], Nothing, ["kilobytes" = "1000"],
        "A process puts 1 MB into a queue, then a list, and clears the list; only then does anybody take something.";
    Pipe "pipe": right PIPE, processes pipe, "pipe.py", &["items", "consume"], Nothing, ["items" = "5", "consume" = "0.1"],
        "The main process sends five numbers through a pipe; a child sends the squares back: here through another one, in Python one `Pipe()` goes both ways.";
    TwoReaders "two-readers": broken PIPE, processes readers, "two_readers.py", &["items", "work", "patience"], Nothing, ["items" = "12", "work" = "0.02"],
        "Two processes receive at the same end of one pipe. Here a reader pauses between a message's length and the rest; in Python there is no such pause, and it often goes well, by luck.";
    Value "value": right VALUE, processes value, "value.py", COUNT_PARAMS, Rounds, ["rounds" = "6", "work" = "0.03"],
        "Three processes count in shared memory: each reads, works and writes while it has the lock.";
    ValueUnlocked "value-unlocked": broken VALUE, processes value, "value.py", COUNT_PARAMS, Rounds, ["rounds" = "6", "work" = "0.03"],
        "The same without the lock.";
    Array "array": right ARRAY, processes array, "shared_array.py", COUNT_PARAMS, Cells, ["rounds" = "2", "work" = "0.02"],
        "Three processes add to the four cells of an array in shared memory, each under its lock.";
    ArrayOneForgets "array-one-forgets": broken ARRAY, processes array, "shared_array.py", COUNT_PARAMS, Cells, ["rounds" = "2", "work" = "0.02"],
        "The same, but one of them does not take the lock.";
    Manager "manager": right MANAGER, processes manager, "manager.py", COUNT_PARAMS, Rounds, ["rounds" = "3", "work" = "0.02"],
        "A server process keeps a dict and a list; three processes count in the dict under a lock, and append to the list.";
    ManagerReadModifyWrite "manager-read-modify-write": broken MANAGER, processes manager, "manager.py", COUNT_PARAMS, Rounds, ["rounds" = "3", "work" = "0.02"],
        "The same without the lock: each does d[\"n\"] += 1.";
    ManagerNested "manager-nested": broken MANAGER, processes nested, "manager_nested.py", &["processes", "give_back"], Nothing, [],
        "A list inside a list of a manager; each process appends to the inner one that it gets.";
    ProcessLock "process-lock": right LOCK, processes lock, "process_lock.py", TAKE_PARAMS, Nothing, [],
        "Three processes take turns with one lock.";
    HolderKilled "holder-killed": broken LOCK, processes holder, "holder_killed.py", &["tool", "recovery", "processes", "work", "pause"], Nothing, ["processes" = "3", "work" = "0.1", "pause" = "0.3"],
        "A process is killed while it holds something; two others want it. With recovery set to none it is as in CPython.";
    ProcessSemaphore "process-semaphore": right SEMAPHORE, processes semaphore, "process_semaphore.py", &["processes", "permits", "rounds", "work", "pause"], Nothing, ["processes" = "5", "permits" = "2", "rounds" = "2", "work" = "0.1"],
        "Five processes share two permits.";
    ProcessCondition "process-condition": right CONDITION, processes condition, "process_condition.py", &["processes", "rounds", "notify", "produce", "consume"], Nothing, ["rounds" = "3", "produce" = "0.1", "consume" = "0.15"],
        "Three processes wait until there is something in stock; each looks again before it takes.";
    ProcessEvent "process-event": right EVENT, processes event, "process_event.py", &["processes", "work", "pause"], Nothing, ["processes" = "4", "work" = "0.1", "pause" = "0.4"],
        "Four processes wait for a flag, which the main process sets after a while.";
    Compare "compare": right COMPARE, processes compare, "compare.py", &["measure", "messages", "start_method"], Nothing, [],
        "Queue, pipe, shared memory and manager side by side, here and in CPython: what handing over costs on this machine.";
}
