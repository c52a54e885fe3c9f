//! The recorder, traced threads and traced primitives, in real runs of real threads. Every run's trace goes through
//! `checker`, which knows what may follow what on each kind of resource.
#![allow(clippy::unwrap_used)]

mod cancel;
mod checker;
mod gil;
mod life;
mod locks;
mod loss;
mod merge;
mod pools;
mod queues;
mod random;
mod silence;
mod support;
mod waits;
