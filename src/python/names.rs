//! Who and what the records are about: the definitions of each process, and the tables of the trace that they become.
//!
//! What is defined becomes part of the trace when an event is about it: until then more may be told of it. What lines define is
//! in `define`, what becomes of it in `build`; ids are given out here.

mod build;
mod define;

use super::badges::Badges;
use super::files::Slot;
use super::kinds::{flag, kind};
use super::listings::Listings;
use crate::trace::{
    Actor, ActorId, Batch, Learned, Left, Resource, ResourceId, SourceId, SourcePoint, TextId,
};
use crate::workers::tame;
use build::{kind_of, some_name};
use serde_json::{Map, Value};
use std::collections::{BTreeSet, HashMap};

/// What a line defines.
pub(super) type Definition = Map<String, Value>;

/// The most actors, resources and points of programs of a run: what their ids allow, and a little less.
const ACTORS: usize = 20_000;
const RESOURCES: usize = 60_000;
const SOURCES: usize = 60_000;
/// How far what is told of one leads to others that are not part of the trace yet. Who starts a thread is, but where records are
/// damaged.
const DEEPEST: usize = 64;
/// The most bytes of texts.
const TEXTS: usize = 1 << 26;

/// Something that was defined, and what it became.
struct Entry<Id> {
    definition: Definition,
    id: Option<Id>,
}

impl<Id> Default for Entry<Id> {
    fn default() -> Self {
        Self { definition: Definition::new(), id: None }
    }
}

/// What CPython prints where a process that began anew does, while it imports its program, what only the program itself may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Saying {
    /// It may start no processes yet.
    NotYet,
    /// A line of a traceback: it was importing its program.
    Importing,
    /// It may not set how processes are started: that is set.
    AlreadySet,
}

/// The definitions of a process.
#[derive(Default)]
struct Process {
    itself: Entry<ActorId>,
    threads: HashMap<u32, Entry<ActorId>>,
    resources: HashMap<u32, Entry<ResourceId>>,
    sites: HashMap<u32, Entry<SourceId>>,
    texts: HashMap<u32, TextId>,
    /// The texts by which CPython tells that the process imports its program, and may not do what that does.
    sayings: HashMap<u32, Saying>,
    /// What its plain variables held in the end.
    left: Vec<Left>,
}

/// A resource that several processes know.
struct Shared {
    definition: Definition,
    /// Whose definition it is.
    process: usize,
    /// Whether that process made it.
    is_makers: bool,
    id: Option<ResourceId>,
}

/// The names of a run.
pub(super) struct Names {
    processes: Vec<Process>,
    by_pid: HashMap<i64, usize>,
    /// Those of whom others tell, and that have recorded nothing so far.
    strangers: HashMap<i64, ActorId>,
    /// What other programs are called that were started.
    programs: HashMap<i64, String>,
    /// What those who started a process tell of it: one that is ended early has no time to do so itself.
    children: HashMap<i64, Definition>,
    shared: HashMap<String, Shared>,
    /// Other names of those, and the name that they have there.
    aliases: HashMap<String, String>,
    texts: HashMap<String, TextId>,
    /// How many bytes they have.
    text_bytes: usize,
    listings: Listings,
    counts: Counts,
    /// How many are being made part of the trace, each for the one before.
    depth: usize,
    badges: Badges,
    /// Of whom more was defined since they became part of the trace.
    changed_actors: BTreeSet<(usize, u32)>,
    changed_resources: BTreeSet<(usize, u32)>,
    /// Those of whom it is told apart from their definitions that they were refused to start processes or to set how that is done, or that uses of them are
    /// left out.
    refused: BTreeSet<(usize, u32)>,
    thinned: BTreeSet<ResourceId>,
    /// What is new, apart from events.
    pub(super) news: Batch,
    /// What is known late.
    learned: Learned,
    /// What could not be seen, as far as it is told, in sentences.
    unseen: Vec<String>,
    /// Something could not be named any more.
    pub(super) full: bool,
}

/// How many there are by now, those of `news` among them.
#[derive(Default)]
struct Counts {
    actors: usize,
    resources: usize,
    sources: usize,
    texts: usize,
}

impl Names {
    pub(super) fn new(listings: Listings) -> Self {
        Self {
            processes: Vec::new(),
            by_pid: HashMap::new(),
            strangers: HashMap::new(),
            programs: HashMap::new(),
            children: HashMap::new(),
            shared: HashMap::new(),
            aliases: HashMap::new(),
            texts: HashMap::new(),
            text_bytes: 0,
            listings,
            counts: Counts::default(),
            depth: 0,
            badges: Badges::default(),
            changed_actors: BTreeSet::new(),
            changed_resources: BTreeSet::new(),
            refused: BTreeSet::new(),
            thinned: BTreeSet::new(),
            news: Batch::default(),
            learned: Learned::default(),
            unseen: Vec::new(),
            full: false,
        }
    }

    /// The process with this PID: the one that has begun last.
    pub(super) fn process(&self, pid: i64) -> Option<usize> {
        self.by_pid.get(&pid).copied()
    }

    /// The PID of a process.
    pub(super) fn pid(&self, process: usize) -> u64 {
        let names = self.processes.get(process);
        let pid = names.and_then(|names| int(&names.itself.definition, "pid"));
        pid.and_then(|pid| u64::try_from(pid).ok()).unwrap_or(0)
    }

    /// The version of the Python that the first process runs on.
    pub(super) fn version(&self) -> String {
        let first = self.processes.first();
        first.map_or_else(String::new, |first| tame(word(&first.itself.definition, "python")))
    }

    /// Whether a process is the program itself.
    pub(super) fn is_main(&self, process: usize) -> bool {
        let names = self.processes.get(process);
        names.is_some_and(|names| word(&names.itself.definition, "role") == "main")
    }

    /// The processes that are part of the trace.
    pub(super) fn actors(&self) -> impl Iterator<Item = (usize, ActorId)> + '_ {
        let ids = self.processes.iter().enumerate();
        ids.filter_map(|(process, names)| Some((process, names.itself.id?)))
    }

    /// The threads of a process that are part of the trace, but for its first.
    pub(super) fn threads_of(&self, process: usize) -> Vec<ActorId> {
        let threads = self.processes.get(process).map(|names| names.threads.values());
        let mut ids: Vec<ActorId> = threads.into_iter().flatten().filter_map(|t| t.id).collect();
        ids.sort_unstable();
        ids
    }

    /// Whether the process that an event is about is known.
    pub(super) fn knows_process_of(&self, slot: &Slot) -> bool {
        let by_pid = slot.flags & flag::PROCESS != 0;
        if by_pid && matches!(slot.kind, kind::SPAWNED | kind::ASSIGNED | kind::PROPAGATED) {
            return self.by_pid.contains_key(&slot.a);
        }
        let names = self.processes.get(slot.process);
        let object = names.and_then(|names| names.resources.get(&slot.object));
        let of = object.filter(|object| object.id.is_none());
        let of = of.and_then(|object| object.definition.get("of")?.get("pid")?.as_i64());
        of.is_none_or(|pid| self.by_pid.contains_key(&pid))
    }

    /// Who a thread of a process is in the trace. The main thread is the process.
    pub(super) fn actor(&mut self, process: usize, thread: u32) -> Option<ActorId> {
        if thread <= 1 {
            return self.process_actor(process);
        }
        let entry = self.processes.get(process)?.threads.get(&thread)?;
        if entry.id.is_some() {
            return entry.id;
        }
        let (id, place) = self.new_actor()?;
        self.processes[process].threads.entry(thread).or_default().id = Some(id);
        self.news.actors[place] = self.deeper(|names| names.build_actor(process, thread, id));
        Some(id)
    }

    /// Builds what may lead to others.
    fn deeper<T>(&mut self, build: impl FnOnce(&mut Self) -> T) -> T {
        self.depth += 1;
        let built = build(self);
        self.depth -= 1;
        built
    }

    fn process_actor(&mut self, process: usize) -> Option<ActorId> {
        let entry = &self.processes.get(process)?.itself;
        if entry.id.is_some() {
            return entry.id;
        }
        // The program itself comes first, whoever is heard of first: what is told of a child may be read before anything has
        // happened on record.
        let main = (0..self.processes.len()).find(|other| self.is_main(*other));
        if let Some(main) = main.filter(|main| self.counts.actors == 0 && *main != process) {
            self.process_actor(main);
        }
        let (id, place) = self.new_actor()?;
        self.processes[process].itself.id = Some(id);
        self.news.actors[place] = self.deeper(|names| names.build_actor(process, 1, id));
        Some(id)
    }

    /// A process that records nothing, but of which others tell.
    pub(super) fn stranger(&mut self, pid: i64, parent: ActorId) -> Option<ActorId> {
        if let Some(id) = self.strangers.get(&pid) {
            return Some(*id);
        }
        let (id, place) = self.new_actor()?;
        let told = self.children.get(&pid).cloned().unwrap_or_default();
        let program = self.programs.get(&pid).cloned();
        let name =
            some_name(word(&told, "name"), || program.unwrap_or_else(|| format!("process {pid}")));
        let badge = self.badges.of(id, &name);
        let pool = self.shared_resource(word(&told, "pool"));
        // Another program has none of what the program's own have, and ends when it will. A child of its own may be slow to begin.
        let passive = told.is_empty();
        let actor = Actor::process(name, badge).started_by(parent);
        self.news.actors[place] = Actor { pool, passive, daemon: true, ..actor };
        self.strangers.insert(pid, id);
        Some(id)
    }

    /// Whether the pool of a process has sent it this signal, to end it.
    pub(super) fn is_dismissed(&self, pid: i64, signal: u8) -> bool {
        let told = self.children.get(&pid).and_then(|told| int(told, "dismissed"));
        told == Some(i64::from(signal))
    }

    /// Whether one more can become part of the trace.
    fn has_room(&mut self, count: usize, most: usize) -> bool {
        self.full |= count >= most;
        count < most && self.depth < DEEPEST
    }

    /// A new actor, and its place among the news.
    fn new_actor(&mut self) -> Option<(ActorId, usize)> {
        if !self.has_room(self.counts.actors, ACTORS) {
            return None;
        }
        let id = ActorId::from_index(self.counts.actors);
        self.counts.actors += 1;
        self.news.actors.push(Actor::default());
        Some((id, self.news.actors.len() - 1))
    }

    /// What a process knows by this number, where that is part of the trace.
    pub(super) fn known(&self, process: usize, number: u32) -> Option<ResourceId> {
        let entry = self.processes.get(process)?.resources.get(&number)?;
        let shared = || self.shared.get(self.aliases.get(word(&entry.definition, "uid"))?)?.id;
        entry.id.or_else(shared)
    }

    /// What a process knows by this number.
    pub(super) fn resource(&mut self, process: usize, number: u32) -> Option<ResourceId> {
        let entry = self.processes.get(process)?.resources.get(&number)?;
        if entry.id.is_some() {
            return entry.id;
        }
        let uid = word(&entry.definition, "uid").to_owned();
        let id = if uid.is_empty() {
            let definition = entry.definition.clone();
            self.new_resource(process, &definition, |names, id| {
                names.processes[process].resources.entry(number).or_default().id = Some(id);
            })
        } else {
            self.shared_resource(&uid)
        };
        self.processes[process].resources.entry(number).or_default().id = id;
        id
    }

    fn shared_resource(&mut self, uid: &str) -> Option<ResourceId> {
        let uid = &self.aliases.get(uid)?.clone();
        let shared = self.shared.get(uid)?;
        if shared.id.is_some() {
            return shared.id;
        }
        let (definition, process) = (shared.definition.clone(), shared.process);
        self.new_resource(process, &definition, |names, id| {
            if let Some(shared) = names.shared.get_mut(uid) {
                shared.id = Some(id);
            }
        })
    }

    /// Makes a resource known. `keep` is told its id before those that it refers to are looked for.
    fn new_resource(
        &mut self,
        process: usize,
        definition: &Definition,
        keep: impl FnOnce(&mut Self, ResourceId),
    ) -> Option<ResourceId> {
        let kind = kind_of(definition)?;
        if !self.has_room(self.counts.resources, RESOURCES) {
            return None;
        }
        let id = ResourceId::from_index(self.counts.resources);
        self.counts.resources += 1;
        let place = self.news.resources.len();
        self.news.resources.push(Resource::new("", kind));
        keep(self, id);
        let build = |names: &mut Self| names.build_resource(process, definition, kind, id);
        self.news.resources[place] = self.deeper(build);
        Some(id)
    }

    /// Tells of those of whom more was defined since they became part of the trace.
    pub(super) fn tell_changes(&mut self) {
        for (process, thread) in std::mem::take(&mut self.changed_actors) {
            let Some(id) = self.actor(process, thread) else { continue };
            let actor = self.build_actor(process, thread, id);
            self.learned.actors.push((id, actor));
        }
        for (process, number) in std::mem::take(&mut self.changed_resources) {
            let Some(id) = self.resource(process, number) else { continue };
            let entry = self.processes[process].resources.get(&number);
            let Some(entry) = entry else { continue };
            let uid = self.aliases.get(word(&entry.definition, "uid"));
            let (definition, of) = match uid.and_then(|uid| self.shared.get(uid)) {
                Some(shared) => (shared.definition.clone(), shared.process),
                None => (entry.definition.clone(), process),
            };
            let Some(kind) = kind_of(&definition) else { continue };
            let resource = self.build_resource(of, &definition, kind, id);
            self.learned.resources.push((id, resource));
        }
        if self.learned != Learned::default() {
            self.news.learned = Some(Box::new(std::mem::take(&mut self.learned)));
        }
    }

    /// A point of a program.
    pub(super) fn source(&mut self, process: usize, site: u32) -> SourceId {
        let entry = self.processes.get(process).and_then(|names| names.sites.get(&site));
        let Some(entry) = entry else { return SourceId::NONE };
        if let Some(id) = entry.id {
            return id;
        }
        if self.counts.sources >= SOURCES {
            self.full = true;
            return SourceId::NONE;
        }
        let definition = &entry.definition;
        let line = int(definition, "line").and_then(|n| u32::try_from(n).ok()).unwrap_or(0);
        let (place, listing) = self.listings.place(word(definition, "file"), line);
        let name = format!("{}:{line}", tame(word(definition, "func")));
        self.news.sources.push(SourcePoint { name, places: vec![place] });
        self.learned.listings.extend(listing);
        let id = SourceId::from_index(self.counts.sources);
        self.counts.sources += 1;
        if let Some(entry) = self.processes[process].sites.get_mut(&site) {
            entry.id = Some(id);
        }
        id
    }

    /// A text of a process.
    pub(super) fn text_of(&mut self, process: usize, number: u32) -> TextId {
        let known = self.processes.get(process).and_then(|names| names.texts.get(&number));
        known.copied().unwrap_or_else(|| self.text(""))
    }

    /// What a text says of a process that imports its program, if anything.
    pub(super) fn saying(&self, process: usize, number: u32) -> Option<Saying> {
        self.processes.get(process)?.sayings.get(&number).copied()
    }

    /// A text, each once.
    pub(super) fn text(&mut self, text: &str) -> TextId {
        if let Some(id) = self.texts.get(text) {
            return *id;
        }
        self.full |= self.text_bytes > TEXTS;
        let text = if self.text_bytes > TEXTS { "…" } else { text };
        if let Some(id) = self.texts.get(text) {
            return *id;
        }
        let id = TextId::from_index(self.counts.texts);
        self.counts.texts += 1;
        self.text_bytes += text.len() + 64;
        self.news.texts.push(text.to_owned());
        self.texts.insert(text.to_owned(), id);
        id
    }
}

fn word<'a>(definition: &'a Definition, key: &str) -> &'a str {
    definition.get(key).and_then(Value::as_str).unwrap_or_default()
}

fn int(definition: &Definition, key: &str) -> Option<i64> {
    definition.get(key).and_then(Value::as_i64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_program_itself_is_the_first_whoever_is_told_of_first() {
        let mut names = Names::new(Listings::of(std::path::Path::new("none.py")).0);
        for (process, definition) in [
            (1, json!({ "d": "process", "pid": 11, "role": "work", "parent": 10 })),
            (0, json!({ "d": "process", "pid": 10, "role": "main" })),
            (1, json!({ "d": "left", "name": "own", "before": 7, "value": 8 })),
        ] {
            let Value::Object(definition) = definition else { unreachable!() };
            names.define(process, definition);
        }
        assert_eq!(names.actor(0, 1), Some(ActorId(0)));
        assert_eq!(names.actor(1, 1), Some(ActorId(1)));
    }
}
