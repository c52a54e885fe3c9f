//! Topic 3 in depth: real processes and threads, checked event by event and against the system.

#![cfg(unix)]
#![allow(clippy::unwrap_used)]

#[path = "../common/mod.rs"]
mod common;
mod listings;
mod live;
mod runs;
mod support;
mod window;
