//! How late the beats of a heart came, as a trace tells: a variable that is to change at equal times, from the first span of whoever
//! changes it on. Pure.

use crate::trace::{ActorId, Event, EventKind, Meta, Nanos};
use serde::Serialize;
use std::collections::HashMap;

/// The beats in a section, which is one way to let a heart beat.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Beats {
    /// The name of the way.
    #[serde(rename = "way")]
    pub name: &'static str,
    /// How late each beat came.
    #[serde(rename = "late_ns")]
    pub late: Vec<Nanos>,
    /// How many came later than the next one was due.
    pub missed: usize,
    /// How late the latest one came.
    #[serde(rename = "latest_ns")]
    pub latest: Nanos,
    /// The number of the section.
    #[serde(skip)]
    pub place: usize,
    /// The event of the latest one, or with which the section began.
    #[serde(skip)]
    pub event: usize,
    /// Who began something, and first when: the heart is among them, and is whoever beats.
    #[serde(skip)]
    began: HashMap<ActorId, Nanos>,
}

impl Beats {
    /// The beats of each way whose section begins in these events. `ways`: their names; the number of a section is the place of its
    /// way in them. `period`: from one beat to the next.
    pub fn of(ways: &[&'static str], meta: &Meta, events: &[Event], period: Nanos) -> Vec<Self> {
        let mut all: Vec<Self> = Vec::new();
        for (index, event) in events.iter().enumerate() {
            match (event.kind, all.last_mut()) {
                (EventKind::SectionBegan { section }, _) => {
                    let place = meta.section(section).map_or(0, |section| section.number as usize);
                    let name = ways.get(place).copied().unwrap_or_default();
                    all.push(Self { name, place, event: index, ..Self::default() });
                }
                (EventKind::SpanBegan { .. }, Some(beats)) => {
                    beats.began.entry(event.actor).or_insert(event.at);
                }
                (EventKind::ValueChanged { version, .. }, Some(beats)) => {
                    let Some(began) = beats.began.get(&event.actor) else { continue };
                    let due = Nanos(began.0 + u64::from(version) * period.0);
                    beats.beat(event.at.since(due), period, index);
                }
                _ => {}
            }
        }
        all.retain(|beats| beats.place < ways.len());
        all
    }

    fn beat(&mut self, late: Nanos, period: Nanos, event: usize) {
        self.missed += usize::from(late > period);
        if late > self.latest || self.late.is_empty() {
            (self.latest, self.event) = (late, event);
        }
        self.late.push(late);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::{Item, ResourceId, Section, SectionId, SourceId, TextId};

    /// On a busy machine the process may be at its work before the heart has begun.
    #[test]
    fn the_heart_is_who_beats_not_who_came_first() {
        let (heart, process) = (ActorId(1), ActorId(2));
        let [old, new] = [Item::of(0), Item::of(1)];
        let events = [
            (0, ActorId(0), EventKind::SectionBegan { section: SectionId(0) }),
            (5, process, EventKind::SpanBegan { name: TextId(0) }),
            (10, heart, EventKind::SpanBegan { name: TextId(1) }),
            (110, heart, EventKind::ValueChanged { res: ResourceId(0), version: 1, old, new }),
            (213, heart, EventKind::ValueChanged { res: ResourceId(0), version: 2, old, new }),
            (300, ActorId(0), EventKind::SectionBegan { section: SectionId(1) }),
        ];
        let events = events.map(|(at, actor, kind)| Event {
            at: Nanos(at),
            seq: 0,
            actor,
            source: SourceId::NONE,
            kind,
        });
        let [first, second] = [0, 7].map(|number| Section::new("any name", number));
        let meta = Meta { sections: vec![first, second], ..Meta::default() };
        let [beats] = &Beats::of(&["a way", "another"], &meta, &events, Nanos(100))[..] else {
            panic!("one way has begun, and what is none of them");
        };
        assert_eq!(
            (beats.name, &*beats.late, beats.event),
            ("a way", &[Nanos(0), Nanos(3)][..], 4)
        );
    }
}
