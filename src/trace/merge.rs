//! One ordered stream out of many.
//!
//! Each actor's events arrive in the order they happened, but streams lag behind each other. An event is *safe* to
//! pass on once every open stream has promised to bring nothing earlier. A stream promises with each event it
//! brings (nothing before it follows) and with [`Merger::promise`] ("I was read at this instant, and all there was is
//! here"), so an actor that is silent for a long time holds nobody up.
//!
//! Anything is taken: times that go back, gaps, repeats and late events are passed on and answered with a [`Warning`].

use super::{ActorId, Event, Nanos, Warning};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

#[derive(Clone, Copy, Default)]
struct Stream {
    open: bool,
    promised: Nanos,
    last: Option<(Nanos, u32)>,
}

/// Merges streams of events, one per actor.
#[derive(Default)]
pub struct Merger {
    streams: Vec<Stream>,
    waiting: BinaryHeap<Reverse<Pending>>,
    passed_on: Nanos,
    warnings: Vec<Warning>,
}

struct Pending(Event);

impl PartialEq for Pending {
    fn eq(&self, other: &Self) -> bool {
        self.0.key() == other.0.key()
    }
}
impl Eq for Pending {}
impl PartialOrd for Pending {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Pending {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.key().cmp(&other.0.key())
    }
}

impl Merger {
    /// A merger with no stream yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Opens an actor's stream: from now on an event is safe only once this stream, too, has promised to bring nothing
    /// earlier.
    pub fn open(&mut self, actor: ActorId) {
        self.stream(actor).open = true;
    }

    /// Closes an actor's stream, which brings no more events.
    pub fn close(&mut self, actor: ActorId) {
        self.stream(actor).open = false;
    }

    /// Promises that every event still to come on the actor's stream happened at `until` or later.
    pub fn promise(&mut self, actor: ActorId, until: Nanos) {
        let stream = self.stream(actor);
        stream.promised = stream.promised.max(until);
    }

    /// Takes in the next event of its actor's stream.
    pub fn push(&mut self, mut event: Event) {
        let actor = event.actor;
        let stream = self.stream(actor);
        let last = stream.last;
        if let Some((at, _)) = last
            && event.at < at
        {
            let by = at - event.at;
            event.at = at;
            self.warnings.push(Warning::WentBack { actor, by });
        }
        let stream = self.stream(actor);
        stream.promised = stream.promised.max(event.at);
        let expected = last.map_or(0, |(_, seq)| seq.wrapping_add(1));
        let newest = last.map_or(event.seq, |(_, seq)| seq.max(event.seq));
        stream.last = Some((event.at, newest));
        if event.seq > expected {
            let count = event.seq - expected;
            self.warnings.push(Warning::Gap { actor, count });
        } else if event.seq < expected {
            let seq = event.seq;
            self.warnings.push(Warning::Repeated { actor, seq });
        }
        if event.at < self.passed_on {
            let by = self.passed_on - event.at;
            self.warnings.push(Warning::Late { actor, by });
        }
        self.waiting.push(Reverse(Pending(event)));
    }

    /// The instant before which all events are safe: every open stream has promised to bring nothing earlier.
    pub fn safe_until(&self) -> Nanos {
        let open = self.streams.iter().filter(|s| s.open);
        open.map(|s| s.promised).min().unwrap_or(Nanos::MAX)
    }

    /// Appends the safe events to `out`, sorted.
    pub fn pass_on(&mut self, out: &mut Vec<Event>) {
        let safe = self.safe_until();
        while let Some(Reverse(Pending(event))) = self.waiting.peek() {
            if event.at >= safe && safe != Nanos::MAX {
                break;
            }
            self.passed_on = self.passed_on.max(event.at);
            out.push(*event);
            self.waiting.pop();
        }
    }

    /// Appends every event that is left to `out`, safe or not, sorted: the run is over.
    pub fn finish(&mut self, out: &mut Vec<Event>) {
        for stream in &mut self.streams {
            stream.open = false;
        }
        self.pass_on(out);
    }

    /// The warnings since the last call.
    pub fn take_warnings(&mut self) -> Vec<Warning> {
        std::mem::take(&mut self.warnings)
    }

    fn stream(&mut self, actor: ActorId) -> &mut Stream {
        let index = actor.index();
        if index >= self.streams.len() {
            self.streams.resize(index + 1, Stream::default());
        }
        &mut self.streams[index]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::{EventKind, SourceId};

    fn event(at: u64, actor: u16, seq: u32) -> Event {
        Event {
            at: Nanos(at),
            seq,
            actor: ActorId(actor),
            source: SourceId::NONE,
            kind: EventKind::At,
        }
    }

    fn passed(merger: &mut Merger) -> Vec<u64> {
        let mut out = Vec::new();
        merger.pass_on(&mut out);
        out.iter().map(|e| e.at.0).collect()
    }

    #[test]
    fn holds_events_back_until_every_open_stream_has_caught_up() {
        let mut merger = Merger::new();
        merger.open(ActorId(0));
        merger.open(ActorId(1));
        merger.push(event(10, 0, 0));
        merger.push(event(20, 0, 1));
        assert!(passed(&mut merger).is_empty(), "actor 1 may still bring something earlier");
        merger.push(event(15, 1, 0));
        assert_eq!(passed(&mut merger), [10]);
        merger.promise(ActorId(1), Nanos(30));
        assert_eq!(passed(&mut merger), [15], "actor 0 may still bring another event at 20");
        merger.close(ActorId(0));
        assert_eq!(passed(&mut merger), [20]);
        assert!(merger.take_warnings().is_empty());
    }

    #[test]
    fn takes_anything_and_says_what_was_odd() {
        let mut merger = Merger::new();
        merger.open(ActorId(0));
        merger.push(event(10, 0, 0));
        merger.push(event(5, 0, 1));
        merger.push(event(12, 0, 4));
        merger.push(event(13, 0, 4));
        let mut out = Vec::new();
        merger.finish(&mut out);
        assert_eq!(out.len(), 4);
        assert!(out.is_sorted_by_key(Event::key));
        merger.push(event(1, 3, 0));
        let actor = ActorId(0);
        assert_eq!(
            merger.take_warnings(),
            [
                Warning::WentBack { actor, by: Nanos(5) },
                Warning::Gap { actor, count: 2 },
                Warning::Repeated { actor, seq: 4 },
                Warning::Late { actor: ActorId(3), by: Nanos(12) },
            ]
        );
    }
}
