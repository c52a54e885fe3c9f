//! The names behind the ids.

use super::{ActorId, Item, ItemView, ResourceId, SourceId, TextId};
use serde::{Deserialize, Serialize};

/// Process or thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ActorKind {
    /// A process with memory of its own.
    Process,
    /// A thread of its parent process.
    Thread,
}

/// A process or thread that takes part in a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// Its name as shown: "adder 1".
    pub name: String,
    /// Two or three characters that stand for it where space is short: "A1".
    pub badge: String,
    /// Process or thread.
    pub kind: ActorKind,
    /// The actor that started it.
    pub parent: Option<ActorId>,
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
}

impl Resource {
    /// A resource with no bound and nothing in it.
    pub fn new(name: impl Into<String>, kind: ResourceKind) -> Self {
        Self { name: name.into(), kind, capacity: None, initial: Vec::new(), guard: None }
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

    /// The resource's name, or its number where the trace does not name it.
    pub fn resource_name(&self, id: ResourceId) -> String {
        self.resources
            .get(id.index())
            .map_or_else(|| format!("resource {}", id.0), |r| r.name.clone())
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
    use crate::trace::{Item, TextId};

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
