//! The way of one actor's events from its thread to the collector.

use crate::trace::merge::Merger;
use crate::trace::{ActorId, Event, EventKind, Nanos, SourceId};
use crossbeam::utils::CachePadded;
use rtrb::{Consumer, Producer, RingBuffer};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// What the two ends of a ring tell each other beside the events. On a cache line of its own: it is written with every
/// event, and the actors' links lie close together.
#[derive(Default)]
pub(super) struct Link {
    /// Set before the clock is read for an event, cleared when the event is in the ring. A thread that is preempted
    /// in between leaves it set, and the collector makes no promise for it.
    pub(super) busy: AtomicBool,
    /// How many events the full ring has refused that no `Dropped` tells of yet. Written by the recording end.
    pub(super) lost: AtomicU64,
    /// Up to when a stream from another process is complete, in nanoseconds; counts while `busy` is set. Stays 0 for
    /// actors of this process.
    pub(super) promised: AtomicU64,
    /// The recording end is gone.
    pub(super) ended: AtomicBool,
}

/// The collector's end.
pub(super) struct RingEnd {
    actor: ActorId,
    events: Consumer<Event>,
    link: Arc<CachePadded<Link>>,
    last: Nanos,
    next_seq: u32,
}

/// A ring for `capacity` events (at least two, so that a `Dropped` and the event after it fit).
pub(super) fn ring(
    actor: ActorId,
    capacity: usize,
) -> (Producer<Event>, Arc<CachePadded<Link>>, RingEnd) {
    let (producer, events) = RingBuffer::new(capacity.max(2));
    let link = Arc::new(CachePadded::new(Link::default()));
    let end = RingEnd { actor, events, link: Arc::clone(&link), last: Nanos::ZERO, next_seq: 0 };
    (producer, link, end)
}

impl RingEnd {
    pub(super) fn actor(&self) -> ActorId {
        self.actor
    }

    /// Moves what is in the ring to the merger; `promise` is safe to make for an idle actor. Whether the recording end
    /// is gone and everything it left has been taken.
    ///
    /// Why the promise holds: `promise` is the time read before this call less a margin far longer than a store takes
    /// to become visible. An event stamped before `promise` had `busy` set before its stamp was read, so here we see
    /// `busy` set (and promise nothing), or cleared again, and then the event itself is in the ring.
    pub(super) fn drain(&mut self, merger: &mut Merger, promise: Nanos) -> bool {
        let ended = self.link.ended.load(Ordering::Acquire);
        let busy = self.link.busy.load(Ordering::Acquire);
        let promised = Nanos(self.link.promised.load(Ordering::Acquire));
        // As many as there are now: a producer that never pauses must not keep us here.
        if let Ok(chunk) = self.events.read_chunk(self.events.slots()) {
            for event in chunk {
                self.last = event.at;
                self.next_seq = event.seq.wrapping_add(1);
                merger.push(event);
            }
        }
        merger.promise(self.actor, if busy { promised } else { promise });
        if ended {
            self.tell_lost(merger);
        }
        ended
    }

    /// Says what the recording end had no room to say itself.
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
