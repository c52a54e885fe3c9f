//! The programs of processes, one file for each tool, and what they have in common.
//!
//! What is between the marks of a file is its Rust listing: first what the children do, then the program.

pub mod array;
pub mod changed;
pub mod compare;
pub mod condition;
pub mod event;
pub mod holder;
pub mod lock;
pub mod manager;
pub mod nested;
pub mod pipe;
pub mod queue;
pub mod readers;
pub mod semaphore;
pub mod value;

use super::plan::Plan;
use super::programs::Id;
use crate::record::Log;
use crate::record::thread::Failure;
use crate::topics::Lab;
use crate::topics::children::{Crew, children_of, failed, nanos, numbers, one_of, space, time};
use crate::trace::{Actor, Item, ResourceId, Role};
use crate::workers::jobs::JobDef;
use crate::workers::share::{Guard, Lock, ShareError};
use crate::workers::{Context, Value};

/// Takes the lock of a child that has one.
fn take<'a>(lock: &'a Option<Lock>, context: &'a Context) -> Result<Option<Guard<'a>>, ShareError> {
    let Some(lock) = lock else { return Ok(None) };
    context.at("child.acquire");
    lock.acquire(context, None).map(Some)
}

/// What the children of these programs do.
pub const JOBS: &[JobDef] = &[
    ("process-lock", lock::child),
    ("process-semaphore", semaphore::child),
    ("process-event", event::child),
    ("process-condition", condition::child),
    ("process-value", value::child),
    ("process-array", array::child),
    ("process-pipe", pipe::child),
    ("process-reader", readers::child),
    ("process-queue", queue::child),
    ("process-changed", changed::child),
    ("process-manager", manager::child),
    ("process-nested", nested::child),
    ("process-holder", holder::holder),
    ("process-next", holder::next),
    ("process-compare", compare::child),
    ("process-compare-echo", compare::echo),
];
