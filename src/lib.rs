//! Concurrency Lab: see threads and processes work.
pub mod replay;
pub mod trace;
pub mod widgets;
