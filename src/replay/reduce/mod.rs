//! How one event changes the state: one module per kind of resource, and one for the actors.
//!
//! Invariant: an event changes its actor and its resource, and where [`Effect`] says so one actor or resource more.

mod actor;
mod barrier;
mod condition;
mod event;
mod exception;
mod fork;
mod list;
mod lock;
mod pool;
mod queue;
mod semaphore;
mod value;
mod wait;

use super::state::{ActorState, Held, ResourceState, State, Waiting};
use super::{Oddity, Phase};
use crate::trace::{
    ActorId, Event, EventKind, Item, Meta, Nanos, Resource, ResourceId, ResourceKind, SectionId,
    SourceId,
};
use std::collections::VecDeque;

/// The number of items of a list that are searched for the item of an event, where it is not in the place it should be.
const SEARCHED: usize = 256;

/// The part of a change that the state after it does not show, for lanes and statistics.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Effect {
    /// What was odd about it.
    pub oddity: Option<Oddity>,
    /// The wait of the event's actor that the event ended.
    pub waited: Option<Waiting>,
    /// Who gave up (or lost) which lock or permits.
    pub released: Option<(ActorId, Held)>,
    /// The event's actor began or ended a task.
    pub task_changed: bool,
    /// The actor whose task another one ended: the worker that was killed, whose task its pool's supervisor ended.
    pub taken_from: Option<ActorId>,
    /// It wrote a variable over a write that it had not seen.
    pub collided: bool,
}

impl State {
    /// Brings the state forward over one event; answers with what was odd about it, if anything.
    ///
    /// Takes anything: ids beyond the tables of `meta`, any order, impossible sequences.
    pub fn apply(&mut self, meta: &Meta, event: &Event) -> Option<Oddity> {
        self.apply_with_effect(meta, event).oddity
    }

    pub(super) fn apply_with_effect(&mut self, meta: &Meta, event: &Event) -> Effect {
        let actors = meta.actors.len().max(event.actor.index() + 1);
        let resources = event.kind.resource().map_or(0, |res| res.index() + 1);
        self.fit_to(meta, actors, resources.max(meta.resources.len()));
        self.applied += 1;
        self.at = event.at;
        let mut step =
            Step { state: self, meta, at: event.at, actor: event.actor, effect: Effect::default() };
        step.run(event);
        step.effect
    }
}

/// One event on its way through the state.
struct Step<'a> {
    state: &'a mut State,
    meta: &'a Meta,
    at: Nanos,
    actor: ActorId,
    effect: Effect,
}

impl Step<'_> {
    fn run(&mut self, event: &Event) {
        use EventKind as K;
        actor::reached(self, event);
        let missed = self.who().missed.take();
        if let Some(res) = event.kind.resource()
            && self.meta.resource(res).is_some_and(|named| named.copy_of.is_some())
            && !std::mem::replace(&mut self.resource(res).is_there, true)
        {
            fork::first_used(self, res);
        }
        match event.kind {
            K::Started { os_id } => actor::started(self, os_id),
            K::Ended(end) => actor::ended(self, end),
            K::Spawned { child } => actor::spawned(self, child),
            K::SleepBegan { planned } => actor::sleep_began(self, planned),
            K::SleepEnded => actor::sleep_ended(self),
            K::IoBegan { what } => actor::io_began(self, what),
            K::IoEnded => actor::io_ended(self),
            K::SpanBegan { name } => actor::span_began(self, name),
            K::SpanEnded { name } => actor::span_ended(self, name),
            K::Message { text, args } => {
                actor::said(self, text, args);
                exception::told(self, event.source);
            }
            K::Measured { what, amount } => actor::measured(self, what, amount),
            K::Dropped { count } => actor::dropped(self, count),
            K::Raised { exception, text } => {
                exception::raised(self, exception, text, event.source);
                // Raised in the place of the one that the task's worker could not raise any more.
                if let Some((res, task)) = missed {
                    self.state.journeys.failed(exception, res, task);
                }
            }
            K::Caught { exception } => exception::caught(self, exception, event.source),
            K::Propagated { exception, to } => exception::passed(self, exception, to, event.source),
            K::Kept { exception, res } => exception::kept(self, exception, res, event.source),
            K::Unhandled { exception } => exception::unhandled(self, exception, event.source),
            K::SectionBegan { section } => actor::section_began(self, section),
            K::SectionEnded { section } => actor::section_ended(self, section),
            // Nothing that lasts: lanes and log read them from the trace.
            K::At | K::SignalSent { .. } => {}
            K::SignalHandled { signal } => actor::handled(self, signal),
            K::AlarmSet { after, every } => actor::set_alarm(self, after, every),
            K::EndSeen { of, .. } => actor::seen(self, of),
            K::GivenUp { .. } | K::Refused { .. } => {}
            K::ResultsTaken { res, task, count } => {
                pool::taken(self, res, task, count);
                exception::asked(self, res, task, count, event.source);
            }

            K::WaitBegan { res, op } => wait::began(self, res, op),
            K::WaitEnded { res, how } => wait::ended(self, res, how),
            K::Acquired { res } => {
                wait::acquired(self, res);
                match self.kind(res) {
                    Some(ResourceKind::Semaphore) => semaphore::acquired(self, res, event.source),
                    _ => lock::acquired(self, res, event.source),
                }
            }
            K::Released { res } => {
                exception::gave_back(self, res, event.source);
                match self.kind(res) {
                    Some(ResourceKind::Semaphore) => semaphore::released(self, res),
                    _ => lock::released(self, res),
                }
            }
            K::Notified { res, woken } => condition::notified(self, res, woken),
            K::Set { res } => event::set(self, res, true),
            K::Cleared { res } => match self.kind(res) {
                Some(ResourceKind::Barrier) => barrier::reset(self, res),
                _ => event::set(self, res, false),
            },
            K::BarrierPassed { res, generation } => barrier::passed(self, res, generation),
            K::BarrierBroken { res } => barrier::broken(self, res),
            K::Put { res, item } => queue::put(self, res, item),
            K::Got { res, item } => queue::got(self, res, item),
            K::ItemDone { res } => queue::done(self, res),
            K::Closed { res } => queue::closed(self, res),
            K::Copied { .. } => {}
            K::FoundEmpty { res } => queue::found_empty(self, res),
            K::Inserted { res, index, item } => list::inserted(self, res, index as usize, item),
            K::Removed { res, index, item } => list::removed(self, res, index as usize, item),
            K::ValueRead { res, version, value } => value::read(self, res, version, value),
            K::ValueSeen { res, version, value } => value::seen(self, res, version, value),
            K::ValueChanged { res, version, old, new } => {
                value::changed(self, res, version, old, new);
            }
            K::FoundChanged { res, version, new, .. } => value::found(self, res, version, new),
            K::FoundInserted { res, index, item } => list::found(self, res, index as usize, item),
            K::FoundRemoved { res, index, item } => list::gone(self, res, index as usize, item),
            K::Placed { res, address } => self.resource(res).address = Some(address),
            K::SlotChanged { res, index, new } => value::slot(self, res, index as usize, new),
            K::TaskSubmitted { res, task, item } => pool::submitted(self, res, task, item),
            K::TaskAssigned { res, task, count, to } => {
                pool::assigned(self, res, task, count, to);
            }
            K::TaskStarted { res, task } => pool::started(self, res, task),
            K::TaskFinished { res, task, .. } => pool::ended(self, res, task, pool::How::Finished),
            K::TaskFailed { res, task, .. } => pool::ended(self, res, task, pool::How::Failed),
            K::TaskCancelled { res, task } => pool::ended(self, res, task, pool::How::Cancelled),
        }
        self.refresh(self.actor);
        if let Some((loser, _)) = self.effect.released
            && loser != self.actor
        {
            self.refresh(loser);
        }
    }

    /// Works the actor's phase out anew.
    fn refresh(&mut self, id: ActorId) {
        let at = self.at;
        let actor = &mut self.state.actors[id.index()];
        let mut phase = actor.phase_now();
        if phase == Phase::Running && actor.doing.is_empty() && self.meta.is_by_spans(id) {
            phase = Phase::Idle;
        }
        if phase != actor.phase {
            actor.phase = phase;
            actor.since = at;
        }
    }

    /// The event's actor.
    fn who(&mut self) -> &mut ActorState {
        &mut self.state.actors[self.actor.index()]
    }

    /// Whether the event's actor has ended: then it can no longer wait, sleep or work.
    fn has_ended(&self) -> bool {
        self.state.actors[self.actor.index()].end.is_some()
    }

    /// The event's resource.
    fn resource(&mut self, res: ResourceId) -> &mut ResourceState {
        &mut self.state.resources[res.index()]
    }

    fn named(&self, res: ResourceId) -> Option<&Resource> {
        self.meta.resources.get(res.index())
    }

    fn kind(&self, res: ResourceId) -> Option<ResourceKind> {
        self.named(res).map(|r| r.kind)
    }

    fn capacity(&self, res: ResourceId) -> Option<u32> {
        self.named(res).and_then(|r| r.capacity)
    }

    /// Notes the first thing odd about the event.
    fn odd(&mut self, oddity: Oddity) {
        self.effect.oddity.get_or_insert(oddity);
    }

    /// Records that `actor` holds one more of `res`.
    fn take(&mut self, res: ResourceId, source: SourceId) {
        let (actor, since) = (self.actor, self.at);
        let held = Held { res, since, depth: 1, source, again: [SourceId::NONE; 2] };
        let owners = &mut self.state.resources[res.index()].owners;
        match owners.iter_mut().find(|(owner, _)| *owner == actor) {
            Some((_, held)) => held.take_again(source),
            None => owners.push((actor, held)),
        }
        let holding = &mut self.state.actors[actor.index()].holding;
        match holding.iter_mut().find(|h| h.res == res) {
            Some(held) => held.take_again(source),
            None => holding.push(held),
        }
    }

    /// Records that the owner at `place` of the owners' list gives back one of `res`, or `all` it has.
    fn give_back(&mut self, res: ResourceId, place: usize, all: bool) {
        let owners = &mut self.state.resources[res.index()].owners;
        let Some((owner, held)) = owners.get_mut(place) else {
            return;
        };
        let owner = *owner;
        let holding = &mut self.state.actors[owner.index()].holding;
        if held.depth > 1 && !all {
            held.depth -= 1;
            if let Some(same) = holding.iter_mut().find(|h| h.res == res) {
                same.depth = held.depth;
            }
            return;
        }
        self.effect.released = Some((owner, *held));
        owners.remove(place);
        holding.retain(|h| h.res != res);
    }

    /// Records that nothing in a section is owned any more by anybody who has ended.
    fn leave_all(&mut self, section: SectionId) {
        let resources = self.meta.resources.iter().zip(&mut self.state.resources);
        for (index, (named, resource)) in resources.enumerate() {
            if resource.owners.is_empty() || !self.meta.is_within(named.section, section) {
                continue;
            }
            let id = ResourceId::from_index(index);
            let actors = &mut self.state.actors;
            resource.owners.retain(|(owner, _)| {
                let owner = &mut actors[owner.index()];
                if owner.end.is_some() {
                    owner.holding.retain(|held| held.res != id);
                }
                owner.end.is_none()
            });
            resource.left = resource.owners.is_empty();
        }
    }

    /// Records that an item went in or came out.
    fn moved(&mut self, res: ResourceId, item: Item, inwards: bool) {
        let (at, actor) = (self.at, self.actor);
        let kind = self.kind(res);
        let resource = self.resource(res);
        // What comes out of a pipe without a name may be anything, unless that went in.
        let [put, taken] = resource.sentinels;
        let is_sentinel = item == Item::NOTHING
            && match kind {
                Some(ResourceKind::Queue) => true,
                Some(ResourceKind::Pipe) => inwards || taken < put,
                _ => false,
            };
        resource.last_move = Some((at, actor, item, inwards));
        resource.sentinels[usize::from(!inwards)] += u64::from(is_sentinel);
        match inwards {
            true => {
                resource.added += 1;
                resource.put_by = Some(actor);
            }
            false => {
                resource.removed += 1;
                resource.taken_by = Some(actor);
            }
        }
    }

    /// The actor is one of those who take from a resource.
    fn taker(&mut self, res: ResourceId) {
        let actor = self.actor;
        let takers = &mut self.resource(res).takers;
        if !takers.contains(&actor) {
            takers.push(actor);
        }
    }

    /// Puts `item` into the contents at `place`, or at the end where there are fewer. `maker`: who put it in, where that is known.
    fn put_in(&mut self, res: ResourceId, place: usize, item: Item, maker: Option<ActorId>) {
        let resource = self.resource(res);
        let place = place.min(resource.contents.len());
        resource.contents.insert(place, item);
        resource.makers.insert(place.min(resource.makers.len()), maker);
        resource.last_place = u32::try_from(place).unwrap_or(u32::MAX);
    }

    /// Takes `item` out of the contents: at `place`, or where it is found if it is not there.
    fn take_out(&mut self, res: ResourceId, place: usize, item: Item) {
        let actor = self.actor;
        let resource = self.resource(res);
        resource.last_place = u32::try_from(place).unwrap_or(u32::MAX);
        let contents = &mut resource.contents;
        if contents.get(place) == Some(&item) {
            contents.remove(place);
            resource.makers.remove(place);
            return;
        }
        let oddity = match contents.len() {
            0 => Oddity::TookFromEmpty(actor, res),
            len if place >= len => Oddity::PastEnd(actor, res),
            _ => Oddity::WrongItem(actor, res),
        };
        let place = position(contents, item).unwrap_or(place);
        contents.remove(place);
        resource.makers.remove(place);
        resource.last_place = u32::try_from(place).unwrap_or(u32::MAX);
        self.odd(oddity);
    }
}

fn position(contents: &VecDeque<Item>, item: Item) -> Option<usize> {
    contents.iter().take(SEARCHED).position(|&i| i == item)
}

/// Whether the actor has come to life, by whatever event.
fn is_started(actor: &ActorState) -> bool {
    actor.phase != Phase::NotStarted
}
