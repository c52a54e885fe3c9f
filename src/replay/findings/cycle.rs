//! Circles of actors that wait for each other: over locks, rlocks and the ends of actors.

use super::{Check, Finding, FindingKind, Run};
use crate::replay::circle::{circle, each, itself};
use crate::replay::words::{capital, place};
use crate::trace::{
    ActorId, Event, EventKind, Meta, Nanos, ResourceId, ResourceKind, SourceId, TextId, WaitEnd,
};

/// Circles that have closed and not come apart.
#[derive(Default)]
pub(super) struct Cycles {
    closed: Vec<Circle>,
}

/// Each waits for the resource that the next one keeps.
struct Circle {
    at: Nanos,
    event: usize,
    members: Vec<(ActorId, ResourceId)>,
    /// Where each of them waits.
    lines: Vec<SourceId>,
    /// The exception with which one of these locks was left held.
    left_with: Option<TextId>,
}

impl Check for Cycles {
    fn follow(&mut self, run: &Run<'_>, index: usize, event: &Event) {
        match event.kind {
            EventKind::WaitBegan { .. } => {
                if let Some(members) = circle(run.meta, run.state, event.actor) {
                    let line = |member: &(ActorId, ResourceId)| {
                        run.state.actor(member.0).map_or(SourceId::NONE, |who| who.source)
                    };
                    let lines = members.iter().map(line).collect();
                    let is_left = |lock| members.iter().any(|(_, res)| res == lock);
                    let mut journeys = run.state.journeys.kept.iter().rev();
                    let left_with = journeys.find(|journey| journey.locks.iter().any(is_left));
                    let left_with = left_with.map(|journey| journey.text);
                    let circle = Circle { at: event.at, event: index, members, lines, left_with };
                    self.closed.push(circle);
                }
            }
            // Somebody else gave back what one of them waits for.
            EventKind::Released { res } => {
                self.closed.retain(|circle| circle.members.iter().all(|member| member.1 != res));
            }
            EventKind::Acquired { .. } | EventKind::WaitEnded { .. } if goes_on(&event.kind) => {
                let holds = |circle: &Circle| circle.members.iter().all(|m| m.0 != event.actor);
                self.closed.retain(holds);
            }
            _ => {}
        }
    }

    fn finish(self: Box<Self>, run: &Run<'_>) -> Vec<Finding> {
        self.closed.into_iter().map(|circle| circle.finding(run.meta)).collect()
    }
}

/// Whether an event ends a wait other than because the run was stopped.
pub(super) fn goes_on(kind: &EventKind) -> bool {
    match kind {
        EventKind::Acquired { .. } => true,
        EventKind::WaitEnded { how, .. } => *how != WaitEnd::Cancelled,
        _ => false,
    }
}

impl Circle {
    fn finding(self, meta: &Meta) -> Finding {
        // A handler may give back any lock of its process, and end a wait with an exception.
        let handles = |process: ActorId| meta.actor(process).is_some_and(|p| p.handles);
        let mut processes = self.members.iter().filter_map(|(who, _)| meta.process_of(*who));
        let is_handled = processes.any(handles);
        let unless = if is_handled { ", unless a handler of a signal helps" } else { "" };
        let them = if is_handled { " them" } else { "" };
        let (kind, sentence) = match &self.members[..] {
            [(who, res)] => {
                let itself = capital(&itself(meta, *who, *res));
                let itself = itself.strip_suffix('.').unwrap_or(&itself);
                (FindingKind::SelfDeadlock, format!("{itself}{unless}."))
            }
            members => {
                let each = each(meta, members);
                (
                    FindingKind::Deadlock,
                    format!("Deadlock: {each}. None of them can go on{unless}{them}."),
                )
            }
        };
        let places: Vec<String> = (self.members.iter().zip(&self.lines))
            .filter_map(|((who, _), line)| {
                Some(format!("{} waits in {}", meta.actor_name(*who), place(meta, *line)?))
            })
            .collect();
        let sentence = match &places[..] {
            [] => sentence,
            places => format!("{sentence} {}.", capital(&places.join("; "))),
        };
        let is_of = |kinds: &[ResourceKind]| {
            let mut all = self.members.iter().filter_map(|member| meta.resource(member.1));
            all.all(|res| kinds.contains(&res.kind))
        };
        let instead = match kind {
            FindingKind::SelfDeadlock | FindingKind::Deadlock if self.left_with.is_some() => {
                let what = self.left_with.map_or("", |text| meta.text(text));
                let what = if what.is_empty() { "an exception" } else { what };
                &format!(
                    " When {what} left the code that had taken it, nobody gave it back: a with statement does that."
                )
            }
            FindingKind::SelfDeadlock if is_of(&[ResourceKind::Lock]) => {
                " An RLock may be taken again by whoever holds it; if another thread was to give this one back, it has not done that."
            }
            FindingKind::Deadlock if is_of(&[ResourceKind::Lock, ResourceKind::RLock]) => {
                " If all took these locks in one order, there would be no circle."
            }
            _ => "",
        };
        let sentence = sentence + instead;
        Finding {
            kind,
            at: self.at,
            event: self.event,
            actors: self.members.iter().map(|member| member.0).collect(),
            resources: self.members.iter().map(|member| member.1).collect(),
            sentence,
        }
    }
}
