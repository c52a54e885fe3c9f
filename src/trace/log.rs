//! The sorted log of a run.

use super::{
    Actor, ActorId, Event, EventKind, Listing, Meta, Nanos, Resource, ResourceId, Section,
    SourcePoint,
};
use serde::{Deserialize, Serialize};

/// Something odd about a stream of events. The event is kept, and the warning goes with the trace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Warning {
    /// An actor's time went back by `by`; the event was given the time of the one before it.
    WentBack {
        /// Whose stream.
        actor: ActorId,
        /// How far.
        by: Nanos,
    },
    /// `count` events of an actor never arrived: its `seq` jumps.
    Gap {
        /// Whose stream.
        actor: ActorId,
        /// How many.
        count: u32,
    },
    /// An actor's `seq` repeats or goes back.
    Repeated {
        /// Whose stream.
        actor: ActorId,
        /// The `seq` seen again.
        seq: u32,
    },
    /// An event came after later ones had been passed on.
    Late {
        /// Whose event.
        actor: ActorId,
        /// By how much.
        by: Nanos,
    },
}

impl std::fmt::Display for Warning {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::WentBack { actor, by } => {
                write!(f, "time of actor {} went back by {by}", actor.0)
            }
            Self::Gap { actor, count } => {
                write!(f, "{count} events of actor {} are missing", actor.0)
            }
            Self::Repeated { actor, seq } => {
                write!(f, "event {seq} of actor {} came more than once", actor.0)
            }
            Self::Late { actor, by } => write!(f, "an event of actor {} came {by} late", actor.0),
        }
    }
}

/// An actor in another process that should report and does not: it was stopped, say. What it has done since is not known.
/// If it reports later, its events are put in their place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Silence {
    /// Of whom.
    pub actor: ActorId,
    /// Since when.
    pub since: Nanos,
}

/// What one update adds to a trace. A field that its text lacks adds nothing.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Batch {
    /// What was found out, by key.
    pub facts: Vec<(String, String)>,
    /// New sections, in the order of their ids.
    pub sections: Vec<Section>,
    /// New actors, in the order of their ids.
    pub actors: Vec<Actor>,
    /// New resources, in the order of their ids.
    pub resources: Vec<Resource>,
    /// New points of the shown program, in the order of their ids.
    pub sources: Vec<SourcePoint>,
    /// New texts, in the order of their ids.
    pub texts: Vec<String>,
    /// Events, in any order; best sorted.
    pub events: Vec<Event>,
    /// Warnings about these events.
    pub warnings: Vec<Warning>,
    /// The actors that do not report from now on; `None`: the same as before.
    pub silences: Option<Vec<Silence>>,
    /// Whatever later batches bring happened at this instant or later, but for actors of whom nothing is or was heard.
    pub until: Nanos,
    /// The run was ended at this instant because nobody could go on; nothing that came after it is on record.
    pub stuck: Option<Nanos>,
    /// What was learned late, as of a program that names its processes only when they run.
    pub learned: Option<Box<Learned>>,
}

/// What was learned of a run when its events were on record already.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Learned {
    /// More programs that are shown beside the run.
    pub listings: Vec<Listing>,
    /// Actors of which more is known by now. Who they are by their ids does not change.
    pub actors: Vec<(ActorId, Actor)>,
    /// Resources of which more is known by now.
    pub resources: Vec<(ResourceId, Resource)>,
}

impl Batch {
    /// Whether the batch adds nothing to a trace.
    pub fn is_empty(&self) -> bool {
        self.facts.is_empty()
            && self.sections.is_empty()
            && self.actors.is_empty()
            && self.resources.is_empty()
            && self.sources.is_empty()
            && self.texts.is_empty()
            && self.events.is_empty()
            && self.warnings.is_empty()
            && self.silences.is_none()
            && self.stuck.is_none()
            && self.learned.is_none()
    }
}

/// What [`Trace::apply`] did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Applied {
    /// Index of the first event that was moved or is new; the old length where events were only appended.
    pub first_changed: usize,
}

/// All events of one run, in order, with the names and parameters that produced it.
#[derive(Clone, Debug, Default)]
pub struct Trace {
    meta: Meta,
    events: Vec<Event>,
    warnings: Vec<Warning>,
    silences: Vec<Silence>,
    stuck: Option<Nanos>,
    dropped: u64,
    revision: u64,
    rewritten: u64,
}

impl Trace {
    /// An empty trace with what is known before the first event.
    pub fn new(meta: Meta) -> Self {
        Self { meta, ..Self::default() }
    }

    /// Names and parameters.
    pub fn meta(&self) -> &Meta {
        &self.meta
    }

    /// All events, sorted by [`Event::key`].
    pub fn events(&self) -> &[Event] {
        &self.events
    }

    /// Warnings about the streams that the trace was made of.
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }

    /// The actors of a run under way that do not report: what they have done since is missing.
    pub fn silences(&self) -> &[Silence] {
        &self.silences
    }

    /// How many events were lost, as far as the streams tell: there may be [gaps](EventKind::Dropped) of unknown size, too.
    pub fn dropped(&self) -> u64 {
        self.dropped
    }

    /// A number that changes with every [`Trace::apply`] that adds something. Data derived from the trace can be kept
    /// under it.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// A number that changes whenever events are put in before others. Until then, what was read off the events so far
    /// holds, and only those behind them are new.
    pub fn rewritten(&self) -> u64 {
        self.rewritten
    }

    /// Time of the last event, or of the end of a run that was ended because nobody could go on.
    pub fn end(&self) -> Nanos {
        let last = self.events.last().map_or(Nanos::ZERO, |e| e.at);
        self.stuck.map_or(last, |stuck| last.max(stuck))
    }

    /// When the run was ended because nobody could go on; its actors then never end on record.
    pub fn stuck(&self) -> Option<Nanos> {
        self.stuck
    }

    /// How many events happened at or before `at`.
    pub fn count_until(&self, at: Nanos) -> usize {
        self.events.partition_point(|e| e.at <= at)
    }

    /// Adds a batch. An event that belongs before events already in the trace is inserted at its place.
    pub fn apply(&mut self, mut batch: Batch) -> Applied {
        if batch.is_empty() {
            return Applied { first_changed: self.events.len() };
        }
        self.revision += 1;
        self.meta.facts.append(&mut batch.facts);
        self.meta.sections.append(&mut batch.sections);
        self.meta.actors.append(&mut batch.actors);
        self.meta.resources.append(&mut batch.resources);
        if let Some(learned) = batch.learned.take() {
            self.meta.learn(&learned);
        }
        self.meta.sources.append(&mut batch.sources);
        self.meta.texts.append(&mut batch.texts);
        self.warnings.append(&mut batch.warnings);
        if let Some(silences) = batch.silences {
            self.silences = silences;
        }
        self.stuck = batch.stuck.or(self.stuck);
        for event in &batch.events {
            if let EventKind::Dropped { count } = event.kind {
                self.dropped = self.dropped.saturating_add(count);
            }
        }
        if !batch.events.is_sorted_by_key(Event::key) {
            batch.events.sort_by_key(Event::key);
        }
        let Some(first) = batch.events.first() else {
            return Applied { first_changed: self.events.len() };
        };
        let known = self.events.len();
        let first_changed = match self.events.last() {
            Some(last) if last.key() > first.key() => {
                let key = first.key();
                self.events.partition_point(|e| e.key() <= key)
            }
            _ => known,
        };
        self.events.append(&mut batch.events);
        if first_changed < known {
            self.rewritten += 1;
            // Stable, and linear where the tail is two sorted runs.
            self.events[first_changed..].sort_by_key(Event::key);
        }
        Applied { first_changed }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::SourceId;

    fn event(at: u64, actor: u16, seq: u32) -> Event {
        Event {
            at: Nanos(at),
            seq,
            actor: ActorId(actor),
            source: SourceId::NONE,
            kind: EventKind::At,
        }
    }

    fn batch(events: Vec<Event>) -> Batch {
        Batch { events, ..Batch::default() }
    }

    #[test]
    fn appends_in_order_and_puts_late_events_in_their_place() {
        let mut trace = Trace::default();
        assert_eq!(
            trace.apply(batch(vec![event(10, 0, 0), event(30, 0, 1)])),
            Applied { first_changed: 0 }
        );
        assert_eq!(
            trace.apply(batch(vec![event(40, 1, 1), event(40, 0, 2)])),
            Applied { first_changed: 2 }
        );
        assert_eq!(trace.apply(batch(vec![event(20, 1, 0)])), Applied { first_changed: 1 });
        let at: Vec<_> = trace.events().iter().map(|e| (e.at.0, e.actor.0)).collect();
        assert_eq!(at, [(10, 0), (20, 1), (30, 0), (40, 0), (40, 1)]);
        assert_eq!(trace.count_until(Nanos(20)), 2);
        assert_eq!(trace.end(), Nanos(40));
    }

    #[test]
    fn counts_what_was_dropped_and_an_empty_batch_changes_nothing() {
        let mut trace = Trace::default();
        let revision = trace.revision();
        trace.apply(Batch::default());
        assert_eq!(trace.revision(), revision);
        let mut lost = event(1, 0, 7);
        lost.kind = EventKind::Dropped { count: 7 };
        trace.apply(batch(vec![lost]));
        assert_eq!(trace.dropped(), 7);
        assert_ne!(trace.revision(), revision);
    }

    #[test]
    fn a_run_that_was_ended_lasts_until_then() {
        let mut trace = Trace::new(Meta::default());
        trace.apply(Batch { events: vec![event(10, 0, 0)], ..Batch::default() });
        assert_eq!((trace.end(), trace.stuck()), (Nanos(10), None));
        let stuck = Some(Nanos(500));
        trace.apply(Batch { stuck, ..Batch::default() });
        assert_eq!((trace.end(), trace.stuck(), trace.events().len()), (Nanos(500), stuck, 1));
    }
}
