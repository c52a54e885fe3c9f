//! The events that matter: where a reader of a run wants to look first.

use super::reduce::Effect;
use crate::trace::{ActorId, End, Event, EventKind, Nanos, ResourceId};

/// Why an event matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MarkKind {
    /// The actor wrote a variable over a write that it had not seen: that update is lost.
    Collision(ResourceId),
    /// It sent a signal to this actor.
    Signal(ActorId),
    /// A signal killed it.
    Killed,
    /// It ended with an error, or with an exit status other than 0.
    Failed,
    /// Its task failed.
    TaskFailed,
    /// Nobody handled its exception.
    Unhandled,
}

/// An event that matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// When.
    pub at: Nanos,
    /// Index of the event.
    pub event: u32,
    /// Who.
    pub actor: ActorId,
    /// Why it matters.
    pub kind: MarkKind,
}

/// The events of a trace that matter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Marks {
    all: Vec<Mark>,
    /// Places in `all`, by actor.
    by_actor: Vec<Vec<u32>>,
}

impl MarkKind {
    /// Whether it went wrong: a signal is sent on purpose.
    pub fn is_failure(self) -> bool {
        !matches!(self, Self::Signal(_))
    }

    fn of(event: &Event, effect: &Effect) -> Option<Self> {
        use EventKind as K;
        match event.kind {
            K::ValueChanged { res, .. } if effect.collided => Some(Self::Collision(res)),
            K::SignalSent { to, .. } => Some(Self::Signal(to)),
            K::Ended(End::Killed(_)) => Some(Self::Killed),
            K::Ended(End::Error(_)) => Some(Self::Failed),
            K::Ended(End::Exited(status)) if status != 0 => Some(Self::Failed),
            K::TaskFailed { .. } => Some(Self::TaskFailed),
            K::Unhandled { .. } => Some(Self::Unhandled),
            _ => None,
        }
    }
}

impl Marks {
    /// All of them, in order.
    pub fn all(&self) -> &[Mark] {
        &self.all
    }

    /// How many an actor has.
    pub fn count_of(&self, actor: ActorId) -> usize {
        self.by_actor.get(actor.index()).map_or(0, Vec::len)
    }

    /// An actor's `nth`, in order.
    pub fn nth_of(&self, actor: ActorId, nth: usize) -> Option<&Mark> {
        let place = *self.by_actor.get(actor.index())?.get(nth)?;
        self.all.get(place as usize)
    }

    /// The first one past the first `shown` events of the trace.
    pub fn next(&self, shown: usize) -> Option<&Mark> {
        self.all.get(self.all.partition_point(|mark| (mark.event as usize) < shown))
    }

    /// The last one before the last of the first `shown` events of the trace.
    pub fn previous(&self, shown: usize) -> Option<&Mark> {
        let before = self.all.partition_point(|mark| (mark.event as usize) + 1 < shown);
        before.checked_sub(1).and_then(|last| self.all.get(last))
    }

    /// Takes in the `index`th event.
    pub(super) fn follow(&mut self, index: usize, event: &Event, effect: &Effect) {
        let Some(kind) = MarkKind::of(event, effect) else {
            return;
        };
        let (at, actor) = (event.at, event.actor);
        // Whoever ends with what nobody handled fails once.
        let last = self.count_of(actor).checked_sub(1).and_then(|last| self.nth_of(actor, last));
        if kind == MarkKind::Failed && last.is_some_and(|mark| mark.kind == MarkKind::Unhandled) {
            return;
        }
        let event = u32::try_from(index).unwrap_or(u32::MAX);
        if self.by_actor.len() <= actor.index() {
            self.by_actor.resize_with(actor.index() + 1, Vec::new);
        }
        self.by_actor[actor.index()].push(u32::try_from(self.all.len()).unwrap_or(u32::MAX));
        self.all.push(Mark { at, event, actor, kind });
    }

    /// Takes everything back to before the event `index`.
    pub(super) fn rewind(&mut self, index: usize) {
        self.all.truncate(self.all.partition_point(|mark| (mark.event as usize) < index));
        let kept = self.all.len();
        for places in &mut self.by_actor {
            places.truncate(places.partition_point(|place| (*place as usize) < kept));
        }
        while self.by_actor.last().is_some_and(Vec::is_empty) {
            self.by_actor.pop();
        }
    }
}
