//! Worker processes and the pool, with real children.

#![cfg(unix)]
#![allow(clippy::unwrap_used)]

#[cfg(target_os = "linux")]
mod alone;
mod calls;
mod faults;
mod last_moments;
mod left_behind;
// Each test program uses its part of this.
#[cfg(target_os = "linux")]
mod limits;
#[allow(dead_code)]
#[path = "../common/proc.rs"]
mod proc;
mod races;
mod silence;
#[cfg(target_os = "linux")]
mod stopped;
mod support;
mod wire;
