//! What those wait for that are left, and why none of them ends the wait of another.

use super::named::Moment;
use crate::replay::Waiting;
use crate::replay::words::{actors as names, agree, capital, count, place, the, wanted};
use crate::trace::{ActorId, ResourceId, ResourceKind, SourceId, WaitOp};
use std::collections::BTreeSet;

/// Waits listed before the rest is only counted.
const LISTED: usize = 4;

/// A lock that somebody holds who waits, and who waits for that lock.
pub(super) struct Held {
    pub(super) holder: ActorId,
    pub(super) lock: ResourceId,
    pub(super) waiters: Vec<ActorId>,
}

/// Some actors that wait for the same at the same line.
struct Group {
    who: Vec<ActorId>,
    waiting: Waiting,
    line: SourceId,
}

impl Moment<'_> {
    /// Who has not ended and waits, and for what; workers that wait for a task are idle.
    pub(super) fn left(&self) -> impl Iterator<Item = (ActorId, Waiting)> {
        self.state.actors.iter().enumerate().filter_map(|(index, who)| {
            let waiting = who.waiting.filter(|_| who.end.is_none())?;
            (waiting.op != WaitOp::Task).then_some((ActorId::from_index(index), waiting))
        })
    }

    /// The first lock that one of these holds while somebody else waits for it.
    pub(super) fn held(&self, who: &[ActorId]) -> Option<Held> {
        who.iter().find_map(|holder| self.held_by(*holder, who))
    }

    fn held_by(&self, holder: ActorId, but: &[ActorId]) -> Option<Held> {
        self.state.actor(holder)?.holding.iter().find_map(|held| {
            let kind = self.meta.resource(held.res)?.kind;
            let waits = |waiting: Waiting| waiting.res == held.res && waiting.op == WaitOp::Acquire;
            let waiters = self.left().filter(|(_, waiting)| waits(*waiting)).map(|(id, _)| id);
            let waiters: Vec<ActorId> =
                waiters.filter(|id| *id != holder && !but.contains(id)).collect();
            let is_lock = matches!(kind, ResourceKind::Lock | ResourceKind::RLock);
            (is_lock && !waiters.is_empty()).then_some(Held { holder, lock: held.res, waiters })
        })
    }

    /// ", and holds lock meanwhile, for which Bob waits".
    pub(super) fn and_holds(&self, held: &Held, who: &[ActorId]) -> String {
        let holder = match who {
            [_] => String::new(),
            _ => format!("{} ", self.meta.actor_name(held.holder)),
        };
        format!(
            ", and {holder}holds {} meanwhile, for which {} {}",
            the(self.meta, held.lock),
            names(self.meta, &held.waiters),
            agree(held.waiters.len(), "waits", "wait"),
        )
    }

    /// " Who waits and holds a lock keeps out all that need it: put outside lock."
    pub(super) fn advice(&self, held: &Held, what: &str) -> String {
        format!(
            " Who waits and holds a lock keeps out all that need it: {what} outside {}.",
            the(self.meta, held.lock)
        )
    }

    /// Why nobody ends the wait of these, where somebody might have: a task stands in the queue of their pool, or others are
    /// left and wait, too. Who only waits for the end of these could not.
    pub(super) fn others(&self, who: &[ActorId]) -> Option<String> {
        if let Some(queued) = self.queued(who) {
            return Some(format!("{queued}: tasks that wait for each other need a worker each"));
        }
        let behind = self.behind(who);
        let others = || self.left().filter(|(id, _)| !who.contains(id));
        others().any(|(id, _)| !behind.contains(&id)).then(|| {
            format!("all others that are left wait, too: {}", self.listed(others(), false))
        })
    }

    /// ": nobody is left to take", or in a sentence of its own why the [others](Self::others) that are left do not.
    pub(super) fn nobody(&self, who: &[ActorId], link: &str, to: &str) -> String {
        match self.others(who) {
            Some(others) => format!(". {}", capital(&others)),
            None => format!("{link}nobody is left to {to}"),
        }
    }

    /// These, and who waits for their end, or for the end of one who does.
    pub(super) fn behind(&self, who: &[ActorId]) -> BTreeSet<ActorId> {
        let mut behind: BTreeSet<ActorId> = who.iter().copied().collect();
        loop {
            let all: Vec<ActorId> = behind.iter().copied().collect();
            let more = self.left().filter(|(id, _)| self.joins(*id, &all).is_some());
            behind.extend(more.map(|(id, _)| id));
            if behind.len() == all.len() {
                return behind;
            }
        }
    }

    /// "1 task stands in the queue of pool, and no worker is free to begin it", of a pool in whose tasks some of these wait.
    fn queued(&self, who: &[ActorId]) -> Option<String> {
        who.iter().find_map(|id| {
            let pool = self.meta.actor(*id)?.pool?;
            let tasks = &self.state.resource(pool)?.pool;
            let is_alive = |id: &ActorId| self.state.actor(*id).is_some_and(|w| w.end.is_none());
            let workers = self.meta.actors_where(|actor| actor.pool == Some(pool));
            let workers: Vec<ActorId> = workers.filter(is_alive).collect();
            let works = |id: &ActorId| tasks.running.iter().any(|running| running.0 == *id);
            let capacity = self.meta.resource(pool)?.capacity?;
            let is_full = workers.len() >= capacity as usize && workers.iter().all(works);
            let pending = tasks.pending.len();
            (is_full && pending > 0).then(|| {
                format!(
                    "{} {} in the queue of {}, and no worker is free to begin {}",
                    count(pending, "task"),
                    agree(pending, "stands", "stand"),
                    the(self.meta, pool),
                    agree(pending, "it", "them"),
                )
            })
        })
    }

    /// What is said where no wait has a name of its own: each wait, with its line, and what is known of why it lasts.
    pub(super) fn each_wait(&self) -> String {
        let who: Vec<ActorId> = self.left().map(|(id, _)| id).collect();
        let waits = capital(&self.listed(self.left(), true));
        let all = match who.len() {
            1 => "Nobody else does anything",
            _ => "All that are left wait",
        };
        let queued = self.queued(&who).map(|queued| format!(" {}.", capital(&queued)));
        let held = who.iter().find_map(|id| self.held_by(*id, &[]));
        format!(
            "{waits}. {all}: the program cannot go on.{}{}",
            held.map(|held| self.keeps_out(&held)).unwrap_or_default(),
            queued.unwrap_or_default(),
        )
    }

    /// What to change about a lock that somebody holds who waits.
    fn keeps_out(&self, held: &Held) -> String {
        let (holder, lock) = (self.meta.actor_name(held.holder), the(self.meta, held.lock));
        let crosswise =
            self.state.actor(held.holder).and_then(|who| who.waiting).filter(|waiting| {
                let resource = self.state.resource(waiting.res);
                let is_owner = |id: &ActorId| {
                    resource.is_some_and(|res| res.owners.iter().any(|owner| owner.0 == *id))
                };
                waiting.op == WaitOp::Acquire && held.waiters.iter().any(is_owner)
            });
        let change = match crosswise {
            Some(waiting) => {
                format!("take {} and {lock} in one order everywhere", the(self.meta, waiting.res))
            }
            None => format!("if one of those is to end the wait, give {lock} back before it"),
        };
        let kept =
            format!("{holder} waits and holds {lock} meanwhile, which keeps out all that need it");
        format!(" {}: {change}.", capital(&kept))
    }

    /// Some waits in a line: "Ada waits for lock, which Bob holds; main waits for the end of Ada". Ends come last: what they
    /// wait for comes before.
    pub(super) fn listed(
        &self,
        waits: impl Iterator<Item = (ActorId, Waiting)>,
        with_lines: bool,
    ) -> String {
        let mut groups: Vec<Group> = Vec::new();
        for (id, waiting) in waits {
            let line = self.state.actor(id).map_or(SourceId::NONE, |who| who.source);
            let line = if with_lines { line } else { SourceId::NONE };
            let is_same = |group: &&mut Group| {
                let other = group.waiting;
                (other.res, other.op, group.line) == (waiting.res, waiting.op, line)
            };
            match groups.iter_mut().find(is_same) {
                Some(group) => group.who.push(id),
                None => groups.push(Group { who: vec![id], waiting, line }),
            }
        }
        groups.sort_by_key(|group| group.waiting.op == WaitOp::Join);
        let rest: usize = groups.iter().skip(LISTED).map(|group| group.who.len()).sum();
        groups.truncate(LISTED);
        let mut parts: Vec<String> = groups.iter().map(|group| self.part(group)).collect();
        if rest > 0 {
            parts.push(format!("{rest} more {}, too", agree(rest, "waits", "wait")));
        }
        parts.join("; ")
    }

    fn part(&self, group: &Group) -> String {
        let line = place(self.meta, group.line).map(|line| format!(" ({line})"));
        let kind = self.meta.resource(group.waiting.res).map(|res| res.kind);
        let what = match kind {
            Some(ResourceKind::Event) => format!("for {}", the(self.meta, group.waiting.res)),
            _ => wanted(self.meta, group.waiting),
        };
        format!(
            "{} {} {what}{}{}",
            names(self.meta, &group.who),
            agree(group.who.len(), "waits", "wait"),
            self.why_not(group),
            line.unwrap_or_default(),
        )
    }

    /// Why what is waited for has not come: ", which Bob holds".
    fn why_not(&self, group: &Group) -> String {
        use ResourceKind as R;
        let res = group.waiting.res;
        let (Some(named), Some(resource)) = (self.meta.resource(res), self.state.resource(res))
        else {
            return String::new();
        };
        let owners: Vec<ActorId> = resource.owners.iter().map(|owner| owner.0).collect();
        let has_ended = |id: &ActorId| self.state.actor(*id).is_some_and(|who| who.end.is_some());
        let since = || {
            let waits = group.who.iter().filter_map(|id| self.state.actor(*id)?.waiting);
            waits.map(|waiting| waiting.since)
        };
        if named.is_copied_unseen() {
            return ", its process's own copy, which other processes cannot reach".to_owned();
        }
        let it = agree(group.who.len(), "it", "them");
        match (group.waiting.op, named.kind) {
            (WaitOp::Acquire, R::Semaphore) if owners.is_empty() => String::new(),
            (WaitOp::Acquire, R::Semaphore) => {
                let all = names(self.meta, &owners);
                let ended = match owners.iter().all(has_ended) {
                    true => format!(" before {} ended", agree(owners.len(), "it", "they")),
                    false => String::new(),
                };
                format!(", which {all} took{ended} and nobody has given back")
            }
            (WaitOp::Acquire, _) => match owners.first() {
                Some(owner) if has_ended(owner) => {
                    format!(", which {} held when it ended", self.meta.actor_name(*owner))
                }
                Some(owner) => format!(", which {} holds", self.meta.actor_name(*owner)),
                None => match resource.holder_at_fork {
                    Some(owner) => {
                        format!(
                            ", a copy that is locked since the fork, when {} held the lock",
                            self.meta.actor_name(owner)
                        )
                    }
                    None => String::new(),
                },
            },
            (WaitOp::Wait, R::Condition) => match resource.last_signal {
                None => ", which nobody has notified".to_owned(),
                Some((_, by)) if group.who == [by] => ", which it notified last itself".to_owned(),
                Some((at, by)) => {
                    let by = self.meta.actor_name(by);
                    match since().all(|since| since < at) {
                        true => format!(", which {by} notified last without waking {it}"),
                        false => format!(", which {by} notified last"),
                    }
                }
            },
            (WaitOp::Wait, R::Event) => match (resource.last_signal, since().min()) {
                (None, _) => ", which nobody has set".to_owned(),
                (Some((cleared, by)), Some(since)) if cleared <= since => format!(
                    ", which {} cleared {} before {} came to wait",
                    self.meta.actor_name(by),
                    since.since(cleared),
                    agree(group.who.len(), "it", "they"),
                ),
                (Some((_, by)), _) => format!(", which {} has cleared", self.meta.actor_name(by)),
            },
            _ => String::new(),
        }
    }
}
