//! The programs: a row for each.

use super::plan::Plan;
use super::{deadlock, threads};
use crate::record::thread::Failure;
use crate::topics::Lab;
use std::fmt;

/// A listing: its file name and its text.
type Source = (&'static str, &'static str);

/// A program, which a preset of the same name runs.
pub struct Program {
    /// Its name, and that of its preset.
    pub id: &'static str,
    /// The parameters that matter to it, besides `program` and `time_scale`.
    pub params: &'static [&'static str],
    /// Its Python listing.
    pub python: Source,
    /// Its Rust listing.
    pub rust: Source,
    /// Runs it.
    pub run: fn(&Plan, &Lab<'_>) -> Result<(), Failure>,
}

impl PartialEq for Program {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl fmt::Debug for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id)
    }
}

impl Program {
    /// The one with this name; the first one for any other.
    pub fn named(id: &str) -> &'static Self {
        ALL.iter().find(|program| program.id == id).unwrap_or(&ALL[0])
    }
}

/// A row of [`ALL`].
macro_rules! program {
    ($id:literal, $($module:ident)::+, $rust:literal, $python:literal, $params:expr) => {
        Program {
            id: $id,
            params: $params,
            python: python!("sharing-data", $python),
            rust: ($rust, include_str!($rust)),
            run: $($module)::+::run,
        }
    };
}

/// A row of [`ALL`] for a program of processes.
macro_rules! processes {
    ($id:literal, $module:ident, $python:literal, $params:expr) => {
        Program {
            id: $id,
            params: $params,
            python: python!("sharing-data", $python),
            rust: (
                concat!("processes/", stringify!($module), ".rs"),
                include_str!(concat!("processes/", stringify!($module), ".rs")),
            ),
            #[cfg(unix)]
            run: super::processes::$module::run,
            #[cfg(not(unix))]
            run: |_, _| Err(crate::topics::no_processes("the programs of threads run")),
        }
    };
}

const LOCK: &[&str] = &["threads", "rounds", "work", "pause"];
const SEMAPHORE: &[&str] = &["threads", "permits", "rounds", "work", "pause"];
const CONDITION: &[&str] = &["consumers", "items", "notify", "produce", "consume"];
const QUEUE: &[&str] = &["producers", "consumers", "items", "bound", "produce", "consume"];
const JOBS: &[&str] = &["processes", "items", "bound", "kilobytes", "produce", "consume"];
const COUNT: &[&str] = &["processes", "rounds", "work"];
const TAKE: &[&str] = &["processes", "rounds", "work", "pause"];
const TABLE: &[&str] = &["philosophers", "way", "rounds", "work", "pause", "patience"];

/// All programs.
#[rustfmt::skip]
pub static ALL: &[Program] = &[
    program!("lock", threads::lock, "threads/lock.rs", "lock.py", LOCK),
    program!("lock-each-own", threads::lock, "threads/lock.rs", "lock.py", LOCK),
    program!("rlock", threads::rlock, "threads/rlock.rs", "rlock.py", LOCK),
    program!("lock-twice", threads::rlock, "threads/rlock.rs", "rlock.py", LOCK),
    program!("deadlock", deadlock, "deadlock.rs", "philosophers.py", TABLE),
    program!("philosophers", deadlock, "deadlock.rs", "philosophers.py", TABLE),
    program!("philosophers-in-order", deadlock, "deadlock.rs", "philosophers.py", TABLE),
    program!("semaphore", threads::semaphore, "threads/semaphore.rs", "semaphore.py", SEMAPHORE),
    program!("semaphore-bounded", threads::semaphore, "threads/semaphore.rs", "semaphore.py", SEMAPHORE),
    program!("semaphore-over-released", threads::semaphore, "threads/semaphore.rs", "semaphore.py", SEMAPHORE),
    program!("condition", threads::condition, "threads/condition.rs", "condition.py", CONDITION),
    program!("if-not-while", threads::condition, "threads/condition.rs", "condition.py", CONDITION),
    program!("notify-before-wait", threads::notify, "threads/notify.rs", "notify_before_wait.py", &["work", "wait"]),
    program!("event", threads::event, "threads/event.rs", "event.py", &["threads", "work", "pause"]),
    program!("event-cleared", threads::event, "threads/event.rs", "event.py", &["threads", "work", "pause"]),
    program!("barrier", threads::barrier, "threads/barrier.rs", "barrier.py", &["threads", "rounds", "work"]),
    program!("barrier-one-missing", threads::barrier, "threads/barrier.rs", "barrier.py", &["threads", "rounds", "work", "patience"]),
    program!("queue", threads::queue, "threads/queue.rs", "queue.py", QUEUE),
    program!("queue-several", threads::queue, "threads/queue.rs", "queue.py", QUEUE),
    program!("one-sentinel", threads::queue, "threads/queue.rs", "queue.py", QUEUE),
    program!("task-done-missing", threads::queue, "threads/queue.rs", "queue.py", QUEUE),
    processes!("process-queue", queue, "process_queue.py", JOBS),
    processes!("join-before-drain", queue, "process_queue.py", JOBS),
    processes!("changed-after-put", changed, "changed_after_put.py", &["kilobytes"]),
    processes!("pipe", pipe, "pipe.py", &["items", "consume"]),
    processes!("two-readers", readers, "two_readers.py", &["items", "work", "patience"]),
    processes!("value", value, "value.py", COUNT),
    processes!("value-unlocked", value, "value.py", COUNT),
    processes!("array", array, "array.py", COUNT),
    processes!("array-one-forgets", array, "array.py", COUNT),
    processes!("manager", manager, "manager.py", COUNT),
    processes!("manager-read-modify-write", manager, "manager.py", COUNT),
    processes!("manager-nested", nested, "manager_nested.py", &["processes", "give_back"]),
    processes!("process-lock", lock, "process_lock.py", TAKE),
    processes!("process-semaphore", semaphore, "process_semaphore.py", &["processes", "permits", "rounds", "work", "pause"]),
    processes!("process-event", event, "process_event.py", &["processes", "work", "pause"]),
    processes!("process-condition", condition, "process_condition.py", &["processes", "rounds", "notify", "produce", "consume"]),
    processes!("holder-killed", holder, "holder_killed.py", &["tool", "recovery", "processes", "work", "pause"]),
    processes!("compare", compare, "compare.py", &["measure", "messages", "start_method"]),
];
