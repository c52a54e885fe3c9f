//! Exceptions on their way: raised where, handed on to whom, handled by whom or by nobody, and what they left behind.

use crate::trace::{ActorId, ExceptionId, Nanos, ResourceId, SourceId, TaskId, TextId};
use std::collections::VecDeque;

/// The number of journeys that are kept. Where there are more, those that ended first are only counted.
pub const JOURNEYS: usize = 64;
/// The number of stops, of locks and of tasks that are kept of a journey.
pub const STOPS: usize = 32;

/// What happened to an exception at one stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Course {
    /// It was raised.
    Raised,
    /// A future or a pool keeps it until somebody asks for the result.
    Kept(ResourceId),
    /// This lock or permit was given back on its way: it left the block that held it.
    Released(ResourceId),
    /// It was passed on to this actor.
    Passed(ActorId),
    /// It was asked for, and came as a value: nobody raised it again.
    Asked,
    /// It was handled.
    Caught,
    /// Nobody handled it.
    Unhandled,
    /// Whoever had it printed a line while it was on its way: a log, say.
    Told,
}

/// One stop of a journey.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stop {
    /// When.
    pub at: Nanos,
    /// Where: the actor that had it.
    pub actor: ActorId,
    /// At which point of the shown program.
    pub source: SourceId,
    /// What happened.
    pub course: Course,
}

/// An exception from where it was raised to where it ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Journey {
    /// Which exception.
    pub id: ExceptionId,
    /// What it says.
    pub text: TextId,
    /// Its stops in order: the first ones, and the last one.
    pub stops: Vec<Stop>,
    /// How many stops before the last one are not kept.
    pub omitted: u32,
    /// Locks and permits that an actor still held when the exception left it.
    pub locks: Vec<ResourceId>,
    /// Tasks that failed with it.
    pub tasks: Vec<(ResourceId, TaskId)>,
}

impl Journey {
    /// Whether it has come to its end: handled, or handled by nobody.
    pub fn is_over(&self) -> bool {
        let last = self.stops.last().map(|stop| stop.course);
        matches!(last, Some(Course::Caught | Course::Unhandled))
    }

    fn stop(&mut self, stop: Stop) {
        // Who asks for a result gets the error at once: that it was asked for is said by where it goes.
        self.stops.pop_if(|last| last.course == Course::Asked && last.actor == stop.actor);
        if self.stops.len() < STOPS {
            self.stops.push(stop);
        } else if let Some(last) = self.stops.last_mut() {
            *last = stop;
            self.omitted = self.omitted.saturating_add(1);
        }
    }
}

/// The exceptions of a run, up to an instant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Journeys {
    /// Those kept, in the order they were raised.
    pub kept: VecDeque<Journey>,
    /// How many more there were.
    pub gone: u64,
}

impl Journeys {
    /// The journey of an exception.
    pub fn get(&self, id: ExceptionId) -> Option<&Journey> {
        self.kept.iter().find(|journey| journey.id == id)
    }

    /// The last exception that an actor has handed to a future or a pool since an instant, if it is kept there still.
    pub(super) fn kept_by(&self, actor: ActorId, since: Nanos) -> Option<ExceptionId> {
        let lies = |stop: &&Stop| {
            matches!(stop.course, Course::Kept(_)) && stop.actor == actor && stop.at >= since
        };
        let mut latest = self.kept.iter().rev();
        latest.find(|journey| journey.stops.last().is_some_and(|stop| lies(&stop))).map(|j| j.id)
    }

    /// Adds a stop. The journey of an exception whose raising is not on record begins with it.
    pub(super) fn stop(&mut self, id: ExceptionId, text: Option<TextId>, stop: Stop) {
        let journey = match self.kept.iter().position(|journey| journey.id == id) {
            Some(place) => &mut self.kept[place],
            None => self.begin(id),
        };
        if let Some(text) = text {
            journey.text = text;
        }
        journey.stop(stop);
    }

    /// Leaves out that whoever has the exception printed a line last.
    pub(super) fn forget_told(&mut self, id: ExceptionId) {
        if let Some(journey) = self.get_mut(id) {
            journey.stops.pop_if(|last| last.course == Course::Told);
        }
    }

    /// Somebody asks for the result of a task: the exception that it failed with, where one lies there.
    pub(super) fn asked(&mut self, pool: ResourceId, task: TaskId, stop: Stop) {
        let lies = |journey: &&mut Journey| {
            let last = journey.stops.last().map(|last| last.course);
            last == Some(Course::Kept(pool)) && journey.tasks.contains(&(pool, task))
        };
        if let Some(journey) = self.kept.iter_mut().find(lies) {
            journey.stop(stop);
        }
    }

    /// A lock or permit that was not given back when the exception left its owner.
    pub(super) fn left_locked(&mut self, id: ExceptionId, res: ResourceId) {
        if let Some(journey) = self.get_mut(id)
            && journey.locks.len() < STOPS
            && !journey.locks.contains(&res)
        {
            journey.locks.push(res);
        }
    }

    /// A task that failed with the exception.
    pub(super) fn failed(&mut self, id: ExceptionId, pool: ResourceId, task: TaskId) {
        if let Some(journey) = self.get_mut(id)
            && journey.tasks.len() < STOPS
        {
            journey.tasks.push((pool, task));
        }
    }

    /// About how many bytes a clone takes.
    pub(super) fn bytes(&self) -> usize {
        let each = |journey: &Journey| {
            size_of::<Journey>()
                + size_of_val(&journey.stops[..])
                + size_of_val(&journey.locks[..])
                + size_of_val(&journey.tasks[..])
        };
        self.kept.iter().map(each).sum()
    }

    fn get_mut(&mut self, id: ExceptionId) -> Option<&mut Journey> {
        self.kept.iter_mut().find(|journey| journey.id == id)
    }

    fn begin(&mut self, id: ExceptionId) -> &mut Journey {
        if self.kept.len() >= JOURNEYS {
            let over = self.kept.iter().position(Journey::is_over).unwrap_or(0);
            self.kept.remove(over);
            self.gone += 1;
        }
        self.kept.push_back(Journey {
            id,
            text: TextId(u32::MAX),
            stops: Vec::new(),
            omitted: 0,
            locks: Vec::new(),
            tasks: Vec::new(),
        });
        let last = self.kept.len() - 1;
        &mut self.kept[last]
    }
}
