//! Threads, processes and tasks that a program had one after another: each was over, and that was known, before the next came.
//! Which of several only happened to be over too soon to overlap is not said: nothing is wrong with those.

use super::{Check, Finding, FindingKind, Run};
use crate::replay::words::{capital, count, plural, the};
use crate::trace::{ActorId, Event, EventKind, Nanos, ResourceId, Role};
use std::collections::BTreeMap;

/// Threads and tasks that took turns.
#[derive(Default)]
pub(super) struct Overlap {
    /// When each was started by another.
    spawned: BTreeMap<ActorId, Nanos>,
}

/// From when to when, and whose.
type Life = (Nanos, Nanos, ActorId);

impl Check for Overlap {
    fn follow(&mut self, _: &Run<'_>, _: usize, event: &Event) {
        if let EventKind::Spawned { child } = event.kind {
            self.spawned.entry(child).or_insert(event.at);
        }
    }

    fn finish(self: Box<Self>, run: &Run<'_>) -> Vec<Finding> {
        // What a thread did outside of what is known of it may have overlapped.
        if run.is_partial() || run.meta.actors.iter().any(|actor| actor.by_spans) {
            return Vec::new();
        }
        let mut found: Vec<Finding> = Vec::new();
        for (parent, mut lives) in self.lives(run) {
            if lives.len() < 2 || overlaps(&mut lives) {
                continue;
            }
            let who: Vec<ActorId> = lives.iter().map(|life| life.2).collect();
            let starter = run.meta.actor_name(parent);
            let sentence = format!(
                "{starter} started {}, but no two of them ever ran at once: each had ended before the next was started. To have them \
                 run at once, start all of them, then join them.",
                match who.iter().filter(|id| is_process(run, **id)).count() {
                    0 => count(who.len(), "thread"),
                    some if some == who.len() => count(some, "process"),
                    some => format!(
                        "{} and {}",
                        count(who.len() - some, "thread"),
                        count(some, "process")
                    ),
                }
            );
            found.push(finding(run, lives[1].0, who, Vec::new(), capital(&sentence)));
        }
        let (mut first, mut more): (Option<Finding>, usize) = (None, 0);
        for (res, mut tasks) in tasks(run) {
            let mut took: Vec<ActorId> = tasks.iter().map(|task| task.2).collect();
            took.sort_unstable();
            took.dedup();
            // One that takes another's place is not one more.
            let places = run.meta.resource(res).and_then(|pool| pool.capacity);
            let members = || run.meta.actors_where(|actor| actor.pool == Some(res)).count();
            let places = places.map_or_else(members, |places| places as usize);
            if tasks.len() < 3 || places < 2 || !in_turn(run, res) || overlaps(&mut tasks) {
                continue;
            }
            let sentence = format!(
                "No two of the {} of {} were ever under way at once: each was handed in only when the result of the one before was \
                 there. To have them run at once, hand all of them in, then ask for the results.",
                count(tasks.len(), "task"),
                the(run.meta, res),
            );
            let new = finding(run, tasks[1].0, took, vec![res], sentence);
            // Of many pools one is told of, that of which it showed first.
            more += usize::from(first.is_some());
            first = match first.take() {
                Some(known) if known.event <= new.event => Some(known),
                _ => Some(new),
            };
        }
        if let Some(told) = &mut first
            && more > 0
        {
            told.sentence
                .push_str(&format!(" So it is with {more} more {}.", plural(more, "pool")));
        }
        found.extend(first);
        found
    }
}

fn is_process(run: &Run<'_>, actor: ActorId) -> bool {
    let kind = run.meta.actor(actor).map(|actor| actor.kind);
    kind == Some(crate::trace::ActorKind::Process)
}

fn finding(
    run: &Run<'_>,
    at: Nanos,
    actors: Vec<ActorId>,
    resources: Vec<ResourceId>,
    sentence: String,
) -> Finding {
    let event = run.event_at(at);
    Finding { kind: FindingKind::NoOverlap, at, event, actors, resources, sentence }
}

/// Whether any two overlap. They are in the order of time afterwards.
fn overlaps(lives: &mut [Life]) -> bool {
    lives.sort_unstable();
    lives.windows(2).any(|pair| pair[1].0 < pair[0].1)
}

impl Overlap {
    /// The lives of those that do the work, by who started them: from the start by it until the end is known to somebody. What one does
    /// is less than its life: a process is there before its first line.
    fn lives(&self, run: &Run<'_>) -> BTreeMap<ActorId, Vec<Life>> {
        let mut all: BTreeMap<ActorId, Vec<Life>> = BTreeMap::new();
        for (id, from) in &self.spawned {
            let Some(actor) = run.meta.actor(*id) else { continue };
            // Parts of a run that are set beside each other may well run one after another.
            if actor.role != Role::Work || actor.pool.is_some() || actor.section.is_some() {
                continue;
            }
            // Another program does what it is asked for.
            if actor.passive {
                continue;
            }
            // One that could not be started never ran.
            let Some(who) = run.state.actor(*id).filter(|who| who.began.is_some()) else {
                continue;
            };
            let Some(parent) = actor.parent else { continue };
            let end = who.seen.unwrap_or(Nanos(u64::MAX));
            all.entry(parent).or_default().push((*from, end, *id));
        }
        all
    }
}

/// Whether each task of a pool was handed in after the result of the one before was there.
fn in_turn(run: &Run<'_>, pool: ResourceId) -> bool {
    let Some(tasks) = run.replay.tasks().of(pool) else { return false };
    let mut pairs = tasks.all.windows(2);
    pairs.all(|pair| pair[0].is_taken_at(pair[1].submitted))
}

/// When tasks were under way, by pool.
fn tasks(run: &Run<'_>) -> BTreeMap<ResourceId, Vec<Life>> {
    let all = run.meta.resources_of(crate::trace::ResourceKind::Pool);
    // As of threads: one trial of several says nothing of the run.
    let pools = all.filter(|id| run.meta.resource(*id).is_some_and(|pool| pool.section.is_none()));
    let lives = pools.filter_map(|pool| {
        let tasks = run.replay.tasks().of(pool)?.all.iter();
        let lives = tasks.filter_map(|task| {
            let (from, worker) = task.started?;
            Some((from, task.ended.map_or(Nanos(u64::MAX), |end| end.0), worker))
        });
        Some((pool, lives.collect()))
    });
    lives.collect()
}
