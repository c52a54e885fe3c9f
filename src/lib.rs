//! Concurrency Lab: see threads and processes work.

pub mod app;
pub mod cli;
pub mod export;
pub mod record;
pub mod replay;
pub mod topics;
pub mod trace;
pub mod widgets;
