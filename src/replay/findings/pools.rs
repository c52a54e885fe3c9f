//! Tasks of pools: lost with their worker, given up, or smaller than their handing over.

use super::{Check, Finding, FindingKind, Run};
use crate::replay::tasks::{Ending, PoolTasks, Task};
use crate::replay::words::{actors as names, agree, capital, count, the};
use crate::trace::{
    ActorId, End, Event, EventKind, Nanos, ResourceId, ResourceKind, TaskId, WaitEnd, WaitOp,
};
use std::collections::{BTreeMap, BTreeSet};

/// Of so many tasks at least is said what their handing over cost: of fewer it would say little.
const SEVERAL: usize = 5;
/// How many times as long as the work itself.
const TIMES: u64 = 2;
/// The signal that asks for an end.
const SIGTERM: u8 = 15;

/// Follows who waits for results, and who takes them.
#[derive(Default)]
pub(super) struct Pools {
    began: BTreeMap<ActorId, Nanos>,
    /// A wait for a result that timed out: the event, whose, of what, and how long.
    given_up: Vec<GivenUp>,
    /// Who raised an exception in the task it works on.
    raised: BTreeSet<ActorId>,
    /// Tasks that failed without an exception, by who had begun them, and who has done nothing since.
    failed: BTreeMap<ActorId, (ResourceId, TaskId)>,
    /// Tasks that failed because of their workers' ends.
    failed_with: BTreeSet<(ResourceId, TaskId)>,
    /// Who was asked by somebody else to end: what it was at is given up on purpose.
    asked_to_end: BTreeSet<ActorId>,
}

struct GivenUp {
    event: usize,
    at: Nanos,
    actor: ActorId,
    pool: ResourceId,
    waited: Nanos,
}

impl Check for Pools {
    fn follow(&mut self, _: &Run<'_>, index: usize, event: &Event) {
        let (actor, at) = (event.actor, event.at);
        let is_told_of =
            matches!(event.kind, EventKind::Measured { .. } | EventKind::Dropped { .. });
        if let Some(task) = self.failed.remove(&actor) {
            if is_told_of {
                self.failed.insert(actor, task);
            } else if matches!(event.kind, EventKind::Ended(_)) {
                self.failed_with.insert(task);
            }
        }
        match event.kind {
            EventKind::SignalSent { to, signal: SIGTERM } if to != actor => {
                self.asked_to_end.insert(to);
            }
            EventKind::TaskStarted { .. } => drop(self.raised.remove(&actor)),
            EventKind::Raised { .. } => drop(self.raised.insert(actor)),
            EventKind::TaskFailed { res, task, .. } if !self.raised.contains(&actor) => {
                self.failed.insert(actor, (res, task));
            }
            EventKind::WaitBegan { op: WaitOp::Result, .. } => drop(self.began.insert(actor, at)),
            EventKind::WaitEnded { res: pool, how } => {
                let Some(began) = self.began.remove(&actor) else { return };
                if how == WaitEnd::TimedOut {
                    let waited = at.since(began);
                    self.given_up.push(GivenUp { event: index, at, actor, pool, waited });
                }
            }
            _ => {}
        }
    }

    fn finish(self: Box<Self>, run: &Run<'_>) -> Vec<Finding> {
        let (mut found, mut costly_ones) = (Vec::new(), Vec::new());
        if run.stopped {
            return found;
        }
        for pool in run.meta.resources_of(ResourceKind::Pool) {
            let Some(tasks) = run.replay.tasks().of(pool) else { continue };
            found.extend(tasks.all.iter().filter_map(|task| self.lost(run, pool, task)));
            found.extend(self.outlived(run, pool, tasks));
            costly_ones.extend(costly(run, pool, &tasks.all));
        }
        // Pools that are tried one after another are alike.
        let others = costly_ones.split_off(costly_ones.len().min(1));
        if let Some(mut first) = costly_ones.pop() {
            if !others.is_empty() {
                let others = count(others.len(), "other pool");
                first.sentence.push_str(&format!(" So it was with {others}, too."));
            }
            first.resources.extend(others.iter().flat_map(|other| &other.resources));
            found.push(first);
        }
        found
    }
}

impl Pools {
    /// A task whose worker died in the middle of it, and which nobody began again.
    fn lost(&self, run: &Run<'_>, pool: ResourceId, task: &Task) -> Option<Finding> {
        let (started, worker) = task.started?;
        let (end, at) = run.state.actor(worker)?.end?;
        let how = match end {
            End::Killed(_) => "was killed",
            End::Exited(_) => "exited",
            _ => return None,
        };
        let is_lost = match task.ended {
            None => true,
            Some((_, Ending::Failed(_))) => self.failed_with.contains(&(pool, task.id)),
            Some(_) => false,
        };
        let on_purpose = self.asked_to_end.contains(&worker);
        if !is_lost || started > at || task.retried || on_purpose {
            return None;
        }
        let event =
            run.trace.events().iter().position(|event| {
                event.actor == worker && matches!(event.kind, EventKind::Ended(_))
            })?;
        let waits: Vec<ActorId> = run.state.asking(pool).collect();
        let became = match (task.ended, &waits[..]) {
            (Some(_), _) => "nobody begins that again, and it failed".to_owned(),
            (None, []) => "nobody begins that again".to_owned(),
            (None, waits) => format!(
                "nobody begins that again, and {} {} for its result for ever",
                names(run.meta, waits),
                agree(waits.len(), "waits", "wait"),
            ),
        };
        let instead = match end {
            End::Exited(_) => {
                " An exit ends the worker with its task; an exception that is raised goes to whoever asks for the result."
            }
            _ => "",
        };
        Some(Finding {
            kind: FindingKind::LostTask,
            at,
            event,
            actors: std::iter::once(worker).chain(waits).collect(),
            resources: vec![pool],
            sentence: capital(&format!(
                "{} {how} in the middle of task {} of {}: {became}.{instead}",
                run.meta.actor_name(worker),
                task.id.0,
                the(run.meta, pool),
            )),
        })
    }

    /// Tasks whose results somebody no longer waited for, and which went on all the same.
    fn outlived(&self, run: &Run<'_>, pool: ResourceId, tasks: &PoolTasks) -> Option<Finding> {
        let given_up = self.given_up.iter().find(|wait| wait.pool == pool)?;
        let GivenUp { event, at, actor, waited, .. } = *given_up;
        let went_on = tasks.all.iter().filter(|task| {
            let is_under_way = task.started.is_some_and(|(started, _)| started <= at);
            let goes_on = task
                .ended
                .is_some_and(|(ended, how)| ended > at && matches!(how, Ending::Finished(_)));
            task.by == actor && is_under_way && goes_on && !tasks.is_taken(task.id)
        });
        let went_on: Vec<&Task> = went_on.collect();
        let last = went_on.iter().filter_map(|task| task.ended).map(|end| end.0).max()?;
        let workers: BTreeSet<ActorId> = went_on.iter().filter_map(|task| task.worker()).collect();
        let name = run.meta.actor_name(actor);
        Some(Finding {
            kind: FindingKind::OutlivedTimeOut,
            at,
            event,
            actors: std::iter::once(actor).chain(workers).collect(),
            resources: vec![pool],
            sentence: capital(&format!(
                "{name} stopped waiting for a result of {} after {waited}, and {} went on for {} more: a time-out ends the \
                 waiting, not the task.",
                the(run.meta, pool),
                count(went_on.len(), "task"),
                last.since(at),
            )),
        })
    }
}

/// What handing tasks over took, where that was longer than the tasks.
fn costly(run: &Run<'_>, pool: ResourceId, tasks: &[Task]) -> Option<Finding> {
    if run.is_partial() || tasks.len() < SEVERAL {
        return None;
    }
    // The start of the workers is no handing over.
    let first = tasks.iter().filter_map(|task| task.started).map(|(at, _)| at).min()?;
    let mut under_way = Vec::with_capacity(tasks.len());
    let mut work = 0;
    for task in tasks {
        work += task.took()?.0;
        under_way.push((task.submitted.max(first), task.ended?.0));
    }
    under_way.sort_unstable();
    // How long any task was handed in and not done.
    let (mut all, mut until) = (0, Nanos::ZERO);
    for (from, to) in under_way {
        all += to.since(from.max(until)).0;
        until = until.max(to);
    }
    if all < TIMES * work {
        return None;
    }
    let workers: BTreeSet<ActorId> = tasks.iter().filter_map(Task::worker).collect();
    Some(Finding {
        kind: FindingKind::CostlyHandOver,
        at: first,
        event: run.event_at(first),
        actors: workers.into_iter().collect(),
        resources: vec![pool],
        sentence: format!(
            "The {} of {} took {} of work together, and for {} there was one handed in and not done: handing a \
             task over cost more than the task. In a loop they take no longer than their work.",
            count(tasks.len(), "task"),
            the(run.meta, pool),
            Nanos(work),
            Nanos(all),
        ),
    })
}
