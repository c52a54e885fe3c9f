//! The moment from which nobody can go on: all that are left wait, and each for something that only others could bring
//! about.

mod named;
mod rest;

use super::cycle::goes_on;
use super::{Check, Finding, FindingKind, Run};
use crate::replay::standstill::{Can, is_program_over, nobody_gets_it, only_own_waits, what_can};
use crate::replay::words::{actors as names, capital, count, the};
use crate::replay::{State, Waiting};
use crate::trace::{
    ActorId, End, Event, EventKind, Item, Meta, Nanos, ResourceId, Role, WaitEnd, WaitOp,
};
use named::{Moment, absent};
use std::collections::{BTreeMap, BTreeSet};

/// Follows who can go on, and keeps the state in which nobody could.
#[derive(Default)]
pub(super) struct Stuck {
    can: Vec<Can>,
    going: usize,
    waiting: usize,
    /// Of those that wait, how many may have a handler of a signal run meanwhile.
    handling: usize,
    /// Since when nobody can go on: the event, its time, and the state then.
    since: Option<(usize, Nanos, State)>,
    /// The last notification of each condition that nobody heard.
    unheard: BTreeMap<ResourceId, Unheard>,
    /// Who has put something into each queue or pipe, and how often nothing, which tells a consumer to stop.
    putters: BTreeMap<ResourceId, (BTreeSet<ActorId>, u32)>,
    /// Who has taken something out of each queue or pipe, and how many of those items it has not told to be done.
    getters: BTreeMap<ResourceId, BTreeMap<ActorId, i64>>,
    /// Who has come to each barrier since it opened last.
    came: BTreeMap<ResourceId, BTreeSet<ActorId>>,
    broken: BTreeMap<ResourceId, Broken>,
    /// Who has changed something that a lock guards since it has it.
    changed: BTreeSet<(ActorId, ResourceId)>,
    /// Since when each waits.
    waits: BTreeMap<ActorId, Nanos>,
    /// The first wait for each condition that came too late for a notification, and timed out.
    in_vain: BTreeMap<ResourceId, InVain>,
    /// Who waited again for a condition after it had waited in vain: it looks between the waits, and the time-out is its own.
    looks: BTreeSet<(ResourceId, ActorId)>,
    /// What each took last out of each queue told it to stop, and when.
    told: BTreeMap<(ResourceId, ActorId), usize>,
}

/// A wait for what was notified before.
struct InVain {
    who: ActorId,
    waited: Nanos,
    by: ActorId,
    event: usize,
}

/// A barrier that broke: when and by whom, with who had come, and who had ended without coming.
struct Broken {
    event: usize,
    by: ActorId,
    came: usize,
    absent: Vec<ActorId>,
    /// It was told to by somebody who did not wait there.
    on_purpose: bool,
    /// Who got an error of that.
    told: BTreeSet<ActorId>,
}

impl Check for Stuck {
    fn follow(&mut self, run: &Run<'_>, index: usize, event: &Event) {
        let begins = matches!(event.kind, EventKind::Started { .. } | EventKind::SleepBegan { .. });
        // Who goes on after a stop was let go of.
        let is_passive = |id: ActorId| run.meta.actor(id).is_some_and(|actor| actor.passive);
        // Of what passes things on that shows only by what it does.
        if (goes_on(&event.kind) || begins || is_passive(event.actor)) && !run.stopped {
            self.since = None;
        }
        match event.kind {
            EventKind::Spawned { child } => {
                // It is about to begin.
                let begun = run.state.actor(child).is_some_and(|c| c.phase != Default::default());
                if !begun {
                    self.set(child, Can::GoOn);
                }
            }
            EventKind::Notified { res, woken: 0 } => {
                self.unheard.insert(res, Unheard::new(run.meta, res, index, event.actor));
            }
            EventKind::Notified { res, .. } => {
                self.unheard.remove(&res);
            }
            EventKind::Put { res, item } => {
                let (who, nothing) = self.putters.entry(res).or_default();
                who.insert(event.actor);
                *nothing += u32::from(item == Item::NOTHING);
            }
            EventKind::Got { res, item } => {
                match item == Item::NOTHING {
                    true => self.told.insert((res, event.actor), index),
                    false => self.told.remove(&(res, event.actor)),
                };
                *self.getters.entry(res).or_default().entry(event.actor).or_default() += 1;
            }
            EventKind::ItemDone { res } => {
                *self.getters.entry(res).or_default().entry(event.actor).or_default() -= 1;
            }
            EventKind::WaitBegan { res, op: WaitOp::Wait } => {
                self.came.entry(res).or_default().insert(event.actor);
            }
            EventKind::WaitEnded { res, how: WaitEnd::Broken } => {
                if let Some(broken) = self.broken.get_mut(&res) {
                    broken.told.insert(event.actor);
                }
            }
            EventKind::WaitEnded {
                res,
                how: WaitEnd::Woken | WaitEnd::Cancelled | WaitEnd::Interrupted,
            } => {
                if let Some(came) = self.came.get_mut(&res) {
                    came.remove(&event.actor);
                }
            }
            EventKind::BarrierPassed { res, .. } => {
                self.came.remove(&res);
            }
            // Who stops a run breaks its barriers.
            EventKind::BarrierBroken { res } if !run.stopped => {
                let came = self.came.remove(&res).unwrap_or_default();
                let absent = absent(run.meta, run.state, &came);
                let (on_purpose, by) = (!came.contains(&event.actor), event.actor);
                let (came, told) = (came.len(), BTreeSet::from([by]));
                let broken = Broken { event: index, by, came, absent, on_purpose, told };
                self.broken.entry(res).or_insert(broken);
            }
            // A barrier that is reset is as new: who broke it has dealt with that.
            EventKind::Cleared { res } => {
                self.broken.remove(&res);
            }
            _ => {}
        }
        self.follow_conditions(run, event);
        let can = what_can(run.meta, run.state, event.actor);
        self.set(event.actor, can);
        // Who else is idle there cannot go on any more with what one has taken.
        if let EventKind::TaskStarted { res, .. }
        | EventKind::TaskAssigned { res, .. }
        | EventKind::TaskCancelled { res, .. } = event.kind
        {
            let idles = |waiting: Waiting| waiting.op == WaitOp::Task && waiting.res == res;
            for (index, who) in run.state.actors.iter().enumerate() {
                if who.end.is_none() && who.waiting.is_some_and(idles) {
                    let id = ActorId::from_index(index);
                    self.set(id, what_can(run.meta, run.state, id));
                }
            }
        }
        if !self.unheard.is_empty() && event.kind.resource().is_some() {
            self.unheard.values_mut().for_each(|unheard| unheard.follow(run, event));
        }
        let nobody_goes = self.going == 0 && self.waiting + self.handling > 0 && !run.stopped;
        let passes_on = |run: &Run<'_>| {
            let mut passive = run.meta.actors_where(|actor| actor.passive);
            passive.any(|id| what_can(run.meta, run.state, id) == Can::GoOn)
        };
        if nobody_goes
            && self.since.is_none()
            && !passes_on(run)
            && nobody_gets_it(run.meta, run.state)
            && (self.handling == 0 || only_own_waits(run.meta, run.state))
        {
            self.since = Some((index, event.at, run.state.clone()));
        }
    }

    fn finish(self: Box<Self>, run: &Run<'_>) -> Vec<Finding> {
        // Where all who got the error have dealt with it, it was the word to stop.
        let ended_well = |id: &ActorId| {
            let end = run.state.actor(*id).and_then(|who| who.end);
            matches!(end, Some((End::Normal, _)))
        };
        // Who comes to a barrier that is broken already fails without a wait.
        let is_wrong = |broken: &Broken| {
            let since = run.trace.events()[broken.event].at;
            let mut ends = run.state.actors.iter().filter_map(|who| who.end);
            let fails = ends.any(|(end, at)| matches!(end, End::Error(_)) && at >= since);
            !broken.on_purpose || fails || !broken.told.iter().all(ended_well)
        };
        let broken = self.broken.iter().filter(|(_, broken)| is_wrong(broken));
        let broken = broken.map(|(res, broken)| Finding {
            kind: FindingKind::BrokenBarrier,
            at: run.trace.events()[broken.event].at,
            event: broken.event,
            actors: std::iter::once(broken.by).chain(broken.absent.iter().copied()).collect(),
            resources: vec![*res],
            sentence: capital(&broken.sentence(run.meta, *res)),
        });
        let mut found: Vec<Finding> = broken.collect();
        found.extend(self.in_vain.iter().map(|(res, wait)| wait.finding(run, *res)));
        if !run.stopped && is_program_over(run.meta, run.state) {
            found.extend(self.putters.keys().filter_map(|queue| self.left_waiting(run, *queue)));
        }
        // Of somebody whose events are missing nobody knows whether it could have gone on. Once all but its daemons have
        // ended a program ends, whatever those wait for.
        if let Some((event, at, state)) = &self.since
            && !is_program_over(run.meta, state)
        {
            let moment =
                Moment { stuck: &self, meta: run.meta, run, state, at: *at, event: *event };
            found.extend(moment.findings());
        }
        found
    }
}

impl Stuck {
    fn follow_conditions(&mut self, run: &Run<'_>, event: &Event) {
        let actor = event.actor;
        let guard = |res: ResourceId| run.meta.resource(res).and_then(|resource| resource.guard);
        match event.kind {
            EventKind::ValueChanged { res, .. } | EventKind::Inserted { res, .. } => {
                self.changed.extend(guard(res).map(|lock| (actor, lock)));
            }
            EventKind::Acquired { res } => drop(self.changed.remove(&(actor, res))),
            EventKind::WaitBegan { res, op } => {
                self.waits.insert(actor, event.at);
                if op == WaitOp::Wait && self.in_vain.get(&res).is_some_and(|it| it.who == actor) {
                    self.in_vain.remove(&res);
                    self.looks.insert((res, actor));
                }
            }
            EventKind::WaitEnded { res, how: WaitEnd::TimedOut } => {
                let Some(since) = self.waits.remove(&actor) else { return };
                let Some(unheard) = self.unheard.get(&res) else { return };
                let announced =
                    unheard.lock.is_some_and(|lock| self.changed.contains(&(unheard.by, lock)));
                let notified = run.trace.events()[unheard.event].at;
                let is_missed = announced && since >= notified && unheard.is_missed_by(&[actor]);
                if is_missed && !self.looks.contains(&(res, actor)) {
                    let waited = event.at.since(since);
                    let (by, event) = (unheard.by, unheard.event);
                    let wait = InVain { who: actor, waited, by, event };
                    self.in_vain.entry(res).or_insert(wait);
                }
            }
            _ => {}
        }
    }

    /// Daemons that wait for an item of a queue when their program has ended, where others were told to stop.
    fn left_waiting(&self, run: &Run<'_>, queue: ResourceId) -> Option<Finding> {
        let stops = self.putters.get(&queue)?.1 as usize;
        let takers = self.getters.get(&queue)?;
        let has_ended = |id: ActorId| run.state.actor(id).is_some_and(|who| who.end.is_some());
        let told = takers.keys().filter_map(|id| Some((*id, self.told.get(&(queue, *id))?)));
        // It is a word to stop only where whoever takes it stops.
        let told: Vec<_> = told.filter(|(id, _)| has_ended(*id)).collect();
        let waits = run.state.resource(queue)?.waiters.iter().filter(|waiter| {
            let named = run.meta.actor(waiter.actor);
            let is_daemon = named.is_some_and(|it| it.daemon && it.role == Role::Work);
            waiter.op == WaitOp::Get && is_daemon && !has_ended(waiter.actor)
        });
        let waits: Vec<ActorId> = waits.map(|waiter| waiter.actor).collect();
        let all: BTreeSet<ActorId> = takers.keys().chain(&waits).copied().collect();
        let (_, event) = told.iter().max_by_key(|(_, event)| **event)?;
        if waits.is_empty() || told.len() != stops || stops >= all.len() {
            return None;
        }
        let sentence = format!(
            "{} still waited for an item in {} when the program ended: {} said stop, to whoever took it, but {} take from there, and \
             each needs one.",
            capital(&names(run.meta, &waits)),
            the(run.meta, queue),
            count(stops, "item"),
            all.len(),
        );
        Some(Finding {
            kind: FindingKind::MissingSentinel,
            at: run.trace.events()[**event].at,
            event: **event,
            actors: waits,
            resources: vec![queue],
            sentence,
        })
    }
}

impl InVain {
    fn finding(&self, run: &Run<'_>, condition: ResourceId) -> Finding {
        let sentence = format!(
            "{} notified {} when nobody waited: a notification is not kept. {} came to wait after that, and waited {} in vain. Look \
             whether it has happened before you wait: `wait_for`, or `while not …: wait()`.",
            run.meta.actor_name(self.by),
            the(run.meta, condition),
            capital(&run.meta.actor_name(self.who)),
            self.waited,
        );
        Finding {
            kind: FindingKind::LostNotification,
            at: run.trace.events()[self.event].at,
            event: self.event,
            actors: vec![self.by, self.who],
            resources: vec![condition],
            sentence: capital(&sentence),
        }
    }
}

/// A notification of a condition that nobody heard, and what was done under its lock since.
struct Unheard {
    event: usize,
    by: ActorId,
    lock: Option<ResourceId>,
    /// How often each has taken the lock since: who did before it waited may have seen what the notification was about.
    entered: BTreeMap<ActorId, u32>,
    /// Something that the lock guards was taken or changed since by somebody else than who notified.
    used: bool,
}

impl Unheard {
    fn new(meta: &Meta, condition: ResourceId, event: usize, by: ActorId) -> Self {
        let lock = meta.resource(condition).and_then(|condition| condition.guard);
        Self { event, by, lock, entered: BTreeMap::new(), used: false }
    }

    fn follow(&mut self, run: &Run<'_>, event: &Event) {
        let Some(res) = event.kind.resource().filter(|_| event.actor != self.by) else { return };
        match event.kind {
            EventKind::Acquired { .. } if Some(res) == self.lock => {
                *self.entered.entry(event.actor).or_default() += 1;
            }
            EventKind::Removed { .. }
            | EventKind::Got { .. }
            | EventKind::ValueChanged { .. }
            | EventKind::Inserted { .. } => {
                let guard = run.meta.resource(res).and_then(|resource| resource.guard);
                self.used |= guard.is_some() && guard == self.lock;
            }
            _ => {}
        }
    }

    /// Whether those who wait came only after it, and nobody has acted on what it was about. Nobody misses what it notified
    /// itself.
    fn is_missed_by(&self, who: &[ActorId]) -> bool {
        !self.used
            && !who.contains(&self.by)
            && who.iter().all(|id| self.entered.get(id).is_none_or(|times| *times <= 1))
    }
}

impl Stuck {
    fn set(&mut self, actor: ActorId, can: Can) {
        if self.can.len() <= actor.index() {
            self.can.resize(actor.index() + 1, Can::Nothing);
        }
        for (what, by) in [(std::mem::replace(&mut self.can[actor.index()], can), -1), (can, 1)] {
            match what {
                Can::GoOn => self.going = self.going.saturating_add_signed(by),
                Can::Wait => self.waiting = self.waiting.saturating_add_signed(by),
                Can::Handle => self.handling = self.handling.saturating_add_signed(by),
                Can::Nothing => {}
            }
        }
    }
}
