//! Topic 2 in depth: real processes, counted, killed, and gone afterwards.

#![cfg(unix)]
#![allow(clippy::unwrap_used)]

#[path = "../common/mod.rs"]
mod common;
mod cpython;
mod faults;
mod listings;
mod runs;
mod support;
mod window;
