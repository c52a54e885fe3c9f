//! The names behind the ids.

use super::{ActorId, Item, ItemView, ResourceId, SectionId, SourceId, TextId};
use serde::{Deserialize, Serialize};

/// Process or thread.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ActorKind {
    /// A process with memory of its own.
    Process,
    /// A thread of the process of whoever started it; see [`Meta::process_of`].
    #[default]
    Thread,
}

/// What an actor is there for. Views draw helpers quietly, and users only as marks in the lanes.
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
    /// The actor whose place it took: a worker of a pool that follows one that ended.
    pub replaces: Option<ActorId>,
}

impl Actor {
    /// A thread, of the process of whoever is set as its parent.
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
}

/// A part of a run that is set beside another part: with and without the lock, one way of four, a trial.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    /// As shown: "with the lock".
    pub name: String,
    /// The section it is a part of.
    pub within: Option<SectionId>,
    /// What tells it from its neighbours, as the experiment counts them: which way, which pool size, which trial.
    pub number: u32,
    /// Whether it begins and ends on record, so that it is there only while it lasts. Else it is there all the time.
    pub begins: bool,
}

impl Section {
    /// A section of the whole run.
    pub fn new(name: impl Into<String>, number: u32) -> Self {
        Self { name: name.into(), number, ..Self::default() }
    }

    /// It begins and ends on record: its neighbours come one after another.
    pub fn in_turn(mut self) -> Self {
        self.begins = true;
        self
    }

    /// A part of the section `outer`.
    pub fn within(mut self, outer: SectionId) -> Self {
        self.within = Some(outer);
        self
    }
}

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

/// Something actors share.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resource {
    /// Its name as shown: "list lock".
    pub name: String,
    /// What it is.
    pub kind: ResourceKind,
    /// Bound of a queue, permits of a semaphore, parties of a barrier, workers of a pool.
    pub capacity: Option<u32>,
    /// What it holds at the start: items of a list, queue or array; the value of a variable.
    pub initial: Vec<Item>,
    /// The lock that goes with it: a condition's lock, the lock that guards a list.
    pub guard: Option<ResourceId>,
    /// The two variables between which the cells of an array are a list: where it begins, and where it ends.
    pub bounds: Option<[ResourceId; 2]>,
    /// The part of the run it belongs to.
    pub section: Option<SectionId>,
    /// In whose memory it is.
    pub home: Home,
    /// The actor it is about: of a future, whose end it stands for; of a manager, its server process.
    pub of: Option<ActorId>,
}

impl Resource {
    /// A resource with no bound and nothing in it.
    pub fn new(name: impl Into<String>, kind: ResourceKind) -> Self {
        Self {
            name: name.into(),
            kind,
            capacity: None,
            initial: Vec::new(),
            guard: None,
            bounds: None,
            section: None,
            home: Home::Program,
            of: None,
        }
    }

    /// The end of an actor, as something to wait for.
    pub fn end_of(actor: ActorId) -> Self {
        Self::new("", ResourceKind::Future).about(actor)
    }

    /// With a bound, permits or parties.
    pub fn with_capacity(mut self, capacity: u32) -> Self {
        self.capacity = Some(capacity);
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

/// A programming language of listings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// Python.
    Python,
    /// Rust.
    Rust,
}

/// The text of a program shown beside the run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listing {
    /// File name: "take_turns.py". [`Place::file`] refers to it.
    pub file: String,
    /// What it is written in.
    pub language: Language,
    /// All of it, with its line ends.
    pub text: String,
}

/// The program that recorded a trace.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Program {
    /// "concurrency-lab", "CPython".
    pub name: String,
    /// "0.1.0", "3.11.7".
    pub version: String,
}

/// A line of a listing shown to the user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// File name of the listing: "take_turns.py".
    pub file: String,
    /// Line number from 1.
    pub line: u32,
    /// What the line says, without its indentation.
    pub text: String,
}

/// One point of the program, with the line that stands for it in each listing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourcePoint {
    /// Name of the point: "adder.append".
    pub name: String,
    /// Its lines; the first is the one named in sentences.
    pub places: Vec<Place>,
}

/// Names and parameters of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Meta {
    /// Id of the topic, empty for a foreign trace.
    pub topic: String,
    /// The preset it started from.
    pub preset: String,
    /// The parameters as set, by key.
    pub params: Vec<(String, String)>,
    /// What recorded it.
    pub program: Program,
    /// What was found out about the machine and the programs that took part, by key: `cores`, `cpython`.
    pub facts: Vec<(String, String)>,
    /// The texts of the programs shown; the first is the one that sentences name lines of.
    pub listings: Vec<Listing>,
    /// By [`SectionId`].
    pub sections: Vec<Section>,
    /// By [`ActorId`].
    pub actors: Vec<Actor>,
    /// By [`ResourceId`].
    pub resources: Vec<Resource>,
    /// By [`SourceId`].
    pub sources: Vec<SourcePoint>,
    /// By [`TextId`].
    pub texts: Vec<String>,
}

impl Meta {
    /// The actor's name, or its number where the trace does not name it.
    pub fn actor_name(&self, id: ActorId) -> String {
        self.actors.get(id.index()).map_or_else(|| format!("actor {}", id.0), |a| a.name.clone())
    }

    /// The resource's name, or its number where the trace does not name it. The end of an actor has the actor's.
    pub fn resource_name(&self, id: ResourceId) -> String {
        match self.resource(id) {
            Some(Resource { kind: ResourceKind::Future, of: Some(actor), .. }) => {
                format!("end of {}", self.actor_name(*actor))
            }
            Some(resource) => resource.name.clone(),
            None => format!("resource {}", id.0),
        }
    }

    /// The actor, where the trace names it.
    pub fn actor(&self, id: ActorId) -> Option<&Actor> {
        self.actors.get(id.index())
    }

    /// The resource, where the trace names it.
    pub fn resource(&self, id: ResourceId) -> Option<&Resource> {
        self.resources.get(id.index())
    }

    /// The section, where the trace names it.
    pub fn section(&self, id: SectionId) -> Option<&Section> {
        self.sections.get(id.index())
    }

    /// Ids of the actors of which `which` is true, in order.
    pub fn actors_where(&self, which: impl Fn(&Actor) -> bool) -> impl Iterator<Item = ActorId> {
        let matching =
            move |(i, actor): (usize, &Actor)| which(actor).then(|| ActorId::from_index(i));
        self.actors.iter().enumerate().filter_map(matching)
    }

    /// Ids of the resources of a kind, in order.
    pub fn resources_of(&self, kind: ResourceKind) -> impl Iterator<Item = ResourceId> {
        let matching =
            move |(i, r): (usize, &Resource)| (r.kind == kind).then(|| ResourceId::from_index(i));
        self.resources.iter().enumerate().filter_map(matching)
    }

    /// The process that an actor is, or is a thread of: the first process among it, its parent, and so on. `None`
    /// where that is the program the run began with and this is no actor of the trace.
    pub fn process_of(&self, actor: ActorId) -> Option<ActorId> {
        let mut at = actor;
        // A trace may say anything, so also that two actors started each other.
        for _ in 0..=self.actors.len() {
            let who = self.actor(at)?;
            if who.kind == ActorKind::Process {
                return Some(at);
            }
            at = who.parent?;
        }
        None
    }

    /// Whether `inner` is the section `outer` or a part of it, however deep.
    pub fn is_within(&self, inner: Option<SectionId>, outer: SectionId) -> bool {
        let mut at = inner;
        for _ in 0..=self.sections.len() {
            match at {
                Some(section) if section == outer => return true,
                Some(section) => at = self.section(section).and_then(|s| s.within),
                None => return false,
            }
        }
        false
    }

    /// What was found out about `key`.
    pub fn fact(&self, key: &str) -> Option<&str> {
        self.facts.iter().rfind(|(k, _)| k == key).map(|(_, value)| value.as_str())
    }

    /// A text of the trace; empty where it has none.
    pub fn text(&self, id: TextId) -> &str {
        self.texts.get(id.index()).map_or("", String::as_str)
    }

    /// A point of the shown program.
    pub fn source(&self, id: SourceId) -> Option<&SourcePoint> {
        id.some().and_then(|id| self.sources.get(id.index()))
    }

    /// An item as shown.
    pub fn item(&self, item: Item) -> String {
        match item.view() {
            ItemView::Int(value) => value.to_string(),
            ItemView::Text(id) => self.text(id).to_owned(),
            ItemView::Nothing => "None".to_owned(),
        }
    }

    /// A message with its arguments filled in.
    pub fn message(&self, text: TextId, args: [Item; 2]) -> String {
        let mut filled = String::new();
        let mut rest = self.text(text);
        for arg in args {
            let Some((before, after)) = rest.split_once("{}") else {
                break;
            };
            filled.push_str(before);
            filled.push_str(&self.item(arg));
            rest = after;
        }
        filled.push_str(rest);
        filled
    }
}

#[cfg(test)]
mod tests {
    use super::Meta;
    use crate::trace::{Actor, ActorId, Item, Section, SectionId, TextId};

    #[test]
    fn a_thread_is_of_the_process_of_whoever_started_it() {
        let actors = vec![
            Actor::thread("main", "M"),
            Actor::thread("adder", "A1").started_by(ActorId(0)),
            Actor::process("worker", "W1").started_by(ActorId(0)),
            Actor::thread("helper", "H1").started_by(ActorId(2)),
            Actor::thread("its own ancestor", "X").started_by(ActorId(4)),
        ];
        let meta = Meta { actors, ..Meta::default() };
        let processes: Vec<_> = (0..6).map(|id| meta.process_of(ActorId(id))).collect();
        assert_eq!(processes, [None, None, Some(ActorId(2)), Some(ActorId(2)), None, None]);
    }

    #[test]
    fn sections_are_nested() {
        let inner = Section::new("trial 1", 1).within(SectionId(0));
        let circle = Section::new("in itself", 0).within(SectionId(2));
        let sections = vec![Section::new("threads", 0), inner, circle];
        let meta = Meta { sections, ..Meta::default() };
        assert!(meta.is_within(Some(SectionId(1)), SectionId(0)));
        assert!(!meta.is_within(Some(SectionId(0)), SectionId(1)));
        assert!(!meta.is_within(Some(SectionId(2)), SectionId(0)));
        assert!(!meta.is_within(None, SectionId(0)));
    }

    #[test]
    fn messages_fill_in_their_arguments() {
        let meta =
            Meta { texts: vec!["added {}; {} left".into(), "plain".into()], ..Meta::default() };
        let args = [Item::int(3), Item::NOTHING];
        assert_eq!(meta.message(TextId(0), args), "added 3; None left");
        assert_eq!(meta.message(TextId(1), args), "plain");
        assert_eq!(meta.message(TextId(9), args), "");
    }
}
