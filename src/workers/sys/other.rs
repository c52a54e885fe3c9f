//! Unix without a fork server: workers are executed, and end at the end of their input.

use super::child::Ends;
use std::io;
use std::os::fd::OwnedFd;
use std::path::PathBuf;

pub(super) fn own_program() -> PathBuf {
    std::env::current_exe().unwrap_or_else(|_| PathBuf::from("concurrency-lab"))
}

/// The end of a worker shows as the end of its output.
pub(crate) const TELLS_ENDS: bool = false;

pub(super) fn prepare() -> io::Result<()> {
    Ok(())
}

/// There is no fork server.
pub(super) struct Forks;

impl Forks {
    pub(super) fn begin() -> Self {
        Self
    }

    pub(super) fn ask(&mut self, _: &Ends) -> bool {
        false
    }

    pub(super) fn answer(&mut self) -> Option<i32> {
        None
    }
}

/// Nobody to tell.
pub(super) fn forget(_: i32) {}

/// The end of a worker shows as the end of its output.
pub(super) fn exit_fd(_: i32) -> Option<OwnedFd> {
    None
}

/// Not asked for here.
pub(super) fn own_memory() -> Option<u64> {
    None
}

/// There is no such signal: the end of input is all.
pub(super) fn die_with_parent() {}

/// Not to be had without a name: a worker's journal stays with the worker.
pub(super) fn memory(_: usize) -> io::Result<OwnedFd> {
    Err(io::ErrorKind::Unsupported.into())
}

/// There is none.
pub(crate) fn memory_of(_: u32, _: i32) -> Option<OwnedFd> {
    None
}
