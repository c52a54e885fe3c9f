//! A queue between processes, made as CPython's `multiprocessing.Queue`: a pipe, a semaphore for the bound, a lock for each
//! end, and in every process that puts a thread that feeds the pipe.

mod ends;
mod putter;

pub use putter::{Item, Live, Putter};

use super::lock::{INNER, Inner};
use super::object::Object;
use super::pipe;
use super::semaphore::Permits;
use super::{ShareError, Space};
use crate::record::Recorder;
use crate::trace::{ActorId, Home, Resource, ResourceId, ResourceKind};
use crate::workers::soon::Soon;
use std::io;
use std::os::fd::OwnedFd;
use std::sync::Arc;
use std::sync::atomic::Ordering;

const KIND: u32 = 8;

/// Words: permits for items and who sleeps for one, whether there is a bound, the ends of the pipe, and whether half a
/// message is in it whose writer has died.
const PERMITS: usize = 0;
const BOUNDED: usize = 2;
const READER: usize = 3;
const WRITER: usize = 4;
const TORN: usize = 5;
/// The readers' lock in the trace, plus one, where it is shown; after it.
const SHOWN: usize = 6;
/// Places of eight bytes: what has been read ahead (its beginning, and its end in the upper half), and how many bytes of a
/// long message are still in the pipe.
const AHEAD: usize = 32;
const REST: usize = 40;
/// What will have been read ahead when the message that is being taken is: set once it is on record that it is taken.
const TAKEN: usize = 48;
/// The locks of those who read and of those who write.
const READERS: usize = 64;
const WRITERS: usize = READERS + INNER.next_multiple_of(64);
/// What has been read ahead. Whoever has the readers' lock takes from there.
const BUFFER: usize = WRITERS + INNER.next_multiple_of(64);
const ROOM: usize = 64 << 10;
const SIZE: usize = BUFFER + ROOM;

/// First in, first out, as far as one process puts: the items of several are in the order in which their feeder threads wrote
/// them.
///
/// On record, an item is in the queue when it is written to the pipe; before, it is in the buffer of the process that put it,
/// another queue. Where there is a bound, it is of both together.
#[derive(Clone, Debug)]
pub struct Queue {
    object: Object,
    reader: Arc<OwnedFd>,
    writer: Arc<OwnedFd>,
    /// Whether items came soon after they were waited for.
    soon: Arc<Soon>,
}

impl Queue {
    /// An empty one with a bound; without one for `None` or 0. `robust`: whoever dies while it reads or writes is taken over
    /// from, where the system can do that. `room`: of the pipe, in bytes.
    ///
    /// # Errors
    /// The system has no pipe, or there is no room.
    pub fn new(
        space: &Arc<Space>,
        recorder: &Recorder,
        name: &str,
        bound: Option<u32>,
        robust: bool,
        room: Option<usize>,
    ) -> io::Result<Self> {
        let bound = bound.filter(|bound| *bound > 0);
        let mut resource = Resource::new(name, ResourceKind::Queue).at_home(Home::Shared);
        resource.capacity = bound;
        let object = Object::new(space, KIND, SIZE, recorder.resource(resource))?;
        object.word(PERMITS).store(bound.unwrap_or(0), Ordering::Release);
        object.word(BOUNDED).store(u32::from(bound.is_some()), Ordering::Release);
        let [reader, writer] = pipe::ends(space, room)?;
        object.word(READER).store(reader, Ordering::Release);
        object.word(WRITER).store(writer, Ordering::Release);
        Inner::new(&object, READERS).make(robust)?;
        Inner::new(&object, WRITERS).make(robust)?;
        Self::of(object).map_err(io::Error::other)
    }

    /// The one with this handle.
    ///
    /// # Errors
    /// There is none.
    pub fn open(space: &Arc<Space>, handle: i64) -> Result<Self, ShareError> {
        Self::of(Object::open(space, KIND, SIZE, handle)?)
    }

    fn of(object: Object) -> Result<Self, ShareError> {
        let end = |word| object.space().end(object.word(word).load(Ordering::Acquire));
        Ok(Self { reader: end(READER)?, writer: end(WRITER)?, object, soon: Arc::default() })
    }

    /// The number that stands for it in the argument of a job.
    pub fn handle(&self) -> i64 {
        self.object.handle()
    }

    /// Its id in the trace.
    pub fn id(&self) -> ResourceId {
        self.object.res()
    }

    /// The buffer of a process that will put, in the trace: `None` is the program.
    pub fn buffer(recorder: &Recorder, name: &str, process: Option<ActorId>) -> ResourceId {
        let home = process.map_or(Home::Program, Home::Process);
        let queue = Resource::new(name, ResourceKind::Queue).at_home(home);
        recorder.resource(Resource { is_buffer: true, ..queue })
    }

    /// Shows the lock of those who get as a thing of its own: whoever gets takes it, and waits for an item with it.
    pub fn show_lock(&self, recorder: &Recorder, name: &str) {
        let resource = Resource::new(name, ResourceKind::Lock).at_home(Home::Shared);
        let res = recorder.resource(resource);
        self.object.word(SHOWN).store(u32::from(res.0) + 1, Ordering::Release);
    }

    /// Whether somebody gets from it at this moment, or waits for an item.
    pub fn is_read(&self) -> bool {
        Inner::new(&self.object, READERS).is_owned()
    }

    /// The lock of those who get, where it is shown.
    fn shown_lock(&self) -> Option<Object> {
        let res = self.object.word(SHOWN).load(Ordering::Acquire).checked_sub(1)?;
        Some(self.object.known_as(ResourceId(res as u16)))
    }

    /// Where there is a bound: how many more items there is room for.
    fn permits(&self) -> Option<Permits<'_>> {
        let is_bounded = self.object.word(BOUNDED).load(Ordering::Acquire) == 1;
        is_bounded.then(|| Permits::of(&self.object, PERMITS))
    }

    fn readers(&self) -> Inner<'_> {
        Inner::new(&self.object, READERS)
    }

    fn writers(&self) -> Inner<'_> {
        Inner::new(&self.object, WRITERS)
    }
}
