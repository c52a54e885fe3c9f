//! The programs: a row for each.

use super::plan::Plan;
use crate::record::thread::Failure;
use crate::topics::{Lab, Source};
use std::fmt;

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

/// The rows: a name, where the program is, its Python listing, and the parameters that matter.
macro_rules! programs {
    ($($id:literal: $folder:ident $module:ident, $python:literal, $params:expr;)*) => {
        /// All programs.
        pub static ALL: &[Program] = &[$(Program {
            id: $id,
            params: $params,
            python: python!("exceptions", $python),
            rust: program!($folder $module),
            run: run!($folder $module),
        }),*];
    };
}

programs! {
    "thread": threads thread, "thread.py", &["handler", "threads", "rows", "fails", "work"];
    "futures": threads futures, "futures.py", &["collect", "threads", "tasks", "fails", "work"];
    "lock": threads lock, "lock.py", &["lock", "threads", "fails", "work"];
    "accounts": threads accounts, "accounts.py", &["order", "work"];
    "error-queue": threads report, "report.py", &["threads", "fails", "work"];
    "error-event": threads stop, "stop.py", &["looks", "threads", "rows", "fails", "work"];
    "custom-error": threads kinds, "kinds.py", &["catch", "threads", "tasks", "work"];
    "time-out": threads time_out, "time_out.py", &["work", "patience"];
    "retry": threads retry, "retry.py", &["attempts", "fails", "work"];
    "pool": processes pool, "pool.py", &["fault", "call", "processes", "tasks", "fails", "work", "patience", "start_method"];
    "processes": processes isolation, "isolation.py", &["fault", "hold", "processes", "fails", "work"];
    "signals": processes signals, "signals.py", &["signal", "handled", "processes", "work"];
    "who-learns": processes learns, "learns.py", &["start_method", "patience"];
}
