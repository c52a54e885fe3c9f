//! The programs: a row for each.

use super::plan::Plan;
use super::threads;
use crate::record::thread::Failure;
use crate::topics::Lab;
use std::fmt;

/// A listing: its file name and its text.
type Source = (&'static str, &'static str);

/// A program, which one or more presets run.
pub struct Program {
    /// Its name.
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

/// A row of [`ALL`] for a program of threads.
macro_rules! threads {
    ($id:literal, $module:ident, $python:literal, $params:expr) => {
        Program {
            id: $id,
            params: $params,
            python: python!("exceptions", $python),
            rust: (
                concat!("threads/", stringify!($module), ".rs"),
                include_str!(concat!("threads/", stringify!($module), ".rs")),
            ),
            run: threads::$module::run,
        }
    };
}

/// A row of [`ALL`] for a program of processes.
macro_rules! processes {
    ($id:literal, $module:ident, $python:literal, $params:expr) => {
        Program {
            id: $id,
            params: $params,
            python: python!("exceptions", $python),
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

/// All programs.
#[rustfmt::skip]
pub static ALL: &[Program] = &[
    threads!("thread", thread, "thread.py", &["handler", "threads", "rows", "fails", "work"]),
    threads!("futures", futures, "futures.py", &["collect", "threads", "tasks", "fails", "work"]),
    threads!("lock", lock, "lock.py", &["lock", "threads", "fails", "work"]),
    threads!("accounts", accounts, "accounts.py", &["order", "work"]),
    threads!("error-queue", report, "report.py", &["threads", "fails", "work"]),
    threads!("error-event", stop, "stop.py", &["looks", "threads", "rows", "fails", "work"]),
    threads!("custom-error", kinds, "kinds.py", &["catch", "threads", "tasks", "work"]),
    threads!("time-out", time_out, "time_out.py", &["work", "patience"]),
    threads!("retry", retry, "retry.py", &["attempts", "fails", "work"]),
    processes!("pool", pool, "pool.py", &["fault", "call", "processes", "tasks", "fails", "work", "patience", "start_method"]),
    processes!("processes", isolation, "isolation.py", &["fault", "hold", "processes", "fails", "work"]),
    processes!("signals", signals, "signals.py", &["signal", "handled", "processes", "work"]),
    processes!("who-learns", learns, "learns.py", &["start_method", "patience"]),
];
