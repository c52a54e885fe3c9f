//! Who takes part in a run.

use crate::trace::{ActorId, ResourceId, SectionId};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Process or thread.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ActorKind {
    /// A process with memory of its own.
    Process,
    /// A thread of the process that its parent belongs to; see [`Meta::process_of`](super::Meta::process_of).
    #[default]
    Thread,
}

/// The part an actor plays. Views draw helpers quietly, and users only as marks in the lanes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// The work that the run is about.
    #[default]
    Work,
    /// Starts the others and waits for them: a program's main thread.
    Main,
    /// Serves the others: a pool's supervisor, a queue's feeder thread.
    Helper,
    /// The person before the screen, who kills a worker, say.
    User,
}

/// A plain variable of a process, which threads or processes were started to use.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Left {
    /// Its name.
    pub name: String,
    /// What it held when the first who uses it was started, or when its process was forked.
    #[serde(default)]
    pub before: Value,
    /// What it held in the end.
    #[serde(default)]
    pub value: Value,
}

/// A process or thread that takes part in a run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// Its name as shown: "adder 1".
    pub name: String,
    /// Two or three characters that stand for it where space is short: "A1".
    pub badge: String,
    /// Process or thread.
    pub kind: ActorKind,
    /// Who started it: a process or a thread. Nobody started the program itself.
    pub parent: Option<ActorId>,
    /// What it is there for.
    pub role: Role,
    /// The part of the run it belongs to.
    pub section: Option<SectionId>,
    /// The pool it is a worker of.
    pub pool: Option<ResourceId>,
    /// Whether it ends with its program, whatever it is doing: a program's end does not wait for it.
    pub daemon: bool,
    /// The actor whose place it took: a worker of a pool that follows one that ended.
    pub replaces: Option<ActorId>,
    /// Whether its named stretches of work ([`SpanBegan`](crate::trace::EventKind::SpanBegan)) are all that is known of it:
    /// between them nobody knows what it did. So it is where another tool recorded it.
    #[serde(default)]
    pub by_spans: bool,
    /// Whether it does something only where others hand it something, as what passes on the results of a pool: where it waits for
    /// nothing that is on record, it keeps nobody going.
    #[serde(default)]
    pub passive: bool,
    /// The pool whose tasks and results it passes on.
    #[serde(default)]
    pub serves: Option<ResourceId>,
    /// Whether it is a process whose program handles a signal: one from outside may let its main thread go on at any time.
    #[serde(default)]
    pub handles: bool,
    /// Whether it was started and had nothing to run.
    #[serde(default)]
    pub nothing_to_run: bool,
    /// Whether it is of a process that was started anew, imported the program, and was refused to start processes itself, or to set how they
    /// are started.
    #[serde(default)]
    pub no_guard: bool,
    /// Of a process that came to an orderly end: what its plain variables held, as far as that is known.
    #[serde(default)]
    pub left: Vec<Left>,
}

impl Actor {
    /// A thread, of the process that its parent belongs to.
    pub fn thread(name: impl Into<String>, badge: impl Into<String>) -> Self {
        Self { name: name.into(), badge: badge.into(), ..Self::default() }
    }

    /// A process.
    pub fn process(name: impl Into<String>, badge: impl Into<String>) -> Self {
        Self { kind: ActorKind::Process, ..Self::thread(name, badge) }
    }

    /// Started by `parent`.
    pub fn started_by(mut self, parent: ActorId) -> Self {
        self.parent = Some(parent);
        self
    }

    /// There for `role`.
    pub fn with_role(mut self, role: Role) -> Self {
        self.role = role;
        self
    }

    /// A daemon: see [`Actor::daemon`].
    pub fn as_daemon(mut self) -> Self {
        self.daemon = true;
        self
    }

    /// Part of `section`, where there is one.
    pub fn in_section(mut self, section: Option<SectionId>) -> Self {
        self.section = section;
        self
    }

    /// A worker of `pool`.
    pub fn worker_of(mut self, pool: ResourceId) -> Self {
        self.pool = Some(pool);
        self
    }

    /// In the place of `before`, where there was somebody.
    pub fn replacing(mut self, before: Option<ActorId>) -> Self {
        self.replaces = before;
        self
    }

    /// Known by its named stretches of work alone: see [`Actor::by_spans`].
    pub fn known_by_spans(mut self) -> Self {
        self.by_spans = true;
        self
    }
}
