//! What goes over the pipes: frames of a length (four bytes, little-endian) and that many bytes of `postcard`.
//!
//! Whatever arrives, reading answers with a message, "not yet", or an error; it never panics and never reserves
//! more than has arrived.

use super::Value;
use crate::trace::{EventKind, Nanos, ResourceId, TaskId};
use serde::de::{DeserializeOwned, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The version of the messages, one for both sides: the program's file may have been replaced while it ran.
pub const VERSION: u32 = 6;

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
        /// The pool it works for, in the run's trace. One of no pool runs one task and ends.
        pool: Option<ResourceId>,
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
    /// The events still to come happened at this time or later.
    pub until: Nanos,
    /// What happened, in order.
    pub entries: Entries,
}

/// One thing that a report tells.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Entry {
    /// A new text; its id continues the worker's own count from 0.
    Text(String),
    /// A new point of the shown program, by name; its number continues the worker's own count from 0.
    Point(String),
    /// A new thread of the worker; its number continues its own count from 0.
    Thread(NewThread),
    /// An event of the process, with its stamp.
    Event(Nanos, Told),
    /// An event of one of its threads: the thread's number, the stamp, the event.
    ThreadEvent(u16, Nanos, Told),
    /// The result of a task, and the nanoseconds it took, in the order in which tasks were done.
    Result(TaskId, Result<Value, String>, u64),
}

/// Entries as the worker wrote them, one behind the other.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Entries(pub Vec<u8>);

impl Entries {
    /// Adds an entry at the end.
    pub fn push(&mut self, entry: &Entry) {
        // Appending to a vector cannot fail.
        let _ = postcard::serialize_with_flavor(entry, Appending(&mut self.0));
    }
}

/// Reads entries, one after the other, up to the first that is damaged.
pub fn entries(mut bytes: &[u8]) -> impl Iterator<Item = Result<Entry, WireError>> {
    std::iter::from_fn(move || {
        if bytes.is_empty() {
            return None;
        }
        let read = postcard::take_from_bytes(bytes);
        let (entry, rest) =
            read.map_or((Err(WireError::Damaged), &[][..]), |(e, rest)| (Ok(e), rest));
        bytes = rest;
        Some(entry)
    })
}

// By hand, for the derived code would take the bytes one by one.
impl Serialize for Entries {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.0)
    }
}

impl<'de> Deserialize<'de> for Entries {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Bytes;
        impl Visitor<'_> for Bytes {
            type Value = Entries;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("bytes")
            }

            fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Entries, E> {
                Ok(Entries(bytes.to_vec()))
            }
        }
        deserializer.deserialize_bytes(Bytes)
    }
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
    /// Whether it only serves the others.
    pub helper: bool,
}

/// What arrived, or was to be sent, is no message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WireError {
    /// The length is beyond [`LONGEST`].
    #[error("a message of {0} bytes is too long")]
    TooLong(usize),
    /// The bytes are no message.
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
