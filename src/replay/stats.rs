//! Totals over a whole trace: how long was waited, held, and by whom.

use super::reduce::Effect;
use super::{Phase, State};
use crate::trace::{ActorId, Event, EventKind, Meta, Nanos, Resource, ResourceId, WaitEnd, WaitOp};

/// The longest wait or hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Longest {
    /// How long it lasted.
    pub lasted: Nanos,
    /// When it began.
    pub since: Nanos,
    /// Who.
    pub actor: ActorId,
    /// The resource that was waited for or held.
    pub res: ResourceId,
    /// Index of the event that ended it.
    pub event: usize,
}

/// Totals of one resource. Waits and holds count once they have ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ResourceStats {
    /// How often it was acquired.
    pub acquisitions: u64,
    /// How many of these came after a wait.
    pub contended: u64,
    /// How often it was acquired by another actor than the time before.
    pub hand_overs: u64,
    /// Waits that ended, however they did.
    pub waits: u64,
    /// Waits that ended because the time was up.
    pub timeouts: u64,
    /// Time waited, by all together.
    pub waited: Nanos,
    /// The longest wait.
    pub longest_wait: Option<Longest>,
    /// How many waited in its line at once, at most.
    pub most_waiters: usize,
    /// How often somebody who came later was served before one who waited, at most.
    pub most_passed_over: u32,
    /// The number of holds that have ended.
    pub holds: u64,
    /// Time held, summed over all owners.
    pub held: Nanos,
    /// The longest hold.
    pub longest_hold: Option<Longest>,
    /// Time in which it had any owner, not counting the stretch that began at `owned_since`.
    owned: Nanos,
    /// When the stretch under way began in which it has an owner.
    owned_since: Option<Nanos>,
    /// When its first owner acquired it.
    first_owned: Option<Nanos>,
    /// When its latest owner released it.
    last_owned: Nanos,
    last_owner: Option<ActorId>,
}

/// Totals of one actor.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ActorStats {
    /// Waits that ended.
    pub waits: u64,
    /// Time waited.
    pub waited: Nanos,
    /// Its longest wait.
    pub longest_wait: Option<Longest>,
    /// Tasks it finished, or that failed under it.
    pub tasks: u64,
    /// Lines of output.
    pub messages: u64,
    /// How often events of it were lost, or may have been.
    pub losses: u64,
    /// Whether it has waited for anything but a task, a result, and the end of another actor.
    pub takes_part: bool,
    times: [Nanos; PHASES],
    phase: Phase,
    since: Nanos,
}

const PHASES: usize = Phase::ALL.len();

/// Totals of a trace.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// By [`ActorId`].
    pub actors: Vec<ActorStats>,
    /// By [`ResourceId`].
    pub resources: Vec<ResourceStats>,
}

impl ResourceStats {
    /// Part of the time from the start of the run to `until` in which it had an owner, from 0 to 1. `until`: the end
    /// of the trace or later; [`Replay::held_fraction`](super::Replay::held_fraction) knows earlier times too.
    pub fn held_fraction(&self, until: Nanos) -> f64 {
        let open = self.owned_since.map_or(Nanos::ZERO, |s| until.since(s));
        match until {
            Nanos::ZERO => 0.0,
            _ => ((self.owned + open).0 as f64 / until.0 as f64).min(1.0),
        }
    }

    /// Part of the time from its first owner to its last in which it had one, from 0 to 1. `until` as in
    /// [`ResourceStats::held_fraction`].
    pub fn held_in_use(&self, until: Nanos) -> f64 {
        let open = self.owned_since.map_or(Nanos::ZERO, |s| until.since(s));
        let last = self.owned_since.map_or(self.last_owned, |_| until);
        let used = last.since(self.first_owned.unwrap_or(last));
        match used {
            Nanos::ZERO => 0.0,
            used => ((self.owned + open).0 as f64 / used.0 as f64).min(1.0),
        }
    }

    /// Mean of the holds that have ended.
    pub fn mean_hold(&self) -> Option<Nanos> {
        self.held.0.checked_div(self.holds).map(Nanos)
    }

    /// Mean of the waits that have ended.
    pub fn mean_wait(&self) -> Option<Nanos> {
        self.waited.0.checked_div(self.waits).map(Nanos)
    }
}

impl ActorStats {
    /// Time spent in a phase up to `until`: the end of the trace or later.
    pub fn time_in(&self, phase: Phase, until: Nanos) -> Nanos {
        let open = match phase == self.phase {
            true => until.since(self.since),
            false => Nanos::ZERO,
        };
        self.times[phase as usize] + open
    }
}

impl Stats {
    /// Whether events were lost, or may have been: then totals count what was recorded.
    pub fn is_partial(&self) -> bool {
        self.actors.iter().any(|actor| actor.losses > 0)
    }

    /// Room for as many actors and resources as the trace names, or the state has.
    pub(super) fn fit(&mut self, state: &State) {
        if self.actors.len() < state.actors.len() {
            (self.actors).resize_with(state.actors.len(), ActorStats::default);
        }
        if self.resources.len() < state.resources.len() {
            (self.resources).resize_with(state.resources.len(), ResourceStats::default);
        }
    }

    /// Adds one event, the `index`th, which led to `state`.
    pub(super) fn follow(
        &mut self,
        meta: &Meta,
        state: &State,
        index: usize,
        event: &Event,
        effect: &Effect,
    ) {
        self.follow_phase(state, event.actor);
        if let Some(waited) = effect.waited {
            let longest = Longest {
                lasted: event.at.since(waited.since),
                since: waited.since,
                actor: event.actor,
                res: waited.res,
                event: index,
            };
            self.follow_wait(longest);
            if waited.res != event.kind.resource().unwrap_or(waited.res) {
                self.follow_resource(meta, state, waited.res);
            }
        }
        if let Some((actor, held)) = effect.released {
            self.follow_phase(state, actor);
            let resource = &mut self.resources[held.res.index()];
            let lasted = event.at.since(held.since);
            resource.holds += 1;
            resource.held = resource.held + lasted;
            keep_longest(
                &mut resource.longest_hold,
                Longest { lasted, since: held.since, actor, res: held.res, event: index },
            );
        }
        if let EventKind::WaitBegan { res, op } = event.kind
            && !matches!(op, WaitOp::Task | WaitOp::Result)
            && !meta.resource(res).is_some_and(Resource::is_an_end)
        {
            self.actors[event.actor.index()].takes_part = true;
        }
        if let EventKind::Acquired { res } = event.kind {
            let passed_over = state.resources[res.index()].waiters.iter().map(|w| w.passed_over);
            let most = &mut self.resources[res.index()].most_passed_over;
            *most = passed_over.fold(*most, u32::max);
        }
        self.follow_kind(event, effect);
        if let Some(res) = event.kind.resource() {
            self.follow_resource(meta, state, res);
        }
        if matches!(event.kind, EventKind::SectionEnded { section } if meta.is_run(section)) {
            for index in 0..state.resources.len() {
                self.follow_resource(meta, state, ResourceId::from_index(index));
            }
        }
    }

    fn follow_kind(&mut self, event: &Event, effect: &Effect) {
        use EventKind as K;
        let actor = &mut self.actors[event.actor.index()];
        match event.kind {
            K::Message { .. } => actor.messages += 1,
            K::Dropped { .. } => actor.losses += 1,
            K::TaskFinished { .. } | K::TaskFailed { .. } => {
                actor.tasks += u64::from(effect.task_changed);
            }
            K::Acquired { res } => {
                let resource = &mut self.resources[res.index()];
                resource.acquisitions += 1;
                resource.contended += u64::from(effect.waited.is_some());
                let last = resource.last_owner.replace(event.actor);
                resource.hand_overs += u64::from(last.is_some_and(|last| last != event.actor));
            }
            K::WaitEnded { res, how: WaitEnd::TimedOut } if effect.waited.is_some() => {
                self.resources[res.index()].timeouts += 1
            }
            _ => {}
        }
    }

    fn follow_phase(&mut self, state: &State, who: ActorId) {
        let (now, actor) = (&state.actors[who.index()], &mut self.actors[who.index()]);
        if now.phase != actor.phase {
            let time = &mut actor.times[actor.phase as usize];
            *time = *time + state.at.since(actor.since);
            actor.phase = now.phase;
            actor.since = state.at;
        }
    }

    fn follow_wait(&mut self, wait: Longest) {
        let actor = &mut self.actors[wait.actor.index()];
        actor.waits += 1;
        actor.waited = actor.waited + wait.lasted;
        keep_longest(&mut actor.longest_wait, wait);
        let resource = &mut self.resources[wait.res.index()];
        resource.waits += 1;
        resource.waited = resource.waited + wait.lasted;
        keep_longest(&mut resource.longest_wait, wait);
    }

    fn follow_resource(&mut self, meta: &Meta, state: &State, res: ResourceId) {
        let now = &state.resources[res.index()];
        let resource = &mut self.resources[res.index()];
        let in_line = now.in_line(meta.resource(res).map(|named| named.kind));
        resource.most_waiters = resource.most_waiters.max(in_line);
        match (resource.owned_since, now.owners.is_empty()) {
            (None, false) => {
                resource.owned_since = Some(state.at);
                resource.first_owned.get_or_insert(state.at);
            }
            (Some(since), true) => {
                resource.owned = resource.owned + state.at.since(since);
                resource.owned_since = None;
                resource.last_owned = state.at;
            }
            _ => {}
        }
    }

    pub(super) fn bytes(&self) -> usize {
        size_of_val(&self.actors[..]) + size_of_val(&self.resources[..])
    }
}

/// Of two equally long ones the earlier stays.
fn keep_longest(longest: &mut Option<Longest>, new: Longest) {
    if longest.is_none_or(|old| new.lasted > old.lasted) {
        *longest = Some(new);
    }
}
