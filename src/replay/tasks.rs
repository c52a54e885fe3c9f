//! Every task of every pool, from being handed in to its end: what a queue, a list of results and their numbers are
//! drawn from.

use crate::trace::{ActorId, Event, EventKind, Item, Nanos, ResourceId, TaskId, TextId};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// How a task ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// With this result.
    Finished(Item),
    /// With this error.
    Failed(TextId),
    /// It was cancelled.
    Cancelled,
}

/// One attempt at a task: a task that is handed in again after its worker died is a record of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Task {
    /// Which.
    pub id: TaskId,
    /// What it is about.
    pub item: Item,
    /// Who handed it in.
    pub by: ActorId,
    /// When.
    pub submitted: Nanos,
    /// Its place among the tasks of the pool, from 0, in the order they were first handed in.
    pub nth: u32,
    /// Which attempt at the task this is, from 1: a task whose worker died may be handed in again.
    pub attempt: u32,
    /// Whether there is a later attempt, whose end counts for the task instead of this one's.
    pub retried: bool,
    /// When it was last sent to a worker that was still busy with others, and to which worker.
    pub prefetched: Option<(Nanos, ActorId)>,
    /// When that worker ended without having begun it.
    pub stranded: Option<Nanos>,
    /// When a worker began it, and which.
    pub started: Option<(Nanos, ActorId)>,
    /// When it ended, and how.
    pub ended: Option<(Nanos, Ending)>,
    /// When the program first had its result, or its error.
    pub taken: Option<Nanos>,
    /// Indices of the events that handed it in, began and ended it, that sent it to a worker, that ended the worker, and that
    /// gave the program its result.
    events: [u32; 6],
}

/// What is true of a task at an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Not handed in yet.
    Unknown,
    /// Waits for a worker.
    Pending,
    /// Waits at this worker, which was sent it and has not begun it.
    Prefetched(ActorId),
    /// This worker has been at it since then.
    Running(ActorId, Nanos),
    /// It has ended.
    Ended(Ending),
}

impl Task {
    /// What is true of it at an instant.
    pub fn at(&self, t: Nanos) -> Stage {
        match (self.started, self.ended) {
            (_, Some((at, ending))) if at <= t => Stage::Ended(ending),
            (Some((since, worker)), _) if since <= t => Stage::Running(worker, since),
            _ if self.submitted <= t => match self.prefetched {
                Some((at, worker)) if at <= t && self.stranded.is_none_or(|end| t < end) => {
                    Stage::Prefetched(worker)
                }
                _ => Stage::Pending,
            },
            _ => Stage::Unknown,
        }
    }

    /// How long it waited for a worker.
    pub fn waited(&self) -> Option<Nanos> {
        self.started.map(|(at, _)| at.since(self.submitted))
    }

    /// How long the worker took.
    pub fn took(&self) -> Option<Nanos> {
        let ((from, _), (to, _)) = self.started.zip(self.ended)?;
        Some(to.since(from))
    }

    /// Whether the program had what came of it by an instant.
    pub fn is_taken_at(&self, t: Nanos) -> bool {
        self.taken.is_some_and(|at| at <= t)
    }

    /// The worker that began it.
    pub fn worker(&self) -> Option<ActorId> {
        self.started.map(|(_, worker)| worker)
    }
}

/// The tasks of one pool.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PoolTasks {
    /// In the order they were handed in.
    pub all: Vec<Task>,
    /// Places in `all` of the tasks that have ended, in the order of their ends.
    pub ended: Vec<u32>,
    /// Places in `all` of the tasks whose results the program had, in that order.
    taken: Vec<u32>,
    /// Places in `all` of first attempts, in the order they were handed in: one for each task.
    firsts: Vec<u32>,
    /// Place in `all` of a task's last record.
    latest: HashMap<TaskId, u32>,
    /// Places in `all` of what each worker has begun, in the order it did.
    by_worker: HashMap<ActorId, Vec<u32>>,
    /// When an attempt was followed by another, and its place in `all`.
    retried: Vec<(Nanos, u32)>,
    /// Places in `all` of the tasks that each worker was sent and has not begun.
    sent: BTreeMap<ActorId, BTreeSet<u32>>,
    /// Tasks that were sent to a worker more than once, to be taken back: the event that sent one again, its place in
    /// `all`, and the task as it was before.
    sent_again: Vec<(u32, u32, Task)>,
}

impl PoolTasks {
    /// The last record of a task.
    pub fn get(&self, id: TaskId) -> Option<&Task> {
        self.all.get(*self.latest.get(&id)? as usize)
    }

    fn get_mut(&mut self, id: TaskId) -> Option<(u32, &mut Task)> {
        let place = *self.latest.get(&id)?;
        Some((place, self.all.get_mut(place as usize)?))
    }

    /// Whether the program has had the result of a task.
    pub fn is_taken(&self, id: TaskId) -> bool {
        self.get(id).is_some_and(|task| task.taken.is_some())
    }

    /// How many tasks there are, however often each was handed in.
    pub fn count(&self) -> usize {
        self.firsts.len()
    }

    /// How many of them were handed in by an instant.
    pub fn count_at(&self, t: Nanos) -> usize {
        self.firsts.partition_point(|place| self.all[*place as usize].submitted <= t)
    }

    /// The task that was handed in as the `nth` one, from 0: the attempt at it that counts at an instant, where it had
    /// been handed in by then.
    pub fn nth_at(&self, nth: usize, t: Nanos) -> Option<&Task> {
        let first = self.all.get(*self.firsts.get(nth)? as usize)?;
        if first.submitted > t {
            return None;
        }
        // Mostly there is one attempt, and looking that up costs least.
        let last = if first.retried { self.get(first.id)? } else { first };
        if last.submitted <= t {
            return Some(last);
        }
        // The one that is followed next.
        let later = self.retried[self.retried.partition_point(|(at, _)| *at <= t)..].iter();
        let mut later = later.map(|(_, place)| &self.all[*place as usize]);
        let next = later.find(|task| task.id == first.id);
        next.filter(|task| task.submitted <= t)
    }

    /// The tasks that have ended by an instant, in the order of their ends.
    pub fn ended_at(&self, t: Nanos) -> impl ExactSizeIterator<Item = &Task> + DoubleEndedIterator {
        let ended = |place: &u32| self.all[*place as usize].ended;
        let past = (self.ended).partition_point(|p| ended(p).is_some_and(|(at, _)| at <= t));
        self.ended[..past].iter().map(|p| &self.all[*p as usize])
    }

    /// The tasks whose results the program had, in that order.
    pub fn taken(&self) -> impl ExactSizeIterator<Item = &Task> {
        self.taken.iter().map(|place| &self.all[*place as usize])
    }

    /// What a worker has begun by an instant, in the order it did.
    pub fn begun_by(
        &self,
        worker: ActorId,
        t: Nanos,
    ) -> impl ExactSizeIterator<Item = &Task> + DoubleEndedIterator {
        let places = self.by_worker.get(&worker).map_or(&[][..], Vec::as_slice);
        let started = |place: &u32| self.all[*place as usize].started;
        let past = places.partition_point(|p| started(p).is_some_and(|(at, _)| at <= t));
        places[..past].iter().map(|p| &self.all[*p as usize])
    }

    /// Attempts that were followed by another one by an instant, in the order they were.
    pub fn retried_at(&self, t: Nanos) -> impl ExactSizeIterator<Item = &Task> {
        let past = self.retried.partition_point(|(at, _)| *at <= t);
        self.retried[..past].iter().map(|(_, place)| &self.all[*place as usize])
    }

    /// Whether this attempt was followed by another one by an instant.
    pub fn is_retried_at(&self, task: &Task, t: Nanos) -> bool {
        task.retried
            && self.retried_at(t).any(|other| other.id == task.id && other.attempt == task.attempt)
    }

    fn submitted(&mut self, index: u32, event: &Event, id: TaskId, item: Item) {
        let place = u32::try_from(self.all.len()).unwrap_or(u32::MAX);
        let (mut attempt, mut nth) = (1, u32::try_from(self.firsts.len()).unwrap_or(u32::MAX));
        if let Some(before) = self.latest.insert(id, place)
            && let Some(task) = self.all.get_mut(before as usize)
        {
            task.retried = true;
            (attempt, nth) = (task.attempt.saturating_add(1), task.nth);
            self.retried.push((event.at, before));
        } else {
            self.firsts.push(place);
        }
        self.all.push(Task {
            id,
            item,
            by: event.actor,
            submitted: event.at,
            nth,
            attempt,
            retried: false,
            prefetched: None,
            stranded: None,
            started: None,
            ended: None,
            taken: None,
            events: [index, u32::MAX, u32::MAX, u32::MAX, u32::MAX, u32::MAX],
        });
    }

    fn assigned(&mut self, index: u32, event: &Event, first: TaskId, count: u32, to: ActorId) {
        // A trace may say any number.
        for id in (first.0..first.0.saturating_add(count)).take(self.all.len()) {
            if let Some((place, task)) = self.get_mut(TaskId(id))
                && task.started.is_none()
                && task.ended.is_none()
            {
                let before = *task;
                task.prefetched = Some((event.at, to));
                task.stranded = None;
                task.events[3] = index;
                task.events[4] = u32::MAX;
                if before.prefetched.is_some() {
                    self.unsent(place, &before);
                    self.sent_again.push((index, place, before));
                }
                self.sent.entry(to).or_default().insert(place);
            }
        }
    }

    fn started(&mut self, index: u32, event: &Event, id: TaskId) {
        if let Some((place, task)) = self.get_mut(id)
            && task.started.is_none()
            && task.ended.is_none()
        {
            task.started = Some((event.at, event.actor));
            task.events[1] = index;
            let task = *task;
            self.unsent(place, &task);
            self.by_worker.entry(event.actor).or_default().push(place);
        }
    }

    fn end(&mut self, index: u32, event: &Event, id: TaskId, ending: Ending) {
        if let Some((place, task)) = self.get_mut(id)
            && task.ended.is_none()
        {
            task.ended = Some((event.at, ending));
            task.events[2] = index;
            let task = *task;
            self.unsent(place, &task);
            self.ended.push(place);
        }
    }

    fn took(&mut self, index: u32, event: &Event, first: TaskId, count: u32) {
        // A trace may say any number.
        for id in (first.0..first.0.saturating_add(count)).take(self.all.len()) {
            if let Some((place, task)) = self.get_mut(TaskId(id))
                && task.taken.is_none()
            {
                task.taken = Some(event.at);
                task.events[5] = index;
                self.taken.push(place);
            }
        }
    }

    /// The task at `place` no longer waits at the worker it was sent to.
    fn unsent(&mut self, place: u32, task: &Task) {
        if let Some((_, worker)) = task.prefetched
            && let Some(sent) = self.sent.get_mut(&worker)
        {
            sent.remove(&place);
            if sent.is_empty() {
                self.sent.remove(&worker);
            }
        }
    }

    /// The end of a worker: the tasks that it was sent and has not begun wait for any worker again.
    fn worker_ended(&mut self, index: u32, at: Nanos, worker: ActorId) {
        for place in self.sent.remove(&worker).into_iter().flatten() {
            if let Some(task) = self.all.get_mut(place as usize) {
                task.stranded = Some(at);
                task.events[4] = index;
            }
        }
    }

    /// Undoes the events from the `first`th on.
    fn rewind(&mut self, first: u32) {
        let mut followed: Vec<u32> = Vec::new();
        let kept = self.all.partition_point(|task| task.events[0] < first);
        self.all.truncate(kept);
        self.firsts.retain(|place| (*place as usize) < kept);
        self.latest.clear();
        self.by_worker.clear();
        self.sent.clear();
        while let Some((_, place, before)) = self.sent_again.pop_if(|again| again.0 >= first) {
            if let Some(task) = self.all.get_mut(place as usize) {
                *task = before;
            }
        }
        self.retried.retain(|(_, place)| (*place as usize) < kept);
        for (place, task) in (0..).zip(&mut self.all) {
            if task.events[3] >= first {
                (task.prefetched, task.events[3]) = (None, u32::MAX);
            }
            if task.events[1] >= first {
                (task.started, task.events[1]) = (None, u32::MAX);
            }
            if task.events[2] >= first {
                (task.ended, task.events[2]) = (None, u32::MAX);
            }
            if task.events[4] >= first {
                (task.stranded, task.events[4]) = (None, u32::MAX);
            }
            if task.events[5] >= first {
                (task.taken, task.events[5]) = (None, u32::MAX);
            }
            if let Some((_, worker)) = task.prefetched
                && task.stranded.or(task.started.map(|s| s.0)).or(task.ended.map(|e| e.0)).is_none()
            {
                self.sent.entry(worker).or_default().insert(place);
            }
            task.retried = false;
            if let Some(before) = self.latest.insert(task.id, place) {
                followed.push(before);
            }
        }
        self.retried.retain(|(_, place)| followed.contains(place));
        for place in followed {
            self.all[place as usize].retried = true;
        }
        // In the order they were begun, which is not the order they were handed in.
        let mut begun: Vec<_> = (0..).zip(&self.all).collect();
        begun.retain(|(_, task)| task.started.is_some());
        begun.sort_by_key(|(_, task)| task.events[1]);
        for (place, task) in begun {
            if let Some(worker) = task.worker() {
                self.by_worker.entry(worker).or_default().push(place);
            }
        }
        let all = &self.all;
        (self.ended).retain(|p| all.get(*p as usize).is_some_and(|task| task.ended.is_some()));
        (self.taken).retain(|p| all.get(*p as usize).is_some_and(|task| task.taken.is_some()));
    }
}

/// The tasks of all pools.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tasks {
    /// By [`ResourceId`]; empty for what is no pool.
    pools: Vec<PoolTasks>,
}

impl Tasks {
    /// The tasks of one pool.
    pub fn of(&self, pool: ResourceId) -> Option<&PoolTasks> {
        self.pools.get(pool.index())
    }

    /// Takes in one event, the `index`th.
    pub(super) fn follow(&mut self, index: usize, event: &Event) {
        use EventKind as K;
        let index = u32::try_from(index).unwrap_or(u32::MAX - 1);
        if let K::Ended(_) = event.kind {
            for pool in &mut self.pools {
                pool.worker_ended(index, event.at, event.actor);
            }
        }
        let (K::TaskSubmitted { res, .. }
        | K::TaskAssigned { res, .. }
        | K::TaskStarted { res, .. }
        | K::TaskFinished { res, .. }
        | K::TaskFailed { res, .. }
        | K::TaskCancelled { res, .. }
        | K::ResultsTaken { res, .. }) = event.kind
        else {
            return;
        };
        // Whatever is said of tasks that nobody handed in, there are none.
        if matches!(event.kind, K::TaskSubmitted { .. }) && self.pools.len() <= res.index() {
            self.pools.resize_with(res.index() + 1, PoolTasks::default);
        }
        let Some(pool) = self.pools.get_mut(res.index()) else { return };
        match event.kind {
            K::TaskSubmitted { task, item, .. } => pool.submitted(index, event, task, item),
            K::TaskAssigned { task, count, to, .. } => {
                pool.assigned(index, event, task, count, to);
            }
            K::TaskStarted { task, .. } => pool.started(index, event, task),
            K::TaskFinished { task, item, .. } => {
                pool.end(index, event, task, Ending::Finished(item));
            }
            K::TaskFailed { task, error, .. } => {
                pool.end(index, event, task, Ending::Failed(error));
            }
            K::TaskCancelled { task, .. } => pool.end(index, event, task, Ending::Cancelled),
            K::ResultsTaken { task, count, .. } => pool.took(index, event, task, count),
            _ => {}
        }
    }

    /// Takes everything back to before the `first`th event.
    pub(super) fn rewind(&mut self, first: usize) {
        let first = u32::try_from(first).unwrap_or(u32::MAX);
        for pool in &mut self.pools {
            pool.rewind(first);
        }
        while self.pools.last().is_some_and(|pool| pool.all.is_empty()) {
            self.pools.pop();
        }
    }
}
