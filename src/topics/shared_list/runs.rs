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

/// All runs of a trace that are over, in the order they ended.
#[derive(Clone, Debug, Default)]
pub struct Runs {
    /// The runs.
    pub all: Vec<Run>,
    began: HashMap<SectionId, Nanos>,
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
            EventKind::SectionEnded { section } => {
                let here = |id: &ResourceId| {
                    meta.resource(*id).is_some_and(|r| r.section == Some(section))
                };
                let cells = meta.resources_of(ResourceKind::Array).find(here);
                let Some(cells) = cells.and_then(|id| meta.resource(id)) else { return };
                let end = cells.bounds.and_then(|[_, end]| self.ends.get(&end));
                self.all.push(Run {
                    lock: cells.guard.is_some(),
                    expected: cells.capacity.unwrap_or(0),
                    actual: end.copied().unwrap_or(0),
                    number: meta.section(section).map_or(0, |section| section.number),
                    span: (self.began.get(&section).copied().unwrap_or_default(), event.at),
                });
            }
            _ => {}
        }
    }
}
