//! The programs of threads, one file for each, and what they have in common.

pub mod accounts;
pub mod futures;
pub mod kinds;
pub mod lock;
pub mod report;
pub mod retry;
pub mod stop;
pub mod thread;
pub mod time_out;

use super::plan::Plan;
use crate::record::Log;
use crate::record::thread::Failure;
use crate::topics::Lab;
use crate::topics::crew::{crew, one_of};
