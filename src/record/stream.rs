//! The stream of one actor's events from its thread to the collector: a chain of ring buffers.
//!
//! As long as the collector keeps up there is one ring, and writing to it neither locks nor allocates. A writer that finds
//! it full leaves it for good and begins another one, behind it in the row; the reader reads a ring to its end before it
//! goes on to the next. So nothing is lost, however long the collector takes.
//!
//! Two things end that: the run has as many events as are kept ([`Shared::keeps`]), or nobody reads any more. From then
//! on a writer counts what it is given, and only the actor's end still goes through, behind a `Dropped` with that number.

use super::recorder::Shared;
use crate::trace::merge::Merger;
use crate::trace::{ActorId, Event, EventKind, Nanos, SourceId};
use crossbeam::queue::SegQueue;
use crossbeam::utils::CachePadded;
use rtrb::{Consumer, Producer, RingBuffer};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// How many events an actor's ring has room for at most. At 40 bytes each this is 1.3 MB of address space, of which the
/// system provides what is used.
pub(super) const LARGEST: usize = 32_768;

/// The most events read in one go, so that other actors get their turn, and a batch stays small.
const AT_ONCE: usize = 2 * LARGEST;

/// What the two ends tell each other beside the events. On a cache line of its own: it is written with every event, and
/// the actors' links lie close together.
#[derive(Default)]
pub(super) struct Link {
    /// Set before the clock is read for an event, cleared when the event is in the ring. A thread that is preempted
    /// in between leaves it set, and the collector makes no promise for it.
    pub(super) busy: AtomicBool,
    /// How many events were not kept that no `Dropped` tells of yet. Written by the recording end.
    lost: AtomicU64,
    /// Up to when a stream from another process is complete, in nanoseconds; counts while `busy` is set. Stays 0 for
    /// actors of this process.
    pub(super) promised: AtomicU64,
    /// The recording end is gone.
    ended: AtomicBool,
    /// The rings behind the one that is read, in the order in which they were begun.
    more: SegQueue<Consumer<Event>>,
}

/// The recording end. Dropping it ends the stream.
pub(super) struct Writer {
    shared: Arc<Shared>,
    actor: ActorId,
    ring: Producer<Event>,
    link: Arc<CachePadded<Link>>,
    seq: u32,
    /// Events until the run's count is brought up to date and the collector is woken: half of what the first ring has
    /// room for. Counted here, because asking the ring how full it is would touch the collector's end of it.
    until_counted: u32,
    period: u32,
}

/// The collector's end.
pub(super) struct Reader {
    actor: ActorId,
    /// The actor is in another process, of which nothing may be heard for long.
    remote: bool,
    ring: Consumer<Event>,
    link: Arc<CachePadded<Link>>,
    last: Nanos,
    next_seq: u32,
}

/// What [`Reader::drain`] found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Drained {
    /// Everything there was.
    All,
    /// As much as is read at once; there may be more.
    Part,
    /// Everything, and the recording end is gone.
    Ended,
}

/// A stream whose first ring has room for `capacity` events. `remote`: of an actor in another process, which has told
/// everything until then.
pub(super) fn stream(
    shared: Arc<Shared>,
    actor: ActorId,
    capacity: usize,
    remote: Option<Nanos>,
) -> (Writer, Reader) {
    let (producer, consumer) = RingBuffer::new(capacity.max(2));
    let link = Arc::new(CachePadded::new(Link {
        // It is not for the collector to promise anything for it.
        busy: AtomicBool::new(remote.is_some()),
        promised: AtomicU64::new(remote.unwrap_or_default().0),
        ..Link::default()
    }));
    let remote = remote.is_some();
    let period = u32::try_from(producer.buffer().capacity() / 2).unwrap_or(u32::MAX);
    let writer = Writer {
        shared,
        actor,
        ring: producer,
        link: Arc::clone(&link),
        seq: 0,
        until_counted: period,
        period,
    };
    let reader = Reader { actor, remote, ring: consumer, link, last: Nanos::ZERO, next_seq: 0 };
    (writer, reader)
}

impl Writer {
    pub(super) fn actor(&self) -> ActorId {
        self.actor
    }

    pub(super) fn link(&self) -> Arc<CachePadded<Link>> {
        Arc::clone(&self.link)
    }

    /// Puts an event behind those before. Whether it is kept.
    #[inline(always)]
    pub(super) fn push(&mut self, at: Nanos, source: SourceId, kind: EventKind) -> bool {
        if !self.shared.keeps() {
            return self.push_beyond(at, source, kind);
        }
        self.write(at, source, kind);
        true
    }

    /// Counts an event that is not kept, or writes it where it is the actor's end.
    #[cold]
    fn push_beyond(&mut self, at: Nanos, source: SourceId, kind: EventKind) -> bool {
        let lost = self.link.lost.load(Ordering::Relaxed);
        let ended = matches!(kind, EventKind::Ended(_));
        if !ended {
            self.link.lost.store(lost + 1, Ordering::Relaxed);
            return false;
        }
        if lost > 0 {
            self.link.lost.store(0, Ordering::Relaxed);
            self.write(at, SourceId::NONE, EventKind::Dropped { count: lost });
        }
        self.write(at, source, kind);
        true
    }

    /// Writes an event, whether or not events are kept.
    #[inline(always)]
    pub(super) fn write(&mut self, at: Nanos, source: SourceId, kind: EventKind) {
        let event = Event { at, seq: self.seq, actor: self.actor, source, kind };
        self.seq = self.seq.wrapping_add(1);
        if self.ring.push(event).is_err() {
            self.write_to_next(event);
        }
        if self.until_counted > 1 {
            self.until_counted -= 1;
        } else {
            self.until_counted = self.period;
            self.shared.count(u64::from(self.period));
        }
    }

    #[cold]
    fn write_to_next(&mut self, event: Event) {
        let capacity = self.ring.buffer().capacity();
        let (mut ring, events) = RingBuffer::new(capacity.max((2 * capacity).min(LARGEST)));
        // It has room. The event is in it before the reader learns of it, so the reader finds no empty ring in the row.
        let _ = ring.push(event);
        self.link.more.push(events);
        self.ring = ring;
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.link.ended.store(true, Ordering::Release);
    }
}

impl Reader {
    pub(super) fn actor(&self) -> ActorId {
        self.actor
    }

    /// Moves what there is to the merger, and says how many events it was; `promise` is safe to make for an idle actor.
    ///
    /// Why the promise holds: `promise` is the time read before this call less a margin far longer than a store takes
    /// to become visible. An event stamped before `promise` had `busy` set before its stamp was read, so here we see
    /// `busy` set (and promise nothing), or cleared again, and then the event itself is in a ring of the row.
    pub(super) fn drain(&mut self, merger: &mut Merger, promise: Nanos) -> (u64, Drained) {
        let ended = self.link.ended.load(Ordering::Acquire);
        let busy = self.link.busy.load(Ordering::Acquire);
        let promised = Nanos(self.link.promised.load(Ordering::Acquire));
        let mut room = AT_ONCE;
        loop {
            // Before it is read: nothing is written any more to a ring that has another one behind it.
            let left = !self.link.more.is_empty();
            room -= self.read(merger, room);
            if room == 0 {
                // Not even what is promised may be: it would hold for all that was there.
                return (AT_ONCE as u64, Drained::Part);
            }
            match left.then(|| self.link.more.pop()).flatten() {
                Some(next) => self.ring = next,
                None => break,
            }
        }
        merger.promise(self.actor, if busy { promised } else { promise });
        let count = (AT_ONCE - room) as u64;
        if !ended {
            return (count, Drained::All);
        }
        self.tell_lost(merger);
        (count, Drained::Ended)
    }

    /// Since when nothing was heard of an actor in another process that has something to say.
    pub(super) fn unheard_since(&self, merger: &Merger) -> Option<Nanos> {
        let awaited = self.remote && self.link.busy.load(Ordering::Acquire);
        let promised = Nanos(self.link.promised.load(Ordering::Acquire));
        awaited.then(|| merger.promised(self.actor).max(promised))
    }

    /// Reads from the ring, up to `room` events; how many.
    fn read(&mut self, merger: &mut Merger, room: usize) -> usize {
        // As many as there are now: a writer that never pauses must not keep us here.
        let count = self.ring.slots().min(room);
        if let Ok(chunk) = self.ring.read_chunk(count) {
            for event in chunk {
                self.last = event.at;
                self.next_seq = event.seq.wrapping_add(1);
                merger.push(event);
            }
        }
        count
    }

    /// Says how many events were not kept, where the recording end has not said it itself.
    pub(super) fn tell_lost(&mut self, merger: &mut Merger) {
        let count = self.link.lost.swap(0, Ordering::Relaxed);
        if count > 0 {
            merger.push(Event {
                at: self.last,
                seq: self.next_seq,
                actor: self.actor,
                source: SourceId::NONE,
                kind: EventKind::Dropped { count },
            });
            self.next_seq = self.next_seq.wrapping_add(1);
        }
    }
}
