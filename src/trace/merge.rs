//! One ordered stream out of many.
//!
//! Each actor's events arrive in the order they happened, but streams lag behind each other. An event is *safe* to
//! pass on once every open stream has promised to bring nothing earlier. A stream promises with each event it
//! brings (nothing before it follows) and with [`Merger::promise`] ("I was read at this instant, and all there was is
//! here"), so an actor that is silent for a long time holds nobody up.
//!
//! A stream that is open and of which nothing is heard can be [set aside](Merger::set_aside): the others' events are
//! passed on without it, and what it brings after all is passed on late.
//!
//! Anything is taken: times that go back, gaps, repeats and late events are passed on and answered with a [`Warning`].
//!
//! The events of each stream are kept apart, in order. To find the next one to pass on, only the first events of the
//! streams are compared: that is cheap however many events wait.

use super::{ActorId, Event, Nanos, Warning};
use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::collections::binary_heap::PeekMut;

#[derive(Default)]
struct Stream {
    open: bool,
    /// Whether the other streams' events are passed on without its promises.
    aside: bool,
    promised: Nanos,
    last: Option<(Nanos, u32)>,
    /// Its events before this instant are late, and no [`Warning::Late`] is given for them.
    late_until: Nanos,
    /// Its events that were not passed on yet, in order.
    waiting: Vec<Event>,
}

impl Stream {
    /// How many of the events that wait happened before this instant.
    fn count_until(&self, safe: Nanos) -> usize {
        match safe {
            Nanos::MAX => self.waiting.len(),
            safe => self.waiting.partition_point(|event| event.at < safe),
        }
    }

    fn add(&mut self, event: Event) {
        let waiting = &mut self.waiting;
        let key = event.key();
        if waiting.last().is_some_and(|last| last.key() > key) {
            // Of one time, with numbers that go back.
            waiting.insert(waiting.partition_point(|event| event.key() <= key), event);
        } else {
            waiting.push(event);
        }
    }
}

/// The safe events of one stream. In the heap the one whose first event is the earliest is the greatest.
struct Run<'a> {
    first: &'a Event,
    rank: u128,
    rest: std::slice::Iter<'a, Event>,
}

impl<'a> Run<'a> {
    fn new(events: &'a [Event]) -> Option<Self> {
        let (first, rest) = events.split_first()?;
        Some(Self { first, rank: rank(first), rest: rest.iter() })
    }
}

/// [`Event::key`] in one number, which compares faster.
fn rank(event: &Event) -> u128 {
    u128::from(event.at.0) << 48 | u128::from(event.actor.0) << 32 | u128::from(event.seq)
}

impl PartialEq for Run<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.rank == other.rank
    }
}
impl Eq for Run<'_> {}
impl PartialOrd for Run<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Run<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        other.rank.cmp(&self.rank)
    }
}

/// Merges streams of events, one per actor.
#[derive(Default)]
pub struct Merger {
    streams: Vec<Stream>,
    passed_on: Nanos,
    warnings: Vec<Warning>,
}

/// A stream that has nothing left to pass on keeps no more room than this, in events.
const KEPT: usize = 65_536;

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

    /// What the actor's stream has promised last.
    pub fn promised(&self, actor: ActorId) -> Nanos {
        self.streams.get(actor.index()).map_or(Nanos::ZERO, |stream| stream.promised)
    }

    /// Whether the others wait for the actor's stream no more. What it brings meanwhile, of times that have been passed
    /// on, is no surprise and no [`Warning::Late`].
    pub fn set_aside(&mut self, actor: ActorId, aside: bool) {
        let passed_on = self.passed_on;
        let stream = self.stream(actor);
        if stream.aside != aside {
            stream.aside = aside;
            stream.late_until = if aside { Nanos::MAX } else { passed_on };
        }
    }

    /// The next event of its actor's stream.
    pub fn push(&mut self, mut event: Event) {
        let actor = event.actor;
        let Self { streams, warnings, passed_on } = self;
        let stream = stream(streams, actor);
        let mut expected = 0;
        let mut newest = event.seq;
        if let Some((at, seq)) = stream.last {
            expected = seq.wrapping_add(1);
            newest = newest.max(seq);
            if event.at < at {
                let by = at - event.at;
                event.at = at;
                warnings.push(Warning::WentBack { actor, by });
            }
        }
        stream.promised = stream.promised.max(event.at);
        stream.last = Some((event.at, newest));
        if event.seq > expected {
            let count = event.seq - expected;
            warnings.push(Warning::Gap { actor, count });
        } else if event.seq < expected {
            let seq = event.seq;
            warnings.push(Warning::Repeated { actor, seq });
        }
        if event.at < *passed_on && event.at >= stream.late_until {
            let by = *passed_on - event.at;
            warnings.push(Warning::Late { actor, by });
        }
        stream.add(event);
    }

    /// Events before this instant are safe: every open stream that is not set aside has promised to bring nothing
    /// earlier.
    pub fn safe_until(&self) -> Nanos {
        let awaited = self.streams.iter().filter(|s| s.open && !s.aside);
        awaited.map(|s| s.promised).min().unwrap_or(Nanos::MAX)
    }

    /// Appends the safe events to `out`, sorted.
    pub fn pass_on(&mut self, out: &mut Vec<Event>) {
        let safe = self.safe_until();
        let counts = self.streams.iter().map(|stream| stream.count_until(safe));
        let counts: Vec<usize> = counts.collect();
        let runs = self.streams.iter().zip(&counts);
        let runs = runs.filter_map(|(stream, count)| Run::new(&stream.waiting[..*count]));
        let mut runs: BinaryHeap<Run<'_>> = runs.collect();
        out.reserve(counts.iter().sum());
        while let Some(mut run) = runs.peek_mut() {
            let event = *run.first;
            out.push(event);
            self.passed_on = self.passed_on.max(event.at);
            match run.rest.next() {
                Some(next) => (run.first, run.rank) = (next, rank(next)),
                None => drop(PeekMut::pop(run)),
            }
        }
        for (stream, count) in self.streams.iter_mut().zip(counts) {
            let waiting = &mut stream.waiting;
            waiting.drain(..count);
            if waiting.is_empty() && (!stream.open || waiting.capacity() > KEPT) {
                *waiting = Vec::new();
            }
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
        stream(&mut self.streams, actor)
    }
}

fn stream(streams: &mut Vec<Stream>, actor: ActorId) -> &mut Stream {
    let index = actor.index();
    if index >= streams.len() {
        streams.resize_with(index + 1, Stream::default);
    }
    &mut streams[index]
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
