//! Updates that were lost, and changes without the lock that the others hold for them.

use super::{Check, Finding, FindingKind, Run};
use crate::replay::lost_updates;
use crate::replay::marks::MarkKind;
use crate::replay::words::{agree, capital, count, the};
use crate::trace::{ActorId, ActorKind, Event, EventKind, Nanos, ResourceId, Role};
use std::collections::{BTreeMap, BTreeSet};

/// Variables of a run of which lost updates are counted one by one; of more, collisions are, all together.
const COUNTED: usize = 8;

/// Who changed what with its guard and without, by resource.
#[derive(Default)]
pub(super) struct Guards {
    of: BTreeMap<ResourceId, Changes>,
    variables: BTreeMap<ResourceId, Writes>,
    /// By actor: the last event at which it may have learned what another one did.
    informed: Vec<usize>,
    /// By lock: who gave it back last, and when.
    released: BTreeMap<ResourceId, (ActorId, Nanos)>,
}

/// The writes of a variable.
#[derive(Default)]
struct Writes {
    /// Who has read it.
    readers: BTreeSet<ActorId>,
    /// The last write: the event, and whose.
    last: Option<(usize, ActorId)>,
    /// The locks that everybody held who wrote.
    common: BTreeSet<ResourceId>,
    /// The first write on top of one that its writer could not have waited for, and whose that one was.
    unordered: Option<(usize, ActorId, ActorId)>,
}

impl Writes {
    /// Takes in a write. `informed`: the last event at which the writer may have learned what another one did.
    fn follow(
        &mut self,
        (index, actor): (usize, ActorId),
        informed: usize,
        held: impl Iterator<Item = ResourceId>,
    ) {
        let held: BTreeSet<ResourceId> = held.collect();
        match self.last.replace((index, actor)) {
            None => self.common = held,
            Some((before, other)) => {
                self.common.retain(|lock| held.contains(lock));
                if other != actor && before > informed && self.readers.contains(&actor) {
                    self.unordered.get_or_insert((index, actor, other));
                }
            }
        }
    }

    /// A write that nothing kept from meeting another one, by an actor that had read the variable: the event, and who.
    fn is_open(&self) -> Option<(usize, ActorId, ActorId)> {
        self.unordered.filter(|_| self.common.is_empty())
    }
}

#[derive(Default)]
struct Changes {
    /// Whoever changed it with the guard.
    guarded: Option<ActorId>,
    /// The first change without it while somebody else held it: the event, and who.
    unguarded: Option<(usize, ActorId)>,
    count: u64,
    /// The first time that somebody found it changed without the guard: the event, and who.
    found: Option<(usize, ActorId)>,
    times_found: u64,
}

impl Check for Guards {
    fn follow(&mut self, run: &Run<'_>, index: usize, event: &Event) {
        use EventKind as K;
        match event.kind {
            K::ValueRead { res, .. } => {
                self.variables.entry(res).or_default().readers.insert(event.actor);
            }
            // Who looks at something, or comes past something, may have waited for that.
            K::Started { .. }
            | K::Acquired { .. }
            | K::WaitEnded { .. }
            | K::Got { .. }
            | K::Removed { .. }
            | K::FoundEmpty { .. }
            | K::ValueSeen { .. }
            | K::TaskStarted { .. }
            | K::ResultsTaken { .. }
            | K::EndSeen { .. }
            | K::Caught { .. }
            | K::SignalHandled { .. } => {
                let actor = event.actor.index();
                if self.informed.len() <= actor {
                    self.informed.resize(actor + 1, 0);
                }
                self.informed[actor] = index;
            }
            _ => {}
        }
        match event.kind {
            K::Released { res } => drop(self.released.insert(res, (event.actor, event.at))),
            K::FoundChanged { res, .. }
            | K::FoundInserted { res, .. }
            | K::FoundRemoved { res, .. } => {
                if self.may_be_anothers(run, res, event) {
                    let entry = self.of.entry(res).or_default();
                    entry.found.get_or_insert((index, event.actor));
                    entry.times_found += 1;
                }
                return;
            }
            _ => {}
        }
        let res = match event.kind {
            K::ValueChanged { res, .. }
            | K::SlotChanged { res, .. }
            | K::Inserted { res, .. }
            | K::Removed { res, .. } => res,
            _ => return,
        };
        if let (K::ValueChanged { .. }, Some(who)) = (event.kind, run.state.actor(event.actor)) {
            let held = who.holding.iter().map(|held| held.res);
            let informed = self.informed.get(event.actor.index()).copied().unwrap_or(0);
            let writes = self.variables.entry(res).or_default();
            writes.follow((index, event.actor), informed, held);
        }
        let Some(guard) = run.meta.resource(res).and_then(|resource| resource.guard) else {
            return;
        };
        let entry = self.of.entry(res).or_default();
        let holds = |who: ActorId| {
            run.state.actor(who).is_some_and(|who| who.holding.iter().any(|h| h.res == guard))
        };
        if holds(event.actor) {
            entry.guarded.get_or_insert(event.actor);
            return;
        }
        // Where nobody else holds the lock at that moment, something else may keep the others away.
        let owners = run.state.resource(guard).map_or(&[][..], |guard| &guard.owners);
        if owners.iter().any(|owner| owner.0 != event.actor) {
            entry.unguarded.get_or_insert((index, event.actor));
            entry.count += 1;
        }
    }

    fn finish(self: Box<Self>, run: &Run<'_>) -> Vec<Finding> {
        let mut found: Vec<Finding> = Vec::new();
        let mut outside = Vec::new();
        for (res, changes) in self.of {
            let Some(guard) = run.meta.resource(res).and_then(|resource| resource.guard) else {
                continue;
            };
            if changes.guarded.is_none() {
                continue;
            }
            if let Some(first) = changes.found {
                outside.push(found_outside(run, (res, guard), first, changes.times_found));
            }
            let Some((event, actor)) = changes.unguarded else { continue };
            found.push(Finding {
                kind: FindingKind::UnguardedUpdate,
                at: run.trace.events()[event].at,
                event,
                actors: vec![actor],
                resources: vec![res, guard],
                sentence: capital(&format!(
                    "{} changed {} while somebody else held {}, which the others hold for that: {}.",
                    run.meta.actor_name(actor),
                    the(run.meta, res),
                    the(run.meta, guard),
                    count(changes.count, "time"),
                )),
            });
        }
        // Where a lock is known that the others hold, that says more.
        let mut variables = self.variables;
        variables.retain(|res, _| found.iter().all(|found| !found.resources.contains(res)));
        found.extend(lost(run, &variables));
        found.extend(outside);
        found
    }
}

impl Guards {
    /// Whether somebody may have made a change that is found, since the lock was given back last, who is neither the main thread
    /// nor one of those two: where nobody else is at work, nobody needs the lock.
    fn may_be_anothers(&self, run: &Run<'_>, res: ResourceId, event: &Event) -> bool {
        let guard = run.meta.resource(res).and_then(|resource| resource.guard);
        let Some((by, since)) = guard.and_then(|lock| self.released.get(&lock)) else {
            return false;
        };
        let process = run.meta.process_of(event.actor);
        let mut threads = run
            .meta
            .actors_where(|actor| actor.kind == ActorKind::Thread && actor.role == Role::Work);
        threads.any(|id| {
            // First what is looked up at once.
            let is_at_work = run.state.actor(id).is_some_and(|who| {
                who.began.is_some() && who.end.is_none_or(|(_, at)| at >= *since)
            });
            is_at_work && id != event.actor && id != *by && run.meta.process_of(id) == process
        })
    }
}

/// What was found to have been changed without its lock.
fn found_outside(
    run: &Run<'_>,
    (res, guard): (ResourceId, ResourceId),
    (event, actor): (usize, ActorId),
    times: u64,
) -> Finding {
    let (name, lock) = (the(run.meta, res), the(run.meta, guard));
    let times = match times {
        1 => "once".to_owned(),
        times => count(times, "time"),
    };
    Finding {
        kind: FindingKind::ChangedOutside,
        at: run.trace.events()[event].at,
        event,
        actors: vec![actor],
        resources: vec![res, guard],
        sentence: capital(&format!(
            "{name} is changed with {lock} held, but whoever took that found it changed outside {times}, first {}; nobody \
             knows by whom, as that is not recorded. A lock keeps away only those who take it, too: without it a change \
             may be lost where several are at work at once.",
            run.meta.actor_name(actor),
        )),
    }
}

/// Lost updates of each variable that has any.
fn lost(run: &Run<'_>, variables: &BTreeMap<ResourceId, Writes>) -> Vec<Finding> {
    let mut collisions: BTreeMap<ResourceId, (u64, usize, ActorId)> = BTreeMap::new();
    for mark in run.replay.marks().all() {
        if let MarkKind::Collision(res) = mark.kind {
            let first = (0, mark.event as usize, mark.actor);
            collisions.entry(res).or_insert(first).0 += 1;
        }
    }
    if collisions.len() > COUNTED {
        return vec![of_many(run, &collisions, variables)];
    }
    let mut found = Vec::new();
    let lossy: BTreeSet<ResourceId> = collisions.keys().copied().collect();
    for (res, (collided, mut event, actor)) in collisions {
        let mut actors = vec![actor];
        let name = the(run.meta, res);
        let sentence = match !run.is_partial() {
            true => {
                let all = lost_updates(run.trace, res);
                let Some(first) = all.first() else { continue };
                (event, actors) = (first.by.write, vec![first.by.actor, first.lost.actor]);
                let updates = count(all.len(), "update");
                let verb = agree(all.len(), "is", "are");
                format!(
                    "{updates} of {name} {verb} lost: overwritten by somebody who had not seen them. Nothing kept the \
                     others away between a read and its write: that takes one lock around both, for all."
                )
            }
            false => {
                let writes = count(collided, "write");
                format!("{writes} of {name} overwrote what the writer had not seen.")
            }
        };
        actors.dedup();
        let at = run.trace.events()[event].at;
        found.push(Finding {
            kind: FindingKind::LostUpdate,
            at,
            event,
            actors,
            resources: vec![res],
            sentence,
        });
    }
    let open = variables.iter().filter_map(|(res, writes)| Some((*res, writes.is_open()?)));
    let lucky: Vec<_> = open.filter(|(res, _)| !lossy.contains(res)).collect();
    if let [(res, (event, actor, other)), ..] = lucky[..] {
        found.push(Finding {
            kind: FindingKind::OnlyLuck,
            at: run.trace.events()[event].at,
            event,
            actors: vec![other, actor],
            resources: lucky.iter().map(|(res, _)| *res).collect(),
            sentence: capital(&format!(
                "{} and {} both read {}, change and write it, and no lock is known to keep them apart: nothing was lost in \
                 this run. Unless something else decides whose turn it is, that is luck, not safety.",
                run.meta.actor_name(other),
                run.meta.actor_name(actor),
                the(run.meta, res),
            )),
        });
    }
    found
}

/// The collisions of many variables, as of a program that is run again and again, in one finding.
fn of_many(
    run: &Run<'_>,
    all: &BTreeMap<ResourceId, (u64, usize, ActorId)>,
    variables: &BTreeMap<ResourceId, Writes>,
) -> Finding {
    let lucky = variables
        .iter()
        .filter(|(res, writes)| writes.is_open().is_some() && !all.contains_key(res));
    let lucky = match lucky.count() {
        0 => String::new(),
        lucky => format!(
            " {} {} written by several without a common lock, too, and nothing was lost: that is luck, not safety.",
            count(lucky, "other"),
            agree(lucky, "was", "were"),
        ),
    };
    let collided = all.values().map(|(collided, ..)| collided).sum::<u64>();
    let first = all.values().min_by_key(|(_, event, _)| *event);
    let (event, actors) = first.map_or((0, Vec::new()), |(_, event, actor)| (*event, vec![*actor]));
    Finding {
        kind: FindingKind::LostUpdate,
        at: run.trace.events().get(event).map_or(run.trace.end(), |event| event.at),
        event,
        actors,
        resources: all.keys().copied().collect(),
        sentence: format!(
            "{} of {} overwrote what the writer had not seen.{lucky}",
            count(collided, "write"),
            count(all.len(), "variable"),
        ),
    }
}
