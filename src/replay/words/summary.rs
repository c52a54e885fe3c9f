//! A whole run in a line.

use super::{count, the};
use crate::replay::{Ending, MarkKind, PoolTasks, Replay, ResourceState, ResourceStats, Stats};
use crate::trace::{
    ActorId, Meta, Nanos, Resource, ResourceId, ResourceKind, Role, SectionId, WaitOp,
};

/// What was waited for most up to `until`, the end of the trace or later: "list lock: held 84 % of the time in use ·
/// 11 hand-overs · longest wait 1.74 ms (remover 1) · mean hold 402 µs", "jobs: 8 waits, 3.20 s in all · longest 860 µs
/// (producer 1) · at most 2 waited at once". The lock that was taken most often where nobody waited for anything; empty where
/// none was ever taken. Where events were lost, it says that it is about the others.
pub fn run_summary(meta: &Meta, replay: &Replay, until: Nanos) -> String {
    summary(meta, replay, (None, None), (until, until)).0
}

/// The same of the section that a reader is in, or of the innermost one around it of which there is something to say, and
/// that section; `None`: of the whole run. Of tasks it is said what has become of them by `now`; the last answer is whether
/// more becomes of them later.
pub fn section_summary(
    meta: &Meta,
    replay: &Replay,
    cursor: Option<SectionId>,
    now: Nanos,
    until: Nanos,
) -> (String, Option<SectionId>, bool) {
    let mut at = cursor;
    // A trace may say anything, so also that two sections are within each other.
    for _ in 0..=meta.sections.len() {
        let Some(section) = at else { break };
        let (said, so_far) = summary(meta, replay, (at, cursor), (now, until));
        if !said.is_empty() {
            return (said, at, so_far);
        }
        at = meta.section(section).and_then(|section| section.within);
    }
    let (said, so_far) = summary(meta, replay, (None, cursor), (now, until));
    (said, None, so_far)
}

/// The name of a section in turn, after those that it is a part of: "pool of 4, trial 2"; empty of one of the whole run.
pub fn in_turn(meta: &Meta, id: SectionId) -> String {
    names_in_turn(meta, id).join(IN_TURN)
}

/// [`in_turn`] in fewer and fewer words: without the parts that it is a part of, the outermost first. Nothing of one of the whole run.
pub fn shorter_in_turn(meta: &Meta, id: SectionId) -> Vec<String> {
    let names = names_in_turn(meta, id);
    (0..names.len()).map(|outer| names[outer..].join(IN_TURN)).collect()
}

/// The names of a section in turn and of those that it is a part of, the outermost first.
fn names_in_turn(meta: &Meta, id: SectionId) -> Vec<&str> {
    let mut names = Vec::new();
    let mut at = meta.section(id);
    // A trace may say anything, so also that two sections are within each other.
    while let Some(section) = at.filter(|section| section.begins && names.len() < 8) {
        names.push(section.name.as_str());
        at = section.within.and_then(|outer| meta.section(outer));
    }
    names.reverse();
    names
}

/// Between the names of a section and of those that it is a part of.
const IN_TURN: &str = ", ";

/// What is to be said at an instant of a run that has lasted until another, and whether that is not all yet.
fn summary(
    meta: &Meta,
    replay: &Replay,
    (of, cursor): (Option<SectionId>, Option<SectionId>),
    (now, until): (Nanos, Nanos),
) -> (String, bool) {
    let all = replay.stats();
    let is_of = |resource: &Resource| of.is_none_or(|of| meta.is_within(resource.section, of));
    let resources = meta.resources.iter().enumerate().filter(|(_, named)| is_of(named));
    // Of a part of the run that is yet to come there is nothing to say.
    let resources =
        resources.filter(|(_, named)| has_begun(meta, replay, part_of(meta, named), now));
    let uses = resources.filter_map(|(index, named)| {
        let id = ResourceId::from_index(index);
        let stats = all.resources.get(index)?;
        let state = replay.latest().resource(id);
        Some(Use { meta, id, named, stats, state, of, until })
    });
    let uses = uses.filter(|a_use| !a_use.named.is_buffer);
    // What is used in a part of the run that the cursor is not in stands for nothing here, unless all of them do together.
    let is_elsewhere = |a_use: &Use<'_>| {
        cursor.is_some_and(|cursor| is_elsewhere(meta, part_of(meta, a_use.named), cursor))
    };
    let (mut elsewhere, uses): (Vec<_>, Vec<_>) = uses.partition(is_elsewhere);
    elsewhere.retain(|a_use| a_use.tasks(replay).is_some());
    // Those at work matter more than those who start and serve them; ends are waited for in any run.
    let waited = uses.iter().filter(|a_use| a_use.waited() > Nanos::ZERO);
    // What only makes a common start is no part of what is compared, and a pool is more than what its user waits for.
    let most = waited.max_by_key(|a_use| {
        let named = a_use.named;
        let works = (a_use.is_of_workers(), named.kind == ResourceKind::Pool);
        (!named.is_an_end(), !named.is_aside, works, a_use.waited())
    });
    let locks = uses.iter().filter(|a_use| a_use.is_lock() && a_use.stats.acquisitions > 0);
    let busiest = locks.max_by_key(|lock| lock.stats.acquisitions);
    // A lock is more than a common start, also where nobody had to wait for it.
    let lesser =
        |most: &&Use<'_>| most.named.is_an_end() || most.named.is_aside && busiest.is_some();
    // They are counted only where that is what is said.
    let lost = |until: Nanos| unseen_overwrites(meta, replay, is_of, until);
    // Pools with tasks, also where nobody waited for any of their results.
    let pools = || {
        let has_tasks = |pool: &&Use<'_>| pool.tasks(replay).is_some();
        let here: Vec<_> = uses.iter().filter(has_tasks).collect();
        if here.is_empty() { elsewhere.iter().collect() } else { here }
    };
    let said = match (most.filter(|most| !lesser(most)), busiest) {
        (Some(most), _) => most,
        // What became of tasks is more than locks that nobody waited for; what is lost for want of them is not.
        (None, Some(_)) if !pools().is_empty() && lost(now).0.is_none() => {
            return of_pools(all, replay, &pools(), now);
        }
        // Nobody waited for any: of a few it is said of each.
        (None, Some(lock)) => {
            let alike = uses.iter().filter(|other| {
                let is_beside = other.named.section == lock.named.section;
                is_beside && other.is_lock() && other.stats.acquisitions > 0
            });
            let alike: Vec<_> = alike.collect();
            if (2..=FEW).contains(&alike.len()) {
                let held = alike.iter().map(|lock| lock.held(all)).collect::<Vec<_>>();
                let held = format!("{}{IN_USE}", held.join(", "));
                // Of the whole run, as the rest.
                let (lost, _) = lost(Nanos(u64::MAX));
                let said = [held, "nobody waited".to_owned()].into_iter().chain(lost);
                return (said.collect::<Vec<_>>().join(PART), false);
            }
            lock
        }
        // What is lost, and what became of tasks, is more than who waited for whose end.
        (None, None) => match (lost(now), most) {
            ((Some(lost), more), _) => return (lost, more),
            _ if !pools().is_empty() => return of_pools(all, replay, &pools(), now),
            (_, Some(end)) => end,
            (_, None) => return (String::new(), false),
        },
    };
    match said.tasks(replay) {
        Some(tasks) => said.of_tasks(all, tasks, now),
        None if said.is_lock() => (said.of_lock(all), false),
        None => {
            let alike: Vec<_> = uses.iter().filter(|other| other.is_called_as(said)).collect();
            (said.of_any(all, &alike), false)
        }
    }
}

/// Of so many locks at most it is said of each how long it was held.
const FEW: usize = 3;
/// Of which time a lock was held.
const IN_USE: &str = " of the time in use";
/// Between the parts of what is said.
const PART: &str = " · ";

/// The part of the run that a resource belongs to: an end is where its actor is.
fn part_of(meta: &Meta, named: &Resource) -> Option<SectionId> {
    let of = named.of.filter(|_| named.is_an_end()).and_then(|of| meta.actor(of));
    named.section.or_else(|| of?.section)
}

/// Whether a section, and each that it is a part of, has begun by an instant, where it begins at all.
fn has_begun(meta: &Meta, replay: &Replay, section: Option<SectionId>, now: Nanos) -> bool {
    let mut at = section;
    // A trace may say anything, so also that two sections are within each other.
    for _ in 0..=meta.sections.len() {
        let Some(id) = at else { return true };
        let section = meta.section(id);
        if section.is_some_and(|section| section.begins) {
            let began = replay.latest().section(id).and_then(|section| section.began);
            if began.is_some_and(|(began, _)| began > now) {
                return false;
            }
        }
        at = section.and_then(|section| section.within);
    }
    true
}

/// Whether a section is in a part of the run that another is not in.
fn is_elsewhere(meta: &Meta, section: Option<SectionId>, cursor: SectionId) -> bool {
    let mut at = section;
    // A trace may say anything, so also that two sections are within each other.
    for _ in 0..=meta.sections.len() {
        let Some(id) = at else { return false };
        let section = meta.section(id);
        if section.is_some_and(|section| section.begins) && !meta.is_within(Some(cursor), id) {
            return true;
        }
        at = section.and_then(|section| section.within);
    }
    false
}

/// The tasks of several pools, as those of one.
fn of_pools(all: &Stats, replay: &Replay, pools: &[&Use<'_>], now: Nanos) -> (String, bool) {
    let tasks: Vec<_> = pools.iter().filter_map(|pool| pool.tasks(replay)).collect();
    let name = match (pools, &tasks[..]) {
        ([one], [tasks]) => return one.of_tasks(all, tasks, now),
        _ => count(pools.len(), "pool"),
    };
    let until = pools.first().map_or(now, |pool| pool.until);
    of_tasks(&name, &tasks, (now, until))
}

/// The tasks of a pool, or of several, at an instant: how many are done, how long they waited for a worker, and how long
/// workers were at them. And whether more becomes of them later.
fn of_tasks(name: &str, pools: &[&PoolTasks], (now, until): (Nanos, Nanos)) -> (String, bool) {
    // Asked for once a frame, so all in one pass.
    let (mut done, mut waits, mut took) = (0, (Nanos::ZERO, 0), (Nanos::ZERO, 0));
    let (mut longest, mut so_far) = (None, false);
    let (mut failed, mut cancelled) = (0, 0);
    for task in pools.iter().flat_map(|tasks| &tasks.all) {
        let begun = task.started.is_some_and(|(at, _)| at <= now);
        let ended = task.ended.is_some_and(|(at, _)| at <= now);
        so_far |= task.submitted > now
            || task.started.is_some() && !begun
            || task.ended.is_some() && !ended;
        match task.ended.filter(|_| ended && !task.retried) {
            Some((_, Ending::Finished(_))) => done += 1,
            Some((_, Ending::Failed(_))) => failed += 1,
            Some((_, Ending::Cancelled)) => cancelled += 1,
            None => {}
        }
        // One that no worker ever began has waited all the same.
        let open = task.started.is_none() && task.ended.is_none() && !task.retried;
        let open = open && task.submitted <= now;
        let open = open.then(|| now.min(until).since(task.submitted));
        if let Some(time) = task.waited().filter(|_| begun).or(open) {
            waits = (waits.0 + time, waits.1 + 1);
        }
        if let Some(time) = task.took().filter(|_| ended) {
            took = (took.0 + time, took.1 + 1);
            longest = longest.max(Some((time, task.id.0)));
        }
    }
    let number: usize = pools.iter().map(|tasks| tasks.count()).sum();
    let all_tasks = count(number, "task");
    // As on the stage, where these are told apart, too.
    let ended: u64 = done + failed + cancelled;
    let all_ended = ended == number as u64;
    let how = [(done, "done"), (failed, "failed"), (cancelled, "cancelled")];
    let said = match (done == ended, all_ended) {
        (true, true) => format!("{all_tasks} ended"),
        (true, false) => format!("{done} of {all_tasks} ended"),
        (false, _) => {
            let how = how.iter().filter(|(tasks, how)| *tasks > 0 || *how == "done");
            let how: Vec<String> = how.map(|(tasks, how)| format!("{tasks} {how}")).collect();
            let of = if all_ended { String::new() } else { format!(" of {all_tasks}") };
            format!("{}{of}", how.join(", "))
        }
    };
    let mut parts = vec![format!("{name}: {said}")];
    let mean = |(sum, n): (Nanos, u64)| sum.0.checked_div(n).map(Nanos);
    match (mean(waits), mean(took)) {
        (Some(waited), Some(took)) => {
            parts.push(format!("on average waited {waited}, took {took}"));
        }
        (Some(waited), None) => parts.push(format!("on average waited {waited}")),
        (None, _) => {}
    }
    match longest {
        // Each pool has a task of that number.
        Some((time, _)) if pools.len() > 1 => parts.push(format!("longest {time}")),
        Some((time, id)) => parts.push(format!("longest {time} (task {id})")),
        None => {}
    }
    (parts.join(PART), so_far)
}

/// How many writes to variables had, by an instant, gone over one that their actor had not seen, where there is any in the
/// whole run; and whether more are later. How many updates are lost by them is another number: one may go over several,
/// and another bring some of them back.
fn unseen_overwrites(
    meta: &Meta,
    replay: &Replay,
    is_of: impl Fn(&Resource) -> bool,
    now: Nanos,
) -> (Option<String>, bool) {
    let (mut by_now, mut all) = (0_u64, 0_u64);
    for mark in replay.marks().all() {
        if let MarkKind::Collision(res) = mark.kind
            && meta.resource(res).is_some_and(&is_of)
        {
            by_now += u64::from(mark.at <= now);
            all += 1;
        }
    }
    let said = match by_now {
        0 => "no unseen overwrite".to_owned(),
        n => count(n, "unseen overwrite"),
    };
    ((all > 0).then_some(said), by_now < all)
}

/// How one resource was used.
struct Use<'a> {
    meta: &'a Meta,
    id: ResourceId,
    named: &'a Resource,
    stats: &'a ResourceStats,
    state: Option<&'a ResourceState>,
    /// The section that is spoken of.
    of: Option<SectionId>,
    until: Nanos,
}

impl Use<'_> {
    fn is_lock(&self) -> bool {
        matches!(self.named.kind, ResourceKind::Lock | ResourceKind::RLock)
    }

    /// Its tasks, where it is a pool that has any.
    fn tasks<'r>(&self, replay: &'r Replay) -> Option<&'r PoolTasks> {
        replay.tasks().of(self.id).filter(|tasks| tasks.count() > 0)
    }

    /// Who still waits, and how long by now.
    fn waiting(&self) -> impl Iterator<Item = (ActorId, Nanos)> {
        let waiters = self.state.map_or(&[][..], |state| &state.waiters);
        let waiters = waiters.iter().filter(|waiter| waiter.op != WaitOp::Task);
        waiters.map(|waiter| (waiter.actor, self.until.since(waiter.since)))
    }

    /// Time waited by all together, waits that have not ended included.
    fn waited(&self) -> Nanos {
        self.waiting().fold(self.stats.waited, |all, (_, lasted)| all + lasted)
    }

    /// The longest wait, whether it has ended or not.
    fn longest(&self) -> Option<(Nanos, ActorId)> {
        let ended = self.stats.longest_wait.map(|wait| (wait.lasted, wait.actor));
        let open = self.waiting().map(|(actor, lasted)| (lasted, actor));
        open.chain(ended).max()
    }

    /// Mean of the holds, of one that has not ended as long as it has lasted.
    fn mean_hold(&self) -> Option<Nanos> {
        let owners = self.state.map_or(&[][..], |state| &state.owners);
        let open = owners.iter().fold(0, |all, (_, held)| all + self.until.since(held.since).0);
        let holds = self.stats.holds + owners.len() as u64;
        (self.stats.held.0 + open).checked_div(holds).map(Nanos)
    }

    fn is_of_workers(&self) -> bool {
        let role = |who: ActorId| self.meta.actor(who).map(|actor| actor.role);
        self.longest().is_some_and(|(_, who)| role(who) == Some(Role::Work))
    }

    /// Of several runs of one program each has a resource of that name.
    fn name(&self, all: &Stats) -> String {
        let section = self.named.section.filter(|id| self.of != Some(*id));
        let section = section.map_or_else(String::new, |id| in_turn(self.meta, id));
        let name = the(self.meta, self.id);
        let name = match section.as_str() {
            "" => name,
            // A part of the run that is called as what is used in it.
            section if section == name => name,
            section => format!("{name} ({section})"),
        };
        let is_thinned = self.meta.resource(self.id).is_some_and(|resource| resource.is_thinned);
        let of = if all.is_partial() || is_thinned { ", of what was recorded" } else { "" };
        format!("{name}{of}")
    }

    /// "list lock: held 84 %", of the time in use.
    fn held(&self, all: &Stats) -> String {
        let held = match 100.0 * self.stats.held_in_use(self.until) {
            part if part > 0.0 && part < 1.0 => "less than 1 %".to_owned(),
            part => format!("{part:.0} %"),
        };
        format!("{}: held {held}", self.name(all))
    }

    fn of_lock(&self, all: &Stats) -> String {
        let stats = self.stats;
        let mut parts = match self.state.and_then(|state| state.holder_at_fork) {
            Some(owner) => {
                vec![format!(
                    "{}: locked since the fork, when {} held it",
                    self.name(all),
                    self.meta.actor_name(owner)
                )]
            }
            None => {
                vec![format!("{}{IN_USE}", self.held(all)), count(stats.hand_overs, "hand-over")]
            }
        };
        let open = self.waiting().max_by_key(|(_, lasted)| *lasted);
        let ended = stats.longest_wait.map(|wait| (wait.actor, wait.lasted));
        parts.push(match (ended, open) {
            (Some(ended), Some(open)) if open.1 > ended.1 => {
                format!("longest wait {} so far ({})", open.1, self.meta.actor_name(open.0))
            }
            (Some((who, lasted)), _) => {
                format!("longest wait {lasted} ({})", self.meta.actor_name(who))
            }
            (None, _) if stats.most_waiters > 0 => "no wait has ended".to_owned(),
            (None, _) => "nobody waited".to_owned(),
        });
        if let Some(mean) = self.mean_hold() {
            let is_held = self.state.is_some_and(|state| !state.owners.is_empty());
            parts.push(format!("mean hold {mean}{}", if is_held { " so far" } else { "" }));
        }
        parts.join(PART)
    }

    /// What has become of its tasks by an instant, and whether more becomes of them later.
    fn of_tasks(&self, all: &Stats, tasks: &PoolTasks, now: Nanos) -> (String, bool) {
        // Of one of a whole run that is yet to come there is nothing to say so far.
        let is_to_come = self.of.is_none() && tasks.count_at(now) == 0;
        let now = if is_to_come { Nanos(u64::MAX) } else { now };
        of_tasks(&self.name(all), &[tasks], (now, self.until))
    }

    /// Whether what is said of it could as well be of another: nothing tells the two apart.
    fn is_called_as(&self, other: &Self) -> bool {
        let of = |named: &Resource| (named.kind, named.section, named.of);
        of(self.named) == of(other.named) && self.named.name == other.named.name
    }

    /// Of all that are called alike: these, of which it is one.
    fn of_any(&self, all: &Stats, alike: &[&Self]) -> String {
        let sum = |of: &dyn Fn(&Self) -> u64| alike.iter().map(|one| of(one)).sum::<u64>();
        let open = sum(&|one| one.waiting().count() as u64);
        let waits = count(sum(&|one| one.stats.waits) + open, "wait");
        let used = match self.named.kind {
            ResourceKind::Semaphore => {
                format!("taken {}, ", count(sum(&|one| one.stats.acquisitions), "time"))
            }
            _ => String::new(),
        };
        let waited = alike.iter().fold(Nanos::ZERO, |sum, one| sum + one.waited());
        let mut parts = vec![format!("{}: {used}{waits}, {waited} in all", self.name(all))];
        if let Some((lasted, who)) = alike.iter().filter_map(|one| one.longest()).max() {
            parts.push(format!("longest {lasted} ({})", self.meta.actor_name(who)));
        }
        // Of several, how many did so at one time is not known.
        if self.stats.most_waiters > 1 && alike.len() == 1 {
            parts.push(format!("at most {} waited at once", self.stats.most_waiters));
        }
        match open {
            0 => {}
            1 => parts.push("1 has not ended".to_owned()),
            n => parts.push(format!("{n} have not ended")),
        }
        parts.join(PART)
    }
}
