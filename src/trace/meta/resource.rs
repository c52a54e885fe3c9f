//! What actors share.

use crate::trace::{ActorId, Item, ResourceId, SectionId};
use serde::{Deserialize, Serialize};

/// In whose memory a resource is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Home {
    /// In the memory of the program that the run began with.
    #[default]
    Program,
    /// In the memory of this process.
    Process(ActorId),
    /// Between processes: in shared memory, or kept by the operating system.
    Shared,
}

/// The kinds of things actors share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ResourceKind {
    /// One owner at a time.
    Lock,
    /// One owner at a time, who may take it again.
    RLock,
    /// A number of permits ([`Resource::capacity`]).
    Semaphore,
    /// Actors wait for a notification.
    Condition,
    /// A flag actors wait for.
    Event,
    /// Opens when [`Resource::capacity`] actors have arrived.
    Barrier,
    /// First in, first out; bounded where there is a [`Resource::capacity`].
    Queue,
    /// Bytes or messages from one end to the other.
    Pipe,
    /// One shared variable.
    Value,
    /// Shared cells.
    Array,
    /// An object behind a server process.
    Manager,
    /// Workers that share tasks.
    Pool,
    /// The result of a task, once that has finished.
    Future,
    /// A shared list.
    List,
}

impl ResourceKind {
    /// All kinds, in the order of their declaration.
    pub const ALL: [Self; Self::List as usize + 1] = [
        Self::Lock,
        Self::RLock,
        Self::Semaphore,
        Self::Condition,
        Self::Event,
        Self::Barrier,
        Self::Queue,
        Self::Pipe,
        Self::Value,
        Self::Array,
        Self::Manager,
        Self::Pool,
        Self::Future,
        Self::List,
    ];
}

/// Something actors share.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resource {
    /// Its name as shown: "list lock".
    pub name: String,
    /// What it is.
    pub kind: ResourceKind,
    /// Bound of a queue, permits of a semaphore, parties of a barrier, workers of a pool.
    pub capacity: Option<u32>,
    /// Whether a semaphore refuses to have more permits than at the start, as Python's `BoundedSemaphore`.
    pub is_bounded: bool,
    /// What it holds at the start: items of a list, queue or array; the value of a variable.
    pub initial: Vec<Item>,
    /// The lock that goes with it: a condition's lock, the lock that guards a list.
    pub guard: Option<ResourceId>,
    /// The two variables between which the cells of an array are a list: where it begins, and where it ends. The first is
    /// [`ResourceId::NONE`] where it begins with the first cell.
    pub bounds: Option<[ResourceId; 2]>,
    /// The part of the run it belongs to.
    pub section: Option<SectionId>,
    /// In whose memory it is.
    pub home: Home,
    /// The actor it is about: of a future, whose end it stands for; of a manager, its server process.
    pub of: Option<ActorId>,
    /// What one process puts lies there until its feeder thread writes it to a queue between processes.
    #[serde(default)]
    pub is_buffer: bool,
    /// Of what it is a copy, which somebody made for itself: what happens to one does not happen to the other.
    #[serde(default)]
    pub copy_of: Option<ResourceId>,
    /// The program is about something else, and this only makes that happen: a common start.
    #[serde(default)]
    pub is_aside: bool,
    /// Of a pool: a worker gets so many messages with tasks, and ends. `None`: it has no such bound, or none is known.
    #[serde(default)]
    pub messages_each: Option<u32>,
    /// Of a pool of processes: it is an executor, which fails all of its open tasks when a worker dies.
    #[serde(default)]
    pub is_executor: bool,
    /// Uses of it are left out: since there were so many, or where nobody sees them.
    #[serde(default)]
    pub is_thinned: bool,
}

impl Resource {
    /// A resource with no bound and nothing in it.
    pub fn new(name: impl Into<String>, kind: ResourceKind) -> Self {
        Self {
            name: name.into(),
            kind,
            capacity: None,
            is_bounded: false,
            initial: Vec::new(),
            guard: None,
            bounds: None,
            section: None,
            home: Home::Program,
            of: None,
            is_buffer: false,
            copy_of: None,
            is_aside: false,
            messages_each: None,
            is_executor: false,
            is_thinned: false,
        }
    }

    /// The end of an actor, as something to wait for.
    pub fn end_of(actor: ActorId) -> Self {
        Self::new("", ResourceKind::Future).about(actor)
    }

    /// Whether it is a copy, as a forked process has one, of which it is not on record what was in it when it was made: items, permits,
    /// whether it was set.
    pub fn is_copied_unseen(&self) -> bool {
        use ResourceKind as K;
        let keeps = matches!(
            self.kind,
            K::Semaphore | K::Condition | K::Event | K::Barrier | K::Queue | K::Pipe
        );
        keeps && self.copy_of.is_some()
    }

    /// With a bound, permits or parties.
    pub fn with_capacity(mut self, capacity: u32) -> Self {
        self.capacity = Some(capacity);
        self
    }

    /// A pool whose workers end after so many messages: see [`Resource::messages_each`].
    pub fn with_messages_each(mut self, messages: Option<u32>) -> Self {
        self.messages_each = messages;
        self
    }

    /// An executor: see [`Resource::is_executor`].
    pub fn as_executor(mut self, is_executor: bool) -> Self {
        self.is_executor = is_executor;
        self
    }

    /// With contents at the start.
    pub fn with_initial(mut self, items: Vec<Item>) -> Self {
        self.initial = items;
        self
    }

    /// With the lock that goes with it.
    pub fn guarded_by(mut self, lock: ResourceId) -> Self {
        self.guard = Some(lock);
        self
    }

    /// An array whose cells are a list from `bounds[0]` up to `bounds[1]`.
    pub fn bounded_by(mut self, bounds: [ResourceId; 2]) -> Self {
        self.bounds = Some(bounds);
        self
    }

    /// Part of `section`, where there is one.
    pub fn in_section(mut self, section: Option<SectionId>) -> Self {
        self.section = section;
        self
    }

    /// In the memory of `home`.
    pub fn at_home(mut self, home: Home) -> Self {
        self.home = home;
        self
    }

    /// Whether it stands for the end of an actor, which others join.
    pub fn is_an_end(&self) -> bool {
        self.kind == ResourceKind::Future && self.of.is_some()
    }

    /// About `actor`: see [`Resource::of`].
    pub fn about(mut self, actor: ActorId) -> Self {
        self.of = Some(actor);
        self
    }
}
