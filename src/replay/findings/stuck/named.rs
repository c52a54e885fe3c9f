//! What it is called when nobody can go on, and the words for it.

use super::{Broken, Stuck};
use crate::replay::findings::{Finding, FindingKind, Run};
use crate::replay::standstill::{Can, what_can};
use crate::replay::words::{actors as names, agree, capital, count, the, times};
use crate::replay::{Circle, State};
use crate::trace::{ActorId, Meta, Nanos, ResourceId, ResourceKind, Role, WaitOp};
use std::collections::{BTreeMap, BTreeSet};

/// Who has ended without coming to a barrier, of those that the same one started as those who came.
pub(super) fn absent(meta: &Meta, state: &State, came: &BTreeSet<ActorId>) -> Vec<ActorId> {
    let origin = |id: ActorId| meta.actor(id).map(|who| (who.kind, who.parent));
    let origins: Vec<_> = came.iter().filter_map(|id| origin(*id)).collect();
    let is_one = |id: &ActorId| {
        let has_ended = state.actor(*id).is_some_and(|who| who.end.is_some());
        has_ended && !came.contains(id) && origin(*id).is_some_and(|it| origins.contains(&it))
    };
    meta.actors_where(|actor| actor.role == Role::Work).filter(is_one).collect()
}

/// ", and walker 1 had ended": of those who did not come.
fn had_ended(meta: &Meta, absent: &[ActorId]) -> String {
    match absent {
        [] => String::new(),
        absent => format!(", and {} had ended", names(meta, absent)),
    }
}

impl Broken {
    pub(super) fn sentence(&self, meta: &Meta, barrier: ResourceId) -> String {
        let parties = meta.resource(barrier).and_then(|barrier| barrier.capacity);
        let when = match parties.filter(|_| self.came > 0) {
            Some(parties) => format!(
                " when {} of {parties} had come{}",
                self.came,
                had_ended(meta, &self.absent)
            ),
            None => String::new(),
        };
        format!(
            "the barrier {} broke{when}: whoever waits there, or comes before it is reset, gets an error.",
            meta.resource_name(barrier)
        )
    }
}

/// Who took something out of a queue, and for how many items it has not called `task_done()`.
struct Owed {
    who: ActorId,
    items: u64,
    has_ended: bool,
}

/// The moment from which nobody can go on.
pub(super) struct Moment<'a> {
    pub(super) stuck: &'a Stuck,
    pub(super) meta: &'a Meta,
    pub(super) run: &'a Run<'a>,
    pub(super) state: &'a State,
    pub(super) at: Nanos,
    pub(super) event: usize,
}

impl Moment<'_> {
    pub(super) fn findings(&self) -> Vec<Finding> {
        let mut by_wait: BTreeMap<(ResourceId, u8), (WaitOp, Vec<ActorId>)> = BTreeMap::new();
        let mut all = Vec::new();
        for (id, waiting) in self.left() {
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
        // Who waits for a lock that was held at a fork has a finding of its own, and those who wait for its end are behind that.
        let is_forked = |one: &&(ActorId, ResourceId)| {
            self.state.resource(one.1).is_some_and(|lock| lock.holder_at_fork.is_some())
        };
        let forked: Vec<ActorId> = all.iter().filter(is_forked).map(|one| one.0).collect();
        let behind = self.behind(&forked);
        if found.is_empty() && !all.is_empty() && all.iter().all(|one| behind.contains(&one.0)) {
            return found;
        }
        let mut handlers = self.meta.actors_where(|actor| actor.handles);
        if let Some(handler) =
            handlers.find(|id| what_can(self.meta, self.state, *id) == Can::Handle)
        {
            if found.is_empty() {
                return vec![self.unless_signalled(all, handler)];
            }
            // What is behind it is known all the same, but not that nobody will ever go on.
            for finding in &mut found {
                finding.kind = FindingKind::OnlyASignal;
                finding.sentence = format!(
                    "{} Only a signal could change that: {} has a handler of its own.",
                    finding.sentence.replace(" for ever", ""),
                    self.meta.actor_name(handler),
                );
            }
            return found;
        }
        if found.is_empty() {
            let who: Vec<ActorId> = all.iter().map(|one| one.0).collect();
            let what: BTreeSet<ResourceId> = all.iter().map(|one| one.1).collect();
            let what: Vec<ResourceId> = what.into_iter().collect();
            let sentence = self.each_wait();
            found.push(self.finding(FindingKind::Standstill, who, what, sentence));
        }
        found
    }

    /// What is known where a handler may run in the one that waits: not that nobody will ever go on.
    fn unless_signalled(&self, all: Vec<(ActorId, ResourceId)>, handler: ActorId) -> Finding {
        let sentence = format!(
            "{}: nobody in the program is left to end that. Only a signal could wake {}, for {} has a handler of its own.",
            capital(&self.listed(self.left(), true)),
            agree(all.len(), "it", "them"),
            self.meta.actor_name(handler),
        );
        let what: BTreeSet<ResourceId> = all.iter().map(|one| one.1).collect();
        let who = all.into_iter().map(|one| one.0).collect();
        self.finding(FindingKind::OnlyASignal, who, what.into_iter().collect(), sentence)
    }

    /// What the wait of some actors is called.
    fn named(&self, res: ResourceId, op: WaitOp, who: Vec<ActorId>) -> Option<Finding> {
        use ResourceKind as R;
        let named = self.meta.resource(res)?;
        let resource = self.state.resource(res)?;
        let (name, waits) = (the(self.meta, res), agree(who.len(), "waits", "wait"));
        let subject = capital(&names(self.meta, &who));
        let held = self.held(&who);
        let and_holds = held.as_ref().map(|held| self.and_holds(held, &who)).unwrap_or_default();
        let advice =
            |what: &str| held.as_ref().map(|held| self.advice(held, what)).unwrap_or_default();
        match (op, named.kind) {
            // Who keeps out somebody that may notify does not wait for what was notified before.
            (WaitOp::Wait, R::Condition) if held.is_none() => {
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
                        "{by_whom} notified {name} when nobody waited: that reaches nobody. {subject} came to wait after that{}. \
                         Look before the wait whether it has happened: `wait_for`, or `while not …: wait()`. Where the \
                         program does look, it had not happened by then.",
                        self.nobody(&who, ", and ", "notify again"),
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
                let absent = absent(self.meta, self.state, &who.iter().copied().collect());
                let ended = had_ended(self.meta, &absent);
                let why = match &held {
                    Some(_) => format!(".{}", advice("wait")),
                    None => format!("{}.", self.nobody(&who, "; ", "come")),
                };
                let sentence = format!(
                    "{subject} {waits} at {name} for ever{and_holds}: {} of {parties} came{ended}{why}",
                    parties - missing
                );
                let who = who.into_iter().chain(absent).collect();
                Some(self.finding(FindingKind::BrokenBarrier, who, vec![res], sentence))
            }
            (WaitOp::Get, R::Queue | R::Pipe) if held.is_none() => {
                let (putters, stops) = self.stuck.putters.get(&res)?;
                let gone = |id: &ActorId| self.state.actor(*id).is_some_and(|p| p.end.is_some());
                // Who waits for those to end that take from there has put all that it will, as who has ended.
                let is_done =
                    |id: &ActorId| gone(id) || self.joins(self.who_puts(*id), &who).is_some();
                if !putters.iter().any(is_done) && *stops == 0 {
                    return None;
                }
                let took = self.stuck.getters.get(&res).into_iter().flat_map(BTreeMap::keys);
                let takers: BTreeSet<&ActorId> = took.chain(&who).collect();
                // Whether one more was to come or a word to stop the trace does not tell.
                let told = match *stops as usize {
                    _ if named.kind == R::Pipe => {
                        "EOFError comes once every copy of the other end is closed, also that of its own process".to_owned()
                    }
                    0 => format!(
                        "no `None` was put. Either one that was to come is missing, or nobody said stop to {}",
                        match takers.len() {
                            1 => "who takes there until that comes".to_owned(),
                            takers => format!("each of the {takers} that take there until that comes"),
                        }
                    ),
                    stops if stops < takers.len() => format!(
                        "`None` was put {}, but {} take from there: where it says stop, each needs one",
                        times(stops),
                        takers.len(),
                    ),
                    stops => format!("`None` was put {}, to whoever took it", times(stops)),
                };
                let why = match self.others(&who) {
                    Some(others) => format!(". {}. {}", capital(&others), capital(&told)),
                    None => format!(": nobody is left to put one, and {told}"),
                };
                let sentence = format!("{subject} {waits} for an item in {name} for ever{why}.");
                Some(self.finding(FindingKind::MissingSentinel, who, vec![res], sentence))
            }
            (WaitOp::Join, R::Queue) => {
                let owe = self.undone(res);
                let owed = self.owed(&owe, true) + &self.owed(&owe, false);
                let went_in = count(resource.unfinished() + resource.done, "item");
                let done = match resource.done {
                    0 => "none".to_owned(),
                    done => done.to_string(),
                };
                let why = match &held {
                    Some(_) => format!(".{}", advice("wait")),
                    None => format!("{}.{owed}", self.nobody(&who, "; ", "call it")),
                };
                let sentence = format!(
                    "{subject} {waits} until {name} is told that all is done, for ever{and_holds}: {went_in} went in, and \
                     `task_done()` was called for {done} of them{why}",
                );
                let ended = owe.iter().filter(|owe| owe.has_ended).map(|owe| owe.who);
                let who = who.into_iter().chain(ended).collect();
                Some(self.finding(FindingKind::MissingTaskDone, who, vec![res], sentence))
            }
            (WaitOp::Put, R::Queue | R::Pipe) => {
                let joins = self.who_joins(&who).map(|(joiner, joined)| {
                    let (joiner, joined) =
                        (self.meta.actor_name(joiner), self.meta.actor_name(joined));
                    format!("{joiner} waits for the end of {joined}, and ")
                });
                let why = match &held {
                    Some(_) => format!(".{}", advice("put")),
                    None => {
                        let is_joined = joins.is_some();
                        let link = format!(": {}", joins.unwrap_or_default());
                        let nobody = self.nobody(&who, &link, "take anything out of it");
                        // Who waits for that end is the one that could take it out.
                        match is_joined && nobody.starts_with(&link) {
                            true => format!("{nobody}. Take out what is in it before that wait."),
                            false => format!("{nobody}."),
                        }
                    }
                };
                // A thread that serves another is known by whose it is.
                let subject = match (&who[..], who.first().and_then(|id| self.meta.process_of(*id)))
                {
                    ([one], Some(process)) if *one != process && !self.is_mains(*one, process) => {
                        format!("{subject} of {}", self.meta.actor_name(process))
                    }
                    _ => subject,
                };
                let sentence =
                    format!("{subject} {waits} for room in {name} for ever{and_holds}{why}");
                let (mut who, mut what) = (who, vec![res]);
                let circle = Circle::at(self.meta, self.state).unwrap_or_default();
                if let Some((last, others)) = circle.members.split_last()
                    && last.1 == res
                {
                    // Whoever could take waits for who put.
                    for (other, its) in others {
                        what.push(*its);
                        if !who.contains(other) {
                            who.push(*other);
                        }
                    }
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
                let pending = resource.pool.pending.len();
                let (stand, them) =
                    (agree(pending, "stands", "stand"), agree(pending, "it", "them"));
                let sentence = format!(
                    "All workers of {name} ({all}) wait inside their tasks. {tasks} {stand} in its queue, and no worker \
                     is left to begin {them}."
                );
                Some(self.finding(FindingKind::PoolStarvation, inside, vec![res], sentence))
            }
            _ => None,
        }
    }

    /// Who took something out of a queue and has not told that it was done. Where one tells for another that is not known.
    fn undone(&self, queue: ResourceId) -> Vec<Owed> {
        let open = self.stuck.getters.get(&queue).into_iter().flatten();
        let owed = open.filter(|(_, open)| **open > 0).map(|(who, open)| {
            let has_ended = self.state.actor(*who).is_some_and(|who| who.end.is_some());
            Owed { who: *who, items: open.unsigned_abs(), has_ended }
        });
        let owed: Vec<Owed> = owed.collect();
        let taken = self
            .state
            .resource(queue)
            .map_or(0, |queue| queue.unfinished().saturating_sub(queue.contents.len() as u64));
        match owed.iter().map(|owed| owed.items).sum::<u64>() == taken {
            true => owed,
            false => Vec::new(),
        }
    }

    /// " Bob ended with no `task_done()` for 1 item that it took out.": of those that have ended, or of the others.
    fn owed(&self, owe: &[Owed], ended: bool) -> String {
        let owe = || owe.iter().filter(|owed| owed.has_ended == ended);
        let who: Vec<ActorId> = owe().map(|owed| owed.who).collect();
        if who.is_empty() {
            return String::new();
        }
        let did = match ended {
            true => "ended with",
            false => agree(who.len(), "has called", "have called"),
        };
        format!(
            " {} {did} no `task_done()` for {} that {} took out.",
            capital(&names(self.meta, &who)),
            count(owe().map(|owed| owed.items).sum::<u64>(), "item"),
            agree(who.len(), "it", "they"),
        )
    }

    /// Whether this is a thread of the program's own work in its main process, which needs no name beside the thread's.
    fn is_mains(&self, one: ActorId, process: ActorId) -> bool {
        let role = |id: ActorId| self.meta.actor(id).map(|actor| actor.role);
        role(one) == Some(Role::Work) && role(process) == Some(Role::Main)
    }

    /// Somebody who waits for the end of one of these, or of its process, and whom it waits for.
    fn who_joins(&self, who: &[ActorId]) -> Option<(ActorId, ActorId)> {
        let is_theirs = |id: ActorId| who.iter().any(|one| self.meta.process_of(*one) == Some(id));
        let mut all = (0..self.state.actors.len()).map(ActorId::from_index);
        all.find_map(|joiner| {
            let joined = self.joins(joiner, who).filter(|_| !is_theirs(joiner))?;
            Some((joiner, joined))
        })
    }

    /// For whose end somebody waits, where that is one of these, or its process.
    pub(super) fn joins(&self, joiner: ActorId, who: &[ActorId]) -> Option<ActorId> {
        let actor = self.state.actor(joiner).filter(|actor| actor.end.is_none())?;
        let waiting = actor.waiting.filter(|waiting| waiting.op == WaitOp::Join)?;
        let joined = self.meta.resource(waiting.res)?.of?;
        let is_it = |id: &ActorId| *id == joined || self.meta.process_of(*id) == Some(joined);
        who.iter().any(is_it).then_some(joined)
    }

    /// Who puts something, where that goes through another's hand: what feeds a queue is its process's.
    fn who_puts(&self, id: ActorId) -> ActorId {
        let is_passive = self.meta.actor(id).is_some_and(|actor| actor.passive);
        self.meta.process_of(id).filter(|_| is_passive).unwrap_or(id)
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
