//! An actor in another process: its events arrive stamped, in chunks.

use super::Recorder;
use super::stream::{Link, Writer};
use crate::trace::{ActorId, EventKind, Nanos, SourceId};
use crossbeam::utils::CachePadded;
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// Takes in what an actor of another process recorded with the same clock ([`Clock::system_from`](super::Clock::system_from)).
///
/// Dropping it ends the stream. The events of other actors are held back until this one has promised to bring nothing
/// earlier ([`RemoteLog::promise`]), but not while it is [silent](RemoteLog::silent), and never for more than a second.
/// After that the trace says that the actor does not report ([`Trace::silences`](crate::trace::Trace::silences)); if it
/// does later, its events are put in their place.
pub struct RemoteLog {
    recorder: Recorder,
    id: ActorId,
    writer: Writer,
    link: Arc<CachePadded<Link>>,
    last: Nanos,
    source: SourceId,
}

impl RemoteLog {
    pub(super) fn new(recorder: Recorder, writer: Writer) -> Self {
        let (id, link) = (writer.actor(), writer.link());
        Self { recorder, id, writer, link, last: Nanos::ZERO, source: SourceId::NONE }
    }

    /// Who records.
    pub fn id(&self) -> ActorId {
        self.id
    }

    /// Says whether the actor records nothing until it is given work. Say `false` before giving it some. At first it is
    /// not silent.
    pub fn silent(&self, silent: bool) {
        self.link.busy.store(!silent, Ordering::Release);
    }

    /// Promises that the events still to arrive happened at `until` or later. Push earlier ones first.
    pub fn promise(&self, until: Nanos) {
        self.link.promised.fetch_max(until.0, Ordering::Release);
    }

    /// The instant up to which all events of the actor have arrived.
    pub fn promised(&self) -> Nanos {
        Nanos(self.link.promised.load(Ordering::Acquire))
    }

    /// The actor is at this point of the shown program from now on: the events that follow say so.
    pub fn line(&mut self, source: SourceId) {
        self.source = source;
    }

    /// An event as the actor stamped it. A stamp that goes back is raised.
    pub fn push(&mut self, at: Nanos, kind: EventKind) {
        self.last = self.last.max(at);
        self.writer.push(self.last, self.source, kind);
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
