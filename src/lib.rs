//! Concurrency Lab: see threads and processes work.
pub mod record;
pub mod replay;
pub mod trace;
