//! Why an actor waits.

use super::phrase::to_go;
use super::why::Why;
use super::{actors, agree, at_line, capital, count, if_any, phrase, the, times};
use crate::replay::Phase;
use crate::replay::state::{ResourceState, State, Waiting};
use crate::trace::{ActorId, Meta, Nanos, Resource, ResourceId, ResourceKind, WaitOp};

/// What is said of a wait for something that is free.
const FIRST: &str = "whoever asks first takes it";

/// A wait and all it takes to explain it.
struct Wait<'a> {
    meta: &'a Meta,
    state: &'a State,
    actor: ActorId,
    now: Nanos,
    res: ResourceId,
    name: String,
    named: Option<&'a Resource>,
    resource: &'a ResourceState,
    /// Actors that began to wait for this resource before.
    ahead: Vec<ActorId>,
    /// All other actors that wait for this resource.
    others: Vec<ActorId>,
    /// How often somebody who came later was served first.
    passed_over: u32,
    /// Who keeps it waiting.
    holder: Option<ActorId>,
}

pub fn why(meta: &Meta, state: &State, actor: ActorId, waiting: Waiting, now: Nanos) -> Why {
    let unknown = ResourceState::default();
    let resource = state.resource(waiting.res).unwrap_or(&unknown);
    let same = |w: &&crate::replay::Waiter| w.op == waiting.op;
    let others = || resource.waiters.iter().filter(same).map(|w| w.actor);
    let mut wait = Wait {
        meta,
        state,
        actor,
        now,
        res: waiting.res,
        name: meta.resource_name(waiting.res),
        named: meta.resources.get(waiting.res.index()),
        resource,
        ahead: others().take_while(|&other| other != actor).collect(),
        others: others().filter(|&other| other != actor).collect(),
        passed_over: (resource.waiters.iter().find(|w| w.actor == actor))
            .map_or(0, |w| w.passed_over),
        holder: resource.owners.first().map(|&(owner, _)| owner),
    };
    let mut sentence = wait.sentence(waiting.op);
    // A time-out is a sleep beside the wait.
    if let Some(left) = state.actor(actor).and_then(|who| to_go(who, now)) {
        sentence += &format!(" It gives up in {left}, if nothing comes.");
    }
    Why {
        title: format!("Why is {} waiting?", meta.actor_name(actor)),
        sentence,
        res: Some(waiting.res),
        holder: wait.holder,
        ahead: wait.ahead,
    }
}

impl Wait<'_> {
    fn sentence(&mut self, op: WaitOp) -> String {
        use ResourceKind as R;
        if self.named.is_some_and(|named| named.is_copied_unseen()) {
            return self.in_line(format!(
                "It waits for its process's own copy of {}: what others do with theirs does not reach it",
                self.name
            ));
        }
        match (op, self.named.map(|r| r.kind)) {
            (WaitOp::Acquire, Some(R::Semaphore)) => self.permit(),
            (WaitOp::Acquire, _) => self.lock(),
            (WaitOp::Wait, Some(R::Condition)) => self.notification(),
            (WaitOp::Wait, Some(R::Event)) => self.flag(),
            (WaitOp::Wait, Some(R::Barrier)) => self.barrier(),
            (WaitOp::Wait, _) => self.in_line(format!("It waits for {}", self.name)),
            (WaitOp::Get, _) => self.item(),
            (WaitOp::Put, _) => self.room(),
            (WaitOp::Join, Some(R::Queue)) => self.all_done(),
            (WaitOp::Join, _) => self.join(),
            (WaitOp::Task, _) => format!("It waits for a task of {}.", self.name),
            (WaitOp::Result, Some(R::Pool)) => self.results(),
            (WaitOp::Result, Some(R::Manager)) => format!(
                "It called {} and waits for the answer: a message there, and one back.",
                self.name
            ),
            (WaitOp::Result, Some(R::Pipe)) => format!("It waits for {}.", self.name),
            (WaitOp::Result, _) => format!("It waits for the result of {}.", self.name),
        }
    }

    fn lock(&self) -> String {
        let (name, meta) = (&self.name, self.meta);
        if let Some(owner) = self.resource.holder_at_fork {
            let holder = meta.actor_name(owner);
            return self.in_line(format!(
                "It wants its process's copy of {name}, which is locked since the process was forked: {holder} had taken {name}, and \
                 can unlock only its own"
            ));
        }
        let Some(&(owner, held)) = self.resource.owners.first() else {
            return self.in_line(format!("It wants {name}, which is free: {FIRST}"));
        };
        let lasted = self.now.since(held.since);
        if owner == self.actor {
            return format!(
                "It wants {name}, which it has held itself for {lasted}: while it \
                 waits it cannot give it back."
            );
        }
        let owner_state = self.state.actor(owner);
        let line = owner_state.map_or_else(String::new, |o| at_line(meta, o.source));
        let holder = meta.actor_name(owner);
        if owner_state.is_some_and(|o| o.end.is_some()) {
            return self.in_line(format!(
                "It wants {name}, held by {holder}, which ended{line} without giving it back"
            ));
        }
        let sentence =
            self.in_line(format!("It wants {name}, held by {holder} for {lasted}{line}"));
        let (deadlock, doing) = self.chain(owner);
        format!("{deadlock}{sentence}{doing}")
    }

    fn permit(&self) -> String {
        let name = &self.name;
        let free = self.resource.permits;
        if free > 0 {
            let free = count(free, "permit");
            return self.in_line(format!("It wants a permit of {name}, which has {free}: {FIRST}"));
        }
        let owners: Vec<_> = self.resource.owners.iter().map(|&(o, _)| o).collect();
        let held = if_any(owners.len(), |_| format!(", held by {}", actors(self.meta, &owners)));
        self.in_line(format!("It wants a permit of {name}, which has none left{held}"))
    }

    fn notification(&mut self) -> String {
        // The lock that goes with it is what its owner needs to notify: nobody in particular keeps it waiting.
        self.holder = None;
        let name = &self.name;
        if self.ahead.len() < self.resource.notified as usize {
            return format!(
                "It waited for {name} and has been notified: it goes on when it has its lock again."
            );
        }
        self.in_line(format!("It waits until somebody notifies {name}"))
    }

    fn flag(&self) -> String {
        let name = &self.name;
        match self.resource.set {
            true => format!("It waited for {name}, which is set now: it is about to go on."),
            false => format!("It waits until somebody sets {name}. {}", self.company()),
        }
    }

    fn barrier(&self) -> String {
        let name = &self.name;
        let arrived = u64::from(self.resource.arrived);
        if self.resource.closed {
            return format!("It waited at {name}, which is broken: it is about to leave.");
        }
        if arrived == 0 {
            return format!("It waited at {name}, which has opened: it is about to go on.");
        }
        match self.named.and_then(|r| r.capacity) {
            Some(parties) => {
                let missing = u64::from(parties).saturating_sub(arrived);
                let (have, verb) = (agree(arrived, "has", "have"), agree(missing, "is", "are"));
                format!(
                    "It waits at {name}: {arrived} of {parties} {have} arrived, {missing} {verb} missing."
                )
            }
            None => {
                let have = agree(arrived, "has", "have");
                format!("It waits at {name} for the others: {arrived} {have} arrived.")
            }
        }
    }

    fn item(&self) -> String {
        let name = &self.name;
        let items = self.resource.contents.len() as u64;
        match (items, self.resource.closed) {
            (0, true) => format!("It waits for an item in {name}, which is empty and closed."),
            (0, false) => self.in_line(format!("It waits for an item in {name}, which is empty")),
            _ => {
                let items = count(items, "item");
                self.in_line(format!(
                    "It waits for an item in {name}, which has {items} by now: {FIRST}"
                ))
            }
        }
    }

    fn room(&self) -> String {
        let name = &self.name;
        let items = self.resource.contents.len() as u64;
        match self.named.and_then(|r| r.capacity) {
            Some(bound) if items >= u64::from(bound) => {
                let items = count(items, "item");
                self.in_line(format!("It waits for room in {name}, which is full with {items}"))
            }
            Some(bound) => self.in_line(format!(
                "It waits for room in {name}, which has {items} of {} by now: {FIRST}",
                count(bound, "item")
            )),
            None => self.in_line(format!("It waits for room in {name}")),
        }
    }

    fn all_done(&self) -> String {
        let left = count(self.resource.unfinished(), "item");
        format!(
            "It waits until {} is told that all that was put in is done: {left} to go.",
            self.name
        )
    }

    fn join(&mut self) -> String {
        let target = self.named.filter(|r| r.is_an_end()).and_then(|r| r.of);
        let ended = target.and_then(|t| self.state.actor(t)?.end).is_some();
        self.holder = target.filter(|_| !ended);
        match target {
            Some(_) if ended => {
                format!(
                    "It waited for {}, which has come: it is about to go on.",
                    the(self.meta, self.res)
                )
            }
            Some(target) => {
                let name = self.meta.actor_name(target);
                let doing = phrase(self.meta, self.state, target, self.now);
                format!("It waits for the end of {name} (now: {doing}).")
            }
            None => format!("It waits for {}.", the(self.meta, self.res)),
        }
    }

    fn results(&self) -> String {
        let (name, pool) = (&self.name, &self.resource.pool);
        let (pending, running) = (pool.pending.len() as u64, pool.running.len() as u64);
        format!(
            "It waits for results of {name}: {} under way, {pending} not begun.",
            count(running, "task")
        )
    }

    /// The sentence, ended with who came before it. That is the order of arrival and no forecast: who is served next is
    /// known when it has happened.
    fn in_line(&self, sentence: String) -> String {
        let passed = match self.passed_over {
            0 => String::new(),
            1 => " Since it came, somebody who came later was served first.".to_owned(),
            n => format!(" It was passed over {} since it came.", times(n)),
        };
        let sentence = match (self.ahead.len(), self.others.len()) {
            (0, 0) => format!("{sentence}. Nobody else waits for it."),
            (0, n) => format!("{sentence}. It came first of the {} that wait for it.", n + 1),
            (n, _) => {
                format!("{sentence}; {n} came before it: {}.", actors(self.meta, &self.ahead))
            }
        };
        sentence + &passed
    }

    /// Who waits too, where order means nothing.
    fn company(&self) -> String {
        match self.others.len() {
            0 => "Nobody else waits for it.".to_owned(),
            1 => format!("{} waits for it too.", capital(&actors(self.meta, &self.others))),
            n => format!("{n} others wait for it too: {}.", actors(self.meta, &self.others)),
        }
    }

    /// That it is a deadlock where the waits form a circle, which is said first: where there is no room for all, the rest is
    /// less. And what the holder waits for in turn.
    fn chain(&self, holder: ActorId) -> (String, String) {
        let waits = |who: ActorId| {
            let who = self.state.actor(who)?;
            let waiting =
                who.waiting.filter(|_| matches!(who.phase, Phase::Waiting | Phase::Blocked))?;
            Some((waiting, self.state.resource(waiting.res)?))
        };
        if waits(holder).is_none() {
            return Default::default();
        }
        let doing = phrase(self.meta, self.state, holder, self.now);
        let name = self.meta.actor_name(holder);
        let mut circle = vec![holder];
        // Who has a time-out goes on by itself.
        let is_timed =
            |who: ActorId| self.state.actor(who).is_some_and(|who| who.sleeping.is_some());
        while let Some((waiting, resource)) = waits(circle[circle.len() - 1])
            && !circle.last().is_some_and(|last| is_timed(*last))
            && waiting.op == WaitOp::Acquire
            && let Some(&(owner, _)) = resource.owners.first()
        {
            if owner == self.actor && !is_timed(owner) {
                let all = actors(self.meta, &[&[self.actor], &circle[..]].concat());
                return (
                    format!(
                        "It is a deadlock of {all}: each waits for what another holds, and none can go on. "
                    ),
                    format!(" But {name} in turn {doing}."),
                );
            }
            if circle.contains(&owner) {
                break;
            }
            circle.push(owner);
        }
        (String::new(), format!(" Meanwhile {name} {doing}."))
    }
}
