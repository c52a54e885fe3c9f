//! Pools that cannot do what they were asked for: ended too early, without who passes their results on, or with workers that die
//! as they begin.

use super::{Check, Finding, FindingKind, Run};
use crate::replay::tasks::{Ending, Task};
use crate::replay::words::{actors as names, agree, capital, count, the};
use crate::trace::{
    ActorId, ActorKind, End, Event, EventKind, Item, ItemView, Nanos, ResourceId, ResourceKind,
    Role, TextId, WaitEnd,
};
use std::collections::{BTreeMap, BTreeSet};

/// Follows the ends of pools, of their workers, and of those that serve them.
#[derive(Default)]
pub(super) struct Served {
    /// When each pool was ended first, and by whom.
    closed: BTreeMap<ResourceId, (usize, ActorId)>,
    /// Pools of whose results somebody had waited for one until its time was up or an exception came, or had looked for it in vain, or
    /// that were given up by name.
    given_up: BTreeSet<ResourceId>,
    /// Those of them that were given up by name.
    by_name: BTreeSet<ResourceId>,
    /// Who has begun a task.
    has_worked: BTreeSet<ActorId>,
    /// Those that serve a pool and failed.
    failed: BTreeMap<ResourceId, (usize, ActorId, TextId)>,
    /// Workers that ended in a bad way before they had begun a task, in the order of their ends.
    died: BTreeMap<ResourceId, Vec<(usize, ActorId, End)>>,
    /// The last line with anything in it that each has printed.
    printed: BTreeMap<ActorId, TextId>,
}

impl Check for Served {
    fn follow(&mut self, run: &Run<'_>, index: usize, event: &Event) {
        let actor = event.actor;
        let is_pool = |res: ResourceId| {
            run.meta.resource(res).is_some_and(|res| res.kind == ResourceKind::Pool)
        };
        match event.kind {
            EventKind::Closed { res } if is_pool(res) => {
                self.closed.entry(res).or_insert((index, actor));
            }
            EventKind::GivenUp { res } => {
                self.by_name.insert(res);
                self.given_up.insert(res);
            }
            EventKind::WaitEnded { res, how: WaitEnd::TimedOut | WaitEnd::Interrupted }
            | EventKind::FoundEmpty { res }
                if is_pool(res) && !self.closed.contains_key(&res) =>
            {
                self.given_up.insert(res);
            }
            EventKind::TaskStarted { .. } => drop(self.has_worked.insert(actor)),
            EventKind::Message { text, args: [line, _] } => {
                let line = match line.view() {
                    ItemView::Text(line) => line,
                    _ => text,
                };
                if !run.meta.text(line).trim().is_empty() {
                    self.printed.insert(actor, line);
                }
            }
            EventKind::Ended(end) if !run.stopped => {
                let Some(named) = run.meta.actor(actor) else { return };
                if let (End::Error(text), Some(pool)) = (end, named.serves) {
                    self.failed.entry(pool).or_insert((index, actor, text));
                }
                let is_bad = matches!(end, End::Error(_) | End::Exited(1..) | End::Killed(_));
                if let Some(pool) = named.pool.filter(|_| named.kind == ActorKind::Process)
                    && is_bad
                    && !self.has_worked.contains(&actor)
                    && !self.closed.contains_key(&pool)
                {
                    self.died.entry(pool).or_default().push((index, actor, end));
                }
            }
            _ => {}
        }
    }

    fn finish(self: Box<Self>, run: &Run<'_>) -> Vec<Finding> {
        let mut found: Vec<Finding> = Vec::new();
        if !run.stopped {
            found.extend(self.closed.iter().filter_map(|(pool, end)| self.early(run, *pool, *end)));
            found.extend(self.failed.iter().filter_map(|(pool, by)| self.stuck(run, *pool, *by)));
        }
        found.extend(self.died.iter().filter_map(|(pool, died)| self.dying(run, *pool, died)));
        found
    }
}

/// Whether somebody had taken a result after each of these tasks was handed in, when the pool was `closed`: whoever had, and ended the
/// pool then, had what it wanted.
///
/// What is handed in by another hand, one by one as they are begun, belongs to what was taken of those.
fn had_enough(run: &Run<'_>, open: &[&Task], tasks: &[Task], closed: Nanos) -> bool {
    let taken = || tasks.iter().filter(|task| task.is_taken_at(closed));
    let last = taken().filter_map(|task| task.taken).max();
    let by: BTreeSet<ActorId> = taken().map(|task| task.by).collect();
    open.iter().all(|task| match run.role(task.by) {
        Role::Helper => by.contains(&task.by),
        _ => last.is_some_and(|last| task.submitted <= last),
    })
}

fn at(run: &Run<'_>, event: usize) -> Nanos {
    run.trace.events().get(event).map_or(run.trace.end(), |event| event.at)
}

impl Served {
    /// A pool that somebody ended before its tasks were done, and did not mean to: it had asked for nothing of them, or still waits
    /// for one.
    fn early(
        &self,
        run: &Run<'_>,
        pool: ResourceId,
        (event, by): (usize, ActorId),
    ) -> Option<Finding> {
        let closed = at(run, event);
        let tasks = run.replay.tasks().of(pool)?;
        let handed_in = tasks.all.iter().filter(|task| task.submitted <= closed && !task.retried);
        let all = handed_in.clone().count();
        // Whoever has its result knows that it is done, whether its end is on record or not.
        let is_open = |task: &&Task| task.ended.is_none() && task.taken.is_none();
        let open: Vec<&Task> = handed_in.filter(is_open).collect();
        let waits: Vec<ActorId> = run.state.asking(pool).collect();
        let is_meant = self.given_up.contains(&pool) || had_enough(run, &open, &tasks.all, closed);
        if open.is_empty() || is_meant && waits.is_empty() {
            return None;
        }
        let (open, tasks) = (open.len(), count(all, "task"));
        let mut workers = run.meta.actors_where(|who| who.pool == Some(pool));
        let is_thread =
            |id: ActorId| run.meta.actor(id).map(|who| who.kind) == Some(ActorKind::Thread);
        let has_threads = workers.any(is_thread);
        let why = match self.by_name.contains(&pool) {
            true if has_threads => {
                "`terminate()` drops the tasks that are not begun, and ends no thread: ask for the results before, or close the pool and join it."
            }
            true => {
                "`terminate()` ends its workers, whatever they do: ask for the results before, or close the pool and join it."
            }
            false => {
                "The end of a `with` block ends a pool, and waits for none of its tasks: ask for the results inside the block, or \
                      close the pool and join it there."
            }
        };
        let left = match has_threads {
            // Each goes on with the one that it is at.
            true => format!(": {open} of its {tasks} came to no end"),
            false => format!(
                " when {open} of its {tasks} {} not done: nobody does them any more",
                agree(open, "was", "were")
            ),
        };
        let for_ever = match &waits[..] {
            [] => String::new(),
            waits => format!(
                ", and {} {} for a result of it for ever",
                names(run.meta, waits),
                agree(waits.len(), "waits", "wait")
            ),
        };
        Some(Finding {
            kind: FindingKind::PoolEndedEarly,
            at: closed,
            event,
            actors: std::iter::once(by).chain(waits.into_iter().filter(|who| *who != by)).collect(),
            resources: vec![pool],
            sentence: capital(&format!(
                "{} ended {}{left}{for_ever}. {why}",
                run.meta.actor_name(by),
                the(run.meta, pool),
            )),
        })
    }

    /// A pool whose results nobody passes on any more, while somebody waits for one.
    fn stuck(
        &self,
        run: &Run<'_>,
        pool: ResourceId,
        (event, server, text): (usize, ActorId, TextId),
    ) -> Option<Finding> {
        let waits: Vec<ActorId> = run.state.asking(pool).collect();
        if waits.is_empty() {
            return None;
        }
        let failed_at = at(run, event);
        let tasks = run.replay.tasks().of(pool);
        let sent =
            tasks.iter().flat_map(|tasks| tasks.all.iter().filter(|task| !tasks.is_taken(task.id)));
        let sent = sent.filter_map(|task| Some((task.id, task.ended?)));
        let last = sent.filter(|(_, (ended, _))| *ended <= failed_at).max_by_key(|(_, end)| end.0);
        let why = match last {
            Some((task, (_, Ending::Failed(error)))) => format!(
                " Task {} had ended with {}: an exception goes to another process as its arguments, and is built again from them \
                 there. A class of exceptions with an `__init__` of its own hands all of them on to `super().__init__`.",
                task.0,
                run.meta.text(error),
            ),
            Some((task, _)) => format!(
                " Task {} had ended: what it returned goes to another process, and is built again there.",
                task.0
            ),
            None => String::new(),
        };
        Some(Finding {
            kind: FindingKind::LostResult,
            at: failed_at,
            event,
            sentence: capital(&format!(
                "{}, which passes on what {} does, ended with {}, and {} {} for a result for ever.{why}",
                run.meta.actor_name(server),
                the(run.meta, pool),
                match run.meta.text(text) {
                    "" => "an exception",
                    text => text,
                },
                names(run.meta, &waits),
                agree(waits.len(), "waits", "wait"),
            )),
            actors: std::iter::once(server).chain(waits).collect(),
            resources: vec![pool],
        })
    }

    /// Workers that die as they begin, and are followed by others that do the same.
    fn dying(
        &self,
        run: &Run<'_>,
        pool: ResourceId,
        died: &[(usize, ActorId, End)],
    ) -> Option<Finding> {
        let capacity = run.meta.resource(pool)?.capacity.map(|capacity| capacity as usize);
        // What they die of is said already.
        let is_guardless = |id: ActorId| run.meta.actor(id).is_some_and(|actor| actor.no_guard);
        if died.len() <= capacity.map_or(2, |capacity| capacity.max(2))
            || died.iter().any(|(_, actor, _)| is_guardless(*actor))
        {
            return None;
        }
        let (event, first, end) = *died.first()?;
        let is_same = died.iter().all(|(_, _, other)| *other == end);
        let how = match end {
            End::Error(text) if is_same && !run.meta.text(text).is_empty() => {
                format!(", each with {}", run.meta.text(text))
            }
            End::Exited(status) if is_same => format!(", each with exit status {status}"),
            _ => String::new(),
        };
        let all = run.meta.actors_where(|actor| actor.pool == Some(pool)).count();
        let others = match capacity.map_or(0, |capacity| all.saturating_sub(capacity)) {
            0 => "others".to_owned(),
            1 => "another one".to_owned(),
            others => format!("{others} others"),
        };
        // Of an exception more may be printed than the recorder has of it.
        let is_error = matches!(end, End::Error(_));
        let printed =
            self.printed.get(&first).filter(|_| is_error).map_or_else(String::new, |line| {
                let who = capital(&run.meta.actor_name(first));
                format!(" {who} printed last: “{}”.", run.meta.item(Item::text(*line)).trim())
            });
        Some(Finding {
            kind: FindingKind::DyingWorkers,
            at: at(run, event),
            event,
            actors: died.iter().map(|(_, actor, _)| *actor).collect(),
            resources: vec![pool],
            sentence: format!(
                "{} of {} ended before they had begun a task{how}, and the pool started {others} in their place.{printed} Until \
                 then a worker imports the program's file (unless it is forked), runs the pool's initializer and reads its task, \
                 whose function must be defined by then.",
                count(died.len(), "worker"),
                the(run.meta, pool),
            ),
        })
    }
}
