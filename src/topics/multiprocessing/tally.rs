//! Counts and times of a whole trace.

use crate::replay::{Replay, State, under_way};
use crate::topics::contention;
use crate::trace::{
    Actor, ActorId, ActorKind, End, Meta, Nanos, ResourceId, ResourceKind, Role, SectionId, Trace,
};
use std::collections::HashSet;

/// The process of this program: the one without a parent.
pub fn program(meta: &Meta) -> Option<ActorId> {
    meta.actors_where(|actor| actor.kind == ActorKind::Process && actor.parent.is_none()).next()
}

fn is_child(actor: &Actor) -> bool {
    actor.kind == ActorKind::Process && actor.parent.is_some()
}

/// The variables of the section with this number.
pub fn variables(meta: &Meta, number: u32) -> impl Iterator<Item = ResourceId> {
    let section = meta.numbered(number);
    let here = move |id: &ResourceId| {
        section.is_some() && meta.resource(*id).is_some_and(|r| r.section == section)
    };
    meta.resources_of(ResourceKind::Value).filter(here)
}

/// An address as Python writes it: `0x55d0c8a14010`.
pub fn hex(address: u64) -> String {
    format!("{address:#x}")
}

/// The child processes of the section with this number, or of all.
pub fn children(meta: &Meta, number: Option<u32>) -> Vec<ActorId> {
    let wanted = number.map(|number| meta.numbered(number));
    let is_here = |actor: &Actor| wanted.is_none_or(|section| actor.section == section);
    meta.actors_where(|actor| is_child(actor) && is_here(actor)).collect()
}

/// The PIDs of the child processes that said they started, in the order they were started.
pub fn pids(trace: &Trace, replay: &Replay) -> Vec<u64> {
    let started = children(trace.meta(), None).into_iter();
    let pids = started.filter_map(|id| Some(replay.latest().actor(id)?.os_id));
    pids.filter(|pid| *pid != 0).collect()
}

/// The number of threads of child processes that ended normally.
pub fn threads_that_finished(trace: &Trace, replay: &Replay) -> usize {
    let actors = &trace.meta().actors;
    let in_child = |actor: &Actor| {
        let parent = actor.parent.and_then(|parent| actors.get(parent.index()));
        actor.kind == ActorKind::Thread && parent.is_some_and(is_child)
    };
    let finished = actors.iter().zip(&replay.latest().actors);
    finished
        .filter(|(actor, state)| in_child(actor) && matches!(state.end, Some((End::Normal, _))))
        .count()
}

/// The distinct PIDs of the workers that began tasks, in the order of their first task.
pub fn pids_at_work(trace: &Trace, replay: &Replay) -> Vec<u64> {
    let tasks = pools(trace).filter_map(|pool| replay.tasks().of(pool));
    let mut begun: Vec<_> =
        tasks.flat_map(|tasks| tasks.all.iter().filter_map(|task| task.started)).collect();
    begun.sort_unstable();
    let mut seen = HashSet::new();
    let pid = |worker: ActorId| replay.latest().actor(worker).map(|state| state.os_id);
    let pids = begun.into_iter().filter_map(|(_, worker)| pid(worker));
    pids.filter(|pid| *pid != 0 && seen.insert(*pid)).collect()
}

/// The largest number of tasks that ran at once.
pub fn overlapping(trace: &Trace, replay: &Replay) -> usize {
    let tasks = pools(trace).filter_map(|pool| replay.tasks().of(pool));
    let counts = under_way(tasks.flat_map(|tasks| &tasks.all), trace.end());
    counts.into_iter().map(|(_, count)| count).max().unwrap_or(0)
}

/// The pools of a trace.
pub fn pools(trace: &Trace) -> impl Iterator<Item = ResourceId> + '_ {
    trace.meta().resources_of(ResourceKind::Pool)
}

/// How one of the [`WAYS`](super::WAYS) went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WayTaken {
    /// Its section.
    pub section: SectionId,
    /// Its place in [`WAYS`](super::WAYS).
    pub place: usize,
    /// How long it took, or has taken.
    pub wall: Nanos,
    /// Whether it is over.
    pub over: bool,
    /// Who worked, with their processor time as far as measured.
    pub each: Vec<(ActorId, Nanos)>,
}

impl WayTaken {
    /// Processor time of all together.
    pub fn cpu(&self) -> Nanos {
        Nanos(self.each.iter().map(|(_, cpu)| cpu.0).sum())
    }
}

/// How many times faster a way was than the first one; `None` until both are over.
pub fn speed_up(ways: &[WayTaken], way: &WayTaken) -> Option<f64> {
    let first = ways.first().filter(|first| first.over && way.over)?;
    Some(first.wall.ratio_to(way.wall))
}

/// [`speed_up`], unless another program had the processors: then it means nothing.
pub fn fair_speed_up(ways: &[WayTaken], way: &WayTaken) -> Option<f64> {
    disturbed(ways).is_none().then(|| speed_up(ways, way)).flatten()
}

/// The evidence that other programs had the processors, if there is any.
pub fn disturbed(ways: &[WayTaken]) -> Option<String> {
    let over = |place: usize| ways.iter().find(|way| way.place == place && way.over);
    let (wall, cpu) = over(0).map(|first| (first.wall, first.cpu()))?;
    // One thread that computes has a processor all the time.
    if contention::had_to_wait(wall, cpu) {
        return Some(format!("One after another took {wall}, with a processor for {cpu} of it"));
    }
    let with_gil = speed_up(ways, over(1)?)?;
    contention::is_impossible(with_gil, 1.0).then(|| {
        format!(
            "Only the holder of the emulated GIL runs, and yet its threads were {with_gil:.2} times as fast as one"
        )
    })
}

/// The ways that had begun by `now`, whose state is `state`.
pub fn ways(meta: &Meta, state: &State, now: Nanos) -> Vec<WayTaken> {
    let sections = (0..).map(SectionId::from_index).zip(meta.sections.iter().zip(&state.sections));
    let mut ways: Vec<WayTaken> = sections
        .filter_map(|(id, (section, state))| {
            let (wall, over) = state.took(now)?;
            let place = section.number as usize;
            Some(WayTaken { section: id, place, wall, over, each: Vec::new() })
        })
        .collect();
    for (index, (actor, state)) in meta.actors.iter().zip(&state.actors).enumerate() {
        let works = actor.role == Role::Work && state.os_id != 0;
        let way = ways.iter_mut().find(|way| works && actor.section == Some(way.section));
        if let Some(way) = way {
            way.each.push((ActorId::from_index(index), state.cpu_time.unwrap_or_default()));
        }
    }
    ways
}
