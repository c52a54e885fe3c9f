//! What older versions of this program have written otherwise, as it is now.
//!
//! They had no word of [who recorded](RecordedBy) a trace of another tool, or, at first, a Python's. What was found out of one actor or
//! resource stood among the facts of the run, by its number.

use crate::trace::{Actor, ActorId, Learned, Left, Meta, RecordedBy, Resource, ResourceId};
use serde::Deserialize;
use std::collections::BTreeMap;

/// The facts that are fields now, by their keys.
const THINNED: &str = "thinned";
const NOTHING_TO_RUN: &str = "nothing-to-run";
const NO_GUARD: &str = "no-guard";
const LEFT: &str = "left";
const KEYS: [&str; 4] = [THINNED, NOTHING_TO_RUN, NO_GUARD, LEFT];

/// A plain variable, and of which process it is.
#[derive(Deserialize)]
struct OfProcess {
    process: u16,
    #[serde(flatten)]
    left: Left,
}

/// Says who recorded it, where that was not said.
pub fn name_recorder(meta: &mut Meta) {
    if meta.recorder != RecordedBy::Lab {
        return;
    }
    let by_spans = meta.actors.iter().any(|actor| actor.by_spans);
    meta.recorder = match (&meta.program.name[..], by_spans) {
        ("VizTracer", true) => RecordedBy::VizTracer,
        (_, true) => RecordedBy::Tool,
        ("CPython", false) => RecordedBy::Python,
        (_, false) => RecordedBy::Lab,
    };
}

/// Facts that are fields now, until it is known whose.
#[derive(Default)]
pub struct Facts(Vec<(String, String)>);

impl Facts {
    /// Takes them out of those of a run.
    pub fn take(&mut self, facts: &mut Vec<(String, String)>) {
        self.0.extend(facts.extract_if(.., |(key, _)| KEYS.contains(&&key[..])));
    }

    /// What they tell of the actors and resources of the run. What makes no sense tells nothing.
    pub fn learned(self, meta: &Meta) -> Option<Learned> {
        let mut actors: BTreeMap<u16, Actor> = BTreeMap::new();
        let mut resources: BTreeMap<u16, Resource> = BTreeMap::new();
        for (key, told) in self.0 {
            if key == THINNED {
                let Some(id) = number(&told) else { continue };
                let Some(known) = meta.resource(ResourceId(id)) else { continue };
                resources.entry(id).or_insert_with(|| known.clone()).is_thinned = true;
                continue;
            }
            let variable = match &key[..] {
                LEFT => serde_json::from_str(&told).ok(),
                _ => None,
            };
            let (id, left) = match variable {
                Some(OfProcess { process, left }) => (Some(process), Some(left)),
                None => (number(&told), None),
            };
            let Some(id) = id else { continue };
            let Some(known) = meta.actor(ActorId(id)) else { continue };
            let actor = actors.entry(id).or_insert_with(|| known.clone());
            actor.nothing_to_run |= key == NOTHING_TO_RUN;
            actor.no_guard |= key == NO_GUARD;
            actor.left.extend(left);
        }
        let actors = actors.into_iter().map(|(id, actor)| (ActorId(id), actor)).collect();
        let resources = resources.into_iter().map(|(id, known)| (ResourceId(id), known)).collect();
        let learned = Learned { actors, resources, ..Learned::default() };
        (learned != Learned::default()).then_some(learned)
    }
}

fn number(told: &str) -> Option<u16> {
    told.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::Program;

    #[test]
    fn who_recorded_a_trace_is_told_by_what_older_versions_said_of_it() {
        let spans = || vec![Actor::thread("worker", "W").known_by_spans()];
        for (name, actors, recorder) in [
            ("concurrency-lab", Vec::new(), RecordedBy::Lab),
            ("CPython", Vec::new(), RecordedBy::Python),
            ("VizTracer", spans(), RecordedBy::VizTracer),
            ("", spans(), RecordedBy::Tool),
            ("CPython", spans(), RecordedBy::Tool),
        ] {
            let program = Program { name: name.to_owned(), version: String::new() };
            let mut meta = Meta { program, actors, ..Meta::default() };
            name_recorder(&mut meta);
            assert_eq!(meta.recorder, recorder, "{name}");
        }
    }
}
