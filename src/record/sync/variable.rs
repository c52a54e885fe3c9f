//! A variable that programs may race on.

use crate::record::{Log, Recorder};
use crate::trace::{EventKind, Item, Nanos, Resource, ResourceId, ResourceKind};
use std::sync::atomic::{AtomicU64, Ordering};

/// A whole number that threads read and write without a lock, as in a racy program, but without undefined behaviour:
/// a write overwrites blindly, whatever its value was worked out from, so updates do get lost.
pub struct Variable {
    res: ResourceId,
    register: Register,
}

impl Variable {
    /// With a value at the start.
    pub fn new(recorder: &Recorder, name: &str, initial: i32) -> Self {
        Self::guarded(recorder, name, initial, None)
    }

    /// With a value at the start, and the lock that is meant to be held for it, where there is one: whoever does without
    /// is not kept from it.
    pub fn guarded(
        recorder: &Recorder,
        name: &str,
        initial: i32,
        guard: Option<ResourceId>,
    ) -> Self {
        let resource = Resource { guard, ..Resource::new(name, ResourceKind::Value) };
        Self {
            res: recorder.resource(resource.with_initial(vec![Item::int(initial)])),
            register: Register::new(initial),
        }
    }

    /// Its id in the trace.
    pub fn id(&self) -> ResourceId {
        self.res
    }

    /// Reads it.
    pub fn read(&self, log: &Log) -> i32 {
        self.register.read(log, |value, version| EventKind::ValueRead {
            res: self.res,
            version,
            value: Item::int(value),
        })
    }

    /// Looks at it: a read of somebody who will not write it.
    pub fn look(&self, log: &Log) -> i32 {
        self.register.read(log, |value, version| EventKind::ValueSeen {
            res: self.res,
            version,
            value: Item::int(value),
        })
    }

    /// What it holds, off the record: for looking at the result when all is over.
    pub fn peek(&self) -> i32 {
        self.register.peek()
    }

    /// Overwrites it, and says with what it found. Where that is not what `new` was worked out from, another's update
    /// is lost now.
    pub fn write(&self, log: &Log, new: i32) -> i32 {
        self.register.write(log, new, |old, version| EventKind::ValueChanged {
            res: self.res,
            version,
            old: Item::int(old),
            new: Item::int(new),
        })
    }
}

/// A row of such numbers. Writes are on record, in the order they took effect in each cell; reads are not.
pub struct Cells {
    res: ResourceId,
    cells: Box<[Register]>,
}

impl Cells {
    /// So many cells, all 0 and not yet in the trace's array: a cell is there once it is written. Those between `bounds`
    /// are a list, from the first cell on where the first is none. With the lock that is meant to be held for them.
    pub fn new(
        recorder: &Recorder,
        name: &str,
        count: usize,
        bounds: [Option<&Variable>; 2],
        guard: Option<ResourceId>,
    ) -> Self {
        let bound = |variable: Option<&Variable>| variable.map_or(ResourceId::NONE, Variable::id);
        let resource = Resource { guard, ..Resource::new(name, ResourceKind::Array) };
        Self {
            res: recorder.resource(
                resource
                    .with_capacity(u32::try_from(count).unwrap_or(u32::MAX))
                    .bounded_by(bounds.map(bound)),
            ),
            cells: (0..count).map(|_| Register::new(0)).collect(),
        }
    }

    /// Its id in the trace.
    pub fn id(&self) -> ResourceId {
        self.res
    }

    /// Overwrites a cell; nothing happens to one that is not there.
    pub fn write(&self, log: &Log, index: i32, new: i32) {
        let Some((register, index)) = self.cell(index) else {
            return;
        };
        register.write(log, new, |_, _| EventKind::SlotChanged {
            res: self.res,
            index,
            new: Item::int(new),
        });
    }

    /// What a cell holds; 0 for one that is not there.
    pub fn read(&self, index: i32) -> i32 {
        self.cell(index).map_or(0, |(register, _)| register.peek())
    }

    fn cell(&self, index: i32) -> Option<(&Register, u32)> {
        let index = u32::try_from(index).ok()?;
        Some((self.cells.get(index as usize)?, index))
    }
}

/// One atomic word of a value, the number of its last write, and a mark. An operation sets the mark, stamps and
/// records, and stores the word without the mark, so nothing comes between the instant an operation takes effect and
/// the stamp that says when that was. Without the mark a write would take its stamp before it takes effect, and a read
/// of the old value could be stamped in between: a trace in which somebody reads what is no longer there. The mark
/// stays for the length of one recording, never across the program's own steps: what races, goes on racing.
struct Register {
    /// From the top: 32 bits value, 31 bits number of the last write, 1 bit mark.
    word: AtomicU64,
    /// The last stamp used on it; only who set the mark touches it.
    last: AtomicU64,
}

const MARK: u64 = 1;

impl Register {
    fn new(initial: i32) -> Self {
        Self { word: AtomicU64::new(pack(initial, 0)), last: AtomicU64::new(0) }
    }

    fn peek(&self) -> i32 {
        unpack(self.word.load(Ordering::Acquire)).0
    }

    fn read(&self, log: &Log, event: impl FnOnce(i32, u32) -> EventKind) -> i32 {
        let word = self.mark();
        let (value, version) = unpack(word);
        self.record(log, event(value, version));
        self.word.store(word, Ordering::Release);
        value
    }

    fn write(&self, log: &Log, new: i32, event: impl FnOnce(i32, u32) -> EventKind) -> i32 {
        let (old, version) = unpack(self.mark());
        // 31 bits: two thousand million writes.
        let version = (version + 1) & (u32::MAX >> 1);
        self.record(log, event(old, version));
        self.word.store(pack(new, version), Ordering::Release);
        old
    }

    /// Sets the mark, and says what the word is without it. The thread that has set it clears it some 50 ns later,
    /// unless preempted: hence the yield.
    fn mark(&self) -> u64 {
        let mut tries = 0_u32;
        loop {
            let word = self.word.load(Ordering::Relaxed) & !MARK;
            let marked = self.word.compare_exchange_weak(
                word,
                word | MARK,
                Ordering::Acquire,
                Ordering::Relaxed,
            );
            if marked.is_ok() {
                return word;
            }
            tries += 1;
            if tries.is_multiple_of(64) {
                std::thread::yield_now();
            } else {
                std::hint::spin_loop();
            }
        }
    }

    fn record(&self, log: &Log, kind: EventKind) {
        let last = Nanos(self.last.load(Ordering::Relaxed));
        let at = log.record_after(last + Nanos(1), kind);
        self.last.store(at.0, Ordering::Relaxed);
    }
}

fn pack(value: i32, version: u32) -> u64 {
    (u64::from(value.cast_unsigned()) << 32) | (u64::from(version) << 1)
}

fn unpack(word: u64) -> (i32, u32) {
    (((word >> 32) as u32).cast_signed(), (word as u32) >> 1)
}
