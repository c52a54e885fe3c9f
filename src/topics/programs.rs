//! The programs of a topic: all that is known of one stands in one row.

use super::{Lab, Source};
use crate::record::thread::Failure;
use std::fmt;

/// A program, which one or more presets run. A topic has its own `Id`s, its own `Plan`, and its own sort of `Counts`.
pub struct Program<Id: 'static, Plan: 'static, Counts: 'static = ()> {
    /// Which one it is.
    pub is: Id,
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
    /// Who takes part.
    pub who: Who,
    /// What is counted.
    pub counts: Counts,
}

/// Who takes part in a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// Threads.
    Threads,
    /// Processes.
    Processes,
}

impl Who {
    /// What several of them are called, as a heading.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Threads => "Threads",
            Self::Processes => "Processes",
        }
    }

    /// One of them.
    pub fn name(self) -> &'static str {
        match self {
            Self::Threads => "thread",
            Self::Processes => "process",
        }
    }
}

impl<Id, Plan, Counts> PartialEq for Program<Id, Plan, Counts> {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl<Id, Plan, Counts> fmt::Debug for Program<Id, Plan, Counts> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id)
    }
}

impl<Id, Plan, Counts> Program<Id, Plan, Counts> {
    /// Whether a parameter matters to it.
    pub fn has(&self, key: &str) -> bool {
        self.params.contains(&key)
    }
}

/// Who takes part in a program of a folder.
macro_rules! who {
    (threads) => {
        $crate::topics::programs::Who::Threads
    };
    (processes) => {
        $crate::topics::programs::Who::Processes
    };
}

/// The programs of a topic: its name, and what counts are in it. A row: a variant and its name; where the program is; its Python
/// listing; the parameters that matter; what it counts, if anything.
macro_rules! programs {
    ($topic:literal, $counted:ty;
        $($variant:ident $id:literal: $folder:ident $module:ident, $python:literal, $params:expr $(, $counts:expr)?;)*) => {
        /// Which program.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Id {
            $(#[doc = $id] $variant),*
        }

        /// A program of this topic.
        pub type Program = $crate::topics::programs::Program<Id, Plan, $counted>;

        /// All of them.
        pub static ALL: &[Program] = &[$(Program {
            is: Id::$variant,
            id: $id,
            params: $params,
            python: python!($topic, $python),
            rust: program!($folder $module),
            run: run!($folder $module),
            who: who!($folder),
            counts: ($($counts)?),
        }),*];

        /// Their names.
        pub const IDS: &[&str] = &[$($id),*];

        impl Program {
            /// The one with this name; the first one for any other.
            pub fn named(id: &str) -> &'static Self {
                ALL.iter().find(|program| program.id == id).unwrap_or(&ALL[0])
            }
        }
    };
}

pub(super) use {programs, who};
