//! The programs of threads, one file for each tool, and what they have in common.

pub mod barrier;
pub mod condition;
pub mod deadlock;
pub mod event;
pub mod lock;
pub mod notify;
pub mod queue;
pub mod rlock;
pub mod semaphore;

use super::plan::{Plan, Way};
use super::programs::Id;
use crate::record::Log;
use crate::record::thread::Failure;
use crate::topics::Lab;
use crate::topics::crew::{crew, one_of};
use crate::trace::{Actor, Item};
