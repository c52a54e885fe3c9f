//! Worker processes and the pool, with real children.

#![cfg(unix)]
#![allow(clippy::unwrap_used)]

mod calls;
mod faults;
mod left_behind;
mod races;
mod support;
mod wire;
