//! Tasks that travel together.

use super::TaskOptions;
use super::group::Group;
use crate::trace::{SourceId, TaskId};
use crate::workers::Value;
use crate::workers::wire::{self, ToWorker, WireError};
use std::sync::Arc;

/// Tasks that travel together.
pub(super) struct Chunk {
    pub(super) job: Arc<str>,
    /// The point of the shown program that has the job's name, if there is one.
    pub(super) at: SourceId,
    pub(super) args: Vec<Value>,
    pub(super) group: Arc<Group>,
    /// Index of the first one in the group, and its id: the others follow.
    pub(super) index: usize,
    pub(super) task: TaskId,
    /// How many of its tasks have ended.
    pub(super) ended: usize,
    pub(super) options: TaskOptions,
    pub(super) frame: Vec<u8>,
    /// Whether it was cancelled.
    pub(super) cancelled: bool,
    /// How often a worker died that was sent it and had not begun it.
    pub(super) returned: u32,
}

impl Chunk {
    /// Makes its message.
    pub(super) fn encode(&mut self) -> Result<(), WireError> {
        let open = (self.ended..self.args.len()).map(|i| (self.id(i), self.args[i].clone()));
        let message = ToWorker::Chunk { job: self.job.to_string(), tasks: open.collect() };
        self.frame.clear();
        wire::write(&mut self.frame, &message)
    }

    pub(super) fn id(&self, place: usize) -> TaskId {
        TaskId(self.task.0.wrapping_add(place as u32))
    }

    pub(super) fn has(&self, task: TaskId) -> bool {
        (task.0.wrapping_sub(self.task.0) as usize) < self.args.len()
    }

    /// How many have not ended.
    pub(super) fn open(&self) -> usize {
        self.args.len() - self.ended
    }
}
