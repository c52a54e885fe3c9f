//! Topic 8 in depth: real pools, real trials, real children of children.
#![cfg(unix)]
#![allow(clippy::unwrap_used)]

#[path = "../common/mod.rs"]
mod common;

mod children;
mod outcomes;
mod support;
mod window;
