//! The pace of a replay: how long each part of a run is on screen.
//!
//! A lock is taken in nanoseconds, and a sleep lasts a second. At the pace of events, whatever matters stays long enough
//! to be seen, and what lasts without anything new is shorter. An event stays the shorter the more of its kind there
//! have been, and the longer the replay has lasted, so that a run of a million events has an end, too. What a part
//! lasts depends on what came before it alone: it is the same while a run goes on and when it is replayed.

use crate::trace::{End, Event, EventKind, Nanos, WaitOp};

/// How long the first event of its kind stays, in seconds on screen.
const FIRST: f64 = 0.5;
/// How long each of the first few of a kind in its section stays.
const FEW: f64 = 0.3;
/// How many those are. The `n`th one after them stays for the square of `SOME / n` as long.
const SOME: f64 = 4.0;
/// What lasts less than a frame has no pace of its own.
const SHORTEST: f64 = 1.0 / 120.0;
/// Of what lasts less, so much together has one pace.
const LONGEST: f64 = 0.5;
/// After so many seconds everything goes 2.7 times as fast as at the start.
const TIRING: f64 = 12.0;
/// A stretch without anything new is as long as it was up to here, and grows with its logarithm beyond.
const QUIET: f64 = 0.4;
/// What it grows by, each time its length beyond that is about three times as long.
const GROWTH: f64 = 0.25;
/// Sections whose events are counted apart: what is set beside another is shown as well as that. Later ones have seen
/// it all before.
const SECTIONS: usize = 3;
/// How many times as slow as the whole a part is that is marked as slow.
const SLOW: f64 = 2.0;
/// The shortest and the longest that a whole replay should be.
pub const WHOLE: std::ops::RangeInclusive<f64> = 4.0..=20.0;

/// The kinds of events that matter: each stays on screen for a while however soon the next one comes.
#[expect(missing_docs, reason = "the variants tell what they are")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Moment {
    Spawned,
    Waits,
    WaitsForResult,
    Takes,
    GivesBack,
    Notifies,
    Sets,
    Opens,
    Breaks,
    In,
    Out,
    FindsNothing,
    Reads,
    Writes,
    TaskIn,
    TaskBegins,
    TaskEnds,
    TaskFails,
    Raises,
    Catches,
    Passes,
    Unhandled,
    Signals,
    Handles,
    Dies,
    Io,
}

/// How many kinds there are.
const KINDS: usize = Moment::Io as usize + 1;

impl Moment {
    /// What kind an event is of, where it matters.
    pub fn of(kind: &EventKind) -> Option<Self> {
        use EventKind as K;
        Some(match kind {
            K::Spawned { .. } => Self::Spawned,
            K::WaitBegan { op: WaitOp::Join | WaitOp::Task, .. } => return None,
            K::WaitBegan { op: WaitOp::Result, .. } => Self::WaitsForResult,
            K::WaitBegan { .. } => Self::Waits,
            K::Acquired { .. } => Self::Takes,
            K::Released { .. } => Self::GivesBack,
            K::Notified { .. } => Self::Notifies,
            K::Set { .. } | K::Cleared { .. } => Self::Sets,
            K::BarrierPassed { .. } => Self::Opens,
            K::BarrierBroken { .. } => Self::Breaks,
            K::Put { .. } | K::Inserted { .. } | K::FoundInserted { .. } => Self::In,
            K::Got { .. } | K::Removed { .. } | K::FoundRemoved { .. } => Self::Out,
            K::FoundEmpty { .. } => Self::FindsNothing,
            K::ValueRead { .. } => Self::Reads,
            K::ValueChanged { .. } | K::SlotChanged { .. } | K::FoundChanged { .. } => Self::Writes,
            K::TaskSubmitted { .. } => Self::TaskIn,
            K::TaskStarted { .. } => Self::TaskBegins,
            K::TaskFinished { .. } => Self::TaskEnds,
            K::TaskFailed { .. } | K::TaskCancelled { .. } => Self::TaskFails,
            K::Raised { .. } => Self::Raises,
            K::Caught { .. } => Self::Catches,
            K::Propagated { .. } | K::Kept { .. } => Self::Passes,
            K::Unhandled { .. } => Self::Unhandled,
            K::SignalSent { .. } => Self::Signals,
            K::SignalHandled { .. } => Self::Handles,
            K::Ended(End::Error(_) | End::Exited(_) | End::Killed(_)) => Self::Dies,
            K::IoBegan { .. } => Self::Io,
            _ => return None,
        })
    }
}

/// What was counted so far.
#[derive(Clone, Copy)]
struct Counts {
    /// Of each kind, in each of the first sections, and in all others.
    seen: [[u32; KINDS]; SECTIONS + 1],
    /// The section that is under way.
    section: usize,
}

impl Default for Counts {
    fn default() -> Self {
        Self { seen: [[0; KINDS]; SECTIONS + 1], section: 0 }
    }
}

impl Counts {
    /// How long the next event of this kind stays, where the replay has lasted for `screen` seconds.
    fn stay(&mut self, moment: Moment, screen: f64) -> f64 {
        let first = self.seen.iter().all(|kinds| kinds[moment as usize] == 0);
        let seen = &mut self.seen[self.section][moment as usize];
        *seen = seen.saturating_add(1);
        let fewer = (SOME / f64::from(*seen)).min(1.0);
        if first { FIRST } else { FEW * fewer * fewer * haste(screen) }
    }
}

/// By how much everything is shorter once the replay has lasted for so many seconds.
fn haste(screen: f64) -> f64 {
    (-screen / TIRING).exp()
}

/// How long a stretch without anything new stays.
fn quiet(length: Nanos, screen: f64) -> f64 {
    let length = length.as_secs_f64();
    let beyond = (length - QUIET).max(0.0);
    (length.min(QUIET) + GROWTH * (beyond / GROWTH).ln_1p()) * haste(screen)
}

/// Where the pace changes.
#[derive(Clone, Copy)]
struct Knot {
    at: Nanos,
    /// Seconds on screen since the start.
    screen: f64,
    /// What was known there, where it can be gone on from.
    known: Option<Known>,
}

/// What is known after a number of events.
#[derive(Clone, Copy, Default)]
struct Known {
    events: usize,
    /// Time of the last event that matters.
    at: Nanos,
    /// Seconds on screen until then.
    screen: f64,
    /// How long that event stays.
    stay: f64,
    counts: Counts,
}

/// The pace of one trace: a map between its time and seconds on screen. Both grow together, and neither jumps.
#[derive(Clone, Default)]
pub struct Pace {
    knots: Vec<Knot>,
    known: Known,
}

/// A part of a run that goes by at one pace.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stretch {
    /// Where it begins.
    pub from: Nanos,
    /// Where it ends.
    pub to: Nanos,
    /// Seconds that it is on screen.
    pub screen: f64,
}

impl Pace {
    /// The pace of these events.
    pub fn new(events: &[Event]) -> Self {
        let mut pace = Self::default();
        pace.update(events, 0);
        pace
    }

    /// Takes in the events from `first_changed` on, which are new or others than before.
    pub fn update(&mut self, events: &[Event], first_changed: usize) {
        if first_changed < self.known.events {
            let usable = |known: &Known| known.events <= first_changed;
            while self.knots.pop_if(|knot| !knot.known.as_ref().is_some_and(usable)).is_some() {}
            self.known = self.knots.last().and_then(|knot| knot.known).unwrap_or_default();
        }
        for event in events.iter().skip(self.known.events) {
            self.known.events += 1;
            if let EventKind::SectionBegan { .. } = event.kind {
                self.known.counts.section = (self.known.counts.section + 1).min(SECTIONS);
            }
            if let Some(moment) = Moment::of(&event.kind) {
                self.take(event.at, moment);
            }
        }
    }

    fn take(&mut self, at: Nanos, moment: Moment) {
        let (begin, stayed) = (self.known, self.tail(at));
        let screen = begin.screen + stayed;
        let stay = self.known.counts.stay(moment, screen);
        // Those of one instant are seen together.
        let alike = at <= begin.at && begin.events > 1;
        let stay = if alike { begin.stay.max(stay) } else { stay };
        self.known = Known { at: begin.at.max(at), screen, stay, ..self.known };
        if stayed >= SHORTEST {
            if self.knots.last().is_none_or(|last| last.at < begin.at) {
                self.knots.push(Knot { at: begin.at, screen: begin.screen, known: None });
            }
            self.knots.push(Knot { at, screen, known: Some(self.known) });
        } else if screen - self.knots.last().map_or(0.0, |last| last.screen) >= LONGEST
            && begin.at < at
        {
            self.knots.push(Knot { at, screen, known: Some(self.known) });
        }
    }

    /// The instant up to which the map stays as it is, whatever happens after it.
    pub fn settled(&self) -> Nanos {
        self.knots.last().map_or(Nanos::ZERO, |knot| knot.at)
    }

    /// How long it takes from the last event that matters to an instant after it.
    fn tail(&self, to: Nanos) -> f64 {
        let length = to.since(self.known.at);
        if length == Nanos::ZERO {
            return 0.0;
        }
        self.known.stay + quiet(length, self.known.screen)
    }

    /// The corners of the map up to the instant `end`, from the `first`th on.
    fn corners(&self, first: usize, end: Nanos) -> impl Iterator<Item = (Nanos, f64)> {
        let Known { at, screen, .. } = self.known;
        let knots = self.knots[first.min(self.knots.len())..].iter();
        let knots = knots.map(|knot| (knot.at, knot.screen));
        let last = [(at, screen), (end.max(at), screen + self.tail(end))];
        std::iter::once((Nanos::ZERO, 0.0)).filter(move |_| first == 0).chain(knots).chain(last)
    }

    /// Seconds on screen until the instant `at` of a run that is known up to `end`.
    ///
    /// `at` is in nanoseconds with their fraction: of a hold of 20 ns a frame shows less than one.
    pub fn screen(&self, at: f64, end: Nanos) -> f64 {
        let knot = self.knots.partition_point(|knot| knot.at.0 as f64 <= at);
        let mut corners = self.corners(knot.saturating_sub(1), end);
        let mut from = corners.next().unwrap_or_default();
        for to in corners {
            if at < to.0.0 as f64 {
                let part = (at - from.0.0 as f64) / to.0.since(from.0).0 as f64;
                return from.1 + part.clamp(0.0, 1.0) * (to.1 - from.1);
            }
            from = to;
        }
        from.1
    }

    /// The instant that is shown after so many seconds, in nanoseconds with their fraction.
    pub fn at(&self, screen: f64, end: Nanos) -> f64 {
        let knot = self.knots.partition_point(|knot| knot.screen <= screen);
        let mut corners = self.corners(knot.saturating_sub(1), end);
        let mut from = corners.next().unwrap_or_default();
        for to in corners {
            if screen < to.1 {
                let part = ((screen - from.1) / (to.1 - from.1)).clamp(0.0, 1.0);
                return from.0.0 as f64 + part * to.0.since(from.0).0 as f64;
            }
            from = to;
        }
        from.0.0 as f64
    }

    /// Seconds on screen of the whole run.
    pub fn whole(&self, end: Nanos) -> f64 {
        self.known.screen + self.tail(end)
    }

    /// How much faster than that a whole run is shown, so that it is neither too short nor too long.
    pub fn rate(&self, end: Nanos) -> f64 {
        let whole = self.whole(end);
        if whole > 0.0 { whole / whole.clamp(*WHOLE.start(), *WHOLE.end()) } else { 1.0 }
    }

    /// The parts that go by much slower than the whole, in order: where there is something to see.
    pub fn slow(&self, end: Nanos) -> impl Iterator<Item = (Nanos, Nanos)> {
        let mean = end.0 as f64 / self.whole(end).max(f64::MIN_POSITIVE);
        let slow =
            move |part: &Stretch| SLOW * part.to.since(part.from).0 as f64 <= mean * part.screen;
        self.stretches(end).filter(slow).map(|part| (part.from, part.to))
    }

    /// The parts that go by at one pace, in order, without gaps between them.
    pub fn stretches(&self, end: Nanos) -> impl Iterator<Item = Stretch> {
        let corners = self.corners(0, end);
        let ends = self.corners(0, end).skip(1);
        let all = corners.zip(ends);
        all.map(|((from, begin), (to, end))| Stretch { from, to, screen: end - begin })
            .filter(|stretch| stretch.from < stretch.to)
    }
}
