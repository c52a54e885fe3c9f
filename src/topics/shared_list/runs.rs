//! The runs of a program that is repeated: what each left in its list.

use crate::trace::{Event, EventKind, Follow, Meta, Nanos, ResourceId, ResourceKind, SectionId};
use serde::Serialize;
use std::collections::HashMap;

/// One run that is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Run {
    /// Whether its list has a lock.
    pub lock: bool,
    /// How many numbers were added.
    pub expected: u32,
    /// How many are in the list.
    pub actual: i64,
    /// Its number, from 0.
    #[serde(skip)]
    pub number: u32,
    /// When it began, and when it ended.
    #[serde(skip)]
    pub span: (Nanos, Nanos),
}

/// All runs of a trace that are over, in the order their threads ended: from then on their lists stay as they are.
#[derive(Clone, Debug, Default)]
pub struct Runs {
    /// The runs.
    pub all: Vec<Run>,
    began: HashMap<SectionId, Nanos>,
    /// When the last thread of a run ended.
    worked: HashMap<SectionId, Nanos>,
    ends: HashMap<ResourceId, i64>,
}

impl Runs {
    /// Those that are over at an instant.
    pub fn over(&self, now: Nanos) -> &[Run] {
        &self.all[..self.all.partition_point(|run| run.span.1 <= now)]
    }
}

impl Follow for Runs {
    fn take(&mut self, meta: &Meta, event: &Event) {
        match event.kind {
            EventKind::ValueChanged { res, new, .. } => {
                self.ends.insert(res, new.as_int().unwrap_or(0));
            }
            EventKind::SectionBegan { section } => {
                self.began.insert(section, event.at);
            }
            EventKind::Ended(_) => {
                let section = meta.actor(event.actor).and_then(|actor| actor.section);
                self.worked.extend(section.map(|section| (section, event.at)));
            }
            EventKind::SectionEnded { section } => {
                let here = |id: &ResourceId| {
                    meta.resource(*id).is_some_and(|r| r.section == Some(section))
                };
                let cells = meta.resources_of(ResourceKind::Array).find(here);
                let Some(cells) = cells.and_then(|id| meta.resource(id)) else { return };
                let end = cells.bounds.and_then(|[_, end]| self.ends.get(&end));
                let ended = self.worked.get(&section).map_or(event.at, |at| *at);
                let run = Run {
                    lock: cells.guard.is_some(),
                    expected: cells.capacity.unwrap_or(0),
                    actual: end.copied().unwrap_or(0),
                    number: meta.section(section).map_or(0, |section| section.number),
                    span: (self.began.get(&section).copied().unwrap_or_default(), ended),
                };
                // Two that go on side by side: main may have waited for the other one's threads first.
                let place = self.all.partition_point(|run| run.span.1 <= ended);
                self.all.insert(place, run);
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::{Actor, ActorId, End, Item, Resource, Section, SourceId};

    #[test]
    fn a_run_counts_once_its_threads_are_done_whenever_main_sees_it() {
        let sides = [0, 1].map(SectionId);
        let cells = |side: u16| Resource {
            section: Some(sides[usize::from(side)]),
            bounds: Some([ResourceId(2 * side + 1); 2]),
            ..Resource::new("list", ResourceKind::Array).with_capacity(4)
        };
        let value = || Resource::new("tail", ResourceKind::Value);
        let meta = Meta {
            actors: sides.map(|side| Actor::thread("adder", "A").in_section(Some(side))).into(),
            sections: vec![Section::new("run 1", 0).in_turn(), Section::new("run 1", 0).in_turn()],
            resources: vec![cells(0), value(), cells(1), value()],
            ..Meta::default()
        };
        let mut runs = Runs::default();
        let mut take = |at, actor, kind| {
            let event = Event {
                at: Nanos(at),
                seq: 0,
                actor: ActorId(actor),
                source: SourceId::NONE,
                kind,
            };
            runs.take(&meta, &event);
        };
        let ended = EventKind::Ended(End::Normal);
        for section in sides {
            take(0, 0, EventKind::SectionBegan { section });
        }
        let (res, item) = (ResourceId(1), Item::int(4));
        take(5, 0, EventKind::ValueChanged { res, version: 1, old: Item::int(3), new: item });
        take(10, 1, ended);
        take(20, 0, ended);
        // Main waits for the first one's threads first.
        take(30, 0, EventKind::SectionEnded { section: sides[0] });
        take(40, 0, EventKind::SectionEnded { section: sides[1] });
        let over = |at| runs.over(Nanos(at)).iter().map(|run| run.actual).collect::<Vec<_>>();
        assert_eq!(over(9), [0; 0]);
        assert_eq!(over(15), [0]);
        assert_eq!(over(25), [0, 4]);
    }
}
