//! Events that are missing.

use super::{Check, Finding, FindingKind, Run};
use crate::trace::EventKind;

/// Events that are missing.
pub(super) struct Missing;

impl Check for Missing {
    fn finish(self: Box<Self>, run: &Run<'_>) -> Vec<Finding> {
        let Some(sentence) = crate::replay::missing(run.state) else { return Vec::new() };
        let is_gap = |event: &crate::trace::Event| matches!(event.kind, EventKind::Dropped { .. });
        let events = run.trace.events();
        let first = events.iter().position(is_gap);
        let mut actors: Vec<_> = run.replay.lanes().actors.iter().enumerate().collect();
        actors.retain(|(_, lane)| !lane.gaps.is_empty());
        let actors: Vec<_> =
            actors.into_iter().map(|(index, _)| crate::trace::ActorId::from_index(index)).collect();
        let event = first.unwrap_or(events.len().saturating_sub(1));
        vec![Finding {
            kind: FindingKind::EventsLost,
            at: events.get(event).map_or(run.trace.end(), |event| event.at),
            event,
            actors,
            resources: Vec::new(),
            sentence: format!("{sentence}: what they would tell is not known."),
        }]
    }
}
