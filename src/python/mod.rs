//! A student's own Python program, run and recorded, as a trace.
//!
//! ```text
//! this program ── supervisor ── python program.py ── its children
//!      ▲              (kills all of them)  │
//!      │                                   ▼ the recorder inside writes
//!      └────────── reads ────────── one file a process, in a private folder
//! ```
//!
//! The program is run by the command that a terminal would be given. A folder with a `sitecustomize` is put first on the path of
//! modules; what that records is described in `assets/recorder/FORMAT.md`. Nothing is put between the program and its input and output.
//!
//! Invariants:
//! - Everything ends: on Stop, after the time limit, when this program is gone however that ended, and when its supervisor is.
//!   The supervisor inherits whoever loses a parent, so also those are found that have hidden in a group of their own.
//! - Nothing that a program writes can make its reader wait, panic or fill the memory: files are read by place, sizes are
//!   bounded, what makes no sense is counted and left out.
//! - The private folder is removed with the run. One that a killed program has left is removed with the next run.
//! - Outside of it only bytecode of the recorder is kept, in the cache folder: nothing of a program. No run depends on it.

mod badges;
mod bytecode;
mod child;
mod events;
mod files;
mod folder;
mod interpreter;
mod kinds;
mod listings;
mod names;
mod news;
mod options;
mod probe;
mod read;
mod recorder;
mod run;
pub mod supervisor;
mod sys;

pub use interpreter::{Interpreter, NoInterpreter, all, chosen_until, find, of_script};
pub use news::{Ending, KEPT, Stream, Update};
pub use options::{Options, StartMethod, Stdio3, TIME_LIMIT};
pub use probe::probe;
pub use read::{Read, read};
pub use run::{RunHandle, start};

/// Whether programs are run and recorded on this system.
pub const IS_THERE: bool = true;
