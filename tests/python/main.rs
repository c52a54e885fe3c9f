//! Students' own Python programs, really run.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used)]

mod bytecode;
mod command;
#[path = "../common/mod.rs"]
mod common;
mod damaged;
mod engine_tab;
mod engines;
mod findings;
mod kills;
mod recorder;
mod support;
mod tab;
