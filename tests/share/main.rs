//! What processes share, with real children.

#![cfg(unix)]
#![allow(clippy::unwrap_used)]

mod begun;
mod deaf;
mod killed;
// Each test program uses its part of this.
#[allow(dead_code)]
#[path = "../common/proc.rs"]
mod proc;
mod support;
mod tools;
mod torn;
