//! Numbers that processes share: one, or a row of them.

use super::object::Object;
use super::{Lock, ShareError, Space, Who};
use crate::record::Recorder;
use crate::trace::{EventKind, Home, Item, Resource, ResourceId, ResourceKind};
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

const VALUE: u32 = 5;
const ARRAY: u32 = 6;
/// Places of a value's own: the number, how often it was written, and a write on its way: the number, and which write it will
/// be once that is on record, and which write it would be.
const SIZE: usize = 40;
const WRITES: usize = 8;
const NEW: usize = 16;
const TOLD: usize = 24;
const PLANNED: usize = 32;
/// The most cells of an array.
const MOST: usize = 1 << 16;

/// A number in shared memory. Reading and writing it are two steps: without a lock around both, another process may write in
/// between, and its write is lost. Each step by itself is atomic, so nothing worse happens.
#[derive(Clone, Debug)]
pub struct Value {
    object: Object,
}

impl Value {
    /// With a number at the start, and the lock that goes with it.
    ///
    /// # Errors
    /// There is no room.
    pub fn new(
        space: &Arc<Space>,
        recorder: &Recorder,
        name: &str,
        initial: i64,
        guard: Option<&Lock>,
    ) -> io::Result<Self> {
        let mut resource = Resource::new(name, ResourceKind::Value).at_home(Home::Shared);
        resource.guard = guard.map(Lock::id);
        let resource = resource.with_initial(vec![Item::of(initial)]);
        let object = Object::new(space, VALUE, SIZE, recorder.resource(resource))?;
        let value = Self { object };
        value.cell().store(initial as u64, Ordering::SeqCst);
        Ok(value)
    }

    /// The one with this handle.
    ///
    /// # Errors
    /// There is none.
    pub fn open(space: &Arc<Space>, handle: i64) -> Result<Self, ShareError> {
        Ok(Self { object: Object::open(space, VALUE, SIZE, handle)? })
    }

    /// The number that stands for it in the argument of a job.
    pub fn handle(&self) -> i64 {
        self.object.handle()
    }

    /// Its id in the trace.
    pub fn id(&self) -> ResourceId {
        self.object.res()
    }

    fn cell(&self) -> &AtomicU64 {
        self.object.long(0)
    }

    fn writes(&self) -> &AtomicU64 {
        self.object.long(WRITES)
    }

    fn look_as(&self, who: &dyn Who, event: impl FnOnce(u32, Item) -> EventKind) -> i64 {
        self.object.marked(who, || {
            self.settle();
            let value = self.peek();
            let version = self.writes().load(Ordering::SeqCst) as u32;
            self.object.tell(who, event(version, Item::of(value)));
            value
        })
    }

    /// Reads it, to write it.
    pub fn read(&self, who: &dyn Who) -> i64 {
        let res = self.id();
        self.look_as(who, |version, value| EventKind::ValueRead { res, version, value })
    }

    /// Looks at it: a read of somebody who will not write it.
    pub fn look(&self, who: &dyn Who) -> i64 {
        let res = self.id();
        self.look_as(who, |version, value| EventKind::ValueSeen { res, version, value })
    }

    /// What it holds, off the record.
    pub fn peek(&self) -> i64 {
        self.cell().load(Ordering::SeqCst) as i64
    }

    /// Overwrites it, whatever is in it.
    pub fn write(&self, who: &dyn Who, new: i64) {
        if !who.records() {
            return self.cell().store(new as u64, Ordering::SeqCst);
        }
        let res = self.id();
        self.object.marked(who, || {
            self.settle();
            let old = Item::of(self.peek());
            let version = self.writes().load(Ordering::SeqCst) + 1;
            self.object.long(NEW).store(new as u64, Ordering::SeqCst);
            self.object.long(PLANNED).store(version, Ordering::SeqCst);
            let (number, new) = (version as u32, Item::of(new));
            let changed = EventKind::ValueChanged { res, version: number, old, new };
            // Whoever dies here has written, or has not told that it has.
            let told = || self.object.long(TOLD).store(version, Ordering::SeqCst);
            self.object.tell_and(who, changed, &told);
            self.settle();
        });
    }

    /// A write that is on record takes place, if nobody was left to do it.
    fn settle(&self) {
        let told = self.object.long(TOLD);
        let version = told.load(Ordering::SeqCst);
        if version != 0 {
            self.cell().store(self.object.long(NEW).load(Ordering::SeqCst), Ordering::SeqCst);
            self.writes().store(version, Ordering::SeqCst);
            told.store(0, Ordering::SeqCst);
        }
    }
}

/// A process has died, and the last write that it told of is this one: if it was about to take place, it does.
pub(super) fn finish(space: &Arc<Space>, pid: u32, write: u32) {
    for value in Object::marked_by(space, VALUE, pid) {
        let planned = value.long(PLANNED).load(Ordering::SeqCst);
        if planned as u32 == write && value.long(WRITES).load(Ordering::SeqCst) + 1 == planned {
            value.long(TOLD).store(planned, Ordering::SeqCst);
        }
    }
}

/// A row of numbers in shared memory; for the rest as [`Value`]. Its writes are on record, its reads are not.
#[derive(Clone, Debug)]
pub struct Array {
    object: Object,
}

impl Array {
    /// With numbers at the start, 1 to 65,536 of them, and the lock that goes with it.
    ///
    /// # Errors
    /// There is no room.
    pub fn new(
        space: &Arc<Space>,
        recorder: &Recorder,
        name: &str,
        initial: &[i64],
        guard: Option<&Lock>,
    ) -> io::Result<Self> {
        if initial.is_empty() || initial.len() > MOST {
            return Err(io::Error::other(format!("an array has 1 to {MOST} cells")));
        }
        let mut resource = Resource::new(name, ResourceKind::Array).at_home(Home::Shared);
        resource.guard = guard.map(Lock::id);
        let resource = resource.with_initial(initial.iter().copied().map(Item::of).collect());
        let object = Object::new(space, ARRAY, 8 * initial.len(), recorder.resource(resource))?;
        for (cell, value) in initial.iter().enumerate() {
            object.long(8 * cell).store(*value as u64, Ordering::SeqCst);
        }
        Ok(Self { object })
    }

    /// The one with this handle.
    ///
    /// # Errors
    /// There is none.
    pub fn open(space: &Arc<Space>, handle: i64) -> Result<Self, ShareError> {
        Ok(Self { object: Object::open(space, ARRAY, 8, handle)? })
    }

    /// The number that stands for it in the argument of a job.
    pub fn handle(&self) -> i64 {
        self.object.handle()
    }

    /// Its id in the trace.
    pub fn id(&self) -> ResourceId {
        self.object.res()
    }

    /// How many cells it has.
    pub fn len(&self) -> usize {
        self.object.size() / 8
    }

    /// Whether it has none, which no array has.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What a cell holds.
    ///
    /// # Errors
    /// There is no such cell.
    pub fn read(&self, cell: usize) -> Result<i64, ShareError> {
        Ok(self.cell(cell)?.load(Ordering::SeqCst) as i64)
    }

    /// Appends what all cells hold to `bytes`, off the record. Whoever calls this keeps others from writing meanwhile.
    pub(crate) fn read_onto(&self, bytes: &mut Vec<u8>) {
        self.object.space().arena().read_onto(self.object.body(), 8 * self.len(), bytes);
    }

    /// Overwrites the first cells, as many as there are bytes for, off the record. Whoever calls this keeps all others away
    /// meanwhile.
    pub(crate) fn copy_from(&self, bytes: &[u8]) {
        let most = bytes.len().min(8 * self.len());
        self.object.space().arena().write(self.object.body(), &bytes[..most]);
    }

    fn cell(&self, cell: usize) -> Result<&AtomicU64, ShareError> {
        if cell >= self.len() {
            return Err(ShareError::Failed(format!("there is no cell {cell}")));
        }
        Ok(self.object.long(8 * cell))
    }

    /// Overwrites a cell.
    ///
    /// # Errors
    /// There is no such cell.
    pub fn write(&self, who: &dyn Who, cell: usize, new: i64) -> Result<(), ShareError> {
        let (res, place) = (self.id(), self.cell(cell)?);
        self.object.marked(who, || {
            place.store(new as u64, Ordering::SeqCst);
            let (index, new) = (cell as u32, Item::of(new));
            self.object.tell(who, EventKind::SlotChanged { res, index, new });
        });
        Ok(())
    }
}
