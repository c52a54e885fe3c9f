//! What a recorder of another runtime has seen to be so: it says it in a fact of the trace, by a number of an actor.

use super::{Check, Finding, FindingKind, Run};
use crate::replay::words::capital;
use crate::trace::ActorId;

/// The fact about an actor: its process was started anew, imported the program, and was refused to start processes itself.
pub const NO_GUARD: &str = "no-guard";

/// Programs that start processes where they are imported.
pub(super) struct Guardless;

impl Check for Guardless {
    fn finish(self: Box<Self>, run: &Run<'_>) -> Vec<Finding> {
        let facts = run.meta.facts.iter().filter(|(key, _)| key == NO_GUARD);
        let mut actors: Vec<ActorId> =
            facts.filter_map(|(_, actor)| actor.parse().ok().map(ActorId)).collect();
        actors.retain(|id| run.meta.actor(*id).is_some());
        actors.dedup();
        let Some(first) = actors.first().copied() else { return Vec::new() };
        let end = run.state.actor(first).and_then(|who| who.end);
        let at = end.map_or(run.trace.end(), |(_, at)| at);
        let others = match actors.len() - 1 {
            0 => String::new(),
            1 => " Another one did the same.".to_owned(),
            more => format!(" {more} others did the same."),
        };
        let sentence = format!(
            "{} began anew and imported the program, which starts processes wherever it is imported: Python refused that, and it \
             ended.{others} What starts processes belongs below `if __name__ == \"__main__\":`.",
            capital(&run.meta.actor_name(first)),
        );
        let event = run.event_at(at).min(run.trace.events().len().saturating_sub(1));
        let (kind, resources) = (FindingKind::NoGuard, Vec::new());
        vec![Finding { kind, at, event, actors, resources, sentence }]
    }
}
