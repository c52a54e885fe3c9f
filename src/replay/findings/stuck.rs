//! The moment from which nobody can go on: all that are left wait, and each for something that only others could bring
//! about.

use super::cycle::goes_on;
use super::{Check, Finding, FindingKind, Run};
use crate::replay::circle::each;
use crate::replay::standstill::{Can, is_program_over, nobody_gets_it, what_can};
use crate::replay::words::{actors as names, agree, capital, count, the};
use crate::replay::{Circle, State};
use crate::trace::{
    ActorId, Event, EventKind, Item, Meta, Nanos, ResourceId, ResourceKind, WaitOp,
};
use std::collections::{BTreeMap, BTreeSet};

/// Follows who can go on, and keeps the state in which nobody could.
#[derive(Default)]
pub(super) struct Stuck {
    can: Vec<Can>,
    going: usize,
    waiting: usize,
    /// Since when nobody can go on: the event, its time, and the state then.
    since: Option<(usize, Nanos, State)>,
    /// The last notification of each condition that nobody heard.
    unheard: BTreeMap<ResourceId, Unheard>,
    /// Who has put something into each queue or pipe, and how often nothing, which tells a consumer to stop.
    putters: BTreeMap<ResourceId, (BTreeSet<ActorId>, u32)>,
    broken: BTreeMap<ResourceId, (usize, ActorId)>,
}

impl Check for Stuck {
    fn follow(&mut self, run: &Run<'_>, index: usize, event: &Event) {
        let begins = matches!(event.kind, EventKind::Started { .. } | EventKind::SleepBegan { .. });
        // Who goes on after a stop was let go of.
        if (goes_on(&event.kind) || begins) && !run.stopped {
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
            // Who stops a run breaks its barriers.
            EventKind::BarrierBroken { res } if !run.stopped => {
                self.broken.entry(res).or_insert((index, event.actor));
            }
            // A barrier that is reset is as new: who broke it has dealt with that.
            EventKind::Cleared { res } => {
                self.broken.remove(&res);
            }
            _ => {}
        }
        let can = what_can(run.meta, run.state, event.actor);
        self.set(event.actor, can);
        if !self.unheard.is_empty() && event.kind.resource().is_some() {
            self.unheard.values_mut().for_each(|unheard| unheard.follow(run, event));
        }
        let nobody_goes = self.going == 0 && self.waiting > 0 && !run.stopped;
        if nobody_goes && self.since.is_none() && nobody_gets_it(run.meta, run.state) {
            self.since = Some((index, event.at, run.state.clone()));
        }
    }

    fn finish(self: Box<Self>, run: &Run<'_>) -> Vec<Finding> {
        let broken = self.broken.iter().map(|(res, (event, actor))| Finding {
            kind: FindingKind::BrokenBarrier,
            at: run.trace.events()[*event].at,
            event: *event,
            actors: vec![*actor],
            resources: vec![*res],
            sentence: capital(&format!(
                "{} broke: whoever waits there, or comes before it is reset, gets an error.",
                the(run.meta, *res)
            )),
        });
        let mut found: Vec<Finding> = broken.collect();
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

    /// Whether those who wait came only after it, and nobody has acted on what it was about.
    fn is_missed_by(&self, who: &[ActorId]) -> bool {
        !self.used && who.iter().all(|id| self.entered.get(id).is_none_or(|times| *times <= 1))
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
                Can::Nothing => {}
            }
        }
    }
}

/// The moment from which nobody can go on.
struct Moment<'a> {
    stuck: &'a Stuck,
    meta: &'a Meta,
    run: &'a Run<'a>,
    state: &'a State,
    at: Nanos,
    event: usize,
}

impl Moment<'_> {
    fn findings(&self) -> Vec<Finding> {
        let mut by_wait: BTreeMap<(ResourceId, u8), (WaitOp, Vec<ActorId>)> = BTreeMap::new();
        let mut all = Vec::new();
        for (index, who) in self.state.actors.iter().enumerate() {
            let Some(waiting) = who.waiting.filter(|_| who.end.is_none()) else { continue };
            if waiting.op == WaitOp::Task {
                continue;
            }
            let id = ActorId::from_index(index);
            all.push((id, waiting.res));
            let group = by_wait.entry((waiting.res, waiting.op as u8));
            group.or_insert((waiting.op, Vec::new())).1.push(id);
        }
        let mut found: Vec<Finding> = (by_wait.into_iter())
            .filter_map(|((res, _), (op, who))| self.named(res, op, who))
            .collect();
        // Who waits until all is done would tell the consumers to stop after that.
        let undone = |finding: &Finding| finding.kind == FindingKind::MissingTaskDone;
        if found.iter().any(undone) {
            found.retain(|finding| finding.kind != FindingKind::MissingSentinel);
        }
        if found.is_empty() {
            let who: Vec<ActorId> = all.iter().map(|one| one.0).collect();
            let what: BTreeSet<ResourceId> = all.iter().map(|one| one.1).collect();
            let verb = agree(who.len(), "waits", "wait");
            let what: Vec<ResourceId> = what.into_iter().collect();
            let sentence = format!(
                "{} {verb}, and nobody is left who could end that: the program cannot go on.",
                capital(&names(self.meta, &who)),
            );
            found.push(self.finding(FindingKind::Standstill, who, what, sentence));
        }
        found
    }

    /// What the wait of some actors is called.
    fn named(&self, res: ResourceId, op: WaitOp, who: Vec<ActorId>) -> Option<Finding> {
        use ResourceKind as R;
        let named = self.meta.resource(res)?;
        let resource = self.state.resource(res)?;
        let (name, waits) = (the(self.meta, res), agree(who.len(), "waits", "wait"));
        let subject = capital(&names(self.meta, &who));
        match (op, named.kind) {
            (WaitOp::Wait, R::Condition) => {
                let unheard = self.stuck.unheard.get(&res)?;
                let (event, by) = (unheard.event, unheard.by);
                let notified = self.run.trace.events()[event].at;
                let late = |id: &ActorId| {
                    let waiting = self.state.actor(*id).and_then(|who| who.waiting);
                    waiting.is_some_and(|waiting| waiting.since >= notified)
                };
                (who.iter().all(late) && unheard.is_missed_by(&who)).then(|| {
                    let by_whom = self.meta.actor_name(by);
                    let sentence = format!(
                        "{by_whom} notified {name} when nobody waited: a notification is not kept. {subject} \
                         came to wait after that, and nobody is left to notify again."
                    );
                    let mut actors = vec![by];
                    actors.extend(who);
                    Finding {
                        kind: FindingKind::LostNotification,
                        at: notified,
                        event,
                        actors,
                        resources: vec![res],
                        sentence: capital(&sentence),
                    }
                })
            }
            (WaitOp::Wait, R::Barrier) => {
                let parties = named.capacity?;
                let missing = parties.saturating_sub(resource.arrived);
                let sentence = format!(
                    "{subject} {waits} at {name} for ever: {} of {parties} came, and nobody is left to come.",
                    parties - missing
                );
                Some(self.finding(FindingKind::BrokenBarrier, who, vec![res], sentence))
            }
            (WaitOp::Get, R::Queue | R::Pipe) => {
                let (putters, stops) = self.stuck.putters.get(&res)?;
                let gone = |id: &ActorId| self.state.actor(*id).is_some_and(|p| p.end.is_some());
                if !putters.iter().any(gone) && *stops == 0 {
                    return None;
                }
                let told = match stops {
                    0 => "no item told them to stop".to_owned(),
                    stops => format!("{} said stop, to whoever took it", count(*stops, "item")),
                };
                let sentence = format!(
                    "{subject} {waits} for an item in {name} for ever: nobody is left to put one, and {told}."
                );
                Some(self.finding(FindingKind::MissingSentinel, who, vec![res], sentence))
            }
            (WaitOp::Join, R::Queue) => {
                let sentence = format!(
                    "{subject} {waits} until {name} is told that all is done, for ever: {} went in, {} told to be done, and \
                     nobody is left to tell more.",
                    count(resource.unfinished() + resource.done, "item"),
                    resource.done,
                );
                Some(self.finding(FindingKind::MissingTaskDone, who, vec![res], sentence))
            }
            (WaitOp::Put, R::Queue | R::Pipe) => {
                let mut sentence = format!(
                    "{subject} {waits} for room in {name} for ever: nobody is left to take anything out of it."
                );
                let (mut who, mut what) = (who, vec![res]);
                let circle = Circle::at(self.meta, self.state).unwrap_or_default();
                if let Some((last, others)) = circle.members.split_last()
                    && last.1 == res
                {
                    // Whoever could take waits for who put.
                    sentence = format!("{sentence} {}.", capital(&each(self.meta, others)));
                    who.extend(
                        others
                            .iter()
                            .map(|member| member.0)
                            .filter(|id| !who.contains(id))
                            .collect::<Vec<_>>(),
                    );
                    what.extend(others.iter().map(|member| member.1));
                }
                Some(self.finding(FindingKind::UndrainedQueue, who, what, sentence))
            }
            (WaitOp::Result, R::Pool) if !resource.pool.pending.is_empty() => {
                let workers = resource.pool.running.iter().map(|running| running.0);
                let inside: Vec<ActorId> = workers.filter(|id| who.contains(id)).collect();
                if inside.is_empty() {
                    return None;
                }
                let all = names(self.meta, &inside);
                let tasks = count(resource.pool.pending.len(), "task");
                let stand = agree(resource.pool.pending.len(), "stands", "stand");
                let sentence = format!(
                    "All workers of {name} ({all}) wait inside their tasks. {tasks} {stand} in its queue, and nobody \
                     is left to begin one."
                );
                Some(self.finding(FindingKind::PoolStarvation, inside, vec![res], sentence))
            }
            _ => None,
        }
    }

    fn finding(
        &self,
        kind: FindingKind,
        actors: Vec<ActorId>,
        resources: Vec<ResourceId>,
        sentence: String,
    ) -> Finding {
        Finding { kind, at: self.at, event: self.event, actors, resources, sentence }
    }
}
