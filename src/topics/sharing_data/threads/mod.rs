//! The programs of threads, one file for each tool, and what they have in common.

pub mod barrier;
pub mod condition;
pub mod event;
pub mod lock;
pub mod notify;
pub mod queue;
pub mod rlock;
pub mod semaphore;

pub use crate::topics::crew::{crew, one_of};
