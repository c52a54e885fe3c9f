//! What goes over the pipes: frames of a length (four bytes, little-endian) and that many bytes of `postcard`.
//!
//! Whatever arrives, reading answers with a message, "not yet", or an error; it never panics and never reserves
//! more than has arrived.

use super::Value;
use crate::trace::{EventKind, Nanos, ResourceId, TaskId};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// Both sides must speak the same: the program's file may have been replaced while it ran.
pub const VERSION: u32 = 4;

/// The longest message, in bytes.
pub const LONGEST: usize = 16 << 20;

/// To a worker.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ToWorker {
    /// The first message.
    Hello {
        /// [`VERSION`] of the sender.
        version: u32,
        /// Origin of the run's clock.
        origin: u64,
        /// The pool, in the run's trace.
        pool: ResourceId,
        /// Whether it reports its memory and processor time.
        measure: bool,
    },
    /// Run one job on several arguments, one after another.
    Chunk {
        /// Name of the job.
        job: String,
        /// What to answer with, and the arguments.
        tasks: Vec<(TaskId, Value)>,
    },
}

/// From a worker.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum FromWorker {
    /// The answer to [`ToWorker::Hello`].
    Ready {
        /// [`VERSION`] of the sender.
        version: u32,
        /// Its PID, as it sees it.
        pid: u32,
    },
    /// What happened since the last one.
    Report(Report),
}

/// What happened in a worker since its last report.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// What still comes happened at this time or later.
    pub until: Nanos,
    /// New texts; their ids continue the worker's own count from 0.
    pub texts: Vec<String>,
    /// New points of the shown program, by name; their numbers continue the worker's own count from 0.
    pub points: Vec<String>,
    /// What the process tells, with its stamps.
    pub events: Vec<(Nanos, Told)>,
    /// New threads of the worker; their numbers continue its own count from 0.
    pub threads: Vec<NewThread>,
    /// What its threads tell, in order: who, when, what.
    pub thread_events: Vec<(u16, Nanos, Told)>,
    /// Results of tasks, in the order they were done, each with the nanoseconds it took.
    pub results: Vec<(TaskId, Result<Value, String>, u64)>,
}

/// What a process or a thread of it tells.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Told {
    /// What it recorded. The child of a `Spawned` is a thread's number in the worker's own count.
    Event(EventKind),
    /// It is at the point with this number from now on.
    Line(u16),
    /// It began to wait for the end of the thread with this number.
    JoinBegan(u16),
    /// That thread has ended.
    JoinEnded(u16),
}

impl From<EventKind> for Told {
    fn from(kind: EventKind) -> Self {
        Self::Event(kind)
    }
}

/// A thread of a worker that is an actor of its own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NewThread {
    /// As the trace names it.
    pub name: String,
    /// Two or three characters that stand for it.
    pub badge: String,
}

/// What arrived, or was to be sent, is no message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WireError {
    /// The length is beyond [`LONGEST`].
    #[error("a message of {0} bytes is too long")]
    TooLong(usize),
    /// The bytes are not those of a message.
    #[error("a message is damaged")]
    Damaged,
}

/// How many bytes of a message a value takes.
pub fn size<T: Serialize>(value: &T) -> usize {
    let mut size = 0;
    // Counting cannot fail.
    let _ = postcard::serialize_with_flavor(value, Counting(&mut size));
    size
}

/// Counts what `postcard` writes.
struct Counting<'a>(&'a mut usize);

impl postcard::ser_flavors::Flavor for Counting<'_> {
    type Output = ();

    fn try_push(&mut self, _: u8) -> postcard::Result<()> {
        *self.0 += 1;
        Ok(())
    }

    fn try_extend(&mut self, bytes: &[u8]) -> postcard::Result<()> {
        *self.0 += bytes.len();
        Ok(())
    }

    fn finalize(self) -> postcard::Result<()> {
        Ok(())
    }
}

/// Appends a message to `out`.
///
/// # Errors
/// The message is too long; `out` is then as it was.
pub fn write<T: Serialize>(out: &mut Vec<u8>, message: &T) -> Result<(), WireError> {
    let start = out.len();
    out.extend_from_slice(&[0; 4]);
    let written = postcard::serialize_with_flavor(message, Appending(out));
    let length = out.len() - start - 4;
    if written.is_err() || length > LONGEST {
        out.truncate(start);
        return Err(WireError::TooLong(length));
    }
    out[start..start + 4].copy_from_slice(&(length as u32).to_le_bytes());
    Ok(())
}

/// Where `postcard` writes to.
struct Appending<'a>(&'a mut Vec<u8>);

impl postcard::ser_flavors::Flavor for Appending<'_> {
    type Output = ();

    fn try_push(&mut self, byte: u8) -> postcard::Result<()> {
        self.0.push(byte);
        Ok(())
    }

    fn try_extend(&mut self, bytes: &[u8]) -> postcard::Result<()> {
        self.0.extend_from_slice(bytes);
        Ok(())
    }

    fn finalize(self) -> postcard::Result<()> {
        Ok(())
    }
}

/// Bytes that arrived and are not read yet.
#[derive(Default)]
pub struct Inbox {
    bytes: Vec<u8>,
    read: usize,
}

impl Inbox {
    /// More bytes.
    pub fn extend(&mut self, bytes: &[u8]) {
        if self.read == self.bytes.len() {
            self.bytes.clear();
            self.read = 0;
        }
        self.bytes.extend_from_slice(bytes);
    }

    /// The next message, or `None` until more has arrived.
    ///
    /// # Errors
    /// The bytes are no message: nothing that follows can be trusted.
    pub fn take<T: DeserializeOwned>(&mut self) -> Result<Option<T>, WireError> {
        let waiting = &self.bytes[self.read..];
        let Some((head, rest)) = waiting.split_first_chunk::<4>() else {
            return Ok(None);
        };
        let length = u32::from_le_bytes(*head) as usize;
        if length > LONGEST {
            return Err(WireError::TooLong(length));
        }
        let Some(body) = rest.get(..length) else {
            // What was read is moved away only here: rarely, and never for whole messages.
            self.bytes.drain(..self.read);
            self.read = 0;
            return Ok(None);
        };
        match postcard::take_from_bytes(body) {
            Ok((message, [])) => {
                self.read += 4 + length;
                Ok(Some(message))
            }
            _ => Err(WireError::Damaged),
        }
    }
}
