//! What each actor did over time, and what each resource went through, as runs of equal state: what the swim-lanes
//! draw.

use super::reduce::Effect;
use super::{Phase, State, Sums};
use crate::trace::{
    ActorId, Event, EventKind, Item, Meta, Nanos, Resource, ResourceId, ResourceKind, Role, TaskId,
    TextId,
};
use std::ops::Range;

/// What a span is about, for its label.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Note {
    /// Nothing to say.
    #[default]
    None,
    /// An item went in during it.
    Put(Item),
    /// An item came out during it.
    Took(Item),
    /// A task.
    Task(TaskId),
    /// A named stretch of work, of an actor of whom only those are known.
    Doing(TextId),
    /// An act of the user: the event that began the span is what the user did.
    Act,
}

/// A stretch of time an actor spent in one phase, about one resource and with one task. It ends where the next one of
/// its lane begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// When it began.
    pub start: Nanos,
    /// Index of the event that began it.
    pub event: u32,
    /// The phase.
    pub phase: Phase,
    /// The resource waited for or held.
    pub res: Option<ResourceId>,
    /// What it is about: of a holding span the first item moved during it; of a span during a task the task.
    pub note: Note,
    /// Whether it is a wait for the end of an actor, which is drawn quietly: a main thread does it most of the time.
    pub quiet: bool,
}

impl Span {
    /// The phase it is drawn as, if at all. Who waits for its own threads to end is drawn as one that is idle.
    pub fn shown(&self) -> Option<Phase> {
        match self.phase {
            Phase::NotStarted | Phase::Done | Phase::Stopped => None,
            Phase::Waiting if self.quiet => Some(Phase::Idle),
            phase => Some(phase),
        }
    }
}

/// A stretch of time an actor spent on one task, or on none. It ends where the next one of its lane begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TaskSpan {
    /// When it began.
    pub start: Nanos,
    /// Index of the event that began it.
    pub event: u32,
    /// The task from then on.
    pub task: Option<TaskId>,
}

/// A stretch of time of which events of an actor are missing: from its last event before to the first one after.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gap {
    /// Its last event before.
    pub from: Nanos,
    /// The first event after, or its end.
    pub to: Nanos,
    /// How many events are missing; 0: it was killed, and its last events may be missing.
    pub count: u64,
    /// Index of the event that says so.
    pub event: u32,
}

/// What one actor did, in order. Nothing before the first span.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lane {
    /// Its phases; the last one goes on to the end of what is known. Of the user one for each act.
    pub spans: Vec<Span>,
    /// Its tasks; the last one goes on to the end of what is known.
    pub tasks: Vec<TaskSpan>,
    /// Where events of it are missing; they do not overlap.
    pub gaps: Vec<Gap>,
    /// The time of the last event that it recorded itself: its end and its measurements may be recorded by others.
    pub last: Nanos,
    /// Its phases added up; of a lane that was not made by [`Lane::of`] or a replay, nothing.
    pub sums: Sums,
}

/// A stretch of time a resource had one owner, or none. It ends where the next one begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OwnerSpan {
    /// When it began.
    pub start: Nanos,
    /// The owner from then on.
    pub owner: Option<ActorId>,
}

/// A number from one instant on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// From when.
    pub at: Nanos,
    /// The number.
    pub value: u32,
}

/// What one resource went through.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Track {
    /// Owner over time (of a semaphore: the latest to acquire).
    pub owners: Vec<OwnerSpan>,
    /// Number of waiters over time; of a queue without those who wait until all is done.
    pub waiters: Vec<Step>,
    /// Number of items inside over time; of a pool, of tasks not begun; of a semaphore, of permits that somebody has.
    pub length: Vec<Step>,
    /// Of a variable: the array whose list begins or ends where it says.
    pub bounds: Option<ResourceId>,
}

/// All lanes and tracks of a trace.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lanes {
    /// By [`ActorId`].
    pub actors: Vec<Lane>,
    /// By [`ResourceId`].
    pub resources: Vec<Track>,
}

impl Lane {
    /// A lane of these phases, without tasks and gaps.
    pub fn of(spans: Vec<Span>) -> Self {
        let sums = Sums::of(&spans);
        Self { spans, sums, ..Self::default() }
    }

    /// The task at an instant.
    pub fn task_at(&self, t: Nanos) -> Option<TaskId> {
        let past = self.tasks.partition_point(|s| s.start <= t);
        past.checked_sub(1).and_then(|last| self.tasks[last].task)
    }

    /// The gap an instant falls into.
    pub fn gap_at(&self, t: Nanos) -> Option<&Gap> {
        let past = self.gaps.partition_point(|gap| gap.from <= t);
        past.checked_sub(1).map(|last| &self.gaps[last]).filter(|gap| t <= gap.to)
    }

    /// The span an instant falls into, with its place in [`Lane::spans`]; `None` before the first one.
    pub fn at(&self, t: Nanos) -> Option<(usize, &Span)> {
        let index = self.spans.partition_point(|s| s.start <= t).checked_sub(1)?;
        Some((index, &self.spans[index]))
    }

    /// The places in [`Lane::spans`] of all that reach into `start..end`.
    pub fn range(&self, start: Nanos, end: Nanos) -> Range<usize> {
        let first = self.at(start).map_or(0, |(index, _)| index);
        let past = self.spans.partition_point(|s| s.start < end);
        first..past.max(first)
    }
}

impl Track {
    fn new(resource: &Resource) -> Self {
        use ResourceKind as R;
        let mut track = Self::default();
        // Empty ones, too: that is how they begin. Cells that are there hold no list yet that is known.
        let no_cells = resource.bounds.is_some() && resource.initial.is_empty();
        if matches!(resource.kind, R::Queue | R::Pipe | R::List) || no_cells {
            let value = u32::try_from(resource.initial.len()).unwrap_or(u32::MAX);
            track.length.push(Step { at: Nanos::ZERO, value });
        }
        track
    }
}

fn push_step(steps: &mut Vec<Step>, at: Nanos, value: usize) {
    let value = u32::try_from(value).unwrap_or(u32::MAX);
    if steps.last().map_or(0, |s| s.value) != value {
        steps.push(Step { at, value });
    }
}

/// The lengths of lanes and tracks at some event, to which they can be cut back.
#[derive(Clone, Debug, Default)]
pub(super) struct Reach {
    /// Number of spans, the note of the last one (later events may have added it), and the time of the last event.
    actors: Vec<(usize, Note, Nanos)>,
    /// Number of owners, of steps of the waiters, and of steps of the length.
    resources: Vec<[usize; 3]>,
}

impl Reach {
    pub(super) fn bytes(&self) -> usize {
        size_of_val(&self.actors[..]) + size_of_val(&self.resources[..])
    }
}

impl Lanes {
    /// As many lanes and tracks as the state has actors and resources.
    pub(super) fn fit(&mut self, meta: &Meta, state: &State) {
        if self.actors.len() < state.actors.len() {
            self.actors.resize_with(state.actors.len(), Lane::default);
        }
        while self.resources.len() < state.resources.len() {
            let id = ResourceId::from_index(self.resources.len());
            let named = meta.resource(id);
            for bound in named.and_then(|resource| resource.bounds).into_iter().flatten() {
                if let Some(variable) = self.resources.get_mut(bound.index()) {
                    variable.bounds = Some(id);
                }
            }
            self.resources.push(named.map_or_else(Track::default, Track::new));
        }
    }

    /// Draws the lines on over one event, the `index`th, which led to `state`.
    pub(super) fn follow(
        &mut self,
        meta: &Meta,
        state: &State,
        index: usize,
        event: &Event,
        effect: &Effect,
    ) {
        let index = u32::try_from(index).unwrap_or(u32::MAX);
        let act = is_act(meta, event);
        let anew = effect.task_changed || act || is_stretch(meta, event);
        self.follow_actor(meta, state, index, event.actor, anew);
        if act && let Some(span) = self.actors[event.actor.index()].spans.last_mut() {
            span.note = Note::Act;
        }
        self.follow_task(state, index, event.actor, effect.task_changed);
        if let Some(worker) = effect.taken_from {
            self.follow_task(state, index, worker, true);
        }
        self.follow_gap(state, index, event);
        self.follow_note(event);
        if let Some((loser, _)) = effect.released
            && loser != event.actor
        {
            self.follow_actor(meta, state, index, loser, false);
        }
        if let Some(res) = event.kind.resource() {
            self.follow_resource(meta, state, res, &event.kind);
        }
        if let Some(waited) = effect.waited {
            self.follow_resource(meta, state, waited.res, &event.kind);
        }
        if matches!(event.kind, EventKind::SectionEnded { section } if meta.is_run(section)) {
            for index in 0..state.resources.len() {
                self.follow_resource(meta, state, ResourceId::from_index(index), &event.kind);
            }
        }
    }

    fn follow_actor(&mut self, meta: &Meta, state: &State, index: u32, who: ActorId, anew: bool) {
        let actor = &state.actors[who.index()];
        let lane = &mut self.actors[who.index()];
        let spans = &mut lane.spans;
        let res = actor.subject();
        let same = |s: &Span| s.phase == actor.phase && s.res == res;
        if !anew && spans.last().is_some_and(same) {
            return;
        }
        let task = match actor.phase {
            Phase::Running | Phase::Holding | Phase::Io | Phase::Sleeping => actor.task,
            _ => None,
        };
        let quiet = actor.phase == Phase::Waiting
            && res.and_then(|res| meta.resource(res)).is_some_and(Resource::is_an_end);
        spans.push(Span {
            start: state.at,
            event: index,
            phase: actor.phase,
            res,
            note: match (task, actor.doing.last()) {
                (Some(working), _) => Note::Task(working.task),
                (None, Some(&name)) if meta.is_by_spans(who) => Note::Doing(name),
                _ => Note::None,
            },
            quiet,
        });
        lane.sums.extend(&lane.spans);
    }

    /// Begins a span if something has changed. `anew`: also if nothing has, for another attempt at the same task.
    fn follow_task(&mut self, state: &State, index: u32, who: ActorId, anew: bool) {
        let actor = &state.actors[who.index()];
        let task = actor.task.filter(|_| actor.end.is_none()).map(|w| w.task);
        let tasks = &mut self.actors[who.index()].tasks;
        let last = tasks.last().and_then(|span| span.task);
        if task != last || anew && task.is_some() {
            tasks.push(TaskSpan { start: state.at, event: index, task });
        }
    }

    fn follow_gap(&mut self, state: &State, index: u32, event: &Event) {
        use EventKind as K;
        let lane = &mut self.actors[event.actor.index()];
        match event.kind {
            K::Dropped { count } => {
                // What was lost may be said after the end.
                let end = state.actors[event.actor.index()].end;
                let to = end.map_or(event.at, |(_, end)| end.min(event.at));
                let before = lane.gaps.last().map_or(Nanos::ZERO, |gap| gap.to);
                let from = lane.last.max(before).min(to);
                lane.gaps.push(Gap { from, to, count, event: index });
                lane.last = lane.last.max(to);
            }
            K::Ended(_) | K::Measured { .. } => {}
            _ => lane.last = event.at,
        }
    }

    /// Writes the item moved into the span during which it was moved.
    fn follow_note(&mut self, event: &Event) {
        let note = match event.kind {
            EventKind::Put { item, .. } | EventKind::Inserted { item, .. } => Note::Put(item),
            EventKind::Got { item, .. } | EventKind::Removed { item, .. } => Note::Took(item),
            _ => return,
        };
        let Some(span) = self.actors[event.actor.index()].spans.last_mut() else {
            return;
        };
        let free = match span.phase {
            Phase::Holding => matches!(span.note, Note::None | Note::Task(_)),
            Phase::Running => span.note == Note::None,
            _ => false,
        };
        if free {
            span.note = note;
        }
    }

    fn follow_resource(&mut self, meta: &Meta, state: &State, res: ResourceId, kind: &EventKind) {
        use EventKind as K;
        let resource = &state.resources[res.index()];
        let track = &mut self.resources[res.index()];
        let owner = resource.owners.last().map(|(owner, _)| *owner);
        if track.owners.last().and_then(|s| s.owner) != owner {
            let start = state.at;
            track.owners.push(OwnerSpan { start, owner });
        }
        let kind_of = meta.resource(res).map(|named| named.kind);
        push_step(&mut track.waiters, state.at, resource.in_line(kind_of));
        let is_semaphore = kind_of == Some(ResourceKind::Semaphore);
        let len = match kind {
            // Of a semaphore all owners count, not the last one.
            _ if is_semaphore => resource.owners.iter().map(|(_, held)| held.depth as usize).sum(),
            K::Put { .. }
            | K::Got { .. }
            | K::Inserted { .. }
            | K::Removed { .. }
            | K::FoundInserted { .. }
            | K::FoundRemoved { .. } => resource.contents.len(),
            K::ValueChanged { .. } | K::FoundChanged { .. } => {
                return self.follow_list(meta, state, res);
            }
            K::TaskSubmitted { .. }
            | K::TaskStarted { .. }
            | K::TaskFinished { .. }
            | K::TaskFailed { .. }
            | K::TaskCancelled { .. } => resource.pool.pending.len(),
            _ => return,
        };
        push_step(&mut track.length, state.at, len);
    }

    /// The length of a list that begins or ends where a variable says.
    fn follow_list(&mut self, meta: &Meta, state: &State, bound: ResourceId) {
        let Some(array) = self.resources[bound.index()].bounds else { return };
        // That of anything but a list is something else.
        if meta.resource(array).is_some_and(|named| named.kind == ResourceKind::Semaphore) {
            return;
        }
        let len = state.list_of(meta, array).len();
        if let Some(track) = self.resources.get_mut(array.index()) {
            push_step(&mut track.length, state.at, len);
        }
    }

    pub(super) fn reach(&self) -> Reach {
        let note = |l: &Lane| l.spans.last().map_or(Note::None, |s| s.note);
        let counts = |t: &Track| [t.owners.len(), t.waiters.len(), t.length.len()];
        Reach {
            actors: (self.actors.iter()).map(|l| (l.spans.len(), note(l), l.last)).collect(),
            resources: self.resources.iter().map(counts).collect(),
        }
    }

    /// Takes everything back to where it was before the event `index`.
    pub(super) fn rewind(&mut self, reach: &Reach, index: usize) {
        self.actors.truncate(reach.actors.len());
        self.resources.truncate(reach.resources.len());
        let is_before = |event: u32| (event as usize) < index;
        for (lane, &(len, note, last)) in self.actors.iter_mut().zip(&reach.actors) {
            lane.spans.truncate(len);
            lane.sums.truncate(len);
            if let Some(last) = lane.spans.last_mut() {
                last.note = note;
            }
            lane.last = last;
            lane.tasks.truncate(lane.tasks.partition_point(|task| is_before(task.event)));
            lane.gaps.truncate(lane.gaps.partition_point(|gap| is_before(gap.event)));
        }
        for (track, &[owners, waiters, length]) in self.resources.iter_mut().zip(&reach.resources) {
            track.owners.truncate(owners);
            track.waiters.truncate(waiters);
            track.length.truncate(length);
        }
    }
}

/// Whether an event begins or ends what somebody did of whom nothing else is known.
fn is_stretch(meta: &Meta, event: &Event) -> bool {
    use EventKind as K;
    matches!(event.kind, K::SpanBegan { .. } | K::SpanEnded { .. }) && meta.is_by_spans(event.actor)
}

/// Whether an event is something that the user did.
fn is_act(meta: &Meta, event: &Event) -> bool {
    use EventKind as K;
    let by_user = meta.actor(event.actor).is_some_and(|actor| actor.role == Role::User);
    by_user
        && !matches!(
            event.kind,
            K::Started { .. } | K::Ended(_) | K::Measured { .. } | K::Dropped { .. }
        )
}
