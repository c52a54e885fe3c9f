//! What cannot have happened, and yet the trace says so.

use crate::trace::{ActorId, Meta, ResourceId, TaskId};
use std::fmt;

/// An event that does not fit what went before it: events were lost, arrived in a wrong order, or the program does
/// something its primitives forbid. The state goes on as if the event were true.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Oddity {
    /// An actor did something after its end.
    AfterEnd(ActorId),
    /// An actor started that was running already.
    AlreadyRunning(ActorId),
    /// A sleep ended that never began.
    NoSleep(ActorId),
    /// Input or output ended that never began.
    NoIo(ActorId),
    /// A wait ended that never began.
    NoWait(ActorId, ResourceId),
    /// A wait began before the one before it had ended.
    TwoWaits(ActorId, ResourceId),
    /// A lock was acquired while the second actor owned it.
    TwoOwners(ActorId, ResourceId, ActorId),
    /// A lock or permit was given back by one who did not own it.
    NotOwner(ActorId, ResourceId),
    /// A permit was taken of a semaphore that had none left.
    NoPermit(ActorId, ResourceId),
    /// More waiters were notified than there were.
    NotifiedNobody(ActorId, ResourceId),
    /// A generation of a barrier or a version of a variable came out of order.
    OutOfOrder(ActorId, ResourceId),
    /// An item went into a queue that was full.
    Overfull(ActorId, ResourceId),
    /// An item went into a queue that was closed.
    Closed(ActorId, ResourceId),
    /// An item came out of something that had none.
    TookFromEmpty(ActorId, ResourceId),
    /// The item that came out was not the one in that place.
    WrongItem(ActorId, ResourceId),
    /// A place past the end was used.
    PastEnd(ActorId, ResourceId),
    /// Something was found empty that was not.
    NotEmpty(ActorId, ResourceId),
    /// A task began that nobody had handed in, or ended that had not begun.
    UnknownTask(ActorId, ResourceId, TaskId),
    /// A task began while the actor worked on another.
    TwoTasks(ActorId, ResourceId, TaskId),
}

impl Oddity {
    /// Who did it.
    pub fn actor(&self) -> ActorId {
        self.parts().0
    }

    /// To which resource.
    pub fn resource(&self) -> Option<ResourceId> {
        self.parts().1
    }

    /// The oddity in words, with the names of the trace.
    pub fn in_words(&self, meta: &Meta) -> String {
        let (actor, res) = self.parts();
        let res = res.map_or_else(String::new, |res| meta.resource_name(res));
        self.sentence(&meta.actor_name(actor), &res, |id| meta.actor_name(id))
    }

    fn parts(&self) -> (ActorId, Option<ResourceId>) {
        use Oddity as O;
        match *self {
            O::AfterEnd(actor) | O::AlreadyRunning(actor) | O::NoSleep(actor) | O::NoIo(actor) => {
                (actor, None)
            }
            O::NoWait(actor, res)
            | O::TwoWaits(actor, res)
            | O::TwoOwners(actor, res, _)
            | O::NotOwner(actor, res)
            | O::NoPermit(actor, res)
            | O::NotifiedNobody(actor, res)
            | O::OutOfOrder(actor, res)
            | O::Overfull(actor, res)
            | O::Closed(actor, res)
            | O::TookFromEmpty(actor, res)
            | O::WrongItem(actor, res)
            | O::PastEnd(actor, res)
            | O::NotEmpty(actor, res)
            | O::UnknownTask(actor, res, _)
            | O::TwoTasks(actor, res, _) => (actor, Some(res)),
        }
    }

    fn sentence(&self, actor: &str, res: &str, name: impl Fn(ActorId) -> String) -> String {
        use Oddity as O;
        match *self {
            O::AfterEnd(_) => format!("{actor} did something after its end"),
            O::AlreadyRunning(_) => format!("{actor} started, but was running already"),
            O::NoSleep(_) => format!("{actor} woke from a sleep that never began"),
            O::NoIo(_) => format!("{actor} ended input or output that never began"),
            O::NoWait(..) => format!("{actor} ended a wait for {res} that never began"),
            O::TwoWaits(..) => {
                format!("{actor} began to wait for {res} before its last wait had ended")
            }
            O::TwoOwners(by, _, owner) if by == owner => {
                format!("{actor} acquired {res}, which it owned already")
            }
            O::TwoOwners(_, _, owner) => {
                format!("{actor} acquired {res} while {} owned it", name(owner))
            }
            O::NotOwner(..) => format!("{actor} released {res}, which it did not own"),
            O::NoPermit(..) => format!("{actor} took a permit of {res}, which had none left"),
            O::NotifiedNobody(..) => {
                format!("{actor} notified more waiters of {res} than there were")
            }
            O::OutOfOrder(..) => format!("{actor} used {res} out of order"),
            O::Overfull(..) => format!("{actor} put an item into {res}, which was full"),
            O::Closed(..) => format!("{actor} put an item into {res}, which was closed"),
            O::TookFromEmpty(..) => format!("{actor} took an item from {res}, which was empty"),
            O::WrongItem(..) => {
                format!("{actor} took an item from {res} that was not in its place")
            }
            O::PastEnd(..) => format!("{actor} used a place past the end of {res}"),
            O::NotEmpty(..) => format!("{actor} found {res} empty, but it was not"),
            O::UnknownTask(_, _, task) => {
                format!("{actor} reported task {} of {res} out of turn", task.0)
            }
            O::TwoTasks(_, _, task) => {
                format!("{actor} began task {} of {res} before its last one had ended", task.0)
            }
        }
    }
}

/// With numbers for names; [`Oddity::in_words`] has the names.
impl fmt::Display for Oddity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (actor, res) = self.parts();
        let res = res.map_or_else(String::new, |res| format!("resource {}", res.0));
        let name = |id: ActorId| format!("actor {}", id.0);
        f.pad(&self.sentence(&name(actor), &res, name))
    }
}
