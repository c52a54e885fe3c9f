//! Students' own Python programs, really run.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used)]

mod command;
#[path = "../common/mod.rs"]
mod common;
mod damaged;
mod findings;
mod kills;
mod recorder;
mod support;
mod tab;
