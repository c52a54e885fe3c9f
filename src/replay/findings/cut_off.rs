//! Daemons that were at work when their program ended.

use super::{Check, Finding, FindingKind, Run};
use crate::replay::Phase;
use crate::replay::standstill::is_program_over;
use crate::replay::words::{capital, the};
use crate::trace::{ActorId, ActorKind, Event, EventKind, Role, SourceId};
use std::collections::BTreeMap;

/// Whoever has slept so often at one place does the same again and again, and has no end that could be missed.
const AGAIN: u32 = 3;

/// Daemons in the middle of something.
#[derive(Default)]
pub(super) struct CutOff {
    /// How often each has slept where.
    slept: BTreeMap<(ActorId, SourceId), u32>,
}

impl Check for CutOff {
    fn follow(&mut self, run: &Run<'_>, _: usize, event: &Event) {
        let is_daemon = || run.meta.actor(event.actor).is_some_and(|actor| actor.daemon);
        if matches!(event.kind, EventKind::SleepBegan { .. }) && is_daemon() {
            *self.slept.entry((event.actor, event.source)).or_default() += 1;
        }
    }

    fn finish(self: Box<Self>, run: &Run<'_>) -> Vec<Finding> {
        if run.stopped || run.is_partial() || !is_program_over(run.meta, run.state) {
            return Vec::new();
        }
        let mains = run.meta.actors_where(|actor| actor.role == Role::Main);
        let ends = mains.filter_map(|main| run.state.actor(main)?.end);
        let Some(at) = ends.map(|(_, at)| at).max() else { return Vec::new() };
        let daemons = run.meta.actors_where(|actor| {
            let is_thread = actor.kind == ActorKind::Thread && actor.role == Role::Work;
            is_thread && actor.daemon && actor.pool.is_none()
        });
        let found = daemons.filter_map(|id| {
            let who = run.state.actor(id)?;
            let again = self.slept.iter().any(|((of, _), times)| *of == id && *times >= AGAIN);
            // In input or output it waits as well, for somebody outside.
            let waits = who.waiting.is_some() || who.io.is_some();
            // Who has a lock is in the middle of something, however often it did the same before.
            if who.end.is_some() || waits || again && who.holding.is_empty() {
                return None;
            }
            let (doing, resources) = match (who.phase, &who.holding[..]) {
                (Phase::NotStarted, _) => return None,
                (_, [held, ..]) => {
                    (format!(", and still had {}", the(run.meta, held.res)), vec![held.res])
                }
                (Phase::Sleeping, _) => (", in the middle of a sleep".to_owned(), Vec::new()),
                // It may have been in a call that is not on record, and wait there.
                _ => ("; what it was doing then is not known".to_owned(), Vec::new()),
            };
            let sentence = format!(
                "{} was cut off when the program ended{doing}: it is a daemon, and the end of a program does not wait for \
                 those. If it has something to bring to an end, join it before, or let it be no daemon.",
                run.meta.actor_name(id),
            );
            let (event, actors) = (run.event_at(at), vec![id]);
            Some(Finding {
                kind: FindingKind::CutOff,
                at,
                event,
                actors,
                resources,
                sentence: capital(&sentence),
            })
        });
        found.collect()
    }
}
