//! Who uses a shared thing: a thread of the program, or a process or a thread of one that the program has started.

use crate::record::thread::{self, Failure, JoinHandle};
use crate::record::{Log, Recorder};
use crate::trace::{Actor, EventKind, Role, TextId};
use crate::workers::child::{Context, Helper};
use std::io;
use std::sync::atomic::AtomicU64;

/// What a feeder thread does.
pub type Feeding = Box<dyn FnOnce(&dyn Who) -> Result<(), String> + Send>;

/// Who uses a shared thing, with what it records.
pub trait Who {
    /// Records what happens now to a thing whose last stamp is `last`: later than that.
    fn tell(&self, last: &AtomicU64, kind: EventKind) {
        self.tell_and(last, kind, &|| ());
    }

    /// The same; `told` is called as soon as it is on record. A process may be killed between the two, but it takes some
    /// nanoseconds.
    fn tell_and(&self, last: &AtomicU64, kind: EventKind, told: &dyn Fn());

    /// Whether the run was stopped. A child is killed then, and never asks.
    fn is_stopped(&self) -> bool {
        false
    }

    /// The id of a text in what it records.
    fn text(&self, text: &str) -> TextId;

    /// Whether what it tells is kept.
    fn records(&self) -> bool {
        true
    }

    /// Starts a thread that serves this one.
    ///
    /// # Errors
    /// The system refused it.
    fn start_feeder(&self, name: &str, feed: Feeding) -> io::Result<Feeder>;

    /// Waits for such a thread's end.
    ///
    /// # Errors
    /// What it failed with.
    fn join_feeder(&self, feeder: Feeder) -> Result<(), String>;
}

/// A thread that serves another one.
#[derive(Debug)]
pub struct Feeder(Kind);

enum Kind {
    OfProgram(JoinHandle<()>),
    OfChild(Helper),
    Unrecorded(std::thread::JoinHandle<Result<(), String>>),
}

impl std::fmt::Debug for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::OfProgram(_) => "of the program",
            Self::OfChild(_) => "of a child",
            Self::Unrecorded(_) => "off the record",
        })
    }
}

const FEEDER_BADGE: &str = "F";

impl Feeder {
    fn join(self, log: Option<&Log>, context: Option<&Context>) -> Result<(), String> {
        let panicked = || "it panicked".to_owned();
        match (self.0, log, context) {
            (Kind::OfProgram(thread), Some(log), _) => {
                thread.join(log).map_err(|error| error.to_string())
            }
            (Kind::OfChild(helper), _, Some(context)) => helper.join(context),
            (Kind::Unrecorded(thread), ..) => thread.join().map_err(|_| panicked())?,
            _ => Err("a thread is joined by the process that started it".to_owned()),
        }
    }
}

impl Who for Log {
    fn tell_and(&self, last: &AtomicU64, kind: EventKind, told: &dyn Fn()) {
        self.record_in(last, kind);
        told();
    }

    fn is_stopped(&self) -> bool {
        self.check().is_err()
    }

    fn text(&self, text: &str) -> TextId {
        Recorder::text(self.recorder(), text)
    }

    fn start_feeder(&self, name: &str, feed: Feeding) -> io::Result<Feeder> {
        let actor = Actor::thread(name, FEEDER_BADGE).with_role(Role::Helper);
        let body = move |log: &Log| feed(log).map_err(Failure::Error);
        thread::spawn(self, actor, body).map(|thread| Feeder(Kind::OfProgram(thread)))
    }

    fn join_feeder(&self, feeder: Feeder) -> Result<(), String> {
        feeder.join(Some(self), None)
    }
}

impl Who for Context {
    fn tell_and(&self, last: &AtomicU64, kind: EventKind, told: &dyn Fn()) {
        self.record_in(last, kind, told);
    }

    fn text(&self, text: &str) -> TextId {
        Self::text(self, text)
    }

    fn start_feeder(&self, name: &str, feed: Feeding) -> io::Result<Feeder> {
        let body = move |context: &Context| feed(context);
        self.helper(name, FEEDER_BADGE, body).map(|helper| Feeder(Kind::OfChild(helper)))
    }

    fn join_feeder(&self, feeder: Feeder) -> Result<(), String> {
        feeder.join(None, Some(self))
    }
}

/// Somebody who records nothing: for measuring what a thing costs by itself.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unrecorded;

impl Who for Unrecorded {
    fn tell_and(&self, _: &AtomicU64, _: EventKind, told: &dyn Fn()) {
        told();
    }

    fn text(&self, _: &str) -> TextId {
        TextId(0)
    }

    fn records(&self) -> bool {
        false
    }

    fn start_feeder(&self, name: &str, feed: Feeding) -> io::Result<Feeder> {
        let thread = std::thread::Builder::new().name(name.replace('\0', " "));
        thread.spawn(move || feed(&Self)).map(|thread| Feeder(Kind::Unrecorded(thread)))
    }

    fn join_feeder(&self, feeder: Feeder) -> Result<(), String> {
        feeder.join(None, None)
    }
}
