//! Threads and tasks of which no two were ever under way at once.

use super::{Check, Finding, FindingKind, Run};
use crate::replay::words::{capital, count, plural, the};
use crate::trace::{ActorId, Nanos, ResourceId, Role};
use std::collections::BTreeMap;

/// Threads and tasks that took turns.
pub(super) struct Overlap;

/// From when to when, and whose.
type Life = (Nanos, Nanos, ActorId);

impl Check for Overlap {
    fn finish(self: Box<Self>, run: &Run<'_>) -> Vec<Finding> {
        // What a thread did outside of what is known of it may have overlapped.
        if run.is_partial() || run.meta.actors.iter().any(|actor| actor.by_spans) {
            return Vec::new();
        }
        let mut found: Vec<Finding> = Vec::new();
        for (parent, mut lives) in lives(run) {
            if lives.len() < 2 || overlaps(&mut lives) {
                continue;
            }
            let who: Vec<ActorId> = lives.iter().map(|life| life.2).collect();
            let starter = run.meta.actor_name(parent);
            let sentence = format!(
                "{starter} started {}, but no two of them ever ran at once: each had ended before the next began.",
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
            let members = run.meta.actors_where(|actor| actor.pool == Some(res)).count();
            // One that takes another's place is not one more.
            let places = run.meta.resource(res).and_then(|pool| pool.capacity);
            let places = places.map_or(usize::MAX, |places| places as usize);
            let workers = members.max(took.len()).min(places);
            if tasks.len() < 3 || workers < 2 || overlaps(&mut tasks) {
                continue;
            }
            let sentence = format!(
                "No two of the {} of {} were ever under way at once, though it has {}: nothing was parallel.{}",
                count(tasks.len(), "task"),
                the(run.meta, res),
                count(workers, "worker"),
                match in_turn(run, res) {
                    true => " Each was handed in only when the one before had ended.",
                    false => "",
                },
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

/// The lives of those that do the work, by who started them; only of those who have all ended.
fn lives(run: &Run<'_>) -> BTreeMap<ActorId, Vec<Life>> {
    let mut all: BTreeMap<ActorId, Vec<Life>> = BTreeMap::new();
    for (index, lane) in run.replay.lanes().actors.iter().enumerate() {
        let id = ActorId::from_index(index);
        let Some(actor) = run.meta.actor(id) else { continue };
        let Some((parent, first)) = actor.parent.zip(lane.spans.first()) else { continue };
        // Parts of a run that are set beside each other may well run one after another.
        if actor.role != Role::Work || actor.pool.is_some() || actor.section.is_some() {
            continue;
        }
        // Another program does what it is asked for.
        if actor.passive {
            continue;
        }
        // One that could not be started never ran.
        let Some(who) = run.state.actor(id).filter(|who| who.began.is_some()) else { continue };
        let end = who.end.map_or(Nanos(u64::MAX), |end| end.1);
        all.entry(parent).or_default().push((first.start, end, id));
    }
    all
}

/// Whether each task of a pool was handed in after the end of the one before.
fn in_turn(run: &Run<'_>, pool: ResourceId) -> bool {
    let Some(tasks) = run.replay.tasks().of(pool) else { return false };
    let mut pairs = tasks.all.windows(2);
    pairs.all(|pair| pair[0].ended.is_some_and(|(end, _)| end <= pair[1].submitted))
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
