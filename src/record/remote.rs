//! An actor in another process: its events arrive stamped, in chunks.

use super::Recorder;
use super::ring::Link;
use crate::trace::{ActorId, Event, EventKind, Nanos, SourceId};
use crossbeam::utils::CachePadded;
use rtrb::Producer;
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// Takes in what an actor of another process recorded with the same clock ([`Clock::system_from`](super::Clock::system_from)).
///
/// Dropping it ends the stream. While the actor is [silent](RemoteLog::silent) it holds nobody's events up; else the
/// merged trace goes on as far as [`RemoteLog::promise`] says.
pub struct RemoteLog {
    recorder: Recorder,
    id: ActorId,
    ring: Producer<Event>,
    link: Arc<CachePadded<Link>>,
    last: Nanos,
    seq: u32,
    source: SourceId,
}

impl RemoteLog {
    pub(super) fn new(
        recorder: Recorder,
        id: ActorId,
        ring: Producer<Event>,
        link: Arc<CachePadded<Link>>,
    ) -> Self {
        Self { recorder, id, ring, link, last: Nanos::ZERO, seq: 0, source: SourceId::NONE }
    }

    /// Who records.
    pub fn id(&self) -> ActorId {
        self.id
    }

    /// Whether the actor records nothing until it is asked to. Say `false` before asking.
    pub fn silent(&self, silent: bool) {
        self.link.busy.store(!silent, Ordering::Release);
    }

    /// What still arrives happened at `until` or later. Say so after pushing what happened before.
    pub fn promise(&self, until: Nanos) {
        self.link.promised.fetch_max(until.0, Ordering::Release);
    }

    /// The actor is at this point of the shown program from now on: the events that follow say so.
    pub fn line(&mut self, source: SourceId) {
        self.source = source;
    }

    /// An event as the actor stamped it. Waits for room while somebody makes room. A stamp that goes back is raised.
    pub fn push(&mut self, at: Nanos, kind: EventKind) {
        self.last = self.last.max(at);
        let event =
            Event { at: self.last, seq: self.seq, actor: self.id, source: self.source, kind };
        while self.ring.is_full() && self.recorder.is_collecting() {
            self.recorder.wake_collector();
            std::thread::yield_now();
        }
        if self.ring.push(event).is_ok() {
            self.seq = self.seq.wrapping_add(1);
        } else {
            self.link.lost.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Records on the actor's behalf what was observed from here (its end, say), now. Answers with the stamp.
    pub fn observe(&mut self, kind: EventKind) -> Nanos {
        // A silent actor is promised for by the collector, which must not do so between this stamp and its event.
        let silent = !self.link.busy.swap(true, Ordering::SeqCst);
        self.push(self.recorder.clock().now(), kind);
        if silent {
            self.silent(true);
        }
        self.last
    }
}

impl Drop for RemoteLog {
    fn drop(&mut self) {
        self.link.ended.store(true, Ordering::Release);
    }
}
