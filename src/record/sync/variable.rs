//! A variable that programs may race on.

use crate::record::{Log, Recorder};
use crate::trace::{EventKind, Item, Nanos, Resource, ResourceId, ResourceKind};
use std::sync::atomic::{AtomicU64, Ordering};

/// A whole number that threads read and write without a lock, as in a racy program, but without undefined behaviour:
/// a write overwrites blindly, whatever its value was worked out from, so updates do get lost.
///
/// It is one atomic word of the value, the number of the last write, and a mark. An operation sets the mark, stamps
/// and records, and stores the word without the mark, so nothing comes between the instant an operation takes effect
/// and the stamp that says when that was. Without the mark a write would take its stamp before it takes effect, and a
/// read of the old value could be stamped in between: a trace in which somebody reads what is no longer there. The
/// mark stays for the length of one recording, never across the program's own steps: what races, goes on racing.
pub struct Variable {
    res: ResourceId,
    /// From the top: 32 bits value, 31 bits number of the last write, 1 bit mark.
    word: AtomicU64,
    /// The last stamp used on it; only who set the mark touches it.
    last: AtomicU64,
}

const MARK: u64 = 1;

impl Variable {
    /// With a value at the start.
    pub fn new(recorder: &Recorder, name: &str, initial: i32) -> Self {
        let resource = Resource::new(name, ResourceKind::Value);
        Self {
            res: recorder.resource(resource.with_initial(vec![Item::int(initial)])),
            word: AtomicU64::new(pack(initial, 0)),
            last: AtomicU64::new(0),
        }
    }

    /// Its id in the trace.
    pub fn id(&self) -> ResourceId {
        self.res
    }

    /// Reads it.
    pub fn read(&self, log: &Log) -> i32 {
        let word = self.mark();
        let (value, version) = unpack(word);
        self.record(
            log,
            EventKind::ValueRead {
                res: self.res,
                version,
                value: Item::int(value),
            },
        );
        self.word.store(word, Ordering::Release);
        value
    }

    /// Overwrites it, and says with what it found. Where that is not what `new` was worked out from, another's update
    /// is lost now.
    pub fn write(&self, log: &Log, new: i32) -> i32 {
        let (old, version) = unpack(self.mark());
        // 31 bits: two thousand million writes.
        let version = (version + 1) & (u32::MAX >> 1);
        self.record(
            log,
            EventKind::ValueChanged {
                res: self.res,
                version,
                old: Item::int(old),
                new: Item::int(new),
            },
        );
        self.word.store(pack(new, version), Ordering::Release);
        old
    }

    /// Sets the mark, and says what the word is without it. Whoever has it set clears it some 50 ns later, unless
    /// preempted: hence the yield.
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
