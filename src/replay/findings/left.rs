//! What ended actors left behind: locks never given back, exceptions that no part of the program learned of.

use super::{Check, Finding, FindingKind, Run};
use crate::replay::words::{agree, capital, count, the, times};
use crate::replay::{Course, Held, Journey, Stop};
use crate::trace::{
    ActorId, ActorKind, End, Event, EventKind, Nanos, ResourceId, ResourceKind, Role, WaitEnd,
};
use std::collections::{BTreeMap, BTreeSet};

/// Locks that were held when their owner ended.
#[derive(Default)]
pub(super) struct Left {
    locks: Vec<LeftLock>,
    /// How often each took each lock, and gave it back.
    times: BTreeMap<(ActorId, ResourceId), Times>,
    /// Results that the program took of a pool, or of which it learned that they failed.
    taken: BTreeMap<ResourceId, Vec<Taken>>,
    /// Those whose end somebody asked for: how they ended is known.
    end_seen: BTreeSet<ActorId>,
    /// Who had ended before the run was stopped.
    ended: BTreeSet<ActorId>,
}

/// How often somebody took a lock, and gave it back.
#[derive(Clone, Copy, Default)]
struct Times {
    taken: u32,
    given: u32,
}

/// Results taken at once: from which task on, and how many.
struct Taken {
    at: Nanos,
    first: u32,
    count: u32,
}

impl Taken {
    /// Whether an exception was learned of with them that was there by `since`: of these tasks, or of one that is not
    /// known.
    fn tells(&self, since: Nanos, tasks: &[u32]) -> bool {
        let is_of = |task: &u32| task.checked_sub(self.first).is_some_and(|n| n < self.count);
        self.at >= since && (tasks.is_empty() || tasks.iter().any(is_of))
    }
}

/// A lock whose owner has ended.
struct LeftLock {
    event: usize,
    actor: ActorId,
    res: ResourceId,
    end: End,
    /// How often the owner had it at its end: more than once only an rlock.
    depth: u32,
    times: Times,
    /// Who has acquired it since, first.
    taken_over: Option<ActorId>,
    /// Who wanted it, then or later: one that nobody wants may be kept on purpose. Whoever stops waiting, since its
    /// time is up or an exception comes, did not need it.
    wanted_by: BTreeSet<ActorId>,
}

impl LeftLock {
    /// Whether somebody needed it back.
    fn is_needed(&self, run: &Run<'_>) -> bool {
        let ends_program = run.meta.actor(self.actor).is_some_and(|who| who.parent.is_none());
        let goes_with_it = |id: &ActorId| run.meta.actor(*id).is_some_and(|who| who.daemon);
        let is_last = ends_program && !self.failed() && self.wanted_by.iter().all(goes_with_it);
        !self.wanted_by.is_empty() && !is_last
    }

    /// Whether it did not end of its own.
    fn failed(&self) -> bool {
        matches!(self.end, End::Error(_) | End::Killed(_) | End::Dismissed)
    }

    /// Whether its owner has it since it was forked, and never took it.
    fn is_a_forks(&self, run: &Run<'_>) -> bool {
        let is_copy = run.meta.resource(self.res).is_some_and(|lock| lock.copy_of.is_some());
        is_copy && self.times.taken == 0
    }

    /// What its owner did with it, and what to do instead.
    fn sentence(&self, run: &Run<'_>) -> String {
        let how = match self.end {
            End::Killed(_) => "was killed",
            End::Dismissed => "was ended by its pool",
            End::Error(_) => "failed",
            _ => "ended",
        };
        let (who, what) = (run.meta.actor_name(self.actor), the(run.meta, self.res));
        let Times { taken, given } = self.times;
        let is_thinned = run.meta.resource(self.res).is_some_and(|lock| lock.is_thinned);
        let did = match given {
            0 if self.is_a_forks(run) => format!(" and still had {what}, as it was forked with it"),
            0 if !is_thinned => format!(" and never gave {what} back"),
            _ if !is_thinned && taken.checked_sub(given) == Some(self.depth) => {
                format!(": it had taken {what} {} and given it back {}", times(taken), times(given))
            }
            _ => format!(" and still had {what}"),
        };
        let next = self.taken_over.map_or_else(String::new, |next| {
            let next = capital(&run.meta.actor_name(next));
            format!(" {next} has it next all the same: the lock is robust.")
        });
        // Whatever kills its owner leaves no block.
        let instead = match self.end {
            End::Normal | End::Error(_) if !self.is_a_forks(run) => {
                " A `with` block gives its lock back when it is left, also by an exception."
            }
            _ => "",
        };
        capital(&format!("{who} {how}{did}.{next}{instead}"))
    }
}

impl Check for Left {
    fn follow(&mut self, run: &Run<'_>, index: usize, event: &Event) {
        match event.kind {
            EventKind::Acquired { res } => {
                self.times.entry((event.actor, res)).or_default().taken += 1;
            }
            EventKind::Released { res } => {
                self.times.entry((event.actor, res)).or_default().given += 1;
            }
            _ => {}
        }
        let end = match event.kind {
            EventKind::Ended(end) => end,
            // Somebody else gave it back: a lock that is passed on.
            EventKind::Released { res } => {
                self.locks.retain(|left| left.res != res || left.taken_over.is_some());
                return;
            }
            // A robust lock goes to the next one without having been given back.
            EventKind::Acquired { res } => {
                let mine = self.locks.iter_mut().filter(|left| left.res == res);
                mine.for_each(|left| left.taken_over = left.taken_over.or(Some(event.actor)));
                return;
            }
            EventKind::WaitBegan { res, .. } => {
                let mine = self.locks.iter_mut().filter(|left| left.res == res);
                mine.for_each(|left| left.wanted_by.extend([event.actor]));
                return;
            }
            EventKind::WaitEnded { res, how: WaitEnd::TimedOut | WaitEnd::Interrupted } => {
                let mine = self.locks.iter_mut().filter(|left| left.res == res && !left.failed());
                mine.for_each(|left| left.wanted_by.retain(|who| *who != event.actor));
                return;
            }
            EventKind::ResultsTaken { res, task, count } => {
                let taken = Taken { at: event.at, first: task.0, count };
                self.taken.entry(res).or_default().push(taken);
                return;
            }
            EventKind::EndSeen { of, how: true } => {
                self.end_seen.insert(of);
                return;
            }
            _ => return,
        };
        // Whoever is killed after the run was stopped was to be.
        if run.stopped {
            return;
        }
        self.ended.insert(event.actor);
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
        let lock = |held: &Held| LeftLock {
            event: index,
            actor: event.actor,
            res: held.res,
            end,
            depth: held.depth,
            times: self.times.get(&(event.actor, held.res)).copied().unwrap_or_default(),
            taken_over: None,
            wanted_by: (run.state.resource(held.res).into_iter())
                .flat_map(|res| res.waiters.iter().map(|waiter| waiter.actor))
                .collect(),
        };
        let left: Vec<LeftLock> = held.map(lock).collect();
        self.locks.extend(left);
    }

    fn finish(self: Box<Self>, run: &Run<'_>) -> Vec<Finding> {
        let mut found: Vec<Finding> = (self.locks.iter().filter(|left| left.is_needed(run)))
            .map(|left| Finding {
                kind: FindingKind::LockLeftHeld,
                at: run.trace.events()[left.event].at,
                event: left.event,
                actors: vec![left.actor],
                resources: vec![left.res],
                sentence: left.sentence(run),
            })
            .collect();
        let mut more: BTreeMap<usize, usize> = BTreeMap::new();
        let journeys = run.state.journeys.kept.iter();
        let is_over = |journey: &&Journey| !run.stopped || self.is_lost_for_ever(run, journey);
        // Whoever took its result since has learned of it.
        let is_heard = |journey: &Journey, found: &Finding| {
            found.resources.iter().any(|res| {
                let own = journey.tasks.iter().filter(|(of, _)| of == res);
                let tasks: Vec<u32> = own.map(|(_, task)| task.0).collect();
                let taken = self.taken.get(res).map_or(&[][..], Vec::as_slice);
                taken.iter().any(|taken| taken.tells(found.at, &tasks))
            })
        };
        let all = journeys.filter(is_over).filter_map(|journey| {
            self.unheard(run, journey).filter(|found| !is_heard(journey, found))
        });
        let mut of: BTreeMap<Vec<ResourceId>, usize> = BTreeMap::new();
        for exception in all {
            // Those that lie in one pool are one fault.
            let known = (!exception.resources.is_empty())
                .then(|| *of.entry(exception.resources.clone()).or_insert(found.len()));
            match known.and_then(|place| found.get_mut(place)) {
                Some(first) => {
                    first.actors.extend(exception.actors.iter().copied());
                    *more.entry(known.unwrap_or(0)).or_default() += 1;
                }
                None => found.push(exception),
            }
        }
        for (place, more) in more {
            if let Some(first) = found.get_mut(place) {
                first.actors.sort_unstable();
                first.actors.dedup();
                let (others, lie) = (count(more, "other exception"), agree(more, "lies", "lie"));
                first.sentence.push_str(&format!(" {others} {lie} there, too."));
            }
        }
        found
    }
}

/// Whether anybody had an exception in hand that nobody handled in the end: who had caught it, or got it, and is not the one that it
/// left last. Caught and raised on by that one it is as it was.
fn is_in_hand(journey: &Journey, last: ActorId) -> bool {
    let mut since = journey.stops.iter().rev().take_while(|stop| stop.course != Course::Raised);
    let is_elsewhere = |stop: &Stop| match stop.course {
        Course::Passed(to) => to != last,
        Course::Caught => stop.actor != last,
        _ => false,
    };
    since.any(|stop| stop.course == Course::Caught) || journey.stops.iter().any(is_elsewhere)
}

impl Left {
    /// Whether nobody can learn of an exception any more, however the run would have gone on: it left its thread, which ended with it before
    /// the run was stopped. Whoever lives may still ask how a process has ended, or for the result of a task.
    fn is_lost_for_ever(&self, run: &Run<'_>, journey: &Journey) -> bool {
        journey.stops.last().is_some_and(|last| {
            let kind = run.meta.actor(last.actor).map(|actor| actor.kind);
            last.course == Course::Unhandled
                && kind == Some(ActorKind::Thread)
                && self.ended.contains(&last.actor)
        })
    }

    /// An exception that ended without any part of the program having learned of it.
    fn unheard(&self, run: &Run<'_>, journey: &Journey) -> Option<Finding> {
        let last = journey.stops.last()?;
        let who = run.meta.actor_name(last.actor);
        let text = match run.meta.text(journey.text) {
            "" => "an exception".to_owned(),
            text => text.to_owned(),
        };
        let (resources, sentence) = match last.course {
            Course::Kept(res) => {
                // Who waits for it asks.
                if run.state.asking(res).next().is_some() {
                    return None;
                }
                let what = the(run.meta, res);
                (vec![res], format!("{text}: it lies in {what}, and nobody took the result."))
            }
            Course::Unhandled => {
                if is_in_hand(journey, last.actor) {
                    return None;
                }
                let named = run.meta.actor(last.actor)?;
                let is_own = named.role == Role::Work && named.parent.is_some();
                if !is_own || self.end_seen.contains(&last.actor) {
                    return None;
                }
                let end = run.state.actor(last.actor).and_then(|who| who.end);
                let told = match journey.stops.iter().any(|stop| stop.course == Course::Told) {
                    true => "Only what it printed before tells of it.",
                    false => "At most a text on the terminal tells of it.",
                };
                let sentence = match (named.kind, end) {
                    (ActorKind::Thread, _) => format!(
                        "{text}: {who} ended with it, and it went on to nobody; a join does not pass it on. {told}"
                    ),
                    // Workers are followed by others, and of them is said what they all die of.
                    (ActorKind::Process, Some((End::Error(_), _))) if named.pool.is_none() => {
                        format!(
                            "{text}: {who} ended with it, and it went on to nobody; a join does not pass it on. All that others can see is \
                         its exit status."
                        )
                    }
                    _ => return None,
                };
                (Vec::new(), sentence)
            }
            Course::Raised
            | Course::Released(_)
            | Course::Passed(_)
            | Course::Told
            | Course::Asked
            | Course::Caught => {
                return None;
            }
        };
        let first = run.event_at(last.at);
        let at_stop =
            run.trace.events()[first..].iter().position(|event| event.actor == last.actor);
        Some(Finding {
            kind: FindingKind::UnheardException,
            at: last.at,
            event: first + at_stop.unwrap_or(0),
            actors: vec![last.actor],
            resources,
            sentence,
        })
    }
}
