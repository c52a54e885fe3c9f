//! Concurrency Lab: see threads and processes work.
pub mod export;
pub mod replay;
pub mod trace;
pub mod widgets;
