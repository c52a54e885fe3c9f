//! What ended actors left behind: locks never given back, exceptions that nobody learned of.

use super::{Check, Finding, FindingKind, Run};
use crate::replay::words::{capital, the};
use crate::replay::{Course, Journey};
use crate::trace::{ActorId, ActorKind, End, Event, EventKind, ResourceId, ResourceKind, Role};

/// Locks that were held when their owner ended.
#[derive(Default)]
pub(super) struct Left {
    locks: Vec<(usize, ActorId, ResourceId, End)>,
    /// The run was stopped: what was not asked for might have been.
    stopped: bool,
}

impl Check for Left {
    fn follow(&mut self, run: &Run<'_>, index: usize, event: &Event) {
        let EventKind::Ended(end) = event.kind else { return };
        if end == End::Cancelled {
            self.stopped = true;
            return;
        }
        let Some(who) = run.state.actor(event.actor) else { return };
        let is_lock = |res: ResourceId| {
            let kind = run.meta.resource(res).map(|resource| resource.kind);
            matches!(kind, Some(ResourceKind::Lock | ResourceKind::RLock))
        };
        // Of one whose events are missing, the release may be.
        if who.dropped > 0 {
            return;
        }
        let held = who.holding.iter().filter(|held| is_lock(held.res));
        self.locks.extend(held.map(|held| (index, event.actor, held.res, end)));
    }

    fn finish(self: Box<Self>, run: &Run<'_>) -> Vec<Finding> {
        let mut found: Vec<Finding> = (self.locks.iter())
            .map(|&(event, actor, res, end)| {
                let how = match end {
                    End::Killed(_) => "was killed",
                    End::Error(_) => "failed",
                    _ => "ended",
                };
                let (who, what) = (run.meta.actor_name(actor), the(run.meta, res));
                Finding {
                    kind: FindingKind::LockLeftHeld,
                    at: run.trace.events()[event].at,
                    event,
                    actors: vec![actor],
                    resources: vec![res],
                    sentence: capital(&format!("{who} {how} and never gave {what} back.")),
                }
            })
            .collect();
        if !self.stopped {
            let journeys = run.state.journeys.kept.iter();
            found.extend(journeys.filter_map(|journey| unheard(run, journey)));
        }
        found
    }
}

/// An exception that ended without anybody having learned of it.
fn unheard(run: &Run<'_>, journey: &Journey) -> Option<Finding> {
    let last = journey.stops.last()?;
    let who = run.meta.actor_name(last.actor);
    let text = match run.meta.text(journey.text) {
        "" => "an exception".to_owned(),
        text => text.to_owned(),
    };
    let (resources, sentence) = match last.course {
        Course::Kept(res) => {
            let what = the(run.meta, res);
            (vec![res], format!("{text}: it lies in {what}, and nobody asked for the result."))
        }
        Course::Unhandled => {
            let named = run.meta.actor(last.actor)?;
            let is_thread = named.kind == ActorKind::Thread && named.role == Role::Work;
            if !is_thread || named.parent.is_none() {
                return None;
            }
            let sentence =
                format!("{text}: {who} ended with it, and nobody in the program learned of that.");
            (Vec::new(), sentence)
        }
        Course::Raised | Course::Passed(_) | Course::Caught => return None,
    };
    let first = run.trace.events().partition_point(|event| event.at < last.at);
    let at_stop = run.trace.events()[first..].iter().position(|event| event.actor == last.actor);
    Some(Finding {
        kind: FindingKind::UnheardException,
        at: last.at,
        event: first + at_stop.unwrap_or(0),
        actors: vec![last.actor],
        resources,
        sentence,
    })
}
