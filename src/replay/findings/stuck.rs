//! The moment from which nobody can go on: all that are left wait, and each for something that only others could bring
//! about.

use super::cycle::goes_on;
use super::{Check, Finding, FindingKind, Run};
use crate::replay::State;
use crate::replay::words::{actors as names, agree, capital, count, the};
use crate::trace::{
    ActorId, End, Event, EventKind, Item, Meta, Nanos, ResourceId, ResourceKind, Role, WaitEnd,
    WaitOp,
};
use std::collections::{BTreeMap, BTreeSet};

/// What an actor can do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Can {
    /// Nothing: it has not been started, or has ended, or is not part of the program.
    #[default]
    Nothing,
    /// It goes on by itself.
    GoOn,
    /// It waits.
    Wait,
}

/// Follows who can go on, and keeps the state in which nobody could.
#[derive(Default)]
pub(super) struct Stuck {
    can: Vec<Can>,
    going: usize,
    waiting: usize,
    /// Since when nobody can go on: the event, its time, and the state then.
    since: Option<(usize, Nanos, State)>,
    /// The run was stopped: from then on waits end for another reason than what is waited for.
    stopped: bool,
    /// The last notification of each condition, where nobody heard it: the event, and who notified.
    unheard: BTreeMap<ResourceId, (usize, ActorId)>,
    /// Who has put something into each queue or pipe, and how often nothing, which tells a consumer to stop.
    putters: BTreeMap<ResourceId, (BTreeSet<ActorId>, u32)>,
    broken: BTreeMap<ResourceId, (usize, ActorId)>,
}

impl Check for Stuck {
    fn follow(&mut self, run: &Run<'_>, index: usize, event: &Event) {
        if goes_on(&event.kind) || matches!(event.kind, EventKind::Started { .. }) {
            self.since = None;
        }
        match event.kind {
            EventKind::Ended(End::Cancelled)
            | EventKind::WaitEnded { how: WaitEnd::Cancelled, .. } => self.stopped = true,
            EventKind::Spawned { child } => {
                // It is about to begin.
                let begun = run.state.actor(child).is_some_and(|c| c.phase != Default::default());
                if !begun {
                    self.set(child, Can::GoOn);
                }
            }
            EventKind::Notified { res, woken: 0 } => {
                self.unheard.insert(res, (index, event.actor));
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
            EventKind::BarrierBroken { res } if !self.stopped => {
                self.broken.entry(res).or_insert((index, event.actor));
            }
            // A barrier that is reset is as new: who broke it has dealt with that.
            EventKind::Cleared { res } => {
                self.broken.remove(&res);
            }
            _ => {}
        }
        let can = what_can(run, event.actor);
        self.set(event.actor, can);
        let nobody_goes = self.going == 0 && self.waiting > 0 && !self.stopped;
        if nobody_goes && self.since.is_none() && is_stuck(run) {
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
        // Of somebody whose events are missing nobody knows whether it could have gone on. And once its main thread has ended a
        // program ends, whoever of its daemons waits.
        // Of a run that was stopped nobody knows whether a wait had a time-out, or the user was to end it.
        if let Some((event, at, state)) = &self.since
            && !self.stopped
            && !has_ended(run)
        {
            let moment =
                Moment { stuck: &self, meta: run.meta, run, state, at: *at, event: *event };
            found.extend(moment.findings());
        }
        found
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

/// Whether the program's main thread has come to its end.
fn has_ended(run: &Run<'_>) -> bool {
    let mut main = run.meta.actors_where(|actor| actor.role == Role::Main);
    main.next().and_then(|main| run.state.actor(main)).is_some_and(|main| main.end.is_some())
}

fn what_can(run: &Run<'_>, actor: ActorId) -> Can {
    let Some(who) = run.state.actor(actor) else { return Can::Nothing };
    let begun = who.phase != Default::default();
    match who.waiting {
        _ if who.end.is_some() || !begun || run.role(actor) == Role::User => Can::Nothing,
        // A wait with a time-out ends by itself.
        Some(_) if who.sleeping.is_some() => Can::GoOn,
        Some(waiting) if waiting.op == WaitOp::Task => {
            match is_available(run, waiting.res, waiting.op, actor) {
                true => Can::GoOn,
                false => Can::Nothing,
            }
        }
        Some(_) => Can::Wait,
        None => Can::GoOn,
    }
}

/// Whether nobody who waits has what it waits for.
fn is_stuck(run: &Run<'_>) -> bool {
    let waits = run.state.actors.iter().enumerate().filter_map(|(index, who)| {
        let waiting = who.waiting.filter(|_| who.end.is_none())?;
        Some((ActorId::from_index(index), waiting))
    });
    for (actor, waiting) in waits {
        if is_available(run, waiting.res, waiting.op, actor) {
            return false;
        }
    }
    true
}

/// Whether what is waited for is there by now, or may be.
fn is_available(run: &Run<'_>, res: ResourceId, op: WaitOp, actor: ActorId) -> bool {
    let (Some(named), Some(resource)) = (run.meta.resource(res), run.state.resource(res)) else {
        return true;
    };
    use ResourceKind as R;
    match (op, named.kind) {
        (WaitOp::Acquire, R::Semaphore) => resource.permits > 0,
        (WaitOp::Acquire, _) => resource.owners.is_empty(),
        (WaitOp::Wait, R::Condition) => resource.notified > 0,
        (WaitOp::Wait, R::Event) => resource.set,
        (WaitOp::Wait, R::Barrier) => resource.closed || resource.arrived == 0,
        (WaitOp::Get, R::Queue | R::Pipe) => !resource.contents.is_empty() || resource.closed,
        (WaitOp::Put, R::Queue | R::Pipe) => {
            resource.closed
                || named.capacity.is_none_or(|bound| resource.contents.len() < bound as usize)
        }
        (WaitOp::Join, R::Queue) => resource.unfinished() == 0,
        (WaitOp::Join, _) if named.is_an_end() => {
            named.of.and_then(|of| run.state.actor(of)).is_none_or(|of| of.end.is_some())
        }
        (WaitOp::Result, R::Future) => resource.set,
        (WaitOp::Result, R::Pool) => {
            let pool = &resource.pool;
            (pool.pending.is_empty() && pool.running.is_empty())
                || !pool.pending.is_empty() && has_free_worker(run, res)
        }
        (WaitOp::Task, R::Pool) => {
            let mine = |to: Option<ActorId>| to.is_none_or(|to| to == actor);
            resource.pool.pending.iter().any(|pending| mine(pending.to))
        }
        // Nobody knows.
        _ => true,
    }
}

/// Whether a worker of a pool has nothing to do.
fn has_free_worker(run: &Run<'_>, pool: ResourceId) -> bool {
    let mut workers = run.meta.actors_where(|actor| actor.pool == Some(pool));
    workers.any(|id| {
        let who = run.state.actor(id);
        who.is_some_and(|who| who.end.is_none() && who.task.is_none())
    })
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
        if found.is_empty() {
            let who: Vec<ActorId> = all.iter().map(|one| one.0).collect();
            let what: BTreeSet<ResourceId> = all.iter().map(|one| one.1).collect();
            let verb = agree(who.len(), "waits", "wait");
            let what: Vec<ResourceId> = what.into_iter().collect();
            let sentence = format!(
                "{} {verb}, and nobody is left who could end that: the program cannot go on.",
                capital(&names(self.meta, &who)),
            );
            found.push(self.finding(FindingKind::Deadlock, who, what, sentence));
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
                let (event, by) = *self.stuck.unheard.get(&res)?;
                let notified = self.run.trace.events()[event].at;
                let late = |id: &ActorId| {
                    let waiting = self.state.actor(*id).and_then(|who| who.waiting);
                    waiting.is_some_and(|waiting| waiting.since >= notified)
                };
                who.iter().all(late).then(|| {
                    let by_whom = self.meta.actor_name(by);
                    let sentence = format!(
                        "{by_whom} notified {name} when nobody waited: a notification is not kept. {subject} \
                         {waits} since then, and nobody is left to notify again."
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
                    stops => format!("{} told so many to stop", count(*stops, "item")),
                };
                let sentence = format!(
                    "{subject} {waits} for an item in {name} for ever: nobody is left to put one, and {told}."
                );
                Some(self.finding(FindingKind::MissingSentinel, who, vec![res], sentence))
            }
            (WaitOp::Put, R::Queue | R::Pipe) => {
                let sentence = format!(
                    "{subject} {waits} for room in {name} for ever: nobody is left to take anything out of it."
                );
                Some(self.finding(FindingKind::UndrainedQueue, who, vec![res], sentence))
            }
            (WaitOp::Result, R::Pool) if !resource.pool.pending.is_empty() => {
                let workers = resource.pool.running.iter().map(|running| running.0);
                let inside: Vec<ActorId> = workers.filter(|id| who.contains(id)).collect();
                if inside.is_empty() {
                    return None;
                }
                let all = names(self.meta, &inside);
                let tasks = count(resource.pool.pending.len(), "task");
                let sentence = format!(
                    "All workers of {name} ({all}) wait for tasks that stand in its own queue: {tasks} there, and \
                     nobody is left to begin one."
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
