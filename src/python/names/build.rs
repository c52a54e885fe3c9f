//! What definitions become: the actors and resources of the trace, as they are defined by now.

use super::{Definition, Names, int, word};
use crate::trace::{Actor, ActorId, Home, Item, Resource, ResourceId, ResourceKind, Role};
use crate::workers::tame;
use serde::de::{Deserialize, DeserializeOwned, Deserializer};
use serde_json::Value;

/// The most items that a resource holds at the start.
const INITIAL: usize = 10_000;

/// A field of a definition: nothing where it is missing, or makes no sense.
#[derive(Default)]
struct Told<T>(Option<T>);

impl<'de, T: DeserializeOwned> Deserialize<'de> for Told<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Ok(Self(T::deserialize(Value::deserialize(from)?).ok()))
    }
}

impl Told<String> {
    fn text(&self) -> &str {
        self.0.as_deref().unwrap_or_default()
    }
}

/// What is read of the definition of a process or a thread.
#[derive(Default, serde::Deserialize)]
#[serde(default)]
struct OfActor {
    name: Told<String>,
    /// Of a process a PID, of a thread the number of one.
    parent: Told<i64>,
    parent_thread: Told<u32>,
    /// Of a process what its resource is called, of a thread the number of that.
    pool: Told<Value>,
    role: Told<String>,
    passive: Told<bool>,
    handles: Told<bool>,
    serves: Told<u32>,
    daemon: Told<bool>,
    /// Whatever it is: it says that there was nothing to run.
    idle: Told<Value>,
}

/// What is read of the definition of a resource.
#[derive(Default, serde::Deserialize)]
#[serde(default)]
struct OfResource {
    name: Told<String>,
    kind: Told<String>,
    guard: Told<u32>,
    of: Told<WhoseEnd>,
    copy_of: Told<String>,
    initial: Told<Vec<Value>>,
    home: Told<String>,
    capacity: Told<u32>,
    bounded: Told<bool>,
    buffer: Told<bool>,
    partial: Told<bool>,
}

/// Whose end a future is.
#[derive(Default, serde::Deserialize)]
#[serde(default)]
struct WhoseEnd {
    thread: Told<u64>,
    pid: Told<i64>,
}

/// What is read of a definition. Nothing in it is so odd that there is none: each field may be missing.
fn read<'a, T: Deserialize<'a> + Default>(definition: &'a Definition) -> T {
    T::deserialize(definition).unwrap_or_default()
}

impl Names {
    /// An actor as it is defined by now.
    pub(super) fn build_actor(&mut self, process: usize, thread: u32, id: ActorId) -> Actor {
        let (told, mut actor) = match thread {
            0 | 1 => self.build_process(process),
            _ => self.build_thread(process, thread),
        };
        actor.parent = actor.parent.filter(|parent| *parent != id);
        actor.badge = self.badges.of(id, &actor.name);
        actor.role = match told.role.text() {
            "main" => Role::Main,
            "helper" => Role::Helper,
            _ => Role::Work,
        };
        actor.passive = told.passive.0 == Some(true);
        actor.handles = told.handles.0 == Some(true);
        let serves = told.serves.0.filter(|_| thread > 1);
        actor.serves = serves.and_then(|pool| self.resource(process, pool));
        actor.nothing_to_run = told.idle.0.is_some();
        actor.no_guard = self.refused.contains(&(process, thread.max(1)));
        if thread <= 1 {
            actor.left.clone_from(&self.processes[process].left);
        }
        actor.daemon = told.daemon.0 == Some(true);
        actor
    }

    fn build_process(&mut self, process: usize) -> (OfActor, Actor) {
        let names = &self.processes[process];
        let own = &names.itself.definition;
        let merged;
        let definition = match int(own, "pid").and_then(|pid| self.children.get(&pid)) {
            None => own,
            Some(told) => {
                // What it says itself once it knows what it is counts.
                let (first, then) =
                    if own.contains_key("name") { (told, own) } else { (own, told) };
                merged = first.clone().into_iter().chain(then.clone()).collect::<Definition>();
                &merged
            }
        };
        let told: OfActor = read(definition);
        let main = names.threads.get(&1).filter(|_| self.is_main(process));
        let main = main.map(|main| tame(word(&main.definition, "name")));
        let main = main.filter(|name| !name.is_empty());
        let pid = self.pid(process);
        let name = some_name(told.name.text(), || main.unwrap_or_else(|| format!("process {pid}")));
        let parent = told.parent.0.and_then(|pid| self.process(pid));
        let parent = parent.filter(|parent| *parent != process).and_then(|parent| {
            let thread = told.parent_thread.0.unwrap_or(1);
            self.actor(parent, thread).or_else(|| self.actor(parent, 1))
        });
        let pool = told.pool.0.as_ref().and_then(Value::as_str);
        let pool = pool.and_then(|uid| self.shared_resource(uid));
        let actor = Actor { parent, pool, ..Actor::process(name, "") };
        (told, actor)
    }

    fn build_thread(&mut self, process: usize, thread: u32) -> (OfActor, Actor) {
        let entry = self.processes[process].threads.get(&thread);
        let told: OfActor = entry.map(|entry| read(&entry.definition)).unwrap_or_default();
        let name = some_name(told.name.text(), || format!("thread {thread}"));
        let parent = told.parent.0.and_then(|parent| u32::try_from(parent).ok());
        let parent = parent.filter(|parent| *parent != thread);
        let parent = self.actor(process, parent.unwrap_or(1));
        let pool = told.pool.0.as_ref().and_then(Value::as_u64);
        let pool = pool.and_then(|number| u32::try_from(number).ok());
        let pool = pool.and_then(|number| self.resource(process, number));
        let actor = Actor { parent, pool, ..Actor::thread(name, "") };
        (told, actor)
    }

    /// A resource as it is defined by now.
    pub(super) fn build_resource(
        &mut self,
        process: usize,
        definition: &Definition,
        kind: ResourceKind,
        id: ResourceId,
    ) -> Resource {
        let told: OfResource = read(definition);
        let name = some_name(told.name.text(), || format!("{} {}", told.kind.text(), id.0));
        let guard = told.guard.0.filter(|number| *number > 0);
        let guard = guard.and_then(|number| self.resource(process, number));
        let of = told.of.0.and_then(|of| match (of.thread.0, of.pid.0) {
            (Some(thread), _) => self.actor(process, u32::try_from(thread).ok()?),
            (None, Some(pid)) => self.actor(self.process(pid)?, 1),
            (None, None) => None,
        });
        let copy_of = told.copy_of.0.and_then(|uid| self.shared_resource(&uid));
        let initial = told.initial.0.unwrap_or_default();
        let initial = initial.iter().take(INITIAL).map(|item| self.json(item)).collect();
        let home = match told.home.text() {
            "shared" => Home::Shared,
            _ if self.is_main(process) => Home::Program,
            _ => self.process_actor(process).map_or(Home::Program, Home::Process),
        };
        Resource {
            capacity: told.capacity.0,
            is_bounded: told.bounded.0 == Some(true),
            is_buffer: told.buffer.0 == Some(true),
            guard: guard.filter(|guard| *guard != id),
            of,
            copy_of: copy_of.filter(|of| *of != id),
            initial,
            home,
            is_thinned: self.thinned.contains(&id) || told.partial.0 == Some(true),
            ..Resource::new(name, kind)
        }
    }

    fn json(&mut self, value: &Value) -> Item {
        match value {
            Value::Null => Item::NOTHING,
            Value::String(text) => Item::text(self.text(text)),
            other => match other.as_i64().and_then(Item::try_int) {
                Some(item) => item,
                None => Item::text(self.text(&other.to_string())),
            },
        }
    }
}

/// The kind of a resource, where there is one that is called so.
pub(super) fn kind_of(definition: &Definition) -> Option<ResourceKind> {
    let kind = Value::String(word(definition, "kind").to_lowercase());
    serde_json::from_value(kind).ok()
}

/// What something is called, where that is told.
pub(super) fn some_name(told: &str, otherwise: impl FnOnce() -> String) -> String {
    let name = tame(told);
    if name.is_empty() { otherwise() } else { name }
}
