//! What the totals of a whole run say of its locks.

use super::{Check, Finding, FindingKind, Run};
use crate::replay::Phase;
use crate::replay::words::{count, the};
use crate::trace::{ActorId, Nanos, ResourceId, ResourceKind, Role};

/// A lock is called uncontended only after so many acquisitions: of fewer it would say little.
const ASKED: u64 = 10;
/// Part of its time, other than in waiting, that an actor spends with the lock where it does nothing without it: in
/// hundredths.
const NEARLY_ALL: u64 = 90;

/// Locks that nobody waited for, and locks that everything happens under.
pub(super) struct Locks;

impl Check for Locks {
    fn finish(self: Box<Self>, run: &Run<'_>) -> Vec<Finding> {
        if run.is_partial() {
            return Vec::new();
        }
        let locks = [ResourceKind::Lock, ResourceKind::RLock];
        let all = locks.into_iter().flat_map(|kind| run.meta.resources_of(kind));
        all.filter_map(|res| uncontended(run, res).or_else(|| one_for_all(run, res))).collect()
    }
}

fn uncontended(run: &Run<'_>, res: ResourceId) -> Option<Finding> {
    let stats = run.replay.stats().resources.get(res.index())?;
    let still = run.state.resource(res).is_some_and(|resource| !resource.waiters.is_empty());
    if stats.acquisitions < ASKED || stats.hand_overs == 0 || stats.waits > 0 || still {
        return None;
    }
    let owners = &run.replay.lanes().resources.get(res.index())?.owners;
    let mut actors: Vec<ActorId> = owners.iter().filter_map(|span| span.owner).collect();
    actors.sort_unstable();
    actors.dedup();
    let at = owners.iter().rfind(|span| span.owner.is_some())?.start;
    Some(Finding {
        kind: FindingKind::UncontendedLock,
        at,
        event: run.event_at(at),
        sentence: format!(
            "Nobody ever waited for {}: it was taken {}{} by {}, and each time it was free. That is no proof that it is not \
             needed.",
            the(run.meta, res),
            if run.meta.resource(res).is_some_and(|resource| resource.is_thinned) {
                "at least "
            } else {
                ""
            },
            count(stats.acquisitions, "time"),
            count(actors.len(), "actor"),
        ),
        actors,
        resources: vec![res],
    })
}

/// A lock without which several that compute do next to nothing.
fn one_for_all(run: &Run<'_>, res: ResourceId) -> Option<Finding> {
    let end = run.trace.end();
    let stats = run.replay.stats().resources.get(res.index())?;
    let owners = &run.replay.lanes().resources.get(res.index())?.owners;
    let mut held: Vec<(ActorId, Nanos)> = Vec::new();
    for (span, next) in owners.iter().zip(owners.iter().skip(1)) {
        let Some(owner) = span.owner else { continue };
        let lasted = next.start.since(span.start);
        match held.iter_mut().find(|(who, _)| *who == owner) {
            Some((_, sum)) => *sum = *sum + lasted,
            None => held.push((owner, lasted)),
        }
    }
    let under = |(who, held): &(ActorId, Nanos)| {
        let Some(actor) = run.replay.stats().actors.get(who.index()) else { return false };
        let busy = [Phase::Running, Phase::Holding, Phase::Sleeping, Phase::Io];
        let all: u64 = busy.iter().map(|phase| actor.time_in(*phase, end).0).sum();
        let idle = actor.time_in(Phase::Sleeping, end).0;
        run.role(*who) == Role::Work
            && held.0.saturating_mul(100) >= all.saturating_mul(NEARLY_ALL)
            && idle.saturating_mul(100) <= all.saturating_mul(100 - NEARLY_ALL)
            && actor.waited.0.saturating_mul(4) >= all
    };
    let (under, others): (Vec<_>, Vec<_>) = held.iter().partition(|one| under(one));
    if under.len() < 2 || !others.is_empty() || stats.contended == 0 {
        return None;
    }
    let mut actors: Vec<ActorId> = under.iter().map(|(who, _)| *who).collect();
    actors.sort_unstable();
    let longest = stats.longest_wait?;
    Some(Finding {
        kind: FindingKind::OneLockForAll,
        at: longest.since,
        event: run.event_at(longest.since),
        sentence: format!(
            "The {} do nearly everything under {}, so only one of them works at a time: in this \
             run they gained nothing from being several.",
            count(actors.len(), "actor"),
            the(run.meta, res),
        ),
        actors,
        resources: vec![res],
    })
}
