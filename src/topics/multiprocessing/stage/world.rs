//! Which actors and resources of a trace are what on the stage.

use crate::replay::{ActorState, Phase, TaskStage};
use crate::topics::multiprocessing::plan::Program;
use crate::topics::multiprocessing::{tally, value_name};
use crate::trace::{ActorId, ActorKind, Meta, Nanos, ResourceId, ResourceKind, Role};
use crate::widgets::stage::{RunStatus, StageView};

fn actors(meta: &Meta) -> impl Iterator<Item = (ActorId, &crate::trace::Actor)> {
    let all = meta.actors.iter().enumerate();
    all.map(|(index, actor)| (ActorId::from_index(index), actor))
}

/// This process.
pub fn parent(meta: &Meta) -> Option<ActorId> {
    tally::program(meta)
}

/// The thread that runs the experiment.
pub fn main(meta: &Meta) -> Option<ActorId> {
    let found = actors(meta).find(|(_, a)| a.role == Role::Main);
    found.map(|(id, _)| id)
}

/// The child processes, in the order they were started.
pub fn children(meta: &Meta) -> Vec<ActorId> {
    let all = actors(meta).filter(|(_, a)| a.kind == ActorKind::Process && a.parent.is_some());
    all.map(|(id, _)| id).collect()
}

/// Whether a child process is one of the pool: the others are hosts of threads.
pub fn is_worker(meta: &Meta, id: ActorId) -> bool {
    let actor = meta.actors.get(id.index());
    actor.is_some_and(|a| a.name.starts_with("worker"))
}

/// The threads inside a child process; of this process: those that main started for the experiment.
pub fn threads(meta: &Meta, of: ActorId) -> Vec<ActorId> {
    let all = actors(meta).filter(|(_, a)| {
        a.kind == ActorKind::Thread && a.parent == Some(of) && !is_helper(&a.name)
    });
    all.map(|(id, _)| id).collect()
}

/// Whether a thread only serves a pool.
fn is_helper(name: &str) -> bool {
    name.ends_with(" supervisor")
}

/// Whose lanes are shown, in order: main, its threads, each child process with the threads in it, and the user.
pub fn rows(meta: &Meta) -> Vec<Vec<ActorId>> {
    let mut rows = Vec::new();
    let main = main(meta);
    rows.extend(main);
    rows.extend(main.map_or_else(Vec::new, |main| threads(meta, main)));
    for child in children(meta) {
        rows.push(child);
        rows.extend(threads(meta, child));
    }
    let you = actors(meta).filter(|(_, a)| a.name == "you");
    rows.extend(you.map(|(id, _)| id));
    rows.into_iter().map(|id| vec![id]).collect()
}

/// The resources whose tracks are shown: where the tasks wait, or who has the emulated GIL.
pub fn shared(meta: &Meta, program: Program) -> Vec<ResourceId> {
    let kind = match program {
        Program::Messages | Program::Squares | Program::Images => ResourceKind::Pool,
        Program::Primes => ResourceKind::Lock,
        Program::Memory | Program::Crash => return Vec::new(),
    };
    let all = meta.resources.iter().enumerate();
    all.filter(|(_, r)| r.kind == kind).map(|(index, _)| ResourceId::from_index(index)).collect()
}

/// A variable of the trace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Variable {
    /// Its value.
    pub value: ResourceId,
}

/// The variable with this name.
pub fn variable(meta: &Meta, name: &str) -> Option<Variable> {
    let place = meta.resources.iter().position(|r| r.name == name)?;
    Some(Variable { value: ResourceId::from_index(place) })
}

/// The copy that child number `k`, from 1, has of the variable.
pub fn child_copy(meta: &Meta, k: usize) -> Option<Variable> {
    variable(meta, &value_name(&format!("child {k}")))
}

impl Variable {
    /// What it holds at the cursor, once somebody has looked.
    pub fn value(self, view: &StageView<'_>) -> Option<i64> {
        let held = &view.state.resource(self.value)?.contents;
        held.front()?.as_int()
    }

    /// Where it is, once somebody has looked.
    pub fn address(self, view: &StageView<'_>) -> Option<String> {
        view.state.resource(self.value)?.address.map(tally::hex)
    }

    /// How often it has been written.
    pub fn writes(self, view: &StageView<'_>) -> u32 {
        view.state.resource(self.value).map_or(0, |r| r.version)
    }
}

/// The worker that child number `k` of the pool's tasks was given to, at the cursor.
pub fn worker_of_task(view: &StageView<'_>, pool: ResourceId, place: usize) -> Option<ActorId> {
    let task = view.replay.tasks().of(pool)?.all.get(place)?;
    let (at, worker) = task.started?;
    (at <= view.now).then_some(worker)
}

/// The first pool of the trace: the one of the processes.
pub fn pool(view: &StageView<'_>) -> Option<ResourceId> {
    tally::pools(view.trace).next()
}

/// What an actor works on, as its task is called.
pub fn task_label(view: &StageView<'_>, state: &ActorState) -> Option<String> {
    let working = state.task?;
    let task = view.replay.tasks().of(working.pool)?.get(working.task)?;
    Some(view.trace.meta().item(task.item))
}

/// Tasks of a pool at the cursor.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Wait for a process.
    pub pending: usize,
    /// Are being worked on.
    pub running: usize,
    /// Have ended.
    pub ended: usize,
    /// Have been handed in.
    pub known: usize,
}

/// How far the tasks are.
pub fn counts(view: &StageView<'_>, pool: ResourceId) -> Counts {
    let Some(tasks) = view.replay.tasks().of(pool) else {
        return Counts::default();
    };
    let state = view.state.resource(pool);
    let running = state.map_or(0, |r| r.pool.running.len());
    let ended = tasks.ended_at(view.now).len();
    let known = tasks.known_at(view.now).len();
    Counts { pending: known.saturating_sub(ended + running), running, ended, known }
}

/// Which tasks have ended, with how long they took, and how many failed. Only to be asked when all is over.
pub fn took(view: &StageView<'_>, pool: ResourceId) -> (Nanos, usize) {
    let tasks = view.replay.tasks().of(pool);
    let all = tasks.map_or(&[][..], |tasks| &tasks.all);
    let sum = all.iter().filter_map(|task| task.took()).map(|t| t.0).sum();
    let failed = all.iter().filter(|task| {
        let at = task.at(view.now);
        matches!(at, TaskStage::Ended(crate::replay::Ending::Failed(_)))
    });
    (Nanos(sum), failed.count())
}

/// Whether the worker lives as far as is known now, wherever the cursor is, and the run goes on.
pub fn can_be_killed(view: &StageView<'_>, id: ActorId) -> bool {
    let latest = view.replay.latest().actor(id);
    let lives = latest.is_some_and(|a| a.phase != Phase::NotStarted && a.end.is_none());
    *view.status == RunStatus::Running && lives && children(view.trace.meta()).contains(&id)
}
