//! Moments: what in a run shows a point of an answer.
//!
//! A moment is found in the trace of a run, what is derived from it and what the topic asks about it, and by nothing that
//! is named there: so it is found in any run of the same kind, and may be looked for in any trace.

use crate::replay::{FindingKind, Phase, State, findings};
use crate::topics::Topic;
use crate::topics::predict::Seen;
use crate::trace::{ActorId, End, EventKind, Role, TaskId, WaitEnd, WaitOp};
use std::collections::HashSet;

/// Something that a run shows, and where to look for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// What decides the topic's question about the run.
    Judged,
    /// The first finding of a kind.
    Finding(FindingKind),
    /// The first event like this, or the last.
    Event {
        /// As written: "acquired".
        like: Like,
        /// The last such event instead of the first.
        last: bool,
    },
    /// Two or more actors wait for the same resource.
    SeveralWait,
    /// Somebody gets a lock after having waited for it.
    HandedOver,
    /// Two or more actors are at work at once.
    Together,
    /// A worker begins another task after one it has done.
    Reused,
    /// A task is done before one that was handed in earlier.
    Overtaken,
    /// The section with this number begins, counted from 1.
    Section(usize),
}

/// A kind of events: its word, and whether an event is of it.
#[derive(Clone, Copy)]
pub struct Like {
    word: &'static str,
    is: fn(&EventKind) -> bool,
}

impl std::fmt::Debug for Like {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.word)
    }
}

impl PartialEq for Like {
    fn eq(&self, other: &Self) -> bool {
        self.word == other.word
    }
}

impl Eq for Like {}

macro_rules! likes {
    ($($word:literal $pattern:pat),* $(,)?) => {
        /// The kinds of events that a moment can be.
        const LIKES: &[Like] = &[$(Like { word: $word, is: |kind| matches!(kind, $pattern) }),*];
    };
}

use EventKind as K;

likes! {
    "acquired" K::Acquired { .. },
    "released" K::Released { .. },
    "wait-acquire" K::WaitBegan { op: WaitOp::Acquire, .. },
    "wait" K::WaitBegan { op: WaitOp::Wait, .. },
    "wait-put" K::WaitBegan { op: WaitOp::Put, .. },
    "wait-get" K::WaitBegan { op: WaitOp::Get, .. },
    "wait-join" K::WaitBegan { op: WaitOp::Join, .. },
    "wait-result" K::WaitBegan { op: WaitOp::Result, .. },
    "timed-out" K::WaitEnded { how: WaitEnd::TimedOut, .. },
    "notified" K::Notified { .. },
    "set" K::Set { .. },
    "barrier" K::BarrierPassed { .. },
    "put" K::Put { .. },
    "got" K::Got { .. },
    "item-done" K::ItemDone { .. },
    "inserted" K::Inserted { .. },
    "removed" K::Removed { .. },
    "found-empty" K::FoundEmpty { .. },
    "read" K::ValueRead { .. },
    "changed" K::ValueChanged { .. } | K::SlotChanged { .. },
    "placed" K::Placed { .. },
    "submitted" K::TaskSubmitted { .. },
    "task-started" K::TaskStarted { .. },
    "task-finished" K::TaskFinished { .. },
    "task-failed" K::TaskFailed { .. },
    "results-taken" K::ResultsTaken { .. },
    "raised" K::Raised { .. },
    "caught" K::Caught { .. },
    "passed-on" K::Propagated { .. },
    "kept" K::Kept { .. },
    "unhandled" K::Unhandled { .. },
    "signal" K::SignalSent { .. },
    "spawned" K::Spawned { .. },
    "started" K::Started { .. },
    "ended" K::Ended(_),
    "failed" K::Ended(End::Error(_) | End::Exited(_) | End::Killed(_)),
    "killed" K::Ended(End::Killed(_)),
    "io" K::IoBegan { .. },
    "slept" K::SleepBegan { .. },
    "measured" K::Measured { .. },
    "said" K::Message { .. },
}

impl Moment {
    /// Reads it as an answer writes it: "judged", "finding lost-update", "section 2", "acquired", "last released".
    ///
    /// # Errors
    /// What is wrong, in a sentence.
    pub fn read(text: &str) -> Result<Self, String> {
        let like = |word: &str| {
            let found = LIKES.iter().find(|like| like.word == word).copied();
            found.ok_or_else(|| format!("no moment is called `{word}`"))
        };
        Ok(match text.split_once(' ') {
            None => match text {
                "judged" => Self::Judged,
                "several-wait" => Self::SeveralWait,
                "handed-over" => Self::HandedOver,
                "together" => Self::Together,
                "reused" => Self::Reused,
                "overtaken" => Self::Overtaken,
                word => Self::Event { like: like(word)?, last: false },
            },
            Some(("last", word)) => Self::Event { like: like(word)?, last: true },
            Some(("finding", id)) => {
                let kind = FindingKind::ALL.into_iter().find(|kind| kind.id() == id);
                Self::Finding(kind.ok_or_else(|| format!("no finding is called `{id}`"))?)
            }
            Some(("section", number)) => {
                let number = number.parse().ok().filter(|number| *number > 0);
                Self::Section(number.ok_or_else(|| format!("`{text}` is no section"))?)
            }
            Some(_) => return Err(format!("`{text}` is no moment")),
        })
    }

    /// Index of the event that shows it, in a run of this topic, or of a program of none; `None` where the run does not show
    /// it. The time it takes grows with the number of events.
    pub fn find(&self, topic: Option<&dyn Topic>, seen: &Seen<'_>) -> Option<usize> {
        let events = seen.trace.events();
        match self {
            Self::Judged => {
                let topic = topic?;
                let question = topic.question(&topic.params_of(seen.trace.meta()))?;
                question.judge(seen).ok().map(|judged| judged.event)
            }
            Self::Finding(kind) => {
                let all = findings(seen.trace, seen.replay);
                all.iter().find(|finding| finding.kind == *kind).map(|finding| finding.event)
            }
            Self::Event { like, last: false } => events.iter().position(|e| (like.is)(&e.kind)),
            Self::Event { like, last: true } => events.iter().rposition(|e| (like.is)(&e.kind)),
            Self::Section(number) => {
                let all = events.iter().enumerate();
                let mut began = all.filter(|(_, e)| matches!(e.kind, K::SectionBegan { .. }));
                began.nth(number - 1).map(|(index, _)| index)
            }
            Self::SeveralWait => state_like(seen, |state| {
                state.resources.iter().any(|resource| resource.waiters.len() > 1)
            }),
            Self::Together => {
                let meta = seen.trace.meta();
                let is_worker =
                    |id: usize| meta.actors.get(id).is_some_and(|actor| actor.role == Role::Work);
                state_like(seen, |state| {
                    let actors = state.actors.iter().enumerate();
                    let busy = actors.filter(|(id, actor)| {
                        let at_work = matches!(actor.phase, Phase::Running | Phase::Holding);
                        is_worker(*id) && (at_work || actor.task.is_some())
                    });
                    busy.count() > 1
                })
            }
            Self::HandedOver => {
                let mut waiting: HashSet<ActorId> = HashSet::new();
                events.iter().position(|event| match event.kind {
                    K::WaitBegan { op: WaitOp::Acquire, .. } => {
                        waiting.insert(event.actor);
                        false
                    }
                    K::Acquired { .. } => waiting.remove(&event.actor),
                    K::WaitEnded { .. } => {
                        waiting.remove(&event.actor);
                        false
                    }
                    _ => false,
                })
            }
            Self::Reused => {
                let mut done: HashSet<ActorId> = HashSet::new();
                events.iter().position(|event| match event.kind {
                    K::TaskFinished { .. } => {
                        done.insert(event.actor);
                        false
                    }
                    K::TaskStarted { .. } => done.contains(&event.actor),
                    _ => false,
                })
            }
            Self::Overtaken => {
                let mut open: Vec<TaskId> = Vec::new();
                events.iter().position(|event| match event.kind {
                    K::TaskSubmitted { task, .. } => {
                        open.push(task);
                        false
                    }
                    K::TaskFinished { task, .. } => {
                        let place = open.iter().position(|other| *other == task);
                        place.map(|place| open.remove(place));
                        place.is_some_and(|place| place > 0)
                    }
                    K::TaskFailed { task, .. } | K::TaskCancelled { task, .. } => {
                        open.retain(|other| *other != task);
                        false
                    }
                    _ => false,
                })
            }
        }
    }
}

/// Index of the first event after which the state is like this.
fn state_like(seen: &Seen<'_>, like: impl Fn(&State) -> bool) -> Option<usize> {
    let meta = seen.trace.meta();
    let mut state = State::new(meta);
    seen.trace.events().iter().position(|event| {
        state.apply(meta, event);
        like(&state)
    })
}
